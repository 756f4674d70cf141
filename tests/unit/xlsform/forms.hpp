// XLSForms for tests, as rows of text.
#pragma once

#include <set>
#include <sstream>

#include "records/catalog.hpp"
#include "support/catch.hpp"
#include "support/seams.hpp"
#include "xlsform/xlsform.hpp"

namespace gandan::xlsform::test {

using Rows = std::vector<std::vector<std::string>>;

inline office::Sheet sheet(std::string name, const Rows& rows) {
  office::Sheet out;
  out.name = std::move(name);
  std::uint32_t number = 0;
  for (const auto& cells : rows) {
    office::Row row;
    row.number = ++number;
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!cells[i].empty())
        row.cells.push_back({static_cast<std::uint32_t>(i), office::Cell::Kind::text, cells[i]});
    if (!row.cells.empty()) out.rows.push_back(std::move(row));
  }
  return out;
}

struct Sheets {
  Rows survey;
  Rows choices = {};
  Rows settings = {};
  office::Workbook workbook() const {
    office::Workbook out;
    out.sheets.push_back(sheet("survey", survey));
    if (!choices.empty()) out.sheets.push_back(sheet("choices", choices));
    if (!settings.empty()) out.sheets.push_back(sheet("settings", settings));
    return out;
  }
};

inline std::string listing(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& f : findings)
    out += f.sheet + "!" + std::to_string(f.row) + " " + f.column + " " + to_text(f.effect) + " " + f.code +
           ": " + f.en + "\n";
  return out;
}

inline Imported import(const office::Workbook& workbook, const ImportOptions& options = {}) {
  gandan::test::FakeClock clock;
  auto out = import_form(workbook, options, records::builtin_schema(), clock);
  INFO((out.ok()
            ? ""
            : out.error().detail + (out.error().fields.empty() ? "" : " " + out.error().fields[0].path)));
  REQUIRE(out.ok());
  for (const auto& f : out->findings) {
    CHECK_FALSE(f.code.empty());
    CHECK_FALSE(f.vi.empty());
    CHECK_FALSE(f.en.empty());
    CHECK(f.vi != f.en);
  }
  return std::move(*out);
}

// "survey!3 type.none" for each finding.
inline std::vector<std::string> places(const Imported& form) {
  std::vector<std::string> out;
  for (const auto& f : form.findings) out.push_back(f.sheet + "!" + std::to_string(f.row) + " " + f.code);
  return out;
}
inline const Finding* finding(const Imported& form, std::uint32_t row, const std::string& code) {
  for (const auto& f : form.findings)
    if (f.row == row && f.code == code) return &f;
  return nullptr;
}

inline const json::object* question(const json::array& survey, const std::string& name) {
  for (const auto& row : survey) {
    const auto& o = row.get_object();
    if (json::find_text(o, "name") == name) return &o;
    if (const auto* children = json::find_array(o, "children"))
      if (const auto* found = question(*children, name)) return found;
  }
  return nullptr;
}
inline const json::object& question(const Imported& form, const std::string& name) {
  const auto* found = question(*json::find_array(form.type, "survey"), name);
  INFO(name << " in " << json::pretty(form.type));
  REQUIRE(found != nullptr);
  return *found;
}
inline std::string column(const Imported& form, const std::string& name, const std::string& key) {
  const auto* value = json::find(question(form, name), key);
  if (value == nullptr) return "";
  return value->is_string() ? std::string(value->get_string()) : json::compact(*value);
}

}  // namespace gandan::xlsform::test
