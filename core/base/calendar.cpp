#include "base/calendar.hpp"

namespace gandan {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

void put(std::string& out, int value, int width) {
  std::string digits = std::to_string(value);
  while (static_cast<int>(digits.size()) < width) digits.insert(digits.begin(), '0');
  out += digits;
}

// Reads exactly `width` digits and moves on.
bool take(std::string_view& text, std::size_t width, int& out) {
  if (text.size() < width) return false;
  out = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return true;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool exists(const CivilDate& date) {
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  const CivilDate back = civil_from_days(days_from_civil(date));  // 31 April comes back as 1 May
  return back.month == date.month && back.day == date.day;
}

bool take_date(std::string_view& text, CivilDate& date) {
  if (!take(text, 4, date.year) || !take(text, '-') || !take(text, 2, date.month) || !take(text, '-') ||
      !take(text, 2, date.day)) {
    return false;
  }
  return exists(date);
}

// One or two digits.
bool take_short(std::string_view& text, int& out) {
  const std::size_t width = text.size() > 1 && text[1] >= '0' && text[1] <= '9' ? 2 : 1;
  return take(text, width, out);
}

// A year before these is one that was typed in two digits, or wrong.
constexpr int kFirstWrittenYear = 1000;

bool take_written_date(std::string_view& text, CivilDate& date) {
  if (!take_short(text, date.day) || text.empty()) return false;
  const char between = text.front();
  if (between != '/' && between != '.' && between != '-') return false;
  return take(text, between) && take_short(text, date.month) && take(text, between) &&
         take(text, 4, date.year) && date.year >= kFirstWrittenYear && exists(date);
}

}  // namespace

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": eras of 400 years that begin in March.
std::int32_t days_from_civil(CivilDate date) {
  const int y = date.year - (date.month <= 2 ? 1 : 0);
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int yoe = y - era * 400;
  const int doy = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

CivilDate civil_from_days(std::int32_t days) {
  const std::int64_t z = std::int64_t{days} + 719468;
  const auto era = floor_div(z, 146097);
  const auto doe = static_cast<int>(z - era * 146097);
  const int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int mp = (5 * doy + 2) / 153;
  CivilDate out;
  out.day = doy - (153 * mp + 2) / 5 + 1;
  out.month = mp < 10 ? mp + 3 : mp - 9;
  out.year = yoe + static_cast<int>(era) * 400 + (out.month <= 2 ? 1 : 0);
  return out;
}

std::int32_t local_days(std::int64_t ms) {
  return static_cast<std::int32_t>(floor_div(ms + kLocalOffsetMs, kDayMs));
}

CivilTime local_time(std::int64_t ms) {
  const auto days = local_days(ms);
  const auto seconds = static_cast<int>((ms + kLocalOffsetMs - std::int64_t{days} * kDayMs) / 1000);
  return {civil_from_days(days), seconds / 3600, seconds / 60 % 60, seconds % 60};
}

std::string date_text(std::int32_t days) {
  const CivilDate d = civil_from_days(days);
  std::string out;
  put(out, d.year, 4);
  out += '-';
  put(out, d.month, 2);
  out += '-';
  put(out, d.day, 2);
  return out;
}

std::optional<std::int32_t> parse_date(std::string_view text) {
  CivilDate date;
  if (!take_date(text, date) || !text.empty()) return std::nullopt;
  return days_from_civil(date);
}

std::optional<std::int32_t> parse_written_date(std::string_view text) {
  CivilDate date;
  if (!take_written_date(text, date) || !text.empty()) return std::nullopt;
  return days_from_civil(date);
}

std::optional<std::int64_t> parse_written_time(std::string_view text) {
  // "21h 26/11/2026": the time stands first as well.
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  std::string_view day = text.substr(0, blank), time = text.substr(blank + 1);
  if (day.find_first_of("h:") != std::string_view::npos) std::swap(day, time);
  CivilDate date;
  int hour = 0;
  int minute = 0;
  if (!take_written_date(day, date) || !day.empty() || !take_short(time, hour)) return std::nullopt;
  const bool by_letter = take(time, 'h');
  if (!by_letter && !take(time, ':')) return std::nullopt;
  if (!(by_letter && time.empty()) && !take(time, 2, minute)) return std::nullopt;
  if (!time.empty() || hour > 23 || minute > 59) return std::nullopt;
  return std::int64_t{days_from_civil(date)} * kDayMs + (hour * 60 + minute) * 60'000LL - kLocalOffsetMs;
}

std::string instant_text(std::int64_t ms) {
  const auto days = floor_div(ms, kDayMs);
  const auto rest = static_cast<int>(ms - days * kDayMs);
  std::string out = date_text(static_cast<std::int32_t>(days));
  out += 'T';
  put(out, rest / 3'600'000, 2);
  out += ':';
  put(out, rest / 60'000 % 60, 2);
  out += ':';
  put(out, rest / 1000 % 60, 2);
  if (rest % 1000 != 0) {
    out += '.';
    put(out, rest % 1000, 3);
  }
  out += 'Z';
  return out;
}

std::optional<std::int64_t> parse_instant(std::string_view text) {
  CivilDate date;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int ms = 0;
  if (!take_date(text, date) || (!take(text, 'T') && !take(text, 't') && !take(text, ' ')))
    return std::nullopt;
  if (!take(text, 2, hour) || !take(text, ':') || !take(text, 2, minute) || !take(text, ':') ||
      !take(text, 2, second)) {
    return std::nullopt;
  }
  if (take(text, '.')) {
    int digits = 0;
    int scale = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9' && digits < 9) {
      ms += (text.front() - '0') * scale;
      scale /= 10;
      ++digits;
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
  }
  int offset = 0;
  if (!take(text, 'Z') && !take(text, 'z')) {
    const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
    int oh = 0;
    int om = 0;
    if (sign == 0 || !take(text, 2, oh) || !take(text, ':') || !take(text, 2, om) || oh > 23 || om > 59) {
      return std::nullopt;
    }
    offset = sign * (oh * 60 + om);
  }
  if (!text.empty() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::int64_t{days_from_civil(date)} * kDayMs +
         ((hour * 60 + minute - offset) * 60 + second) * 1000LL + ms;
}

}  // namespace gandan
