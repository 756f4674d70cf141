// What the files of SqliteStore share among themselves.
//
// Threading: as SqliteStore's.
#pragma once

#include <algorithm>

#include "store/sqlite_store.hpp"

namespace gandan::server {
namespace sqlite {

using storage::Database;
using storage::Statement;

constexpr int kBusyMs = 10'000;  // another process admits a realm or takes a backup

// Storage speaks of vaults; whoever runs a server should read of its store.
inline Error server_error(Error error) {
  switch (error.code) {
    case Code::vault_missing:
      error.code = Code::server_not_set_up;
      break;
    case Code::vault_locked:
      error.code = Code::server_busy;
      break;
    case Code::vault_damaged:
    case Code::wrong_passphrase:
      error.code = Code::store_damaged;
      break;
    default:
      break;
  }
  return error;
}

template <class T>
Result<T> translated(Result<T> result) {
  if (result.ok()) return result;
  return server_error(result.error());
}

inline std::uint64_t count_of(const Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

template <class Id>
Result<Id> id_of(const Statement& row, int column) {
  const auto id = row.id<Id>(column);
  if (!id) return Error{Code::store_damaged, "an id of a wrong size"};
  return *id;
}

// SQLite's integers are signed; a bound beyond them means "no bound".
inline std::int64_t bound(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

template <class Row, class Read>
Result<std::vector<Row>> all(Result<Statement> query, Read read) {
  if (!query.ok()) return server_error(query.error());
  std::vector<Row> out;
  for (;;) {
    GANDAN_TRY(const bool more, translated(query->step()));
    if (!more) return out;
    GANDAN_TRY(auto row, read(*query));
    out.push_back(std::move(row));
  }
}

}  // namespace sqlite

// Gives its connection back when it goes.
class SqliteStore::Reader {
 public:
  Reader(SqliteStore& store, std::unique_ptr<storage::Database> db) : store_(&store), db_(std::move(db)) {}
  Reader(Reader&&) = default;
  Reader& operator=(Reader&&) = delete;
  ~Reader() {
    if (!db_) return;
    const std::lock_guard lock(store_->pool_mutex_);
    store_->idle_.push_back(std::move(db_));
  }
  storage::Database* operator->() { return db_.get(); }

 private:
  SqliteStore* store_;
  std::unique_ptr<storage::Database> db_;
};

}  // namespace gandan::server
