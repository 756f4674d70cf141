// The realm of the year: an administrator's vault, a relay in this process, and the way of a device's
// segments into its ledger. No network: bodies go from hand to hand, everything else is the product's own
// code.
//
//   Phone ── seal ──> segments ── push ──> relay: verify, append, commit, checkpoint ──> Welcome ──> Phone
//   supervisor's vault <── sync::run, entries of the ledger included ── relay
//
// Threading: one thread; the relay has its own.
#pragma once

#include "app/projector.hpp"
#include "dataset/dice.hpp"
#include "dataset/phone.hpp"
#include "relay/relay.hpp"
#include "sync/sync.hpp"
#include "vault/acts.hpp"

namespace gandan::dataset {

constexpr const char* kPassphrase = "một năm Lạng Sơn";  // of the supervisor's vault

// What a dishonest server leaves out of its answers to the supervisor.
struct Withheld {
  FeedId feed;
  std::uint64_t first = 0, until = 0;  // sequence numbers, inclusive
  Hash last;                           // the hash of `until`: what follows names it
};

class Province {
 public:
  Province(const std::string& folder, std::uint64_t seed, YearClock& clock);
  ~Province();

  const RealmId& realm() const { return realm_; }
  const UnitId& top() const { return top_; }
  UnitId add_unit();
  // A device with its feed opened in its unit, or, of an office, in all of them.
  std::unique_ptr<Phone> enrol(roster::Role role, const UnitId& unit);
  Feed& open_feed(Phone& phone, const UnitId& unit, std::uint32_t incarnation = 0);
  void settle();  // the administrator's acts so far stand in the ledger
  void revoke(const Phone& phone);

  // Seals what waits, sends it, and remembers the checkpoint that comes back. False: there was nothing, and
  // it asked only where the ledger stands.
  bool push(Phone& phone);
  // Asks where the ledger stands and seals nothing: a phone that waits for a key.
  void hear(Phone& phone);
  // As push seals it; the segment is in nobody's hands then.
  protocol::Segment seal_one(Phone& phone, Feed& feed, std::span<const changelog::Op> ops);

  // The supervisor's vault, filled by syncs.
  void audit(const std::vector<Withheld>& withheld, const std::function<void(vault::Vault&)>& more);

  vault::Vault& administrator() { return *admin_; }
  records::Catalog& catalog() { return *catalog_; }
  Random& random() { return random_; }
  std::uint64_t ledger_size() const { return ledger_size_; }
  std::uint64_t segments() const { return segments_; }

 private:
  struct Answer;
  bool exchange(Phone& phone, bool seals);
  Answer ask(const Bytes& body);
  void take(const Answer& answer, Phone& phone);

  const std::string folder_;
  YearClock& clock_;
  SeededRandom random_;
  std::unique_ptr<records::Catalog> catalog_;
  std::unique_ptr<app::DocumentProjector> projector_;
  std::unique_ptr<server::Relay> relay_;
  std::unique_ptr<vault::Vault> admin_;
  std::unique_ptr<vault::Vault> supervisor_;
  changelog::SegmentCodec codec_;
  roster::RealmCard card_;
  SignPublicKey ledger_key_;
  RealmId realm_;
  UnitId top_;
  std::vector<UnitId> units_;
  std::uint64_t ledger_size_ = 0, segments_ = 0;
};

}  // namespace gandan::dataset
