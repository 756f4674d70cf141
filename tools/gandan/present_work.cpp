// Answers of number and task: what an office keeps an eye on.
#include "gandan/present.hpp"
#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

void numbers(Page& page) {
  const auto& series = list(page.ok, "series");
  if (series.empty()) page.line(page.say("Chưa cấp số nào.", "No number was given yet."));
  for (const auto& row : series) {
    const auto& one = row.get_object();
    page.line(text(one, "unit_name") + " · " + text(one, "symbol") + " · " + text(one, "year") +
              page.say(" · số kế tiếp ", " · next ") + text(one, "next"));
    std::vector<std::vector<std::string>> cells;
    for (const auto& given : list(one, "numbers")) {
      const auto& number = given.get_object();
      std::string note = truth(number, "withdrawn") ? page.say("đã rút", "withdrawn") : "";
      if (truth(number, "conflict"))
        note += page.say("hồ sơ có hai số, hãy chọn", "the record has two numbers, choose one");
      cells.push_back({text(number, "text"), text(number, "title"), short_id(text(number, "record")),
                       moment(text(part(number, "author"), "at")), note});
    }
    page.out += table({page.say("Số", "Number"), page.say("Hồ sơ", "Record"), page.say("Mã", "Id"),
                       page.say("Cấp lúc", "Given"), ""},
                      cells);
    std::string gaps;
    for (const auto& gap : list(one, "gaps")) {
      const auto& range = gap.get_object();
      const std::string from = text(range, "from"), to = text(range, "to");
      gaps += (gaps.empty() ? "" : ", ") + (from == to ? from : from + "–" + to);
    }
    if (!gaps.empty()) page.line(std::string(page.say("  Số trống: ", "  Gaps: ")) + gaps);
    for (const auto& twice : list(one, "doubles")) page.line("  ! " + page.words(twice.get_object()));
  }
}

}  // namespace

bool present_work(const std::string& method, Page& page) {
  if (method == "number.list") {
    numbers(page);
  } else if (method == "number.assign") {
    page.line(std::string(page.say("Số ", "Number ")) + text(page.ok, "number") + ": " +
              text(part(page.ok, "document"), "title"));
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
