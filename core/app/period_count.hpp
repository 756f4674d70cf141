// Counting a period and the one before it in one reading of the records: of a unit, all below it, and the
// units that it was made of.
//
// Threading: as the vault's. For one request.
#pragma once

#include <set>

#include "app/documents.hpp"
#include "report/comparison.hpp"

namespace gandan::app {

// A unit that the reported one was made of: records of its time stand under it.
struct Predecessor {
  std::string code;
  std::string name;
  bool part = false;           // only a part of it came here
  std::optional<UnitId> unit;  // where this device knows it
  bool counted = false;
};

struct PeriodQuestion {
  std::string report;
  report::Period period;
  std::optional<UnitId> unit;              // absent: all that this device reads
  bool predecessors = false;               // count the whole ones as well
  std::int32_t as_of = 0;                  // no later than its last day
  bool outside = false;                    // for a file, which leaves the unit
  std::uint64_t roster_size = UINT64_MAX;  // units lie where they lay then: at a checkpoint, or now
};

struct PeriodAnswer {
  report::ComparedReport report;
  report::PaperTexts paper;
  std::vector<Predecessor> predecessors;
  std::set<UnitId> units;                 // that were asked for, or of which something was read
  std::map<RecordId, std::int32_t> days;  // of the records that were counted or are drafts
  // Why it is not compared, or what the period before lacks, and what is not given for such days; empty:
  // nothing.
  records::Label about_before;
  std::vector<records::Label>
      about_targets;  // several for one figure, those of longer periods, what is not used
};
// Code::not_found (the report), bad_schema, cancelled.
Result<PeriodAnswer> count_period(Session& session, Documents& documents, const PeriodQuestion& question);

// A unit's name and code, and the day from which it is valid, as its profile says it to these documents.
struct UnitWords {
  std::string name;
  std::string code;
  std::string place;
  std::optional<std::int32_t> valid_from;
};
UnitWords words_of(Documents& documents, const UnitId& unit);

}  // namespace gandan::app
