#include "changelog/keyring.hpp"

#include "crypto/hash.hpp"

namespace gandan::changelog {
namespace {

std::array<std::uint8_t, 4> u32be(std::uint32_t v) {
  return {static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
          static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
}
std::array<std::uint8_t, 8> u64be(std::uint64_t v) {
  std::array<std::uint8_t, 8> out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(v >> (56 - 8 * i));
  return out;
}

// domain ‖ unit ‖ epoch ‖ more
Bytes epoch_info(std::string_view domain, const UnitId& unit, std::uint32_t epoch, ByteView more = {}) {
  Bytes out = to_bytes(as_bytes(domain));
  append(out, unit.view());
  append(out, u32be(epoch));
  append(out, more);
  return out;
}

Result<protocol::Wrap> seal_wrap(const RealmId& realm, protocol::Wrap wrap, const EpochSecret& secret,
                                 const BoxPublicKey& key, Random& random) {
  GANDAN_TRY(auto sealed,
             crypto::hpke_seal(key, protocol::wrap_info(realm, wrap), {}, secret.view(), random));
  wrap.enc = sealed.enc;
  wrap.ct = std::move(sealed.ct);
  return wrap;
}

}  // namespace

EpochSecret new_epoch_secret(Random& random) {
  EpochSecret out;
  random.fill(out.data());
  return out;
}

Hash epoch_commitment(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                      const EpochSecret& secret) {
  return crypto::tagged_hash("gandan/epoch/v1", realm, {unit.view(), u32be(epoch), secret.view()});
}

crypto::BoxKey epoch_box_key(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                             const EpochSecret& secret) {
  const auto info = epoch_info("gandan/epoch-box/v1", unit, epoch);
  return crypto::BoxKey::derive(crypto::hkdf_sha256<32>(secret.view(), realm.view(), info).view());
}

roster::EpochPublic epoch_public(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                 const EpochSecret& secret) {
  return {epoch, epoch_commitment(realm, unit, epoch, secret),
          epoch_box_key(realm, unit, epoch, secret).public_key()};
}

FeedKey::FeedKey(const RealmId& realm, const UnitId& unit, std::uint32_t epoch, const FeedId& feed,
                 const EpochSecret& secret)
    : feed_(feed),
      epoch_(epoch),
      expand_(crypto::hkdf_sha256<32>(secret.view(), realm.view(),
                                      epoch_info("gandan/feed/v1", unit, epoch, feed.view()))
                  .view()) {}

crypto::SivKey FeedKey::segment_key(std::uint64_t sequence) const {
  return expand_.expand<64>({as_bytes("gandan/segment/v1"), u64be(sequence)});
}

void FeedKey::leaf_salts(std::uint64_t sequence, std::span<std::uint8_t> salts) const {
  expand_.expand({as_bytes("gandan/leaf/v1"), u64be(sequence)}, salts);
}

Result<protocol::Wrap> make_wrap_for_device(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                            const EpochSecret& secret, const DeviceId& device,
                                            const BoxPublicKey& device_key, Random& random) {
  using namespace protocol;
  Wrap wrap{unit, epoch, WrapKind::device, RecipientId::from(device.view()), 0, {}, {}};
  return seal_wrap(realm, std::move(wrap), secret, device_key, random);
}

Result<protocol::Wrap> make_wrap_for_parent(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                            const EpochSecret& secret, const UnitId& parent,
                                            std::uint32_t parent_epoch, const BoxPublicKey& parent_key,
                                            Random& random) {
  using namespace protocol;
  Wrap wrap{unit, epoch, WrapKind::parent, RecipientId::from(parent.view()), parent_epoch, {}, {}};
  return seal_wrap(realm, std::move(wrap), secret, parent_key, random);
}

Result<protocol::Wrap> make_wrap_for_next_epoch(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                                const EpochSecret& secret, std::uint32_t next,
                                                const BoxPublicKey& next_key, Random& random) {
  using namespace protocol;
  Wrap wrap{unit, epoch, WrapKind::next_epoch, RecipientId::from(unit.view()), next, {}, {}};
  return seal_wrap(realm, std::move(wrap), secret, next_key, random);
}

Result<EpochSecret> open_wrap(const RealmId& realm, const protocol::Wrap& wrap, const crypto::BoxKey& key,
                              const roster::EpochPublic& expected) {
  GANDAN_TRY(const auto opened,
             crypto::hpke_open(key, wrap.enc, protocol::wrap_info(realm, wrap), {}, wrap.ct));
  GANDAN_TRY(auto secret, EpochSecret::from(opened.view()));
  const auto found = epoch_public(realm, wrap.unit, wrap.epoch, secret);
  if (expected.number != wrap.epoch || found.commitment != expected.commitment ||
      found.box_key != expected.box_key) {
    return Error{Code::cannot_open, "not the secret that the epoch's statement names"};
  }
  return secret;
}

void Keyring::add(const UnitId& unit, std::uint32_t epoch, const EpochSecret& secret) {
  auto& held = secrets_[unit];
  if (held.find(epoch) == held.end()) held.emplace(epoch, secret.copy());
}

void Keyring::remove(const UnitId& unit, std::uint32_t epoch) {
  if (const auto held = secrets_.find(unit); held != secrets_.end()) held->second.erase(epoch);
  feed_keys_.clear();  // a cache; those of this epoch must not stay
}

bool Keyring::add_wrap(const protocol::Wrap& wrap, const DeviceId& device, const crypto::BoxKey& device_key,
                       const EpochLookup& lookup) {
  std::optional<crypto::BoxKey> derived;
  if (wrap.kind == protocol::WrapKind::device) {
    if (!equal(wrap.recipient.view(), device.view())) return false;
  } else {
    const auto recipient = UnitId::from(wrap.recipient.view());
    const auto* held = secret(recipient, wrap.recipient_epoch);
    if (!held) return false;
    derived = epoch_box_key(realm_, recipient, wrap.recipient_epoch, *held);
  }
  const auto expected = lookup(wrap.unit, wrap.epoch);
  if (!expected) return false;
  const auto opened = open_wrap(realm_, wrap, derived ? *derived : device_key, *expected);
  if (!opened) return false;
  add(wrap.unit, wrap.epoch, *opened);
  return true;
}

std::vector<std::pair<UnitId, std::uint32_t>> Keyring::add_wraps(std::span<const protocol::Wrap> wraps,
                                                                 const DeviceId& device,
                                                                 const crypto::BoxKey& device_key,
                                                                 const EpochLookup& lookup) {
  std::vector<std::pair<UnitId, std::uint32_t>> added;
  // A round opens at least one epoch or ends the loop: at most as many rounds as a chain of wraps is long.
  for (std::size_t before = added.size() + 1; before != added.size();) {
    before = added.size();
    for (const auto& wrap : wraps) {
      if (secret(wrap.unit, wrap.epoch)) continue;
      if (add_wrap(wrap, device, device_key, lookup)) added.emplace_back(wrap.unit, wrap.epoch);
    }
  }
  return added;
}

const EpochSecret* Keyring::secret(const UnitId& unit, std::uint32_t epoch) const {
  const auto held = secrets_.find(unit);
  if (held == secrets_.end()) return nullptr;
  const auto found = held->second.find(epoch);
  return found == held->second.end() ? nullptr : &found->second;
}

std::optional<std::uint32_t> Keyring::latest(const UnitId& unit) const {
  const auto held = secrets_.find(unit);
  if (held == secrets_.end() || held->second.empty()) return std::nullopt;
  return held->second.rbegin()->first;
}

const FeedKey* Keyring::feed_key(const UnitId& unit, std::uint32_t epoch, const FeedId& feed) {
  const auto found = feed_keys_.find({feed, epoch});
  if (found != feed_keys_.end()) return &found->second;
  const auto* held = secret(unit, epoch);
  if (!held) return nullptr;
  return &feed_keys_.emplace(std::pair(feed, epoch), FeedKey(realm_, unit, epoch, feed, *held)).first->second;
}

}  // namespace gandan::changelog
