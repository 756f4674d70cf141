// What receipts say of a record's way: received is the ledger's word, and every device hears the same.
#include "base/calendar.hpp"
#include "support/loopback.hpp"
#include "support/province.hpp"

namespace workflow_test {

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

TEST_CASE_METHOD(Served, "what was accepted after its device was removed says so wherever it is read") {
  enrol("p2", "cadre", "06463");
  enrol("boss", "supervisor", "20");
  for (const char* name : {"admin", "p2"}) sync(name);
  const auto id = visit("p2");
  shell("p2").ok("bundle.export", {{"file", folder.path("late")}});
  shell("admin").ok("device.revoke", {{"device", "p2"}, {"reason", "lost"}});
  sync("admin");
  CHECK(at(shell("admin").ok("bundle.import", {{"file", folder.path("late")}}), "received.held") ==
        json::value(1));
  CHECK(shell("admin").error("record.show", {{"id", id}}) == "not_found");
  CHECK(text_at(shell("admin").ok("device.held"), "held.0.records.0.id") == id);
  shell("admin").ok("device.accept", {{"device", "p2"}});
  for (const char* name : {"admin", "office"}) sync(name);
  for (const char* name : {"admin", "office"}) {
    INFO(name);
    const auto shown = show(name, id);
    CHECK(at(shown, "arrival.accepted") == at(shown, "arrival.changes"));
    CHECK(text_at(shown, "arrival.vi").find("máy đã bị thu hồi") != std::string::npos);
    const auto told = shell(name).ok("record.history", {{"id", id}});
    CHECK(at(told, "story.0.accepted") == json::value(true));
    CHECK(at(told, "changes.0.accepted") == json::value(true));
    CHECK(text_at(told, "story.0.vi").find("người quản trị đã xem và cho tính") != std::string::npos);
  }
  clock.advance(60'000);
  shell("boss").ok("sync.run", {{"server", "https://loopback"}, {"keep_ledger", true}});
  shell("boss").ok("audit.prove", {{"record", id}, {"out", folder.path("proof")}});
  const auto fingerprint = text_at(shell("boss").ok("realm.info"), "fingerprint");
  const auto proven =
      shell("boss").ok("audit.verify_proof", {{"file", folder.path("proof")}, {"root", fingerprint}});
  CHECK(at(proven, "changes.0.accepted") == json::value(true));
  const auto other = visit("p1");  // of a device that nobody removed
  CHECK(at(show("p1", other), "arrival.accepted") == json::value(0));
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

TEST_CASE_METHOD(Served,
                 "the realm's forms come with a sync, attachments or not; until then the old ones serve and "
                 "nothing is lost") {
  const std::string forms = folder.path("forms");
  std::filesystem::create_directories(forms + "/records");
  std::ofstream(forms + "/records/well.json")
      << R"~({"kind": "well", "version": 1, "label": {"vi": "Giếng nước", "en": "Well"}, "title": "Giếng {name}",
           "survey": [{"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}}]})~";
  shell("admin").ok("schema.publish", {{"folder", forms}});
  const auto id =
      text_at(shell("admin").ok("record.add",
                                {{"kind", "well"}, {"unit", "06463"}, {"record", {{"name", "Nà Pàn"}}}}),
              "id");
  sync("admin");
  const auto chunks = std::exchange(server.chunks, {});  // as if they had not been sent
  const auto state = [&] { return text_at(shell("p1").ok("schema.list"), "sets.0.state"); };
  sync("p1");
  CHECK(state() == "waiting");
  CHECK(text_at(show("p1", id), "document.fields.name") == "Nà Pàn");  // shown by the form of its values
  CHECK(text_at(show("p1", id), "document.title").empty());
  visit("p1");
  server.chunks = chunks;
  for (auto& [name, data] : server.chunks) data[data.size() / 2] ^= 1;  // a server that changes them
  CHECK(shell("p1").error("sync.run", {{"server", "https://loopback"}}) == "crypto.cannot_open");
  CHECK(state() == "waiting");
  CHECK(shell("p1").error("record.kinds", {{"kind", "well"}}) == "record.unknown_kind");
  server.chunks = chunks;
  clock.advance(60'000);
  shell("p1").ok("sync.run", {{"server", "https://loopback"}, {"attachments", false}});
  CHECK(state() == "in_use");
  CHECK(text_at(show("p1", id), "document.title") == "Giếng Nà Pàn");
  const json::value rows = at(shell("p1").ok("record.list", {{"kind", "well"}}), "records");
  CHECK(text_at(rows, "0.title") == "Giếng Nà Pàn");  // projected again
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(
    Served, "a rule that changes: who is offline goes by the old one, and what was judged stays judged") {
  auto publish = [&, n = 0](const std::string& rows) mutable {
    const std::string rules = folder.path("rules-" + std::to_string(++n));
    std::filesystem::create_directories(rules + "/rules");
    std::ofstream(rules + "/rules/ls.json") << R"~({"law": "Quy định của tỉnh", "rules": [)~" + rows + "]}";
    shell("admin").ok("schema.publish", {{"folder", rules}});
    sync("admin");
  };
  const auto row = [](const std::string& version, const std::string& test, const std::string& until) {
    return R"~({"id": "ls.visit", "version": )~" + version +
           R"~(, "label": {"vi": "Gặp đúng người", "en": "Met"}, "article": "Điều 1", "kind": "mobilisation_visit", "test": ")~" +
           test +
           R"~(", "severity": "warning", "holds": {"vi": "Đạt.", "en": "Held."}, "fails": {"vi": "Chưa đạt.", "en": "Not held."},
           "unknown": {"vi": "Chưa rõ.", "en": "Unknown."}, "valid_from": null, "valid_to": )~" +
           until + R"~(, "verified_by": null})~";
  };
  // What the realm's rule says of a visit on a device: "1 true", "2 false apart"…
  const auto says = [&](const std::string& by, const std::string& id) {
    std::string out;
    const auto shown = show(by, id);
    for (const auto& verdict : shown.at("verdicts").as_array()) {
      const auto& v = verdict.as_object();
      if (text_at(v, "rule") != "ls.visit") continue;
      out += (out.empty() ? "" : ", ") + json::compact(v.at("version")) + " " + json::compact(v.at("holds")) +
             (v.contains("apart") ? " apart" : "");
    }
    return out;
  };
  publish(row("1", "met = 'land_user'", "null"));
  sync("p1");
  const auto before = visit("p1");
  shell("p1").ok("record.finalize", {{"id", before}});
  publish(row("1", "met = 'land_user'", "\"2026-01-31\"") + "," + row("2", "met = 'nobody'", "null"));
  CHECK(says("p1", before) == "1 true");
  const auto offline = visit("p1");  // the new rule has not come yet
  shell("p1").ok("record.finalize", {{"id", offline}});
  sync("p1");
  CHECK(text_at(shell("p1").ok("status"), "schema.vi") == "Bộ mẫu biểu số 2 đang dùng.");
  CHECK(says("p1", before) == "1 true, 2 false apart");
  CHECK(says("p1", offline) == "1 true, 2 false apart");
  const auto after = visit("p1");
  CHECK(says("p1", after) == "2 false");
  shell("p1").ok("record.finalize", {{"id", after}});
  sync("p1");
  // Every device says the same; one that has not got the rules says that it has not.
  const auto chunks = std::exchange(server.chunks, {});
  sync("office");
  CHECK(says("office", before) == "1 null");
  CHECK(says("office", after) == "2 null");
  server.chunks = chunks;
  sync("office");
  CHECK(says("office", before) == "1 true, 2 false apart");
  CHECK(says("office", offline) == "1 true, 2 false apart");
  CHECK(says("office", after) == "2 false");
}

TEST_CASE_METHOD(Served, "of two sets that were published at once the ledger's stands, and nothing stops") {
  enrol("second", "admin", "20");
  sync("admin");
  sync("second");
  const auto publish = [&](const std::string& by, const std::string& kind) {
    const std::string forms = folder.path("forms-" + by);
    std::filesystem::create_directories(forms + "/records");
    std::ofstream(forms + "/records/" + kind + ".json")
        << R"~({"kind": ")~" + kind +
               R"~(", "version": 1, "label": {"vi": "Mẫu", "en": "Form"}, "title": "{name}",
           "survey": [{"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}}]})~";
    shell(by).ok("schema.publish", {{"folder", forms}});
  };
  publish("admin", "well");
  publish("second", "bridge");
  sync("admin");
  sync("second");
  sync("second");
  sync("p1");
  const auto kinds = [&](const std::string& by, const std::string& kind) {
    return shell(by).answer("record.kinds", {{"kind", kind}}).contains("ok");
  };
  for (const char* device : {"admin", "second", "p1"}) {
    INFO(device);
    CHECK(kinds(device, "well"));
    CHECK_FALSE(kinds(device, "bridge"));
  }
  std::filesystem::remove_all(folder.path("forms-second"));
  publish("second", "bridge");  // once more, behind the other's
  const auto id = visit("p1");
  sync("second");
  sync("p1");
  CHECK(kinds("p1", "bridge"));
  sync("admin");
  CHECK(kinds("admin", "bridge"));
  CHECK(text_at(show("admin", id), "document.kind") == "mobilisation_visit");
}

}  // namespace workflow_test
