// Restored and copied vaults: nothing that was acknowledged is lost, no place of a feed is used twice, and
// every device shows the same in the end.
#include "support/copies.hpp"
#include "vault/attachments.hpp"

namespace restore_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Village : ServedRealm {
  explicit Village(std::uint64_t seed = 1, vault::PlaceOf place_of = nullptr)
      : ServedRealm(seed), a(*this, "a", roster::Role::cadre, commune, place_of) {
    sync(*admin);
  }
  Phone a;
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);

  RecordId write(Phone& phone, const std::string& title) {
    clock.advance(1000);
    return phone->write(commune, {text("title", title)});
  }
  // Everybody shows the same, the vaults are whole, and nothing is left unsent.
  void settle(const std::vector<Device*>& devices) {
    for (int round = 0; round < 3; ++round)
      for (auto* device : devices) {
        const auto report = sync(*device);
        for (const auto& rejection : report.rejected)
          FAIL_CHECK(info(rejection.code).text << " " << rejection.detail);
      }
    const auto expected = must(vault::projections_hash(*devices.front()->vault));
    for (auto* device : devices) {
      CHECK(must(vault::projections_hash(*device->vault)) == expected);
      must(vault::rebuild(*device->vault));
      CHECK(must(vault::projections_hash(*device->vault)) == expected);
      const auto counts = must(vault::counts(*device->vault));
      CHECK(counts.unsent_segments == 0);
      CHECK(counts.pending_ops == 0);
      CHECK(counts.held.empty());
    }
  }
};

}  // namespace

TEST_CASE_METHOD(Village, "a restored phone that wrote nothing fetches its own tail and opens a new feed") {
  write(a, "trước");
  sync(*a);
  a.back_up();
  write(a, "sau một");
  sync(*a);
  write(a, "sau hai");
  sync(*a);
  a.restore();
  CHECK_FALSE(shows(*a, "sau một"));
  const auto report = sync(*a);
  CHECK(report.exchanges == 1);
  REQUIRE(report.ingest.restored);
  CHECK(report.ingest.restored->fetched == 2);
  CHECK(report.ingest.restored->kept == 0);
  CHECK(shows(*a, "sau một"));
  CHECK(shows(*a, "sau hai"));
  CHECK(found(*a, "feed.restored"));
  CHECK_FALSE(sync(*a).ingest.restored);  // said once
  write(a, "mới");
  sync(*a);
  CHECK(own_feeds(*a) == 2);
  settle({&*a, office.get(), admin.get()});
  CHECK(must(vault::counts(*office->vault)).records == 4);
  CHECK(must(vault::findings(*office->vault)).empty());
}

TEST_CASE_METHOD(Village,
                 "what was written on a restored phone before its first contact is kept beside its tail") {
  const auto old = write(a, "trước");
  sync(*a);
  a.back_up();
  const auto lost = write(a, "sau bản sao");
  a->edit(commune, old, {text("note", "của máy chủ")});
  sync(*a);
  a.restore();
  const auto kept = write(a, "chỉ ở đây");
  a->edit(commune, kept, {text("note", "sửa ở đây")});
  a->edit(commune, old, {text("note", "của bản khôi phục")});
  CHECK(kept == lost);  // the danger: one id for two records
  const auto sealed_before = GENERATE(false, true);
  if (sealed_before) must(vault::seal(*a->vault));
  const auto report = sync(*a);
  CHECK(report.rejected.empty());
  REQUIRE(report.ingest.restored);
  CHECK(report.ingest.restored->fetched == 1);
  CHECK(report.ingest.restored->kept == 3);
  CHECK(shows(*a, "sau bản sao"));
  CHECK(shows(*a, "chỉ ở đây"));
  settle({&*a, office.get()});
  CHECK(must(vault::counts(*office->vault)).records == 3);
  CHECK(must(vault::counts(*office->vault)).conflicts == 1);  // the two notes, both shown
  CHECK(office->document(lost).find("sau bản sao") != std::string::npos);
  CHECK(office->document(lost).find("sửa ở đây") == std::string::npos);
  CHECK(must(vault::findings(*office->vault)).empty());
  CHECK(own_feeds(*a) == 2);
}

TEST_CASE_METHOD(Village, "what a backup had not sealed yet is not there twice after a restore") {
  write(a, "đầu");
  sync(*a);
  const auto shared = write(a, "chưa niêm phong");
  a.back_up();
  a->edit(commune, shared, {text("note", "sau")});
  sync(*a);
  a.restore();
  a->edit(commune, shared, {text("other", "ở đây")});
  const auto report = sync(*a);
  REQUIRE(report.ingest.restored);
  CHECK(report.ingest.restored->kept == 1);
  settle({&*a, office.get()});
  CHECK(must(vault::counts(*office->vault)).records == 2);
  CHECK(must(vault::counts(*office->vault)).conflicts == 0);
  CHECK(office->document(shared).find("note=sau") != std::string::npos);
  CHECK(office->document(shared).find("other=ở đây") != std::string::npos);
}

TEST_CASE_METHOD(Village, "two phones with one vault both write and sync: each ends with a feed of its own") {
  const auto shared = write(a, "chung");
  sync(*a);
  Phone b(a, "b");
  for (int round = 0; round < 6; ++round) {
    write(a, "a" + std::to_string(round));
    write(b, "b" + std::to_string(round));
    a->edit(commune, shared, {text("title", "a" + std::to_string(round))});
    CHECK(sync(*a).rejected.empty());
    CHECK(sync(*b).rejected.empty());
  }
  settle({&*a, &*b, office.get()});
  CHECK(must(vault::counts(*office->vault)).records == 13);
  for (int round = 0; round < 6; ++round) {
    CHECK(shows(*office, "title=a" + std::to_string(round)));
    CHECK(shows(*office, "title=b" + std::to_string(round)));
  }
  // They part once, not at every sync.
  CHECK(own_feeds(*a) == 2);
  CHECK(must(vault::findings(*office->vault)).empty());
}

TEST_CASE("two phones with one vault, where their files tell, keep the ids of what they write") {
  if (!files_tell()) return;
  Village village(1, vault::birth_of);
  auto& a = village.a;
  village.write(a, "chung");
  village.sync(*a);
  const auto unsent = village.write(a, "chưa gửi");
  Phone b(a, "b");
  const auto by_a = village.write(a, "của a");
  const auto by_b = village.write(b, "của b");
  CHECK(by_a != by_b);
  b->edit(village.commune, unsent, {text("note", "b sửa")});
  for (int round = 0; round < 2; ++round) {
    CHECK(village.sync(*b).rejected.empty());
    CHECK(village.sync(*a).rejected.empty());
  }
  village.settle({&*a, &*b, village.office.get()});
  CHECK(village.office->document(by_a).find("của a") != std::string::npos);
  CHECK(village.office->document(by_b).find("của b") != std::string::npos);
  CHECK(village.office->document(unsent).find("b sửa") != std::string::npos);
  CHECK(must(vault::counts(*village.office->vault)).records == 4);
  CHECK(must(vault::counts(*village.office->vault)).conflicts == 0);
}

TEST_CASE_METHOD(Village, "a phone may be restored again and again, from the same backup") {
  write(a, "gốc");
  sync(*a);
  a.back_up();
  std::vector<std::string> titles;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 3; ++i) {
      titles.push_back("r" + std::to_string(round) + "." + std::to_string(i));
      write(a, titles.back());
      if (i == 1) CHECK(sync(*a).rejected.empty());
    }
    CHECK(sync(*a).rejected.empty());
    a.restore();
  }
  settle({&*a, office.get()});
  CHECK(must(vault::counts(*office->vault)).records == titles.size() + 1);
  for (const auto& title : titles) {
    CHECK(shows(*a, "title=" + title));
    CHECK(shows(*office, "title=" + title));
  }
}

TEST_CASE_METHOD(Village,
                 "an administrator's vault that was restored says its acts again behind its own tail") {
  admin->vault.reset();
  const std::string folder_of_admin = folder.path("admin");
  std::filesystem::copy(folder_of_admin, folder.path("backup"), std::filesystem::copy_options::recursive);
  admin->reopen();
  const auto before = must(vault::add_unit(*admin->vault, top));
  admin->write(top, {text("title", "trước khi mất")});
  sync(*admin);
  admin->vault.reset();
  std::filesystem::remove_all(folder_of_admin);
  std::filesystem::copy(folder.path("backup"), folder_of_admin, std::filesystem::copy_options::recursive);
  admin->reopen();
  const auto since = must(vault::add_unit(*admin->vault, top));
  admin->write(since, {text("title", "đơn vị mới")});
  admin->write(top, {text("title", "sau khi khôi phục")});
  const auto report = sync(*admin);
  CHECK(report.rejected.empty());
  REQUIRE(report.ingest.restored);
  CHECK(report.ingest.restored->statements >= 1);
  settle({admin.get(), office.get()});
  for (const auto* word : {"trước khi mất", "đơn vị mới", "sau khi khôi phục"}) CHECK(shows(*office, word));
  CHECK((*office->vault->roster())->unit(before) != nullptr);
  CHECK((*office->vault->roster())->unit(since) != nullptr);
}

TEST_CASE_METHOD(Village,
                 "a sync that breaks anywhere while a restored phone parts from its past loses nothing") {
  const auto old = write(a, "gốc");
  sync(*a);
  a.back_up();
  for (int i = 0; i < 3; ++i) {
    write(a, "tail" + std::to_string(i));
    sync(*a);
  }
  for (std::size_t cut = 0; cut < 60; ++cut) {
    a.restore();
    const std::string title = "cut" + std::to_string(cut);
    write(a, title);
    a->edit(commune, old, {text("note", title)});
    LoopbackTransport wire(server);
    wire.cut_response_at = 90 * cut;
    (void)sync::run(*a->vault, wire, {}).ok();
    wire.cut_request_at = 20 * cut;
    (void)sync::run(*a->vault, wire, {}).ok();
    wire.cut_request_at = SIZE_MAX;
    const auto report = sync(*a);
    CHECK(report.rejected.empty());
    REQUIRE(shows(*a, "title=" + title));
    REQUIRE(shows(*a, "title=tail2"));
  }
  settle({&*a, office.get()});
  for (std::size_t cut = 0; cut < 60; ++cut) CHECK(shows(*office, "title=cut" + std::to_string(cut)));
  CHECK(must(vault::counts(*office->vault)).records == 64);
}

TEST_CASE_METHOD(Village, "a bundle that shows a phone more of its own feed than it holds does the same") {
  write(a, "gốc");
  must(vault::seal(*a->vault));
  a.back_up();
  const auto lost = write(a, "sau");
  office->take(*a);
  a.restore();
  const auto kept = write(a, "ở đây");
  CHECK(kept == lost);
  const auto report = a->take(*office);
  REQUIRE(report.restored);
  CHECK(report.restored->fetched == 1);
  CHECK(report.restored->kept == 1);
  CHECK(shows(*a, "title=sau"));
  CHECK(shows(*a, "title=ở đây"));
  office->take(*a);
  CHECK(office->document(lost).find("sau") != std::string::npos);
  CHECK(must(vault::counts(*office->vault)).records == 3);
  settle({&*a, office.get()});
}

TEST_CASE_METHOD(Village,
                 "a true fork by hand: both branches are kept, one as evidence, and nothing is lost") {
  const auto record = write(a, "gốc");
  sync(*a);
  sync(*office);
  Phone b(a, "b");
  a->edit(commune, record, {text("title", "nhánh a")});
  clock.advance(1000);
  b->edit(commune, record, {text("title", "nhánh b")});
  write(b, "chỉ có ở b");
  office->take(*b);  // one branch by hand …
  CHECK(shows(*office, "nhánh b"));
  sync(*a);  // … the other by the server
  sync(*office);
  CHECK(found(*office, "feed.fork"));
  CHECK(shows(*office, "nhánh a"));
  sync(*b);
  settle({&*a, &*b, office.get()});
  CHECK(shows(*office, "chỉ có ở b"));
  CHECK(must(vault::counts(*office->vault)).conflicts == 1);
  CHECK(found(*b, "feed.restored"));
  CHECK(must(b->vault->db().integer("SELECT count(*) FROM finding WHERE length(evidence) > 0")).value() > 0);
}

TEST_CASE(
    "random histories of backups, restores, copies, writes and syncs end with everything that was "
    "acknowledged") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    const vault::PlaceOf place_of = seed % 2 == 0 ? files_tell() : nullptr;
    Village village(seed);
    SeededRandom dice(seed * 977);
    const auto roll = [&](std::size_t below) {
      std::uint8_t bytes[2];
      dice.fill(bytes);
      return (bytes[0] * 256u + bytes[1]) % below;
    };
    std::vector<std::unique_ptr<Phone>> phones;
    for (const char* name : {"p", "q"})
      phones.push_back(
          std::make_unique<Phone>(village, name, roster::Role::cadre, village.commune, place_of));
    // What is durable: on a phone that is not put back, or sent. A restore takes back what was not.
    std::map<Phone*, std::set<std::string>> here, saved;
    std::set<std::string> sent;
    std::set<Phone*> backed;
    int count = 0;
    for (int step = 0; step < 120; ++step) {
      auto& phone = *phones[roll(phones.size())];
      switch (roll(12)) {
        case 0:
          phone.back_up();
          saved[&phone] = here[&phone];
          backed.insert(&phone);
          break;
        case 1:
          if (backed.count(&phone) == 0) break;
          phone.restore();
          here[&phone] = saved[&phone];
          break;
        case 2:
          if (phones.size() >= 5) break;
          phones.push_back(std::make_unique<Phone>(phone, "copy" + std::to_string(phones.size())));
          here[phones.back().get()] = here[&phone];
          break;
        case 3:
        case 4: {
          LoopbackTransport wire(village.server);
          if (roll(4) == 0) wire.cut_request_at = roll(4000);
          if (roll(4) == 0) wire.cut_response_at = roll(4000);
          const auto ran = sync::run(*phone->vault, wire, {});
          if (!ran) break;
          REQUIRE(ran->rejected.empty());
          sent.insert(here[&phone].begin(), here[&phone].end());
          break;
        }
        case 5:
          must(vault::seal(*phone->vault));
          break;
        case 6: {
          const auto rows = must(vault::list(*phone->vault, {}));
          if (rows.empty()) break;
          const std::string word = "w" + std::to_string(count++) + ".";
          phone->edit(village.commune, rows[roll(rows.size())].id, {text("f" + std::to_string(count), word)});
          here[&phone].insert(word);
          break;
        }
        default: {
          const std::string word = "w" + std::to_string(count++) + ".";
          village.clock.advance(static_cast<std::int64_t>(roll(3)) * 500);
          phone->write(village.commune, {text("title", word), text("twin", word)});
          here[&phone].insert(word);
        }
      }
    }
    std::vector<Device*> devices{village.office.get()};
    for (auto& phone : phones) {
      devices.push_back(phone->device.get());
      sent.insert(here[phone.get()].begin(), here[phone.get()].end());
    }
    village.settle(devices);
    for (const auto& word : sent)
      if (!shows(*village.office, "=" + word)) FAIL_CHECK("lost: " << word);
    // No two records became one: title and twin come from one save.
    for (const auto& row : must(vault::list(*village.office->vault, {}))) {
      const auto title = row.document.find("title=");
      if (title == std::string::npos) continue;
      const auto word = row.document.substr(title + 6, row.document.find('\n', title) - title - 6);
      CHECK(row.document.find("twin=" + word + "\n") != std::string::npos);
      // Two copies that both had an unsent change may both move it: the same twice, never two things in one.
      const auto state = must(vault::load_state(*village.office->vault, row.id));
      for (const auto& [path, field] : changelog::view(state).fields)
        for (const auto* head : field.heads) CHECK(head->value == field.shown());
    }
    CHECK_FALSE(found(*village.office, "feed.fork"));
  }
}

TEST_CASE_METHOD(
    Village,
    "a restored phone comes to its end also where one answer is less than what others wrote meanwhile") {
  write(a, "trước");
  sync(*a);
  a.back_up();
  write(a, "sau bản sao");
  sync(*a);
  auto neighbour = enrolled("neighbour", roster::Role::cadre, commune);
  sync(*admin);
  sync(*neighbour);
  for (int i = 0; i < 30; ++i) {
    Bytes noise(8000);
    random.fill(noise);
    neighbour->write(commune, {text("title", to_hex(noise))});
    clock.advance(1000);
    sync(*neighbour);
  }
  a.restore();
  write(a, "ở đây");
  LoopbackTransport transport(server);
  sync::Options options;
  options.max_response = 1;  // the server raises it to 128 KiB
  options.progress = [&](const sync::Progress&) { return transport.exchanges < 40; };
  const auto report = must(sync::run(*a->vault, transport, options));
  CHECK(report.exchanges < 12);
  REQUIRE(report.ingest.restored);
  CHECK(report.ingest.restored->fetched == 1);
  settle({&*a, office.get(), neighbour.get()});
  CHECK(must(vault::counts(*office->vault)).records == 33);
}

}  // namespace restore_test
