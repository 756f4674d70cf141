// Submission: what a connection hands to a realm's sequencer, and what it hears of it, after the commit.
//
// Threading: a submission is filled by one thread and then belongs to the realm; `done` is called once, from
// the sequencer's thread or, where it is refused at once, the submitter's, and must not block.
#pragma once

#include <functional>
#include <variant>

#include "protocol/messages.hpp"
#include "store/store.hpp"

namespace gandan::server {

// Where something stands in the ledger, a key in the key box; of wraps, chunks and cosignatures it says
// nothing.
struct Place {
  std::uint64_t index = 0;
  std::int64_t receipt_ms = 0;
};

struct SegmentJob {
  SegmentRow row;  // index and receipt are the sequencer's to fill in
  DeviceId author;
  std::uint64_t roster_size = 0;
  Hash roster_head;
  SignPublicKey key;  // the author's
  Bytes message;      // what the author signed
  Signature signature;
};
struct StatementJob {
  Bytes bytes;
};
// Statements by which a device that nobody knows makes itself known: all of them, or none.
struct IntroductionJob {
  std::vector<Bytes> statements;
  protocol::Hello hello;
};
struct WrapJob {
  DeviceId issuer;
  Bytes bytes;
};
struct KeyJob {
  DeviceId device;
  Bytes bytes;  // an entry of the key box
};
struct ChunkJob {
  DeviceId device;
  ChunkRow row;
};

struct CosignatureJob {
  DeviceId witness;
  std::string note;
};
// Brings nothing: done when all that was committed before it came, by whichever server, can be seen.
struct LookJob {};

using Job = std::variant<SegmentJob, StatementJob, IntroductionJob, WrapJob, KeyJob, ChunkJob, CosignatureJob,
                         LookJob>;

struct Submission {
  Job job;
  std::size_t bytes = 0;      // what it weighs in queues
  std::int64_t since_ms = 0;  // when it was submitted; of a clock that never steps back
  std::function<void(const Result<Place>&)> done;
  enum class Check {
    pending,
    good,
    bad
  } check = Check::good;  // of a segment's signature; guarded by the queue
};

}  // namespace gandan::server
