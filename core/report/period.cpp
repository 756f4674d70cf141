#include "report/period.hpp"

#include <array>
#include <string>

#include "base/calendar.hpp"
#include "records/format.hpp"

namespace gandan::report {
namespace {

Period months(int year, int first, int count) {
  const int after = first + count;
  const CivilDate next = after > 12 ? CivilDate{year + 1, after - 12, 1} : CivilDate{year, after, 1};
  return {days_from_civil({year, first, 1}), days_from_civil(next) - 1};
}

// How many whole months it has, from the first month of such a part of a year: 1, 3, 6 or 12; 0: it is none.
int months_of(const Period& period) {
  const CivilDate first = civil_from_days(period.first);
  for (const int count : {1, 3, 6, 12})
    if ((first.month - 1) % count == 0 && months(first.year, first.month, count) == period) return count;
  return 0;
}

std::optional<int> digits_of(std::string_view part) {
  if (part.empty() || part.size() > 4) return std::nullopt;
  int out = 0;
  for (const char c : part) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

}  // namespace

std::optional<Period> parse_period(std::string_view text) {
  const auto year = digits_of(text.substr(0, 4));
  if (!year || *year < 1000) return std::nullopt;
  if (text.size() == 4) return months(*year, 1, 12);
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const char part = text[5];
  const auto n = digits_of(text.substr(part == 'Q' || part == 'H' ? 6 : 5));
  if (!n) return std::nullopt;
  if (part == 'Q' && *n >= 1 && *n <= 4) return months(*year, 3 * *n - 2, 3);
  if (part == 'H' && *n >= 1 && *n <= 2) return months(*year, 6 * *n - 5, 6);
  if (part != 'Q' && part != 'H' && *n >= 1 && *n <= 12) return months(*year, *n, 1);
  return std::nullopt;
}

records::Label label_of(const Period& period) {
  constexpr std::array kRoman = {"I", "II", "III", "IV"};
  const CivilDate first = civil_from_days(period.first);
  const std::string year = std::to_string(first.year);
  const auto part = static_cast<std::size_t>(first.month - 1);
  switch (months_of(period)) {
    case 1: {
      const std::string month = std::to_string(first.month);
      return {"Tháng " + (first.month < 3 ? "0" + month : month) + " năm " + year,
              year + (first.month < 10 ? "-0" : "-") + month};
    }
    case 3:
      return {std::string("Quý ") + kRoman[part / 3] + " năm " + year,
              "Quarter " + std::to_string(part / 3 + 1) + " of " + year};
    case 6:
      return {(part == 0 ? "6 tháng đầu năm " : "6 tháng cuối năm ") + year,
              (part == 0 ? "First half of " : "Second half of ") + year};
    case 12:
      return {"Năm " + year, "Year " + year};
    default:
      break;
  }
  const std::string from = records::date_for_people(period.first);
  const std::string until = records::date_for_people(period.last);
  return {"Từ ngày " + from + " đến ngày " + until, from + " to " + until};
}

std::optional<Period> previous(const Period& period) {
  const int count = months_of(period);
  const CivilDate first = civil_from_days(period.first);
  if (count == 0 || first.year <= 1) return std::nullopt;
  return first.month > count ? months(first.year, first.month - count, count)
                             : months(first.year - 1, 13 - count, count);
}

}  // namespace gandan::report
