// Feed maps from the relay's ledger to a supervisor's desk: the real relay and the real client.
#include "vault/feed_map.hpp"
#include "audit/audit.hpp"
#include "support/hostile_server.hpp"

namespace feed_map_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr std::int64_t kHour = 3'600'000;

struct Mapped : ServedRealm {
  Mapped() {
    sync(*admin);
    far = must(vault::add_unit(*admin->vault, top));
    c = enrolled("c", roster::Role::cadre, far);
    sync(*admin);
  }
  void work(Device& device, const UnitId& unit, const std::string& what) {
    device.write(unit, {text("title", what)});
    sync(device);
  }
  void hours(int n) {
    clock.advance(n * kHour);
    a->write(commune, {text("title", "họp thôn")});
    sync(*a);  // the sequencer's next batch, with the map behind it
  }
  audit::VerifyReport verified(Device& device) {
    const auto report = must(audit::verify(*device.vault));
    std::string listed;
    for (const auto& finding : report.findings) listed += finding.subject + ": " + finding.detail + "\n";
    INFO(listed);
    CHECK(report.findings.empty());
    return report;
  }
  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> c;
  std::unique_ptr<Device> auditor = enrolled("auditor", roster::Role::auditor, top);
  std::unique_ptr<Device> whole = enrolled("whole", roster::Role::supervisor, top);
  std::unique_ptr<Device> local = enrolled("local", roster::Role::supervisor, commune);
  UnitId far;
};

}  // namespace

TEST_CASE_METHOD(Mapped, "a supervisor of a part fetches the lines once a day, who reads everything never") {
  work(*a, commune, "họp thôn");
  work(*c, far, "họp thôn");
  hours(2);
  sync(*local, true);
  sync(*local, true);  // its ledger has the map now
  const auto first = must(vault::newest_map(*local->vault));
  REQUIRE(first.index != 0);
  auto parts = must(vault::map_parts(*local->vault));
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].index == first.index);
  CHECK(parts[0].here == parts[0].count);
  CHECK(verified(*local).maps == 1);

  hours(2);
  work(*c, far, "họp thôn");
  sync(*local, true);
  sync(*local, true);
  CHECK(must(vault::newest_map(*local->vault)).index > first.index);
  CHECK(must(vault::map_parts(*local->vault))[0].index == first.index);  // not a day old
  hours(23);
  sync(*local, true);
  sync(*local, true);
  parts = must(vault::map_parts(*local->vault));
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].index == must(vault::newest_map(*local->vault)).index);
  CHECK(verified(*local).maps == 1);

  sync(*whole, true);
  sync(*whole, true);
  CHECK(must(vault::map_parts(*whole->vault)).empty());
  CHECK(verified(*whole).maps == 3);  // makes them all again
  // An auditor keeps the ledger and reads no unit.
  sync(*auditor, true);
  sync(*auditor, true);
  CHECK(verified(*auditor).maps == 1);
}

TEST_CASE_METHOD(Mapped, "lines of a feed map that were not asked for are refused") {
  work(*a, commune, "họp thôn");
  hours(2);
  sync(*local, true);
  const auto at = must(vault::newest_map(*local->vault)).index;
  const protocol::MapLines lines{at, 2, 0, Bytes(56, 0)};
  for (auto* device : {whole.get(), a.get()}) {
    LyingTransport transport(server, [&](std::vector<protocol::Frame>& frames) {
      frames.insert(frames.end() - 1, {protocol::FrameType::map_lines, protocol::encode(lines)});
    });
    sync::Options options;
    options.keep_ledger = device == whole.get();
    const auto report = sync::run(*device->vault, transport, options);
    REQUIRE_FALSE(report.ok());
    CHECK(report.error().code == Code::bad_proof);
  }
}

}  // namespace feed_map_test
