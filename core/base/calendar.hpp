// Calendar dates and instants as text and numbers. Proleptic Gregorian, years 1 to 9999.
// Local time is that of Viet Nam: UTC+7 all year, without daylight saving.
//
// Threading: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gandan {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kLocalOffsetMs = 7 * 3'600'000;

struct CivilDate {
  int year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
};
struct CivilTime {
  CivilDate date;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::int32_t days_from_civil(CivilDate date);  // since 1970-01-01
CivilDate civil_from_days(std::int32_t days);
CivilTime local_time(std::int64_t ms);     // of an instant, in Viet Nam
std::int32_t local_days(std::int64_t ms);  // the calendar day of an instant, in Viet Nam

std::string date_text(std::int32_t days);                       // YYYY-MM-DD
std::optional<std::int32_t> parse_date(std::string_view text);  // YYYY-MM-DD; nothing else
// As people write it: 5/2/2026, 05.02.2026, 5-2-2026; the day first, the year in four digits, from 1000 on.
std::optional<std::int32_t> parse_written_date(std::string_view text);
// The same with the time behind it, in Viet Nam: "05/02/2026 8:30", "5/2/2026 08h30", "5/2/2026 8h".
std::optional<std::int64_t> parse_written_time(std::string_view text);
std::string instant_text(std::int64_t ms);  // 2026-02-05T02:00:00Z, with .123 only if needed
std::optional<std::int64_t> parse_instant(
    std::string_view text);  // RFC 3339, any offset; seconds may have a fraction

}  // namespace gandan
