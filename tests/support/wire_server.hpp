// A relay in the same process, without a network, and one realm that is admitted to it.
//
// Threading: send and send_cut from any thread.
#pragma once

#include <condition_variable>
#include <sstream>

#include "relay/exchange.hpp"
#include "storage/database.hpp"
#include "support/postgres.hpp"
#include "support/wire_realm.hpp"

namespace gandan::server::test {

// Turns a wake from a sequencer's thread into something to wait for.
class Waiter {
 public:
  std::function<void()> trigger() {
    return [state = state_] {
      const std::lock_guard lock(state->mutex);
      state->fired = true;
      state->wake.notify_all();
    };
  }
  void wait() {
    std::unique_lock lock(state_->mutex);
    state_->wake.wait(lock, [this] { return state_->fired; });
    state_->fired = false;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable wake;
    bool fired = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// Whether servers of this program keep their stores in PostgreSQL: support/with_postgresql.
inline bool on_postgresql() {
  const char* store = std::getenv("GANDAN_TEST_STORE");
  return store != nullptr && std::string_view(store) == "postgresql";
}
// SQLite in the server's folder, or a schema of a test's own.
inline StoreChoice new_store() {
  if (!on_postgresql()) return {};
  return {gandan::test::Postgres::of_process().new_schema(), true};
}

// Feeds all of a body, and waits for what that waits for.
inline Exchange::State feed(Exchange& exchange, ByteView body) {
  Waiter waiter;
  auto state = exchange.feed(body, waiter.trigger());
  for (; state == Exchange::State::waiting; state = exchange.feed({}, waiter.trigger())) waiter.wait();
  return state;
}

// Drives one exchange with a body in pieces of `piece` bytes.
Response drive(Relay& relay, ByteView body, const ledger::NoteKey& log, std::size_t piece = 64 * 1024);

// A server's folder, its relay, and one realm admitted to it.
class TestServer {
 public:
  explicit TestServer(std::uint64_t quota = 0, Random& random = crypto::system_random())
      : key(set_up(random)), realm(key.public_key()) {
    admit(realm, quota);
    start();
  }
  void admit(const TestRealm& which, std::uint64_t quota = 0) {
    const auto store = open();
    must(admit_realm(*store, key, roster::encode_card(which.card), quota));
  }
  RelayOptions options() const {
    RelayOptions out;
    out.data = data();
    out.store = choice;
    return out;
  }
  void start() { relay = must(Relay::open(options(), clock)); }
  std::unique_ptr<Store> open() const { return must(open_store(data(), choice, Purpose::inspect)); }
  // Runs a statement on the store behind the server's back: in each store's own words.
  void sql(const std::string& sqlite, const std::string& postgresql) const {
    if (on_postgresql()) return gandan::test::Postgres::sql(choice.url, postgresql);
    storage::Options opening;
    opening.path = data() + "/server.db";
    opening.exclusive = false;
    opening.busy_timeout_ms = 5000;
    auto db = must(storage::Database::open(opening));
    must(db.execute(sqlite));
  }
  void sql(const std::string& either) const { sql(either, either); }
  // Whether the store's files hold the bytes; those of a log that is read after a crash only, not.
  bool files_hold(ByteView bytes) const;
  // What the store has now, and back to that. The server does not run.
  void back_up() const;
  void restore() const;
  crypto::SigningKey set_up(Random& random) const {
    must(init_server(folder.path("data"), "test", random, choice));
    return must(load_ledger_key(folder.path("data")));
  }
  void stop() { relay.reset(); }
  std::string data() const { return folder.path("data"); }
  ledger::NoteKey note_key() const {
    return {roster::ledger_origin(realm.id), ledger::KeyType::ed25519, key.public_key()};
  }
  Bytes body(RequestBuilder& request) { return request.bytes(clock.wall_ms(), key.public_key()); }

  Response send(ByteView body, std::size_t piece = 64 * 1024) {
    return drive(*relay, body, note_key(), piece);
  }
  Response send(RequestBuilder& request) { return send(body(request)); }
  // Feeds a body that breaks off, and goes away.
  void send_cut(ByteView body);

  TempFolder folder;
  StoreChoice choice = new_store();
  FakeClock clock;
  crypto::SigningKey key;
  TestRealm realm;
  std::unique_ptr<Relay> relay;
};

inline Response drive(Relay& relay, ByteView body, const ledger::NoteKey& log, std::size_t piece) {
  Exchange exchange(relay);
  Waiter waiter;
  auto state = Exchange::State::reading;
  while (!body.empty() && state == Exchange::State::reading) {
    const auto part = body.first(std::min(piece, body.size()));
    body = body.subspan(part.size());
    state = exchange.feed(part, waiter.trigger());
    for (; state == Exchange::State::waiting; state = exchange.feed({}, waiter.trigger())) waiter.wait();
  }
  if (state == Exchange::State::reading) {
    state = exchange.finish(waiter.trigger());
    for (; state == Exchange::State::waiting; state = exchange.finish(waiter.trigger())) waiter.wait();
  }
  if (state == Exchange::State::not_found) {
    Response out;
    out.not_found = true;
    return out;
  }
  Bytes all;
  for (Bytes next = exchange.next_piece(); !next.empty(); next = exchange.next_piece()) {
    if (next.size() > 200 * 1024) throw std::runtime_error("a piece of a response that is too large");
    append(all, next);
  }
  return parse_response(all, log);
}

inline bool TestServer::files_hold(ByteView bytes) const {
  std::vector<std::filesystem::path> files{data() + "/server.db", data() + "/server.db-wal"};
  if (on_postgresql()) {
    // The same seed makes the same keys in other tests' schemas: this one's tables and indexes only.
    const auto& postgres = gandan::test::Postgres::of_process();
    postgres.sql("CHECKPOINT");
    const std::string paths = gandan::test::Postgres::ask(
        choice.url,
        "SELECT string_agg(pg_relation_filepath(oid), ' ') FROM pg_class "
        "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i')");
    files.clear();
    std::istringstream in(paths);
    for (std::string path; in >> path;) files.push_back(postgres.data() + "/" + path);
  }
  return std::any_of(files.begin(), files.end(), [&](const auto& file) {
    const Bytes content = gandan::test::file_bytes(file);
    return as_text(content).find(as_text(bytes)) != std::string_view::npos;
  });
}

constexpr const char* kRealmTables[] = {"realm",      "ledger",      "entry", "tile",
                                        "statement",  "segment",     "feed",  "wrap",
                                        "record_key", "cosignature", "chunk"};

inline void TestServer::back_up() const {
  if (on_postgresql()) {
    for (const std::string table : kRealmTables) sql("", "CREATE TABLE old_" + table + " AS TABLE " + table);
    return;
  }
  { const auto closing = open(); }  // checkpoints the WAL, so that the file is the whole database
  std::filesystem::copy_file(data() + "/server.db", data() + "/server.db.old");
}

inline void TestServer::restore() const {
  if (on_postgresql()) {
    for (const std::string table : kRealmTables)
      sql("", "DELETE FROM " + table + "; INSERT INTO " + table + " SELECT * FROM old_" + table);
    return;
  }
  std::filesystem::rename(data() + "/server.db.old", data() + "/server.db");
  std::filesystem::remove(data() + "/server.db-wal");
  std::filesystem::remove(data() + "/server.db-shm");
}

inline void TestServer::send_cut(ByteView body) {
  Exchange exchange(*relay);
  (void)feed(exchange, body);
}

}  // namespace gandan::server::test
