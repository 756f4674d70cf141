// What keeps a record's personal data: holds, and their end. Statements of the roster, so that whether an
// erasure takes effect is decided where its approvals are, by the ledger's order, and does not hang on what
// an approver's device had heard.
//
// An erasure answers for all the time since it was proposed: who approves looked at a record that nobody
// held. One that a hold has met has no effect, not after it was lifted either; then it is proposed anew.
#include <algorithm>

#include "roster/roster.hpp"

namespace gandan::roster {
namespace {

// Whether its issuer may, or might where he stood: he had not seen what took it from him. What gave it to him
// may have come by hand, behind the roster that he names. It breaks nobody's chain, or all that he said
// behind it would be lost with it.
bool could(const Roster& roster, const Origin& origin, const UnitId& unit) {
  const auto might = [&](std::uint64_t at) {
    return at >= origin.seen && roster.may(origin.issuer, Right::accept, unit, at);
  };
  if (might(roster.size()) || might(origin.seen)) return true;
  const auto* issuer = roster.device(origin.issuer);
  if (issuer == nullptr) return false;
  const auto& grants = issuer->grants;
  if (std::any_of(grants.begin(), grants.end(),
                  [&](const GrantInfo& grant) { return might(grant.origin.from); }))
    return true;
  const auto& units = roster.units();  // what changes the tree is a move of some unit
  return std::any_of(units.begin(), units.end(), [&](const auto& known) {
    const auto& parents = known.second.parents;
    return std::any_of(parents.begin(), parents.end(),
                       [&](const ParentInfo& parent) { return might(parent.from); });
  });
}

}  // namespace

const std::vector<HoldInfo>& Roster::holds(const RecordId& record) const {
  static const std::vector<HoldInfo> none;
  const auto found = holds_.find(record);
  return found == holds_.end() ? none : found->second;
}

bool Roster::held(const RecordId& record) const {
  const auto& all = holds(record);
  return std::any_of(all.begin(), all.end(), [](const HoldInfo& hold) { return !hold.lifted; });
}

const HoldInfo* Roster::held_against(const ProposalInfo& proposal) const {
  const auto* erase = std::get_if<EraseAct>(&proposal.act);
  if (erase == nullptr || proposal.done) return nullptr;
  for (const auto& hold : holds(erase->record))
    if (!hold.lifted || hold.lifted->from > proposal.proposed.from) return &hold;
  return nullptr;
}

// One by an office from which the unit was moved away meanwhile stands, for what is erased is gone; one by a
// device that was removed says nothing.
Status Roster::hold(const HoldBody& body, const Hash& hash, const Origin& origin) {
  const auto* of = founder(body.record);
  // No ledger takes one before the opening of the feed. A removed device that was restored is given no
  // opening of its own: there it says nothing, and what follows goes on.
  if (of == nullptr) return ever_had(origin.issuer, Right::accept) ? Status() : Status(Code::not_authorized);
  if (!could(*this, origin, of->unit)) return Code::not_authorized;
  const auto& grants = device(origin.issuer)->grants;
  if (std::all_of(grants.begin(), grants.end(),
                  [](const GrantInfo& grant) { return grant.until.has_value(); }))
    return {};
  holds_[body.record].push_back({hash, origin, {}});
  hold_of_[hash] = body.record;
  return {};
}

Status Roster::lift(const LiftBody& body, const Origin& origin) {
  const auto found = hold_of_.find(body.hold);
  // It may have come by hand and never have reached the ledger: who lifts it goes on all the same.
  if (found == hold_of_.end())
    return ever_had(origin.issuer, Right::accept) ? Status() : Status(Code::not_authorized);
  const UnitId& unit = founder(found->second)->unit;
  if (!may(origin.issuer, Right::accept, unit))
    return could(*this, origin, unit) ? Status() : Status(Code::not_authorized);
  for (auto& hold : holds_.at(found->second))
    if (hold.hash == body.hold && !hold.lifted) hold.lifted = origin;
  return {};
}

}  // namespace gandan::roster
