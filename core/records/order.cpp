#include "records/order.hpp"

#include <cstddef>

namespace gandan::records {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";

int value_of(char c) {
  const auto at = kDigits.find(c);
  return at == std::string_view::npos ? 0 : static_cast<int>(at);
}

// Appending counts: the first digit says how many digits follow (i: one, j: two, …), so a long list's keys
// stay short: i1 … iz, j01 … jzz, k001 … The last digit skips 0, which leaves room in front of every key.
std::string after(std::string_view before) {
  if (before.empty() || before[0] < 'i') return "i1";
  if (before[0] == 'z') return std::string(before) + 'i';
  const auto digits = static_cast<std::size_t>(before[0] - 'i') + 1;
  std::string out(before.substr(0, digits + 1));
  out.resize(digits + 1, '0');
  for (std::size_t i = digits; i > 0; --i) {
    if (out[i] != 'z') {
      out[i] = kDigits[static_cast<std::size_t>(value_of(out[i]) + 1)];
      return out;
    }
    out[i] = i == digits ? '1' : '0';
  }
  return static_cast<char>(before[0] + 1) + std::string(digits, '0') + '1';
}

}  // namespace

std::string order_between(std::string_view before, std::string_view until) {
  if (until.empty() || until <= before) return before.empty() ? "i" : after(before);
  std::string out;
  bool below = true;  // still bounded by `until` at this place
  for (std::size_t i = 0;; ++i) {
    const int low = i < before.size() ? value_of(before[i]) : 0;
    const int high = below ? (i < until.size() ? value_of(until[i]) : 0) : 36;
    if (high - low > 1) {
      out += kDigits[static_cast<std::size_t>(low + (high - low) / 2)];
      return out;
    }
    if (i >= before.size() + until.size() + 1) return out + 'i';  // equal but for zeros at the end: behind
    out += kDigits[static_cast<std::size_t>(low)];
    if (high > low) below = false;
  }
}

}  // namespace gandan::records
