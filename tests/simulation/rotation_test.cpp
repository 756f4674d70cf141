// Removal and rotation with a real relay: who reads what afterwards.
#include "staff.hpp"
#include "vault/quarantine.hpp"
#include "vault/wraps.hpp"

namespace rotation_test {

using namespace gandan;
using namespace gandan::test;
using gandan::test::staff::Staff;

TEST_CASE_METHOD(Staff,
                 "what is sealed after a removal opens for members and offices, and not for the removed") {
  const auto before = lost->write(commune, {text("title", "trước")});
  sync(*lost);
  const auto report = remove(*admin, *lost, commune);
  CHECK(report.rotated == 1);
  // At once, before any server knows: who removed seals nothing that the removed device opens.
  const auto at_once = admin->write(commune, {text("title", "ngay sau khi thu hồi")});
  CHECK_FALSE(opens_by_hand(*lost, *admin, at_once));
  sync(*admin);
  sync(*a);
  const auto after = a->write(commune, {text("title", "sau khi biết")});
  settle();
  CHECK(epoch(*a, commune) == 2);
  for (auto* device : {admin.get(), second.get(), a.get(), office.get()})
    for (const auto& record : {before, at_once, after}) CHECK(reads(*device, record));
  for (auto* device : {admin.get(), a.get(), office.get()}) CHECK_FALSE(opens_by_hand(*lost, *device, after));
  CHECK(reads(*lost, before));
  // And the server gives it nothing.
  LoopbackTransport wire(server);
  CHECK(sync::run(*lost->vault, wire, {}).error().code == Code::not_authorized);
}

TEST_CASE_METHOD(Staff, "a phone that had not heard goes on under the old epoch, and loses nothing") {
  remove(*admin, *lost, commune);
  sync(*admin);
  const auto uninformed = a->write(commune, {text("title", "chưa biết")});
  CHECK(opens_by_hand(*lost, *a, uninformed));  // the stated limit
  sync(*a);
  const auto informed = a->write(commune, {text("title", "đã biết")});
  settle();
  for (const auto& record : {uninformed, informed}) CHECK(reads(*office, record));
  CHECK_FALSE(opens_by_hand(*lost, *a, informed));
}

TEST_CASE_METHOD(Staff, "who joins after rotations reads the past by the current secret alone") {
  const auto first = a->write(commune, {text("title", "kỳ 1")});
  sync(*a);
  must(vault::rotate(*admin->vault, commune));
  sync(*admin);
  sync(*a);
  const auto second_record = a->write(commune, {text("title", "kỳ 2")});
  sync(*a);
  sync(*second);
  must(vault::rotate(*second->vault, commune));
  sync(*second);
  CHECK(epoch(*second, commune) == 3);
  sync(*admin);
  // Known to the server only: no bundle brings it the wraps of the past.
  auto fresh = device("fresh");
  const auto& identity = fresh->vault->identity();
  must(vault::approve(*admin->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, commune));
  sync(*admin);
  must(fresh->vault->join(card));
  sync(*fresh);
  for (const auto& record : {first, second_record}) CHECK(reads(*fresh, record));
  const auto third = fresh->write(commune, {text("title", "kỳ 3")});
  sync(*fresh);
  sync(*office);
  CHECK(reads(*office, third));
}

TEST_CASE_METHOD(Staff, "a device that is given a second unit later reads its past, too") {
  const auto other = must(vault::add_unit(*admin->vault, top));
  auto there = enrolled("there", roster::Role::cadre, other);
  const auto record = there->write(other, {text("title", "xã bên")});
  sync(*admin);
  sync(*there);
  must(vault::rotate(*admin->vault, other));
  sync(*admin);
  sync(*there);
  sync(*a);  // its cursor of wraps lies behind these
  const auto& identity = a->vault->identity();
  must(vault::approve(*admin->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, other));
  sync(*admin);
  sync(*a);
  CHECK(reads(*a, record));
}

TEST_CASE_METHOD(Staff, "more wraps than one exchange carries go with the next ones") {
  for (int i = 0; i < 7; ++i) enrolled("more" + std::to_string(i), roster::Role::cadre, commune);
  const auto one = must(vault::add_unit(*admin->vault, top)),
             other = must(vault::add_unit(*admin->vault, top));
  sync(*admin);
  remove(*admin, *lost, commune);
  must(vault::rotate(*admin->vault, one));
  must(vault::rotate(*admin->vault, other));
  LoopbackTransport wire(server);
  sync::Options options;
  options.max_push_wraps = 3;
  const auto report = must(sync::run(*admin->vault, wire, options));
  CHECK(report.exchanges >= 3);  // those of a unit together
  CHECK(must(admin->vault->db().integer("SELECT count(*) FROM wrap WHERE to_send = 1")) == 0);
  // A repetition of all, which the server has: each exchange leaves fewer to send.
  clock.advance(vault::kSendWrapsAgainMs);
  CHECK(must(sync::run(*admin->vault, wire, options)).exchanges > 3);
  CHECK(must(admin->vault->db().integer("SELECT count(*) FROM wrap WHERE to_send = 1")) == 0);
  sync(*a);
  const auto record = a->write(commune, {text("title", "khoá mới")});
  sync(*a);
  sync(*office);
  CHECK(reads(*office, record));
}

TEST_CASE_METHOD(Staff, "the key of who was approved behind a large removal goes behind the approval") {
  std::vector<UnitId> units;
  for (int i = 0; i < 6; ++i) units.push_back(must(vault::add_unit(*admin->vault, top)));
  sync(*admin);
  remove(*admin, *office, top);
  auto fresh = device("fresh");
  const auto& identity = fresh->vault->identity();
  must(vault::approve(*admin->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, units.front()));
  LoopbackTransport wire(server);
  sync::Options options;
  options.max_push_wraps = 6;
  const auto report = must(sync::run(*admin->vault, wire, options));
  CHECK(report.exchanges > 2);
  CHECK(report.rejected.empty());
  CHECK(must(admin->vault->db().integer("SELECT count(*) FROM wrap WHERE to_send = 1")) == 0);
  must(fresh->vault->join(card));
  sync(*fresh);
  fresh->write(units.front(), {text("title", "máy mới")});
  must(vault::seal(*fresh->vault));
  CHECK(must(vault::counts(*fresh->vault)).pending_ops == 0);
}

TEST_CASE_METHOD(Staff, "who knows of a removal and of no new key yet seals nothing, and loses nothing") {
  remove_only(*admin, *lost, commune, roster::RevokeReason::lost);
  must(sync::import_bundle(*a->vault, must(sync::export_enrolment(*admin->vault))));
  const auto record = a->write(commune, {text("title", "chờ khoá mới")});
  CHECK(must(vault::seal(*a->vault)) == 0);
  CHECK(must(vault::counts(*a->vault)).pending_ops != 0);
  CHECK(reads(*a, record));
  CHECK_FALSE(opens_by_hand(*lost, *a, record));
  sync(*admin);  // rotates what is due
  sync(*a);      // the key
  sync(*a);
  sync(*office);
  CHECK(must(vault::counts(*a->vault)).pending_ops == 0);
  CHECK(reads(*office, record));
  CHECK_FALSE(opens_by_hand(*lost, *a, record));
}

TEST_CASE_METHOD(Staff, "a removal at the top rotates everything below") {
  const auto below = must(vault::add_unit(*admin->vault, commune));
  sync(*admin);
  const auto report = remove(*admin, *office, top);
  CHECK(report.rotated == 3);
  const auto record = admin->write(below, {text("title", "cơ quan cũ không đọc")});
  sync(*admin);
  sync(*second);
  sync(*a);
  CHECK(reads(*second, record));
  CHECK(reads(*a, record));
  CHECK_FALSE(opens_by_hand(*office, *admin, record));
}

TEST_CASE_METHOD(Staff,
                 "a commune that moves is read by its new office, with its past, and no longer by the old") {
  const auto old_office = must(vault::add_unit(*admin->vault, top));
  const auto new_office = must(vault::add_unit(*admin->vault, top));
  auto old_clerk = enrolled("old", roster::Role::office, old_office);
  auto new_clerk = enrolled("new", roster::Role::office, new_office);
  CHECK(must(vault::move_unit(*admin->vault, commune, old_office)).rotated == 1);
  sync(*admin);
  sync(*a);
  const auto past = a->write(commune, {text("title", "thời cơ quan cũ")});
  sync(*a);
  sync(*old_clerk);
  sync(*new_clerk);
  CHECK(reads(*old_clerk, past));
  CHECK_FALSE(reads(*new_clerk, past));
  sync(*admin);
  must(vault::move_unit(*admin->vault, commune, new_office));
  sync(*admin);
  sync(*a);
  const auto later = a->write(commune, {text("title", "thời cơ quan mới")});
  sync(*a);
  sync(*new_clerk);
  sync(*old_clerk);
  for (const auto& record : {past, later}) CHECK(reads(*new_clerk, record));
  CHECK(reads(*old_clerk, past));
  CHECK_FALSE(opens_by_hand(*old_clerk, *admin, later));
  sync(*office);
  CHECK(reads(*office, later));  // above both
}

// As ARCHITECTURE says it: moved under the new one, and no key changes hands backwards.
TEST_CASE_METHOD(
    Staff, "communes that merge: the new one's members read both pasts, the old ones' go on by themselves") {
  const auto other = must(vault::add_unit(*admin->vault, top));
  auto c = enrolled("c", roster::Role::cadre, other);
  const auto of_a = a->write(commune, {text("title", "xã thứ nhất")});
  const auto of_c = c->write(other, {text("title", "xã thứ hai")});
  const auto merged = must(vault::add_unit(*admin->vault, top));
  auto m = enrolled("m", roster::Role::cadre, merged);
  const auto everybody = [&] {
    for (int round = 0; round < 2; ++round)
      for (auto* device : {admin.get(), a.get(), c.get(), m.get(), office.get()}) sync(*device);
  };
  everybody();
  CHECK_FALSE(reads(*m, of_a));
  for (const auto& unit : {commune, other})
    CHECK(must(vault::move_unit(*admin->vault, unit, merged)).rotated == 1);
  everybody();
  const auto later = a->write(commune, {text("title", "sau khi nhập")});
  const auto of_m = m->write(merged, {text("title", "xã mới")});
  everybody();
  for (auto* device : {m.get(), office.get(), admin.get()})
    for (const auto& record : {of_a, of_c, later, of_m}) CHECK(reads(*device, record));
  for (const auto& record : {of_a, later}) CHECK(reads(*a, record));
  CHECK(reads(*c, of_c));
  for (const auto& record : {of_c, of_m}) CHECK_FALSE(opens_by_hand(*a, *admin, record));
  for (const auto& record : {of_a, later, of_m}) CHECK_FALSE(opens_by_hand(*c, *admin, record));
}

TEST_CASE_METHOD(Staff, "a commune that is split: its past stays where it was, the new part begins its own") {
  const auto before = a->write(commune, {text("title", "trước khi chia")});
  const auto part = must(vault::add_unit(*admin->vault, top));
  auto p = enrolled("p", roster::Role::cadre, part);
  const auto everybody = [&] {
    for (int round = 0; round < 2; ++round)
      for (auto* device : {admin.get(), a.get(), p.get(), office.get()}) sync(*device);
  };
  everybody();
  const auto after = p->write(part, {text("title", "phần mới")});
  everybody();
  CHECK(reads(*a, before));
  CHECK(reads(*p, after));
  CHECK_FALSE(opens_by_hand(*p, *admin, before));
  CHECK_FALSE(opens_by_hand(*a, *admin, after));
  for (const auto& record : {before, after}) CHECK(reads(*office, record));
  // Who works on in the new part and needs what was before is given a role there, too.
  const auto& identity = p->vault->identity();
  must(vault::approve(*admin->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, commune));
  everybody();
  CHECK(reads(*p, before));
  CHECK_FALSE(reads(*a, after));
}

TEST_CASE_METHOD(Staff,
                 "what was sealed in a unit that moved before it was sent blocks nothing, and is not lost") {
  const auto old_office = must(vault::add_unit(*admin->vault, top));
  const auto new_office = must(vault::add_unit(*admin->vault, top));
  auto clerk = enrolled("clerk", roster::Role::office, old_office);
  must(vault::move_unit(*admin->vault, commune, old_office));
  for (auto* device : {admin.get(), clerk.get(), a.get()}) sync(*device);
  const auto note = clerk->write(commune, {text("title", "ghi trước khi xã chuyển đi")});
  must(vault::seal(*clerk->vault));
  a->take(*clerk);  // somebody has it by hand

  must(vault::move_unit(*admin->vault, commune, new_office));
  sync(*admin);
  sync(*clerk);
  CHECK(must(vault::counts(*clerk->vault)).unsent_segments == 0);
  CHECK(must(vault::counts(*clerk->vault)).pending_ops == 1);
  CHECK(reads(*clerk, note));  // on the device of whoever wrote it
  CHECK_FALSE(reads(*office, note));

  must(vault::move_unit(*admin->vault, commune, old_office));
  sync(*admin);
  sync(*clerk);
  const auto later = clerk->write(commune, {text("title", "xã về lại")});
  for (int round = 0; round < 2; ++round) sync(*clerk);
  CHECK(must(vault::counts(*clerk->vault)).pending_ops == 0);
  CHECK(must(vault::counts(*clerk->vault)).unsent_segments == 0);
  settle();
  CHECK(reads(*office, later));
  for (auto* device : {office.get(), a.get(), admin.get()}) {
    int times = 0;
    for (const auto& row : must(vault::list(*device->vault, {})))
      times += row.document.find("ghi trước khi xã chuyển đi") != std::string::npos ? 1 : 0;
    CHECK(times == 1);
    for (const auto& finding : must(vault::findings(*device->vault))) CHECK(finding.code != "feed.fork");
  }
  all_the_same();
}

TEST_CASE_METHOD(Staff,
                 "what a removed phone wrote before and sent after comes in when it is accepted by name") {
  const auto record = lost->write(commune, {text("title", "viết trước khi bị thu hồi")});
  must(vault::seal(*lost->vault));
  remove(*admin, *lost, commune);
  sync(*admin);
  CHECK(admin->take(*lost).held == 1);
  CHECK_FALSE(reads(*admin, record));
  const auto held = must(vault::quarantined(*admin->vault));
  REQUIRE(held.size() == 1);
  must(vault::accept(*admin->vault, held));
  CHECK(reads(*admin, record));
  CHECK(must(vault::quarantined(*admin->vault)).empty());
  settle();
  for (auto* device : {second.get(), a.get(), office.get()}) CHECK(reads(*device, record));
  all_the_same();
}

}  // namespace rotation_test
