#include "storage/database.hpp"

#include <algorithm>
#include <array>

#include "storage/connection.hpp"

namespace gandan::storage {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr int kMaxValueBytes =
    64 << 20;  // of one row or text: larger things are cut into chunks by their owners
constexpr int kMaxSqlBytes = 1 << 20;
// SQLite3MultipleCiphers' number for it. Two lanes: no slower where AES units are narrow, faster elsewhere.
constexpr int kAegis256X2 = 5;
constexpr int kWalKeepBytes = 8 << 20;
constexpr int kBackupPages = 256;

// SQLite3MultipleCiphers does its work in a VFS of its own before the one that was named, made on first use.
Result<std::string> vfs_name(const Options& options) {
  if (options.vfs.empty()) {
    const sqlite3_vfs* standard = sqlite3_vfs_find(nullptr);
    if (standard == nullptr) return Error{Code::internal, "no VFS"};
    return std::string(standard->zName);
  }
  std::string name = std::string(kCipherVfs) + options.vfs;
  if (sqlite3_vfs_find(name.c_str()) == nullptr && sqlite3mc_vfs_create(options.vfs.c_str(), 0) != SQLITE_OK)
    return Error{Code::internal, "no VFS " + options.vfs};
  return name;
}

Result<bool> file_exists(const std::string& path, const std::string& vfs_name) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(vfs_name.c_str());
  if (vfs == nullptr) return Error{Code::internal, "no VFS " + vfs_name};
  std::string full(static_cast<std::size_t>(vfs->mxPathname) + 1, '\0');
  const int named = vfs->xFullPathname(vfs, path.c_str(), vfs->mxPathname, full.data());
  if (named != SQLITE_OK && named != SQLITE_OK_SYMLINK) return Error{Code::disk_failed, "path too long"};
  int exists = 0;
  if (vfs->xAccess(vfs, full.c_str(), SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK)
    return Error{Code::disk_failed, "folder cannot be read"};
  return exists != 0;
}

// The key goes in as "raw:" and 32 bytes: used as it is, no derivation.
int set_key(sqlite3* db, ByteView key) {
  std::array<unsigned char, 4 + kKeyBytes> text{'r', 'a', 'w', ':'};
  std::copy_n(key.begin(), kKeyBytes, text.begin() + 4);
  int result = SQLITE_ERROR;
  if (sqlite3mc_config(db, "cipher", sqlite3mc_cipher_index("aegis")) > 0 &&
      sqlite3mc_config_cipher(db, "aegis", "algorithm", kAegis256X2) == kAegis256X2)
    result = sqlite3_key_v2(db, "main", text.data(), static_cast<int>(text.size()));
  volatile unsigned char* wipe = text.data();
  for (std::size_t i = 0; i < text.size(); ++i) wipe[i] = 0;
  return result;
}

int configure_limits(sqlite3* db) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, kMaxSqlBytes);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 1);  // VACUUM takes one
  sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
  const std::pair<int, int> settings[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
      {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},  // until the file is known to be ours
  };
  for (const auto& [name, value] : settings)
    if (const int result = sqlite3_db_config(db, name, value, nullptr); result != SQLITE_OK) return result;
  return SQLITE_OK;
}

}  // namespace

Database::Database(std::unique_ptr<Statement::Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const Options& options, MigrationSet migrations) {
  if (!options.key.empty() && options.key.size() != kKeyBytes) return Code::bad_key;
  GANDAN_TRY(const std::string vfs, vfs_name(options));
  const bool in_memory = options.path == ":memory:";
  if (!in_memory && options.mode != Mode::open_or_create) {
    GANDAN_TRY(const bool exists, file_exists(options.path, vfs));
    if (exists && options.mode == Mode::create) return Code::vault_exists;
    if (!exists && options.mode != Mode::create) return Code::vault_missing;
  }
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.mode == Mode::read_only)
    flags |= SQLITE_OPEN_READONLY;
  else
    flags |= SQLITE_OPEN_READWRITE;
  if (in_memory || options.mode == Mode::create || options.mode == Mode::open_or_create)
    flags |= SQLITE_OPEN_CREATE;

  auto connection = std::make_unique<Statement::Connection>();
  connection->encrypted = !options.key.empty();
  const int opened = sqlite3_open_v2(options.path.c_str(), &connection->db, flags, vfs.c_str());
  if (opened != SQLITE_OK) return connection->error(opened);
  Database database(std::move(connection));
  GANDAN_CHECK(database.configure(options, migrations));
  return database;
}

Status Database::configure(const Options& options, MigrationSet migrations) {
  sqlite3* db = connection_->db;
  const bool in_memory = options.path == ":memory:";
  const bool writes = options.mode != Mode::read_only;
  if (const int result = configure_limits(db); result != SQLITE_OK) return error(result);
  if (!options.key.empty())
    if (const int result = set_key(db, options.key); result != SQLITE_OK) return error(result);
  sqlite3_busy_timeout(db, options.exclusive ? 0 : options.busy_timeout_ms);
  // In this mode the first access takes the lock for good, and WAL needs no shared memory. Before all else:
  // some of the settings below read the database already.
  if (options.exclusive && writes && !in_memory) GANDAN_CHECK(execute("PRAGMA locking_mode = EXCLUSIVE"));
  GANDAN_CHECK(execute("PRAGMA page_size = " + std::to_string(options.page_size) +
                       ";"
                       "PRAGMA cache_size = -" +
                       std::to_string(options.cache_kib) +
                       ";"
                       "PRAGMA cell_size_check = ON;"
                       "PRAGMA synchronous = FULL;"
                       // Apple's fsync leaves data in the drive's cache; elsewhere these two mean nothing.
                       "PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;"));
  // The first access: lock, key, and that it is a database at all.
  GANDAN_TRY(const auto version, integer("PRAGMA user_version"));
  GANDAN_CHECK(execute("SELECT count(*) FROM sqlite_schema"));
  const auto known = static_cast<std::int64_t>(migrations.size());
  if (version.value_or(0) < 0) return Error{Code::vault_damaged, "negative version"};
  if (known > 0 && version.value_or(0) > known)
    return Error{Code::vault_newer,
                 "version " + std::to_string(*version) + ", known " + std::to_string(known)};
  if (!writes) {
    if (known > 0 && version.value_or(0) < known)
      return Error{Code::internal, "an old version cannot be read only"};
    return execute("PRAGMA query_only = ON");
  }

  GANDAN_CHECK(execute("PRAGMA secure_delete = ON"));
  if (!in_memory) {
    GANDAN_TRY(auto journal,
               prepare(options.wal ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = TRUNCATE"));
    GANDAN_TRY(const bool row, journal.step());
    if (!row || journal.text(0) != (options.wal ? "wal" : "truncate"))
      return Error{Code::disk_failed, "journal mode refused"};
  }
  if (options.wal) GANDAN_CHECK(execute("PRAGMA journal_size_limit = " + std::to_string(kWalKeepBytes)));
  if (options.exclusive && !options.wal && !in_memory) GANDAN_CHECK(execute("BEGIN EXCLUSIVE; COMMIT"));
  if (options.exclusive && options.wal && !in_memory)
    // Where there is no room even for what is there already, reading must still go on.
    if (auto settled = settle(); !settled.ok() && settled.error().code != Code::disk_full) return settled;
  GANDAN_CHECK(migrate(migrations));
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return {};
}

Status Database::migrate(MigrationSet migrations) {
  GANDAN_TRY(const auto version, integer("PRAGMA user_version"));
  for (auto step = static_cast<std::size_t>(version.value_or(0)); step < migrations.size(); ++step) {
    GANDAN_TRY(auto transaction, Transaction::begin(*this));
    if (auto done = execute(std::string(migrations[step].sql)); !done.ok()) {
      Error error = done.error();
      error.detail += " in " + std::string(migrations[step].name);
      return error;
    }
    GANDAN_CHECK(execute("PRAGMA user_version = " + std::to_string(step + 1)));
    GANDAN_CHECK(transaction.commit());
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) { return connection_->prepare(sql); }

Status Database::execute(const std::string& sql) {
  const int result = sqlite3_exec(connection_->db, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return error(result);
  return {};
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(connection_->db); }
std::int64_t Database::changes() const { return sqlite3_changes64(connection_->db); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_->db) == 0; }
sqlite3* Database::handle() { return connection_->db; }
Error Database::error(int sqlite_result) const { return connection_->error(sqlite_result); }

Status Database::checkpoint() {
  const int result =
      sqlite3_wal_checkpoint_v2(connection_->db, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (result != SQLITE_OK) return error(result);
  return {};
}

Status Database::check_integrity() {
  GANDAN_TRY(auto check, prepare("PRAGMA integrity_check(1)"));
  GANDAN_TRY(const bool row, check.step());
  if (!row || check.text(0) != "ok") return Error{Code::vault_damaged, row ? std::string(check.text(0)) : ""};
  check.reset();
  GANDAN_TRY(auto keys, prepare("PRAGMA foreign_key_check"));
  GANDAN_TRY(const bool dangling, keys.step());
  if (dangling) return Error{Code::vault_damaged, "dangling reference in " + std::string(keys.text(0))};
  return {};
}

Status Database::backup_to(const std::string& path, ByteView key, const std::function<bool()>& go_on) {
  GANDAN_TRY(const auto page_size, integer("PRAGMA page_size"));
  Options options;
  options.path = path;
  options.key = key;
  options.mode = Mode::create;
  options.wal = false;
  options.page_size = static_cast<int>(page_size.value_or(0));
  GANDAN_TRY(auto target, open(options));
  sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", connection_->db, "main");
  if (backup == nullptr) return target.error(sqlite3_errcode(target.handle()));
  int result = SQLITE_OK;
  while (result == SQLITE_OK) {
    result = sqlite3_backup_step(backup, kBackupPages);
    if (result == SQLITE_OK && go_on && !go_on()) result = SQLITE_INTERRUPT;
  }
  const int finished = sqlite3_backup_finish(backup);
  if (result == SQLITE_INTERRUPT) return Code::cancelled;
  if (finished != SQLITE_OK) return target.error(finished);
  return {};
}

Result<Transaction> Transaction::begin(Database& db) {
  if (db.in_transaction()) return Error{Code::internal, "transactions do not nest"};
  GANDAN_CHECK(db.run("BEGIN IMMEDIATE"));
  return Transaction(db);
}

Transaction::~Transaction() { roll_back(); }

Status Transaction::commit() {
  if (db_ == nullptr || !db_->in_transaction()) {
    db_ = nullptr;
    return Error{Code::internal, "no transaction"};
  }
  auto committed = db_->run("COMMIT");
  if (committed.ok())
    db_ = nullptr;
  else
    roll_back();
  return committed;
}

// SQLite itself rolls back after some errors; then there is nothing left to do.
void Transaction::roll_back() {
  if (db_ == nullptr) return;
  if (db_->in_transaction()) (void)db_->execute("ROLLBACK");
  db_ = nullptr;
}

}  // namespace gandan::storage
