// Signed notes, C2SP signed-note: a text, an empty line, and a line per signature. Two kinds of signature are
// known here: the log's own (0x01) and a witness's cosignature with its time (0x04, C2SP tlog-cosignature).
// Lines of other keys and kinds are kept and ignored, as the specification demands.
//
//   — <name> base64(key id, 4 bytes ‖ signature)        key id = SHA-256(name ‖ "\n" ‖ type ‖ public
//   key)[0:4] vkey: <name>+<key id, 8 hex digits>+base64(type ‖ public key)
//
// Threading: plain values and pure functions.
// Errors: Code::malformed, Code::too_large for syntax; Code::bad_signature; Code::bad_key for vkeys.
#pragma once

#include <string>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "crypto/sign.hpp"

namespace gandan::ledger {

// C2SP demands at least 16 signatures of up to nearly 5 kB.
constexpr std::size_t kMaxNoteBytes = 128 * 1024;
constexpr std::size_t kMaxNoteSignatures = 32;
constexpr std::size_t kMaxKeyName = 256;  // bytes

enum class KeyType : std::uint8_t { ed25519 = 0x01, cosignature = 0x04 };

// A verifier key: who may have signed.
struct NoteKey {
  std::string name;  // see valid_key_name
  KeyType type = KeyType::ed25519;
  SignPublicKey key;
};
bool valid_key_name(
    std::string_view name);  // 1 … kMaxKeyName bytes of UTF-8 without spaces, controls and '+'
std::uint32_t key_id(const NoteKey& key);
std::string print_vkey(const NoteKey& key);
Result<NoteKey> parse_vkey(std::string_view text);  // refuses a key id that does not belong to the rest

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes signature;  // with the time in front when it is a cosignature
};
struct Note {
  std::string text;  // ends in a newline, which is signed too
  std::vector<NoteSignature> signatures;
};

Result<Note> parse_note(std::string_view bytes);
std::string print_note(const Note& note);

// Precondition of both: valid_key_name(name).
NoteSignature sign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key);
NoteSignature cosign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key,
                          std::int64_t time_s);  // seconds since 1970, not negative

struct VerifiedSignature {
  std::size_t key = 0;      // which of the known keys
  std::int64_t time_s = 0;  // of a cosignature; 0 otherwise
};
// Each known key that signed, once (the latest time of a witness). One bad signature of a known key spoils
// the whole note: Code::bad_signature. An empty result means that nobody known signed, and nothing in the
// note may be trusted.
Result<std::vector<VerifiedSignature>> verify_note(const Note& note, std::span<const NoteKey> known);

}  // namespace gandan::ledger
