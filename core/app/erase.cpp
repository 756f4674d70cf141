// Methods erase.propose, erase.hold: personal data that is erased, by two administrators (acts.cpp), and what
// keeps it.
#include "app/erase.hpp"

#include <algorithm>
#include <set>

#include "app/acts.hpp"
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "records/hold.hpp"
#include "vault/acts.hpp"

namespace gandan::app {
namespace {

using records::DeadlineState;

constexpr const char* kReasonAway = "lý do chưa về đến máy này (the reason has not come to this device)";

// The reason stands in the record, where the realm's forms and keys are; that there is a hold, in the ledger.
// It is said there first and taken back last: whatever fails between leaves the record held.
Status hold_now(Session& s, const Loaded& loaded, const std::string& reason) {
  GANDAN_CHECK(vault::open_feed(*s.vault, loaded.row.unit));
  GANDAN_CHECK(vault::issue(*s.vault, roster::HoldBody{loaded.row.id}));
  return save_change(s, loaded, std::string(records::kHoldMark), records::hold_text(reason, false));
}

// The devices that gave a reason to hold it, in the record.
std::set<DeviceId> keepers(const changelog::RecordState& state, const roster::Roster& roster) {
  std::set<DeviceId> out;
  const auto cell = state.cells().find(std::string(records::kHoldMark));
  if (cell == state.cells().end()) return out;
  for (const auto& op : cell->second.ops) {
    const auto hold = records::read_hold(op.value);
    const auto* feed = roster.feed(op.stamp.feed);
    if (hold && !hold->lift && feed != nullptr) out.insert(feed->device);
  }
  return out;
}

Status lift_now(Session& s, const Loaded& loaded, const std::string& reason) {
  GANDAN_CHECK(save_change(s, loaded, std::string(records::kHoldMark), records::hold_text(reason, true)));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  // A hold whose reason has not come here yet stands on, unless nobody is left who would bring it.
  auto judged = keepers(loaded.state, *roster);
  judged.insert(s.vault->identity().id);
  std::vector<Hash> lifted;  // the roster changes under them
  for (const auto& hold : roster->holds(loaded.row.id))
    if (!hold.lifted && (judged.count(hold.origin.issuer) != 0 || !has_role(*roster, hold.origin.issuer)))
      lifted.push_back(hold.hash);
  for (const auto& hash : lifted) GANDAN_CHECK(vault::issue(*s.vault, roster::LiftBody{hash}));
  return {};
}

}  // namespace

Result<std::vector<std::string>> hold_reasons(vault::Vault& vault, const RecordId& record,
                                              const changelog::RecordState& state) {
  Status failed;
  auto out = records::holds_of(state, [&](const changelog::OpEntry& op) {
    const auto origin = vault::origin_of(vault, op, records::kHoldMark);
    const auto had =
        origin.ok() ? vault::had_right(vault, *origin, roster::Right::accept) : Result<bool>(origin.error());
    if (!had.ok()) failed = had.error();
    return had.ok() && *had;
  });
  GANDAN_CHECK(failed);
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  const auto told = keepers(state, *roster);
  const auto& holds = roster->holds(record);
  if (std::any_of(holds.begin(), holds.end(), [&](const roster::HoldInfo& hold) {
        return !hold.lifted && (out.empty() || told.count(hold.origin.issuer) == 0);
      }))
    out.emplace_back(kReasonAway);
  return out;
}

Result<std::vector<FieldError>> holds_of(Session& s, Documents& documents, const Loaded& loaded) {
  std::vector<FieldError> out;
  GANDAN_TRY(const auto reasons, hold_reasons(*s.vault, loaded.row.id, loaded.state));
  for (const auto& reason : reasons)
    out.push_back({std::string(records::kHoldMark), "hold", "Đang giữ: " + reason, "Held: " + reason});
  for (const auto& verdict : documents.verdicts(loaded)) {
    if (verdict.apart) continue;
    if (verdict.state == DeadlineState::open || verdict.state == DeadlineState::overdue ||
        verdict.state == DeadlineState::unknown) {
      const records::Label said = verdict.said();
      out.push_back({verdict.path, "deadline", said.vi, said.en});
    }
  }
  return out;
}

Status may_erase(Session& s, Documents& documents, const RecordId& record) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (roster->erased(record) != nullptr) return Error{Code::record_erased, to_text(record)};
  GANDAN_TRY(const auto loaded, documents.load(record));
  GANDAN_TRY(auto reasons, holds_of(s, documents, *loaded));
  if (reasons.empty()) return {};
  return Error{Code::erase_held, to_text(record), std::move(reasons)};
}

Status may_erase(Session& s, Documents& documents, const roster::ProposalInfo& proposal) {
  const RecordId& record = std::get<roster::EraseAct>(proposal.act).record;
  GANDAN_CHECK(may_erase(s, documents, record));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (roster->held_against(proposal) == nullptr) return {};
  return Error{
      Code::erase_held,
      to_text(record),
      {{std::string(records::kHoldMark), "was_held",
        "Hồ sơ đã có lúc bị giữ sau khi đề nghị: nếu vẫn cần xoá thì đề nghị lại.",
        "The record was held since it was proposed: if it is to be erased still, propose it anew."}}};
}

Result<json::value> erase_propose(Session& s, Params& p) {
  const std::string id = p.text("record");
  const std::string reason_text = p.text("reason");
  const auto reason = roster::erase_reason_from_name(reason_text);
  if (!reason)
    p.fault("reason", "choice", "Phải là person, retention, order hoặc wrong_person.",
            "Must be person, retention, order or wrong_person.");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (!roster->may(s.vault->identity().id, roster::Right::administer, loaded->row.unit))
    return Code::not_authorized;
  GANDAN_CHECK(may_erase(s, documents, loaded->row.id));
  GANDAN_TRY(auto row, propose_act(s, roster::EraseAct{loaded->row.id, *reason}));
  return json::value(std::move(row));
}

Result<json::value> erase_hold(Session& s, Params& p) {
  const std::string id = p.text("record");
  const std::string reason = p.sentence("reason");
  const bool lift = p.flag("lift");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (!roster->may(s.vault->identity().id, roster::Right::accept, loaded->row.unit)) return Code::not_keeper;
  if (!lift && roster->erased(loaded->row.id) != nullptr)
    return Error{Code::record_erased, to_text(loaded->row.id)};
  GANDAN_TRY(const auto before, hold_reasons(*s.vault, loaded->row.id, loaded->state));
  if (lift && before.empty()) {
    p.fault("lift", "not_held", "Hồ sơ này không có ai giữ.", "Nobody holds this record.");
    GANDAN_CHECK(p.done());
  }
  GANDAN_CHECK(lift ? lift_now(s, *loaded, reason) : hold_now(s, *loaded, reason));
  Documents after(s);
  GANDAN_TRY(const auto now, after.load(loaded->row.id));
  json::array holds;
  GANDAN_TRY(const auto reasons, hold_reasons(*s.vault, now->row.id, now->state));
  for (const auto& held : reasons) holds.push_back(json::value(held));
  return json::value(json::object{
      {"record", to_text(now->row.id)}, {"title", after.title(now->row)}, {"holds", std::move(holds)}});
}

}  // namespace gandan::app
