// Answers of schema.import, schema.export, schema.check, schema.publish, schema.list.
#include "gandan/present.hpp"

namespace gandan::cli {
namespace {

// "dòng 12, relevant", as a person finds it in the sheet.
std::string place(const json::object& finding, const Page& page) {
  std::string out = text(finding, "sheet");
  if (const auto row = number(finding, "row"); row > 0)
    out += std::string(page.say(" dòng ", " row ")) + std::to_string(row);
  if (const auto column = text(finding, "column"); !column.empty()) out += ", " + column;
  return out;
}

void findings(const std::string& effect, const char* vi, const char* en, Page& page) {
  bool first = true;
  for (const auto& row : list(page.ok, "findings")) {
    const auto& finding = row.get_object();
    if (text(finding, "effect") != effect) continue;
    if (first) page.line(page.say(vi, en));
    first = false;
    page.line("  " + place(finding, page) + ": " + page.words(finding) + "  [" + text(finding, "code") + "]");
  }
}

void imported(Page& page) {
  page.line(text(page.ok, "kind") + " v" + text(page.ok, "version") + ": " + text(page.ok, "questions") +
            page.say(" câu hỏi → ", " questions → ") + text(page.ok, "file"));
  if (const auto cells = number(page.ok, "converted"); cells > 0)
    page.line(std::to_string(cells) +
              page.say(" ô đã đổi từ bảng mã cũ.", " cells converted from an old encoding."));
  findings("left_out", "Không chuyển được:", "Left out:", page);
  findings("changed", "Chuyển thành cách khác:", "Taken over in another way:", page);
  findings("looks", "Chỉ là cách hiện, không dùng ở đây:", "Only how it shows, of no use here:", page);
  if (truth(page.ok, "complete")) page.line(page.say("Không bỏ sót gì.", "Nothing was left out."));
}

void exported(Page& page) {
  page.line(text(page.ok, "kind") + " v" + text(page.ok, "version") + " → " + text(page.ok, "file"));
  findings("left_out", "XLSForm không nói được (giữ ở cột gandan::…):",
           "What XLSForm cannot say (kept in columns gandan::…):", page);
}

void checked(Page& page) {
  for (const auto& row : list(page.ok, "faults")) {
    const auto& fault = row.get_object();
    const std::string where = text(fault, "place");
    page.line(text(fault, "file") + (where.empty() ? "" : ": " + where) + ": " + page.words(fault));
  }
  const auto faults = list(page.ok, "faults").size();
  if (faults > 0) {
    page.line(std::to_string(faults) + page.say(" chỗ sai.", " faults."));
    if (!truth(page.ok, "reports_checked"))
      page.line(page.say("Báo cáo chưa soát: hãy sửa những chỗ trên trước.",
                         "Reports were not checked: correct these first."));
    return;
  }
  page.line(std::string(page.say("Tốt cả: ", "All good: ")) + text(page.ok, "files") +
            page.say(" tệp, ", " files, ") + text(page.ok, "kinds") + page.say(" loại hồ sơ, ", " kinds, ") +
            text(page.ok, "rules") + page.say(" quy tắc.", " rules."));
}

void published(Page& page) {
  page.line(page.say("Đã ban hành bộ mẫu biểu số ", "Published schema set ") + text(page.ok, "number") +
            ", " + text(page.ok, "bytes") + " B, " + text(page.ok, "hash"));
  for (const auto& file : list(page.ok, "files")) page.line("  " + value_text(file));
}

void sets(Page& page) {
  if (list(page.ok, "sets").empty())
    page.line(page.say("Chưa ban hành bộ nào; dùng mẫu của chương trình.",
                       "None was published; the program's own forms are in use."));
  for (const auto& row : list(page.ok, "sets")) {
    page.line(page.words(row.get_object()));
    for (const auto& fault : list(row.get_object(), "faults"))
      page.line("  · " + text(fault.get_object(), "path") + ": " + page.words(fault.get_object()));
  }
}

}  // namespace

bool present_schema(const std::string& method, Page& page) {
  if (method == "schema.import") {
    imported(page);
  } else if (method == "schema.export") {
    exported(page);
  } else if (method == "schema.check") {
    checked(page);
  } else if (method == "schema.publish") {
    published(page);
  } else if (method == "schema.list") {
    sets(page);
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
