// What a device says again to a server that goes on with the next series of numbers.
#include "vault/bring_again.hpp"

#include "changelog/personal_value.hpp"
#include "support/realm.hpp"
#include "vault/key_box.hpp"
#include "vault/wraps.hpp"

namespace bring_again_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr std::int64_t kDayMs = std::int64_t{24} * 3'600'000;

// An administrator's device that a server has had everything of.
struct Said : Realm {
  Said() {
    phone = enrolled("phone", roster::Role::cadre, commune);
    auto& vault = *admin->vault;
    record = admin->write(commune, {text("title", "x")});
    key = changelog::new_record_key(must(vault.roster())->realm(), random);
    must(vault::keep_new_key(vault, commune, record, key));
    blob = must(vault::keep_attachment(vault, commune, "a.jpg", "image/jpeg", Bytes(300'000, 1)));
    must(vault.db().run("UPDATE record_key SET to_send = 0"));
    must(vault.db().run("UPDATE chunk SET state = 1"));
    must(vault.db().run("UPDATE wrap SET to_send = ?", static_cast<std::int64_t>(vault::WrapState::sent)));
    must(vault.set_meta_number("wraps_next", 20));
    must(vault.set_meta_number("keys_next", 5));
    must(vault.set_meta_number("last_sync", clock.wall_ms()));
  }
  std::int64_t count(const std::string& sql) { return must(admin->vault->db().integer(sql)).value_or(0); }
  std::int64_t wraps_to_send() { return count("SELECT count(*) FROM wrap WHERE to_send = 1"); }
  bool notice(std::uint64_t series) { return must(vault::notice_series(*admin->vault, series)); }

  std::unique_ptr<Device> phone;
  RecordId record;
  changelog::NamedKey key;
  changelog::BlobRef blob;
};

}  // namespace

TEST_CASE_METHOD(Said, "a server that goes on as before is told nothing again") {
  CHECK_FALSE(notice(0));
  CHECK_FALSE(notice(0));
  CHECK(wraps_to_send() == 0);
  CHECK(must(vault::doubted_chunks(*admin->vault, 10)).chunks.empty());
  CHECK_FALSE(must(vault::send_keys_not_shown(*admin->vault)));
  CHECK(must(admin->vault->meta_number("wraps_next", 0)) == 20);
}

TEST_CASE_METHOD(Said, "the first server that a vault meets has lost nothing of it, whatever its numbers") {
  must(admin->vault->db().run("DELETE FROM meta WHERE name = 'last_sync'"));
  CHECK_FALSE(notice(3));
  must(admin->vault->set_meta_number("last_sync", clock.wall_ms()));
  CHECK_FALSE(notice(3));
  CHECK(notice(4));
}

TEST_CASE_METHOD(Said, "a server in a new series is asked for what it has, and told the rest") {
  auto& vault = *admin->vault;
  REQUIRE(notice(1));
  CHECK(wraps_to_send() > 0);
  CHECK(must(vault.meta_number("wraps_next", 9)) == 0);
  CHECK(must(vault.meta_number("keys_next", 9)) == 0);
  // Keys: not sent yet, until an answer that had all did not show them.
  CHECK(must(vault::unsent_keys(vault)) == 0);
  SECTION("the server shows the key") {
    const auto current = must(vault::current_secret(vault, commune));
    must(vault::keep_entry(vault, changelog::wrap_record_key(vault.keyring().realm(), commune, record, key,
                                                             current.epoch, *current.secret)));
    CHECK_FALSE(must(vault::send_keys_not_shown(vault)));
    CHECK(must(vault::unsent_keys(vault)) == 0);
  }
  SECTION("it does not") {
    CHECK(must(vault::send_keys_not_shown(vault)));
    CHECK(must(vault::unsent_keys(vault)) == 1);
    CHECK_FALSE(must(vault::send_keys_not_shown(vault)));
  }
  // Chunks: some at a time, and sent where they are missing.
  const auto first = must(vault::doubted_chunks(vault, 2));
  REQUIRE(first.chunks.size() == 2);
  CHECK(first.more);
  must(vault::chunks_told(vault, first.chunks, {first.chunks[0].hash}));
  const auto second = must(vault::doubted_chunks(vault, 2));
  REQUIRE(second.chunks.size() == 1);
  CHECK_FALSE(second.more);
  must(vault::chunks_told(vault, second.chunks, {}));
  CHECK(must(vault::doubted_chunks(vault, 2)).chunks.empty());
  const auto to_send = must(vault::chunks_to_send(vault, 10));
  REQUIRE(to_send.size() == 1);
  CHECK(to_send[0].hash == first.chunks[0].hash);
}

TEST_CASE_METHOD(Said, "a server's word that it lost something is believed once a day") {
  REQUIRE(notice(1));
  must(admin->vault->db().run("UPDATE wrap SET to_send = 3"));
  CHECK_FALSE(notice(1));
  CHECK_FALSE(notice(2));
  CHECK(wraps_to_send() == 0);
  clock.advance(kDayMs + 1);
  CHECK(notice(2));
  CHECK(wraps_to_send() > 0);
}

TEST_CASE_METHOD(Said, "who may not write in a unit brings nothing to it") {
  auto& vault = *phone->vault;
  must(vault::keep_chunk(vault, top, Bytes(100, 1), true));
  must(vault::keep_chunk(vault, commune, Bytes(100, 2), true));
  must(vault.set_meta_number("last_sync", clock.wall_ms()));
  REQUIRE(must(vault::notice_series(vault, 1)));
  const auto doubted = must(vault::doubted_chunks(vault, 10));
  REQUIRE(doubted.chunks.size() == 1);
  CHECK(doubted.chunks[0].unit == commune);
}

}  // namespace bring_again_test
