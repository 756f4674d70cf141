// Database: one SQLite database file, its pages encrypted when a key is given, and the one connection that
// writes it.
//
//   open ── key checked ── version checked ── journal ── migrations ──> Database ── prepare ──> Statement
//   (nothing in the file is changed before both checks hold)               └─ Transaction
//
// Durability: WAL with synchronous=FULL. When a commit returns without error the transaction survives power
// loss; when it returns an error the transaction is not there, or, after a failed sync only, whole. What a
// log shows after a kill is made durable before it is believed: at the opening where that is exclusive, else
// see `settle`. Encryption: AEGIS-256X2, every page with its own nonce and tag, key used raw: there is no key
// derivation in here. Nothing is written in clear: the WAL and rollback journal are encrypted, temporary
// tables stay in memory. What it costs: gandan-bench --only encryption.
//
// Threading: a Database and everything made from it belong to one thread at a time (they may be handed over).
// One writer by design: `exclusive` keeps other processes and other Databases out.
// Errors: no exceptions; a Result everywhere. Code::disk_full, disk_failed, vault_locked, vault_damaged,
// wrong_passphrase, vault_newer, vault_missing, vault_exists, out_of_memory; Code::internal for wrong SQL.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "storage/migrations.hpp"
#include "storage/statement.hpp"

struct sqlite3;

namespace gandan::storage {

enum class Mode {
  open,            // Code::vault_missing when there is none
  create,          // Code::vault_exists when there is one
  open_or_create,  // for stores whose folder is made beforehand
  read_only,       // Code::vault_missing when there is none; takes no exclusive lock, writes nothing
};

struct Options {
  std::string path;  // UTF-8; ":memory:" for a private one without file
  ByteView key;      // empty: not encrypted; otherwise 32 random bytes, read during open only
  Mode mode = Mode::open;
  bool exclusive = true;    // a second opener gets Code::vault_locked
  bool wal = true;          // false: rollback journal, for file systems where a second file is unwelcome
  int page_size = 8192;     // of a new file: 512 to 65536, a power of two
  int cache_kib = 8192;     // page cache, the larger part of a connection's memory
  int busy_timeout_ms = 0;  // waiting for another process's lock, where not exclusive
  std::string vfs;          // empty: the system's; tests name theirs
};

class Database {
 public:
  // A file with a version beyond `migrations` gives Code::vault_newer, untouched; older ones are brought up.
  // An empty set leaves versions alone. A wrong key and a damaged first page look the same:
  // Code::wrong_passphrase; who knows by other means that the key is right reports Code::vault_damaged
  // instead.
  static Result<Database> open(const Options& options, MigrationSet migrations = {});
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();  // checkpoints and closes; all Statements must be gone

  // One statement, prepared once per SQL text and kept. Loops prepare outside and reset inside.
  Result<Statement> prepare(std::string_view sql);
  template <class... Values>
  Result<Statement> query(std::string_view sql, const Values&... values) {
    GANDAN_TRY(auto statement, prepare(sql));
    statement.bind_all(values...);
    return statement;
  }
  template <class... Values>
  Status run(std::string_view sql, const Values&... values) {
    GANDAN_TRY(auto statement, query(sql, values...));
    return statement.run();
  }
  // The first column of the first row; absent when there is no row or it is NULL.
  template <class... Values>
  Result<std::optional<std::int64_t>> integer(std::string_view sql, const Values&... values) {
    GANDAN_TRY(auto statement, query(sql, values...));
    GANDAN_TRY(const bool row, statement.step());
    if (!row || statement.is_null(0)) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(statement.integer(0));
  }
  // Any number of statements without parameters; not kept.
  Status execute(const std::string& sql);

  std::int64_t last_row() const;  // rowid of the last insert
  std::int64_t changes() const;   // rows that the last INSERT, UPDATE or DELETE touched
  bool in_transaction() const;

  // Returns when no loss of power takes away what can be read. Precondition: nobody else writes: exclusive,
  // or within a transaction.
  Status settle();
  // Moves the WAL into the file and empties it: after erasures, before the file is copied.
  Status checkpoint();
  // Reads every page and index. Code::vault_damaged with SQLite's first finding.
  Status check_integrity();
  // A consistent copy under the same key, while this Database goes on being used; the target must not exist.
  // `go_on` is asked every few pages; false gives Code::cancelled. A failed copy is to be deleted by the
  // caller.
  Status backup_to(const std::string& path, ByteView key, const std::function<bool()>& go_on = {});

  // For what this class has no words for: own SQL functions, an authorizer. Same thread rules.
  sqlite3* handle();
  Error error(int sqlite_result) const;  // the Error for a result code that a call on handle() returned

 private:
  explicit Database(std::unique_ptr<Statement::Connection> connection);
  Status configure(const Options& options, MigrationSet migrations);
  Status migrate(MigrationSet migrations);
  std::unique_ptr<Statement::Connection> connection_;
};

// BEGIN IMMEDIATE at birth, ROLLBACK at death unless committed. Not nested: Code::internal.
// All Statements that read within it are reset or gone before commit.
class Transaction {
 public:
  static Result<Transaction> begin(Database& db);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  // Durable when it returns ok. After an error nothing of it is kept (a failed sync: see Database) and it is
  // over.
  Status commit();

 private:
  explicit Transaction(Database& db) : db_(&db) {}
  void roll_back();
  Database* db_;
};

}  // namespace gandan::storage
