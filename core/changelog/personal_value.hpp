// Personal values: a text under a key of its record, which lies apart from everything that is kept for ever,
// so that the text can be erased: with the key it goes, and every hash and signature over the ciphertext
// holds.
//
//   record key    32 random bytes, named by their hash, made by the first save of a personal field; a record
//     │           has several where devices wrote first without having seen each other
//     ├─ SIV key  seals the padded text; bound to realm, unit, record, path and the key's name
//     └─ entry    the key under a key that follows from the unit's epoch secret: protocol/record_key.hpp
//
// Deterministic: under one key at one place the same text gives the same bytes, so who has the unit's key
// sees that a value came back. Bytes: schema/wire/personal.md.
//
// Threading: plain values and pure functions.
#pragma once

#include "changelog/keyring.hpp"
#include "changelog/sealed_value.hpp"
#include "protocol/record_key.hpp"

namespace gandan::changelog {

using RecordKey = crypto::Secret<32>;

struct PersonalText {
  KeyId key;
  Bytes ciphertext;
};

Personal encode_personal(const PersonalText& text);
// Strict: one value, one byte string. Code::newer_format for a later version.
Result<PersonalText> decode_personal(ByteView bytes);
// The same; nothing for another value and for what does not decode.
std::optional<PersonalText> personal_text(const Value& value);

struct NamedKey {
  KeyId id;
  RecordKey key;
};
// A name commits to its key: nobody gives another key under it.
KeyId record_key_name(const RealmId& realm, const RecordKey& key);
NamedKey new_record_key(const RealmId& realm, Random& random);

// `text`: UTF-8 in NFC. Code::too_large beyond kMaxSealedTextBytes.
Result<PersonalText> seal_personal(const SealPlace& place, std::string_view text, const NamedKey& key);
// Code::cannot_open when key, place or content differ from what was sealed.
Result<std::string> open_personal(const SealPlace& place, const PersonalText& text, const RecordKey& key);

// A file that goes with its record's key: the file's own key and its name are a personal text, which stands
// in BlobRef::name as base64, and BlobRef::key is zeros.
bool is_closed(const BlobRef& blob);
BlobRef closed_with(const BlobRef& blob, const PersonalText& text);
Result<BlobRef> close_blob(const SealPlace& place, const BlobRef& blob, const NamedKey& key);
// Of a closed one: what is under which key. Nothing for what does not decode.
std::optional<PersonalText> blob_text(const BlobRef& blob);
// Code::cannot_open as open_personal.
Result<BlobRef> open_blob_ref(const SealPlace& place, const BlobRef& closed, const RecordKey& key);

// What of a value lies under a record's key: a personal text, or a closed file's key and name.
std::optional<PersonalText> under_record_key(const Value& value);

// A sealed text that goes with its record's key as well: what is sealed is a personal text, behind a byte
// that no text begins with.
std::string nested_text(const PersonalText& text);
std::optional<PersonalText> nested_in(std::string_view sealed);
// Of a text that is nested.
constexpr std::size_t kMaxNestedTextBytes = 24'000;

// `secret`: of the unit's epoch.
protocol::RecordKeyEntry wrap_record_key(const RealmId& realm, const UnitId& unit, const RecordId& record,
                                         const NamedKey& key, std::uint32_t epoch, const EpochSecret& secret);
// Code::cannot_open when anything of the entry, or the secret, is another, or the key is not the name's.
Result<RecordKey> unwrap_record_key(const RealmId& realm, const protocol::RecordKeyEntry& entry,
                                    const EpochSecret& secret);

}  // namespace gandan::changelog
