// Answers of number, task, conflict and duplicate: what an office keeps an eye on.
#include "gandan/present_form.hpp"
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
      if (truth(number, "given_up"))
        note += (note.empty() ? "" : "; ") + std::string(page.say("hồ sơ đã bỏ số này, không cấp lại",
                                                                  "given up by the record, not given again"));
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

// "3 ngày nữa", "hôm nay", "quá 2 ngày".
std::string when(const json::object& task, const Page& page) {
  if (text(task, "due").empty()) return {};
  const auto days = number(task, "days");
  if (days == 0) return page.say("hôm nay", "today");
  const std::string n = std::to_string(days < 0 ? -days : days);
  if (page.language == Language::en) return days < 0 ? n + " days late" : "in " + n + " days";
  return days < 0 ? "QUÁ " + n + " ngày" : "còn " + n + " ngày";
}

void tasks(Page& page) {
  const auto& all = list(page.ok, "tasks");
  if (all.empty()) page.line(page.say("Không có việc nào đến hạn.", "Nothing is due."));
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : all) {
    const auto& task = row.get_object();
    const auto& record = part(task, "record");
    cells.push_back({day(text(task, "due")), when(task, page), page.words(task), text(record, "title"),
                     short_id(text(record, "id"))});
  }
  if (!cells.empty())
    page.out += table({page.say("Hạn", "Due"), "", page.say("Việc", "What"), page.say("Hồ sơ", "Record"),
                       page.say("Mã", "Id")},
                      cells);
  const auto& c = part(page.ok, "commitments");
  if (number(c, "made") > 0)
    page.line(std::string(page.say("Cam kết với dân: ", "Commitments: ")) + text(c, "made") +
              page.say("; đã giữ đúng hạn ", "; kept in time ") + text(c, "kept") +
              page.say(", giữ muộn ", ", kept late ") + text(c, "kept_late") +
              page.say(", một phần ", ", partly ") + text(c, "partly") +
              page.say(", không giữ ", ", broken ") + text(c, "broken") + page.say(", còn hạn ", ", open ") +
              text(c, "open") + page.say(", QUÁ HẠN ", ", OVERDUE ") + text(c, "overdue"));
}

void duplicates(Page& page) {
  for (const auto& row : list(page.ok, "records")) {
    const auto& group = row.get_object();
    page.line(page.words(group) + ":");
    for (const auto& record : list(group, "records"))
      page.line("  " + short_row(record.get_object()) + "  (" + text(record.get_object(), "unit_name") + ")");
  }
  for (const auto& row : list(page.ok, "items")) {
    const auto& group = row.get_object();
    page.line(text(group, page.language == Language::vi ? "label_vi" : "label_en") + " " + page.words(group) +
              ":");
    for (const auto& item : list(group, "items"))
      page.line("  " + text(item.get_object(), "place") + ". " + text(item.get_object(), "text") + "  [" +
                short_id(text(item.get_object(), "id")) + "]");
  }
  if (list(page.ok, "records").empty() && list(page.ok, "items").empty())
    page.line(page.say("Không thấy gì ghi hai lần.", "Nothing looks written twice."));
}

void conflicts(Page& page) {
  const auto& found = list(page.ok, "conflicts");
  if (found.empty()) page.line(page.say("Không có chỗ nào ghi khác nhau.", "No conflicts."));
  for (const auto& row : found) {
    const auto& conflict = row.get_object();
    page.line(text(conflict, "title") + " [" + short_id(text(conflict, "record")) + "] · " +
              text(conflict, page.language == Language::vi ? "label_vi" : "label_en") + " (" +
              text(conflict, "path") + ")");
    page.line("  " + page.words(conflict));
    int place = 0;
    for (const auto& head : list(conflict, "heads")) {
      const bool shown = ++place == 1;
      page.line("  " + std::to_string(place) + ". " + page.words(head.get_object()) +
                (shown ? page.say("  (đang hiện)", "  (shown)") : "") + "\n     " +
                author_text(part(head.get_object(), "author"), page));
    }
    page.line(std::string(page.say("  chọn: ", "  choose: ")) + "gandan resolve " +
              short_id(text(conflict, "record")) + " " + text(conflict, "path") + " --pick N");
  }
}

}  // namespace

bool present_work(const std::string& method, Page& page) {
  if (method == "number.list") {
    numbers(page);
  } else if (method == "number.assign") {
    page.line(std::string(page.say("Số ", "Number ")) + text(page.ok, "number") + ": " +
              text(part(page.ok, "document"), "title"));
    if (json::find(page.ok, "remark") != nullptr) page.line(page.words(part(page.ok, "remark")));
  } else if (method == "duplicate.list") {
    duplicates(page);
  } else if (method == "conflict.list") {
    conflicts(page);
  } else if (method == "task.list") {
    tasks(page);
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
