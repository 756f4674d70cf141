// The audit of a unit and a period: every indicator (schema/rules/indicators.json) over the records that are
// here. A finding is a question about records, with the values that were used; nothing counts or ranks
// persons, and an honest record may look odd.
//
//   records ── one pass: decode, view ──> facts ──┐
//   segments, statements, receipts ──> bounds ────┴──> indicators, a file for each family ──> findings
//
// What a record does not hold is not asked: no position says whether it was made up by a program, no op holds
// a monotonic time, and photos are compared by their content alone.
//
// Threading: as the vault's. Memory grows with the records' texts, about 1 KiB a record.
#pragma once

#include <set>

#include "audit/indicators/facts.hpp"
#include "audit/indicators/ledger_times.hpp"
#include "records/catalog.hpp"

namespace gandan::audit {

struct Found {
  const records::Indicator* about = nullptr;
  records::Severity severity = records::Severity::warning;
  UnitId unit;
  std::optional<Author> author;   // whose records they are, where that is one
  std::vector<RecordId> records;  // the evidence
  FeedId feed;                    // of a device's log; zero: none
  std::uint64_t sequence = 0;
  records::SaidValues used;
  records::Label message;
};
struct Report {
  std::uint64_t records = 0;        // of the period that were looked at
  std::uint64_t photos_unread = 0;  // of one size with others, whose content is not here
  std::vector<Found> found;         // by severity, the gravest first, then by indicator
};

struct Question {
  std::optional<UnitId> unit;  // with all below; absent: all that is here
  std::int32_t from = 0;       // days, inclusive
  std::int32_t until = 0;
  std::string province;              // for thresholds
  std::set<std::string> indicators;  // by id; empty: all
};
struct Helpers {
  // What the law's rules say of a finalised record; only asked for kinds that an indicator with rules has.
  std::function<Result<std::vector<records::Verdict>>(const RecordId&)> judge;
  std::function<std::string(const DeviceId&)> device;  // for people
  // How many records were read; false ends it with Code::cancelled.
  std::function<bool(std::uint64_t)> progress;
};
Result<Report> run(vault::Vault& vault, const records::Catalog& catalog, const Question& question,
                   const Helpers& helpers);

}  // namespace gandan::audit
