// Opening, the pool and turns. Commits: postgres_commit.cpp; reading: postgres_reads.cpp; hearing of others:
// postgres_listen.cpp.
#include "store/postgres_store.hpp"

#include "crypto/random.hpp"
#include "sql/postgresql.hpp"
#include "store/postgres_parts.hpp"

namespace gandan::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxConnections = 16;
constexpr auto kPoolPatience = std::chrono::seconds(10);
constexpr auto kConnectPause = milliseconds(250);  // after a connection that failed nobody tries for so long
constexpr auto kTurnPatience = std::chrono::seconds(10);
constexpr std::int64_t kPulseKeptMs = 86'400'000;

}  // namespace

PostgresStore::PostgresStore(PostgresOptions options)
    : options_(std::move(options)), me_(random_id<ServerId>(crypto::system_random())) {}

PostgresStore::~PostgresStore() { listen({}); }

Status PostgresStore::create(const PostgresOptions& options) {
  GANDAN_TRY(const auto db, PgConnection::open(options.url));
  GANDAN_CHECK(db->script("BEGIN; SELECT pg_advisory_xact_lock(hashtext('gandan'), hashtext('tables'))"));
  GANDAN_TRY(const auto found, db->run("SELECT to_regclass('store_version') IS NOT NULL"));
  std::size_t version = 0;
  if (found.integer(0, 0) != 0) {
    GANDAN_TRY(const auto rows, db->run("SELECT max(version) FROM store_version"));
    version = static_cast<std::size_t>(rows.integer(0, 0));
  }
  if (version > sql::postgresql.size()) return Code::newer_format;
  for (; version < sql::postgresql.size(); ++version) {
    GANDAN_CHECK(db->script(std::string(sql::postgresql[version].sql)));
    GANDAN_CHECK(db->script("DELETE FROM store_version; INSERT INTO store_version VALUES (" +
                            std::to_string(version + 1) + ")"));
  }
  return db->script("COMMIT");
}

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const PostgresOptions& options, Purpose purpose) {
  std::unique_ptr<PostgresStore> store(new PostgresStore(options));
  store->alone_ = options.single_copy || purpose == Purpose::copy;
  {
    GANDAN_TRY(auto db, store->borrow());
    GANDAN_TRY(const auto found, db->run("SELECT to_regclass('store_version') IS NOT NULL"));
    if (found.integer(0, 0) == 0)
      return Error{Code::server_not_set_up, "no tables: gandan-server init --store"};
    GANDAN_TRY(const auto rows, db->run("SELECT max(version) FROM store_version"));
    const auto version = static_cast<std::size_t>(rows.integer(0, 0));
    if (version > sql::postgresql.size()) return Code::newer_format;
    if (version < sql::postgresql.size()) return Error{Code::server_not_set_up, "tables of an older version"};
    if (purpose != Purpose::inspect) GANDAN_CHECK(store->check_promises(*db));
  }
  if (purpose != Purpose::inspect) {
    GANDAN_TRY(store->ear_, store->new_ear());
  }
  return store;
}

// What an acknowledgement rests on.
Status PostgresStore::check_promises(PgConnection& db) const {
  GANDAN_TRY(const auto rows, db.run("SELECT current_setting('fsync') = 'on', "
                                     "current_setting('full_page_writes') = 'on', " GANDAN_PG_REPLICATED));
  if (rows.integer(0, 0) == 0) return unreplicated("fsync is off");
  if (rows.integer(0, 1) == 0) return unreplicated("full_page_writes is off");
  if (rows.integer(0, 2) == 0 && !options_.single_copy)
    return unreplicated("synchronous_standby_names is empty");
  return {};
}

// --- connections

Result<PostgresStore::Borrowed> PostgresStore::borrow() {
  {
    std::unique_lock lock(pool_mutex_);
    const std::size_t most = frozen_ ? 1 : kMaxConnections;
    if (!pool_wake_.wait_for(lock, kPoolPatience, [&] { return lent_ < most; }))
      return Error{Code::server_busy, "all connections to the database are in use"};
    if (!idle_.empty()) {
      auto db = std::move(idle_.back());
      idle_.pop_back();
      ++lent_;
      return Borrowed(*this, std::move(db), true);
    }
    if (frozen_) return Error{Code::store_unreachable, "the moment is over"};
    if (unreachable_ && steady_clock::now() < no_sooner_) return *unreachable_;
    ++lent_;
  }
  auto opened = PgConnection::open(options_.url);
  const std::lock_guard lock(pool_mutex_);
  if (!opened.ok()) {
    --lent_;
    pool_wake_.notify_one();
    unreachable_ = opened.error();
    no_sooner_ = steady_clock::now() + kConnectPause;
    return opened.error();
  }
  unreachable_.reset();
  return Borrowed(*this, std::move(*opened), false);
}

void PostgresStore::give_back(std::unique_ptr<PgConnection> db) {
  const std::lock_guard lock(pool_mutex_);
  --lent_;
  // The others of a server that went away are gone, too.
  if (db->alive())
    idle_.push_back(std::move(db));
  else
    idle_.clear();
  pool_wake_.notify_one();
}

Result<std::unique_ptr<Store>> PostgresStore::moment() {
  std::unique_ptr<PostgresStore> out(new PostgresStore(options_));
  {
    GANDAN_TRY(auto db, out->borrow());
    GANDAN_CHECK(
        db->script("SET idle_in_transaction_session_timeout = 0; "
                   "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
  }
  out->frozen_ = true;
  return std::unique_ptr<Store>(std::move(out));
}

// --- turns

Status PostgresStore::hold(RealmNumber realm) {
  const auto deadline = steady_clock::now() + kTurnPatience;
  for (;;) {
    {
      const std::lock_guard lock(held_mutex_);
      const auto held = held_.find(realm);
      if (held != held_.end() && held->second.until - steady_clock::now() > milliseconds(kHoldMs / 2))
        return {};
    }
    GANDAN_TRY(const auto wait, try_hold(realm));
    if (wait == 0) return {};
    if (steady_clock::now() > deadline) return Error{Code::server_busy, "another server keeps the realm"};
    std::this_thread::sleep_for(milliseconds(wait));
  }
}

std::optional<std::uint64_t> PostgresStore::fence(RealmNumber realm) {
  const std::lock_guard lock(held_mutex_);
  const auto held = held_.find(realm);
  if (held == held_.end()) return std::nullopt;
  return held->second.fence;
}

// 0: held. Else how long to wait, in milliseconds.
Result<std::int64_t> PostgresStore::try_hold(RealmNumber realm) {
  std::optional<std::uint64_t> known;
  {
    const std::lock_guard lock(held_mutex_);
    if (const auto held = held_.find(realm); held != held_.end()) known = held->second.fence;
  }
  GANDAN_TRY(auto db, borrow());
  const auto start = steady_clock::now();
  db->queue("BEGIN");
  db->queue("SELECT fence, holder, since, until, next, next_until, version, " GANDAN_PG_NOW
            " FROM ledger WHERE realm = $1 FOR UPDATE",
            PgParams().add(realm));
  auto answers = db->flush();
  if (!answers.ok()) return roll_back(*db, answers.error()).error();
  const auto& row = (*answers)[1];
  if (row.size() != 1) return roll_back(*db, {Code::not_found, "the realm has no ledger"}).error();
  const auto id = [&](int column) {
    const auto bytes = row.bytes(0, column);
    return bytes.size() == ServerId::size ? ServerId::from(bytes) : ServerId{};
  };
  Lease lease{row.count(0, 0), id(1), id(4), row.integer(0, 2), row.integer(0, 3), row.integer(0, 5)};
  const auto wait = ask(lease, me_, known, row.integer(0, 7));
  const bool kept = wait == 0 && known == lease.fence;
  // Only a change of hands has to be on the replica: with it is all that was committed before.
  if (kept || wait != 0) db->queue("SET LOCAL synchronous_commit = off");
  db->queue(
      "UPDATE ledger SET fence = $2, holder = $3, since = $4, until = $5, next = $6, next_until = $7 "
      "WHERE realm = $1",
      PgParams()
          .add(realm)
          .add(lease.fence)
          .add(lease.holder.is_zero() ? ByteView() : lease.holder.view())
          .add(lease.since_ms)
          .add(lease.until_ms)
          .add(lease.next.is_zero() ? ByteView() : lease.next.view())
          .add(lease.next_until_ms));
  db->queue("COMMIT");
  db->take_warning();
  if (auto done = db->flush(); !done.ok()) return roll_back(*db, done.error()).error();
  if (auto warning = db->take_warning(); !warning.empty()) return unreplicated(warning);
  const std::lock_guard lock(held_mutex_);
  if (wait != 0)
    held_.erase(realm);
  else
    held_[realm] = {lease.fence, row.count(0, 6), start + milliseconds(kHoldMs) - kTurnMargin};
  return wait;
}

void PostgresStore::let_go(RealmNumber realm) {
  const std::lock_guard lock(held_mutex_);
  held_.erase(realm);
}

Result<bool> PostgresStore::moved(RealmNumber realm, const Progress& known) {
  {
    const std::lock_guard lock(held_mutex_);
    const auto held = held_.find(realm);
    if (held != held_.end() && steady_clock::now() < held->second.until)
      return held->second.version != known.version;
  }
  GANDAN_TRY(const auto rows,
             read("SELECT version, checkpoint FROM ledger WHERE realm = $1", PgParams().add(realm)));
  if (rows.size() != 1) return Error{Code::not_found, "the realm has no ledger"};
  return rows.count(0, 0) != known.version || as_text(rows.bytes(0, 1)) != known.checkpoint;
}

Status PostgresStore::settle(RealmNumber realm) {
  GANDAN_TRY(auto db, borrow());
  db->take_warning();
  db->queue("BEGIN");
  db->queue("DELETE FROM pulse WHERE realm = $1 AND at < " GANDAN_PG_NOW " - $2",
            PgParams().add(realm).add(kPulseKeptMs));
  queue_pulse(*db, realm);
  db->queue("COMMIT");
  db->queue("SELECT " GANDAN_PG_PROMISE);
  auto done = db->flush();
  if (!done.ok()) return roll_back(*db, done.error());
  return settled(*db, (*done)[2], done->back());
}

void PostgresStore::queue_pulse(PgConnection& db, RealmNumber realm) const {
  db.queue("INSERT INTO pulse (realm, server, at) VALUES ($1, $2, " GANDAN_PG_NOW
           ") ON CONFLICT (realm, server) DO UPDATE SET at = excluded.at RETURNING " GANDAN_PG_PROMISE,
           PgParams().add(realm).add(me_.view()));
}

Status PostgresStore::settled(PgConnection& db, const PgRows& pulse, const PgRows& after) const {
  if (auto warning = db.take_warning(); !warning.empty()) return unreplicated(warning);
  return promised(pulse, 0, after, 0);
}

// Whether replicas were waited for from before the commit until after it.
Status PostgresStore::promised(const PgRows& before, int from, const PgRows& after, int then) const {
  if (options_.single_copy) return {};
  if (before.size() != 1 || after.size() != 1 || before.integer(0, from) == 0 || after.integer(0, then) == 0)
    return unreplicated("synchronous_standby_names became empty");
  if (before.integer(0, from + 1) != after.integer(0, then + 1))
    return unreplicated("the database read its settings again");
  return {};
}

}  // namespace gandan::server
