// Records found by what they are linked to: see search_index.hpp.
#include <set>

#include "vault/rows.hpp"
#include "vault/search_index.hpp"

namespace gandan::vault {
namespace {

constexpr std::int64_t kMostTargets = 32;  // a name that so many have says little
constexpr std::size_t kMostSplits = 8;
constexpr std::size_t kLinkedSnippetWidth = 120;

// "họp Khòn Nưa", "Khòn Nưa họp": the words of the name stand together, at the beginning or at the end.
struct Split {
  SearchQuery name;
  SearchQuery rest;
};
std::vector<Split> splits_of(const SearchQuery& query) {
  std::vector<Split> out{{query, {}}};
  for (std::size_t at = 1; at < query.size() && out.size() + 2 <= kMostSplits; ++at) {
    const auto middle = query.begin() + static_cast<std::ptrdiff_t>(at);
    const SearchQuery front(query.begin(), middle), back(middle, query.end());
    out.push_back({back, front});
    out.push_back({front, back});
  }
  return out;
}

// Records that link to one of the first that have the name, none that has all of the words itself: those
// stand above already.
std::string linked_sql(const ListFilter& filter, bool rest) {
  return "SELECT record.number, id, unit, kind, title, date, flags, document, searched FROM link CROSS JOIN "
         "record ON record.number = link.source " +
         where_of(filter) +
         "link.target IN (SELECT id FROM search CROSS JOIN record ON record.number = search.rowid WHERE "
         "search MATCH ?4 AND EXISTS (SELECT 1 FROM link WHERE link.target = record.id) LIMIT ?5) AND "
         "record.number NOT IN (SELECT rowid FROM search WHERE search MATCH ?6) " +
         (rest ? "AND record.number IN (SELECT rowid FROM search WHERE search MATCH ?7) " : "") +
         "GROUP BY record.number ORDER BY record.number DESC";
}

}  // namespace

Status add_linked(Vault& vault, const SearchQuery& query, const ListFilter& filter, std::size_t& skipped,
                  std::vector<Hit>& out) {
  if (query.empty() || out.size() >= filter.limit) return {};
  const auto passing = unit_filter(vault, filter);
  std::set<std::int64_t> seen;
  for (const auto& [name, rest] : splits_of(query)) {
    GANDAN_TRY(auto rows, vault.db().prepare(linked_sql(filter, !rest.empty())));
    bind_filter(rows, filter);
    rows.bind(4, match_folded(name));
    rows.bind(5, kMostTargets);
    rows.bind(6, match_folded(query));
    if (!rest.empty()) rows.bind(7, match_folded(rest));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      if (!passing.passes(UnitId::from(rows.blob(2))) || !seen.insert(rows.integer(0)).second) continue;
      if (skipped < filter.offset) {
        ++skipped;
        continue;
      }
      out.push_back({row_of(rows), false, snippet(rows.text(8), query, false, kLinkedSnippetWidth)});
      if (out.size() == filter.limit) return {};
    }
  }
  return {};
}

}  // namespace gandan::vault
