// Acts: what takes more than one person in this realm, for the handlers that propose some.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"
#include "app/late.hpp"
#include "app/session.hpp"
#include "crypto/sign.hpp"

namespace gandan::app {

// Whether it holds any role now: of late work, who was removed is told apart from whose unit moved away.
bool has_role(const roster::Roster& roster, const DeviceId& device);

// Whether others have to approve it, or this device's administrator does it alone.
bool takes_others(const roster::Roster& roster, const roster::Act& act, const UnitId& unit);

// `late`: what waits for a decision (late.hpp), where several proposals are shown; it is read anew without.
Result<json::object> proposal_json(Session& s, Documents& documents, const roster::ProposalInfo& proposal,
                                   const LateWork* late = nullptr);

// What was proposed about erasing this record's personal data, as proposal_json.
Result<json::array> erasures_of(Session& s, Documents& documents, const RecordId& record);

// Proposes it; the proposal as it stands then. What the administrator may not see or do is refused first.
Result<json::object> propose_act(Session& s, const roster::Act& act, const crypto::Signer* root = nullptr,
                                 const LateWork* late = nullptr);

// Proposals that wait for this device's administrator.
std::size_t proposals_waiting(const roster::Roster& roster, const DeviceId& device);

}  // namespace gandan::app
