// LedgerTimes: what the ledger proves of when something was written: not after the receipt of its segment,
// and sealed not before the last entry of the checkpoint that the segment names. Between the two lies the
// truth; a device's own clock is its word.
//
// "Not before" is of the sealing: what waited for a key is older than its segment (`waited`).
//
// Threading: as the vault's while it loads; a plain value then.
#pragma once

#include <map>

#include "changelog/op.hpp"
#include "vault/segments.hpp"

namespace gandan::audit {

struct Bounds {
  bool sealed = false;                        // false: it is pending here, or its segment is not here
  std::optional<std::int64_t> received_ms;    // absent: no server's word
  std::optional<std::int64_t> not_before_ms;  // absent: the segment names no checkpoint
  std::optional<std::uint64_t> index;         // its place in the ledger
  std::uint64_t checkpoint = 0;               // the size that the segment names; 0: none
  bool waited = false;  // sealed with the first of an epoch in its feed: it may have waited for the key
};

class LedgerTimes {
 public:
  static Result<LedgerTimes> load(vault::Vault& vault);

  Bounds of(const changelog::Stamp& stamp) const;

  struct Segment {
    std::uint64_t sequence = 0;
    changelog::Hlc last = 0;  // 0: it does not open here
    std::optional<std::int64_t> received_ms;
    std::uint64_t checkpoint = 0;
    bool waited = false;
    vault::SegmentState state = vault::SegmentState::applied;
    std::optional<std::uint64_t> index = {};  // in the ledger
  };
  struct Feed {
    FeedId id;
    DeviceId device;
    UnitId unit;
    bool own = false;
    std::uint64_t next = 0;         // what is here from the beginning, without a gap, ends before this one
    std::vector<Segment> segments;  // by sequence
    bool whole = true;              // all that is here is open and counts
    changelog::Hlc last() const { return segments.empty() ? 0 : segments.back().last; }
  };
  const std::map<FeedId, Feed>& feeds() const { return feeds_; }
  void add(Feed feed);                                  // for tests
  void received(std::uint64_t index, std::int64_t ms);  // the same: an entry's receipt
  void settle();                                        // after the last of these

 private:
  std::optional<std::int64_t> time_of(std::uint64_t size) const;

  std::map<FeedId, Feed> feeds_;
  std::vector<std::pair<std::uint64_t, std::int64_t>> receipts_;  // by ledger index
};

}  // namespace gandan::audit
