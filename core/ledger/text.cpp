#include "ledger/text.hpp"

namespace gandan::ledger {
namespace {

// Unicode's White_Space property.
bool is_space(std::uint32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

// Takes one code point off the front; nullopt where RFC 3629 allows none: overlong, surrogate, beyond
// U+10FFFF, cut.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  std::size_t length = 1;
  std::uint32_t value = lead;
  std::uint32_t least = 0;
  if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4, value = lead & 0x07u, least = 0x10000;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    length = 3, value = lead & 0x0fu, least = 0x800;
  } else if (lead >= 0xc2 && lead < 0xe0) {
    length = 2, value = lead & 0x1fu, least = 0x80;
  } else if (lead >= 0x80) {
    return std::nullopt;
  }
  if (text.size() < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    value = value << 6 | (byte(i) & 0x3fu);
  }
  if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

}  // namespace

std::optional<std::string_view> LineReader::next() {
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t limit) {
  if (text.empty() || text.size() > 19 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t value = 0;  // 19 digits fit
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value > limit) return std::nullopt;
  return value;
}

std::optional<Hash> parse_hash(std::string_view base64) {
  if (base64.size() != 44) return std::nullopt;
  const auto bytes = from_base64(base64);
  if (!bytes || bytes->size() != Hash::size) return std::nullopt;
  return Hash::from(*bytes);
}

bool is_utf8_without(std::string_view text, bool newline, bool spaces) {
  while (!text.empty()) {
    const auto c = take_code_point(text);
    if (!c) return false;
    if (*c < 0x20 && !(*c == '\n' && newline)) return false;
    if (!spaces && is_space(*c)) return false;
  }
  return true;
}

}  // namespace gandan::ledger
