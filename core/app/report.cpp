// Methods record.print, report.period: documents for paper, and figures that open to their records.
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/files.hpp"
#include "app/numbers.hpp"
#include "base/calendar.hpp"
#include "report/figures.hpp"
#include "report/print.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kPageRows = 1000;

json::object label_json(const records::Label& label) {
  return json::object{{"vi", label.vi}, {"en", label.en}};
}

std::string state_for_people(const std::string& state) {
  return state == "finalized" ? "đã chốt" : state == "draft" ? "bản nháp" : "đã rút";
}

}  // namespace

Result<json::value> record_print(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto out = p.optional_path("out");
  const auto version = static_cast<unsigned>(p.integer_or("version", 0, 1, 1 << 20));
  report::PrintInput input;
  const auto number = p.optional_text("number");
  const bool numbered = p.flag("numbered");
  input.report = p.text_or("report", "");
  const auto superior = p.optional_text("superior");
  const auto organisation = p.optional_text("organisation");
  const auto place = p.optional_text("place");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, version > 0 ? documents.load_version(id, version) : documents.load(id));
  std::optional<records::DocumentNumber> given = number_of(*loaded);
  if (numbered && !number && !given) {
    NumberRequest request;
    if (const auto symbol = report::symbol_of(*s.catalog, loaded->row.kind, input.report); !symbol.empty())
      request.symbol = symbol;
    GANDAN_CHECK(give_number(s, *loaded, request));
    GANDAN_TRY(const auto now, documents.load(loaded->row.id));
    given = number_of(*now);
  }
  input.number = number ? *number : given ? records::for_people(*given) : std::string();
  const Names::Unit unit = documents.names().unit(loaded->row.unit);
  input.document = &loaded->document;
  input.links = documents.links();
  for (auto& verdict : documents.verdicts(*loaded))
    if (!verdict.apart) input.verdicts.push_back(std::move(verdict));
  input.superior = superior.value_or(unit.name);
  input.organisation = organisation.value_or("");
  input.place = place.value_or(unit.place);
  if (loaded->view.rival_finals() != nullptr)
    input.warning = "HAI NGƯỜI CÙNG CHỐT HỒ SƠ NÀY VÀ CHƯA AI CHỌN BẢN ĐÚNG";
  if (loaded->view.deleted)
    if (const auto* mark = std::get_if<changelog::Mark>(&loaded->view.deleted_op->value);
        mark != nullptr && !mark->reason.empty())
      input.warning = "Lý do rút: " + mark->reason;
  input.footer = "Gần Dân · " + to_text(loaded->row.id) + " · " + state_for_people(loaded->document.state);
  // A scan of the signed paper then shows which content it is of.
  if (loaded->view.finalized)
    input.footer += " · " + to_hex(std::get<changelog::Mark>(loaded->view.final_op->value).content.view());
  GANDAN_TRY(const std::string html, report::print_html(*s.catalog, input));
  json::object answer{{"id", to_text(loaded->row.id)}, {"state", loaded->document.state}};
  if (!input.number.empty()) answer["number"] = input.number;
  if (out) {
    GANDAN_CHECK(write_file(*out, as_bytes(html), false));
    answer["file"] = *out;
  } else {
    answer["html"] = html;
  }
  return json::value(std::move(answer));
}

// Every number carries the ids of the records behind it.
Result<json::value> report_period(Session& s, Params& p) {
  const std::string from = p.date("from");
  const std::string until = p.date("until");
  const auto unit = p.optional_text("unit");
  const std::string name = p.text_or("report", "period");
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
  records::JudgeOptions judge;
  judge.province = documents.names().province();
  filter.limit = kPageRows;
  std::int64_t read = 0;
  for (bool more = true; more; filter.offset += kPageRows) {
    GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
    for (const auto& row : rows) {
      GANDAN_TRY(const auto loaded, documents.load(row.id));
      figures.add(loaded->document, documents.links(), judge);
    }
    read += static_cast<std::int64_t>(rows.size());
    if (!s.progress(json::object{{"records", read}})) return Code::cancelled;
    more = rows.size() == kPageRows;
  }
  const auto result = figures.result();
  json::array out;
  for (const auto& figure : result.figures) {
    json::array ids;
    for (const auto& id : figure.records) ids.push_back(json::value(to_text(id)));
    out.push_back(json::object{{"id", figure.id},
                               {"label", label_json(figure.label)},
                               {"unit", label_json(figure.unit)},
                               {"value", json::integer(figure.value)},
                               {"records", std::move(ids)}});
  }
  return json::value(json::object{{"report", result.id},
                                  {"version", result.version},
                                  {"label", label_json(result.label)},
                                  {"from", from},
                                  {"until", until},
                                  {"unit", filter.unit ? to_text(*filter.unit) : std::string{}},
                                  {"figures", std::move(out)}});
}

}  // namespace gandan::app
