// Method record.print: documents for paper.
#include <algorithm>

#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/numbers.hpp"
#include "app/paper.hpp"
#include "app/signatures.hpp"
#include "app/workflow.hpp"
#include "report/print.hpp"

namespace gandan::app {
namespace {

// What the paper shows, and what has come since.
Result<std::string> state_for_people(vault::Vault& vault, const Loaded& loaded) {
  if (loaded.document.state == "draft") return std::string("bản nháp");
  if (loaded.document.state != "finalized") return std::string("đã rút");
  const auto now = changelog::view(loaded.state);
  GANDAN_TRY(const auto flow, flow_of(vault, loaded.state, now));
  const auto& versions = flow.flow.versions;
  const auto printed = std::find_if(versions.begin(), versions.end(), [&](const records::Version& version) {
    return version.op == loaded.view.final_op;
  });
  std::string out = "đã chốt";
  if (versions.size() > 1 && printed != versions.end()) out += ", bản " + std::to_string(printed->number);
  if (now.deleted) return out + "; hồ sơ đã rút";
  if (const auto* holds = flow.flow.signed_version(); holds != nullptr && holds->op != loaded.view.final_op)
    return out + "; nay đã có bản " + std::to_string(holds->number);
  if (!now.late.empty()) out += "; sau đó đã sửa, phần sửa chưa chốt và không in ở đây";
  return out;
}

}  // namespace

Result<json::value> record_print(Session& s, Params& p) {
  const std::string id = p.text("id");
  const Paper paper = read_paper(p);
  const auto version = static_cast<unsigned>(p.integer_or("version", 0, 1, 1 << 20));
  report::PrintInput input;
  const auto number = p.optional_text("number");
  const bool numbered = p.flag("numbered");
  input.report = p.text_or("report", "");
  const auto superior = p.optional_text("superior");
  const auto organisation = p.optional_text("organisation");
  const auto place = p.optional_text("place");
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(can_write(s, paper));
  Documents documents(s);
  GANDAN_TRY(const auto loaded, version > 0 ? documents.load_version(id, version) : documents.load(id));
  std::optional<records::DocumentNumber> given = number_of(*loaded);
  // A number that a draft took would be spent: a draft changes, or is given up.
  if (numbered && !number && !given && !loaded->view.finalized) return Code::not_finalized;
  if (numbered && !number && !given) {
    GANDAN_CHECK(may_take_effect(s, Effect::writes));
    NumberRequest request;
    if (const auto symbol = report::symbol_of(*s.catalog, loaded->row.kind, input.report); !symbol.empty())
      request.symbol = symbol;
    GANDAN_CHECK(give_number(s, *loaded, request));
    GANDAN_TRY(const auto now, documents.load(loaded->row.id));
    given = number_of(*now);
  }
  input.said_number = number.value_or("");
  input.number = given ? records::for_people(*given) : std::string();
  const Names::Unit unit = documents.unit_of(loaded->document);
  input.document = &loaded->document;
  input.links = documents.links();
  bool otherwise_now = false;
  for (auto& verdict : documents.verdicts(*loaded)) {
    otherwise_now = otherwise_now || verdict.apart;
    if (!verdict.apart) input.verdicts.push_back(std::move(verdict));
  }
  input.superior = superior.value_or(unit.name);
  input.organisation = organisation.value_or("");
  input.place = place.value_or(unit.place);
  if (loaded->view.rival_finals() != nullptr)
    input.warning = "HAI NGƯỜI CÙNG CHỐT HỒ SƠ NÀY VÀ CHƯA AI CHỌN BẢN ĐÚNG";
  if (loaded->view.deleted)
    if (const auto* mark = std::get_if<changelog::Mark>(&loaded->view.deleted_op->value);
        mark != nullptr && !mark->reason.empty())
      input.warning = "Lý do rút: " + mark->reason;
  GANDAN_TRY(const auto standing, state_for_people(*s.vault, *loaded));
  input.footer = "Gần Dân · " + to_text(loaded->row.id) + " · " + standing;
  if (otherwise_now) input.footer += " · quy tắc, lịch hoặc hồ sơ liên kết đã đổi sau khi chốt; xem hồ sơ";
  // A scan of the signed paper then shows which content it is of.
  if (loaded->view.finalized)
    input.footer += " · " + to_hex(std::get<changelog::Mark>(loaded->view.final_op->value).content.view());
  GANDAN_TRY(input.signed_by, signed_by(s, documents, *loaded));
  GANDAN_TRY(auto page, report::print(*s.catalog, input));
  json::object answer{{"id", to_text(loaded->row.id)}, {"state", loaded->document.state}};
  if (const auto& shown = input.said_number.empty() ? input.number : input.said_number; !shown.empty())
    answer["number"] = shown;
  GANDAN_CHECK(put_page(s, std::move(page), paper, answer));
  return json::value(std::move(answer));
}

}  // namespace gandan::app
