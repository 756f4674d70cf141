#include "base/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "base/text_letters.hpp"

namespace gandan {
namespace letters {

int tone_rank(std::int32_t mark) {
  constexpr std::int32_t kTones[] = {0x300, 0x309, 0x303, 0x301, 0x323};
  for (int i = 0; i < 5; ++i) {
    if (kTones[i] == mark) return i + 1;
  }
  return 0;
}

bool is_mark(std::int32_t c) {
  const auto category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

bool modifies(std::int32_t base, std::int32_t mark) {
  switch (mark) {
    case 0x306:
      return base == 'a';
    case 0x302:
      return base == 'a' || base == 'e' || base == 'o';
    case 0x31b:
      return base == 'o' || base == 'u';
    default:
      return false;
  }
}

std::optional<std::size_t> tone_seat(const std::vector<Seat>& word) {
  const auto is_vowel = [&](std::size_t i) {
    const auto c = word[i].base;
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
  };
  std::size_t first = 0;
  while (first < word.size() && !is_vowel(first)) ++first;
  std::size_t last = first;
  while (last < word.size() && is_vowel(last)) ++last;
  if (first == last) return std::nullopt;
  for (std::size_t i = last; i < word.size(); ++i) {
    if (is_vowel(i)) return std::nullopt;
  }
  const bool qu = first > 0 && word[first - 1].base == 'q' && word[first].base == 'u';
  const bool gi = first == 1 && word[0].base == 'g' && word[first].base == 'i';
  if ((qu || gi) && last - first > 1) ++first;
  for (std::size_t i = last; i-- > first;) {
    if (word[i].modified) return i;
  }
  const std::size_t n = last - first;
  if (n == 1) return first;
  if (last < word.size()) return last - 1;
  if (n == 3) return first + 1;
  const auto a = word[first].base;
  const auto b = word[first + 1].base;
  const bool second = (a == 'o' && (b == 'a' || b == 'e')) || (a == 'u' && b == 'y');
  return second ? first + 1 : first;
}

void put_utf8(std::string& out, std::int32_t c) {
  utf8proc_uint8_t buffer[4];
  const auto n = utf8proc_encode_char(c, buffer);
  out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(n));
}

}  // namespace letters

namespace {

using letters::is_mark;
using letters::put_utf8;
using letters::tone_rank;
using Points = std::vector<std::int32_t>;

// Code points of `text` in canonical decomposition; bytes that are not UTF-8 are dropped.
Points decomposed(std::string_view text) {
  Points out;
  out.reserve(text.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = -1;
    const auto used = utf8proc_iterate(bytes, left, &c);
    if (used <= 0) {
      ++bytes;
      --left;
      continue;
    }
    bytes += used;
    left -= used;
    utf8proc_int32_t buffer[32];
    const auto n = utf8proc_decompose_char(c, buffer, 32, UTF8PROC_DECOMPOSE, nullptr);
    for (utf8proc_ssize_t i = 0; i < n && i < 32; ++i) out.push_back(buffer[i]);
  }
  // Canonical order of marks: stable by combining class within each run of marks.
  for (std::size_t i = 0; i < out.size();) {
    if (utf8proc_get_property(out[i])->combining_class == 0) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < out.size() && utf8proc_get_property(out[end])->combining_class != 0) ++end;
    std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(i),
                     out.begin() + static_cast<std::ptrdiff_t>(end), [](std::int32_t a, std::int32_t b) {
                       return utf8proc_get_property(a)->combining_class <
                              utf8proc_get_property(b)->combining_class;
                     });
    i = end;
  }
  return out;
}

bool is_digit(std::int32_t c) { return c >= '0' && c <= '9'; }

bool is_space(std::int32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

// A letter with its modifier (ă â ê ô ơ ư) and tone apart: what syllables are made of.
struct Letter {
  std::int32_t base = 0;            // lower case, without marks
  std::vector<std::int32_t> marks;  // other than tones, as found
  std::int32_t tone = 0;
  std::int32_t original = 0;  // base as written, with its case
};

void put_word(Points& out, std::vector<Letter>& word) {
  int tones = 0;
  std::int32_t tone = 0;
  for (const auto& l : word) {
    if (l.tone == 0) continue;
    ++tones;
    tone = l.tone;
  }
  if (tones == 1) {
    std::vector<letters::Seat> seats;
    for (const auto& l : word) seats.push_back({l.base, !l.marks.empty()});
    if (const auto seat = letters::tone_seat(seats)) {
      for (auto& l : word) l.tone = 0;
      word[*seat].tone = tone;
    }
  }
  for (const auto& l : word) {
    out.push_back(l.original);
    for (const auto m : l.marks) out.push_back(m);
    if (l.tone != 0) out.push_back(l.tone);
  }
  word.clear();
}

// Primary weights of letters: two bytes, so that modified letters find room behind their base.
// Order: white space and marks of punctuation as CLDR has them, digits, Latin letters as in Vietnamese,
// everything else by code point.
constexpr std::u32string_view kPunctuation = U"\t\n\v\f\r _-–—,;:!?.…·'‘’\"“”«»()[]{}§@*/\\&#%`^°+<=>|~$₫";

void put_primary(std::string& out, std::int32_t base, std::int32_t modifier) {
  const auto put = [&](std::uint32_t group, std::uint32_t within) {
    out.push_back(static_cast<char>(group));
    out.push_back(static_cast<char>(within));
  };
  if (base >= 'a' && base <= 'z') {
    std::uint32_t within = 1;
    if (modifier == 0x306) within = 2;                    // ă
    if (modifier == 0x302) within = base == 'a' ? 3 : 2;  // â, ê, ô
    if (modifier == 0x31b) within = base == 'o' ? 3 : 2;  // ơ, ư
    put(0x30 + static_cast<std::uint32_t>(base - 'a'), within);
  } else if (base == 0x111) {
    put(0x30 + 3, 2);  // đ: a letter of its own, behind d
  } else if (is_digit(base)) {
    put(0x20, static_cast<std::uint32_t>(base - '0') + 1);
  } else if (const auto mark =
                 kPunctuation.find(static_cast<char32_t>(is_space(base) && base > 0x80 ? ' ' : base));
             mark != std::u32string_view::npos) {
    put(0x10, static_cast<std::uint32_t>(mark) + 1);
  } else if (base < 0x80) {
    put(0x11, static_cast<std::uint32_t>(base) + 1);  // control characters
  } else {
    out.push_back(static_cast<char>(0x60));
    put_utf8(out, base);  // UTF-8 sorts as code points do
  }
}

// A run of digits by its value: how many there are without leading zeros, then those. `at` moves behind it.
void put_number(std::string& out, const Points& points, std::size_t& at) {
  while (at < points.size() && points[at] == '0') ++at;
  const std::size_t first = at;
  while (at < points.size() && is_digit(points[at]) && at - first < 200) ++at;
  out.push_back(0x20);
  out.push_back(static_cast<char>(at - first + 1));
  for (std::size_t i = first; i < at; ++i) out.push_back(static_cast<char>(points[i]));
}

// Controls of terminals, what turns the writing direction, and what is no character.
bool is_control(char32_t c) {
  const bool direction = c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
                         (c >= 0x2066 && c <= 0x2069);
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || direction ||
         (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}
// Comes along with what is pasted from pages and documents.
bool is_of_no_width(char32_t c) { return c == 0x00ad || c == 0x200b || c == 0x2060 || c == 0xfeff; }

}  // namespace

bool valid_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = -1;
    const auto used = utf8proc_iterate(bytes, left, &c);
    if (used <= 0) return false;
    bytes += used;
    left -= used;
  }
  return true;
}

std::optional<std::string> printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    utf8proc_int32_t c = -1;
    const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &c);
    if (used <= 0) return std::nullopt;
    const auto point = static_cast<char32_t>(c);
    const auto size = static_cast<std::size_t>(used);
    const bool line_end = point == '\r';
    if (!line_end && is_control(point)) return std::nullopt;
    if (line_end && text.substr(size, 1) != "\n") out += '\n';
    if (!line_end && !is_of_no_width(point)) out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out;
}

std::string_view cut_text(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::size_t code_points(std::string_view text) {
  if (!valid_utf8(text)) return 0;
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

Result<std::string> nfc(std::string_view text) {
  const bool ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return std::string(text);
  utf8proc_uint8_t* raw = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
  if (size < 0) return Error{Code::malformed, "text is not UTF-8"};
  return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
}

bool same_text(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto one = nfc(a);
  const auto two = nfc(b);
  return one.ok() && two.ok() && *one == *two;
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (auto c : decomposed(text)) {
    if (is_mark(c)) continue;
    c = utf8proc_tolower(c);
    if (c == 0x111 || c == 0xf0 || c == 0x256) c = 'd';  // đ, and what looks like it: ð, ɖ
    if (is_space(c)) {
      if (!out.empty() && out.back() != ' ') out.push_back(' ');
    } else {
      put_utf8(out, c);
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string normalise_tones(std::string_view text) {
  Points out;
  std::vector<Letter> word;
  bool letter_open = false;
  for (const auto c : decomposed(text)) {
    if (letter_open && is_mark(c)) {
      auto& letter = word.back();
      if (letter.tone == 0 && tone_rank(c) > 0) {
        letter.tone = c;
      } else {
        letter.marks.push_back(c);
      }
      continue;
    }
    const auto lower = utf8proc_tolower(c);
    letter_open = (lower >= 'a' && lower <= 'z') || lower == 0x111;
    if (letter_open) {
      word.push_back({lower, {}, 0, c});
    } else {
      put_word(out, word);
      out.push_back(c);
    }
  }
  put_word(out, word);
  std::string bytes;
  for (const auto c : out) put_utf8(bytes, c);
  auto composed = nfc(bytes);
  return composed.ok() ? std::move(composed).value() : bytes;
}

namespace {

std::string make_key(std::string_view text, bool numbers) {
  std::string primary;
  std::string secondary;
  std::string tertiary;
  const Points points = decomposed(text);
  for (std::size_t i = 0; i < points.size();) {
    const auto base = utf8proc_tolower(points[i]);
    std::size_t end = i + 1;
    if (numbers && is_digit(base)) {
      put_number(primary, points, end = i);
      secondary.push_back(2);
      tertiary.push_back(2);
      i = end;
      continue;
    }
    while (end < points.size() && is_mark(points[end])) ++end;
    std::int32_t modifier = 0;
    std::string marks;
    for (std::size_t m = i + 1; m < end; ++m) {
      if (modifier == 0 && letters::modifies(base, points[m])) {
        modifier = points[m];
      } else if (const int rank = tone_rank(points[m])) {
        marks.push_back(static_cast<char>(2 + rank));
      } else {
        marks.push_back(0x10);  // foreign marks: behind the tones, as CLDR has them
        put_utf8(marks, points[m]);
      }
    }
    put_primary(primary, base, modifier);
    secondary.push_back(2);
    secondary += marks;
    tertiary.push_back(base == points[i] ? 2 : 3);
    i = end;
  }
  return primary + '\x01' + secondary + '\x01' + tertiary;
}

}  // namespace

std::string collation_key(std::string_view text) { return make_key(text, false); }
std::string list_key(std::string_view text) { return make_key(text, true); }

std::string name_key(std::string_view full_name) {
  while (!full_name.empty() && full_name.back() == ' ') full_name.remove_suffix(1);
  const auto space = full_name.rfind(' ');
  if (space == std::string_view::npos) return collation_key(full_name) + '\x01';
  const auto given = full_name.substr(space + 1);
  auto rest = full_name.substr(0, space);
  while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
  return collation_key(given) + '\x01' + collation_key(rest);
}

}  // namespace gandan
