// What the files of PostgresStore share among themselves.
//
// Threading: as PostgresStore's.
#pragma once

#include "store/postgres_store.hpp"

// When the statement came, by the clock of the database: the only one that leases know. A stable function, as
// Citus wants them; that it lags while a lock is waited for makes a hold end sooner, never later.
#define GANDAN_PG_NOW "(extract(epoch FROM statement_timestamp()) * 1000)::bigint"
#define GANDAN_PG_REPLICATED                                                                       \
  "(current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') " \
  "IN ('on', 'remote_apply'))"

// When the database last read its settings: the list of replicas may have become empty, and who waited for
// one gone on, and have been filled again.
#define GANDAN_PG_SETTINGS_OF "(extract(epoch FROM pg_conf_load_time()) * 1000000)::bigint"
#define GANDAN_PG_PROMISE GANDAN_PG_REPLICATED ", " GANDAN_PG_SETTINGS_OF

namespace gandan::server {

constexpr auto kTurnMargin = std::chrono::milliseconds(5);  // that a hold counts as over sooner than it is

inline Error unreplicated(std::string what) { return Error{Code::store_unreplicated, std::move(what)}; }

// Ends a transaction that went wrong; returns what went wrong.
inline Status roll_back(PgConnection& db, Error error) {
  if (db.alive()) (void)db.script("ROLLBACK").ok();
  return error;
}

// A connection of the pool; goes back when it goes.
class PostgresStore::Borrowed {
 public:
  Borrowed(PostgresStore& store, std::unique_ptr<PgConnection> db, bool used)
      : store_(&store), db_(std::move(db)), used_(used) {}
  Borrowed(Borrowed&& other) noexcept : store_(other.store_), db_(std::move(other.db_)), used_(other.used_) {}
  Borrowed& operator=(Borrowed&&) = delete;
  ~Borrowed() {
    if (db_) store_->give_back(std::move(db_));
  }
  PgConnection* operator->() { return db_.get(); }
  PgConnection& operator*() { return *db_; }
  bool used() const { return used_; }  // before: it may have gone meanwhile

 private:
  PostgresStore* store_;
  std::unique_ptr<PgConnection> db_;
  bool used_;
};

}  // namespace gandan::server
