#include "app/rows.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "app/files.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "base/written.hpp"
#include "records/document.hpp"

namespace gandan::app {
namespace {

using records::Field;
using records::FieldType;

constexpr std::size_t kHeadWithin = 30;  // rows
constexpr std::size_t kMostRowFaults = 50;
constexpr std::size_t kMaxTable = std::size_t{16} << 20;  // bytes

char separator_of(std::string_view text) {
  std::array<std::size_t, 3> counts{};
  constexpr std::string_view kSeparators = ",;\t";
  bool quoted = false;
  for (const char c : text.substr(0, 4000)) {
    if (c == '"') quoted = !quoted;  // a doubled one changes nothing
    const auto which = kSeparators.find(c);
    if (!quoted && which != std::string_view::npos) ++counts[which];
  }
  return kSeparators[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) -
                                              counts.begin())];
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

// As people compare headings: "Mã hộ (*)" names the field "Mã hộ".
std::string heading(std::string_view text) {
  std::string out;
  for (const char c : fold(text))
    if (c != '*' && c != ':' && c != '(' && c != ')') out += c;
  return trimmed(out);
}
bool only_counts(const std::string& heading) {
  return heading == "stt" || heading == "tt" || heading == "so tt" || heading == "no." || heading == "no";
}

std::string place_of(const office::Row& row, const office::Cell& cell) {
  return office::column_letters(cell.column) + std::to_string(row.number);
}

// What a column of this heading fills; nullptr: nothing.
const Field* field_named(const Field& list, const std::string& name) {
  for (const auto& field : list.children)
    if (field.holds_value() && field.type != FieldType::calculate &&
        (name == field.name || name == heading(field.label.vi) || name == heading(field.label.en)))
      return &field;
  return nullptr;
}

struct Head {
  const office::Row* row = nullptr;
  std::map<std::uint32_t, const Field*> columns;  // nullptr: only counts
  std::vector<FieldError> unknown;
};

std::string column_names(const Field& list, std::string records::Label::*language) {
  std::string out;
  for (const auto& field : list.children)
    if (field.holds_value() && field.type != FieldType::calculate)
      out += (out.empty() ? "" : ", ") + field.label.*language;
  return out;
}

Head read_head(const Field& list, const office::Row& row) {
  Head out;
  out.row = &row;
  for (const auto& cell : row.cells) {
    const std::string name = heading(cell.text);
    const Field* field = field_named(list, name);
    if (name.empty()) continue;
    const bool twice = field != nullptr && std::any_of(out.columns.begin(), out.columns.end(),
                                                       [&](const auto& one) { return one.second == field; });
    if (twice)
      out.unknown.push_back({place_of(row, cell), "double_column", "Cột “" + cell.text + "” có hai lần.",
                             "The column “" + cell.text + "” stands twice."});
    else if (field != nullptr || only_counts(name))
      out.columns[cell.column] = field;
    else
      out.unknown.push_back({place_of(row, cell), "unknown_column",
                             "Cột “" + cell.text + "” không có trong mẫu. Các cột: " +
                                 column_names(list, &records::Label::vi) + ".",
                             "The form has no column “" + cell.text +
                                 "”. They are: " + column_names(list, &records::Label::en) + "."});
  }
  return out;
}

// The row that names most fields; the first of them.
Head find_head(const Field& list, const office::Sheet& sheet) {
  Head best;
  std::size_t most = 0;
  for (std::size_t i = 0; i < std::min(sheet.rows.size(), kHeadWithin); ++i) {
    Head head = read_head(list, sheet.rows[i]);
    const auto fields =
        static_cast<std::size_t>(std::count_if(head.columns.begin(), head.columns.end(),
                                               [](const auto& column) { return column.second != nullptr; }));
    if (fields <= most) continue;
    most = fields;
    best = std::move(head);
  }
  return best;
}

std::string code_of(const Field& field, const std::string& text) {
  if (field.choice(text) != nullptr) return text;
  for (const auto& choice : field.choices)
    if (heading(choice.label.vi) == heading(text) || heading(choice.label.en) == heading(text))
      return choice.name;
  return text;
}

// As the interface takes it; what cannot be read goes on as it is, and the form says what is wrong with it.
json::value value_of(const Field& field, const std::string& text) {
  switch (field.type) {
    case FieldType::integer:
      if (const auto n = parse_written_integer(text)) return json::integer(*n);
      break;
    case FieldType::date:
      if (const auto days = parse_written_date(text)) return json::value(date_text(*days));
      break;
    case FieldType::datetime:
      if (const auto ms = parse_written_time(text)) return json::value(instant_text(*ms));
      break;
    case FieldType::boolean: {
      const std::string said = heading(text);
      if (said == "co" || said == "x" || said == "yes" || said == "1" || said == "true")
        return json::value(true);
      if (said == "khong" || said == "no" || said == "0" || said == "false") return json::value(false);
      break;
    }
    case FieldType::select_one:
      return json::value(code_of(field, text));
    case FieldType::select_multiple: {
      json::array codes;
      for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find_first_of(",;", at), text.size());
        if (const auto one = trimmed(std::string_view(text).substr(at, end - at)); !one.empty())
          codes.push_back(json::value(code_of(field, one)));
        at = end + 1;
      }
      return json::value(std::move(codes));
    }
    default:
      break;
  }
  return json::value(text);
}

}  // namespace

Result<office::Workbook> read_table(const office::Spreadsheets* sheets, const std::string& path) {
  GANDAN_TRY(const Bytes content, read_file(path, kMaxTable));
  if (as_text(content).substr(0, 2) == "PK") {
    if (sheets == nullptr) return Code::no_spreadsheets;
    return sheets->read(content);
  }
  GANDAN_TRY(const std::string text, read_text(as_text(content)));
  return read_csv(text);
}

Result<office::Workbook> read_csv(std::string_view text) {
  const char separator = separator_of(text);
  office::Workbook out;
  auto& sheet = out.sheets.emplace_back();
  sheet.name = "csv";
  office::Row row;
  std::string cell;
  std::uint32_t column = 0;
  bool quoted = false;
  std::size_t line = 1, quoted_since = 0;
  const auto end_cell = [&] {
    if (auto content = trimmed(cell); !content.empty())
      row.cells.push_back({column, office::Cell::Kind::text, std::move(content)});
    cell.clear();
    ++column;
  };
  const auto end_row = [&] {
    end_cell();
    const auto number = row.number;
    if (!row.cells.empty()) sheet.rows.push_back(std::move(row));
    row = {};
    row.number = number + 1;
    column = 0;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    line += c == '\n' ? 1 : 0;
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && trimmed(cell).empty()) {
      quoted = true;
      quoted_since = line;
    } else if (c == separator) {
      end_cell();
    } else if (c == '\n') {
      end_row();
    } else {
      cell += c;
    }
  }
  if (quoted) {
    const std::string where = std::to_string(quoted_since);
    return Error{Code::invalid_record,
                 "rows",
                 {{"rows", "open_quote", "Dấu ngoặc kép mở ở dòng " + where + " không đóng lại.",
                   "The quotation mark in line " + where + " is never closed."}}};
  }
  end_row();
  return out;
}

Result<std::vector<NumberedItem>> numbered_items(const Field& list, const office::Workbook& table) {
  const auto failed = [](std::vector<FieldError> faults) {
    return Error{Code::invalid_record, "rows", std::move(faults)};
  };
  Head head;
  const office::Sheet* sheet = nullptr;
  for (const auto& one : table.sheets) {
    sheet = &one;
    head = find_head(list, one);
    if (head.row != nullptr) break;
  }
  if (head.row == nullptr) {
    return failed({{list.path, "no_head",
                    "Không thấy dòng tên cột. Các cột: " + column_names(list, &records::Label::vi) + ".",
                    "There is no row with the names of columns. They are: " +
                        column_names(list, &records::Label::en) + "."}});
  }
  if (!head.unknown.empty()) return failed(std::move(head.unknown));
  std::vector<FieldError> faults;
  std::vector<NumberedItem> out;
  for (const auto& row : sheet->rows) {
    if (row.number <= head.row->number) continue;
    json::object item;
    for (const auto& cell : row.cells) {
      const auto column = head.columns.find(cell.column);
      if (column == head.columns.end()) {
        faults.push_back({place_of(row, cell), "no_column", "Ô nằm ngoài các cột có tên.",
                          "The cell is in no named column."});
      } else if (column->second == nullptr) {
        if (!parse_written_integer(heading(cell.text)))
          faults.push_back({place_of(row, cell), "not_a_count",
                            "Cột số thứ tự chỉ có số; hãy bỏ dòng này khỏi bảng.",
                            "This column only counts; take the row out of the table."});
      } else if (const Field* field = column->second) {
        const json::value value = value_of(*field, cell.text);
        if (auto read = records::value_from_json(*field, value, {}); !read.ok()) {
          for (const auto& fault : read.error().fields)
            faults.push_back({place_of(row, cell), fault.code, fault.vi, fault.en});
        }
        item[field->name] = value;
      }
      if (faults.size() >= kMostRowFaults) return failed(std::move(faults));
    }
    if (!item.empty()) out.push_back({row.number, std::move(item)});
  }
  if (!faults.empty()) return failed(std::move(faults));
  return out;
}

Result<json::array> rows_as_items(const Field& list, const office::Workbook& table) {
  GANDAN_TRY(auto numbered, numbered_items(list, table));
  json::array out;
  for (auto& one : numbered) out.push_back(std::move(one.item));
  return out;
}

}  // namespace gandan::app
