#include "vault/recovery_code.hpp"

namespace gandan::vault {
namespace {

constexpr std::size_t kRandomDigits = 5;  // of a group
constexpr std::size_t kGroupDigits = kRandomDigits + 1;

// ISO/IEC 7064, MOD 11,10, over the group's number (from 1) and its digits.
int check_digit(std::size_t group, std::string_view digits) {
  int p = 10;
  const auto take = [&p](int digit) {
    int s = (p + digit) % 10;
    if (s == 0) s = 10;
    p = 2 * s % 11;
  };
  take(static_cast<int>(group));
  for (const char c : digits) take(c - '0');
  return (11 - p) % 10;
}

char random_digit(Random& random) {
  for (;;) {
    std::uint8_t byte = 0;
    random.fill({&byte, 1});
    if (byte < 250) return static_cast<char>('0' + byte % 10);  // each digit equally often
  }
}

bool between_digits(char c) {
  return c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t' || c == '.';
}

}  // namespace

std::string new_recovery_code(Random& random) {
  std::string out;
  for (std::size_t group = 1; group <= kRecoveryGroups; ++group) {
    std::string digits;
    for (std::size_t i = 0; i < kRandomDigits; ++i) digits += random_digit(random);
    if (!out.empty()) out += ' ';
    out += digits;
    out += static_cast<char>('0' + check_digit(group, digits));
  }
  return out;
}

Result<crypto::SecretBytes> read_recovery_code(std::string_view text) {
  crypto::SecretBytes typed(kRecoveryGroups * kGroupDigits);
  std::size_t count = 0;
  for (const char c : text) {
    if (between_digits(c)) continue;
    if (c < '0' || c > '9' || count == typed.size()) return Error{Code::wrong_recovery, "not 48 digits"};
    typed.data()[count++] = static_cast<std::uint8_t>(c);
  }
  if (count != typed.size()) return Error{Code::wrong_recovery, "not 48 digits"};
  crypto::SecretBytes out(kRecoveryGroups * kRandomDigits);
  Error wrong{Code::wrong_recovery, "mistyped"};
  for (std::size_t group = 1; group <= kRecoveryGroups; ++group) {
    const ByteView digits = typed.view().subspan((group - 1) * kGroupDigits, kGroupDigits);
    const ByteView chosen = digits.first(kRandomDigits);
    std::copy(chosen.begin(), chosen.end(),
              out.data().begin() + static_cast<std::ptrdiff_t>((group - 1) * kRandomDigits));
    if (check_digit(group, as_text(chosen)) == digits[kRandomDigits] - '0') continue;
    const std::string n = std::to_string(group);
    wrong.fields.push_back(
        {"group." + n, "mistyped", "Nhóm số thứ " + n + " gõ sai.", "Group " + n + " is mistyped."});
  }
  if (!wrong.fields.empty()) return wrong;
  return out;
}

}  // namespace gandan::vault
