// What the sequencer judges of a segment, made from what travels: a run leaves out what its receiver knows.
//
// What is looked up here decides only which message the signature is checked over; the sequencer judges the
// rest again, in its order.
//
// Threading: a pure function of what it is given.
#pragma once

#include "relay/submission.hpp"
#include "roster/roster.hpp"

namespace gandan::server {

struct PlaceInFeed {
  FeedId feed;
  std::uint64_t sequence = 0;
  Hash previous;  // of the segment before it
};

// `use_roster(f)` is f of the roster, `root_at` the ledger's root at a size. Code::unknown_feed,
// broken_chain, malformed, and whatever decoding and root_at say.
template <class UseRoster, class RootAt>
Result<SegmentJob> make_segment_job(const RealmId& realm, const PlaceInFeed& at, Bytes payload,
                                    const UseRoster& use_roster, const RootAt& root_at) {
  GANDAN_TRY(auto segment, protocol::decode_in_run(payload));
  auto& header = segment.header;
  header.feed = at.feed;
  header.sequence = at.sequence;
  segment.previous = at.previous;
  SegmentJob job;
  GANDAN_CHECK(use_roster([&](const roster::Roster& roster) -> Status {
    const auto* feed = roster.feed(at.feed);
    if (feed == nullptr) return Code::unknown_feed;
    const auto head = roster.head(header.roster_size);
    if (!head) return Error{Code::broken_chain, "a roster that is not known here"};
    header.roster_head = *head;
    const auto* unit = roster.unit(feed->unit);
    if (header.epoch == 0 || unit == nullptr || header.epoch > unit->epochs.back().number)
      return Error{Code::malformed, "an epoch that never was"};
    job.row.unit = feed->unit;
    job.author = feed->device;
    job.key = roster.device(feed->device)->sign_key;
    return {};
  }));
  if (header.checkpoint_size != 0) {
    GANDAN_TRY(header.checkpoint_root, root_at(header.checkpoint_size));
  }
  const auto stub = protocol::stub_of(segment);
  job.message = protocol::signed_message(realm, header, stub.previous, stub.ciphertext_hash);
  job.signature = segment.signature;
  job.roster_size = header.roster_size;
  job.roster_head = header.roster_head;
  job.row.feed = header.feed;
  job.row.sequence = header.sequence;
  job.row.checkpoint_size = header.checkpoint_size;
  job.row.previous = segment.previous;
  job.row.hash = protocol::segment_hash(realm, stub);
  job.row.bytes = std::move(payload);
  return job;
}

}  // namespace gandan::server
