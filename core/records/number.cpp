#include "records/number.hpp"

#include <charconv>

#include "base/text.hpp"

namespace gandan::records {
namespace {

constexpr std::size_t kLongestSymbol = 40;  // code points

// Digits without a leading zero, within bounds.
std::optional<std::int64_t> whole(std::string_view text, std::int64_t most) {
  std::int64_t out = 0;
  if (text.empty() || text.front() == '0') return std::nullopt;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc() || end != text.data() + text.size() || out < 1 || out > most) return std::nullopt;
  return out;
}

}  // namespace

bool good_symbol(std::string_view symbol) {
  if (symbol.empty() || code_points(symbol) > kLongestSymbol) return false;
  if (symbol.front() == ' ' || symbol.back() == ' ') return false;
  return symbol.find_first_of("\t\r\n") == std::string_view::npos;
}

std::string for_people(const DocumentNumber& number) {
  const std::string digits = std::to_string(number.number);
  const char* joint = number.symbol.front() == '-' ? "" : "/";
  return (digits.size() == 1 ? "0" : "") + digits + joint + number.symbol;
}

std::string mark_text(const DocumentNumber& number) {
  return std::to_string(number.year) + "/" + std::to_string(number.number) + "/" + number.symbol;
}

std::optional<DocumentNumber> parse_number(std::string_view text) {
  const auto first = text.find('/');
  const auto second = first == std::string_view::npos ? first : text.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto year = whole(text.substr(0, first), 9999);
  const auto number = whole(text.substr(first + 1, second - first - 1), kMaxNumber);
  const auto symbol = text.substr(second + 1);
  if (!year || !number || !good_symbol(symbol)) return std::nullopt;
  return DocumentNumber{static_cast<int>(*year), *number, std::string(symbol)};
}

std::vector<std::pair<DocumentNumber, const changelog::OpEntry*>> numbers_of(
    const changelog::RecordView& view) {
  std::vector<std::pair<DocumentNumber, const changelog::OpEntry*>> out;
  const auto mark = view.marks.find(kNumberMark);
  if (mark == view.marks.end()) return out;
  for (const auto* head : mark->second.heads) {
    const auto* text = std::get_if<std::string>(&head->value);
    auto number = text == nullptr ? std::nullopt : parse_number(*text);
    // Two devices that gave it the same number agree.
    const bool known = number && std::any_of(out.begin(), out.end(), [&](const auto& one) {
                         return mark_text(one.first) == mark_text(*number);
                       });
    if (number && !known) out.emplace_back(std::move(*number), head);
  }
  return out;
}

}  // namespace gandan::records
