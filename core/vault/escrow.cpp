#include "vault/escrow.hpp"

#include "base/codec.hpp"
#include "crypto/seal/hpke.hpp"
#include "vault/ingest.hpp"
#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kHeader = "gandan-escrow v1";
constexpr std::string_view kSealedHeader = "gandan-escrow-sealed v1";
constexpr std::string_view kSealDomain = "gandan/escrow/v1";
constexpr const char* kMade = "escrow";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kBodyBytes = 8 + 4 + 3 + 4 + kSecretBytes;
constexpr std::size_t kCheckBytes = 4;
constexpr std::size_t kTextMax = 4096;  // bytes

Error malformed(const char* why) { return Error{Code::malformed, why}; }

// realm (8) ‖ epoch u32be ‖ threshold ‖ count ‖ x ‖ set (4) ‖ y (32)
crypto::SecretBytes body_of(const EscrowShare& s) {
  crypto::SecretBytes out(kBodyBytes);
  auto at = out.data().begin();
  const auto put = [&at](ByteView bytes) { at = std::copy(bytes.begin(), bytes.end(), at); };
  put(s.realm.view());
  for (int shift = 24; shift >= 0; shift -= 8) *at++ = static_cast<std::uint8_t>(s.epoch >> shift);
  *at++ = s.threshold;
  *at++ = s.count;
  *at++ = s.share.x;
  put(s.set.view());
  put(s.share.y.view());
  return out;
}

Result<EscrowShare> share_of(ByteView body) {
  if (body.size() != kBodyBytes) return malformed("not a share");
  EscrowShare out;
  const auto take = [&body](std::size_t n) {
    const ByteView taken = body.first(n);
    body = body.subspan(n);
    return taken;
  };
  out.realm = decltype(out.realm)::from(take(8));
  for (const std::uint8_t byte : take(4)) out.epoch = out.epoch << 8 | byte;
  out.threshold = take(1)[0];
  out.count = take(1)[0];
  out.share.x = take(1)[0];
  out.set = decltype(out.set)::from(take(4));
  out.share.y = crypto::SecretBytes(take(kSecretBytes));
  const bool sound = out.epoch > 0 && out.threshold >= 2 && out.threshold <= out.count &&
                     out.count <= kMaxShares && out.share.x >= 1 && out.share.x <= out.count;
  if (!sound) return malformed("not a share");
  return out;
}

// What stands behind the header, without what a person or a page put between.
Result<std::string> behind(std::string_view text, std::string_view header) {
  if (text.size() > kTextMax) return Code::too_large;
  const auto start = text.find(header);
  if (start == std::string_view::npos) return malformed("no escrow share");
  std::string out;
  for (const char c : text.substr(start + header.size()))
    if (c != ' ' && c != '-' && c != '\n' && c != '\r' && c != '\t') out += c;
  return out;
}

Bytes seal_info(const RealmId& realm, const DeviceId& device) {
  Bytes out = to_bytes(as_bytes(kSealDomain));
  append(out, realm.view());
  append(out, device.view());
  return out;
}

}  // namespace

std::string share_text(const EscrowShare& share) {
  const auto body = body_of(share);
  const std::string hex = to_hex(body.view()) + to_hex(crypto::sha256(body.view()).view().first(kCheckBytes));
  std::string out(kHeader);
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i % 32 == 0)
      out += '\n';
    else if (i % 4 == 0)
      out += ' ';
    out += hex[i];
  }
  return out + '\n';
}

Result<EscrowShare> read_share(std::string_view text) {
  GANDAN_TRY(const std::string digits, behind(text, kHeader));
  auto bytes = from_hex(digits);
  if (!bytes || bytes->size() != kBodyBytes + kCheckBytes)
    return malformed("digits are missing, or too many");
  const ByteView body = ByteView(*bytes).first(kBodyBytes);
  const bool typed_well =
      equal(crypto::sha256(body).view().first(kCheckBytes), ByteView(*bytes).last(kCheckBytes));
  auto out = typed_well ? share_of(body) : Result<EscrowShare>(malformed("mistyped"));
  crypto::cleanse(*bytes);
  return out;
}

Result<std::string> sealed_share_text(const RealmId& realm, const EscrowShare& share, const DeviceId& device,
                                      const BoxPublicKey& key, Random& random) {
  GANDAN_TRY(const auto sealed,
             crypto::hpke_seal(key, seal_info(realm, device), {}, body_of(share).view(), random));
  Bytes bytes = to_bytes(device.view());
  append(bytes, sealed.enc.view());
  append(bytes, sealed.ct);
  return std::string(kSealedHeader) + "\n" + to_base64(bytes) + "\n";
}

bool is_sealed_share(std::string_view text) { return text.find(kSealedHeader) != std::string_view::npos; }

Result<EscrowShare> open_share(Vault& vault, std::string_view text) {
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const std::string letters, behind(text, kSealedHeader));
  const auto bytes = from_base64(letters);
  constexpr std::size_t kHead = DeviceId::size + BoxPublicKey::size;
  if (!bytes || bytes->size() <= kHead) return malformed("letters are missing");
  const ByteView all = *bytes;
  if (DeviceId::from(all) != vault.identity().id)
    return Error{Code::cannot_open, "sealed for another device"};
  GANDAN_TRY(const auto body,
             crypto::hpke_open(vault.identity().box, BoxPublicKey::from(all.subspan(DeviceId::size)),
                               seal_info(roster->realm(), vault.identity().id), {}, all.subspan(kHead)));
  return share_of(body.view());
}

Result<std::optional<EscrowMade>> escrow_made(Vault& vault) {
  GANDAN_TRY(const auto bytes, vault.meta(kMade));
  if (!bytes) return std::optional<EscrowMade>();
  GANDAN_TRY(const auto made, decode<EscrowMade>(*bytes));
  return std::optional<EscrowMade>(made);
}

Result<std::vector<EscrowShare>> make_escrow(Vault& vault, std::size_t threshold, std::size_t count) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const UnitId top = roster->root().top;
  if (!roster->may(vault.identity().id, roster::Right::administer, top)) return Code::not_authorized;
  if (count > kMaxShares) return Error{Code::bad_request, "too many shares"};
  GANDAN_TRY(const auto current, current_secret(vault, top));
  GANDAN_TRY(auto parts, crypto::shamir_split(current.secret->view(), threshold, count, vault.random()));
  EscrowShare form;
  form.set = random_id<decltype(form.set)>(vault.random());
  std::vector<EscrowShare> out;
  for (auto& part : parts) {
    EscrowShare& share = out.emplace_back();
    share.realm = decltype(share.realm)::from(roster->realm().view());
    share.epoch = current.epoch;
    share.threshold = static_cast<std::uint8_t>(threshold);
    share.count = static_cast<std::uint8_t>(count);
    share.set = form.set;
    share.share = std::move(part);
  }
  return out;
}

Status note_escrow(Vault& vault, const std::vector<EscrowShare>& shares) {
  const EscrowShare& one = shares.front();
  return vault.set_meta(kMade,
                        encode(EscrowMade{one.epoch, one.threshold, one.count, vault.clock().wall_ms()}));
}

Result<std::uint32_t> recover_escrow(Vault& vault, const std::vector<EscrowShare>& shares) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (shares.empty()) return Error{Code::bad_request, "no shares"};
  const EscrowShare& first = shares.front();
  if (!equal(first.realm.view(), roster->realm().view().first(first.realm.size))) return Code::wrong_realm;
  std::vector<crypto::ShamirShare> parts;
  for (const auto& share : shares) {
    const bool same = share.realm == first.realm && share.epoch == first.epoch && share.set == first.set &&
                      share.threshold == first.threshold && share.count == first.count;
    if (!same) return Error{Code::bad_request, "shares of several makings"};
    if (parts.size() < first.threshold) parts.push_back({share.share.x, share.share.y.copy()});
  }
  if (parts.size() < first.threshold)
    return Error{Code::bad_request, std::to_string(first.threshold) + " shares are needed"};
  GANDAN_TRY(const auto combined, crypto::shamir_combine(parts));
  GANDAN_TRY(const auto secret, changelog::EpochSecret::from(combined.view()));
  const UnitId top = roster->root().top;
  const auto& epochs = roster->unit(top)->epochs;
  const auto known =
      std::find_if(epochs.begin(), epochs.end(), [&](const auto& e) { return e.number == first.epoch; });
  if (known == epochs.end()) return Error{Code::bad_request, "an epoch that is not known here yet"};
  if (known->commitment != changelog::epoch_commitment(roster->realm(), top, first.epoch, secret))
    return Error{Code::bad_proof, "not the secret of that epoch"};
  // It comes in as any other does: wrapped for this device.
  GANDAN_TRY(const auto wrap,
             changelog::make_wrap_for_device(roster->realm(), top, first.epoch, secret, vault.identity().id,
                                             vault.identity().box.public_key(), vault.random()));
  GANDAN_TRY(auto ingest, Ingest::begin(vault));
  GANDAN_CHECK(ingest->wrap(protocol::encode_wrap(wrap), WrapState::kept));
  GANDAN_TRY([[maybe_unused]] const auto report, ingest->commit());
  return first.epoch;
}

}  // namespace gandan::vault
