#include "office/xlsx/numbers.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/calendar.hpp"

namespace gandan::office {
namespace {

constexpr std::int32_t kDay0 = -25569;       // 1899-12-30 in days since 1970
constexpr std::int32_t k1904 = 1462;         // from there to 1904-01-01
constexpr double kLastSerial = 2958466;      // 10000-01-01
constexpr double kExact = 9007199254740992;  // 2^53

std::string shortest(double value) {
  char buffer[64];
  const auto end = value == std::floor(value) && std::fabs(value) < kExact
                       ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::int64_t>(value))
                       : std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end.ptr);
}

}  // namespace

bool is_date_format(unsigned id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

bool is_date_format(std::string_view code) {
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"' || c == '[') {  // text, or a colour, a condition, a locale; [h] is elapsed time
      const auto end = code.find(c == '"' ? '"' : ']', i + 1);
      if (end == std::string_view::npos) return false;
      if (c == '[' && end == i + 2 && std::string_view("hHmMsS").find(code[i + 1]) != std::string_view::npos)
        return true;
      i = end;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;  // the next character stands for itself
    } else if (std::string_view("dDmMyYhHsS").find(c) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

bool number_cell(std::string_view text, bool date, bool from_1904, Cell& out) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !std::isfinite(value))
    return false;
  out.kind = Cell::Kind::number;
  out.text = shortest(value);
  if (!date || value < 0 || value >= kLastSerial) return true;
  auto seconds = static_cast<std::int64_t>(std::llround(value * 86400));
  const auto day = static_cast<std::int32_t>(seconds / 86400);
  seconds %= 86400;
  char clock[32];
  std::snprintf(clock, sizeof clock, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  out.kind = Cell::Kind::date;
  const std::string shown = date_text(kDay0 + day + (from_1904 ? k1904 : 0));
  out.text = day == 0 && !from_1904 ? clock : seconds == 0 ? shown : shown + "T" + clock;
  return true;
}

}  // namespace gandan::office
