// An administrator's vault that was restored from a backup, and issued statements before and after: both
// follow the same one of his, so the ledger takes those that come first. The others are said again behind
// them, with whatever they need; and he is told.
#include "support/copies.hpp"
#include "vault/proposals.hpp"

namespace restored_admin_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct RestoredAdmin : ServedRealm {
  RestoredAdmin() {
    sync(*admin);
    sync(*office);
  }
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);
  std::unique_ptr<Device> cadre = enrolled("cadre", roster::Role::cadre, commune);
  std::vector<std::unique_ptr<Device>> joined;

  void copy_admin(const std::string& from, const std::string& to) {
    admin->vault.reset();
    std::filesystem::remove_all(folder.path(to));
    std::filesystem::copy(folder.path(from), folder.path(to), std::filesystem::copy_options::recursive);
    admin->reopen();
  }
  void back_up() { copy_admin("admin", "admin.backup"); }
  void restore() { copy_admin("admin.backup", "admin"); }
  // Approved by bundle: it can read, write and sync from here on.
  Device& join(const UnitId& unit) {
    joined.push_back(enrolled("joined" + std::to_string(joined.size()), roster::Role::cadre, unit));
    return *joined.back();
  }
  bool member(const Device& device, const UnitId& unit) {
    return must(office->vault->roster())->may(device.vault->identity().id, roster::Right::write, unit);
  }
  // Everybody syncs a few times, and every one reads every title.
  void settle(const std::vector<std::string>& titles) {
    std::vector<Device*> all{admin.get(), office.get(), cadre.get()};
    for (auto& device : joined) all.push_back(device.get());
    std::size_t refused = 0;
    for (int round = 0; round < 4; ++round) {
      refused = 0;
      for (auto* device : all) refused += sync(*device).rejected.size();
    }
    CHECK(refused == 0);
    const auto* roster = must(admin->vault->roster());
    const auto head = roster->head(roster->size());
    for (const auto& [id, unit] : roster->units()) CHECK_FALSE(roster->rotation_due(id));
    for (auto* device : all) {
      const auto* known = must(device->vault->roster());
      CHECK(known->head(known->size()) == head);
      CHECK(must(vault::counts(*device->vault)).unsent_segments == 0);
      CHECK(must(vault::counts(*device->vault)).pending_ops == 0);
    }
    for (const auto& title : titles)
      for (auto* reader : {admin.get(), office.get()}) {
        INFO(title);
        CHECK(shows(*reader, "title=" + title));
      }
  }
};

}  // namespace

TEST_CASE_METHOD(RestoredAdmin,
                 "grants, units and rotations of before and after a restore all hold, and he is told") {
  back_up();
  Device& before = join(commune);
  const auto unit_before = must(vault::add_unit(*admin->vault, top));
  must(vault::rotate(*admin->vault, commune));
  sync(*admin);
  sync(before);
  before.write(commune, {text("title", "duyệt trước")});
  admin->write(unit_before, {text("title", "đơn vị trước")});
  sync(*admin);
  sync(before);
  const auto epoch = must(office->vault->roster())->unit(commune)->epochs.back().number;

  restore();
  CHECK(must(admin->vault->roster())->unit(unit_before) == nullptr);
  Device& after = join(commune);
  const auto unit_after = must(vault::add_unit(*admin->vault, top));
  must(vault::rotate(*admin->vault, commune));
  after.write(commune, {text("title", "duyệt sau")});
  admin->write(unit_after, {text("title", "đơn vị sau")});
  const auto report = sync(*admin);
  CHECK(report.rejected.empty());
  REQUIRE(report.ingest.restored);
  CHECK(report.ingest.restored->statements >= 3);
  CHECK(found(*admin, "feed.restored"));
  // `after` has the grant as it was first said; what took its place comes with a bundle, or with the server.
  settle({"duyệt trước", "đơn vị trước", "duyệt sau", "đơn vị sau"});
  CHECK(member(before, commune));
  CHECK(member(after, commune));
  CHECK(must(office->vault->roster())->unit(unit_after) != nullptr);
  // The key that he started before the restore is the one that he asked for after it.
  CHECK(must(office->vault->roster())->unit(commune)->epochs.back().number >= epoch);
  CHECK(shows(after, "title=duyệt trước"));
  CHECK(shows(before, "title=duyệt sau"));
  CHECK_FALSE(found(*office, "feed.fork"));
}

TEST_CASE_METHOD(RestoredAdmin,
                 "a removal after a restore shuts out, though the key of that number was given before it") {
  Device& removed = join(commune);
  sync(*admin);
  sync(removed);
  back_up();
  must(vault::rotate(*admin->vault, commune));  // `removed` has this one
  sync(*admin);
  sync(removed);
  restore();
  must(vault::revoke(*admin->vault, removed.vault->identity().id, commune, roster::RevokeReason::lost));
  admin->write(commune, {text("title", "sau khi thu hồi")});
  must(vault::seal(*admin->vault));
  sync(*admin);
  const auto gone = std::move(joined.front());
  joined.erase(joined.begin());
  cadre->take(*admin);
  cadre->write(commune, {text("title", "cán bộ đã biết")});
  settle({"sau khi thu hồi", "cán bộ đã biết"});
  CHECK_FALSE(member(*gone, commune));
  gone->take(*office);
  CHECK_FALSE(shows(*gone, "title=sau khi thu hồi"));
  CHECK_FALSE(shows(*gone, "title=cán bộ đã biết"));
}

TEST_CASE_METHOD(RestoredAdmin, "a removal before the restore holds after it, whatever was said again") {
  const Device& removed = join(commune);
  sync(*admin);
  sync(*joined.front());
  back_up();
  must(vault::revoke(*admin->vault, removed.vault->identity().id, commune, roster::RevokeReason::lost));
  sync(*admin);
  restore();
  CHECK(must(admin->vault->roster())->may(removed.vault->identity().id, roster::Right::write, commune));
  Device& after = join(commune);
  must(vault::rotate(*admin->vault, commune));
  after.write(commune, {text("title", "sau khi thu hồi")});
  sync(*admin);
  const auto gone = std::move(joined.front());
  joined.erase(joined.begin());
  settle({"sau khi thu hồi"});
  CHECK(member(after, commune));
  CHECK_FALSE(member(*gone, commune));
  // Nothing that was sealed since opens there.
  gone->take(*office);
  CHECK_FALSE(shows(*gone, "title=sau khi thu hồi"));
}

TEST_CASE_METHOD(RestoredAdmin,
                 "what he took back after a restore stays taken back, whatever was said again") {
  const auto record = cadre->write(commune, {text("title", "lời khai")});
  sync(*cadre);
  sync(*admin);
  back_up();
  must(vault::add_unit(*admin->vault, top));
  sync(*admin);
  restore();
  const auto proposed = must(vault::propose(*admin->vault, roster::EraseAct{record}));
  must(vault::withdraw(*admin->vault, proposed.proposal));
  const auto hold = must(vault::issue(*admin->vault, roster::HoldBody{record}));
  must(vault::issue(*admin->vault,
                    roster::LiftBody{roster::statement_hash(must(admin->vault->roster())->realm(), hold)}));
  REQUIRE(sync(*admin).ingest.restored->statements >= 1);
  settle({});
  const auto* roster = must(office->vault->roster());
  REQUIRE(roster->proposals().size() == 1);
  CHECK(roster->proposals()[0].hash != proposed.proposal);
  CHECK(roster->proposals()[0].withdrawn);
  REQUIRE(roster->holds(record).size() == 1);
  CHECK_FALSE(roster->held(record));
}

TEST_CASE_METHOD(RestoredAdmin,
                 "of whom he approved only by hand before the restore the administrator is told, once") {
  back_up();
  Device& before = join(commune);  // it has its grant, and no server ever saw it
  before.write(commune, {text("title", "duyệt bằng tay")});
  restore();
  Device& after = join(commune);
  after.write(commune, {text("title", "duyệt sau")});
  SECTION("he meets the server first, then the phone") {
    sync(*admin);
    LoopbackTransport wire(server);
    const auto refused = sync::run(*before.vault, wire, {});
    REQUIRE_FALSE(refused.ok());  // its grant follows a statement that another one follows now
    CHECK(refused.error().code == Code::not_enrolled);
    CHECK(shows(before, "title=duyệt bằng tay"));
    const auto report = admin->take(before);
    REQUIRE(report.restored);
    CHECK(report.restored->statements >= 1);
    CHECK(found(*admin, "feed.restored"));
    CHECK_FALSE(admin->take(before).restored);
    CHECK_FALSE(member(before, commune));
    enrol(before, roster::Role::cadre, commune);  // one more approval, and what it wrote goes out
    sync(*admin);
  }
  SECTION("the phone meets the server first") {
    sync(before);
    const auto report = sync(*admin);
    REQUIRE(report.ingest.restored);
    CHECK(report.ingest.restored->statements >= 1);
  }
  before.take(*admin);
  after.take(*admin);
  settle({"duyệt bằng tay", "duyệt sau"});
  CHECK(member(before, commune));
  CHECK(member(after, commune));
}

}  // namespace restored_admin_test
