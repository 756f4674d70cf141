// A sync in steps, whose vault is used while the network is waited for.
#include "sync/steps.hpp"

#include "support/loopback.hpp"

namespace steps_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Office : ServedRealm {
  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> b = enrolled("b", roster::Role::cadre, commune);
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);

  // `meanwhile` runs once: when the server has the first request, and before its answer is taken.
  sync::Report stepped(Device& device, const std::function<void()>& meanwhile) {
    LoopbackTransport wire(server);
    sync::Steps steps(*device.vault, {});
    for (;;) {
      const auto call = must(steps.next());
      if (!call) return steps.report();
      REQUIRE(call->kind == sync::Call::Kind::exchange);
      Bytes answer;
      must(wire.exchange(call->body, [&](ByteView piece) -> Status {
        append(answer, piece);
        return {};
      }));
      if (steps.report().exchanges == 1) meanwhile();
      must(steps.begin());
      must(steps.end(steps.push(answer)));
    }
  }
};

}  // namespace

TEST_CASE_METHOD(Office,
                 "what is saved while a sync waits for its answer is kept, and goes with the next one") {
  sync(*admin);
  const auto record = a->write(commune, {text("title", "gốc")});
  sync(*a);
  sync(*b);
  std::vector<RecordId> records;
  for (int round = 0; round < 6; ++round) {
    clock.advance(60'000);
    b->edit(commune, record, {text("note", "b" + std::to_string(round))});
    sync(*b);
    a->edit(commune, record, {text("title", std::to_string(round))});
    const auto report = stepped(*a, [&] {
      records.push_back(a->write(commune, {text("title", "trong lúc chờ")}));
      a->edit(commune, record, {text("place", std::to_string(round))});
      if (round % 2 == 0) must(vault::seal(*a->vault));
      if (round == 3) a->edit(commune, record, {text("note", "a, cùng lúc")});
    });
    CHECK(report.rejected.empty());
    CHECK(report.ingest.refused_count == 0);
    // What was sealed meanwhile already waits for the next sync; what was not goes out with this one.
    CHECK(report.exchanges == (round % 2 == 0 ? 1 : 2));
    CHECK(report.segments_sent >= 1);
  }
  sync(*a);
  CHECK(must(vault::counts(*a->vault)).unsent_segments == 0);
  sync(*b);
  sync(*office);
  for (auto* device : {b.get(), office.get()}) {
    CHECK(device->document(record) == a->document(record));
    for (const auto& one : records) CHECK(device->document(one) == a->document(one));
    CHECK(must(vault::projections_hash(*device->vault)) == must(vault::projections_hash(*a->vault)));
  }
  CHECK(must(a->vault->db().integer("SELECT count(*) FROM finding")) == 0);
}

TEST_CASE_METHOD(Office, "a sync whose answer never came is no more than one that was cut") {
  sync(*admin);
  const auto record = a->write(commune, {text("title", "gốc")});
  {
    sync::Steps steps(*a->vault, {});
    const auto call = must(steps.next());
    REQUIRE(call);
    LoopbackTransport wire(server);
    must(wire.exchange(call->body, [](ByteView) { return Status(); }));
    a->edit(commune, record, {text("title", "sau đó")});
    must(steps.begin());
    CHECK(steps.end(Code::timeout).error().code == Code::timeout);
  }
  const auto again = sync(*a);
  CHECK(again.exchanges == 2);  // the first asks where the server stands
  CHECK(again.rejected.empty());
  sync(*office);
  CHECK(office->document(record) == a->document(record));
}

}  // namespace steps_test
