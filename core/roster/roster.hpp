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
// What one person must not do alone is proposed and approved (two_person.cpp): by so many persons as the
// realm's threshold says, on devices that are not one person's.
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
  DeviceId person;                             // an administrator's: the first device of the same person
  DeviceId ended_by;                           // who issued what ended it; zero while it holds
  std::optional<RevokeReason> reason;          // why it ended
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

// What one person must not do alone, and what became of it.
struct ProposalInfo {
  Hash hash;  // of the statement that proposes it
  Act act;
  UnitId unit;  // its administrators approve
  Origin proposed;
  std::vector<Origin> approvals;
  std::optional<Origin> withdrawn;
  std::optional<Origin> done;          // the approval that put it into effect
  std::optional<std::uint64_t> index;  // of that approval in the ledger
};

// A record that has to be kept (hold.cpp).
struct HoldInfo {
  Hash hash;  // of the statement that holds
  Origin origin;
  std::optional<Origin> lifted;
};

// A device that held roles and holds none any more.
struct Removal {
  DeviceId by;                         // who issued what ended its last role
  std::uint64_t from = 0;              // roster size after that
  std::optional<std::uint64_t> index;  // of the last such statement in the ledger, once it has all of them
};

// accept: say of a finalised record that the office takes it, hold one or lift a hold. ask: hand one back
// with a question. witness: cosign checkpoints; of the top unit, for there is one ledger.
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
  std::size_t moves() const { return moves_.size(); }                        // of units, so far
  const std::vector<ProposalInfo>& proposals() const { return proposals_; }  // by their order
  const ProposalInfo* proposal(const Hash& hash) const;
  // Its approval by which a record's personal data is erased; nullptr: none is in effect. What only came by
  // hand is not: the ledger decides whether it was approved.
  const ProposalInfo* erased(const RecordId& record) const;

  // Who holds a record or did, by their order; and whether somebody does.
  const std::vector<HoldInfo>& holds(const RecordId& record) const;
  bool held(const RecordId& record) const;
  // Of an erasure that is not in effect: a hold that stood at some time since it was proposed, which it never
  // outlives. nullptr: none, or another act.
  const HoldInfo* held_against(const ProposalInfo& proposal) const;

  // The act that this proposal or approval put into effect; nullptr: none, or not this one.
  const Act* effect_of(const Statement& statement) const;
  // How many persons say yes to such an act about this unit, now. An erasure, a new root key and new recovery
  // keys want two at least.
  std::size_t persons_needed(const Act& act, const UnitId& unit) const;
  // Who said yes and may still, by person.
  std::set<DeviceId> persons_for(const ProposalInfo& proposal) const;
  // Devices of one administrator are one person: the first of them. The device itself otherwise.
  DeviceId person_of(const DeviceId& device) const;
  std::uint8_t threshold() const { return threshold_; }     // persons; 1: administrators act alone
  bool root_alone() const { return root_alone_; }           // recovered: the root needs nobody's approval
  std::set<DeviceId> persons_at(const UnitId& unit) const;  // who administer it
  const SignPublicKey& root_key() const { return root_key_; }
  // The keys that recover the root, and the proposal that named them; nullptr: none.
  const RecoveryAct* recovery() const { return recovery_ ? &recovery_->second : nullptr; }
  Hash recovery_name() const { return recovery_ ? recovery_->first : Hash{}; }

  // What the realm asks of its devices, and whether the ledger has what says so (policy.cpp).
  const PolicyAct& policy() const;
  bool policy_logged() const;
  // Nothing: it holds a role, or never did.
  std::optional<Removal> removal(const DeviceId& device) const;

  // The feed that made a record or item: its id begins as the feed's does. nullptr: none that is known.
  const FeedInfo* founder(const RecordId& record) const;
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
  Status apply_grant(const GrantBody& body, const Origin& origin, const DeviceId& person = {});
  Status apply_revoke(const RevokeBody& body, const Origin& origin,
                      std::optional<std::uint64_t> ledger_index);
  Status apply_accept(const AcceptBody& body);
  void learn_index(const Statement& statement, std::uint64_t from, std::uint64_t ledger_index);
  void set_revoked_index(const RevokeBody& body, std::uint64_t from, std::uint64_t ledger_index);

  // two_person.cpp
  bool alone(const DeviceId& issuer, const Body& body) const;
  bool knew_what_it_takes(const Origin& origin, const Body& body) const;
  Result<UnitId> unit_of(const Act& act) const;
  bool same_person(const DeviceId& a, const DeviceId& b) const;
  bool ever_had(const DeviceId& issuer, Right right) const;
  bool ever_administered(const DeviceId& issuer) const;
  bool knew_persons(const Origin& origin, const DeviceId& other) const;
  bool is_stale(const ProposalInfo& proposal) const;
  Status propose(const ProposeBody& body, const Hash& hash, const Origin& origin,
                 std::optional<std::uint64_t> ledger_index);
  Status approve(const ApproveBody& body, const Origin& origin, std::optional<std::uint64_t> ledger_index);
  Status withdraw(const WithdrawBody& body, const Origin& origin);
  void settle(ProposalInfo& proposal, const Origin& origin, std::optional<std::uint64_t> ledger_index);
  Status fits(const Act& act) const;
  bool take_effect(const ProposalInfo& proposal, const Origin& origin,
                   std::optional<std::uint64_t> ledger_index);
  Status recover(const RecoverBody& body);
  Status hold(const HoldBody& body, const Hash& hash, const Origin& origin);  // hold.cpp
  Status lift(const LiftBody& body, const Origin& origin);
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
  std::vector<ProposalInfo> proposals_;
  std::map<Hash, std::size_t> proposal_at_;  // its place in proposals_
  std::map<RecordId, std::size_t> erased_;   // the same of what was approved
  std::map<RecordId, std::vector<HoldInfo>> holds_;
  std::map<Hash, RecordId> hold_of_;  // by the statement that holds
  std::uint8_t threshold_ = 1;
  std::optional<Origin> threshold_set_;  // by what
  bool root_alone_ = false;              // recovered, and no threshold was set since
  std::set<SignPublicKey> former_roots_;
  SignPublicKey root_key_;
  std::optional<std::pair<Hash, RecoveryAct>> recovery_;
  std::optional<std::size_t> policy_at_;  // its place in proposals_
  struct Move {
    std::uint64_t from = 0;
    std::optional<std::uint64_t> index;  // in the ledger, when it is there
  };
  std::vector<Move> moves_;  // ascending
};

}  // namespace gandan::roster
