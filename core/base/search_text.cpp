#include "base/search_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/text_letters.hpp"

namespace gandan {
namespace {

using letters::put_utf8;

constexpr std::size_t kMaxLetters = 64;

// Every vowel with every tone, in the order of letters::tone_rank.
struct Vowel {
  std::int32_t base;
  std::int32_t modifier;
  std::array<std::int32_t, 6> composed;
};
constexpr Vowel kVowels[] = {
    {'a', 0, {'a', 0xe0, 0x1ea3, 0xe3, 0xe1, 0x1ea1}},
    {'a', 0x306, {0x103, 0x1eb1, 0x1eb3, 0x1eb5, 0x1eaf, 0x1eb7}},
    {'a', 0x302, {0xe2, 0x1ea7, 0x1ea9, 0x1eab, 0x1ea5, 0x1ead}},
    {'e', 0, {'e', 0xe8, 0x1ebb, 0x1ebd, 0xe9, 0x1eb9}},
    {'e', 0x302, {0xea, 0x1ec1, 0x1ec3, 0x1ec5, 0x1ebf, 0x1ec7}},
    {'i', 0, {'i', 0xec, 0x1ec9, 0x129, 0xed, 0x1ecb}},
    {'o', 0, {'o', 0xf2, 0x1ecf, 0xf5, 0xf3, 0x1ecd}},
    {'o', 0x302, {0xf4, 0x1ed3, 0x1ed5, 0x1ed7, 0x1ed1, 0x1ed9}},
    {'o', 0x31b, {0x1a1, 0x1edd, 0x1edf, 0x1ee1, 0x1edb, 0x1ee3}},
    {'u', 0, {'u', 0xf9, 0x1ee7, 0x169, 0xfa, 0x1ee5}},
    {'u', 0x31b, {0x1b0, 0x1eeb, 0x1eed, 0x1eef, 0x1ee9, 0x1ef1}},
    {'y', 0, {'y', 0x1ef3, 0x1ef7, 0x1ef9, 0xfd, 0x1ef5}},
};

struct TypedLetter {
  std::int32_t base = 0;  // lower case, without marks
  std::int32_t modifier = 0;
  int tone = 0;  // letters::tone_rank
  std::vector<std::int32_t> others;
};

// 0: not a letter of Vietnamese.
std::int32_t compose(const TypedLetter& l, int tone) {
  if (!l.others.empty()) return 0;
  if (l.modifier == 0 && tone == 0) return l.base;
  for (const auto& vowel : kVowels) {
    if (vowel.base == l.base && vowel.modifier == l.modifier)
      return vowel.composed[static_cast<std::size_t>(tone)];
  }
  return 0;
}

enum class Kind { separator, letter, mark, ignored };
Kind kind_of(std::int32_t c) {
  if (c < 0x80) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter ? Kind::letter : Kind::separator;
  }
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_MC:
      return Kind::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
      return Kind::mark;
    case UTF8PROC_CATEGORY_CF:  // soft hyphens, zero-width spaces: what copying from a PDF leaves in words
      return Kind::ignored;
    default:
      return Kind::separator;
  }
}

// Letters of the Latin blocks taken apart once: what nearly all of a text is.
constexpr std::int32_t kLatinFrom = 0xc0;
constexpr std::int32_t kLatinTo = 0x1f00;
struct Latin {
  std::int32_t base = 0;  // 0: to be taken apart mark by mark
  std::int16_t modifier = 0;
  std::int16_t tone = 0;
};
const std::vector<Latin>& latin_letters() {
  static const std::vector<Latin> letters = [] {
    std::vector<Latin> out(kLatinTo - kLatinFrom);
    for (std::int32_t c = kLatinFrom; c < kLatinTo; ++c) {
      const std::int32_t lower = utf8proc_tolower(c);
      auto& letter = out[static_cast<std::size_t>(c - kLatinFrom)];
      if (lower == 0x111) letter.base = lower;
      for (const auto& vowel : kVowels) {
        const auto found = std::find(vowel.composed.begin(), vowel.composed.end(), lower);
        if (found == vowel.composed.end()) continue;
        letter = {vowel.base, static_cast<std::int16_t>(vowel.modifier),
                  static_cast<std::int16_t>(found - vowel.composed.begin())};
      }
    }
    return out;
  }();
  return letters;
}

// One word after the other, with its place in the text.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  // False at the end.
  bool next() {
    word_.clear();
    while (at_ < text_.size()) {
      const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text_.data()) + at_;
      std::int32_t c = *bytes;
      utf8proc_ssize_t used = 1;
      if (c >= 0x80) used = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text_.size() - at_), &c);
      const Kind kind = used <= 0 ? Kind::separator : kind_of(c);
      const std::size_t size = used <= 0 ? 1 : static_cast<std::size_t>(used);
      if (kind == Kind::separator || (kind != Kind::letter && word_.empty())) {
        if (!word_.empty()) return true;
        at_ += size;
        continue;
      }
      if (word_.empty()) begin_ = at_;
      at_ += size;
      end_ = at_;
      if (kind != Kind::ignored) put(c);
    }
    return !word_.empty();
  }
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }

  void append_to(SearchForms& out) const {
    seats_.clear();
    int tone = 0;
    int tones = 0;
    for (const auto& l : word_) {
      seats_.push_back({l.base, l.modifier != 0});
      tone = l.tone == 0 ? tone : l.tone;
      tones += l.tone == 0 ? 0 : 1;
    }
    const auto seat = tones == 1 ? letters::tone_seat(seats_) : std::nullopt;
    const std::size_t start = out.exact.size();
    bool vietnamese = true;
    for (std::size_t i = 0; i < word_.size(); ++i) {
      const TypedLetter& l = word_[i];
      const int own = !seat ? l.tone : i == *seat ? tone : 0;
      const std::int32_t c = compose(l, own);
      vietnamese = vietnamese && c != 0;
      if (c != 0) put_utf8(out.exact, c);
      // đ, and what looks like it: ð of an Icelandic keyboard, ɖ
      const bool d = l.base == 0x111 || l.base == 0xf0 || l.base == 0x256;
      put_utf8(out.folded, d ? 'd' : l.base);
    }
    if (!vietnamese) {
      out.exact.resize(start);
      out.exact += composed_as_written();
    }
  }

 private:
  void put(std::int32_t c) {
    if (c < 0x80) return put_point(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (c >= kLatinFrom && c < kLatinTo) {
      const Latin& latin = latin_[static_cast<std::size_t>(c - kLatinFrom)];
      if (latin.base != 0) {
        put_point(latin.base);
        if (full_) return;
        word_.back().modifier = latin.modifier;
        word_.back().tone = latin.tone;
        return;
      }
    }
    utf8proc_int32_t buffer[32];
    const auto n = utf8proc_decompose_char(c, buffer, 32, UTF8PROC_DECOMPOSE, nullptr);
    for (utf8proc_ssize_t i = 0; i < n && i < 32; ++i) {
      const bool mark = letters::is_mark(buffer[i]);
      put_point(mark ? buffer[i] : utf8proc_tolower(buffer[i]), mark);
    }
  }
  void put_point(std::int32_t c, bool mark = false) {
    if (!mark) {
      full_ = word_.size() >= kMaxLetters;
      if (!full_) word_.push_back({c, 0, 0, {}});
      return;
    }
    if (full_ || word_.empty()) return;
    TypedLetter& l = word_.back();
    if (l.modifier == 0 && letters::modifies(l.base, c)) {
      l.modifier = c;
    } else if (const int rank = letters::tone_rank(c); l.tone == 0 && rank > 0) {
      l.tone = rank;
    } else if (l.others.size() < 8) {
      l.others.push_back(c);
    }
  }
  // A word with marks that Vietnamese does not have keeps them all: Tày, Nùng, names from abroad.
  std::string composed_as_written() const {
    constexpr std::int32_t kTones[] = {0, 0x300, 0x309, 0x303, 0x301, 0x323};
    std::string points;
    for (const auto& l : word_) {
      put_utf8(points, l.base);
      if (l.modifier != 0) put_utf8(points, l.modifier);
      for (const auto mark : l.others) put_utf8(points, mark);
      if (l.tone != 0) put_utf8(points, kTones[l.tone]);
    }
    auto out = nfc(points);
    return out.ok() ? std::move(*out) : points;
  }

  const std::vector<Latin>& latin_ = latin_letters();
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool full_ = false;  // the letter that marks would belong to is not in the word
  std::vector<TypedLetter> word_;
  mutable std::vector<letters::Seat> seats_;
};

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

// What opens or closes a phrase: keyboards send typographic quotes, too.
std::size_t quote_at(std::string_view text) {
  for (const std::string_view quote : {"\"", "“", "”", "„", "«", "»"}) {
    if (begins(text, quote)) return quote.size();
  }
  return 0;
}

// `closed`: a quote ended it, so that it does not go on.
void add_term(SearchQuery& query, std::string_view chunk, bool closed, std::size_t& left) {
  SearchTerm term;
  term.beginning = !closed;
  Words words(chunk);
  while (left > 0 && words.next()) {
    SearchForms forms;
    words.append_to(forms);
    term.words.push_back(std::move(forms));
    --left;
  }
  if (term.words.empty()) return;
  if (!query.empty()) query.back().beginning = false;
  query.push_back(std::move(term));
}

constexpr std::size_t kMaxSnippetSource = 64 * 1024;

struct Token {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t at = 0;  // its place in code points
  SearchForms forms;
  bool hit = false;
};

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> out;
  Words words(text);
  std::size_t counted = 0;
  std::size_t points = 0;
  while (words.next()) {
    for (; counted < words.begin(); ++counted)
      points += (static_cast<unsigned char>(text[counted]) & 0xc0) != 0x80 ? 1 : 0;
    Token token{words.begin(), words.end(), points, {}, false};
    words.append_to(token.forms);
    out.push_back(std::move(token));
  }
  return out;
}

bool matches(const SearchTerm& term, const std::vector<Token>& tokens, std::size_t at, bool exact) {
  if (at + term.words.size() > tokens.size()) return false;
  for (std::size_t i = 0; i < term.words.size(); ++i) {
    const SearchForms& forms = tokens[at + i].forms;
    const std::string& have = exact ? forms.exact : forms.folded;
    const std::string& want = exact ? term.words[i].exact : term.words[i].folded;
    const bool open = term.beginning && i + 1 == term.words.size();
    if (open ? !begins(have, want) : have != want) return false;
  }
  return true;
}

// The first and the last token to show: the window with the most different terms, a little before its first
// hit.
std::pair<std::size_t, std::size_t> window_of(const std::vector<Token>& tokens,
                                              const std::vector<std::pair<std::size_t, std::size_t>>& hits,
                                              std::size_t width) {
  std::size_t best = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i < hits.size() && most < kMaxSearchWords; ++i) {
    std::vector<std::size_t> terms;
    for (std::size_t k = i;
         k < hits.size() && tokens[hits[k].first].at < tokens[hits[i].first].at + width * 2 / 3; ++k) {
      if (std::find(terms.begin(), terms.end(), hits[k].second) == terms.end())
        terms.push_back(hits[k].second);
    }
    if (terms.size() <= most) continue;
    most = terms.size();
    best = hits[i].first;
  }
  std::size_t first = best;
  while (first > 0 && tokens[first - 1].at + width / 4 >= tokens[best].at) --first;
  std::size_t last = best;
  while (last + 1 < tokens.size() && tokens[last + 1].at < tokens[first].at + width) ++last;
  return {first, last};
}

// At most `points` code points, so that a word without an end does not make a snippet without one.
std::string_view clipped(std::string_view text, std::size_t points) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && points-- == 0) return text.substr(0, i);
  }
  return text;
}

// One line: a break between two of the text's lines shows as " · ".
void add_plain(std::vector<SnippetPart>& out, std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n')
      line += line.empty() && out.empty() ? "" : " · ";
    else
      line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  if (line.empty()) return;
  if (!out.empty() && !out.back().hit)
    out.back().text += line;
  else
    out.push_back({std::move(line), false});
}

}  // namespace

SearchForms search_forms(std::string_view text) {
  SearchForms out;
  out.exact.reserve(text.size());
  out.folded.reserve(text.size());
  Words words(text);
  while (words.next()) {
    if (!out.exact.empty()) {
      out.exact.push_back(' ');
      out.folded.push_back(' ');
    }
    words.append_to(out);
  }
  return out;
}

SearchQuery parse_search(std::string_view text) {
  SearchQuery out;
  std::size_t left = kMaxSearchWords;
  std::string chunk;
  bool quoted = false;
  const auto take = [&](bool closed) {
    add_term(out, chunk, closed, left);
    chunk.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t size = quote_at(text.substr(i)); size > 0) {
      take(quoted);
      quoted = !quoted;
      i += size;
      continue;
    }
    const char c = text[i++];
    if (static_cast<unsigned char>(c) > ' ')
      chunk += c;
    else if (quoted)
      chunk += ' ';
    else
      take(false);
  }
  take(false);
  return out;
}

std::vector<SnippetPart> snippet(std::string_view text, const SearchQuery& query, bool exact,
                                 std::size_t width) {
  std::size_t limit = std::min(text.size(), kMaxSnippetSource);
  while (limit < text.size() && limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80)
    --limit;
  text = text.substr(0, limit);
  auto tokens = tokens_of(text);
  std::vector<SnippetPart> out;
  if (tokens.empty()) return out;
  std::vector<std::pair<std::size_t, std::size_t>> hits;  // token, term
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    for (std::size_t t = 0; t < query.size(); ++t) {
      if (!matches(query[t], tokens, i, exact)) continue;
      hits.emplace_back(i, t);
      for (std::size_t k = 0; k < query[t].words.size(); ++k) tokens[i + k].hit = true;
    }
  }
  const auto [first, last] = window_of(tokens, hits, width);
  if (first > 0) out.push_back({"…", false});
  std::size_t shown = first == 0 ? 0 : tokens[first].begin;
  for (std::size_t i = first; i <= last; ++i) {
    if (!tokens[i].hit) continue;
    add_plain(out, clipped(text.substr(shown, tokens[i].begin - shown), width));
    const auto hit = clipped(text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin), width);
    out.push_back({std::string(hit), true});
    if (hit.size() < tokens[i].end - tokens[i].begin) add_plain(out, "…");
    shown = tokens[i].end;
  }
  std::string_view rest = text.substr(shown);
  if (last + 1 < tokens.size()) rest = text.substr(shown, tokens[last].end - shown);
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' ')) rest.remove_suffix(1);
  const auto end = clipped(rest, width);
  add_plain(out, end);
  if (last + 1 < tokens.size() || end.size() < rest.size()) add_plain(out, "…");
  return out;
}

}  // namespace gandan
