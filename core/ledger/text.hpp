// Internal to the ledger: the small text grammar that C2SP's formats share. Lines, decimals, hashes in
// base64.
//
// Threading: plain values and pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "base/ids.hpp"

namespace gandan::ledger {

// Lines of a text in which every line ends in a newline; an unterminated rest is not a line.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next();
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// ASCII digits without leading zeros, at most `limit`.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t limit);
std::optional<Hash> parse_hash(std::string_view base64);

// Whether the text is valid UTF-8 (RFC 3629) without control characters below U+0020, and without Unicode's
// spaces unless `spaces`; `newline` allows U+000A.
bool is_utf8_without(std::string_view text, bool newline, bool spaces);

}  // namespace gandan::ledger
