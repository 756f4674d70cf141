// Feed maps held against what a supervisor has: made again where all is here, fetched elsewhere.
#include "vault/feed_map.hpp"
#include "support/catch.hpp"
#include "unit/audit/ledger_realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct MappedRealm : AuditedRealm {
  // A second commune with a phone of its own, which the first one's supervisor does not read.
  MappedRealm() : far(must(vault::add_unit(*admin->vault, top))) {
    c = enrolled("c", roster::Role::cadre, far);
    local = enrolled("local", roster::Role::supervisor, commune);
    receive(*admin);
    deliver(*c, false);
    c->write(far, {text("title", "Họp thôn Pác Luồng")});
    receive(*c);
    first_map = log_map(map_now());
    a->edit(commune, visit, {text("next", "mồng bốn")});
    receive(*a);
    deliver(*a, false);
    c->write(far, {text("title", "Họp thôn Khau Moòng")});
    receive(*c);
  }
  // What audit::verify says of maps, and of nothing else.
  static std::vector<audit::Finding> findings(Device& device, std::uint64_t maps) {
    const auto report = must(audit::verify(*device.vault));
    CHECK(report.maps == maps);
    return report.findings;
  }
  void fetch(Device& device, std::uint64_t index, const ledger::FeedMap& map) {
    Bytes lines;
    for (const auto& line : map.lines()) append(lines, ledger::feed_line_bytes(line));
    must(vault::keep_map_lines(*device.vault, index, map.size(), 0, lines));
  }
  UnitId far;
  std::unique_ptr<Device> c, local;
  std::uint64_t first_map = 0;
};

ledger::FeedMap changed(const ledger::FeedMap& map, std::size_t at, std::uint64_t next, Hash head) {
  auto lines = map.lines();
  lines.at(at).next = next;
  lines.at(at).head = head;
  return ledger::FeedMap(std::move(lines));
}

}  // namespace

TEST_CASE_METHOD(MappedRealm, "who reads everything makes every map again") {
  auto auditor = fresh_supervisor("auditor");
  receive(*admin);
  log_map(map_now());
  deliver(*auditor, true);
  CHECK(findings(*auditor, 2).empty());
  CHECK(must(vault::newest_map(*auditor->vault)).index == log.size() - 1);
  CHECK(must(vault::last_map_below(*auditor->vault, log.size() - 1)).index == first_map);
  CHECK(must(vault::last_map_below(*auditor->vault, first_map)).index == 0);
  CHECK(must(vault::map_at(*auditor->vault, first_map)).hash == log[first_map].entry.hash);
  CHECK(must(vault::map_at(*auditor->vault, first_map - 1)).index == 0);
}

TEST_CASE_METHOD(MappedRealm, "a map that lies is named, whatever it lies about") {
  auto auditor = fresh_supervisor("auditor");
  receive(*admin);
  const auto honest = map_now();
  const auto far_at = static_cast<std::size_t>(*honest.find(log[first_map - 1].feed));
  const auto lie = [&](const ledger::FeedMap& map) {
    log_map(map);
    deliver(*auditor, true);
    const auto found = findings(*auditor, 2);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == Code::bad_map);
    CHECK(found[0].subject == "ledger #" + std::to_string(log.size() - 1));
  };
  SECTION("a segment less") { lie(changed(honest, far_at, 1, log[first_map - 1].entry.hash)); }
  SECTION("a segment more") { lie(changed(honest, far_at, 3, Hash::from(Bytes(32, 1)))); }
  SECTION("another segment") {
    lie(changed(honest, far_at, honest.lines()[far_at].next, Hash::from(Bytes(32, 1))));
  }
  SECTION("a feed less") {
    auto lines = honest.lines();
    lines.pop_back();
    lie(ledger::FeedMap(std::move(lines)));
  }
  SECTION("a feed that nobody opened") {
    auto lines = honest.lines();
    lines.push_back({FeedId::from(Bytes(16, 1)), 0, {}});
    lie(ledger::FeedMap(std::move(lines)));
  }
}

TEST_CASE_METHOD(MappedRealm, "who reads a part holds the lines that came against that part") {
  const auto honest = map_now();
  const auto at = log_map(honest);
  SECTION("what is honest holds") {
    deliver(*local, true);
    CHECK(findings(*local, 0).empty());
    fetch(*local, at, honest);
    CHECK(findings(*local, 1).empty());
  }
  SECTION("lines that the ledger does not name") {
    deliver(*local, true);
    fetch(*local, at, changed(honest, 0, 7, Hash::from(Bytes(32, 1))));
    const auto found = findings(*local, 1);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == Code::bad_map);
  }
  SECTION("a last segment that was not handed out") {
    // Nothing else tells: another unit's entry looks the same.
    auto last = log.size();
    while (log[--last].feed != log[nth_segment(0)].feed) continue;
    log[last].handed_out = false;
    deliver(*local, true);
    fetch(*local, at, honest);
    const auto found = findings(*local, 1);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == Code::withheld);
    CHECK(found[0].subject == "ledger #" + std::to_string(at));
  }
  SECTION("a map that the server made up, lines and root") {
    const auto own = static_cast<std::size_t>(*honest.find(log[nth_segment(0)].feed));
    const auto lie = changed(honest, own, 1, log[nth_segment(0)].entry.hash);
    log.back().entry.hash = lie.hash(realm());
    deliver(*local, true);
    fetch(*local, at, lie);
    const auto found = findings(*local, 1);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == Code::bad_map);
    CHECK(found[0].detail.find("is left out") != std::string::npos);
  }
  SECTION("a map that leaves a feed out") {
    auto lines = honest.lines();
    lines.erase(lines.begin());
    const ledger::FeedMap lie(std::move(lines));
    log.back().entry.hash = lie.hash(realm());
    deliver(*local, true);
    fetch(*local, at, lie);
    const auto found = findings(*local, 1);
    REQUIRE(found.size() == 1);
    CHECK(found[0].detail.find("left out") != std::string::npos);
  }
}
