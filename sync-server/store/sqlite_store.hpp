// SqliteStore: the Store in one SQLite file, DIR/server.db, WAL with synchronous=FULL.
//
// Threading: as Store's. One connection writes, behind a mutex: realms take turns. Readers borrow connections
// of their own from a pool and see the last commit.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "storage/database.hpp"
#include "store/store.hpp"

namespace gandan::server {

class SqliteStore : public Store {
 public:
  enum class Mode { create, open, read_only };
  // Code::server_not_set_up when there is nothing to open.
  static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& data, Mode mode);

  // As of one moment, while others write; `path` must not exist. What is written meanwhile stays in the log
  // until it is done.
  Status copy_to(const std::filesystem::path& path);
  // Reads every page and index. Code::store_damaged with SQLite's first finding.
  Status check_pages();

  Result<RealmNumber> admit(const RealmRow& realm) override;
  Result<std::vector<RealmRow>> realms() override;
  Result<std::int64_t> version() override;
  Status settle(RealmNumber realm) override;
  Status commit(RealmNumber realm, const Batch& batch) override;
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
  class Reader;  // a borrowed connection
  SqliteStore(std::filesystem::path file, storage::Database writer)
      : file_(std::move(file)), writer_(std::move(writer)) {}
  Result<Reader> reader();
  Status commit_rows(RealmNumber realm, const Batch& batch);

  const std::filesystem::path file_;
  std::mutex write_mutex_;
  storage::Database writer_;  // guarded by write_mutex_
  Status cut_log();
  bool settled_ = false;  // since the store was opened; guarded by write_mutex_
  // The log has what an erasure deleted, or may have from before this start; guarded by write_mutex_.
  bool log_to_forget_ = true;
  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<storage::Database>> idle_;  // guarded by pool_mutex_
};

}  // namespace gandan::server
