// What a vault says that the ledger had under a checkpoint.
#include "vault/logged.hpp"

#include "unit/vault/segments_fixture.hpp"

namespace logged_test {

using namespace gandan;
using namespace gandan::test;

namespace {

// How many ops of all records lie under a checkpoint of that size.
std::size_t under(Device& device, std::uint64_t size) {
  const auto logged = must(vault::Logged::load(*device.vault, size));
  std::size_t out = 0;
  vault::ListFilter filter;
  filter.deleted = true;
  const auto rows = must(vault::list(*device.vault, filter));
  for (const auto& row : rows) {
    const auto state = logged.of(row.id, must(vault::load_state(*device.vault, row.id)));
    for (const auto& [path, cell] : state.cells()) out += cell.ops.size();
  }
  return out;
}

}  // namespace

TEST_CASE_METHOD(Pair, "what the ledger had is what lies below the checkpoint, whole saves only") {
  a->write(commune, {text("title", "một")});
  must(vault::seal(*a->vault));
  a->write(commune, {text("title", "hai"), text("body", "b")});
  const auto both = segments_of(*a);
  REQUIRE(both.size() == 2);
  b->take(*a, false);  // statements: the feed's opening
  give(*b, {both[0]}, vault::Receipt{10, 5000});
  give(*b, {both[1]}, vault::Receipt{20, 9000});
  const auto all = under(*b, 21);
  const auto one = under(*b, 20);
  CHECK(all > one);
  CHECK(one == under(*b, 11));
  CHECK(one > 0);
  CHECK(under(*b, 10) == 0);
  CHECK(must(vault::Logged::load(*b->vault, 20)).received_ms() == 5000);
  CHECK(must(vault::Logged::load(*b->vault, 21)).received_ms() == 9000);
  CHECK(must(vault::Logged::load(*b->vault, 21)).received_ms([](const UnitId&) { return false; }) == 0);
  // On the device that wrote them no server has them yet.
  CHECK(under(*a, 1000) == 0);
}

TEST_CASE_METHOD(Pair, "a save that goes on in a segment beyond the checkpoint is not there at all") {
  std::vector<vault::Change> many;
  for (int i = 0; i < 300; ++i) many.push_back(text(("f" + std::to_string(i)).c_str(), "x"));
  a->write(commune, many);
  const auto segments = segments_of(*a);
  REQUIRE(segments.size() == 2);
  b->take(*a, false);
  give(*b, {segments[0]}, vault::Receipt{10, 5000});
  give(*b, {segments[1]}, vault::Receipt{20, 9000});
  const auto whole = [&](std::uint64_t size, const UnitId& unit) {
    return must(vault::Logged::load(*b->vault, size)).whole([&](const UnitId& one) { return one == unit; });
  };
  CHECK(whole(21, commune));
  CHECK(under(*b, 15) == 0);
  CHECK(under(*b, 21) >= 300);
}

TEST_CASE_METHOD(Pair, "what did not arrive, or waits for what is before it, is a gap under its checkpoint") {
  a->write(commune, {text("title", "một")});
  must(vault::seal(*a->vault));
  a->write(commune, {text("title", "hai")});
  const auto both = segments_of(*a);
  b->take(*a, false);
  auto c = enrolled("c", roster::Role::cadre, commune);
  must(sync::import_bundle(*c->vault, must(sync::export_enrolment(*b->vault))));
  give(*c, {both[1]}, vault::Receipt{20, 9000});  // the first one is missing
  const auto whole = [&](std::uint64_t size, const UnitId& unit) {
    return must(vault::Logged::load(*c->vault, size)).whole([&](const UnitId& one) { return one == unit; });
  };
  CHECK(whole(20, commune));
  CHECK_FALSE(whole(21, commune));
  CHECK(whole(21, top));
  give(*c, {both[0]}, vault::Receipt{10, 5000});
  CHECK(whole(21, commune));
  // A sync that was cut: the checkpoint is of the ledger, and the unit's entries came to 15.
  must(c->vault->db().run("INSERT INTO cursor (unit, next) VALUES (?, 15)", commune));
  CHECK(whole(15, commune));
  CHECK_FALSE(whole(16, commune));
}

TEST_CASE_METHOD(Pair,
                 "the root of an earlier checkpoint is known where one was verified, and nowhere else") {
  Hash one, two;
  one.bytes[0] = 1;
  two.bytes[0] = 2;
  must(b->vault->set_checkpoint({7, one, "note"}));
  must(b->vault->set_checkpoint({9, two, "note"}));
  CHECK(must(vault::root_at(*b->vault, 7)) == one);
  CHECK(must(vault::root_at(*b->vault, 9)) == two);
  CHECK(vault::root_at(*b->vault, 8).error().code == Code::not_found);
}

}  // namespace logged_test
