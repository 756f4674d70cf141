// PostgresStore: the Store in a PostgreSQL database, which any number of servers share (POSTGRESQL.md).
//
//   hold ── one row's lock, then its fence ──> commit: that row by compare-and-set of fence, version and
//   size, and the batch's rows by one statement a table, in one transaction, pipelined; then word to the
//   other servers
//
// An acknowledgement needs every synchronous replica: opening, and every commit, look whether the database
// promises that (Code::store_unreplicated), unless this server is said to be the only one.
//
// Threading: as Store's. Each call borrows a connection of a pool; a listener has one of its own. A call
// whose connection turns out to be gone reads once more over a new one; a commit is never sent twice.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "store/lease.hpp"
#include "store/open_store.hpp"
#include "store/pg_connection.hpp"
#include "store/store.hpp"

namespace gandan::server {

struct PostgresOptions {
  std::string url;           // postgresql://…
  bool single_copy = false;  // this server alone, and no replica: acknowledged is what is on one disk
};

class PostgresStore : public Store {
 public:
  // Makes the tables where there are none. Code::newer_format when they are of a newer program.
  static Status create(const PostgresOptions& options);
  // Code::server_not_set_up where there are no tables; to serve and to copy, store_unreplicated where the
  // database does not keep what is acknowledged, or its servers have agreed otherwise.
  static Result<std::unique_ptr<PostgresStore>> open(const PostgresOptions& options, Purpose purpose);
  ~PostgresStore() override;

  Result<RealmNumber> admit(const RealmRow& realm) override;
  Result<std::vector<RealmRow>> realms() override;
  Result<std::int64_t> version() override;
  Status commit(RealmNumber realm, const Batch& batch) override;
  bool shared() const override { return true; }
  Status hold(RealmNumber realm) override;
  std::optional<std::uint64_t> fence(RealmNumber realm) override;
  Result<bool> moved(RealmNumber realm, const Progress& known) override;
  Result<std::optional<Batch>> news(RealmNumber realm, const Progress& known) override;
  Result<std::unique_ptr<Store>> moment() override;
  Status settle(RealmNumber realm) override;
  void listen(std::function<void(RealmNumber)> heard) override;

  Result<Progress> progress(RealmNumber realm) override;
  Result<std::vector<FeedRow>> feeds(RealmNumber realm) override;
  Result<std::vector<EntryRow>> entries(RealmNumber realm, std::uint64_t from, std::size_t limit) override;
  Result<std::vector<StatementRow>> statements(RealmNumber realm, std::uint64_t from,
                                               std::size_t limit) override;
  Result<Bytes> tile(RealmNumber realm, std::uint8_t level, std::uint64_t index) override;
  Result<std::vector<SegmentKey>> segment_keys(RealmNumber realm, const UnitId& unit, std::uint64_t from,
                                               std::uint64_t below, std::size_t limit) override;
  Result<std::vector<SegmentRow>> segments(RealmNumber realm, const UnitId& unit, std::uint64_t from,
                                           std::uint64_t below, std::size_t limit) override;
  Result<std::vector<SegmentRow>> feed_segments(RealmNumber realm, const FeedId& feed, std::uint64_t from,
                                                std::size_t limit) override;
  Result<std::optional<SegmentPlace>> find_segment(RealmNumber realm, const FeedId& feed,
                                                   std::uint64_t sequence) override;
  Result<std::optional<SegmentPlace>> segment_before(RealmNumber realm, const FeedId& feed,
                                                     std::uint64_t below) override;
  Result<std::vector<std::pair<UnitId, std::uint64_t>>> last_of_units(RealmNumber realm) override;
  Result<std::vector<std::uint64_t>> wraps_for(RealmNumber realm, const protocol::RecipientId& recipient,
                                               std::uint64_t from, std::uint64_t below) override;
  Result<WrapRow> wrap(RealmNumber realm, std::uint64_t number) override;
  Result<bool> has_wrap(RealmNumber realm, const Hash& hash) override;
  Result<std::vector<std::pair<protocol::RecipientId, std::uint64_t>>> last_wraps(RealmNumber realm) override;
  Result<std::vector<std::pair<KeyId, std::uint64_t>>> keys_of(RealmNumber realm, const RecordId& record,
                                                               const DeviceId& device) override;
  Result<std::vector<std::uint64_t>> keys_in(RealmNumber realm, const UnitId& unit, std::uint64_t from,
                                             std::uint64_t below) override;
  Result<Bytes> key(RealmNumber realm, std::uint64_t number) override;
  Result<std::vector<std::pair<UnitId, std::uint64_t>>> last_keys(RealmNumber realm) override;
  Result<std::vector<CosignatureRow>> cosignatures(RealmNumber realm) override;
  Result<std::vector<UnitId>> chunk_units(RealmNumber realm, const Hash& hash) override;
  Result<Bytes> chunk(RealmNumber realm, const Hash& hash) override;
  Result<std::vector<KeyRow>> key_rows(RealmNumber realm, std::uint64_t from, std::size_t limit) override;
  Result<std::vector<ChunkPlace>> chunks(RealmNumber realm, const std::optional<ChunkPlace>& after,
                                         std::size_t limit) override;

 private:
  class Borrowed;
  explicit PostgresStore(PostgresOptions options);
  Result<Borrowed> borrow();
  // One statement that reads.
  Result<PgRows> read(std::string_view sql, const PgParams& params);
  void give_back(std::unique_ptr<PgConnection> db);
  Status check_promises(PgConnection& db) const;

  Result<std::int64_t> try_hold(RealmNumber realm);
  Status commit_over(PgConnection& db, RealmNumber realm, const Batch& batch, std::uint64_t fence);
  void queue_rows(PgConnection& db, RealmNumber realm, const Batch& batch) const;
  void let_go(RealmNumber realm);
  void queue_pulse(PgConnection& db, RealmNumber realm) const;
  Status settled(PgConnection& db, const PgRows& pulse, const PgRows& after) const;
  Status promised(const PgRows& before, int from, const PgRows& after, int then) const;
  void forget_erased(PgConnection& db);
  void tell(RealmNumber realm);
  Result<std::unique_ptr<PgConnection>> new_ear() const;
  void hear(const std::stop_token& stop);
  void pass_on(RealmNumber realm);

  const PostgresOptions options_;
  const ServerId me_;
  bool alone_ = false;  // no other server may use the database

  struct Held {
    std::uint64_t fence = 0;
    std::uint64_t version = 0;  // of the realm's row when it was last seen
    std::chrono::steady_clock::time_point until;
  };
  std::mutex held_mutex_;
  std::unordered_map<RealmNumber, Held> held_;  // guarded by held_mutex_

  std::mutex pool_mutex_;
  std::condition_variable pool_wake_;
  std::vector<std::unique_ptr<PgConnection>> idle_;    // guarded by pool_mutex_
  std::size_t lent_ = 0;                               // guarded by pool_mutex_
  std::chrono::steady_clock::time_point no_sooner_{};  // that a connection is tried; guarded by pool_mutex_
  std::optional<Error> unreachable_;                   // why; guarded by pool_mutex_
  bool frozen_ = false;                                // one connection, one moment: see moment()
  std::atomic<bool> erased_{false};                    // record_key still holds what was deleted
  std::mutex bell_mutex_;
  std::unique_ptr<PgConnection> bell_;  // guarded by bell_mutex_
  std::mutex heard_mutex_;
  std::function<void(RealmNumber)> heard_;  // guarded by heard_mutex_
  std::atomic<bool> disagreed_{false};      // servers that share it are set up otherwise
  std::unique_ptr<PgConnection> ear_;       // the listener's, once there is one
  std::jthread listener_;
};

}  // namespace gandan::server
