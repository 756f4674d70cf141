// text.alike: texts that say the same, whoever wrote them. Words are folded (no diacritics, lower case), so
// that another writer's tone marks hide nothing. Two texts are compared by their runs of three words
// (Jaccard); which ones are worth comparing, a sketch says: 64 minima of one permutation, in 16 bands of 4
// (Li, Owen, Zhang: One Permutation Hashing, 2012; Broder 1997). At a likeness of 0.9 it misses one pair in
// ten million.
//
// The same explanation of the same law is honest. So all that a record says is one text, and where its kind
// tells apart what is the household's own (its wishes), that has to be alike by itself. Of a text without (a
// household that had nothing to ask, a meeting) what many people write alike is a standard phrase, and does
// not count. Short texts are left out, and what was written of one household or at one gathering counts once.
#include <algorithm>
#include <array>
#include <iterator>

#include "audit/indicators/indicators.hpp"

namespace gandan::audit {
namespace {

constexpr std::size_t kSketch = 64;
constexpr std::size_t kBands = 16;
constexpr std::size_t kRows = kSketch / kBands;
constexpr std::size_t kCompared = 8;  // of those that share a band, with the first ones
// Fewer words are "we agree, and have nothing to add", which many households say; and a copy of few words is
// another text when one of them changes.
constexpr std::size_t kOwnWords = 15;
constexpr std::int64_t kOwnPercent = 60;
constexpr std::size_t kStandardAuthors = 5;  // who write it: a phrase of training, and nobody's copy

using Shingles = std::vector<std::uint64_t>;  // sorted, each once
using Sketch = std::array<std::uint32_t, kSketch>;

std::uint64_t mix(std::uint64_t x) {  // splitmix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0; }

// Empty where the text has fewer words than `least`.
Shingles shingles_of(std::string_view text, std::size_t least) {
  std::vector<std::uint64_t> words;
  for (std::size_t i = 0; i < text.size();) {
    std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
    const std::size_t from = i;
    for (; i < text.size() && in_word(text[i]); ++i)
      hash = (hash ^ static_cast<std::uint8_t>(text[i])) * 0x100000001b3u;
    if (i == from)
      ++i;
    else
      words.push_back(hash);
  }
  if (words.size() < std::max<std::size_t>(least, 3)) return {};
  Shingles out;
  for (std::size_t i = 2; i < words.size(); ++i)
    out.push_back(mix(words[i - 2] * 3 + mix(words[i - 1] * 5 + mix(words[i]))));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Sketch sketch_of(const Shingles& shingles) {
  constexpr std::uint32_t kNone = 0xffffffff;
  Sketch out;
  out.fill(kNone);
  for (const auto shingle : shingles) {
    const auto value = static_cast<std::uint32_t>(shingle >> 32) & 0xfffffffe;
    auto& least = out[shingle % kSketch];
    least = std::min(least, value);
  }
  // An empty bin takes what stands in the next that is not, with its distance in it.
  const Sketch before = out;
  for (std::size_t i = 0; i < kSketch; ++i)
    for (std::size_t step = 1; out[i] == kNone && step < kSketch; ++step)
      if (before[(i + step) % kSketch] != kNone)
        out[i] = static_cast<std::uint32_t>(mix(before[(i + step) % kSketch] + (std::uint64_t{step} << 32)));
  return out;
}

std::int64_t percent_alike(const Shingles& a, const Shingles& b) {
  std::size_t common = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j])
      ++common, ++i, ++j;
    else if (a[i] < b[j])
      ++i;
    else
      ++j;
  }
  const auto all = a.size() + b.size() - common;
  return all == 0 ? 0 : static_cast<std::int64_t>(common * 100 / all);
}

class Groups {
 public:
  explicit Groups(std::size_t size) : up_(size) {
    for (std::size_t i = 0; i < size; ++i) up_[i] = i;
  }
  std::size_t of(std::size_t i) {
    while (up_[i] != i) i = up_[i] = up_[up_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { up_[std::max(of(a), of(b))] = std::min(of(a), of(b)); }

 private:
  std::vector<std::size_t> up_;
};

struct Text {
  const Fact* fact;
  Shingles shingles;
  Shingles own;  // empty: it has none

  bool alike(const Text& other, std::int64_t percent) const {
    if (percent_alike(shingles, other.shingles) < percent) return false;
    return own.empty() || other.own.empty() || percent_alike(own, other.own) >= kOwnPercent;
  }
};

// Those whose sketches share a band are compared with the first ones of that band: groups grow from their
// first, and a text that everybody copied costs no more than any other.
void join_alike(const std::vector<Text>& texts, std::int64_t percent, Groups& groups) {
  std::vector<Sketch> sketches;
  for (const auto& text : texts) sketches.push_back(sketch_of(text.shingles));
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys(texts.size());
  for (std::size_t band = 0; band < kBands; ++band) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      std::uint64_t key = band;
      for (std::size_t row = 0; row < kRows; ++row) key = mix(key + sketches[i][band * kRows + row]);
      keys[i] = {key, static_cast<std::uint32_t>(i)};
    }
    std::sort(keys.begin(), keys.end());
    for (std::size_t first = 0, i = 0; i < keys.size(); ++i) {
      if (keys[i].first != keys[first].first) first = i;
      for (std::size_t other = first; other < i && other < first + kCompared; ++other) {
        const auto a = keys[i].second, b = keys[other].second;
        if (groups.of(a) == groups.of(b)) break;
        if (texts[a].alike(texts[b], percent)) groups.join(a, b);
      }
    }
  }
}

// Takes standard phrases out of the texts without words of their own, and those out that say nothing else.
void drop_standard(std::vector<Text>& texts, std::size_t words) {
  std::map<Author, std::uint32_t> numbers;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> used;  // shingle, author
  for (const auto& text : texts) {
    if (!text.own.empty()) continue;
    const auto author =
        numbers.emplace(text.fact->author, static_cast<std::uint32_t>(numbers.size())).first->second;
    for (const auto shingle : text.shingles) used.emplace_back(shingle, author);
  }
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  Shingles standard;
  for (std::size_t first = 0, i = 1; i <= used.size(); ++i)
    if (i == used.size() || used[i].first != used[first].first) {
      if (i - first >= kStandardAuthors) standard.push_back(used[first].first);
      first = i;
    }
  for (auto& text : texts) {
    if (!text.own.empty()) continue;
    Shingles left;
    std::set_difference(text.shingles.begin(), text.shingles.end(), standard.begin(), standard.end(),
                        std::back_inserter(left));
    text.shingles = std::move(left);
  }
  const auto says_nothing = [&](const Text& text) { return text.shingles.size() + 2 < words; };
  texts.erase(std::remove_if(texts.begin(), texts.end(), says_nothing), texts.end());
}

// One for each household, village or gathering.
std::vector<const Fact*> distinct(const std::vector<const Fact*>& group) {
  std::vector<const Fact*> out;
  std::set<std::string> subjects;
  std::map<std::string, std::vector<const Fact*>> by_place;
  for (const auto* fact : group) {
    std::string subject = fact->subject.empty() ? std::string() : fact->project + "\n" + fact->subject;
    if (subject.empty() && !fact->village.is_zero()) subject = to_text(fact->village);
    if (!subject.empty() && !subjects.insert(subject).second) continue;
    auto& there = by_place[fact->place];
    if (std::any_of(there.begin(), there.end(),
                    [&](const Fact* other) { return fact->same_occasion(*other); }))
      continue;
    there.push_back(fact);
    out.push_back(fact);
  }
  return out;
}

}  // namespace

void find_alike_texts(Scope& scope) {
  const auto* about = scope.wants("text.alike");
  if (about == nullptr) return;
  std::vector<Text> texts;
  for (const auto& fact : scope.facts) {
    if (!fact.finalized || !fact.day || *fact.day > scope.as_of() || !scope.of_kind(*about, fact)) continue;
    auto shingles = shingles_of(fact.words, static_cast<std::size_t>(scope.value(*about, "words")));
    if (!shingles.empty())
      texts.push_back({&fact, std::move(shingles), shingles_of(fact.own_words, kOwnWords)});
  }
  drop_standard(texts, static_cast<std::size_t>(scope.value(*about, "words")));
  Groups groups(texts.size());
  const auto percent = scope.value(*about, "percent");
  join_alike(texts, percent, groups);
  std::map<std::size_t, std::vector<const Fact*>> by_first;
  for (std::size_t i = 0; i < texts.size(); ++i) by_first[groups.of(i)].push_back(texts[i].fact);
  for (const auto& [first, group] : by_first) {
    if (group.size() < 2) continue;
    const auto found = distinct(group);
    if (static_cast<std::int64_t>(found.size()) < scope.value(*about, "records")) continue;
    if (std::none_of(found.begin(), found.end(), [&](const Fact* fact) { return scope.in_period(*fact); }))
      continue;
    std::set<Author> authors;
    for (const auto* fact : found) authors.insert(fact->author);
    scope.add(*about, found,
              {{"count", said_number(static_cast<std::int64_t>(found.size()))},
               {"authors", said_number(static_cast<std::int64_t>(authors.size()))},
               {"percent", said_number(percent)}});
  }
}

}  // namespace gandan::audit
