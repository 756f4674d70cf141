// What two administrators who had not seen each other leave behind, and what is done about it.
#include "staff.hpp"
#include "vault/quarantine.hpp"

namespace two_administrators_test {

using namespace gandan;
using namespace gandan::test;
using gandan::test::staff::Staff;

TEST_CASE_METHOD(Staff, "two administrators remove two phones without seeing each other: both are shut out") {
  auto gone = enrolled("gone", roster::Role::cadre, commune);
  sync(*admin);
  sync(*second);
  sync(*gone);
  remove(*admin, *lost, commune);
  remove(*second, *gone, commune);
  const auto of_first = admin->write(commune, {text("title", "của người thứ nhất")});
  const auto of_second = second->write(commune, {text("title", "của người thứ hai")});
  must(vault::seal(*admin->vault));
  must(vault::seal(*second->vault));
  sync(*admin);
  sync(*second);  // overtaken: its epoch never was, what it sealed is sealed again
  settle();
  CHECK(epoch(*a, commune) == 3);
  CHECK_FALSE(must(a->vault->roster())->rotation_due(commune));
  for (auto* device : {admin.get(), second.get(), a.get(), office.get()})
    for (const auto& record : {of_first, of_second}) CHECK(reads(*device, record));
  all_the_same();
  const auto later = a->write(commune, {text("title", "sau cả hai")});
  settle();
  for (auto* removed : {lost.get(), gone.get()}) CHECK_FALSE(opens_by_hand(*removed, *office, later));
  CHECK(reads(*office, later));
  for (auto* device : {admin.get(), second.get(), a.get(), office.get()})
    CHECK(must(vault::findings(*device->vault)).empty());
}

TEST_CASE_METHOD(Staff, "a phone that one enrols while the other rotates gets the key from either, later") {
  remove(*admin, *lost, commune);
  auto fresh = device("fresh");
  const auto& identity = fresh->vault->identity();
  must(vault::approve(*second->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, commune));
  must(sync::import_bundle(*fresh->vault, must(sync::export_enrolment(*second->vault))));
  sync(*admin);
  sync(*second);
  sync(*fresh);
  const auto record = fresh->write(commune, {text("title", "máy mới")});
  settle();
  sync(*fresh);
  settle();
  CHECK(epoch(*fresh, commune) == 2);
  CHECK(fresh->vault->keyring().latest(commune) == 2u);
  CHECK(reads(*office, record));
  CHECK_FALSE(opens_by_hand(*lost, *fresh, record));
}

TEST_CASE_METHOD(Staff, "whom a removed administrator enrolled, another one accepts, and its work is kept") {
  auto fresh = device("fresh");
  const auto& identity = fresh->vault->identity();
  const auto request = roster::make_join_request(identity.sign, identity.box.public_key(), "");
  must(vault::approve(*second->vault, request, roster::Role::cadre, commune));
  must(sync::import_bundle(*fresh->vault, must(sync::export_enrolment(*second->vault))));
  const auto record = fresh->write(commune, {text("title", "duyệt bởi người đã thôi")});
  remove(*admin, *second, top);
  sync(*admin);
  LoopbackTransport wire(server);
  CHECK(sync::run(*second->vault, wire, {}).error().code == Code::not_authorized);
  CHECK(sync::run(*fresh->vault, wire, {}).error().code == Code::not_enrolled);
  CHECK(reads(*fresh, record));
  // As it is told: it hands its request to an administrator.
  must(vault::approve(*admin->vault, request, roster::Role::cadre, commune));
  sync(*admin);
  SECTION("and it hears of it from the server") {}
  SECTION("and it hears of it by hand") {
    must(sync::import_bundle(*fresh->vault, must(sync::export_enrolment(*admin->vault))));
  }
  for (int round = 0; round < 2; ++round)
    for (auto* device : {fresh.get(), admin.get(), a.get(), office.get()})
      CHECK(sync(*device).rejected.empty());
  CHECK(must(vault::counts(*fresh->vault)).unsent_segments == 0);
  CHECK(must(vault::counts(*fresh->vault)).pending_ops == 0);
  for (auto* device : {fresh.get(), admin.get(), a.get(), office.get()}) CHECK(reads(*device, record));
  CHECK(must(vault::findings(*fresh->vault)).empty());
  CHECK_FALSE(opens_by_hand(*second, *fresh, fresh->write(commune, {text("title", "về sau")})));
}

// One had it by hand that the other moved the unit, when that was no news in the ledger any more.
TEST_CASE_METHOD(Staff, "the key goes to the office that the ledger says, whichever a bundle said before") {
  const auto here = must(vault::add_unit(*admin->vault, top));
  const auto there = must(vault::add_unit(*admin->vault, top));
  must(vault::move_unit(*admin->vault, commune, here));
  auto office_there = enrolled("there", roster::Role::office, there);
  settle();
  sync(*office_there);
  must(vault::move_unit(*second->vault, commune, there));
  must(vault::move_unit(*admin->vault, commune, here));  // where it is
  second->take(*admin);
  must(vault::mend_keys(*second->vault));  // a new key, and `here` is to have it
  sync(*admin);
  settle();
  sync(*office_there);
  REQUIRE(must(office->vault->roster())->unit(commune)->parent() == there);
  CHECK_FALSE(must(office->vault->roster())->rotation_due(commune));
  const auto record = a->write(commune, {text("title", "sau khi chuyển")});
  settle();
  sync(*office_there);
  for (auto* device : {admin.get(), second.get(), office.get(), office_there.get()})
    CHECK(reads(*device, record));
}

TEST_CASE_METHOD(Staff, "nobody wraps again for whom another administrator approved") {
  const auto own = [&] {
    return must(admin->vault->db().integer("SELECT count(*) FROM wrap WHERE to_send IN (1, 3)")).value_or(0);
  };
  must(vault::rotate(*admin->vault, commune));
  settle();
  const auto before = own();
  for (int i = 0; i < 3; ++i) {
    auto fresh = device("fresh" + std::to_string(i));
    const auto& identity = fresh->vault->identity();
    must(vault::approve(*second->vault,
                        roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                        roster::Role::cadre, commune));
    settle();
  }
  CHECK(own() == before);
}

TEST_CASE_METHOD(Staff, "who joins by a bundle is given nothing of what counts nowhere") {
  const auto record = lost->write(commune, {text("title", "chưa được nhận")});
  remove(*admin, *lost, commune);
  sync(*admin);
  CHECK(admin->take(*lost).held == 1);
  auto fresh = enrolled("fresh", roster::Role::office, top);
  sync::ExportOptions options;
  options.everything = true;
  options.quarantined = false;
  must(sync::import_bundle(*fresh->vault, must(sync::export_bundle(*admin->vault, options))));
  CHECK_FALSE(reads(*fresh, record));
  sync(*admin);
  CHECK(sync(*fresh).rejected.empty());
}

// An epoch that its statement does not know of would count nowhere, and what lay under it would open nowhere.
TEST_CASE_METHOD(Staff,
                 "who has another's new key by hand alone starts none behind it, and seals under that one") {
  remove(*admin, *lost, commune);
  second->take(*admin);
  REQUIRE(epoch(*second, commune) == 2);
  CHECK(vault::rotate(*second->vault, commune).error().code == Code::no_key);
  const auto under = second->write(commune, {text("title", "dưới khoá mang tay")});
  must(vault::seal(*second->vault));
  CHECK(must(vault::counts(*second->vault)).pending_ops == 0);
  CHECK(remove(*second, *a, commune).waiting == 1);
  const auto waiting = second->write(commune, {text("title", "chờ khoá sau")});
  must(vault::seal(*second->vault));
  CHECK(must(vault::counts(*second->vault)).pending_ops > 0);
  for (int round = 0; round < 3; ++round)
    for (auto* device : {second.get(), admin.get(), office.get()}) sync(*device);
  CHECK(epoch(*admin, commune) == 3);
  CHECK_FALSE(must(admin->vault->roster())->rotation_due(commune));
  for (auto* device : {admin.get(), second.get(), office.get()})
    for (const auto& record : {under, waiting}) CHECK(reads(*device, record));
  CHECK_FALSE(opens_by_hand(*a, *admin, waiting));
  all_the_same();
}

}  // namespace two_administrators_test
