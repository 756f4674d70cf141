#include "relay/archive.hpp"

#include <map>

#include "protocol/segment.hpp"
#include "relay/archive_file.hpp"
#include "relay/files.hpp"
#include "relay/ledger_tree.hpp"
#include "relay/numbers.hpp"

namespace gandan::server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kArchivePage = 64;
constexpr std::size_t kMostBodies = 1024;         // of one commit
constexpr std::size_t kMostBodyBytes = 4u << 20;  // of one commit
constexpr std::string_view kArchiveEnding = ".bundle";

enum class Stored { whole, bare, other };

// Whether the bytes are those of the segment that the store has, whole or bare.
Stored stored_as(const SegmentRow& row, ByteView bytes) {
  if (row.bytes.size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), row.bytes.begin()))
    return Stored::whole;
  if (!protocol::is_bare_in_run(row.bytes)) return Stored::other;
  const auto segment = protocol::decode_in_run(bytes);
  if (!segment.ok()) return Stored::other;
  return protocol::encode_bare_in_run(protocol::stub_of(*segment)) == row.bytes ? Stored::bare
                                                                                : Stored::other;
}

Result<Bytes> bare_of(const SegmentRow& row) {
  GANDAN_TRY(const auto segment, protocol::decode_in_run(row.bytes));
  return protocol::encode_bare_in_run(protocol::stub_of(segment));
}

std::string name_of(const FeedId& feed, std::uint64_t sequence) {
  return "segment " + std::to_string(sequence) + " of feed " + to_text(feed);
}

// The store's rows as a file goes through them: feed by feed.
class RowsByFeed {
 public:
  RowsByFeed(Store& store, RealmNumber realm) : store_(store), realm_(realm) {}
  // nullptr: there is none. Valid until the next call.
  Result<const SegmentRow*> at(const FeedId& feed, std::uint64_t sequence) {
    const auto here = [&] {
      return !page_.empty() && page_.front().feed == feed && page_.front().sequence <= sequence &&
             sequence - page_.front().sequence < page_.size();
    };
    if (!here()) {
      GANDAN_TRY(page_, store_.feed_segments(realm_, feed, sequence, kArchivePage));
    }
    if (!here()) return static_cast<const SegmentRow*>(nullptr);
    const auto& row = page_[static_cast<std::size_t>(sequence - page_.front().sequence)];
    return row.sequence == sequence ? &row : nullptr;
  }

 private:
  Store& store_;
  const RealmNumber realm_;
  std::vector<SegmentRow> page_;
};

// Changes forms of bodies, and what counts of them against the quota.
class BodyChanges {
 public:
  BodyChanges(Store& store, RealmNumber realm, const std::function<Status()>& committed)
      : store_(store), realm_(realm), committed_(committed) {}

  Status begin() {
    GANDAN_TRY(batch_.progress, store_.progress(realm_));
    return {};
  }
  Status change(const SegmentRow& row, Bytes to) {
    auto& used = batch_.progress.used_bytes;
    used -= std::min<std::uint64_t>(used, row.bytes.size());
    used += to.size();
    bytes_ += to.size();
    batch_.bodies.push_back({row.feed, row.sequence, std::move(to)});
    return batch_.bodies.size() < kMostBodies && bytes_ < kMostBodyBytes ? Status() : commit();
  }
  Status commit() {
    if (batch_.bodies.empty()) return {};
    if (store_.shared()) ++batch_.progress.version;
    GANDAN_CHECK(store_.hold(realm_));
    GANDAN_CHECK(store_.commit(realm_, batch_));
    batch_.bodies.clear();
    bytes_ = 0;
    return committed_ ? committed_() : Status();
  }

 private:
  Store& store_;
  const RealmNumber realm_;
  const std::function<Status()>& committed_;
  Batch batch_;
  std::size_t bytes_ = 0;
};

class Archiving {
 public:
  Archiving(Store& store, const RealmRow& realm, const ArchiveOptions& options)
      : store_(store),
        realm_(realm),
        options_(options),
        tree_([&store, number = realm.number](std::uint8_t level, std::uint64_t index) {
          return store.tile(number, level, index);
        }) {}

  Result<Archived> run() {
    GANDAN_TRY(const auto progress, store_.progress(realm_.number));
    GANDAN_CHECK(tree_.load(progress.size, [this](std::uint64_t index) -> Result<Hash> {
      GANDAN_TRY(const auto rows, store_.entries(realm_.number, index, 1));
      if (rows.empty() || rows.front().index != index)
        return Error{Code::store_damaged, "an entry is missing"};
      return ledger::leaf_hash(rows.front().bytes);
    }));
    GANDAN_TRY(const auto feeds, store_.feeds(realm_.number));
    std::map<UnitId, std::set<FeedId>> units;
    for (const auto& feed : feeds) units[feed.unit].insert(feed.feed);
    for (const auto& [unit, of_unit] : units) {
      start();
      for (const auto& feed : of_unit) GANDAN_CHECK(take(unit, feed));
      GANDAN_CHECK(finish(unit));
    }
    return out_;
  }

 private:
  void start() {
    file_ = std::make_unique<ArchiveFileWriter>(realm_.card);
    inside_.clear();
  }
  // Along a feed receipts grow.
  Status take(const UnitId& unit, const FeedId& feed) {
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(const auto rows, store_.feed_segments(realm_.number, feed, next, kArchivePage));
      for (const auto& row : rows) {
        if (row.receipt_ms >= options_.before_ms) return {};
        next = row.sequence + 1;
        if (!protocol::is_bare_in_run(row.bytes)) GANDAN_CHECK(add(unit, row));
      }
      if (rows.size() < kArchivePage) return {};
    }
  }
  Status add(const UnitId& unit, const SegmentRow& row) {
    std::optional<Hash> root;
    if (row.checkpoint_size != 0) {
      GANDAN_TRY(root, tree_.root_at(row.checkpoint_size));
    }
    file_->add(row, root);
    inside_.emplace_back(row.feed, row.sequence);
    if (file_->size() < options_.file_bytes) return {};
    GANDAN_CHECK(finish(unit));
    start();
    return {};
  }
  Status finish(const UnitId& unit) {
    if (file_->empty()) return {};
    const auto [name, bytes] = file_->finish(unit);
    const fs::path path = options_.to / name;
    GANDAN_CHECK(replace_file(path, bytes, true));
    GANDAN_CHECK(compare(path));
    RowsByFeed rows(store_, realm_.number);
    BodyChanges changes(store_, realm_.number, options_.committed);
    GANDAN_CHECK(changes.begin());
    for (const auto& [feed, sequence] : inside_) {
      GANDAN_TRY(const auto* row, rows.at(feed, sequence));
      if (row == nullptr) return Error{Code::store_damaged, name_of(feed, sequence)};
      GANDAN_TRY(auto bare, bare_of(*row));
      out_.bytes += row->bytes.size() - std::min(bare.size(), row->bytes.size());
      GANDAN_CHECK(changes.change(*row, std::move(bare)));
    }
    GANDAN_CHECK(changes.commit());
    out_.segments += inside_.size();
    ++out_.files;
    return {};
  }
  // What the disk gives back is what the store has.
  Status compare(const fs::path& path) {
    RowsByFeed rows(store_, realm_.number);
    std::size_t at = 0;
    GANDAN_CHECK(read_archive_file(
        path, [](ByteView) { return Status(); },
        [&](const ArchivedSegment& segment) -> Status {
          GANDAN_TRY(const auto* row, rows.at(segment.feed, segment.sequence));
          const bool same = at < inside_.size() && inside_[at].first == segment.feed &&
                            inside_[at].second == segment.sequence && row != nullptr &&
                            stored_as(*row, segment.bytes) == Stored::whole;
          ++at;
          return same ? Status()
                      : Status(Error{Code::disk_failed, path.string() + " was not written as it should"});
        }));
    return at == inside_.size() ? Status() : Status(Error{Code::disk_failed, path.string()});
  }

  Store& store_;
  const RealmRow& realm_;
  const ArchiveOptions& options_;
  LedgerTree tree_;
  std::unique_ptr<ArchiveFileWriter> file_;
  std::vector<std::pair<FeedId, std::uint64_t>> inside_;  // of the file
  Archived out_;
};

Result<std::vector<fs::path>> bundles_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == kArchiveEnding) out.push_back(entry.path());
  if (error) return Error{Code::file_unreadable, folder.string() + ": " + error.message()};
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<Archived> archive_bodies(Store& store, const Signer& signer, const RealmRow& realm,
                                const ArchiveOptions& options) {
  GANDAN_TRY(const auto report, verify_store(store, signer));
  if (!report.findings.empty()) return Error{report.findings.front().code, report.findings.front().what};
  std::error_code error;
  fs::create_directories(options.to, error);
  if (error) return Error{Code::disk_failed, options.to.string() + ": " + error.message()};
  return Archiving(store, realm, options).run();
}

Result<ArchiveReport> check_archive(Store& store, const RealmRow& realm, const fs::path& folder) {
  ArchiveReport out;
  GANDAN_TRY(const auto files, bundles_in(folder));
  GANDAN_TRY(const auto progress, store.progress(realm.number));
  std::vector<bool> has(static_cast<std::size_t>(progress.size));
  for (const auto& path : files) {
    RowsByFeed rows(store, realm.number);
    const auto found = [&](Code code, const std::string& what) {
      if (out.findings.size() < kMaxFindings)
        out.findings.push_back({handle_of(realm.id.view()), code, path.filename().string() + ": " + what});
    };
    const auto read = read_archive_file(
        path,
        [&](ByteView card) -> Status {
          return to_bytes(card) == realm.card ? Status() : Status(Code::wrong_realm);
        },
        [&](const ArchivedSegment& segment) -> Status {
          GANDAN_TRY(const auto* row, rows.at(segment.feed, segment.sequence));
          if (row == nullptr || stored_as(*row, segment.bytes) == Stored::other) {
            found(Code::not_in_ledger, name_of(segment.feed, segment.sequence));
            return {};
          }
          ++out.found.segments;
          out.found.bytes += segment.bytes.size();
          if (row->index < progress.size) has[static_cast<std::size_t>(row->index)] = true;
          return {};
        });
    if (!read.ok()) found(read.error().code, read.error().detail);
    ++out.found.files;
  }
  GANDAN_TRY(const auto feeds, store.feeds(realm.number));
  for (const auto& feed : feeds)
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(const auto rows, store.feed_segments(realm.number, feed.feed, next, kArchivePage));
      for (const auto& row : rows) {
        next = row.sequence + 1;
        const bool there = row.index < progress.size && has[static_cast<std::size_t>(row.index)];
        if (!there && protocol::is_bare_in_run(row.bytes)) ++out.missing;
      }
      if (rows.size() < kArchivePage) break;
    }
  return out;
}

Result<Archived> restore_archive(Store& store, const fs::path& file) {
  GANDAN_TRY(const auto realms, store.realms());
  const RealmRow* realm = nullptr;
  const auto begin = [&](ByteView card) -> Status {
    for (const auto& row : realms)
      if (to_bytes(card) == row.card) realm = &row;
    return realm != nullptr ? Status() : Status(Error{Code::wrong_realm, file.string()});
  };
  Archived out;
  const auto each = [&](const std::function<Status(const SegmentRow&, Bytes)>& use) -> Status {
    std::optional<RowsByFeed> rows;
    return read_archive_file(file, begin, [&](const ArchivedSegment& segment) -> Status {
      if (!rows) rows.emplace(store, realm->number);
      GANDAN_TRY(const auto* row, rows->at(segment.feed, segment.sequence));
      const auto stored = row == nullptr ? Stored::other : stored_as(*row, segment.bytes);
      if (stored == Stored::other)
        return Error{Code::store_damaged,
                     name_of(segment.feed, segment.sequence) + ": not what the ledger has"};
      return stored == Stored::bare ? use(*row, segment.bytes) : Status();
    });
  };
  GANDAN_CHECK(each([&](const SegmentRow& row, const Bytes& bytes) {
    ++out.segments;
    out.bytes += bytes.size() - std::min(bytes.size(), row.bytes.size());
    return Status();
  }));
  out.files = 1;
  if (out.segments == 0) return out;
  const std::function<Status()> nothing;
  BodyChanges changes(store, realm->number, nothing);
  GANDAN_CHECK(changes.begin());
  GANDAN_CHECK(
      each([&](const SegmentRow& row, Bytes bytes) { return changes.change(row, std::move(bytes)); }));
  GANDAN_CHECK(changes.commit());
  return out;
}

}  // namespace gandan::server
