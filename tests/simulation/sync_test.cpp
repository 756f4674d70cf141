// Sync, phone to server to office, in one process: what each promise says of it.
#include "sync/sync.hpp"

#include "support/loopback.hpp"

namespace sync_test {

using namespace gandan;
using namespace gandan::test;

namespace {
struct Office : ServedRealm {
  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> b = enrolled("b", roster::Role::cadre, commune);
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);
};
bool contains(ByteView all, std::string_view word) {
  return as_text(all).find(word) != std::string_view::npos;
}
}  // namespace

TEST_CASE_METHOD(Office,
                 "records travel from a phone through the server to the office, one round trip each") {
  const auto record = a->write(commune, {text("title", "Họp thôn Bản Mới"), text("note", "80 hộ")});
  sync(*admin);
  const auto pushed = sync(*a);
  CHECK(pushed.exchanges == 1);
  CHECK(pushed.segments_sent == 1);
  CHECK(pushed.rejected.empty());
  const auto pulled = sync(*office);
  CHECK(pulled.exchanges == 1);
  CHECK(pulled.ingest.segments == 1);
  CHECK(office->document(record) == a->document(record));
  const auto counts = must(vault::counts(*a->vault));
  CHECK(counts.unsent_segments == 0);
  const auto again = sync(*a);
  CHECK(again.exchanges == 1);
  CHECK(again.segments_sent == 0);
}

TEST_CASE_METHOD(Office, "a phone that was enrolled by hand may come before its administrator") {
  const auto record = a->write(commune, {text("title", "đến trước")});
  const auto pushed = sync(*a);
  CHECK(pushed.rejected.empty());
  CHECK(must(vault::counts(*a->vault)).unsent_segments == 0);
  sync(*admin);
  sync(*office);
  CHECK(office->document(record) == a->document(record));
}

TEST_CASE("an administrator who prepared a whole province without a network can sync it") {
  ServedRealm realm;
  for (int i = 0; i < 200; ++i) must(vault::add_unit(*realm.admin->vault, realm.top));
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto record = phone->write(realm.commune, {text("title", "họp thôn")});
  const auto admins = realm.admin->write(realm.top, {text("title", "tỉnh")});
  const auto first = realm.sync(*realm.admin);
  CHECK(first.exchanges == 2);
  CHECK(first.rejected.empty());
  CHECK(first.segments_sent == 1);
  CHECK(must(vault::counts(*realm.admin->vault)).unsent_segments == 0);
  CHECK(must(realm.admin->vault->db().integer("SELECT count(*) FROM statement WHERE ledger_index IS NULL")) ==
        0);
  CHECK(realm.sync(*phone).exchanges == 2);  // it cannot know that the server knows it by now
  CHECK(realm.sync(*phone).exchanges == 1);
  auto office = realm.enrolled("office", roster::Role::office, realm.top);
  realm.sync(*realm.admin);
  realm.sync(*office);
  CHECK(office->document(record) == phone->document(record));
  CHECK(office->document(admins) == realm.admin->document(admins));
}

TEST_CASE_METHOD(Office,
                 "edits of two phones meet as one conflict everywhere, and a choice ends it everywhere") {
  sync(*admin);
  const auto record = a->write(commune, {text("title", "gốc")});
  sync(*a);
  sync(*b);
  a->edit(commune, record, {text("title", "A")});
  clock.advance(120'000);
  b->edit(commune, record, {text("title", "B")});
  sync(*a);
  sync(*b);
  sync(*a);
  sync(*office);
  for (auto* device : {a.get(), b.get(), office.get()}) {
    CHECK(must(vault::counts(*device->vault)).conflicts == 1);
    CHECK(must(vault::projections_hash(*device->vault)) == must(vault::projections_hash(*a->vault)));
  }
  office->edit(commune, record, {text("title", "thống nhất")});
  sync(*office);
  sync(*a);
  sync(*b);
  for (auto* device : {a.get(), b.get()}) {
    CHECK(must(vault::counts(*device->vault)).conflicts == 0);
    CHECK(device->document(record) == office->document(record));
  }
}

TEST_CASE_METHOD(Office, "after a cut the next sync sends again at most the segment that was cut") {
  sync(*admin);
  const auto record = a->write(commune, {text("title", "0")});
  for (int segment = 0; segment < 20; ++segment) {
    a->edit(commune, record, {text("title", std::to_string(segment)), text("note", std::string(500, 'x'))});
    must(vault::seal(*a->vault));
  }
  LoopbackTransport wire(server);
  sync::Options options;
  wire.cut_request_at = 3000;
  CHECK(sync::run(*a->vault, wire, options).error().code == Code::connection_lost);
  // How much the server has of it is not known to the phone; the probe finds out.
  const auto total = must(vault::counts(*a->vault)).unsent_segments;
  server.relay().stop();  // commits what had arrived
  const auto arrived = server.relay().counters().segments_accepted.load();
  server.stop();
  server.start(clock);
  REQUIRE(arrived > 0);
  REQUIRE(arrived < total);
  wire.exchanges = 0;
  const auto resumed = must(sync::run(*a->vault, wire, options));
  CHECK(resumed.exchanges == 2);
  CHECK(resumed.segments_sent == total - arrived);
  CHECK(resumed.ingest.known == 0);  // receipts alone come back, not what the phone has
  CHECK(resumed.ingest.refused_count == 0);
  sync(*office);
  CHECK(office->document(record) == a->document(record));
  CHECK(must(vault::counts(*a->vault)).unsent_segments == 0);
}

TEST_CASE_METHOD(Office, "wherever either direction is cut, nothing is lost and nothing counts twice") {
  sync(*admin);
  SeededRandom dice(7);
  LoopbackTransport wire(server);
  const auto record = a->write(commune, {text("title", "0")});
  for (int round = 0; round < 40; ++round) {
    a->edit(commune, record, {text("title", std::to_string(round))});
    b->write(commune, {text("title", "b" + std::to_string(round))});
    for (auto* device : {a.get(), b.get(), office.get()}) {
      std::uint8_t coin[3];
      dice.fill(coin);
      if (coin[0] < 100) wire.cut_request_at = coin[1] * 8u;
      if (coin[0] > 155) wire.cut_response_at = coin[2] * 8u;
      (void)sync::run(*device->vault, wire, {}).ok();
    }
  }
  wire.cut_request_at = wire.cut_response_at = SIZE_MAX;
  for (int round = 0; round < 2; ++round)
    for (auto* device : {a.get(), b.get(), office.get()}) sync_over(*device, wire);
  const auto expected = must(vault::projections_hash(*a->vault));
  for (auto* device : {b.get(), office.get()}) {
    CHECK(must(vault::projections_hash(*device->vault)) == expected);
    CHECK(must(vault::findings(*device->vault)).empty());
  }
  CHECK(must(vault::counts(*office->vault)).records == 41);
}

TEST_CASE_METHOD(Office, "a third phone's records arrive by bundle through another device") {
  sync(*admin);
  sync(*a);
  auto far = enrolled("far", roster::Role::cadre, commune);
  const auto record = far->write(commune, {text("title", "bản xa")});
  const auto report = a->take(*far, false);
  CHECK(report.segments == 1);
  CHECK(sync(*a).segments_sent == 1);
  sync(*office);
  CHECK(office->document(record) == far->document(record));
  // When the phone itself comes by, the server has everything already.
  const auto later = sync(*far);
  CHECK(later.rejected.empty());
  CHECK(must(vault::counts(*far->vault)).unsent_segments == 0);
}

TEST_CASE_METHOD(Office, "nothing on the wire shows what was written") {
  LoopbackTransport wire(server);
  a->write(commune, {text("title", "bimatcuathon")});
  sync_over(*admin, wire);
  sync_over(*a, wire);
  sync_over(*office, wire);
  CHECK_FALSE(contains(wire.seen, "bimatcuathon"));
  // The control: planted, the word is found.
  append(wire.seen, as_bytes("bimatcuathon"));
  CHECK(contains(wire.seen, "bimatcuathon"));
}

TEST_CASE_METHOD(Office, "a ledger that was cut back is noticed by the phone that saw more") {
  sync(*admin);
  server.stop();
  TempFolder older;
  std::filesystem::copy(server.folder(), older.path("s"), std::filesystem::copy_options::recursive);
  server.start(clock);
  const auto record = a->write(commune, {text("title", "x")});
  sync(*a);
  server.stop();
  // The whole folder is put back, the signer's memory included: a thief, not an accident.
  std::filesystem::remove_all(server.folder());
  std::filesystem::copy(older.path("s"), server.folder(), std::filesystem::copy_options::recursive);
  server.start(clock);
  LoopbackTransport wire(server);
  CHECK(sync::run(*a->vault, wire, {}).error().code == Code::ledger_went_back);
  CHECK(must(vault::findings(*a->vault)).front().code == "ledger.went_back");
  CHECK(a->document(record).find("x") != std::string::npos);
  // It grows again past what was seen, with other entries: still noticed.
  for (int i = 0; i < 8; ++i) {
    b->write(commune, {text("title", std::to_string(i))});
    must(vault::seal(*b->vault));
  }
  sync(*b);
  CHECK(sync::run(*a->vault, wire, {}).error().code == Code::ledger_rewritten);
}

TEST_CASE_METHOD(Office, "two administrators offline: whoever comes first, nobody's records are stuck") {
  auto second = enrolled("second", roster::Role::admin, top);
  sync(*admin);
  sync(*second);
  // Approved by hand under a roster that the ledger never sees in this order.
  auto fresh = enrolled("fresh", roster::Role::cadre, commune);
  const auto record = fresh->write(commune, {text("title", "máy mới")});
  must(vault::seal(*fresh->vault));
  const auto mine = must(vault::add_unit(*admin->vault, top));
  const auto ours = admin->write(mine, {text("title", "đơn vị mới")});
  must(vault::add_unit(*second->vault, top));
  sync(*second);
  // The new phone comes before its administrator.
  const auto pushed = sync(*fresh);
  CHECK(pushed.rejected.empty());
  CHECK(pushed.exchanges == 2);
  CHECK(must(vault::counts(*fresh->vault)).unsent_segments == 0);
  const auto report = sync(*admin);
  CHECK(report.rejected.empty());
  CHECK(must(vault::counts(*admin->vault)).unsent_segments == 0);
  for (auto* device : {office.get(), second.get()}) {
    CHECK(sync(*device).ingest.refused_count == 0);
    CHECK(device->document(record) == fresh->document(record));
    CHECK(device->document(ours) == admin->document(ours));
    CHECK(must(vault::findings(*device->vault)).empty());
  }
  const auto again = sync(*fresh);
  CHECK(again.exchanges == 1);
  CHECK(again.segments_sent == 0);
}

}  // namespace sync_test
