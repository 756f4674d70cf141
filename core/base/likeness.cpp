#include "base/likeness.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

#include "base/search_text.hpp"
#include "base/text.hpp"

namespace gandan {
namespace {

constexpr std::size_t kShortest = 4;  // letters of a word in which one may differ

// The words in the two forms that search has them: tones placed alike, and without diacritics.
struct Shape {
  std::vector<std::string> exact;
  std::vector<std::string> folded;
};

// H017 is H17: zeros that begin a number say nothing.
std::string without_zeros(std::string_view word) {
  std::string out;
  const auto digit = [&](std::size_t i) { return i < word.size() && word[i] >= '0' && word[i] <= '9'; };
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool begins = word[i] == '0' && (i == 0 || !digit(i - 1));
    if (begins) {
      while (word[i] == '0' && digit(i + 1)) ++i;
    }
    out += word[i];
  }
  return out;
}

std::vector<std::string> words_of(std::string_view words) {
  std::vector<std::string> out;
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    out.push_back(without_zeros(words.substr(0, end)));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return out;
}

Shape shape_of(std::string_view text) {
  Shape out;
  const auto forms = search_forms(text);
  out.exact = words_of(forms.exact);
  out.folded = words_of(forms.folded);
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += word + ' ';
  return out;
}

bool may_differ(const std::string& word) {
  return code_points(word) >= kShortest &&
         std::none_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Folded words are ASCII but for foreign letters, of which a byte may differ.
bool one_letter(const std::string& a, const std::string& b) {
  if (a.size() > b.size()) return one_letter(b, a);
  if (b.size() - a.size() > 1) return false;
  std::size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  const auto rest = std::string_view(a).substr(i);
  return a.size() == b.size() ? rest.empty() || rest.substr(1) == std::string_view(b).substr(i + 1)
                              : rest == std::string_view(b).substr(i + 1);
}

Likeness compare_shapes(const Shape& a, const Shape& b) {
  if (a.exact.empty() || a.exact.size() != b.exact.size()) return Likeness::different;
  if (a.exact == b.exact) return Likeness::same;
  if (a.folded == b.folded) return Likeness::diacritics;
  std::size_t differing = 0;
  for (std::size_t i = 0; i < a.folded.size(); ++i) {
    if (a.folded[i] == b.folded[i]) continue;
    const bool near =
        may_differ(a.folded[i]) && may_differ(b.folded[i]) && one_letter(a.folded[i], b.folded[i]);
    if (!near || ++differing > 1) return Likeness::different;
  }
  return Likeness::one_letter;
}

constexpr std::size_t kEnd = 2;  // bytes at each end of a word, of which one edit leaves one alone

// FNV-1a, 64 bits; never 0.
class KeyHash {
 public:
  void add(std::size_t place, std::string_view word) {
    for (const char c : std::to_string(place) + ' ' + std::string(word) + '\n') {
      sum_ ^= static_cast<unsigned char>(c);
      sum_ *= 0x100000001b3;
    }
  }
  std::int64_t key() const { return sum_ == 0 ? 1 : static_cast<std::int64_t>(sum_); }

 private:
  std::uint64_t sum_ = 0xcbf29ce484222325;
};

class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count), weakest_(count, Likeness::same) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b, Likeness likeness) {
    a = root(a);
    b = root(b);
    if (a == b) return;
    if (a > b) std::swap(a, b);
    parent_[b] = a;
    weakest_[a] = std::min({weakest_[a], weakest_[b], likeness});
  }
  Likeness weakest(std::size_t root) const { return weakest_[root]; }

 private:
  std::vector<std::size_t> parent_;
  std::vector<Likeness> weakest_;
};

}  // namespace

const char* to_text(Likeness likeness) {
  switch (likeness) {
    case Likeness::same:
      return "same";
    case Likeness::diacritics:
      return "diacritics";
    case Likeness::one_letter:
      return "one_letter";
    case Likeness::different:
      break;
  }
  return "different";
}

Likeness compare(std::string_view a, std::string_view b) { return compare_shapes(shape_of(a), shape_of(b)); }

// Alike texts have equal words but for one, which may differ only where words are long and have no digit. So
// of those that may differ the first half is equal, or the second; of a single one its beginning, or its end:
//
//   "Họp thôn Khòn Nưa"
//     first:  hop thon nua
//     second: hop khon nua
AlikeKeys alike_keys(std::string_view text) {
  const auto words = shape_of(text).folded;
  if (words.empty()) return {};
  KeyHash first;
  KeyHash second;
  std::vector<std::size_t> loose;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (may_differ(words[i])) {
      loose.push_back(i);
      continue;
    }
    first.add(i, words[i]);
    second.add(i, words[i]);
  }
  if (loose.size() == 1) {
    const std::string& word = words[loose[0]];
    first.add(loose[0], word.substr(0, kEnd));
    second.add(loose[0], word.substr(word.size() - kEnd));
  } else {
    for (std::size_t i = 0; i < loose.size(); ++i)
      (i < loose.size() / 2 ? first : second).add(loose[i], words[loose[i]]);
  }
  first.add(words.size(), "first");
  second.add(words.size(), "second");
  return {first.key(), second.key()};
}

// Words with a letter more, less or another share a form with one letter left out, or one is such a form of
// the other. So each text stands under all of these forms, and only texts under one of them are compared.
std::vector<AlikeGroup> alike(const std::vector<Candidate>& candidates) {
  std::vector<Shape> shapes;
  for (const auto& candidate : candidates) shapes.push_back(shape_of(candidate.text));
  Groups groups(candidates.size());
  std::map<std::string, std::size_t> exact;
  std::map<std::string, std::size_t> folded;
  std::vector<std::size_t> first;  // of those that are the same but for diacritics
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (shapes[i].exact.empty()) continue;
    const std::string scope = candidates[i].scope + '\0';
    const auto [same, is_new] = exact.try_emplace(scope + joined(shapes[i].exact), i);
    if (!is_new) {
      groups.join(same->second, i, Likeness::same);
      continue;
    }
    const auto [near, is_first] = folded.try_emplace(scope + joined(shapes[i].folded), i);
    if (is_first)
      first.push_back(i);
    else
      groups.join(near->second, i, Likeness::diacritics);
  }
  std::unordered_map<std::string, std::set<std::size_t>> gaps;
  for (const auto i : first)
    for (std::size_t word = 0; word < shapes[i].folded.size(); ++word) {
      if (!may_differ(shapes[i].folded[word])) continue;
      const std::string& whole = shapes[i].folded[word];
      auto others = shapes[i].folded;
      for (std::size_t letter = 0; letter <= whole.size(); ++letter) {
        others[word] = "*" + whole.substr(0, letter);
        if (letter < whole.size()) others[word] += whole.substr(letter + 1);
        gaps[candidates[i].scope + '\0' + joined(others)].insert(i);
      }
    }
  for (const auto& [key, members] : gaps)
    for (auto a = members.begin(); a != members.end(); ++a)
      for (auto b = std::next(a); b != members.end(); ++b)
        if (compare_shapes(shapes[*a], shapes[*b]) == Likeness::one_letter)
          groups.join(*a, *b, Likeness::one_letter);
  std::map<std::size_t, AlikeGroup> found;
  for (std::size_t i = 0; i < candidates.size(); ++i) found[groups.root(i)].members.push_back(i);
  std::vector<AlikeGroup> out;
  for (auto& [root, group] : found) {
    if (group.members.size() < 2) continue;
    group.likeness = groups.weakest(root);
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace gandan
