// What servers of one database tell each other: that a realm moved. Nothing rests on it but how soon a change
// is seen: once a second everybody looks anyway.
#include <set>

#include "store/postgres_parts.hpp"

namespace gandan::server {
namespace {

constexpr auto kLook = std::chrono::milliseconds(200);
constexpr auto kLockPause = std::chrono::milliseconds(20);
constexpr int kLooksPerTick = 5;
constexpr auto kAgreePatience = std::chrono::seconds(2);  // a server that died keeps its lock for a moment

}  // namespace

// Servers that share a database agree on what an acknowledgement is worth, by a lock that lasts as long as
// this connection: one that is alone (single_copy) has it to itself.
Result<std::unique_ptr<PgConnection>> PostgresStore::new_ear() const {
  GANDAN_TRY(auto ear, PgConnection::open(options_.url));
  const std::string lock = std::string("SELECT pg_try_advisory_lock") + (alone_ ? "" : "_shared") +
                           "(hashtext('gandan'), hashtext(current_schema()))";
  const auto deadline = std::chrono::steady_clock::now() + kAgreePatience;
  for (;;) {
    GANDAN_TRY(const auto taken, ear->run(lock));
    if (taken.integer(0, 0) != 0) break;
    if (std::chrono::steady_clock::now() > deadline)
      return unreplicated(alone_ ? "another server uses this database"
                                 : "a server with --single-copy uses this database");
    std::this_thread::sleep_for(kLockPause);
  }
  GANDAN_CHECK(ear->script("LISTEN gandan"));
  return ear;
}

void PostgresStore::tell(RealmNumber realm) {
  const std::lock_guard lock(bell_mutex_);
  if (!bell_ || !bell_->alive()) {
    auto fresh = PgConnection::open(options_.url);
    if (!fresh.ok() || !(*fresh)->script("SET synchronous_commit = off").ok()) return;
    bell_ = std::move(*fresh);
  }
  // After the commit, not in it: notifying transactions of a whole cluster commit one after another.
  bell_->post("SELECT pg_notify('gandan', '" + std::to_string(realm) + ' ' + to_hex(me_.view()) +
              " ' || current_schema())");
}

void PostgresStore::listen(std::function<void(RealmNumber)> heard) {
  const bool on = heard != nullptr;
  {
    const std::lock_guard lock(heard_mutex_);
    heard_ = std::move(heard);
  }
  if (on && !listener_.joinable()) {
    listener_ = std::jthread([this](const std::stop_token& stop) { hear(stop); });
  } else if (!on && listener_.joinable()) {
    listener_.request_stop();
    listener_.join();
  }
}

void PostgresStore::pass_on(RealmNumber realm) {
  const std::lock_guard lock(heard_mutex_);
  if (heard_) heard_(realm);
}

void PostgresStore::hear(const std::stop_token& stop) {
  std::string schema;
  for (int looks = 0; !stop.stop_requested(); ++looks) {
    if (looks % kLooksPerTick == 0) pass_on(0);
    if (!ear_) {
      auto fresh = new_ear();
      if (!fresh.ok()) {
        disagreed_ = disagreed_ || fresh.error().code == Code::store_unreplicated;
        std::this_thread::sleep_for(kLook);
        continue;
      }
      disagreed_ = false;
      ear_ = std::move(*fresh);
      schema.clear();
    }
    if (schema.empty()) {
      const auto named = ear_->run("SELECT current_schema()::text");
      if (named.ok()) schema = named->text(0, 0);
    }
    const auto payloads = ear_->notifications(kLook);
    if (!payloads.ok()) {
      ear_.reset();
      continue;
    }
    std::set<RealmNumber> moved;
    for (const auto& payload : *payloads) {
      const auto space = payload.find(' ');
      const auto second = payload.find(' ', space + 1);
      if (space == std::string::npos || second == std::string::npos) continue;
      const bool ours = payload.compare(space + 1, second - space - 1, to_hex(me_.view())) == 0;
      if (ours || payload.substr(second + 1) != schema) continue;
      moved.insert(std::strtoll(payload.c_str(), nullptr, 10));
    }
    for (const auto realm : moved) pass_on(realm);
  }
}

}  // namespace gandan::server
