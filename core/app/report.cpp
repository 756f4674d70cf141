// Methods record.print, report.period: documents for paper, and figures that open to their records.
#include <algorithm>
#include <set>

#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/numbers.hpp"
#include "app/paper.hpp"
#include "app/signatures.hpp"
#include "app/workflow.hpp"
#include "base/calendar.hpp"
#include "report/figures.hpp"
#include "report/print.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kPageRows = 1000;

json::object label_json(const records::Label& label) {
  return json::object{{"vi", label.vi}, {"en", label.en}};
}

json::array ids_json(const std::vector<RecordId>& ids) {
  json::array out;
  for (const auto& id : ids) out.push_back(json::value(to_text(id)));
  return out;
}

// Units that the reported one was made of: records of their time stand under them.
struct Predecessor {
  std::string code;
  std::string name;
  bool part = false;
  std::optional<UnitId> unit;  // where this device knows it
  bool counted = false;
};

// Of a unit and all below it, and of theirs in turn, those that lie outside.
Result<std::vector<Predecessor>> predecessors_of(Session& s, Documents& documents, const UnitId& unit) {
  std::vector<Predecessor> out;
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  std::set<std::string> known;
  std::vector<UnitId> ask = {unit};
  for (std::size_t i = 0; i < ask.size(); ++i) {
    vault::ListFilter filter;
    filter.kind = kUnitProfile;
    filter.unit = ask[i];
    filter.limit = kPageRows;
    GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
    for (const auto& row : rows) {
      GANDAN_TRY(const auto loaded, documents.load(row.id));
      const auto* items = loaded->document.tree.list("predecessors");
      for (std::size_t j = 0; items != nullptr && j < items->size(); ++j) {
        const auto text = [&](const char* field) {
          const auto* value = (*items)[j].tree.value(field);
          const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(value);
          return found == nullptr ? std::string() : *found;
        };
        const auto* part = (*items)[j].tree.value("part");
        const auto* yes = part == nullptr ? nullptr : std::get_if<bool>(part);
        Predecessor one{text("code"), text("name"), yes != nullptr && *yes, {}, false};
        if (const auto found = documents.names().find_unit(one.code); found.ok()) one.unit = *found;
        if (one.unit && roster->within(*one.unit, unit)) continue;
        if (!known.insert(one.code).second) continue;
        if (one.unit && !one.part) ask.push_back(*one.unit);
        out.push_back(std::move(one));
      }
    }
  }
  return out;
}

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

// Every number carries the ids of the records behind it.
Result<json::value> report_period(Session& s, Params& p) {
  const std::string from = p.date("from");
  const std::string until = p.date("until");
  const auto unit = p.optional_text("unit");
  const std::string name = p.text_or("report", "period");
  const bool with_predecessors = p.flag("predecessors");
  if (!from.empty() && !until.empty() && until < from)
    p.fault("until", "range", "Ngày cuối đứng trước ngày đầu.", "The last day lies before the first.");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  vault::ListFilter filter;
  if (unit) {
    GANDAN_TRY(filter.unit, documents.names().find_unit(*unit));
  }
  GANDAN_TRY(auto figures, report::PeriodReport::open(*s.catalog, name));
  figures.period(*parse_date(from), *parse_date(until));
  std::vector<Predecessor> predecessors;
  if (filter.unit) {
    GANDAN_TRY(predecessors, predecessors_of(s, documents, *filter.unit));
  }
  std::vector<std::optional<UnitId>> units = {filter.unit};
  for (auto& one : predecessors) {
    one.counted = with_predecessors && !one.part && one.unit;
    if (one.counted) units.push_back(one.unit);
  }
  filter.limit = kPageRows;
  std::int64_t read = 0;
  std::set<RecordId> counted;  // a predecessor may lie in another one
  for (const auto& of : units) {
    filter.unit = of;
    filter.offset = 0;
    for (bool more = true; more; filter.offset += kPageRows) {
      GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
      for (const auto& row : rows) {
        if (units.size() > 1 && !counted.insert(row.id).second) continue;
        GANDAN_TRY(const auto loaded, documents.load(row.id));
        figures.add(loaded->document, documents.links(), documents.judge_options(loaded->document));
      }
      read += static_cast<std::int64_t>(rows.size());
      if (!s.progress(json::object{{"records", read}})) return Code::cancelled;
      more = rows.size() == kPageRows;
    }
  }
  json::array before;
  for (const auto& one : predecessors)
    before.push_back(
        json::object{{"code", one.code}, {"name", one.name}, {"part", one.part}, {"counted", one.counted}});
  const auto result = figures.result();
  json::array out;
  for (const auto& figure : result.figures) {
    out.push_back(json::object{{"id", figure.id},
                               {"label", label_json(figure.label)},
                               {"unit", label_json(figure.unit)},
                               {"value", json::integer(figure.value)},
                               {"records", ids_json(figure.records)},
                               {"drafts", ids_json(figure.drafts)}});
  }
  return json::value(json::object{{"report", result.id},
                                  {"version", result.version},
                                  {"label", label_json(result.label)},
                                  {"from", from},
                                  {"until", until},
                                  {"unit", units.front() ? to_text(*units.front()) : std::string{}},
                                  {"predecessors", std::move(before)},
                                  {"figures", std::move(out)}});
}

}  // namespace gandan::app
