// Realm: one realm as the server runs it: its roster, its ledger, and the one thread that writes both.
//
//   connections ── submit ──> queue ──> sequencer: judge, append, …  ── commit ── give out checkpoint ──
//   done, done …
//                               └─ signatures checked by Workers meanwhile, in any order
//
// Group commit: while a batch is being committed the next one gathers. The sequencer takes from the front of
// the queue whatever is checked, and never waits to make a batch larger.
//
// Where several servers share the store, each has a Realm of it, and they take turns: before a batch the
// sequencer waits for its turn (Store::hold) and follows what the others committed meanwhile; in between it
// follows whenever it hears of news. Whoever asks is answered from what all of them had committed when he
// asked: a request begins with a LookJob.
//
// Threading: public members may be called from any thread. What responses are made from changes after a
// commit only. Errors: everybody in a batch that cannot be committed, or whose checkpoint cannot be given
// out, hears server_busy; the realm starts again from the store, and tries again with the next batch.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <set>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include "ledger/feed_map.hpp"
#include "relay/counters.hpp"
#include "relay/gate.hpp"
#include "relay/ledger_tree.hpp"
#include "relay/numbers.hpp"
#include "relay/signer.hpp"
#include "relay/submission.hpp"
#include "relay/token.hpp"
#include "relay/workers.hpp"
#include "roster/roster.hpp"

namespace gandan::server {

// Tells whoever runs the server what went wrong, where, and why. Called from any thread.
using Reporter = std::function<void(std::string_view event, const RealmId& realm, const Error& error)>;

// A batch that takes longer waits for a store that does not answer.
constexpr std::chrono::seconds kSilentStore{10};

struct Environment {
  Store& store;
  Signer& signer;
  const TokenMint& tokens;
  Workers& workers;
  Clock& clock;
  Counters& counters;
  const Reporter& report;
  DeviceLimits device_limits;
  std::int64_t map_interval_ms = 0;  // between two feed maps; 0: none are logged
  std::chrono::milliseconds silent_store = kSilentStore;
};

constexpr std::size_t kMaxChunkBytes = 256 * 1024;
constexpr std::size_t kMaxQueuedBytes = 64u
                                        << 20;  // per realm; beyond, a connection sends one thing at a time
constexpr std::int64_t kUnhealthyMs = 30'000;
constexpr std::size_t kRememberedDevices = 16384;  // whose keys, and units, are kept at hand
constexpr std::size_t kMaxBatch = 2048;            // submissions per commit
constexpr std::size_t kMaxBatchBytes = 8u << 20;
// Of one secret for one recipient, by one administrator's device while the server runs: two acts that had not
// seen each other are wrapped for again.
constexpr std::uint8_t kMaxWrapCopies = 8;

class Realm {
 public:
  // Code::ledger_behind when the store is older than what the signer gave out.
  static Result<std::unique_ptr<Realm>> open(const Environment& environment, const RealmRow& row);
  ~Realm();
  // Finishes and commits what was submitted, and ends the sequencer. Nothing may be submitted any more.
  void stop();

  const RealmId& id() const { return row_.id; }
  RealmNumber number() const { return row_.number; }
  const SignPublicKey& ledger_key() const { return environment_.signer.public_key(); }
  const Environment& environment() const { return environment_; }
  bool suspended() const { return suspended_; }
  // False while the store does not answer, and after something could not be committed or given out a
  // checkpoint for, until something can, or kUnhealthyMs are over: whatever stands before the server sends it
  // nothing meanwhile, and has to try again.
  bool healthy() const;
  // A request of this device is let in, or an empty Pass: then whoever runs the server hears of it, by the
  // device's handle.
  Gate::Pass enter(const DeviceId& device);
  Gate& gate() { return gate_; }
  Gate& strangers() { return strangers_; }
  void set_limits(std::uint64_t quota, bool suspended) {
    quota_ = quota;
    suspended_ = suspended;
  }

  // Whether other servers commit to it, too: then whoever reads begins with a LookJob.
  bool shared() const { return environment_.store.shared(); }
  // Another server may have committed something: the sequencer looks.
  void look();

  // Never blocks, always calls done: at once where it is a look and the store has been silent for
  // `silent_store`.
  void submit(std::unique_ptr<Submission> submission);
  // Whether more is queued than should be: callers then wait for what they submitted before they submit more.
  bool crowded() const { return queued_bytes_ > kMaxQueuedBytes; }

  template <class F>
  auto with_roster(F&& use) const {
    const std::shared_lock lock(roster_mutex_);
    return use(static_cast<const roster::Roster&>(*roster_));
  }
  enum class Standing { unknown, removed, active };
  Standing standing(const DeviceId& device) const;
  std::shared_ptr<const std::vector<UnitId>> readable_units(const DeviceId& device) const;

  // One moment of what is committed and under a checkpoint, as one device needs it.
  struct Snapshot {
    std::uint64_t size = 0;
    std::string checkpoint;
    std::shared_ptr<const LedgerTree> tree;
    std::vector<FeedRow> feeds;        // those asked for; next == 0 where there is no segment
    std::vector<UnitId> units;         // that it may read
    std::vector<std::uint64_t> ends;   // beside units: ledger index after the unit's last segment, 0 for none
    std::uint64_t statements_end = 0;  // ledger index after the last statement
    std::uint64_t wraps = 0;           // number of the next wrap
    std::uint64_t keys = 0;            // number of the next entry of the key box
    std::uint64_t map = 0;             // ledger index of the newest feed map; 0: there is none
    std::vector<UnitId> keyed;         // of the units those that have entries from `keys_from` on
    std::vector<CosignatureRow> cosignatures;  // of those that may witness now, the largest first
    std::vector<protocol::RecipientId>
        wrapped_for;  // recipients of interest that have wraps from `wraps_from` on
  };
  Snapshot snapshot(const DeviceId& device, std::span<const FeedId> feeds, std::uint64_t wraps_from,
                    std::uint64_t keys_from) const;
  // Lines of the feed map at that ledger index, as they travel: made when somebody asks for them first, and
  // kept until there is a newer one. Who may see them: `sees_maps`. Code::server_busy: not at this moment.
  Result<std::shared_ptr<const Bytes>> map_lines(std::uint64_t index) const;
  // Supervisors, auditors, and who reads the whole tree.
  bool sees_maps(const DeviceId& device) const;
  // Whether a chunk is there, and this device may have it.
  Result<bool> gives_chunk(const DeviceId& device, const Hash& hash) const;
  // Size and note of the published checkpoint, and the tree under it.
  struct Published {
    std::uint64_t size = 0;
    std::string checkpoint;
    std::shared_ptr<const LedgerTree> tree;
  };
  Published published() const;

  // Calls `wake` once when there may be something new for that device: segments of a unit that it reads, or
  // what changes who reads. Not for what may wait for its next sync: wraps that were sent again, other
  // devices' openings of feeds, cosignatures. The number is to be forgotten; also after it was called.
  std::uint64_t expect(const DeviceId& device, std::function<void()> wake);
  void forget(std::uint64_t expectation);
  std::size_t expectations() const;

  // What /metrics tells of it. `silent_ms`: devices that were not heard of for so long are named, the longest
  // first.
  RealmNumbers numbers(std::int64_t silent_ms) const;

 private:
  friend class RealmGivenBack;  // give_back.cpp: appends what the ledger had, as the sequencer did
  static constexpr std::int64_t kNever = -kUnhealthyMs;
  static constexpr std::chrono::steady_clock::time_point kIdle{};

  Realm(const Environment& environment, const RealmRow& row)
      : environment_(environment),
        row_(row),
        gate_(environment.device_limits),
        opened_ms_(environment.clock.wall_ms()) {
    set_limits(row.quota, row.state != RealmState::open);
  }
  Status load();
  Status load_from(Store& store);
  Status follow_signer(const Progress& progress, const LedgerTree& tree);
  Status append_root(Batch& batch);

  void run();
  bool waits_for_store() const;
  bool take(std::vector<std::unique_ptr<Submission>>& out);
  Status make_ready(bool to_write);
  Status follow();
  Status apply(const Batch& news);
  void process(std::vector<std::unique_ptr<Submission>> taken);
  Result<Place> for_devices(Result<Place> outcome) const;
  Status commit(Batch& batch);
  Status write(Batch& batch);
  Status reload();
  void keep_unpublished(const Batch& batch);
  Status give_out();
  void publish();
  void show();
  void tell_expecting(const std::vector<UnitId>& touched);

  // feed_maps.cpp
  Result<std::uint64_t> find_last_map(Store& store, std::uint64_t size);
  void set_map_timer();
  bool map_due(const Batch& batch) const;
  void append_map(Batch& batch);
  void note_maps(const Batch& batch);
  void put_off_map();

  // The sequencer's judgement: what it accepts is in the batch, the tree and the roster afterwards.
  Result<Place> judge(Submission& submission, Batch& batch);
  Result<Place> judge(SegmentJob& job, Submission::Check check, Batch& batch);
  Result<Place> judge(StatementJob& job, Batch& batch);
  Result<Place> judge(IntroductionJob& job, Batch& batch);
  Result<Place> judge(WrapJob& job, Batch& batch);
  Result<Place> judge(KeyJob& job, Batch& batch);
  Result<Place> judge(ChunkJob& job, Batch& batch);
  Result<Place> judge(CosignatureJob& job, Batch& batch);
  Result<Place> judge(LookJob&, Batch&) { return Place{}; }
  std::shared_ptr<const crypto::Verifier> verifier(const SignPublicKey& key);
  Result<Place> known_segment(const SegmentJob& job, const Batch& batch) const;
  Status take_room(std::size_t bytes, Batch& batch);
  Place append(ledger::EntryType type, const Hash& hash, Batch& batch);

  const Environment environment_;
  const RealmRow row_;
  std::atomic<std::uint64_t> quota_{0};
  std::atomic<bool> suspended_{false};
  // When the batch began that is under way. By the machine's clock, not by the seam: how long a store has
  // been silent is nothing that a clock which jumps can tell.
  std::atomic<std::chrono::steady_clock::time_point> busy_since_{kIdle};
  std::atomic<std::int64_t> failed_ms_{kNever};  // when the last commit failed, if none went well since
  std::atomic<bool> cut_off_{false};             // the store that is shared could not be asked lately
  Gate gate_;
  Gate strangers_{kStrangerLimits};

  // --- the sequencer's own
  std::unordered_map<FeedId, FeedRow, FixedBytesHash> heads_;  // with what is not committed yet
  std::map<Hash, std::uint8_t> wrap_copies_;
  std::map<DeviceId, std::uint64_t> cosigned_;  // size that each witness cosigned last
  Progress progress_;
  std::int64_t last_receipt_ms_ = 0;
  // When to wake for the next feed map; absent: none is coming. Not asked of the clock while nothing is done,
  // for whoever was answered may be gone, and the clock with him.
  std::optional<std::chrono::steady_clock::time_point> map_wake_;
  std::atomic<bool> unmapped_{false};        // a segment came since the last feed map
  std::atomic<std::int64_t> map_due_ms_{0};  // when the next may be logged; of a clock that never steps back
  bool given_back_ = false;                  // it is short of what was given out, and serves nobody
  bool stale_ = false;   // memory is not what the store has: it is read again before anything is judged
  bool behind_ = false;  // committed, but the checkpoint could not be given out: tried again with every batch
  struct Unpublished {   // of what was committed while it was behind: what a publication changes
    std::uint64_t statements_end = 0;
    std::uint64_t map = 0;
    std::vector<FeedRow> feeds;
    std::map<protocol::RecipientId, std::uint64_t> wraps;  // number after the recipient's last
    std::map<UnitId, std::uint64_t> keys;                  // number after the unit's last
    std::vector<CosignatureRow> cosignatures;
  } unpublished_;

  mutable std::shared_mutex roster_mutex_;
  std::unique_ptr<roster::Roster> roster_;  // guarded by roster_mutex_; the sequencer alone writes

  // --- what responses are made from
  mutable std::shared_mutex view_mutex_;  // guards all to the blank line
  std::shared_ptr<LedgerTree> tree_;      // the sequencer appends to it without the lock
  std::uint64_t size_ = 0;
  std::string checkpoint_;
  std::uint64_t used_bytes_ = 0;
  std::uint64_t statements_end_ = 0;
  std::uint64_t map_ = 0;  // ledger index of the newest feed map
  std::uint64_t wraps_ = 0;
  std::uint64_t keys_ = 0;
  std::map<DeviceId, CosignatureRow> cosignatures_;
  std::unordered_map<FeedId, FeedRow, FixedBytesHash> feeds_;
  std::unordered_map<UnitId, std::uint64_t, FixedBytesHash> unit_ends_;
  std::unordered_map<protocol::RecipientId, std::uint64_t, FixedBytesHash> wrap_ends_;
  std::unordered_map<UnitId, std::uint64_t, FixedBytesHash> key_ends_;  // number after the unit's last entry

  mutable std::mutex readable_mutex_;
  struct Readable {
    std::uint64_t roster_size = 0;
    std::shared_ptr<const std::vector<UnitId>> units;
  };
  mutable std::unordered_map<DeviceId, Readable, FixedBytesHash> readable_;  // guarded by readable_mutex_

  // --- who waits for news, by the units of its roles; guarded by expecting_mutex_
  mutable std::mutex expecting_mutex_;
  struct Expecting {
    std::vector<UnitId> units;
    std::function<void()> wake;
  };
  std::uint64_t next_expectation_ = 1;
  std::unordered_map<std::uint64_t, Expecting> expecting_;
  std::unordered_map<UnitId, std::set<std::uint64_t>, FixedBytesHash> expecting_of_;
  std::uint64_t told_roster_size_ = 0;  // authority statements that everybody was told of

  mutable std::mutex map_mutex_;
  mutable std::uint64_t map_made_ = 0;              // guarded by map_mutex_
  mutable std::shared_ptr<const Bytes> map_lines_;  // of that map; guarded by map_mutex_

  mutable std::mutex heard_mutex_;
  const std::int64_t opened_ms_;
  // When a device's last request began, by the wall; since this start. Guarded by heard_mutex_.
  std::unordered_map<DeviceId, std::int64_t, FixedBytesHash> heard_;

  std::mutex verifiers_mutex_;
  std::unordered_map<SignPublicKey, std::shared_ptr<const crypto::Verifier>, FixedBytesHash>
      verifiers_;  // of authors seen lately; guarded by verifiers_mutex_

  std::atomic<std::size_t> queued_bytes_{0};
  mutable std::mutex queue_mutex_;
  std::condition_variable queue_wake_;
  std::deque<std::unique_ptr<Submission>> queue_;  // guarded by queue_mutex_
  std::size_t checking_ = 0;                       // signatures at the workers; guarded by queue_mutex_
  bool looking_ = false;                           // another server moved; guarded by queue_mutex_
  bool stopping_ = false;                          // guarded by queue_mutex_
  std::jthread sequencer_;
};

}  // namespace gandan::server
