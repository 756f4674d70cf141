// What keeps a record's personal data: holds, and their end. Statements of the roster, so that whether an
// erasure takes effect is decided where its approvals are, by the ledger's order, and does not hang on what
// an approver's device had heard.
//
// An erasure answers for all the time since it was proposed: who approves looked at a record that nobody
// held. One that a hold has met has no effect, not after it was lifted either; then it is proposed anew.
#include <algorithm>

#include "roster/roster.hpp"

namespace gandan::roster {

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

Status Roster::hold(const HoldBody& body, const Hash& hash, const Origin& origin) {
  const auto* of = founder(body.record);
  if (of == nullptr) return Code::unknown_feed;
  if (!may(origin.issuer, Right::accept, of->unit)) return Code::not_authorized;
  holds_[body.record].push_back({hash, origin, {}});
  hold_of_[hash] = body.record;
  return {};
}

Status Roster::lift(const LiftBody& body, const Origin& origin) {
  const auto found = hold_of_.find(body.hold);
  // It may have come by hand and never have reached the ledger: who lifts it goes on all the same.
  if (found == hold_of_.end())
    return ever_had(origin.issuer, Right::accept) ? Status() : Status(Code::not_authorized);
  if (!may(origin.issuer, Right::accept, founder(found->second)->unit)) return Code::not_authorized;
  for (auto& hold : holds_.at(found->second))
    if (hold.hash == body.hold && !hold.lifted) hold.lifted = origin;
  return {};
}

}  // namespace gandan::roster
