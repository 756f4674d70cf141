// What the year's truth is: which records were made to deceive or in neglect, and which only look so.
//
//   planted   an anomaly: the indicators that have to name it, and the records, or the log, that it lies in
//   odd       an honest oddity: nothing may accuse its records
//
// Whoever tells a story labels it, from what happened in it, and knows no threshold.
//
// Threading: a plain value.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/json.hpp"

namespace gandan::dataset {

struct Label {
  std::string story;                    // "late", "market_day" …
  std::vector<std::string> indicators;  // of a planted anomaly; none: an honest oddity
  std::set<RecordId> records;
  std::set<FeedId> feeds;
  std::string why;
  bool planted() const { return !indicators.empty(); }
};

struct Labels {
  std::uint64_t seed = 0;
  std::uint64_t records = 0;  // that were made
  std::string from, until;    // the year's days
  std::string asked;          // the moment at which an audit is asked
  std::deque<Label> all;      // a label stays where it is
};

json::object to_json(const Labels& labels);
Result<Labels> labels_from(const json::object& text);

}  // namespace gandan::dataset
