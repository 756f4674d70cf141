// Search in the vault: see queries.hpp, and search_index.hpp for the index's words.
#include <algorithm>
#include <set>

#include "vault/rows.hpp"
#include "vault/search_index.hpp"

namespace gandan::vault {
namespace {

constexpr std::size_t kMostUnits = 64;   // beyond these a unit's records are no rarity
constexpr std::size_t kMostMonths = 60;  // terms of a period
constexpr std::size_t kSnippetWidth = 120;

// The tokenizer takes letters and digits only.
std::string kind_word(std::string_view kind) {
  std::string out = "k";
  for (const char c : kind)
    if (c != '_') out += c;
  return out;
}
std::string month_word(std::string_view date) {
  return "m" + std::string(date.substr(0, 4)) + std::string(date.substr(5, 2));
}

// The first `count` letters; empty when there are not so many.
std::string_view beginning(std::string_view word, std::size_t count) {
  std::size_t end = 0;
  while (end < word.size()) {
    if ((static_cast<unsigned char>(word[end]) & 0xc0) != 0x80 && count-- == 0) return word.substr(0, end);
    ++end;
  }
  return count == 0 ? word : std::string_view{};
}
// So many words begin with it that the index has it as a word of its own.
bool is_short(std::string_view folded) {
  return folded == "ngh" || beginning(folded, 1) == folded || beginning(folded, 2) == folded;
}

// Words hold no quotes: search_text.hpp.
std::string phrase(std::string_view words) { return "\"" + std::string(words) + "\""; }

enum class Form { exact, folded };
std::string match_words(const SearchTerm& term, Form form) {
  std::string words;
  for (const auto& word : term.words)
    words += (words.empty() ? "" : " ") + (form == Form::folded ? word.folded : word.exact);
  const std::string out = (form == Form::folded ? "folded : " : "exact : ") + phrase(words);
  return term.beginning && !is_short(term.words.back().folded) ? out + "*" : out;
}
// What a short beginning goes on with is half of the index; the facet has it ready. Inside a phrase it counts
// as a whole word.
bool has_facet(const SearchTerm& term) {
  return term.beginning && term.words.size() == 1 && is_short(term.words.back().folded);
}
std::string match_facet(const SearchTerm& term) {
  return "facets : " + phrase("p" + term.words.back().folded);
}

std::string joined(const std::vector<std::string>& parts, const char* joint) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : joint) + part;
  return out;
}

constexpr const char* kNothing = "facets : z";  // no facet begins so

// Years that lie wholly inside, months at the ends. None: too many to narrow.
std::vector<std::string> period_words(std::string from, std::string until, const DateBounds& dates) {
  std::vector<std::string> out;
  if (dates.first.size() != 10 || dates.last.size() != 10) return {kNothing};
  from = std::max(from, dates.first);
  until = until.empty() ? dates.last : std::min(until, dates.last);
  if (from > until) return {kNothing};
  const auto month_of = [](const std::string& d) {
    return std::stoi(d.substr(0, 4)) * 12 + std::stoi(d.substr(5, 2)) - 1;
  };
  const int last = month_of(until);
  for (int month = month_of(from); month <= last;) {
    const int year = month / 12;
    char text[16];
    const bool whole = month % 12 == 0 && month + 11 <= last;
    std::snprintf(text, sizeof text, whole ? "y%04d" : "m%04d%02d", year, month % 12 + 1);
    out.push_back("facets : " + std::string(text));
    if (out.size() > kMostMonths) return {};
    month += whole ? 12 : 1;
  }
  return out;
}

std::string filter_match(const ListFilter& filter, const std::vector<UnitId>& units,
                         const DateBounds& dates) {
  std::vector<std::string> parts;
  if (!filter.kind.empty()) parts.push_back("facets : " + kind_word(filter.kind));
  if (!units.empty() && units.size() <= kMostUnits) {
    std::vector<std::string> any;
    for (const auto& unit : units) any.push_back("facets : u" + to_text(unit));
    parts.push_back("(" + joined(any, " OR ") + ")");
  }
  if (!filter.from.empty() || !filter.until.empty()) {
    const auto any = period_words(filter.from, filter.until, dates);
    if (!any.empty()) parts.push_back("(" + joined(any, " OR ") + ")");
  }
  if (filter.standing == Standing::draft) parts.push_back("facets : sd");
  if (filter.standing == Standing::finalized) parts.push_back("facets : sf");
  if (filter.standing == Standing::withdrawn) parts.push_back("facets : sw");
  if (filter.conflicts) parts.push_back("facets : c");
  return joined(parts, " AND ");
}

// The units of a filter's subtree that a record may lie in.
std::vector<UnitId> units_below(Vault& vault, const ListFilter& filter) {
  std::vector<UnitId> out;
  const auto roster = vault.roster();
  if (!filter.unit || !roster.ok()) return out;
  for (const auto& [id, unit] : (*roster)->units())
    if ((*roster)->within(id, *filter.unit)) out.push_back(id);
  return out;
}

Result<DateBounds> date_bounds(Vault& vault) {
  DateBounds out;
  GANDAN_TRY(auto row, vault.db().query("SELECT min(date) FROM record WHERE date <> ''"));
  GANDAN_TRY(const bool first, row.step());
  if (first && !row.is_null(0)) out.first = std::string(row.text(0));
  GANDAN_TRY(auto last, vault.db().query("SELECT max(date) FROM record WHERE date <> ''"));
  GANDAN_TRY(const bool present, last.step());
  if (present && !last.is_null(0)) out.last = std::string(last.text(0));
  return out;
}

}  // namespace

std::string match_folded(const SearchQuery& terms) {
  std::vector<std::string> parts;
  for (const auto& term : terms)
    parts.push_back(has_facet(term) ? match_facet(term) : match_words(term, Form::folded));
  return joined(parts, " AND ");
}

std::string facets(std::string_view kind, const UnitId& unit, int flags, std::string_view date,
                   std::string_view folded) {
  std::string out = kind_word(kind) + " u" + to_text(unit);
  out += (flags & kDeleted) != 0 ? " sw" : (flags & kFinalized) != 0 ? " sf" : " sd";
  if ((flags & kConflict) != 0) out += " c";
  if (date.size() == 10) out += " y" + std::string(date.substr(0, 4)) + " " + month_word(date);
  std::set<std::string_view> beginnings;
  while (!folded.empty()) {
    const auto end = std::min(folded.find(' '), folded.size());
    const auto word = folded.substr(0, end);
    for (const std::size_t letters : {1, 2})
      if (const auto begins = beginning(word, letters); !begins.empty()) beginnings.insert(begins);
    if (word.substr(0, 3) == "ngh") beginnings.insert(word.substr(0, 3));
    folded.remove_prefix(std::min(end + 1, folded.size()));
  }
  for (const auto begins : beginnings) out += " p" + std::string(begins);
  return out;
}

std::vector<RankedMatch> matches_of(const SearchQuery& query, const ListFilter& filter,
                                    const std::vector<UnitId>& units, const DateBounds& dates) {
  if (query.empty()) return {};
  const auto all = [&](Form form, bool facet) {
    std::vector<std::string> parts;
    for (const auto& term : query)
      parts.push_back(facet && has_facet(term) ? match_facet(term) : match_words(term, form));
    return "(" + joined(parts, " AND ") + ")";
  };
  const std::string narrow = filter_match(filter, units, dates);
  const std::string more = narrow.empty() ? "" : " AND " + narrow;
  const auto without = [&](const std::string& match, const std::string& better) {
    return "(" + match + " NOT " + better + ")" + more;
  };
  const std::string whole = all(Form::exact, false);
  std::vector<RankedMatch> out{{whole + more, true}};
  if (!has_facet(query.back())) {
    out.push_back({without(all(Form::folded, false), whole), false});
  } else if (query.size() == 1) {
    out.push_back({without(match_facet(query.back()), whole), false});
  } else {
    const std::string exact = all(Form::exact, true);
    out.push_back({without(exact, whole), true});
    out.push_back({without(all(Form::folded, true), exact), false});
  }
  return out;
}

Result<std::vector<Hit>> search(Vault& vault, std::string_view text, const ListFilter& filter) {
  const auto query = parse_search(text);
  const bool period = !filter.from.empty() || !filter.until.empty();
  DateBounds dates;
  if (period) {
    GANDAN_TRY(dates, date_bounds(vault));
  }
  // In this order FTS5 hands out hits one by one, so that a common word costs no more than what is shown.
  const std::string sql =
      "SELECT record.number, id, unit, kind, title, date, flags, document, searched FROM "
      "search CROSS JOIN record ON record.number = search.rowid " +
      where_of(filter) + "search MATCH ?4 ORDER BY search.rowid DESC";
  const auto passing = unit_filter(vault, filter);
  std::vector<Hit> out;
  std::size_t skipped = 0;
  for (const auto& rank : matches_of(query, filter, units_below(vault, filter), dates)) {
    GANDAN_TRY(auto rows, vault.db().prepare(sql));
    bind_filter(rows, filter);
    rows.bind(4, rank.match);
    while (out.size() < filter.limit) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      if (!passing.passes(UnitId::from(rows.blob(2)))) continue;
      if (skipped < filter.offset) {
        ++skipped;
        continue;
      }
      out.push_back({row_of(rows), rank.exact, snippet(rows.text(8), query, rank.exact, kSnippetWidth)});
    }
  }
  GANDAN_CHECK(add_linked(vault, query, filter, skipped, out));
  return out;
}

}  // namespace gandan::vault
