// Answer: the response to one sync, made piece by piece from one moment of what is committed.
//
//   Welcome, receipts, statements, wraps, keys, roots, runs of segments unit by unit, leaves, witnessed, map,
//   Done
//
// Two passes over the index of segments: the first, without bodies, finds where max_response cuts and which
// roots the segments name; the second sends. When something is cut, what comes after it is left out, and Done
// says `more`.
//
// Threading: belongs to one thread at a time.
#pragma once

#include "protocol/frames.hpp"
#include "relay/realm.hpp"

namespace gandan::server {

// What the request brought.
struct Brought {
  std::vector<protocol::ReceiptRun> receipts;
  std::vector<protocol::Rejection> rejected;
  std::set<std::uint64_t> keys;  // numbers of its entries that the key box has
};

// What of an answer a request asks for besides.
struct Wanted {
  std::optional<std::uint64_t> keys_from;  // entries of the key box
  std::optional<protocol::Witness> witness;
  std::optional<protocol::MapWanted> map;
  std::optional<std::vector<Hash>> chunks;  // which of these are there
  std::int64_t bare_before_ms = 0;          // others' segments that were received earlier come bare
  // Of a device that was removed: the statements up to that ledger index, and nothing else.
  std::optional<std::uint64_t> removed_at;
};

class Answer {
 public:
  // `token`: a new one, or empty. `witness`: absent when the request has none.
  static Result<std::unique_ptr<Answer>> make(std::shared_ptr<Realm> realm, const protocol::Hello& hello,
                                              Wanted wanted, Bytes token, Brought brought);
  // Empty at the end. An error in the middle leaves the peer with a response without Done: cut, not wrong.
  Result<Bytes> next();
  bool over() const { return phase_ == Phase::over; }
  std::uint64_t lookups() const { return lookups_; }  // of single segments, while it was planned
  // Nothing that the device does not have, before anything was taken out.
  bool brings_nothing() const;

 private:
  Answer(std::shared_ptr<Realm> realm, const protocol::Hello& hello, std::optional<std::uint64_t> keys_from,
         std::int64_t bare_before_ms)
      : realm_(std::move(realm)), hello_(hello), keys_from_(keys_from), bare_before_ms_(bare_before_ms) {}
  static constexpr std::size_t kPage = 256;  // segments with their bodies, at most
  static constexpr std::size_t kMapLinesPerFrame = 1024;

  Status welcome(Bytes token, Brought brought);

  // answer_plan.cpp
  Status plan_receipts(const std::vector<protocol::ReceiptRun>& brought);
  Status plan_witnessed(const protocol::Witness& witness);
  Status plan_statements(std::uint64_t end);
  Status plan_removal(std::uint64_t removed_at);
  Status plan_wraps();
  Status plan_keys(const std::set<std::uint64_t>& brought);
  Status plan_bare();
  Status plan_segments();
  void plan_leaves();
  void plan_map(const protocol::MapWanted& wanted);
  Status plan_chunks(const std::vector<Hash>& asked);
  Result<bool> plan_unit(const UnitId& unit, std::uint64_t from, std::uint64_t end,
                         std::set<std::uint64_t>& sizes);
  bool known_to_device(const FeedId& feed, std::uint64_t sequence) const;
  bool is_brought(const FeedId& feed, std::uint64_t sequence) const;
  bool fits(std::size_t bytes);
  bool goes_bare(const FeedId& feed, std::uint64_t index) const;

  Result<bool> more_receipts(Bytes& out);
  Result<bool> more_statements(Bytes& out);
  Result<bool> more_wraps(Bytes& out);
  Result<bool> more_keys(Bytes& out);
  Result<bool> more_roots(Bytes& out);
  Result<bool> more_segments(Bytes& out);
  Result<bool> more_leaves(Bytes& out);
  bool more_map(Bytes& out);
  void done(Bytes& out);

  std::shared_ptr<Realm> realm_;
  const protocol::Hello hello_;
  const std::optional<std::uint64_t> keys_from_;
  const std::int64_t bare_before_ms_;
  std::uint64_t bare_below_ = 0;  // the first place in the ledger that was received then or later
  std::set<FeedId> own_;          // the device's feeds: never bare, where any are
  Realm::Snapshot snapshot_;
  Bytes first_;  // the Welcome frame
  bool rejects_ = false;
  Bytes witnessed_;  // the Witnessed frame, or empty
  Bytes chunks_;     // the frame of those that are missing, or empty
  std::size_t budget_ = 0;
  bool cut_ = false;  // the budget is spent: nothing more is planned

  std::map<FeedId, std::uint64_t> has_;  // own feeds that Hello lists: the device has the segments below this
  struct Receipt {
    std::uint64_t index;
    std::int64_t receipt_ms;
    FeedId feed;
    std::uint64_t sequence;
  };
  std::vector<Receipt> receipts_;  // ascending by ledger index
  std::size_t receipts_at_ = 0;
  std::uint64_t lookups_ = 0;
  std::map<FeedId, std::vector<std::pair<std::uint64_t, std::uint64_t>>>
      brought_;  // [first, end) of what it sent
  std::uint64_t statements_at_ = 0, statements_until_ = 0;
  std::vector<std::uint64_t> wraps_;
  std::size_t wraps_at_ = 0;
  std::uint64_t wraps_next_ = 0;
  std::vector<std::uint64_t> keys_;
  std::size_t keys_at_ = 0;
  std::optional<std::uint64_t> keys_next_;
  struct Range {
    UnitId unit;
    std::uint64_t from, until;  // ledger indexes
  };
  std::uint64_t segments_ = 0;  // in the ranges, that the device does not have
  std::vector<Range> ranges_;
  std::size_t range_at_ = 0;
  std::map<UnitId, std::uint64_t> cursors_;
  std::vector<std::uint64_t> roots_;
  std::size_t roots_at_ = 0;
  std::map<FeedId, Hash> left_off_;  // hash of the last segment sent of a feed
  std::uint64_t leaves_at_ = 0, leaves_until_ = 0;
  std::shared_ptr<const Bytes> map_;  // lines of the feed map, where they are asked for
  std::size_t map_at_ = 0, map_until_ = 0;
  enum class Phase {
    welcome,
    receipts,
    statements,
    wraps,
    keys,
    roots,
    segments,
    leaves,
    witnessed,
    map,
    chunks,
    done,
    over
  } phase_ = Phase::welcome;
};

}  // namespace gandan::server
