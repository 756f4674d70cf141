#include "xlsform/names.hpp"

#include "base/text.hpp"

namespace gandan::xlsform {
namespace {

constexpr std::size_t kMost = 40;

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::string clean(std::string_view given, bool hyphens) {
  std::string spaced;  // HoTen: ho_ten
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (i > 0 && upper(given[i]) && lower(given[i - 1])) spaced += '_';
    spaced += given[i];
  }
  std::string out;
  for (const char c : fold(spaced)) {
    const bool kept = lower(c) || digit(c) || (hyphens && c == '-');
    if (kept) {
      out += c;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  if (out.size() > kMost) out.resize(kMost);
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

}  // namespace

std::string clean_name(std::string_view given) {
  std::string out = clean(given, false);
  if (out.empty()) return "q";
  if (!lower(out.front())) out = "q" + out.substr(0, kMost - 1);
  while (out.back() == '_') out.pop_back();
  return out;
}

std::string clean_code(std::string_view given) {
  // Most codes are good as they are, double underscores and all.
  bool good = !given.empty() && given.size() <= kMost;
  for (const char c : given) good = good && (lower(c) || digit(c) || c == '_' || c == '-');
  if (good) return std::string(given);
  const std::string out = clean(given, true);
  return out.empty() ? "c" : out;
}

}  // namespace gandan::xlsform
