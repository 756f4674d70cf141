#include "vault/proposals.hpp"

#include "vault/acts.hpp"
#include "vault/segments.hpp"
#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

// What its last approval owes it: keys for who comes, new keys for who stays, another verdict.
Status carry_out(Vault& vault, const roster::Act& act, KeysReport& keys) {
  if (const auto* admin = std::get_if<roster::AdminAct>(&act)) {
    GANDAN_TRY(const auto current, current_secret(vault, admin->unit));
    return wrap_for_device(vault, admin->unit, current.epoch, *current.secret,
                           roster::device_id(admin->sign_key, admin->box_key), admin->box_key);
  }
  if (const auto* revoke = std::get_if<roster::RevokeBody>(&act)) {
    GANDAN_TRY(keys, rotate_due_within(vault, revoke->unit));
  }
  std::optional<DeviceId> judged;
  GANDAN_TRY(const auto* roster, vault.roster());
  if (const auto* revoke = std::get_if<roster::RevokeBody>(&act)) judged = revoke->device;
  if (const auto* accept = std::get_if<roster::AcceptBody>(&act)) judged = roster->feed(accept->feed)->device;
  if (!judged) return {};
  SegmentApplier segments(vault);
  IngestReport report;
  GANDAN_CHECK(segments.judge_again(*judged, report));
  return segments.finish();
}

// Within the caller's transaction.
Result<ProposalOutcome> say(Vault& vault, roster::Body body, const std::optional<Hash>& proposal,
                            const crypto::Signer* root) {
  GANDAN_TRY(const auto issued, issue_within(vault, std::move(body), root));
  GANDAN_TRY(const auto* roster, vault.roster());
  ProposalOutcome out;
  out.proposal = proposal ? *proposal : roster::statement_hash(roster->realm(), issued);
  if (const auto* effect = roster->effect_of(issued)) {
    const roster::Act act = *effect;  // the roster changes under what follows
    out.done = true;
    GANDAN_CHECK(carry_out(vault, act, out.keys));
  }
  return out;
}

}  // namespace

Result<ProposalOutcome> propose(Vault& vault, const roster::Act& act, const crypto::Signer* root) {
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_TRY(const auto out, say(vault, roster::ProposeBody{act}, std::nullopt, root));
  GANDAN_CHECK(work.commit());
  return out;
}

Status approve(Vault& vault, std::span<const Hash> proposals, const crypto::Signer* root) {
  GANDAN_TRY(auto work, Work::begin(vault));
  for (const auto& proposal : proposals)
    GANDAN_CHECK(say(vault, roster::ApproveBody{proposal}, proposal, root));
  return work.commit();
}

Status withdraw(Vault& vault, const Hash& proposal, const crypto::Signer* root) {
  GANDAN_CHECK(issue(vault, roster::WithdrawBody{proposal}, root));
  return {};
}

}  // namespace gandan::vault
