// The words beside a record's text in the search index: what filters ask, so that a rare answer is found
// without reading every record that has the words. They only narrow: the row's own columns decide.
//
//   k…  kind           u…  unit          sd sf sw  draft, finalised, withdrawn      c  has a conflict
//   y2026 m202602      the event's year and month
//   pt pth pngh        words that begin so: one letter, two, and ngh. Longer beginnings are few enough
//
// Private to vault. Threading: pure functions.
#pragma once

#include "vault/queries.hpp"

namespace gandan::vault {

std::string facets(std::string_view kind, const UnitId& unit, int flags, std::string_view date,
                   std::string_view folded);

// One MATCH for each rank, best first; none when the query has no word.
struct RankedMatch {
  std::string match;
  bool exact = false;
};
struct DateBounds {
  std::string first;  // of all records that have a date, YYYY-MM-DD
  std::string last;
};
// `units`: those that pass the filter; empty: every unit.
std::vector<RankedMatch> matches_of(const SearchQuery& query, const ListFilter& filter,
                                    const std::vector<UnitId>& units, const DateBounds& dates);

// One MATCH for all of the terms, without regard to diacritics.
std::string match_folded(const SearchQuery& terms);

// What is linked is seen as part of a record: a meeting's title names its village, whose name stands in no
// field of the meeting. Adds the records that link to one whose text has some of the words, and have the
// others themselves; newest first, none that has all of the words itself. `skipped`: of filter.offset.
Status add_linked(Vault& vault, const SearchQuery& query, const ListFilter& filter, std::size_t& skipped,
                  std::vector<Hit>& out);

}  // namespace gandan::vault
