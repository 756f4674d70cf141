// From an .xlsx file to cells: package relations ─> workbook, styles, shared strings ─> sheets in their
// order.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "office/xlsx/numbers.hpp"
#include "office/xlsx/package.hpp"
#include "office/xlsx/read.hpp"
#include "office/xlsx/xlsx.hpp"

namespace gandan::office {
namespace {

constexpr std::uint32_t kLastColumn = 16383;  // XFD
constexpr std::uint32_t kLastRow = 1'048'576;

Error broken(std::string why) { return Error{Code::not_a_spreadsheet, std::move(why)}; }
Error too_large(std::string what) { return Error{Code::too_large, std::move(what)}; }

bool to_number(std::string_view text, std::uint32_t& out) {
  if (text.empty() || text.size() > 9) return false;
  out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// ST_Xstring: _x000D_ is a character that XML could not hold, _x005F_ the underscore of such a sequence.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint32_t value = 0;
    bool escape = text.substr(i, 2) == "_x" && i + 6 < text.size() && text[i + 6] == '_';
    for (std::size_t j = i + 2; escape && j < i + 6; ++j) {
      const char c = text[j];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                               : -1;
      escape = digit >= 0;
      value = value * 16 + static_cast<std::uint32_t>(std::max(digit, 0));
    }
    if (escape && value != 0 && (value < 0xD800 || value > 0xDFFF)) {
      append_utf8(out, value);
      i += 6;
    } else {
      out += text[i];
    }
  }
  return out;
}

// <si> and <is>: one <t>, or runs of rich text; phonetic readings (rPh) are not part of it.
std::string string_of(const pugi::xml_node& item) {
  std::string out;
  for (const auto& part : item) {
    if (local_name(part) == "t") out += unescaped(part.text().get());
    if (local_name(part) == "r") out += unescaped(child(part, "t").text().get());
  }
  return out;
}

// "/xl/a.xml", "a.xml" and "../a.xml" as a relation of a part in `folder` means them.
std::string resolved(const std::string& folder, std::string_view target) {
  std::string path =
      !target.empty() && target.front() == '/' ? std::string(target.substr(1)) : folder + std::string(target);
  std::vector<std::string> steps;
  std::size_t start = 0;
  while (start <= path.size()) {
    const auto end = std::min(path.find('/', start), path.size());
    const std::string step = path.substr(start, end - start);
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (!step.empty() && step != ".") {
      steps.push_back(step);
    }
    start = end + 1;
  }
  std::string out;
  for (const auto& step : steps) out += (out.empty() ? "" : "/") + step;
  return out;
}

struct Relation {
  std::string type;  // the last word of its address: officeDocument, worksheet, styles …
  std::string target;
};

class Reader {
 public:
  explicit Reader(const Package& package) : package_(package) {}

  Result<Workbook> run() {
    std::map<std::string, Relation, std::less<>> top;
    GANDAN_CHECK(relations("", "", top));
    std::string main;
    for (const auto& [id, relation] : top)
      if (relation.type == "officeDocument") main = relation.target;
    if (main.empty()) return broken("it names no workbook");
    GANDAN_CHECK(package_.parse(main, workbook_));
    const auto root = workbook_.document_element();
    if (local_name(root) != "workbook") return broken(main + " is no workbook");
    const auto slash = main.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : main.substr(0, slash + 1);
    std::map<std::string, Relation, std::less<>> parts;
    GANDAN_CHECK(relations(folder, main.substr(folder.size()), parts));
    for (const auto& [id, relation] : parts) {
      if (relation.type == "sharedStrings") GANDAN_CHECK(read_strings(relation.target));
      if (relation.type == "styles") GANDAN_CHECK(read_styles(relation.target));
    }
    const auto flag = attribute(child(root, "workbookPr"), "date1904");
    from_1904_ = flag == "1" || flag == "true";
    Workbook out;
    for (const auto& sheet : child(root, "sheets")) {
      if (local_name(sheet) != "sheet") continue;
      const auto relation = parts.find(attribute(sheet, "id", true));
      if (relation == parts.end() || relation->second.type != "worksheet") continue;  // a chart has no cells
      if (out.sheets.size() >= kMaxSheets) return too_large("the number of sheets");
      Sheet one;
      one.name = attribute(sheet, "name");
      GANDAN_CHECK(read_sheet(relation->second.target, one));
      out.sheets.push_back(std::move(one));
    }
    if (out.sheets.empty()) return broken("it has no sheet");
    return out;
  }

 private:
  // The relations of `folder` + `part` ("" + "": of the package), by id. Addresses outside the file are left
  // out.
  Status relations(const std::string& folder, const std::string& part,
                   std::map<std::string, Relation, std::less<>>& out) {
    pugi::xml_document document;
    GANDAN_CHECK(package_.parse(folder + "_rels/" + part + ".rels", document));
    for (const auto& one : document.document_element()) {
      if (attribute(one, "TargetMode") == "External") continue;
      const auto type = attribute(one, "Type");
      out[std::string(attribute(one, "Id"))] = {std::string(type.substr(type.rfind('/') + 1)),
                                                resolved(folder, attribute(one, "Target"))};
    }
    return {};
  }

  Status read_strings(const std::string& part) {
    pugi::xml_document document;
    GANDAN_CHECK(package_.parse(part, document));
    for (const auto& item : document.document_element())
      if (local_name(item) == "si") strings_.push_back(string_of(item));
    return {};
  }

  Status read_styles(const std::string& part) {
    pugi::xml_document document;
    GANDAN_CHECK(package_.parse(part, document));
    const auto root = document.document_element();
    std::map<std::uint32_t, bool> own;
    for (const auto& format : child(root, "numFmts")) {
      std::uint32_t id = 0;
      if (to_number(attribute(format, "numFmtId"), id))
        own[id] = is_date_format(attribute(format, "formatCode"));
    }
    for (const auto& style : child(root, "cellXfs")) {
      std::uint32_t id = 0;
      const bool known = to_number(attribute(style, "numFmtId"), id);
      const auto found = own.find(id);
      dates_.push_back(known && (found != own.end() ? found->second : is_date_format(id)));
    }
    return {};
  }

  Status read_sheet(const std::string& part, Sheet& out) {
    pugi::xml_document document;
    GANDAN_CHECK(package_.parse(part, document));
    const auto root = document.document_element();
    std::uint32_t number = 0;
    for (const auto& row : child(root, "sheetData")) {
      if (local_name(row) != "row") continue;
      const auto given = attribute(row, "r");
      if (given.empty()) {
        ++number;
      } else if (!to_number(given, number)) {
        return broken(part + ": row " + std::string(cut_text(given, 20)));
      }
      if (number == 0 || number > kLastRow) return broken(part + ": row " + std::to_string(number));
      Row one;
      one.number = number;
      GANDAN_CHECK(read_row(part, row, one));
      if (one.cells.empty()) continue;
      if (out.rows.size() >= kMaxRows) return too_large("the number of rows of sheet " + out.name);
      if (!out.rows.empty() && out.rows.back().number >= number) return broken(part + ": rows out of order");
      out.rows.push_back(std::move(one));
    }
    for (const auto& range : child(root, "mergeCells"))
      if (const auto ref = attribute(range, "ref"); !ref.empty() && out.merged.size() < 1000)
        out.merged.emplace_back(cut_text(ref, 40));
    return {};
  }

  Status read_row(const std::string& part, const pugi::xml_node& row, Row& out) {
    std::uint32_t next = 0;
    for (const auto& cell : row) {
      if (local_name(cell) != "c") continue;
      std::uint32_t column = next;
      const auto place = attribute(cell, "r");
      if (!place.empty() && !column_of(place, column))
        return broken(part + ": cell " + std::string(cut_text(place, 20)));
      if (column < next || column > kLastColumn) return broken(part + ": cells out of order");
      next = column + 1;
      Cell one;
      one.column = column;
      if (!read_cell(cell, one)) return broken(part + ": the content of " + std::string(cut_text(place, 20)));
      if (one.text.empty()) continue;
      // A character is at most four bytes.
      if (one.text.size() > 4 * kMaxCellCharacters) return too_large("the text of " + std::string(place));
      text_bytes_ += one.text.size();
      if (++cells_ > kMaxCells || text_bytes_ > kMaxTextBytes) return too_large("the content of all cells");
      out.cells.push_back(std::move(one));
    }
    return {};
  }

  static bool column_of(std::string_view place, std::uint32_t& out) {
    std::uint32_t column = 0;
    std::size_t letters = 0;
    while (letters < place.size() && place[letters] >= 'A' && place[letters] <= 'Z' && letters < 4)
      column = column * 26 + static_cast<std::uint32_t>(place[letters++] - 'A') + 1;
    std::uint32_t row = 0;
    if (letters == 0 || letters > 3 || !to_number(place.substr(letters), row)) return false;
    out = column - 1;
    return true;
  }

  bool read_cell(const pugi::xml_node& cell, Cell& out) const {
    const auto type = attribute(cell, "t");
    const std::string_view value = child(cell, "v").text().get();
    std::uint32_t index = 0;
    if (type == "inlineStr") {
      out.text = string_of(child(cell, "is"));
    } else if (value.empty()) {
      return true;
    } else if (type == "s") {
      if (!to_number(value, index) || index >= strings_.size()) return false;
      out.text = strings_[index];
    } else if (type == "str") {  // what a formula gave
      out.text = unescaped(value);
    } else if (type == "b") {
      out.kind = Cell::Kind::boolean;
      out.text = value == "1" || value == "true" ? "TRUE" : "FALSE";
    } else if (type == "e") {
      out.kind = Cell::Kind::error;
      out.text = value;
    } else if (type == "d") {
      out.kind = Cell::Kind::date;
      out.text = value;
    } else {
      const bool date = to_number(attribute(cell, "s"), index) && index < dates_.size() && dates_[index];
      return number_cell(value, date, from_1904_, out);
    }
    return true;
  }

  const Package& package_;
  pugi::xml_document workbook_;
  std::vector<std::string> strings_;
  std::vector<bool> dates_;  // by cell style
  bool from_1904_ = false;
  std::size_t cells_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace

Result<Workbook> read_xlsx(ByteView file) {
  GANDAN_TRY(const auto package, Package::open(file));
  return Reader(*package).run();
}

}  // namespace gandan::office
