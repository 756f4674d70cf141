// Roster: what the ordered statements say of units, devices, roles, epochs and feeds. A pure state machine:
// equal statements in equal order give equal answers, on every device and on the server. It opens nothing.
//
// Two administrators may act without having seen each other. What came too late to say anything (a role that
// has ended already, an epoch that another one started, a set of forms whose number is taken) is accepted and
// changes nothing, so that the issuer's next statement still follows.
//
//   size, head     count and hash chain of the authority statements (all but feed openings):
//                  head(n) = H("gandan/roster-head/v1" ‖ realm ‖ head(n-1) ‖ statement hash)
//   at size n      who held which role after the first n authority statements: what a segment's header names
//   now            after all that was applied
//
// Threading: a value; const calls from several threads are safe while nobody applies.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "roster/statement.hpp"

namespace gandan::roster {

// Where in the order a statement stands, and what its issuer had seen: for what one knew of the other.
struct Origin {
  std::uint64_t from = 0;  // roster size after it
  std::uint64_t seen = 0;  // roster size that it names
  DeviceId issuer;

  // Whether who said this knew of `other`, which stands before it.
  bool knew(const Origin& other) const {
    return other.from <= seen || (other.issuer == issuer && other.from < from);
  }
};
struct EpochInfo : EpochPublic {
  Origin origin;
};
struct ParentInfo {
  UnitId id;               // zero for the top
  std::uint64_t from = 0;  // holds at roster sizes >= from
};
struct UnitInfo {
  UnitId id;
  std::vector<ParentInfo> parents;  // ascending; the last is current
  std::vector<EpochInfo> epochs;    // ascending; the last is current
  std::vector<Origin> cuts;         // what took readers away from here and below: removals, moves

  const UnitId& parent() const { return parents.back().id; }
};
struct GrantInfo {
  Role role;
  UnitId unit;
  Origin origin;                               // holds at roster sizes >= origin.from …
  std::optional<std::uint64_t> until;          // … and < until
  std::optional<std::uint64_t> revoked_index;  // ledger index of the revocation, when it has one
};
struct DeviceInfo {
  DeviceId id;
  SignPublicKey sign_key;
  BoxPublicKey box_key;
  std::vector<GrantInfo> grants;
};
struct FeedInfo {
  FeedId id;
  DeviceId device;
  UnitId unit;
  std::uint32_t incarnation = 0;
};

struct SchemaInfo {
  SchemaBody body;
  DeviceId issuer;
  Origin origin;
};

// accept: say of a finalised record that the office takes it. ask: hand one back with a question. witness:
// cosign checkpoints; of the top unit, for there is one ledger.
enum class Right { read, write, administer, accept, ask, witness };

// Whether a statement's signature is checked again: one that a vault or store keeps was checked when it came.
enum class Signatures { verify, verified_before };

class Roster {
 public:
  // Starts a realm from its root statement; checks its signature.
  static Result<Roster> start(const Statement& root);

  // Applies the next statement: signature, issuer's chain, roster head, authority. One that is known already
  // is accepted and changes nothing. `ledger_index` is absent for what came by hand and is not in the ledger
  // yet. Errors: bad_statement, bad_signature, not_authorized, unknown_unit, unknown_device. Nothing changes
  // on error.
  Status apply(const Statement& statement, std::optional<std::uint64_t> ledger_index,
               Signatures signatures = Signatures::verify);

  // Whether it is what its issuer signed next: signature, chain and roster head, as `apply` checks them
  // before it looks at what is said. Allocates nothing that lasts.
  Status authentic(const Statement& statement) const { return check_issuer(statement, Signatures::verify); }

  const RealmId& realm() const { return realm_; }
  const Hash& fingerprint() const { return fingerprint_; }
  const RootBody& root() const { return root_; }
  std::uint64_t size() const { return heads_.size(); }
  // Head after the first `size` authority statements; nothing beyond size().
  std::optional<Hash> head(std::uint64_t size) const;
  bool knows(const Hash& statement) const { return known_.count(statement) != 0; }
  Hash last_statement_of(const DeviceId& issuer) const;  // zero: none yet

  const UnitInfo* unit(const UnitId& id) const;
  const DeviceInfo* device(const DeviceId& id) const;
  const FeedInfo* feed(const FeedId& id) const;
  const std::map<UnitId, UnitInfo>& units() const { return units_; }
  const std::map<DeviceId, DeviceInfo>& devices() const { return devices_; }
  const std::map<FeedId, FeedInfo>& feeds() const { return feeds_; }
  const std::vector<SchemaInfo>& schemas() const { return schemas_; }  // by number
  // Sets whose number another one had already, unknown to their issuer: kept, in use nowhere.
  const std::vector<SchemaInfo>& overtaken_schemas() const { return overtaken_schemas_; }
  std::size_t moves() const { return moves_.size(); }  // of units, so far
  // Whether a schema has this chunk: whoever is enrolled may then read it.
  bool is_schema_chunk(const Hash& chunk) const;
  std::uint32_t next_incarnation(const DeviceId& device, const UnitId& unit) const;
  // Is `unit` the same as `ancestor` or below it? At a roster size, or now.
  bool within(const UnitId& unit, const UnitId& ancestor, std::uint64_t at) const;
  bool within(const UnitId& unit, const UnitId& ancestor) const { return within(unit, ancestor, size()); }

  // Whether somebody lost the right to read the unit whom the issuer of its epoch did not know to be gone: a
  // new epoch must start before anything is safe from that reader.
  bool rotation_due(const UnitId& unit) const;
  // Whether the unit's epoch was started by somebody who did not know of a device that was given a role
  // there, by somebody who did not know of the epoch: nobody wrapped its secret for that device.
  bool epoch_missed(const UnitId& unit, const GrantInfo& grant) const;

  // May the device do that in the unit, after the first `at` authority statements?
  bool may(const DeviceId& device, Right right, const UnitId& unit, std::uint64_t at) const;
  bool may(const DeviceId& device, Right right, const UnitId& unit) const {
    return may(device, right, unit, size());
  }
  // Units whose content the device may read now: those of its grants and all below.
  std::set<UnitId> readable_units(const DeviceId& device) const;

  // The last grant by which the device may write in the unit, or might once; nullptr: never.
  const GrantInfo* wrote_by(const DeviceId& device, const UnitId& unit) const;

  // Whether an administrator accepted that segment of a device that was removed.
  bool accepted(const FeedId& feed, std::uint64_t sequence, const Hash& hash) const;

  // Whether a segment of `device` in `unit` counts: authorised at the roster size it names, and in the ledger
  // before a revocation of all that authorised it. `ledger_index` absent: carried by hand, provisional until
  // a revocation stands in the ledger. With another right: whether an act in such a segment that wants it
  // counts. What an administrator accepted by name (`accepted`) counts whenever it comes.
  bool counts(const DeviceId& device, const UnitId& unit, std::uint64_t named_size,
              std::optional<std::uint64_t> ledger_index, Right right = Right::write) const {
    return relies_on(device, unit, named_size, ledger_index, right) != nullptr;
  }
  // The grant by which it counts; nullptr: it does not.
  const GrantInfo* relies_on(const DeviceId& device, const UnitId& unit, std::uint64_t named_size,
                             std::optional<std::uint64_t> ledger_index, Right right = Right::write) const;

 private:
  Roster() = default;
  Status check_issuer(const Statement& statement, Signatures signatures) const;
  Status apply_body(const Statement& statement, std::optional<std::uint64_t> ledger_index);
  Status apply_move(const MoveBody& body, const Origin& origin, std::optional<std::uint64_t> ledger_index);
  std::size_t depth(const UnitId& unit) const;   // units above it
  std::size_t height(const UnitId& unit) const;  // units below it, the longest way
  // Ledger index from which the unit is no longer within `ancestor`, where it was at size `named`.
  std::optional<std::uint64_t> moved_away_index(const UnitId& unit, const UnitId& ancestor,
                                                std::uint64_t named) const;

  RealmId realm_;
  Hash fingerprint_;
  RootBody root_;
  std::vector<Hash> heads_;              // heads_[n-1] is head(n)
  std::map<Hash, std::uint64_t> known_;  // with the roster's size after it; a feed opening's is 0
  std::map<DeviceId, Hash> last_of_;
  std::map<UnitId, UnitInfo> units_;
  std::map<DeviceId, DeviceInfo> devices_;
  std::map<FeedId, FeedInfo> feeds_;
  std::map<std::pair<DeviceId, UnitId>, std::uint32_t> incarnations_;  // how many feeds are open
  std::vector<SchemaInfo> schemas_;
  std::vector<SchemaInfo> overtaken_schemas_;
  std::map<std::pair<FeedId, std::uint64_t>, std::set<Hash>> accepted_;
  struct Move {
    std::uint64_t from = 0;
    std::optional<std::uint64_t> index;  // in the ledger, when it is there
  };
  std::vector<Move> moves_;  // ascending
};

}  // namespace gandan::roster
