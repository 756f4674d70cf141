#include "base/written.hpp"

#include <charconv>
#include <string>

namespace gandan {

std::optional<std::int64_t> parse_written_integer(std::string_view text) {
  std::string digits;
  const std::string_view body = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
  const auto mark = body.find_first_not_of("0123456789");
  if (mark == std::string_view::npos) {
    digits = body;
  } else {
    const char separator = body[mark];
    if ((separator != '.' && separator != ' ') || mark == 0 || mark > 3) return std::nullopt;
    digits = body.substr(0, mark);
    for (std::size_t at = mark; at < body.size(); at += 4) {
      const auto group = body.substr(at + 1, 3);
      if (body[at] != separator || group.size() != 3 ||
          group.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
      digits += group;
    }
  }
  if (body.size() != text.size()) digits.insert(0, "-");
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

}  // namespace gandan
