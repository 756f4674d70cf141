// From schema/calendars/*.json to Calendars, every fault by file, row and column. See loader.hpp.
#include <algorithm>

#include "base/calendar.hpp"
#include "records/digest.hpp"
#include "records/loader.hpp"

namespace gandan::records {
namespace {

constexpr std::int32_t kMaxRun = 60;  // days of one row
constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

}  // namespace

std::optional<std::int32_t> Loader::read_day(const json::object& row, const char* column,
                                             const std::string& where, bool required) {
  const auto* v = json::find(row, column);
  if (!required && (v == nullptr || v->is_null())) return std::nullopt;
  const auto day = parse_date(json::find_text(row, column).value_or(""));
  if (!day) fault(where, column, "Cần ngày dạng YYYY-MM-DD.", "Wants a day like 2026-02-05.");
  return day;
}

// Who read the source: a text, or null; the column must be there. `verified` is its text.
void Loader::read_source(const json::object& row, const std::string& where, std::string& source,
                         std::string& verified) {
  source = json::find_text(row, "source").value_or("");
  verified = json::find_text(row, "verified_by").value_or("");
  if (source.empty()) fault(where, "source", "Thiếu nguồn.", "The source is missing.");
  if (json::find(row, "verified_by") == nullptr) {
    fault(where, "verified_by", "Ghi ai đã đối chiếu, hoặc null.", "Name who checked it, or null.");
  }
}

void Loader::load_calendar(const json::object& root) {
  check_columns(root, {"calendar", "version", "label", "province", "weekend", "covers", "days", "tet"}, "");
  Calendar part;
  part.id = json::find_text(root, "calendar").value_or("");
  if (part.id.empty()) fault("", "calendar", "Thiếu mã lịch.", "The calendar's id is missing.");
  part.version = read_version(root);
  part.digest = digest_of(root);
  read_label(root, "label", "", true);
  const auto province = json::find_text(root, "province").value_or("");
  if (!province.empty()) {  // what holds in the whole country stands in one file
    for (const char* column : {"weekend", "tet"}) {
      if (json::find(root, column) != nullptr)
        fault("", column, "Chỉ có ở lịch cả nước.", "Only in the calendar of the whole country.");
    }
  } else {
    if (const auto* weekend = json::find_array(root, "weekend")) {
      for (const auto& name : *weekend) {
        const auto* text = name.if_string();
        const auto found = text == nullptr ? kWeekdays.end()
                                           : std::find(kWeekdays.begin(), kWeekdays.end(),
                                                       std::string_view(text->data(), text->size()));
        if (found == kWeekdays.end()) {
          fault("", "weekend", "Dùng mon, tue, wed, thu, fri, sat, sun.",
                "One of mon, tue, wed, thu, fri, sat, sun.");
        } else {
          part.weekend[static_cast<std::size_t>(found - kWeekdays.begin())] = true;
        }
      }
    }
    each_row(root, "tet", [&](const json::object& row, const std::string& where) {
      check_columns(row, {"first_day", "holiday_from", "holiday_until", "source", "verified_by"}, where);
      const auto first = read_day(row, "first_day", where, true);
      const auto from = read_day(row, "holiday_from", where, true);
      const auto until = read_day(row, "holiday_until", where, true);
      std::string source, verified;
      read_source(row, where, source, verified);
      if (!first || !from || !until) return;
      if (*from > *first || *until < *first || *until - *from > kMaxRun)
        return fault(where, "holiday_from", "Kỳ nghỉ phải có mùng 1 ở trong.",
                     "The days off have the first day among them.");
      if (!part.tet.empty() && part.tet.back().first_day >= *first)
        return fault(where, "first_day", "Xếp theo thứ tự năm.", "In the order of the years.");
      part.tet.push_back({*first, *from, *until, !verified.empty()});
    });
  }
  each_row(root, "covers", [&](const json::object& row, const std::string& where) {
    check_columns(row, {"from", "until", "source", "verified_by"}, where);
    const auto from = read_day(row, "from", where, true);
    const auto until = read_day(row, "until", where, true);
    std::string source, verified;
    read_source(row, where, source, verified);
    if (!from || !until) return;
    if (*until < *from) return fault(where, "until", "Đứng trước ngày đầu.", "Lies before the first day.");
    for (const auto& other : part.covers) {
      if (*from <= other.until && *until >= other.from)
        return fault(where, "from", "Khoảng này đã có.", "This period overlaps another.");
    }
    part.covers.push_back({*from, *until, !verified.empty()});
  });
  each_row(root, "days", [&](const json::object& row, const std::string& where) {
    check_columns(row, {"date", "until", "kind", "name", "source", "verified_by"}, where);
    CalendarDay day;
    const auto first = read_day(row, "date", where, true);
    const auto last = read_day(row, "until", where, false);
    const auto kind = json::find_text(row, "kind").value_or("");
    if (kind == "day_off") {
      day.kind = CalendarDay::Kind::day_off;
    } else if (kind == "working") {
      day.kind = CalendarDay::Kind::working;
    } else if (kind == "local") {
      day.kind = CalendarDay::Kind::local;
    } else if (kind != "holiday") {
      fault(where, "kind", "Chỉ có holiday, day_off, working, local.",
            "One of holiday, day_off, working, local.");
    }
    day.name = read_label(row, "name", where, true);
    read_source(row, where, day.source, day.verified_by);
    if (!first) return;
    const std::int32_t end = last.value_or(*first);
    if (end < *first || end - *first > kMaxRun)
      return fault(where, "until", "Từ ngày đầu trở đi, nhiều nhất 60 ngày.",
                   "On or after the first day, at most 60 days.");
    for (std::int32_t n = *first; n <= end; ++n) {
      if (!part.days.emplace(n, day).second)
        fault(where, "date", "Ngày " + date_text(n) + " đã có.",
              "The day " + date_text(n) + " stands twice.");
    }
  });
  auto& versions = province.empty() ? state_.calendars.country : state_.calendars.provinces[province];
  for (const auto& [version, other] : versions)
    if (other.id != part.id)
      return fault("", "calendar", "Cả nước, và mỗi tỉnh, chỉ có một lịch; bản mới giữ mã cũ.",
                   "The country and each province have one calendar; its next version keeps the id.");
  const auto version = part.version;
  if (!versions.emplace(version, std::move(part)).second)
    fault("", "version", "Lịch và phiên bản này đã có ở tệp khác.",
          "This calendar and version stands in another file.");
}

// The objects of an array column, each with its place for faults: "days[3]".
void Loader::each_row(const json::object& root, const char* column,
                      const std::function<void(const json::object&, const std::string&)>& use) {
  const auto* value = json::find(root, column);
  if (value == nullptr) return;
  const auto* rows = value->if_array();
  if (rows == nullptr) return fault("", column, "Cần một danh sách.", "Wants a list.");
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const std::string where = std::string(column) + "[" + std::to_string(i + 1) + "]";
    const auto* row = (*rows)[i].if_object();
    if (row == nullptr) {
      fault(where, "", "Mỗi dòng là một đối tượng.", "Every row is an object.");
    } else {
      use(*row, where);
    }
  }
}

}  // namespace gandan::records
