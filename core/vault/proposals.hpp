// Proposals: what no administrator does alone (roster.hpp, two-person acts): to propose it, to approve what
// another one proposed, and what follows when it is in effect.
//
// Threading: as the vault's.
#pragma once

#include "vault/rotation.hpp"

namespace gandan::vault {

struct ProposalOutcome {
  Hash proposal;
  bool done = false;  // this was the last word it needed
  KeysReport keys;    // a removal's rotations
};
// Signed with this device's key, or the root's. Errors: Roster::apply's, act_same_person, act_withdrawn,
// act_unknown, too_few_persons; no_key when the unit's secret is not here that a new administrator needs.
Result<ProposalOutcome> propose(Vault& vault, const roster::Act& act, const crypto::Signer* root = nullptr);
// All of them, or none.
Status approve(Vault& vault, std::span<const Hash> proposals, const crypto::Signer* root = nullptr);
Status withdraw(Vault& vault, const Hash& proposal, const crypto::Signer* root = nullptr);

}  // namespace gandan::vault
