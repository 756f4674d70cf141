// What receipts say of a record's way: received is the ledger's word, and every device hears the same.
#include "support/loopback.hpp"
#include "support/province.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct Served : WithServer, Province {
  Served()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    enrol("p1", "cadre", "06463");
    enrol("office", "office", "20.A");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    sync("admin");
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
};

}  // namespace

TEST_CASE_METHOD(Served,
                 "a finalised record is received when the ledger has its finalisation, here and everywhere") {
  const auto id = visit("p1");
  sync("p1");  // the draft has arrived, its finalisation not
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(stage("p1", id) == "finalized");
  sync("p1");
  CHECK(stage("p1", id) == "received");
  sync("office");
  CHECK(stage("office", id) == "received");
  const auto mine = show("p1", id), theirs = show("office", id);
  CHECK(text_at(mine, "workflow.versions.0.received_at") ==
        text_at(theirs, "workflow.versions.0.received_at"));
  CHECK(text_at(mine, "workflow.vi") == text_at(theirs, "workflow.vi"));

  shell("office").ok("record.return", {{"id", id}, {"question", "Ngày hẹn?"}});
  sync("office");
  sync("p1");
  CHECK(stage("p1", id) == "returned");
  shell("p1").ok("record.edit", {{"id", id},
                                 {"record", {{"next_date", "2026-03-20"}}},
                                 {"late", true},
                                 {"reason", "Bổ sung ngày hẹn"}});
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(stage("p1", id) == "finalized");  // the second version is not there yet
  sync("p1");
  CHECK(stage("p1", id) == "received");
  sync("office");
  shell("office").ok("record.accept", {{"id", id}});
  sync("office");
  sync("p1");
  CHECK(stage("p1", id) == "accepted");
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(
    Served, "who is given an office's role as well may accept at once, before the ledger knows the grant") {
  const auto id = visit("p1");
  shell("p1").ok("record.finalize", {{"id", id}});
  sync("p1");
  enrol("p2", "cadre", "06463");
  sync("admin");
  sync("p2");
  const auto request = text_at(shell("p2").ok("device.request", {{"label", "p2"}}), "request");
  shell("admin").ok(
      "device.approve",
      {{"request", request}, {"role", "office"}, {"unit", "06463"}, {"out", folder.path("again.join")}});
  shell("p2").ok("bundle.import", {{"file", folder.path("again.join")}});
  shell("p2").ok("record.accept", {{"id", id}});
  CHECK(stage("p2", id) == "accepted");
  sync("admin");
  sync("p2");
  sync("p1");
  CHECK(stage("p2", id) == "accepted");
  CHECK(stage("p1", id) == "accepted");
}

TEST_CASE_METHOD(
    Served, "the story names the time on the device and the time of receipt, and a clock that was wrong") {
  const auto id = visit("p1");  // at 08:01
  clock.advance(3 * kDayMs);
  sync("p1");
  const auto chapter = [&](std::size_t n) {
    const json::value all = at(shell("p1").ok("record.history", {{"id", id}}), "story");
    REQUIRE(n < all.get_array().size());
    return text_at(all.get_array()[n], "vi");
  };
  CHECK(chapter(0).find(", 3 ngày sau khi ghi.") != std::string::npos);
  CHECK(chapter(0).find("Máy chủ nhận lúc ") != std::string::npos);
  CHECK(chapter(0).find("ĐỒNG HỒ") == std::string::npos);
  const auto now = clock.wall_ms();
  clock.advance(2 * 3'600'000);  // this phone is two hours ahead
  shell("p1").ok("record.edit", {{"id", id}, {"record", {{"outcome", "agreed"}}}});
  clock.set(now);
  sync("p1");
  CHECK(chapter(1).find("ĐỒNG HỒ MÁY NÀY CHẠY SAI") != std::string::npos);
}
