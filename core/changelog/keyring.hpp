// Keys of content: epoch secrets, what derives from them, wraps of them, and the ring that holds them.
//
//   epoch secret (32 random bytes per unit and epoch)
//     ├─ commitment   tagged_hash("gandan/epoch/v1", realm, unit ‖ epoch ‖ secret): stands in a signed
//     statement ├─ box key      for wraps of children's and of earlier secrets └─ feed key     per feed ──
//     segment key per sequence number ── SIV key
//                              └─ salts of the segment's op leaves
// The exact derivations: schema/wire/crypto.md and segment.md.
//
// Threading: const members may be called from several threads, except Keyring::feed_key, which caches: a
// Keyring belongs to one thread at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "crypto/kdf.hpp"
#include "crypto/seal/hpke.hpp"
#include "crypto/seal/siv.hpp"
#include "protocol/wrap.hpp"
#include "roster/statement.hpp"

namespace gandan::changelog {

using EpochSecret = crypto::Secret<32>;

EpochSecret new_epoch_secret(Random& random);
Hash epoch_commitment(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                      const EpochSecret& secret);
crypto::BoxKey epoch_box_key(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                             const EpochSecret& secret);
// What the statement that starts the epoch says of it.
roster::EpochPublic epoch_public(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                 const EpochSecret& secret);

// The key of one feed in one epoch: all segments that the feed seals under the epoch.
class FeedKey {
 public:
  FeedKey(const RealmId& realm, const UnitId& unit, std::uint32_t epoch, const FeedId& feed,
          const EpochSecret& secret);

  const FeedId& feed() const { return feed_; }
  std::uint32_t epoch() const { return epoch_; }
  crypto::SivKey segment_key(std::uint64_t sequence) const;
  // Salts of the op leaves of that segment, 16 bytes each, one after the other. Any of them can be disclosed:
  // it says nothing about the others. Precondition: salts.size() is at most 16 · kMaxOpsPerSegment.
  void leaf_salts(std::uint64_t sequence, std::span<std::uint8_t> salts) const;

 private:
  FeedId feed_;
  std::uint32_t epoch_;
  crypto::HmacKey expand_;
};

// Wraps. Each fails with Code::bad_key for a recipient's key of small order.
Result<protocol::Wrap> make_wrap_for_device(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                            const EpochSecret& secret, const DeviceId& device,
                                            const BoxPublicKey& device_key, Random& random);
Result<protocol::Wrap> make_wrap_for_parent(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                            const EpochSecret& secret, const UnitId& parent,
                                            std::uint32_t parent_epoch, const BoxPublicKey& parent_key,
                                            Random& random);
// The secret of `epoch` for whoever has the one of `next`, for history.
Result<protocol::Wrap> make_wrap_for_next_epoch(const RealmId& realm, const UnitId& unit, std::uint32_t epoch,
                                                const EpochSecret& secret, std::uint32_t next,
                                                const BoxPublicKey& next_key, Random& random);
// Opens with the recipient's key and checks commitment and derived box key against the signed ones;
// Code::cannot_open when anything differs.
Result<EpochSecret> open_wrap(const RealmId& realm, const protocol::Wrap& wrap, const crypto::BoxKey& key,
                              const roster::EpochPublic& expected);

// What the roster says of an epoch; nothing when it does not know it (yet).
using EpochLookup = std::function<std::optional<roster::EpochPublic>(const UnitId&, std::uint32_t epoch)>;

// The secrets a device has, zeroised when it goes.
class Keyring {
 public:
  explicit Keyring(const RealmId& realm) : realm_(realm) {}
  Keyring(Keyring&&) = default;
  Keyring& operator=(Keyring&&) = default;

  void add(const UnitId& unit, std::uint32_t epoch,
           const EpochSecret& secret);  // checked already: own, or stored
  void remove(const UnitId& unit, std::uint32_t epoch);
  // Opens what can be opened: wraps for the device, then those for epochs whose secret is there, until
  // nothing more opens; the order of the wraps does not matter. Returns what is new. A wrap for somebody
  // else, one whose epoch the roster does not know and one that does not hold are passed over.
  std::vector<std::pair<UnitId, std::uint32_t>> add_wraps(std::span<const protocol::Wrap> wraps,
                                                          const DeviceId& device,
                                                          const crypto::BoxKey& device_key,
                                                          const EpochLookup& lookup);

  const EpochSecret* secret(const UnitId& unit, std::uint32_t epoch) const;  // nullptr: not given
  std::optional<std::uint32_t> latest(const UnitId& unit) const;  // highest epoch whose secret is there
  const FeedKey* feed_key(const UnitId& unit, std::uint32_t epoch, const FeedId& feed);  // nullptr: not given
  const RealmId& realm() const { return realm_; }

  // Every secret, ascending, e.g. for wrapping them to a new member.
  template <class F>
  void for_each(F f) const {
    for (const auto& [unit, held] : secrets_)
      for (const auto& [epoch, secret] : held) f(unit, epoch, secret);
  }

 private:
  bool add_wrap(const protocol::Wrap& wrap, const DeviceId& device, const crypto::BoxKey& device_key,
                const EpochLookup& lookup);

  RealmId realm_;
  std::map<UnitId, std::map<std::uint32_t, EpochSecret>> secrets_;
  std::map<std::pair<FeedId, std::uint32_t>, FeedKey> feed_keys_;
};

}  // namespace gandan::changelog
