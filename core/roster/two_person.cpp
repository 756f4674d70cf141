// What one person must not do alone: to make or remove an administrator, accept what came after a removal,
// erase personal data, change the root key, the recovery keys or the threshold itself. DESIGN's two-person
// acts; see roster.hpp.
//
// Persons are administrators' devices: those that were made one person's by approval are one. The root key
// is nobody's second person while there are enough administrators: whoever founded the realm may hold it.
#include <algorithm>

#include "roster/roster.hpp"

namespace gandan::roster {
namespace {
constexpr std::size_t kFounderBytes = 10;  // changelog/op.hpp
constexpr std::size_t kMaxPersonSteps = 16;

Error bad(const char* detail) { return Error{Code::bad_statement, detail}; }
}  // namespace

const FeedInfo* Roster::founder(const RecordId& record) const {
  FeedId first;  // the least id that begins so
  std::copy_n(record.bytes.begin(), kFounderBytes, first.bytes.begin());
  const auto at = feeds_.lower_bound(first);
  const bool found =
      at != feeds_.end() && equal(at->first.view().first(kFounderBytes), record.view().first(kFounderBytes));
  return found ? &at->second : nullptr;
}

const ProposalInfo* Roster::proposal(const Hash& hash) const {
  const auto found = proposal_at_.find(hash);
  return found == proposal_at_.end() ? nullptr : &proposals_[found->second];
}

const ProposalInfo* Roster::erased(const RecordId& record) const {
  const auto found = erased_.find(record);
  if (found == erased_.end() || !proposals_[found->second].index) return nullptr;
  return &proposals_[found->second];
}

const Act* Roster::effect_of(const Statement& statement) const {
  const auto* approval = std::get_if<ApproveBody>(&statement.body);
  if (approval == nullptr && !std::holds_alternative<ProposeBody>(statement.body)) return nullptr;
  const Hash hash = statement_hash(realm_, statement);
  const auto known = known_.find(hash);
  const auto* proposal = this->proposal(approval != nullptr ? approval->proposal : hash);
  if (known == known_.end() || proposal == nullptr || !proposal->done ||
      proposal->done->from != known->second)
    return nullptr;
  return &proposal->act;
}

DeviceId Roster::person_of(const DeviceId& device) const {
  DeviceId out = device;
  for (std::size_t steps = 0; steps < kMaxPersonSteps; ++steps) {
    DeviceId next = out;
    if (const auto* info = this->device(out))
      for (const auto& grant : info->grants)
        if (!grant.person.is_zero()) next = grant.person;
    if (next == out) break;
    out = next;
  }
  return out;
}

// Administrators of the unit or above it, by person; those with one signing key are one as well.
std::set<DeviceId> Roster::persons_at(const UnitId& unit) const {
  std::set<DeviceId> out;
  std::set<SignPublicKey> keys;
  for (const auto& [id, info] : devices_)
    if (may(id, Right::administer, unit) && keys.insert(info.sign_key).second) out.insert(person_of(id));
  return out;
}

std::size_t Roster::persons_needed(const Act& act, const UnitId& unit) const {
  if (std::holds_alternative<EraseAct>(act)) return std::max<std::size_t>(2, threshold_);
  const bool root = std::holds_alternative<RootKeyAct>(act) || std::holds_alternative<RecoveryAct>(act);
  const std::size_t wanted = std::max<std::size_t>(root ? 2 : 1, threshold_);
  // The root key stands in for one who is missing, so that a realm whose administrators have gone is not
  // locked for ever.
  return std::min(wanted, persons_at(unit).size() + 1);
}

std::set<DeviceId> Roster::persons_for(const ProposalInfo& proposal) const {
  std::set<DeviceId> out;
  std::set<SignPublicKey> keys;
  const DeviceId root = root_id(root_key_);
  const bool root_stands_in = !std::holds_alternative<EraseAct>(proposal.act) &&
                              persons_at(proposal.unit).size() < std::max<std::size_t>(2, threshold_);
  const auto count = [&](const DeviceId& issuer) {
    if (issuer == root) {
      if (root_stands_in && keys.insert(root_key_).second) out.insert(root);
    } else if (may(issuer, Right::administer, proposal.unit) &&
               keys.insert(device(issuer)->sign_key).second) {
      out.insert(person_of(issuer));
    }
  };
  count(proposal.proposed.issuer);
  for (const auto& approval : proposal.approvals) count(approval.issuer);
  return out;
}

// Whether `body` is nothing that its issuer has to propose.
bool Roster::alone(const DeviceId& issuer, const Body& body) const {
  if (threshold_ < 2 || (root_alone_ && issuer == root_id(root_key_))) return true;
  if (const auto* grant = std::get_if<GrantBody>(&body))
    return grant->role != Role::admin ||
           persons_needed(AdminAct{grant->sign_key, grant->box_key, grant->unit, {}}, grant->unit) < 2;
  if (const auto* revoke = std::get_if<RevokeBody>(&body)) {
    const auto* info = device(revoke->device);
    const bool administrator =
        info != nullptr && std::any_of(info->grants.begin(), info->grants.end(), [&](const GrantInfo& grant) {
          return grant.role == Role::admin && grant.unit == revoke->unit && !grant.until;
        });
    return !administrator || persons_needed(*revoke, revoke->unit) < 2;
  }
  if (const auto* accept = std::get_if<AcceptBody>(&body)) {
    const auto* of = feed(accept->feed);
    return of == nullptr || persons_needed(*accept, of->unit) < 2;
  }
  return true;
}

// Whether who said so had seen the threshold, and of whom he removes, that he is an administrator by now.
bool Roster::knew_what_it_takes(const Origin& origin, const Body& body) const {
  if (threshold_set_ && !origin.knew(*threshold_set_)) return false;
  const auto* revoke = std::get_if<RevokeBody>(&body);
  const auto* info = revoke == nullptr ? nullptr : device(revoke->device);
  return info == nullptr ||
         std::none_of(info->grants.begin(), info->grants.end(), [&](const GrantInfo& grant) {
           return grant.role == Role::admin && grant.unit == revoke->unit && !grant.until &&
                  !origin.knew(grant.origin);
         });
}

// Whose administrators decide.
Result<UnitId> Roster::unit_of(const Act& act) const {
  if (const auto* erase = std::get_if<EraseAct>(&act)) {
    const auto* of = founder(erase->record);
    if (of == nullptr) return Code::unknown_feed;
    return of->unit;
  }
  if (const auto* admin = std::get_if<AdminAct>(&act)) return admin->unit;
  if (const auto* revoke = std::get_if<RevokeBody>(&act)) return revoke->unit;
  if (const auto* accept = std::get_if<AcceptBody>(&act)) {
    const auto* of = feed(accept->feed);
    if (of == nullptr) return Code::unknown_feed;
    return of->unit;
  }
  return root_.top;
}

// Whether it can be done as things stand.
Status Roster::fits(const Act& act) const {
  if (const auto* admin = std::get_if<AdminAct>(&act)) {
    const auto* known = device(device_id(admin->sign_key, admin->box_key));
    if (known != nullptr && (known->sign_key != admin->sign_key || known->box_key != admin->box_key))
      return bad("other keys under a known id");
    if (!admin->person.is_zero() && device(admin->person) == nullptr) return Code::unknown_device;
    for (const auto& [id, other] : devices_)
      if (other.sign_key == admin->sign_key && other.box_key != admin->box_key)
        return bad("a signing key that another device has");
  }
  if (const auto* revoke = std::get_if<RevokeBody>(&act)) {
    const auto* known = device(revoke->device);
    if (known == nullptr) return Code::unknown_device;
    if (std::none_of(known->grants.begin(), known->grants.end(),
                     [&](const GrantInfo& grant) { return grant.unit == revoke->unit; }))
      return bad("the device never held a role there");
  }
  if (const auto* threshold = std::get_if<ThresholdAct>(&act)) {
    if (threshold->persons < 1 || threshold->persons > kMaxPersons) return bad("persons of a threshold");
  }
  if (const auto* policy = std::get_if<PolicyAct>(&act))
    if (policy->lease_days > kMaxLeaseDays) return bad("days of a lease");
  if (const auto* root = std::get_if<RootKeyAct>(&act))
    if (root->root_key == root_key_ || former_roots_.count(root->root_key) != 0)
      return bad("a root key that was in force before");
  if (const auto* recovery = std::get_if<RecoveryAct>(&act)) {
    const auto& keys = recovery->keys;
    const bool ascending = std::adjacent_find(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
                             return !(a < b);
                           }) == keys.end();
    if (!ascending || recovery->needed < 1 || recovery->needed > keys.size() ||
        keys.size() > kMaxRecoveryKeys)
      return bad("recovery keys");
  }
  return {};
}

bool Roster::ever_administered(const DeviceId& issuer) const {
  return issuer == root_id(root_key_) || ever_had(issuer, Right::administer);
}

bool Roster::same_person(const DeviceId& a, const DeviceId& b) const {
  return a == b || (device(a) != nullptr && device(b) != nullptr && person_of(a) == person_of(b));
}

// Whether who says so had seen what made his device and the other one person's.
bool Roster::knew_persons(const Origin& origin, const DeviceId& other) const {
  for (const auto* info : {device(origin.issuer), device(other)})
    if (info != nullptr)
      for (const auto& grant : info->grants)
        if (!grant.person.is_zero() && !origin.knew(grant.origin)) return false;
  return true;
}

Status Roster::propose(const ProposeBody& body, const Hash& hash, const Origin& origin,
                       std::optional<std::uint64_t> ledger_index) {
  GANDAN_TRY(const UnitId unit, unit_of(body.act));
  if (this->unit(unit) == nullptr) return Code::unknown_unit;
  const bool erases = std::holds_alternative<EraseAct>(body.act);
  const bool by_root = origin.issuer == root_id(root_key_) && !erases;
  if (!by_root && !may(origin.issuer, Right::administer, unit)) return Code::not_authorized;
  GANDAN_CHECK(fits(body.act));
  proposal_at_[hash] = proposals_.size();
  proposals_.push_back({hash, body.act, unit, origin, {}, {}, {}, {}});
  settle(proposals_.back(), origin, ledger_index);
  return {};
}

Status Roster::approve(const ApproveBody& body, const Origin& origin,
                       std::optional<std::uint64_t> ledger_index) {
  const auto found = proposal_at_.find(body.proposal);
  // What an administrator approves may have come by hand and never reached the ledger: his next statement
  // follows all the same.
  if (found == proposal_at_.end()) return ever_administered(origin.issuer) ? Status() : Code::not_authorized;
  auto& proposal = proposals_[found->second];
  const bool erases = std::holds_alternative<EraseAct>(proposal.act);
  const bool by_root = origin.issuer == root_id(root_key_) && !erases;
  if (!by_root && !may(origin.issuer, Right::administer, proposal.unit)) return Code::not_authorized;
  const auto same_key = [&](const DeviceId& other) {
    const auto *a = device(origin.issuer), *b = device(other);
    return origin.issuer == other || (a != nullptr && b != nullptr && a->sign_key == b->sign_key);
  };
  if (same_key(proposal.proposed.issuer)) return Code::act_same_person;
  for (const auto& approval : proposal.approvals)
    if (same_key(approval.issuer) && origin.knew(approval)) return Code::act_same_person;
  // Whose person his device became unknown to him, says nothing more.
  if (same_person(origin.issuer, proposal.proposed.issuer))
    return knew_persons(origin, proposal.proposed.issuer) ? Status(Code::act_same_person) : Status();
  for (const auto& approval : proposal.approvals)
    if (same_person(origin.issuer, approval.issuer))
      return origin.knew(approval) && knew_persons(origin, approval.issuer) ? Status(Code::act_same_person)
                                                                            : Status();
  if (proposal.withdrawn && origin.knew(*proposal.withdrawn)) return Code::act_withdrawn;
  // What came too late says nothing.
  if (proposal.withdrawn || proposal.done) return {};
  proposal.approvals.push_back(origin);
  settle(proposal, origin, ledger_index);
  return {};
}

Status Roster::withdraw(const WithdrawBody& body, const Origin& origin) {
  const auto found = proposal_at_.find(body.proposal);
  if (found == proposal_at_.end()) return Code::act_unknown;
  auto& proposal = proposals_[found->second];
  // Whoever disagrees does not approve; to withdraw is the proposer's, or one person could stop everything.
  const bool by_root = origin.issuer == root_id(root_key_);
  if (!by_root && !same_person(origin.issuer, proposal.proposed.issuer)) return Code::not_authorized;
  if (!proposal.done && !proposal.withdrawn) proposal.withdrawn = origin;
  return {};
}

// A proposal whose proposer was removed since is nobody's: others propose it anew.
void Roster::settle(ProposalInfo& proposal, const Origin& origin, std::optional<std::uint64_t> ledger_index) {
  const DeviceId& proposer = proposal.proposed.issuer;
  if (proposer != root_id(root_key_) && !may(proposer, Right::administer, proposal.unit)) return;
  const bool root_says =
      origin.issuer == root_id(root_key_) && root_alone_ && !std::holds_alternative<EraseAct>(proposal.act);
  if (!root_says && persons_for(proposal).size() < persons_needed(proposal.act, proposal.unit)) return;
  if (!take_effect(proposal, origin, ledger_index)) return;
  proposal.done = origin;
  proposal.index = ledger_index;
}

// Whether the device's role there began or ended since it was proposed: an old yes is none to that.
bool Roster::is_stale(const ProposalInfo& proposal) const {
  const auto* admin = std::get_if<AdminAct>(&proposal.act);
  const auto* revoke = std::get_if<RevokeBody>(&proposal.act);
  const auto* info = admin != nullptr    ? device(device_id(admin->sign_key, admin->box_key))
                     : revoke != nullptr ? device(revoke->device)
                                         : nullptr;
  if (info == nullptr) return false;
  return std::any_of(info->grants.begin(), info->grants.end(), [&](const GrantInfo& grant) {
    if (grant.role != Role::admin || grant.unit != proposal.unit) return false;
    return grant.origin.from > proposal.proposed.from ||
           (grant.until && *grant.until > proposal.proposed.from);
  });
}

// False: what it is about has changed since it was proposed; it says nothing.
bool Roster::take_effect(const ProposalInfo& proposal, const Origin& origin,
                         std::optional<std::uint64_t> ledger_index) {
  const Act& act = proposal.act;
  if (!fits(act).ok() || is_stale(proposal) || held_against(proposal) != nullptr) return false;
  if (const auto* erase = std::get_if<EraseAct>(&act))
    return erased_.emplace(erase->record, proposal_at_.at(proposal.hash)).second;
  if (const auto* admin = std::get_if<AdminAct>(&act)) {
    const DeviceId person = admin->person.is_zero() ? DeviceId{} : person_of(admin->person);
    // Who had not seen all that stands before his approval may not know that the device has a role by it, and
    // needs the unit's secret: as if its grant had known of no epoch. A wrap too many is the cost.
    const bool seen_all = origin.seen + 1 >= origin.from;
    return apply_grant({admin->sign_key, admin->box_key, Role::admin, admin->unit},
                       seen_all ? origin : Origin{origin.from, 0, {}}, person)
        .ok();
  }
  if (const auto* revoke = std::get_if<RevokeBody>(&act))
    return apply_revoke(*revoke, origin, ledger_index).ok();
  if (const auto* accept = std::get_if<AcceptBody>(&act)) return apply_accept(*accept).ok();
  if (const auto* threshold = std::get_if<ThresholdAct>(&act)) {
    if (threshold->persons > persons_at(root_.top).size()) return false;
    threshold_ = threshold->persons;
    threshold_set_ = origin;
    root_alone_ = false;
  }
  if (const auto* root = std::get_if<RootKeyAct>(&act)) {
    former_roots_.insert(root_key_);
    root_key_ = root->root_key;
  }
  if (const auto* recovery = std::get_if<RecoveryAct>(&act)) recovery_ = {proposal.hash, *recovery};
  if (std::holds_alternative<PolicyAct>(act)) policy_at_ = proposal_at_.at(proposal.hash);
  return true;
}

// So many keepers said it that what they say goes: the new root acts alone until a threshold is set anew, or
// a realm whose administrators are gone could make no new ones. Administrators go by the threshold that was.
Status Roster::recover(const RecoverBody& body) {
  if (!recovery_ || body.keys != recovery_->first) return bad("other recovery keys");
  const auto& [name, set] = *recovery_;
  const Bytes message = recovery_message(realm_, name, root_key_, body.root_key);
  std::size_t valid = 0;
  for (std::size_t i = 0; i < body.signatures.size(); ++i) {
    const auto& one = body.signatures[i];
    if (one.key >= set.keys.size() || (i > 0 && one.key <= body.signatures[i - 1].key))
      return bad("order of the recovery signatures");
    if (!crypto::verify(set.keys[one.key], message, one.signature)) return Code::bad_signature;
    ++valid;
  }
  if (valid < set.needed) return Code::too_few_persons;
  if (body.root_key == root_key_ || former_roots_.count(body.root_key) != 0)
    return bad("a root key that was in force before");
  former_roots_.insert(root_key_);
  root_key_ = body.root_key;
  root_alone_ = true;
  return {};
}

}  // namespace gandan::roster
