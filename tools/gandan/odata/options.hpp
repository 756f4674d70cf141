// Options: what a client asks of an entity set: $filter, $select, $top, $skip, $count and where to go on.
//
// A filter is comparisons of a property and a literal, joined by `and`: what tables and dashboards narrow
// their data by (a day from … to …, a unit, a state). Anything else is answered with 501 and a word, and the
// client filters by itself.
//
// Source: OData 4.01 part 2, sections 5.1.1 and 5.1.3 to 5.1.6.
//
// Threading: values and pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "gandan/odata/sets.hpp"

namespace gandan::cli {

struct Comparison {
  enum class Is { equal, unequal, below, at_most, above, at_least };
  const Property* property = nullptr;  // of the set, which outlives it
  Is is = Is::equal;
  json::value literal;  // null, bool, integer, double, or text; of days and instants their text
};

// A page begins behind `passed` records of the set, `skip` rows still to be left out, `top` still to be
// given.
struct Place {
  std::uint64_t passed = 0;
  std::uint64_t skip = 0;
  std::optional<std::uint64_t> top;
};

struct Options {
  std::vector<Comparison> filter;
  std::vector<std::string> select;  // empty: all
  bool count = false;
  Place from;
  std::map<std::string, std::string> custom;  // without a $: period, unit, by, unsent
};

// `query`: as sent, behind the question mark. Code::bad_request with a fault for a person,
// Code::unknown_method for what OData has and the feed has not.
Result<Options> read_options(const EntitySet& set, std::string_view query);

bool passes(const Options& options, const json::object& entity);
json::object selected(const Options& options, json::object entity);

// The query of the page behind: the same question from another place.
std::string next_query(std::string_view query, const Place& place);

}  // namespace gandan::cli
