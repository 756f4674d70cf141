// SegmentApplier: one received segment after another, from authentic bytes to changed records. Used by
// Ingest, inside its transaction.
//
//   decode, bounds ─> feed known? ─> here already? (same: receipt; other: fork, kept as evidence)
//     ─> signature ─> chain (gap: waiting) ─> stored ─> authority ─> key ─> open ─> whole saves ─>
//     Projections
//
// Of two segments of one author at one place the ledger's is the one that everybody has: it displaces one
// that came by hand, which is kept whole (displaced.cpp). This device's own makes room, too, and its ops go
// out in another feed (restore.cpp).
// What an overtaken author sealed again at the same place is no fork, and accuses nobody.
//
// Threading: as the vault's.
#pragma once

#include "changelog/segment_content.hpp"
#include "vault/branches.hpp"
#include "vault/ingest.hpp"

namespace gandan::vault {

constexpr std::int64_t kClockDriftMs = 10 * 60'000;  // a stamp further ahead of its receipt is suspect

bool is_suspect(const changelog::Op& op, const std::optional<Receipt>& receipt);

// The feed that made a record or item: its id begins as the feed's does. nullptr: no such feed is known here.
const roster::FeedInfo* founder(const roster::Roster& roster, const RecordId& record);

// Saves that a segment's end cuts in two, put together again: ops are given out when their save is whole,
// each with its own segment's suspicion. What goes on where nothing is open is not given out: its save began
// in a segment that does not count.
class SaveReader {
 public:
  struct Part {
    changelog::Op op;
    bool suspect;
  };
  bool open() const { return !parts_.empty(); }
  // Whether a segment that begins with `first` goes on where the one before it stopped.
  bool continues(const changelog::Op& first) const;
  const std::vector<Part>& parts() const { return parts_; }
  void clear() { parts_.clear(); }
  // `whole(parts)` for each save that is complete.
  template <class F>
  Status take(std::vector<changelog::Op> ops, const std::optional<Receipt>& receipt, F whole) {
    for (auto& op : ops) {
      if (parts_.empty() && op.stamp.hlc != op.save) continue;
      const bool suspect = is_suspect(op, receipt);
      parts_.push_back({std::move(op), suspect});
      if (ends_inside_save(parts_.back().op)) continue;
      GANDAN_CHECK(whole(parts_));
      parts_.clear();
    }
    return {};
  }

 private:
  std::vector<Part> parts_;
};

// An epoch that this device had started, or whose secret it had wrapped for another one: a copy of its vault
// came first.
struct LostEpoch {
  UnitId unit;
  std::uint32_t number = 0;
};

class SegmentApplier {
 public:
  explicit SegmentApplier(Vault& vault) : vault_(vault), projections_(vault) {}

  Status take(const FeedId& feed, std::uint64_t sequence, const Hash& previous, ByteView in_run,
              std::optional<Receipt> receipt, IngestReport& report, Hash& hash);
  Status receipt(const FeedId& feed, std::uint64_t sequence, Receipt receipt, IngestReport& report);
  // A checkpoint root that segments may sign. A later claim takes the place of an earlier one.
  void claim(std::uint64_t size, const Hash& root) { claims_[size] = root; }
  // The feed's row as it stands within this transaction; nullptr: not a feed of the roster.
  Result<FeedRow*> feed(const FeedId& id);
  // Verdicts about a device's segments, or everybody's, may have changed: ops come and go with them.
  Status judge_again(const std::optional<DeviceId>& device, IngestReport& report);
  // Own segments that no server has and that none takes any more. Some sign a roster which, the ledger says,
  // never was: another administrator's statement came before one that was provisional here. Nobody can ever
  // accept them; their ops are pending again, and go out in their places under the roster as it is. Others
  // do not count, as their unit moved before they were sent: they keep their places, for whoever has them by
  // hand, and their ops wait for a right to write there, to go out in another feed.
  Status unseal_unsendable();
  // What was held for a key, a statement or an earlier segment may be usable now.
  Status retry(IngestReport& report);
  Status finish();  // writes projections and the clock

  // restore.cpp: this device's feeds that another copy of this vault went on with. What only this copy has is
  // moved to the device's next incarnation; with `more`, the other's part is not here whole yet: it waits.
  Status part_ways(bool more, IngestReport& report);
  // Another copy's part of the feed is not for this device any more: what was sealed here and no server has
  // is pending again, and waits for a role in the unit.
  Status went_on_elsewhere(const FeedId& feed);
  // displaced.cpp: segments of this device that lost their place and came back to it are said again.
  Status take_up_displaced(IngestReport& report);
  // The server has another one in the place of a segment that was carried here, and all that follow it.
  Status refused(const FeedId& feed, std::uint64_t sequence);
  Status note_refused();
  // Statements of this device that another copy overtook say the same again, behind the other's; epochs do
  // not: they start anew (rotate_again), when what they had overtaken is forgotten.
  Result<std::vector<LostEpoch>> issue_again();
  Status rotate_again(const std::vector<LostEpoch>& lost);

  // A stored segment, opened again: for rebuilding, history and proofs. Code::not_found, no_key, archived.
  struct Opened {
    protocol::Segment segment;
    std::vector<changelog::Op> ops;
    std::optional<Receipt> receipt;
    Hash hash;
    SegmentState state = SegmentState::applied;
  };
  Result<Opened> read(const FeedRow& feed, std::uint64_t sequence);

 private:
  struct Feed {
    FeedRow row;
    std::optional<crypto::Verifier> author;  // absent: no statement in force opens the feed
    // What stands open where segment `open_at` begins, and whether the segment before that one counts.
    SaveReader open;
    std::uint64_t open_at = 0;
    bool before_counts = true;
  };
  struct Stored {
    protocol::Segment segment;
    SegmentState state = SegmentState::applied;
    std::optional<Receipt> receipt;
    Hash hash;
  };

  struct Displaced {
    protocol::Segment segment;
    Hash hash;
    std::optional<std::int64_t> moved_to;  // the own feed in which it was said again
  };

  Result<Feed*> load(const FeedId& id);
  // The ledger's root at that size, if this device saw its checkpoint.
  Result<std::optional<Hash>> verified_root(std::uint64_t size);
  // Whether it counts: its roster is one that was, and its author was authorised.
  bool names_ledger(const protocol::SegmentHeader& header) const;
  bool never_counts(const protocol::SegmentHeader& header) const;  // its roster never was, says the ledger
  bool are_fork(const protocol::SegmentHeader& one, const protocol::SegmentHeader& other) const;
  Result<bool> counts(const Feed& feed, const protocol::Segment& segment,
                      std::optional<std::uint64_t> ledger_index) const;
  // Removes what is stored from `from` on, its ops included. `keep`: those are a branch of a fork. False:
  // some of it has a receipt; nothing is done.
  Result<bool> displace(Feed& feed, std::uint64_t from, bool keep);
  Status keep_displaced(const Feed& feed, const protocol::Segment& segment, const Hash& hash,
                        std::optional<std::int64_t> moved_to);
  Result<bool> was_displaced(const Hash& hash);
  Result<std::vector<Displaced>> displaced_of(const FeedRow& feed);
  // What follows the head of a feed that has its place after all.
  Status revive_displaced(Feed& feed);
  Result<std::vector<Displaced>> losing_branch(const FeedRow& feed, const std::vector<Displaced>& all);
  Result<Branch> before_branch(const FeedRow& feed, std::uint64_t first);
  Result<std::map<changelog::Hlc, changelog::Op>> ops_of(const FeedRow& feed, std::uint64_t first);
  Result<std::optional<std::int64_t>> said_already(const FeedRow& feed, Branch branch,
                                                   const std::vector<changelog::Op>& ops);
  Result<bool> take_up_one(Feed& feed, IngestReport& report);
  Result<std::int64_t> say_again(const Feed& feed, Branch branch, std::optional<std::int64_t> moved_to,
                                 const std::vector<changelog::Op>& ops, IngestReport& report);
  Result<std::optional<Stored>> stored(const FeedRow& feed, std::uint64_t sequence);
  Status store(Feed& feed, const protocol::Segment& segment, const Hash& hash, ByteView in_run,
               std::optional<Receipt> receipt, SegmentState state);
  Status fill(Feed& feed, std::uint64_t sequence, ByteView in_run, IngestReport& report);
  Status append(Feed& feed, const protocol::Segment& segment, const Hash& hash,
                std::optional<Receipt> receipt, IngestReport& report);
  Status append_waiting(Feed& feed, IngestReport& report);
  // Opens and applies; returns the state the segment is in now.
  Result<SegmentState> apply(Feed& feed, const protocol::Segment& segment, std::optional<Receipt> receipt,
                             IngestReport& report);
  Status set_state(const FeedRow& feed, std::uint64_t sequence, SegmentState state);
  Status load_open_save(Feed& feed, std::uint64_t at);
  // What was sealed here from `from` on, and no server has, makes room: its ops are pending again, it is kept
  // beside (displaced.cpp). False: some of it has a receipt; nothing is done.
  enum class Because { another_copy, not_counted };
  Result<bool> step_back(Feed& feed, std::uint64_t from, Because because);
  Status wraps_said_again(const roster::Statement& statement, const roster::Statement& issued,
                          std::vector<LostEpoch>& lost);
  // Whether all of the feed that is known of can be read: what is missing, or waits for its key, may hold the
  // same ops as what is pending.
  Result<bool> is_whole(const FeedRow& feed);
  // Ahead of what is pending already.
  Status put_back(const FeedRow& feed, const std::vector<changelog::Op>& ops);
  // Applies it, and again what follows and was only waiting for the end of a save that began here.
  Status apply_again(Feed& feed, const Stored& known, IngestReport& report);
  // Keeps it, and lets it count no more.
  Status quarantine(Feed& feed, const protocol::Segment& segment, IngestReport& report);
  // Its ops leave the records, and with them the rest of the saves that it cuts.
  Status take_back(Feed& feed, const protocol::Segment& segment);

  Vault& vault_;
  Projections projections_;
  changelog::SegmentCodec codec_;
  std::map<FeedId, Feed> feeds_;
  std::map<std::uint64_t, Hash> claims_;
  changelog::Hlc highest_ = 0;  // of what was seen and is not suspect
  std::uint64_t fetched_ = 0;   // segments of this device that were not here
  std::optional<bool> any_displaced_;
  std::vector<std::pair<FeedRow, std::uint64_t>> refused_;
  std::vector<FeedId> parted_;  // feeds of this device that turned out to go on elsewhere
};

}  // namespace gandan::vault
