#include "relay/backup.hpp"

#include "crypto/hash.hpp"
#include "protocol/series.hpp"
#include "relay/migrate.hpp"
#include "store/sqlite_store.hpp"

namespace gandan::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHigh = "ledger-high";
constexpr const char* kMark = "backup";
constexpr std::string_view kFirstLine = "gandan-backup 1\n";
constexpr std::size_t kChunkPage = 1024;

Status make_empty(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && fs::directory_iterator(folder, error) != fs::directory_iterator())
    return Error{Code::folder_in_use, folder.string()};
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return Error{Code::disk_failed, folder.string() + ": " + error.message()};
  return {};
}

Status copy_small(const fs::path& from, const fs::path& to, bool secret) {
  GANDAN_TRY(auto bytes, read_small_file(from));
  const auto written = replace_file(to, bytes, secret);
  if (secret) crypto::cleanse(bytes);
  return written;
}

// A note that is being written while it is copied leaves the other place of its file whole (signer.hpp).
Status copy_high(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from / kHigh, error)) return {};
  fs::create_directories(to / kHigh, error);
  for (const auto& entry : fs::directory_iterator(from / kHigh, error))
    GANDAN_CHECK(copy_small(entry.path(), to / kHigh / entry.path().filename(), false));
  if (error) return Error{Code::disk_failed, (to / kHigh).string() + ": " + error.message()};
  return {};
}

// Which realms it has, and how long their ledgers are: a store that lost its end is not taken for a whole
// one.
Result<std::string> mark_of(Store& store, BackedUp& counts) {
  std::string out(kFirstLine);
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& realm : realms) {
    GANDAN_TRY(const auto progress, store.progress(realm.number));
    out += to_hex(realm.id.view()) + ' ' + std::to_string(progress.size) + '\n';
    ++counts.realms;
    counts.entries += progress.size;
  }
  return out;
}

// What verify_store does not recompute: chunks are named by their hashes, and SQLite's own pages.
Status check_rest(SqliteStore& store, VerifyReport& report) {
  const auto found = [&](const RealmRow& realm, std::string what) {
    if (report.findings.size() < kMaxFindings)
      report.findings.push_back({handle_of(realm.id.view()), Code::store_damaged, std::move(what)});
  };
  if (const auto pages = store.check_pages(); !pages.ok()) found({}, pages.error().detail);
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& realm : realms)
    for (std::optional<ChunkPlace> last;;) {
      GANDAN_TRY(const auto places, store.chunks(realm.number, last, kChunkPage));
      for (const auto& place : places) {
        const auto bytes = store.chunk(realm.number, place.hash);
        if (!bytes.ok() || crypto::sha256(*bytes) != place.hash)
          found(realm, "chunk " + to_hex(place.hash.view()) + ": missing or changed");
      }
      if (places.size() < kChunkPage) break;
      last = places.back();
    }
  return {};
}

Status fill(const RestoreOptions& options) {
  const auto& [backup, to, old, highest_lost] = options;
  GANDAN_CHECK(make_empty(to));
  for (const char* key : {"ledger-key", "token-secret"})
    GANDAN_CHECK(copy_small((fs::exists(backup / key) ? backup : old) / key, to / key, true));
  if (fs::exists(backup / "name")) GANDAN_CHECK(copy_small(backup / "name", to / "name", false));
  std::error_code error;
  fs::copy_file(backup / "server.db", to / "server.db", error);
  if (!error) fs::permissions(to / "server.db", fs::perms::owner_read | fs::perms::owner_write, error);
  if (error) return Error{Code::disk_failed, (to / "server.db").string() + ": " + error.message()};
  return copy_high(backup, to);
}

// The highest of both memories, each in its own realm's file.
Result<std::vector<Restored::Behind>> keep_highest(Store& store, const RestoreOptions& options) {
  std::vector<Restored::Behind> out;
  if (options.highest_lost) return out;
  GANDAN_TRY(auto key, load_ledger_key(options.to));
  GANDAN_TRY(auto same, load_ledger_key(options.to));
  const Signer old(std::move(key), options.old), copied(std::move(same), options.to);
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& realm : realms) {
    GANDAN_TRY(const auto given, old.highest(realm.id));
    GANDAN_TRY(const auto kept, copied.highest(realm.id));
    if (given.size <= kept.size) continue;
    const std::string file = to_hex(realm.id.view());
    GANDAN_CHECK(copy_small(options.old / kHigh / file, options.to / kHigh / file, false));
    GANDAN_TRY(const auto progress, store.progress(realm.number));
    if (given.size > progress.size) out.push_back({handle_of(realm.id.view()), progress.size, given.size});
  }
  return out;
}

// What came after the backup and stands in no ledger is not in it, and no receipt tells: devices are to bring
// it again.
Status begin_series(Store& store) {
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& realm : realms) {
    Batch batch;
    GANDAN_TRY(batch.progress, store.progress(realm.number));
    auto& progress = batch.progress;
    progress.wraps = progress.keys = protocol::next_series(std::max(progress.wraps, progress.keys));
    GANDAN_CHECK(store.commit(realm.number, batch));
  }
  return {};
}

}  // namespace

Result<BackedUp> back_up(const fs::path& data, const StoreChoice& choice, const fs::path& to,
                         bool with_keys) {
  GANDAN_TRY(const auto key, load_ledger_key(data));
  GANDAN_CHECK(make_empty(to));
  // First: what it says was given out is in every later moment of the store.
  GANDAN_CHECK(copy_high(data, to));
  if (choice.in_folder()) {
    GANDAN_TRY(const auto store, SqliteStore::open(data, SqliteStore::Mode::read_only));
    GANDAN_CHECK(store->copy_to(to / "server.db"));
  } else {
    GANDAN_TRY(const auto store, open_store(data, choice, Purpose::inspect));
    GANDAN_TRY(const auto moment, store->moment());
    GANDAN_TRY(const auto copy, SqliteStore::open(to, SqliteStore::Mode::create));
    GANDAN_TRY([[maybe_unused]] const auto numbers, copy_realms(moment ? *moment : *store, *copy));
  }
  std::error_code ignored;
  fs::permissions(to / "server.db", fs::perms::owner_read | fs::perms::owner_write, ignored);
  if (fs::exists(data / "name")) GANDAN_CHECK(copy_small(data / "name", to / "name", false));
  if (with_keys)
    for (const char* secret : {"ledger-key", "token-secret"})
      GANDAN_CHECK(copy_small(data / secret, to / secret, true));
  BackedUp counts;
  GANDAN_TRY(const auto copy, SqliteStore::open(to, SqliteStore::Mode::read_only));
  GANDAN_TRY(const auto mark, mark_of(*copy, counts));
  GANDAN_CHECK(replace_file(to / kMark, as_bytes(mark), false));
  return counts;
}

Result<VerifyReport> take_out(Store& store, const RealmRow& realm, const fs::path& data, const fs::path& to,
                              bool with_keys) {
  if (realm.state != RealmState::suspended)
    return Error{
        Code::bad_request,
        handle_of(realm.id.view()),
        {{"REALM", "not_suspended", "Tạm dừng tỉnh trước (realm suspend), để không nhận thêm gì nữa.",
          "Suspend the realm first (realm suspend), so that nothing more is accepted."}}};
  GANDAN_TRY(auto key, load_ledger_key(data));
  GANDAN_CHECK(make_empty(to));
  RealmRow row = realm;
  row.state = RealmState::open;  // where it comes to
  GANDAN_TRY(const auto moment, store.moment());
  GANDAN_TRY(const auto copy, SqliteStore::open(to, SqliteStore::Mode::create));
  GANDAN_CHECK(copy_realm(moment ? *moment : store, row, *copy));
  std::error_code error;
  fs::permissions(to / "server.db", fs::perms::owner_read | fs::perms::owner_write, error);
  fs::create_directories(to / kHigh, error);
  if (error) return Error{Code::disk_failed, (to / kHigh).string() + ": " + error.message()};
  const std::string high = to_hex(realm.id.view());
  if (fs::exists(data / kHigh / high))
    GANDAN_CHECK(copy_small(data / kHigh / high, to / kHigh / high, false));
  GANDAN_CHECK(replace_file(to / "card", realm.card, false));
  if (with_keys)
    for (const char* secret : {"ledger-key", "token-secret"})
      GANDAN_CHECK(copy_small(data / secret, to / secret, true));
  GANDAN_TRY(auto report, verify_store(*copy, Signer(std::move(key), to)));
  GANDAN_CHECK(check_rest(*copy, report));
  if (!report.findings.empty()) return report;  // unmarked: no restore takes it
  BackedUp counts;
  GANDAN_TRY(const auto mark, mark_of(*copy, counts));
  GANDAN_CHECK(replace_file(to / kMark, as_bytes(mark), false));
  return report;
}

Result<Restored> restore(const RestoreOptions& options) {
  const auto expected = read_small_file(options.backup / kMark);
  if (!expected.ok()) return Error{Code::store_damaged, options.backup.string() + " is not a whole backup"};
  const bool any = expected->size() > kFirstLine.size();  // a server without realms has given nothing out
  if (any && !options.highest_lost && !fs::exists(options.old / kHigh))
    return Error{
        Code::not_found,
        (options.old / kHigh).string(),
        {{"--data", "ledger_high",
          "Thư mục cũ không còn ledger-high: không rõ máy chủ đã phát ra tới đâu. Tìm ở máy chủ khác, hoặc "
          "nêu --highest-lost (đọc OPERATIONS.md trước).",
          "The old folder has no ledger-high: what the server had given out is not known. Find it on another "
          "server, or say --highest-lost (read OPERATIONS.md first)."}}};
  GANDAN_CHECK(fill(options));
  Restored out;
  GANDAN_TRY(const auto store, SqliteStore::open(options.to, SqliteStore::Mode::open));
  BackedUp counts;
  GANDAN_TRY(const auto mark, mark_of(*store, counts));
  {
    GANDAN_TRY(auto key, load_ledger_key(options.to));
    GANDAN_TRY(out.report, verify_store(*store, Signer(std::move(key), options.to)));
  }
  if (as_text(*expected) != mark)
    out.report.findings.push_back(
        {"", Code::store_damaged, "the backup has other realms or entries than were put in"});
  GANDAN_CHECK(check_rest(*store, out.report));
  GANDAN_TRY(out.behind, keep_highest(*store, options));
  if (out.report.findings.empty()) GANDAN_CHECK(begin_series(*store));
  return out;
}

}  // namespace gandan::server
