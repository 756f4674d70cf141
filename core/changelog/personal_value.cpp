#include "changelog/personal_value.hpp"

#include <algorithm>

#include "base/codec.hpp"
#include "changelog/padding.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"
#include "crypto/seal/siv.hpp"

namespace gandan::changelog {
namespace {
constexpr std::size_t kBlobKeyBytes = 32;
constexpr char kNested = '\x01';

constexpr std::uint8_t kVersion = 1;

crypto::SivKey text_key(const RealmId& realm, const RecordKey& key) {
  return crypto::hkdf_sha256<64>(key.view(), realm.view(), as_bytes("gandan/personal-key/v1"));
}

Bytes associated(const SealPlace& place, const KeyId& key) {
  Bytes out = crypto::domain_prefix("gandan/personal-data/v1", place.realm);
  for (const ByteView part : {place.unit.view(), place.record.view(), key.view()}) append(out, part);
  CanonicalWriter a(out);
  a(place.path);
  return out;
}

// Of the unit's epoch, for all entries under it.
crypto::SivKey box_key(const RealmId& realm, const protocol::RecordKeyEntry& entry,
                       const EpochSecret& secret) {
  Bytes info = to_bytes(as_bytes("gandan/key-box/v1"));
  append(info, entry.unit.view());
  CanonicalWriter a(info);
  a(entry.epoch);
  return crypto::hkdf_sha256<64>(secret.view(), realm.view(), info);
}

}  // namespace

Personal encode_personal(const PersonalText& text) {
  Personal out;
  CanonicalWriter a(out.bytes);
  a(kVersion, text.key);
  a.raw(text.ciphertext);
  return out;
}

Result<PersonalText> decode_personal(ByteView bytes) {
  if (bytes.size() > kMaxValueBytes) return Error{Code::too_large, "personal value"};
  try {
    BoundedReader a(bytes);
    std::uint8_t version = 0;
    a(version);
    if (version != kVersion) return Error{Code::newer_format, "personal value"};
    PersonalText out;
    a(out.key);
    const std::size_t left = a.remaining();
    const std::size_t text = left < crypto::siv_overhead ? 0 : left - crypto::siv_overhead;
    if (text == 0 || text % kSealBlockBytes != 0) return Error{Code::malformed, "personal value"};
    if (text > kMaxSealedTextBytes + 1) return Error{Code::too_large, "personal value"};
    out.ciphertext = to_bytes(a.raw(left));
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

std::optional<PersonalText> personal_text(const Value& value) {
  const auto* personal = std::get_if<Personal>(&value);
  auto text = personal == nullptr ? Result<PersonalText>(Code::malformed) : decode_personal(personal->bytes);
  return text.ok() ? std::optional<PersonalText>(std::move(*text)) : std::nullopt;
}

KeyId record_key_name(const RealmId& realm, const RecordKey& key) {
  const Hash hash = crypto::tagged_hash("gandan/record-key-name/v1", realm, {key.view()});
  return KeyId::from(hash.view().first(KeyId::size));
}

NamedKey new_record_key(const RealmId& realm, Random& random) {
  NamedKey out;
  random.fill(out.key.data());
  out.id = record_key_name(realm, out.key);
  return out;
}

Result<PersonalText> seal_personal(const SealPlace& place, std::string_view text, const NamedKey& key) {
  if (text.size() > kMaxSealedTextBytes) return Error{Code::too_large, "personal text"};
  return PersonalText{key.id, crypto::siv_seal(text_key(place.realm, key.key), {associated(place, key.id)},
                                               padded(text).view())};
}

Result<std::string> open_personal(const SealPlace& place, const PersonalText& text, const RecordKey& key) {
  GANDAN_TRY(Bytes bytes,
             crypto::siv_open(text_key(place.realm, key), {associated(place, text.key)}, text.ciphertext));
  auto out = unpadded(bytes);
  crypto::cleanse(bytes);
  return out;
}

bool is_closed(const BlobRef& blob) {
  return std::all_of(blob.key.begin(), blob.key.end(), [](std::uint8_t byte) { return byte == 0; });
}

Result<BlobRef> close_blob(const SealPlace& place, const BlobRef& blob, const NamedKey& key) {
  GANDAN_TRY(const auto text, seal_personal(place, to_hex(blob.key) + blob.name, key));
  return closed_with(blob, text);
}

BlobRef closed_with(const BlobRef& blob, const PersonalText& text) {
  BlobRef out = blob;
  out.name = to_base64(encode_personal(text).bytes);
  out.key.assign(kBlobKeyBytes, 0);
  return out;
}

std::optional<PersonalText> blob_text(const BlobRef& blob) {
  const auto bytes = is_closed(blob) ? from_base64(blob.name) : std::nullopt;
  auto text = bytes ? decode_personal(*bytes) : Result<PersonalText>(Code::malformed);
  return text.ok() ? std::optional<PersonalText>(std::move(*text)) : std::nullopt;
}

std::optional<PersonalText> under_record_key(const Value& value) {
  const auto* blob = std::get_if<BlobRef>(&value);
  return blob != nullptr ? blob_text(*blob) : personal_text(value);
}

Result<BlobRef> open_blob_ref(const SealPlace& place, const BlobRef& closed, const RecordKey& key) {
  const auto text = blob_text(closed);
  if (!text) return Code::cannot_open;
  GANDAN_TRY(const std::string opened, open_personal(place, *text, key));
  auto blob_key = from_hex(std::string_view(opened).substr(0, 2 * kBlobKeyBytes));
  if (!blob_key || blob_key->size() != kBlobKeyBytes) return Code::cannot_open;
  BlobRef out = closed;
  out.key = std::move(*blob_key);
  out.name = opened.substr(2 * kBlobKeyBytes);
  return out;
}

std::string nested_text(const PersonalText& text) {
  std::string out(1, kNested);
  out += as_text(encode_personal(text).bytes);
  return out;
}

std::optional<PersonalText> nested_in(std::string_view sealed) {
  if (sealed.empty() || sealed.front() != kNested) return std::nullopt;
  auto text = decode_personal(as_bytes(sealed.substr(1)));
  return text.ok() ? std::optional<PersonalText>(std::move(*text)) : std::nullopt;
}

protocol::RecordKeyEntry wrap_record_key(const RealmId& realm, const UnitId& unit, const RecordId& record,
                                         const NamedKey& key, std::uint32_t epoch,
                                         const EpochSecret& secret) {
  protocol::RecordKeyEntry out{unit, record, key.id, epoch, {}};
  out.ct = decltype(out.ct)::from(
      crypto::siv_seal(box_key(realm, out, secret), {protocol::record_key_data(realm, out)}, key.key.view()));
  return out;
}

Result<RecordKey> unwrap_record_key(const RealmId& realm, const protocol::RecordKeyEntry& entry,
                                    const EpochSecret& secret) {
  GANDAN_TRY(Bytes bytes, crypto::siv_open(box_key(realm, entry, secret),
                                           {protocol::record_key_data(realm, entry)}, entry.ct.view()));
  auto out = RecordKey::from(bytes);
  crypto::cleanse(bytes);
  if (out.ok() && record_key_name(realm, *out) != entry.key) return Code::cannot_open;
  return out;
}

}  // namespace gandan::changelog
