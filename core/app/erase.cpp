// Methods erase.propose, erase.approve, erase.withdraw, erase.list, erase.hold: personal data that is erased,
// by two administrators, and what keeps it.
#include <algorithm>

#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/erase.hpp"
#include "app/words.hpp"
#include "records/hold.hpp"
#include "vault/acts.hpp"

namespace gandan::app {
namespace {

using records::DeadlineState;
using roster::ErasureInfo;

constexpr std::size_t kLeastDigits = 6;  // of a proposal's name

const char* state_of(const ErasureInfo& erasure) {
  if (erasure.approved) return erasure.index ? "erased" : "approved";
  return erasure.withdrawn ? "withdrawn" : "proposed";
}

Words state_words(std::string_view state) {
  if (state == "erased") return {"đã xoá", "erased"};
  if (state == "approved") return {"đã duyệt, chờ máy chủ nhận", "approved, waits for the server"};
  if (state == "withdrawn") return {"đã rút", "withdrawn"};
  return {"chờ một quản trị khác duyệt", "waits for another administrator"};
}

json::object device_json(Names& names, const DeviceId& id) {
  const std::string text = to_text(id);
  return json::object{{"device", text}, {"device_short", short_id(text)}, {"label", names.device_label(id)}};
}

json::object erasure_json(Documents& documents, const ErasureInfo& erasure) {
  Names& names = documents.names();
  const std::string record = to_text(erasure.record);
  const std::string state = state_of(erasure);
  const Words reason = records::erase_reason_words(erasure.reason);
  json::object out{{"proposal", to_hex(erasure.proposal.view())},
                   {"record", record},
                   {"record_short", short_id(record)},
                   {"unit", names.unit_json(erasure.unit)},
                   {"reason", roster::erase_reason_name(erasure.reason)},
                   {"state", state},
                   {"proposed_by", device_json(names, erasure.proposed.issuer)}};
  if (const auto row = documents.row(erasure.record)) out["title"] = documents.title(*row);
  if (erasure.approved) out["approved_by"] = device_json(names, erasure.approved->issuer);
  if (erasure.withdrawn) out["withdrawn_by"] = device_json(names, erasure.withdrawn->issuer);
  if (erasure.index) out["ledger_index"] = json::integer(static_cast<std::int64_t>(*erasure.index));
  put_words(out, reason + same(" – ") + state_words(state));
  return out;
}

Result<json::value> answer(Session& s, const Hash& proposal) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto* erasure = roster->erasure(proposal);
  if (erasure == nullptr) return Code::internal;
  Documents documents(s);
  return json::value(erasure_json(documents, *erasure));
}

// By its name or the beginning of it.
Result<const ErasureInfo*> find_proposal(const roster::Roster& roster, const std::string& text) {
  std::string digits = text;
  for (auto& c : digits)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  const ErasureInfo* found = nullptr;
  for (const auto& erasure : roster.erasures()) {
    if (digits.size() < kLeastDigits || to_hex(erasure.proposal.view()).rfind(digits, 0) != 0) continue;
    if (found != nullptr) return Error{Code::ambiguous, text};
    found = &erasure;
  }
  if (found == nullptr) return Error{Code::erase_unknown, text};
  return found;
}

// Honest programs propose and approve nothing of a record that has to be kept.
Status not_held(Documents& documents, const Loaded& loaded) {
  auto reasons = holds_of(documents, loaded);
  if (reasons.empty()) return {};
  return Error{Code::erase_held, to_text(loaded.row.id), std::move(reasons)};
}

// Authority first: who may not would hear of the reason that counts.
Status administers(Session& s, const UnitId& unit) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return roster->may(s.vault->identity().id, roster::Right::administer, unit) ? Status()
                                                                              : Status(Code::not_authorized);
}

}  // namespace

std::vector<FieldError> holds_of(Documents& documents, const Loaded& loaded) {
  std::vector<FieldError> out;
  for (const auto& reason : records::holds_of(loaded.view))
    out.push_back({std::string(records::kHoldMark), "hold", "Đang giữ: " + reason, "Held: " + reason});
  for (const auto& verdict : documents.verdicts(loaded)) {
    if (verdict.apart) continue;
    if (verdict.state == DeadlineState::open || verdict.state == DeadlineState::overdue ||
        verdict.state == DeadlineState::unknown)
      out.push_back({verdict.path, "deadline", verdict.message.vi, verdict.message.en});
  }
  return out;
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
  GANDAN_CHECK(administers(s, loaded->row.unit));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (roster->erased(loaded->row.id) != nullptr) return Error{Code::record_erased, id};
  GANDAN_CHECK(not_held(documents, *loaded));
  GANDAN_TRY(const auto statement, vault::issue(*s.vault, roster::EraseProposeBody{loaded->row.id, *reason}));
  return answer(s, roster::statement_hash(roster->realm(), statement));
}

Result<json::value> erase_approve(Session& s, Params& p) {
  const std::string text = p.text("proposal");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const ErasureInfo* found, find_proposal(*roster, text));
  const ErasureInfo erasure = *found;
  GANDAN_CHECK(administers(s, erasure.unit));
  if (erasure.withdrawn) return Error{Code::erase_withdrawn, text};
  if (erasure.approved) return Error{Code::record_erased, text};
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(erasure.record));  // nobody approves what he cannot see
  GANDAN_CHECK(not_held(documents, *loaded));
  GANDAN_CHECK(vault::issue(*s.vault, roster::EraseApproveBody{erasure.proposal}));
  return answer(s, erasure.proposal);
}

Result<json::value> erase_withdraw(Session& s, Params& p) {
  const std::string text = p.text("proposal");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const ErasureInfo* found, find_proposal(*roster, text));
  const Hash proposal = found->proposal;
  if (found->withdrawn) return Error{Code::erase_withdrawn, text};
  if (found->approved) return Error{Code::record_erased, text};
  GANDAN_CHECK(vault::issue(*s.vault, roster::EraseWithdrawBody{proposal}));
  return answer(s, proposal);
}

Result<json::value> erase_list(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  Documents documents(s);
  json::array rows;
  for (const auto& erasure : roster->erasures()) rows.push_back(erasure_json(documents, erasure));
  return json::value(json::object{{"erasures", std::move(rows)}});
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
  if (lift && records::holds_of(loaded->view).empty()) {
    p.fault("lift", "not_held", "Hồ sơ này không có ai giữ.", "Nobody holds this record.");
    GANDAN_CHECK(p.done());
  }
  GANDAN_CHECK(save_change(s, *loaded, std::string(records::kHoldMark), records::hold_text(reason, lift)));
  Documents after(s);
  GANDAN_TRY(const auto now, after.load(loaded->row.id));
  json::array holds;
  for (const auto& held : records::holds_of(now->view)) holds.push_back(json::value(held));
  return json::value(json::object{
      {"record", to_text(now->row.id)}, {"title", after.title(now->row)}, {"holds", std::move(holds)}});
}

}  // namespace gandan::app
