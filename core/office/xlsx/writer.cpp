// From cells to an .xlsx file. libxlsxwriter writes files only: through a folder of our own, which goes away.
#include <xlsxwriter.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "office/xlsx/read.hpp"
#include "office/xlsx/xlsx.hpp"

namespace gandan::office {
namespace {

constexpr double kWidest = 60;  // characters
constexpr double kNarrowest = 10;
// Days since 1970: of the number 0 of a spreadsheet's calendar, and the first whose number all programs agree
// on (their 1900 is a leap year).
constexpr std::int32_t kDayZero = -25569;
constexpr std::int32_t kFirstDay = -25508;  // 1900-03-01

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code failed;
    auto base = std::filesystem::temp_directory_path(failed);
    if (failed) return;
    std::string pattern = (base / "gandan-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;  // for its owner only
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Whether a number's text is what a double gives back: others stay text, so that nothing is rounded.
bool exact(const std::string& text) { return text.size() <= 15; }

struct Formats {
  lxw_format* head;
  lxw_format* body;
  lxw_format* date;
};

// A day as a day, a number as a number; what a spreadsheet would round or not know stays the text that it is.
void write_cell(const Cell& cell, lxw_row_t row, lxw_worksheet* out, lxw_format* format, lxw_format* date) {
  const auto column = static_cast<lxw_col_t>(cell.column);
  const auto day = cell.kind == Cell::Kind::date ? parse_date(cell.text) : std::nullopt;
  if (day && *day >= kFirstDay) {
    worksheet_write_number(out, row, column, static_cast<double>(*day - kDayZero), date);
  } else if (cell.kind == Cell::Kind::number && exact(cell.text)) {
    worksheet_write_number(out, row, column, std::stod(cell.text), format);
  } else {
    worksheet_write_string(out, row, column, cell.text.c_str(), format);
  }
}

void write_sheet(const Sheet& sheet, lxw_worksheet* out, const Formats& formats) {
  std::vector<double> widths;
  for (const auto& row : sheet.rows) {
    const bool first = &row == &sheet.rows.front();
    for (const auto& cell : row.cells) {
      const auto column = static_cast<lxw_col_t>(cell.column);
      write_cell(cell, row.number - 1, out, first ? formats.head : formats.body, formats.date);
      if (widths.size() <= column) widths.resize(column + std::size_t{1}, kNarrowest);
      widths[column] =
          std::min(kWidest, std::max(widths[column], static_cast<double>(code_points(cell.text)) + 2));
    }
  }
  for (std::size_t i = 0; i < widths.size(); ++i)
    worksheet_set_column(out, static_cast<lxw_col_t>(i), static_cast<lxw_col_t>(i), widths[i], nullptr);
  worksheet_freeze_panes(out, 1, 0);
}

class Xlsx final : public Spreadsheets {
 public:
  Result<Workbook> read(ByteView file) const override { return read_xlsx(file); }
  Result<Bytes> write(const Workbook& workbook) const override { return write_xlsx(workbook); }
};

}  // namespace

Result<Bytes> write_xlsx(const Workbook& workbook) {
  const TemporaryFolder folder;
  const auto unwritable = [](const char* why) { return Error{Code::file_unwritable, why}; };
  if (folder.path().empty()) return unwritable("no folder for temporary files");
  const std::string path = folder.path() + "/workbook.xlsx";
  std::string where = folder.path();
  lxw_workbook_options options{};
  options.tmpdir = where.data();
  lxw_workbook* out = workbook_new_opt(path.c_str(), &options);
  if (out == nullptr) return unwritable("the spreadsheet cannot be begun");
  lxw_doc_properties properties{};
  // The library takes 0 for the present, and the same workbook would not give the same bytes.
  properties.created = static_cast<time_t>(std::max<std::int64_t>(1, workbook.created_ms / 1000));
  workbook_set_properties(out, &properties);
  lxw_format* head = workbook_add_format(out);
  format_set_bold(head);
  format_set_bg_color(head, 0xD9E2F3);
  format_set_border(head, LXW_BORDER_THIN);
  lxw_format* body = workbook_add_format(out);
  format_set_text_wrap(body);
  format_set_align(body, LXW_ALIGN_VERTICAL_TOP);
  lxw_format* date = workbook_add_format(out);
  format_set_num_format(date, "dd/mm/yyyy");
  format_set_align(date, LXW_ALIGN_LEFT);
  format_set_align(date, LXW_ALIGN_VERTICAL_TOP);
  for (const auto& sheet : workbook.sheets) {
    lxw_worksheet* one = workbook_add_worksheet(out, sheet.name.c_str());
    if (one == nullptr) {
      (void)workbook_close(out);
      return Error{Code::bad_request, "a sheet cannot be called " + sheet.name};
    }
    write_sheet(sheet, one, {head, body, date});
  }
  if (workbook_close(out) != LXW_NO_ERROR) return unwritable("the spreadsheet cannot be written");
  std::ifstream in(path, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in || bytes.empty()) return unwritable("the spreadsheet cannot be read back");
  return bytes;
}

const Spreadsheets& xlsx() {
  static const Xlsx only;
  return only;
}

}  // namespace gandan::office
