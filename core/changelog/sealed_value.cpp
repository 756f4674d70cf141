#include "changelog/sealed_value.hpp"

#include "base/codec.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"
#include "crypto/seal/siv.hpp"

namespace gandan::changelog {
namespace {

Bytes path_text(const SealPlace& place) {
  Bytes out;
  CanonicalWriter a(out);
  a(place.path);
  return out;
}

Hash commit(const SealPlace& place, const ContentKey& key, ByteView ciphertext) {
  return crypto::tagged_hash(
      "gandan/sealed-text/v1", place.realm,
      {place.unit.view(), place.record.view(), path_text(place), key.view(), ciphertext});
}

crypto::SivKey siv_key(const SealPlace& place, const ContentKey& key) {
  return crypto::hkdf_sha256<64>(key.view(), place.realm.view(), as_bytes("gandan/sealed-key/v1"));
}

Bytes associated(const SealPlace& place) {
  Bytes out = crypto::domain_prefix("gandan/sealed-data/v1", place.realm);
  for (const ByteView part : {place.unit.view(), place.record.view()}) append(out, part);
  append(out, path_text(place));
  return out;
}

Bytes wrap_info(const SealPlace& place, const DeviceId& device) {
  Bytes out = crypto::domain_prefix("gandan/sealed-wrap/v1", place.realm);
  for (const ByteView part : {place.unit.view(), place.record.view(), device.view()}) append(out, part);
  append(out, path_text(place));
  return out;
}

Result<SealWraps> wrap_all(const SealPlace& place, const Hash& commitment, const ContentKey& key,
                           const SealRecipients& recipients, Random& random) {
  if (recipients.empty()) return Error{Code::bad_request, "no recipient"};
  if (recipients.size() > kMaxSealRecipients) return Error{Code::too_large, "recipients"};
  SealWraps out;
  for (const auto& [device, box_key] : recipients) {  // a map: strictly increasing
    GANDAN_TRY(const auto sealed,
               crypto::hpke_seal(box_key, wrap_info(place, device), commitment.view(), key.view(), random));
    out.push_back({device, sealed.enc, decltype(SealWrap::ct)::from(sealed.ct)});
  }
  return out;
}

}  // namespace

SealPlace place_of(SealPlace here, const SealedText& text) {
  if (!text.origin) return here;
  here.record = text.origin->record;
  here.path = text.origin->path;
  return here;
}

Result<SealedText> seal_text(const SealPlace& place, std::string_view text, const SealRecipients& recipients,
                             Random& random) {
  if (text.size() > kMaxSealedTextBytes) return Error{Code::too_large, "sealed text"};
  ContentKey key;
  random.fill(key.data());
  SealedText out;
  out.ciphertext = crypto::siv_seal(siv_key(place, key), {associated(place)}, padded(text).view());
  out.commitment = commit(place, key, out.ciphertext);
  GANDAN_TRY(out.wraps, wrap_all(place, out.commitment, key, recipients, random));
  return out;
}

Result<SealedFor> seal_for(const SealPlace& place, const SealedText& text, const ContentKey& key,
                           const SealRecipients& recipients, Random& random) {
  if (commit(place, key, text.ciphertext) != text.commitment) return Error{Code::cannot_open, "commitment"};
  SealedFor out;
  out.commitment = text.commitment;
  GANDAN_TRY(out.wraps, wrap_all(place, out.commitment, key, recipients, random));
  return out;
}

Result<ContentKey> unwrap_seal(const SealPlace& place, const SealedText& text, const SealWraps& wraps,
                               const DeviceId& device, const crypto::BoxKey& key) {
  for (const auto& wrap : wraps) {
    if (wrap.device != device) continue;
    const auto opened =
        crypto::hpke_open(key, wrap.enc, wrap_info(place, device), text.commitment.view(), wrap.ct.view());
    if (!opened.ok()) continue;
    auto content_key = ContentKey::from(opened->view());
    if (content_key.ok() && commit(place, *content_key, text.ciphertext) == text.commitment)
      return content_key;
  }
  return Error{Code::cannot_open, "sealed value"};
}

Result<std::string> open_text(const SealPlace& place, const SealedText& text, const ContentKey& key) {
  if (commit(place, key, text.ciphertext) != text.commitment) return Error{Code::cannot_open, "commitment"};
  GANDAN_TRY(Bytes bytes, crypto::siv_open(siv_key(place, key), {associated(place)}, text.ciphertext));
  auto out = unpadded(bytes);
  crypto::cleanse(bytes);
  return out;
}

}  // namespace gandan::changelog
