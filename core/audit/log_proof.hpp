// The file that shows a log, as bytes: schema/wire/log_proof.md. Private to this folder.
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
  std::vector<LogSegment> segments;  // the one before the period, and all from there to the map's head
  template <class A>
  void serialize(A& a) {
    a(feed, segments);
  }
};
struct LogFile {
  Bytes root;              // the root statement
  std::string checkpoint;  // a signed note
  LogScope scope;
  std::vector<ProofStatement> statements;  // in the ledger's order, without the root statement
  Place map;                               // of the feed map
  Bytes lines;                             // all of its lines
  std::vector<NamedCheckpoint> named;      // ascending by size
  std::vector<LogFeed> feeds;              // of the unit, ascending by id
  template <class A>
  void serialize(A& a) {
    a(checkpoint, scope, statements, map, lines, named, feeds);
  }
};

Bytes encode_log_file(const LogFile& file);
// As decode_proof_file.
Result<LogFile> decode_log_file(ByteView bytes, const std::function<Status(ByteView root)>& accept);

}  // namespace gandan::audit
