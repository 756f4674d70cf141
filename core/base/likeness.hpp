// Near-duplicates: whether two short texts (titles, codes, names) were meant to be the same, whoever wrote
// them: hoà = hòa, "Cao tốc A – B" = "cao tốc a - b", H017 = H17, Đường ~ Duong, Trường ~ Trưong.
// A likeness is a question to a person, never a reason to merge.
//
// Threading: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gandan {

enum class Likeness {
  different,
  one_letter,  // one word of four letters or more has a letter more, less or another; numbers agree
  diacritics,  // but for diacritics
  same,        // but for the place of tone marks, capitals, punctuation, spaces and leading zeros
};
const char* to_text(Likeness likeness);

Likeness compare(std::string_view a, std::string_view b);

// Texts of one scope that are alike, two or more in a group, each group by its place in the list; the
// likeness is the weakest that holds it together. Empty texts are alike to nothing. Cost grows as the list.
struct Candidate {
  std::string scope;
  std::string text;
};
struct AlikeGroup {
  std::vector<std::size_t> members;  // ascending
  Likeness likeness = Likeness::same;
};
std::vector<AlikeGroup> alike(const std::vector<Candidate>& candidates);

// What an index holds of a text, so that those that are like it are found without comparing all: texts that
// are alike have the same `first` or the same `second`; that others have it, too, is rare, and compare()
// decides. Both 0 when the text is like nothing.
struct AlikeKeys {
  std::int64_t first = 0;
  std::int64_t second = 0;
};
AlikeKeys alike_keys(std::string_view text);

}  // namespace gandan
