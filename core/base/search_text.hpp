// Search: what is compared when people look for words, and where a text has them.
//
// A text is searched by its words in two forms: `exact` keeps the diacritics, `folded` has none. Both are in
// lower case, with one place for each tone (hòa is hoà), words apart by single spaces; what is no letter and
// no digit only separates. So "Đường", "đường" and "DƯƠNG" share the folded word duong, and no character of a
// query can mean anything to the index.
//
//   duong đền bù          all of the words, in any order; the last one may be the beginning of a word
//   "hỗ trợ" 12/CV        words that stand together: in quotes, or typed without a space
//
// Threading: pure functions. Cost is linear in the text; callers bound its size.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gandan {

struct SearchForms {
  std::string exact;
  std::string folded;
};
// Bytes that are not UTF-8 separate words. Of a word more than 64 letters long the first 64 count.
SearchForms search_forms(std::string_view text);

struct SearchTerm {
  std::vector<SearchForms> words;  // stand one behind the other
  bool beginning = false;          // the last of them may go on
};
using SearchQuery = std::vector<SearchTerm>;
constexpr std::size_t kMaxSearchWords = 32;  // what is typed beyond them does not count

// Never fails: what holds no letter and no digit gives no term.
SearchQuery parse_search(std::string_view text);

struct SnippetPart {
  std::string text;
  bool hit = false;
};
// The place of `text` with most of the query's terms, about `width` code points, with the hits marked; lines
// are joined by " · ", and "…" stands for what was cut. `exact`: only words with the query's diacritics are
// hits. The text's beginning when nothing hits.
std::vector<SnippetPart> snippet(std::string_view text, const SearchQuery& query, bool exact,
                                 std::size_t width);

}  // namespace gandan
