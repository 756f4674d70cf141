// Sealed values: a text that only named devices can open, whoever else has the unit's key.
//
//   content key   32 random bytes, for one value alone
//     ├─ SIV key      seals the padded text; bound to realm, unit, record and path
//     ├─ commitment   names the content: a hash of key, place and ciphertext
//     └─ wraps        the key for each recipient, HPKE to the box key that the roster states
//
// HPKE does not say who sealed: the op that carries a value or further wraps lies in a signed segment, and
// whoever unwraps a key checks it against the commitment. The commitment is what the text's own op says, so
// further recipients never touch the content. Bytes: schema/wire/sealed.md.
//
// Threading: plain values and pure functions.
#pragma once

#include <map>
#include <variant>

#include "changelog/padding.hpp"
#include "changelog/value.hpp"
#include "crypto/seal/hpke.hpp"

namespace gandan::changelog {

constexpr std::size_t kMaxSealRecipients = 64;
constexpr std::size_t kSealWrapCiphertextBytes = 32 + 16;  // a content key and its tag

// Where a value was sealed. Nothing opens as if it had been sealed anywhere else.
struct SealPlace {
  RealmId realm;
  UnitId unit;
  RecordId record;
  std::string path;
};

struct SealWrap {
  static constexpr std::size_t wire_min = 16 + 32 + kSealWrapCiphertextBytes;
  DeviceId device;
  BoxPublicKey enc;  // HPKE's encapsulated key
  FixedBytes<kSealWrapCiphertextBytes, struct SealWrapTag> ct;
};
using SealWraps = std::vector<SealWrap>;  // 1 to kMaxSealRecipients, strictly increasing by device

// Where a text was sealed that has moved since, with ids that were given twice (vault/branches.hpp).
struct SealOrigin {
  RecordId record;
  std::string path;
};

struct SealedText {  // of a field
  Hash commitment;
  std::optional<SealOrigin> origin;  // absent: where it stands
  Bytes ciphertext;
  SealWraps wraps;
};
struct SealedFor {  // of a mark: further recipients of the content with that commitment
  Hash commitment;
  SealWraps wraps;
};

Sealed encode_sealed(const SealedText& text);
Sealed encode_sealed(const SealedFor& more);
// Strict: one value, one byte string. Code::newer_format for a later version or an unknown kind.
Result<std::variant<SealedText, SealedFor>> decode_sealed(ByteView bytes);
// The same where only one of them will do; nothing for the other and for what does not decode.
std::optional<SealedText> sealed_text(const Value& value);
std::optional<SealedFor> sealed_for(const Value& value);

using ContentKey = crypto::Secret<32>;
using SealRecipients = std::map<DeviceId, BoxPublicKey>;

// The place to open it with, for one that stands at `here`.
SealPlace place_of(SealPlace here, const SealedText& text);

// `text`: UTF-8 in NFC. Code::too_large for a text beyond the bound or too many recipients, Code::bad_request
// for none, Code::bad_key for a recipient's key of small order.
Result<SealedText> seal_text(const SealPlace& place, std::string_view text, const SealRecipients& recipients,
                             Random& random);
Result<SealedFor> seal_for(const SealPlace& place, const SealedText& text, const ContentKey& key,
                           const SealRecipients& recipients, Random& random);
// The content key out of whichever of `wraps` is the device's and holds: others, which anybody may write, are
// passed over. Code::cannot_open when none does.
Result<ContentKey> unwrap_seal(const SealPlace& place, const SealedText& text, const SealWraps& wraps,
                               const DeviceId& device, const crypto::BoxKey& key);
// Code::cannot_open when key, place or content differ from what was sealed.
Result<std::string> open_text(const SealPlace& place, const SealedText& text, const ContentKey& key);

}  // namespace gandan::changelog
