// The files that show whole logs, as bytes: schema/wire/log_proof.md. Version 1 shows what a person wrote,
// version 2 the records behind figures of a report; they differ in their scope alone. Private to this folder.
//
// Threading: plain values and pure functions.
#pragma once

#include "audit/audit.hpp"
#include "audit/proof.hpp"

namespace gandan::audit {

struct LogSegment {
  static constexpr std::size_t wire_min = 230;  // of the least stub
  Bytes stub;                                   // protocol::encode_stub
  Place place;
  std::vector<ProofOp> ops;  // may be none
  template <class A>
  void serialize(A& a) {
    a(stub, place, ops);
  }
};
struct LogFeed {
  static constexpr std::size_t wire_min = FeedId::size + 1;
  FeedId feed;
  std::vector<LogSegment> segments;  // the one before the scope's begin, and all from there to the map's head
  template <class A>
  void serialize(A& a) {
    a(feed, segments);
  }
};
struct LogParts {
  Bytes root;                              // the root statement
  std::string checkpoint;                  // a signed note
  std::vector<ProofStatement> statements;  // in the ledger's order, without the root statement
  Place map;                               // of the feed map
  Bytes lines;                             // all of its lines
  std::vector<NamedCheckpoint> named;      // ascending by size
  std::vector<LogFeed> feeds;              // of the units, ascending by id
};
template <class Scope>
struct LogFileOf : LogParts {
  Scope scope;
  template <class A>
  void serialize(A& a) {
    a(checkpoint, scope, statements, map, lines, named, feeds);
  }
};
using LogFile = LogFileOf<LogScope>;
using ReportFile = LogFileOf<ReportScope>;

Bytes encode_log_file(const LogFile& file);
Bytes encode_report_file(const ReportFile& file);
// As decode_proof_file. Code::newer_format also for a file of the other kind.
Result<LogFile> decode_log_file(ByteView bytes, const std::function<Status(ByteView root)>& accept);
Result<ReportFile> decode_report_file(ByteView bytes, const std::function<Status(ByteView root)>& accept);

}  // namespace gandan::audit
