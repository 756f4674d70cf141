// Keys that change because they are old: which units, and that nobody loses anything by it.
#include "support/loopback.hpp"
#include "support/province.hpp"

namespace scheduled_rotation_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr std::int64_t kDay = 86'400'000;

struct Scheduled : WithServer, Province {
  Scheduled()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    enrol("local", "admin", "20.A");
    enrol("a", "cadre", "06463");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    sync_all();
  }
  void sync_all() {
    for (int round = 0; round < 2; ++round)
      for (const char* name : {"admin", "local", "a"}) {
        clock.advance(60'000);
        shell(name).ok("sync.run", {{"server", "https://loopback"}});
      }
  }
  std::int64_t rotated(const std::string& by, const std::string& unit, json::object more = {}) {
    more["unit"] = unit;
    const auto out = shell(by).ok("unit.rotate", more);
    CHECK(at(out, "waiting") == json::value(0));
    return at(out, "rotated").as_int64();
  }
};

}  // namespace

TEST_CASE_METHOD(Scheduled,
                 "keys that are older than so many days change, of a unit and all below, and no others") {
  const json::object year{{"subtree", true}, {"older_than", 365}};
  const auto before = visit("a");
  clock.advance(100 * kDay);
  CHECK(rotated("local", "20.A") == 1);
  sync_all();
  CHECK(rotated("admin", "20", year) == 0);
  clock.advance(300 * kDay);
  sync_all();
  CHECK(rotated("local", "20.A", {{"older_than", 365}}) == 0);  // it is 300 days old
  CHECK(rotated("local", "20.A", year) == 1);                   // and the commune's 400
  sync_all();
  CHECK(rotated("admin", "20", year) == 1);  // the top's own
  CHECK(rotated("admin", "20", year) == 0);  // also before a server has it
  sync_all();
  CHECK(rotated("admin", "20", {{"subtree", true}}) == 3);
  sync_all();
  const auto after = visit("a");
  sync_all();
  for (const char* name : {"admin", "local", "a"})
    for (const auto& id : {before, after}) CHECK(text_at(show(name, id), "document.id") == id);
  CHECK(shell("a").error("unit.rotate", {{"unit", "06463"}}) == "roster.not_authorized");
}

TEST_CASE_METHOD(Scheduled,
                 "an administrator is told of keys that are older than a year, and others are not") {
  const auto told = [&](const char* name) {
    return at(shell(name).ok("status"), "units_with_old_keys").as_int64();
  };
  CHECK(told("admin") == 0);
  clock.advance(366 * kDay);
  sync_all();
  CHECK(told("admin") == 3);
  CHECK(told("local") == 2);
  CHECK(told("a") == 0);
  CHECK(rotated("local", "20.A") == 1);
  CHECK(told("local") == 1);
  CHECK(told("admin") == 3);  // nobody told this device yet
  sync_all();
  CHECK(told("admin") == 2);
}

}  // namespace scheduled_rotation_test
