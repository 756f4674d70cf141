// Every built-in record type goes to an XLSForm and comes back the same.
#include "forms.hpp"

using namespace gandan;
using namespace gandan::xlsform;
using namespace gandan::xlsform::test;
using records::Field;

namespace {

std::string words(const records::Label& label) { return label.vi + " | " + label.en; }

// All that a field says, on one line for each thing.
void describe(const std::vector<Field>& fields, std::string& out) {
  for (const auto& f : fields) {
    if (f.read_only) continue;
    out += f.path + " " + records::to_text(f.type) + " " + words(f.label) + "\n";
    const auto put = [&](const char* name, const std::string& text) {
      if (!text.empty() && text != " | ") out += "  " + std::string(name) + ": " + text + "\n";
    };
    put("hint", words(f.hint));
    put("required", f.required ? "yes" : f.required_if.text);
    put("relevant", f.relevant.text);
    put("constraint", f.constraint.text);
    put("message", words(f.constraint_message));
    put("calculation", f.calculation.text);
    put("default", f.default_value.text);
    put("filter", f.choice_filter.text);
    put("link", f.link);
    put("sealed", f.sealed ? "yes" : "");
    put("personal", f.personal ? "yes" : "");
    for (const auto& choice : f.choices) {
      put("choice", choice.name + " " + words(choice.label));
      for (const auto& [key, value] : choice.columns) put("column", key + "=" + value);
    }
    describe(f.children, out);
  }
}
std::string describe(const records::RecordType& type) {
  std::string out = type.kind + " " + std::to_string(type.version) + " " + words(type.label) + "\n" +
                    words(type.hint) + "\n" + type.title + "\n" + type.date + "\n";
  describe(type.fields, out);
  return out;
}

std::unique_ptr<records::Catalog> catalog_with(const Imported& form) {
  static gandan::test::FakeClock clock;
  std::vector<records::SchemaFile> files;
  for (const auto& file : records::builtin_schema()) {
    auto parsed = json::parse(file.text);
    REQUIRE(parsed.ok());
    const auto& root = parsed->get_object();
    const bool same =
        json::find_text(root, "kind") == form.kind && json::find_integer(root, "version") == form.version;
    if (file.path.rfind("records/", 0) == 0 && !same) files.push_back(file);
  }
  files.push_back({"records/imported.json", json::pretty(form.type)});
  auto out = records::Catalog::load(files, clock);
  INFO((out.ok() ? "" : out.error().detail));
  REQUIRE(out.ok());
  return std::move(*out);
}

}  // namespace

TEST_CASE("every built-in record type comes back from an XLSForm as it was") {
  gandan::test::FakeClock clock;
  auto catalog = records::Catalog::builtin(clock);
  REQUIRE(catalog.ok());
  std::size_t seen = 0;
  for (const auto* newest : (*catalog)->types()) {
    for (std::uint32_t version = 1; version <= newest->version; ++version) {
      const auto* type = (*catalog)->find(newest->kind, version);
      if (type == nullptr) continue;
      ++seen;
      const auto exported = export_form(*type);
      const auto form = import(exported.workbook);
      INFO(type->kind << "\n" << listing(form.findings));
      CHECK(form.complete());
      const auto again = catalog_with(form);
      const auto* back = again->find(type->kind, version);
      REQUIRE(back != nullptr);
      CHECK(describe(*back) == describe(*type));
    }
  }
  CHECK(seen >= 30);
}

TEST_CASE("an edit of the standard column overtakes the exact one beside it") {
  gandan::test::FakeClock clock;
  auto catalog = records::Catalog::builtin(clock);
  REQUIRE(catalog.ok());
  auto exported = export_form(*(*catalog)->find("mobilisation_visit"));
  const auto cell_of = [&](const std::string& name, const std::string& head) -> std::string* {
    auto& survey = exported.workbook.sheets[0];
    std::uint32_t at = 1000;
    for (const auto& cell : survey.rows[0].cells)
      if (cell.text == head) at = cell.column;
    for (auto& row : survey.rows) {
      const auto* named = row.at(1);
      if (named == nullptr || named->text != name) continue;
      for (auto& cell : row.cells)
        if (cell.column == at) return &cell.text;
    }
    return nullptr;
  };
  auto* constraint = cell_of("end", "constraint");
  REQUIRE(constraint != nullptr);
  REQUIRE(cell_of("end", "gandan::constraint") != nullptr);
  CHECK(*constraint == "${start} = '' or . >= ${start}");
  CHECK(column(import(exported.workbook), "end", "constraint") == "end >= start");
  *constraint = ". > ${start}";
  const auto form = import(exported.workbook);
  CHECK(column(form, "end", "constraint") == "coalesce(end > start, FALSE)");
  bool told = false;
  for (const auto& f : form.findings)
    told = told || (f.code == "exact.overtaken" && f.column == "gandan::constraint");
  CHECK(told);
  // And a wrong one of ours falls back on the standard one.
  *constraint = "${start} = '' or . >= ${start}";
  *cell_of("end", "gandan::constraint") = "end >= nobody";
  const auto fallen = import(exported.workbook);
  CHECK(column(fallen, "end", "constraint") == "start IS NULL OR coalesce(end >= start, FALSE)");
  CHECK_FALSE(fallen.complete());
}

TEST_CASE("what XLSForm cannot say is listed and kept in columns of ours") {
  gandan::test::FakeClock clock;
  auto catalog = records::Catalog::builtin(clock);
  REQUIRE(catalog.ok());
  const auto exported = export_form(*(*catalog)->find("community_meeting"));
  std::set<std::string> codes;
  for (const auto& f : exported.findings) {
    codes.insert(f.code);
    CHECK(f.vi != f.en);
  }
  CHECK(codes == std::set<std::string>{"export.expression", "export.link", "export.required"});
  // The row that a finding names is the row of the sheet.
  const auto& survey = exported.workbook.sheets[0];
  for (const auto& f : exported.findings) {
    REQUIRE(f.row <= survey.rows.size());
    const auto* name = survey.rows[f.row - 1].at(1);
    REQUIRE(name != nullptr);
    CHECK(f.en.rfind(name->text + ": ", 0) == 0);
  }
}

TEST_CASE("expressions of record types in XPath") {
  const auto exported_cell = [](const std::string& column_name, const std::string& text,
                                const std::string& type = "integer") {
    gandan::test::FakeClock clock;
    const std::string label = R"({"vi": "x", "en": "y"})";
    const auto field = [&](const std::string& t, const std::string& name, const std::string& more = "") {
      return R"({"type": ")" + t + R"(", "name": ")" + name + R"(", "label": )" + label + more + "},";
    };
    std::string survey = field("integer", "a") + field("integer", "b") + field("text", "t") +
                         field("boolean", "yes") + field("date", "d") + field("datetime", "at") +
                         field("select_one", "s", R"(, "choices": [{"name": "x", "label": )" + label + "}]") +
                         field("repeat", "l",
                               R"(, "children": [)" + field("integer", "a") +
                                   field("integer", "n").substr(0, field("integer", "n").size() - 1) + "]") +
                         field("group", "g",
                               R"(, "children": [)" +
                                   field("integer", "in").substr(0, field("integer", "in").size() - 1) + "]");
    json::object probe{{"type", type},
                       {"name", "probe"},
                       {"label", json::object{{"vi", "x"}, {"en", "y"}}},
                       {column_name, text}};
    if (column_name == "constraint") probe["constraint_message"] = json::object{{"vi", "x"}, {"en", "y"}};
    survey += json::compact(probe);
    auto loaded =
        records::Catalog::load({{"records/x.json", R"({"kind": "x", "version": 1, "label": )" + label +
                                                       R"(, "title": "x", "survey": [)" + survey + "]}"}},
                               clock);
    INFO(text << (loaded.ok() ? "" : " " + loaded.error().detail));
    REQUIRE(loaded.ok());
    const auto exported = export_form(*(*loaded)->find("x"));
    const auto& sheet = exported.workbook.sheets[0];
    for (const auto& head : sheet.rows[0].cells)
      if (head.text == column_name)
        if (const auto* cell = sheet.rows.back().at(head.column)) return cell->text;
    return std::string("–");
  };
  struct Row {
    const char* sql;
    const char* xpath;
  };
  for (const auto& row : std::initializer_list<Row>{
           {"t = 'x'", "${t} = 'x'"},
           {"t <> 'x'", "${t} != '' and ${t} != 'x'"},
           {"NOT t = 'x'", "not(${t} = '' or ${t} = 'x')"},
           {"t IS NULL OR b > 3", "${t} = '' or ${b} > 3"},
           {"b BETWEEN 1 AND 3", "${b} >= 1 and ${b} <= 3"},
           {"t IN ('x', 'y') AND b = 1", "(${t} = 'x' or ${t} = 'y') and ${b} = 1"},
           {"t NOT IN ('x', 'y')", "not(${t} = '' or ${t} = 'x' or ${t} = '' or ${t} = 'y')"},
           {"yes", "${yes} = 'OK'"},
           {"NOT yes", "not(${yes} = 'OK')"},
           {"l__count > 1", "count(${l}) > 1"},
           {"l__n__sum > 1", "sum(${n}) > 1"},
           {"l__a__sum > 1", "sum(${l}/a) > 1"},
           {"a > 1", "../a > 1"},
           {"g__in > 1", "${in} > 1"},
           {"length(t) > 1", "string-length(${t}) > 1"},
           {"instr(t, 'x') > 0", "contains(${t}, 'x')"},
           {"local_date(at) > d", "date(format-date(${at}, '%Y-%m-%d')) > ${d}"},
           {"days_between(d, today()) > 3", "today() - ${d} > 3"},
           {"d > add_days(today(), -3)", "${d} > date(today() + -3)"},
           {"div(b, 2) = 1", "int(${b} div 2) = 1"},
           {"b % 2 = 1", "${b} mod 2 = 1"},
           {"t = 'it''s'", "${t} = \"it's\""},
           {"s = 'x'", "${s} = 'x'"},
           {"is_holiday(d)", "–"},
           {"add_months(d, 1) > today()", "–"},
           {"record__state = 'draft'", "–"},
           {"lower(t) = 'x'", "–"}}) {
    INFO(row.sql);
    CHECK(exported_cell("relevant", row.sql) == row.xpath);
  }
  CHECK(exported_cell("constraint", "probe >= a") == "../a = '' or . >= ../a");
  CHECK(exported_cell("constraint", "probe BETWEEN 0 AND b") == ". >= 0 and (${b} = '' or . <= ${b})");
  CHECK(exported_cell("calculation", "CASE WHEN b > 1 THEN 'x' ELSE 'y' END", "calculate") ==
        "if(${b} > 1, 'x', 'y')");
  CHECK(exported_cell("calculation", "coalesce(b, 0) + 1", "calculate") == "coalesce(${b}, 0) + 1");
  CHECK(exported_cell("calculation", "is_holiday(d)", "calculate") == "''");
  CHECK(exported_cell("default", "'xyz'", "text") == "xyz");
  CHECK(exported_cell("default", "b", "text") == "${b}");
}
