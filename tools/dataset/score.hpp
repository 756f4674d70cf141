// Score: what an audit of a labelled year says, held against its labels. Asked as a shell asks, audit.run
// over the whole year; counted by what is named: a record, or a log, by an indicator.
//
//   precision   of what an indicator named, how much was planted for it
//   recall      of what was planted for it, how much it named
//
// Threading: one thread.
#pragma once

#include <map>

#include "dataset/labels.hpp"
#include "gandan/notebook.hpp"

namespace gandan::dataset {

struct Tally {
  std::size_t stories = 0;  // planted anomalies of the indicator
  std::size_t planted = 0;  // records and logs in them
  std::size_t found = 0;    // that it named
  std::size_t right = 0;
  double precision() const {
    return found == 0 ? 1 : static_cast<double>(right) / static_cast<double>(found);
  }
  double recall() const {
    return planted == 0 ? 1 : static_cast<double>(right) / static_cast<double>(planted);
  }
};
struct Accusation {
  std::string indicator, story, why, message;
  std::string record;  // or log
};
struct Score {
  std::map<std::string, Tally> indicators;
  std::size_t odd = 0;              // honest oddities
  std::vector<Accusation> accused;  // of them, each record or log of a finding
  std::vector<Accusation> wrong;    // of others, and no label says so; the first hundred
  std::vector<Accusation> missed;   // planted, and not named; the first hundred
  std::uint64_t records = 0;        // that the audit looked at
  double seconds = 0;
};

// Code::cannot_open … as the vault's; the vault's folder and the labels that were written beside it.
Result<Score> score(const std::string& folder, const Labels& labels);

std::string table(const Score& score);
json::object to_json(const Score& score);

}  // namespace gandan::dataset
