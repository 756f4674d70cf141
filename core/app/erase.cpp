// Methods erase.propose, erase.hold: personal data that is erased, by two administrators (acts.cpp), and what
// keeps it.
#include "app/erase.hpp"
#include "app/acts.hpp"
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "records/hold.hpp"

namespace gandan::app {
namespace {

using records::DeadlineState;

}  // namespace

Result<std::vector<std::string>> hold_reasons(vault::Vault& vault, const changelog::RecordState& state) {
  Status failed;
  auto out = records::holds_of(state, [&](const changelog::OpEntry& op) {
    const auto origin = vault::origin_of(vault, op, records::kHoldMark);
    const auto had =
        origin.ok() ? vault::had_right(vault, *origin, roster::Right::accept) : Result<bool>(origin.error());
    if (!had.ok()) failed = had.error();
    return had.ok() && *had;
  });
  GANDAN_CHECK(failed);
  return out;
}

Result<std::vector<FieldError>> holds_of(Session& s, Documents& documents, const Loaded& loaded) {
  std::vector<FieldError> out;
  GANDAN_TRY(const auto reasons, hold_reasons(*s.vault, loaded.state));
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
  GANDAN_TRY(const auto before, hold_reasons(*s.vault, loaded->state));
  if (lift && before.empty()) {
    p.fault("lift", "not_held", "Hồ sơ này không có ai giữ.", "Nobody holds this record.");
    GANDAN_CHECK(p.done());
  }
  GANDAN_CHECK(save_change(s, *loaded, std::string(records::kHoldMark), records::hold_text(reason, lift)));
  Documents after(s);
  GANDAN_TRY(const auto now, after.load(loaded->row.id));
  json::array holds;
  GANDAN_TRY(const auto reasons, hold_reasons(*s.vault, now->state));
  for (const auto& held : reasons) holds.push_back(json::value(held));
  return json::value(json::object{
      {"record", to_text(now->row.id)}, {"title", after.title(now->row)}, {"holds", std::move(holds)}});
}

}  // namespace gandan::app
