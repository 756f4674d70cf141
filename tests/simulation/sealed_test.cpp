// A denouncer's name over phones, office, supervisor and server: who can open it, who sees that it was
// opened, and that it is nowhere else.
#include "records/sealed.hpp"
#include "support/loopback.hpp"
#include "support/province.hpp"
#include "support/tapped.hpp"

namespace sealed_test {

using namespace gandan;
using namespace gandan::test;

namespace {

// Nothing else in the tests has this in it.
constexpr const char* kName = "Hoàng Thị Nguyệt Quỳnh zqx471";
constexpr const char* kPart = "zqx471";

struct Served : WithServer, Province {
  Served()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<Tapped>(WithServer::server, wire); }) {
    enrol("a", "cadre", "06463");
    enrol("colleague", "cadre", "06463");
    enrol("office", "office", "20.A");
    enrol("office2", "office", "20.A");
    enrol("boss", "supervisor", "20");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    for (const char* name : {"admin", "a", "colleague", "office", "office2", "boss"}) sync(name);
  }
  json::object sync(const std::string& name, bool keep_ledger = false) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}, {"keep_ledger", keep_ledger}});
  }
  void exchange(const std::string& from, const std::string& to) {
    sync(from);
    sync(to);
  }
  json::object seal(const std::string& by, const std::string& id, const std::string& value,
                    const std::string& recipient, json::object more = {}) {
    more["id"] = id;
    more["path"] = "identity";
    more["value"] = value;
    more["for"] = json::array{json::value(devices[recipient])};
    return shell(by).ok("record.seal", more);
  }
  std::string unseal(const std::string& by, const std::string& id, json::object more = {}) {
    more["id"] = id;
    more["path"] = "identity";
    return text_at(shell(by).ok("record.unseal", more), "value");
  }
  std::string refusal(const std::string& by, const std::string& method, const std::string& id,
                      json::object more = {}) {
    more["id"] = id;
    more["path"] = "identity";
    return shell(by).error(method, more);
  }
  json::array openings(const std::string& by, const std::string& id, int pick = 0) {
    return at(show(by, id), "sealed." + std::to_string(pick) + ".openings").get_array();
  }
  std::string told(const std::string& by, const std::string& id) {
    std::string out;
    const json::value chapters = at(shell(by).ok("record.history", {{"id", id}}), "story");
    for (const auto& chapter : chapters.get_array())
      out += text_at(chapter, "vi") + "\n" + text_at(chapter, "en") + "\n";
    return out;
  }

  Bytes wire;
};

}  // namespace

TEST_CASE_METHOD(Served, "a sealed identity opens for its recipients, and every opening is seen everywhere") {
  const auto id = denunciation("a");
  const auto sealed = seal("a", id, kName, "office");
  CHECK(at(sealed, "sealed.0.recipients").get_array().size() == 2);  // the writer is one by itself
  CHECK(at(sealed, "document.fields.identity.recipients") == json::value(2));
  CHECK(at(sealed, "sealed.0.openings").get_array().empty());
  exchange("a", "colleague");
  sync("office");

  // Of the same unit, with the unit's key, and told who can.
  CHECK(refusal("colleague", "record.unseal", id) == "seal.not_recipient");
  const json::value who = at(shell("colleague").last_error, "fields");
  REQUIRE(who.get_array().size() == 2);
  CHECK(json::compact(who).find(short_id(devices["office"])) != std::string::npos);
  CHECK(json::compact(who).find("(cơ quan tiếp nhận, ") != std::string::npos);
  CHECK(openings("colleague", id).empty());

  const auto before = show("office", id);
  CHECK(unseal("office", id) == kName);
  CHECK(unseal("a", id) == kName);
  // Two that open without having seen each other are two openings, and neither an edit nor a conflict.
  for (const char* name : {"office", "a", "colleague", "boss", "office"}) sync(name);
  sync("a");
  for (const char* name : {"a", "colleague", "office", "boss"}) {
    INFO(name);
    const auto shown = show(name, id);
    CHECK(openings(name, id).size() == 2);
    CHECK(at(shown, "document.conflicts").get_array().empty());
    CHECK(at(shown, "document.fields") == at(before, "document.fields"));
    const auto story = told(name, id);
    CHECK(story.find("máy " + short_id(devices["office"])) != std::string::npos);
    CHECK(story.find("ĐÃ MỞ niêm phong “Người tố cáo (niêm phong)”") != std::string::npos);
    CHECK(story.find("OPENED the sealed “Who denounces (sealed)”") != std::string::npos);
    CHECK(at(shell(name).ok("vault.rebuild"), "same") == json::value(true));
  }
  CHECK(text_at(at(show("a", id), "sealed.0"), "vi").find("Đã mở 2 lần") != std::string::npos);
}

TEST_CASE_METHOD(Served, "a finalised record opens, and is as finalised as before") {
  const auto id = denunciation("a");
  seal("a", id, kName, "office");
  const auto hash = text_at(shell("a").ok("record.finalize", {{"id", id}}), "content_hash");
  exchange("a", "office");
  CHECK(unseal("office", id) == kName);
  shell("office").ok("record.seal_add", {{"id", id}, {"path", "identity"}, {"for", devices["office2"]}});
  exchange("office", "a");
  for (const char* name : {"office", "a"}) {
    INFO(name);
    const auto shown = show(name, id);
    CHECK(stage(name, id) == "received");
    CHECK(at(shown, "document.late").get_array().empty());
    CHECK(at(shown, "workflow.amendments").get_array().empty());
    CHECK(text_at(shown, "workflow.versions.0.content_hash") == hash);
    CHECK(at(shown, "workflow.versions.0.whole") == json::value(true));
    const json::value rows = at(shell(name).ok("record.list", {{"kind", "denunciation"}}), "records");
    CHECK(at(rows, "0.late_edits") == json::value(false));
    CHECK(at(shown, "document.fields.identity.recipients") == json::value(3));
  }
  CHECK(shell("office").error("record.finalize", {{"id", id}}) == "record.finalized");  // nothing is new
  shell("a").ok("record.withdraw", {{"id", id}, {"reason", "Nhập nhầm"}});
  exchange("a", "office");
  CHECK(unseal("office", id) == kName);
  CHECK(stage("office", id) == "withdrawn");
}

TEST_CASE_METHOD(Served, "who can open it adds recipients; who cannot does not; nobody is added twice") {
  const auto id = denunciation("a");
  seal("a", id, kName, "office", {{"not_me", true}});
  CHECK(refusal("a", "record.unseal", id) == "seal.not_recipient");  // it was left out
  exchange("a", "office");
  for (const char* name : {"office2", "colleague"}) sync(name);
  const auto add = [&](const std::string& by, const std::string& device) {
    return refusal(by, "record.seal_add", id, {{"for", devices[device]}});
  };
  CHECK(add("colleague", "colleague") == "seal.not_recipient");
  CHECK(add("a", "a") == "seal.not_recipient");
  CHECK(refusal("office2", "record.unseal", id) == "seal.not_recipient");
  shell("office").ok(
      "record.seal_add",
      {{"id", id}, {"path", "identity"}, {"for", json::array{devices["office2"], devices["office"]}}});
  exchange("office", "office2");
  CHECK(unseal("office2", id) == kName);
  exchange("office2", "a");
  CHECK(at(show("a", id), "sealed.0.recipients").get_array().size() == 2);
  CHECK(told("a", id).find("cho thêm người nhận mở niêm phong: máy " + short_id(devices["office2"])) !=
        std::string::npos);
  CHECK(refusal("a", "record.unseal", id) == "seal.not_recipient");

  // A changed program writes itself in: it is listed, under its own name in the history, and opens nothing.
  sync("colleague");
  changelog::SealedFor more;
  unchecked("colleague", [&](vault::Vault& vault) {
    const auto state = must(vault::load_state(vault, must(id_from_text<RecordId>(id))));
    more.commitment = changelog::sealed_text(state.cells().at("identity").ops.front().value)->commitment;
  });
  more.wraps.resize(1);
  more.wraps[0].device = must(id_from_text<DeviceId>(devices["colleague"]));
  forge("colleague", id, {{std::string(records::kSealedForMark), changelog::encode_sealed(more)}});
  CHECK(refusal("colleague", "record.unseal", id) == "crypto.cannot_open");
  CHECK(add("colleague", "a") == "crypto.cannot_open");
  CHECK(openings("colleague", id).size() == 1);  // that of the second office device
  exchange("colleague", "office");
  CHECK(told("office", id).find("máy " + short_id(devices["colleague"]) + " (Xã A): cho thêm") !=
        std::string::npos);
  CHECK(unseal("office", id) == kName);
}

TEST_CASE_METHOD(Served, "who was removed, is unknown or could never read it is no recipient") {
  const auto id = denunciation("a");
  const auto try_for = [&](const std::string& device) {
    return refusal("a", "record.seal", id, {{"value", kName}, {"for", device}});
  };
  CHECK(try_for("zzzz99") == "roster.unknown_device");
  CHECK(try_for("") == "request.bad");
  const auto request = text_at(shell("reader").ok("device.request", {{"label", "reader"}}), "request");
  devices["reader"] = text_at(
      shell("admin").ok(
          "device.approve",
          {{"request", request}, {"role", "auditor"}, {"unit", "20"}, {"out", folder.path("reader.join")}}),
      "device");
  enrol("elsewhere", "office", "20.A");
  shell("admin").ok("device.revoke", {{"device", devices["office2"]}, {"reason", "lost"}});
  shell("admin").ok("unit.add", {{"parent", "20"}, {"kind", "office"}, {"name", "Số 2"}, {"code", "20.B"}});
  enrol("other", "office", "20.B");
  exchange("admin", "a");
  CHECK(try_for(devices["office2"]) == "seal.bad_recipient");
  CHECK(text_at(at(shell("a").last_error, "fields.0"), "vi").find("đã thu hồi") != std::string::npos);
  CHECK(try_for(devices["reader"]) == "seal.bad_recipient");
  CHECK(try_for(devices["other"]) == "seal.bad_recipient");
  CHECK(refusal("a", "record.unseal", id) == "seal.nothing");
  CHECK(shell("a").error("record.seal", {{"id", id}, {"path", "identity"}, {"value", kName}}) ==
        "request.bad");
  CHECK(shell("a").error("record.seal",
                         {{"id", id}, {"path", "summary"}, {"value", kName}, {"for", devices["office"]}}) ==
        "seal.no_field");
  seal("a", id, kName, "boss");  // a supervisor, by name, as any other
  exchange("a", "boss");
  CHECK(unseal("boss", id) == kName);

  // A recipient that is removed later opens nothing here any more: it could not write that it did.
  seal("a", id, kName, "elsewhere");
  exchange("a", "elsewhere");
  shell("admin").ok("device.revoke", {{"device", devices["elsewhere"]}, {"reason", "left"}});
  sync("admin");
  CHECK(shell("elsewhere").error("sync.run", {{"server", "https://loopback"}}) == "device.removed");
  const auto file = folder.path("news");
  shell("admin").ok("bundle.export", {{"file", file}, {"everything", true}});
  (void)shell("elsewhere").answer("bundle.import", {{"file", file}});
  CHECK(refusal("elsewhere", "record.unseal", id) == "device.removed");
}

TEST_CASE_METHOD(Served, "two who seal the same field stand beside each other until a person chooses") {
  const auto id = denunciation("a");
  exchange("a", "colleague");
  seal("a", id, kName, "office");
  clock.advance(60'000);
  seal("colleague", id, "Người khác", "office", {{"not_me", true}});
  for (const char* name : {"a", "colleague", "office"}) sync(name);
  sync("a");
  const json::value conflicts = at(shell("a").ok("conflict.list", {{"record", id}}), "conflicts");
  REQUIRE(conflicts.get_array().size() == 1);
  CHECK(at(conflicts, "0.heads").get_array().size() == 2);
  std::set<std::string> both{unseal("office", id), unseal("office", id, {{"pick", 1}})};
  CHECK(both == std::set<std::string>{kName, "Người khác"});
  CHECK(openings("office", id, 0).size() == 1);
  CHECK(openings("office", id, 1).size() == 1);
  // The phone chooses without opening: the later one, which it cannot open itself.
  CHECK(shell("a").error("conflict.resolve", {{"record", id}, {"path", "identity"}, {"value", "x"}}) ==
        "record.invalid");
  shell("a").ok("conflict.resolve", {{"record", id}, {"path", "identity"}, {"pick", 0}});
  exchange("a", "office");
  CHECK(at(shell("office").ok("conflict.list", {{"record", id}}), "conflicts").get_array().empty());
  CHECK(unseal("office", id) == "Người khác");
}

TEST_CASE_METHOD(Served, "who cannot open a name can write over it, and loses it to nobody") {
  const auto id = denunciation("a");
  seal("a", id, kName, "office", {{"not_me", true}});
  shell("colleague");
  exchange("a", "colleague");
  clock.advance(60'000);
  shell("colleague").ok("record.edit", {{"id", id}, {"record", {{"identity", nullptr}}}});
  exchange("colleague", "office");
  const auto emptied = show("office", id);
  CHECK(at(emptied, "sealed.0.replaced") == json::value(true));
  CHECK(text_at(emptied, "sealed.0.vi").find("Về sau đã bị thay hoặc xoá") != std::string::npos);
  CHECK(unseal("office", id) == kName);
  seal("colleague", id, "Tên khác", "boss");
  exchange("colleague", "office");
  const auto over = show("office", id);
  CHECK(at(over, "sealed.0.replaced") == json::value(false));
  CHECK(refusal("office", "record.unseal", id) == "seal.not_recipient");
  CHECK(unseal("office", id, {{"pick", 1}}) == kName);
}

TEST_CASE_METHOD(Served, "a wrap that opens nothing keeps nobody from being added") {
  const auto id = denunciation("a");
  seal("a", id, kName, "office");
  changelog::SealedFor nonsense;
  nonsense.wraps.push_back({must(id_from_text<DeviceId>(devices["office2"])), {}, {}});
  unchecked("a", [&](vault::Vault& vault) {
    const auto state = must(vault::load_state(vault, must(id_from_text<RecordId>(id))));
    const auto& op = state.cells().find("identity")->second.ops.back();
    nonsense.commitment = changelog::sealed_text(op.value)->commitment;
  });
  forge("a", id, {{std::string(records::kSealedForMark), changelog::encode_sealed(nonsense)}});
  exchange("a", "office");
  exchange("a", "office2");
  CHECK(refusal("office2", "record.unseal", id) == "crypto.cannot_open");
  shell("office").ok("record.seal_add", {{"id", id}, {"path", "identity"}, {"for", devices["office2"]}});
  exchange("office", "office2");
  CHECK(unseal("office2", id) == kName);
}

TEST_CASE_METHOD(Served, "nothing but spaces is no name; for me and not me is neither") {
  const auto id = denunciation("a");
  const json::array office{json::value(devices["office"])}, own{json::value(devices["a"])};
  CHECK(refusal("a", "record.seal", id, {{"value", " \t "}, {"for", office}}) == "record.invalid");
  CHECK(refusal("a", "record.seal", id, {{"value", kName}, {"for", own}, {"not_me", true}}) == "request.bad");
  CHECK(json::find(show("a", id), "sealed") == nullptr);
}

TEST_CASE_METHOD(Served, "a sealed identity is in no list, search, export, print, report, proof or file") {
  const auto id = denunciation("a");
  CHECK(shell("a").error("record.edit", {{"id", id}, {"record", {{"identity", kName}}}}) == "record.invalid");
  CHECK(text_at(at(shell("a").last_error, "fields.0"), "vi").find("record.seal") != std::string::npos);
  CHECK(text_at(at(shell("a").last_error, "fields.0"), "en").find("record.seal") != std::string::npos);
  CHECK(json::compact(json::value(shell("a").last_error)).find(kPart) == std::string::npos);
  seal("a", id, kName, "office");
  shell("a").ok("record.finalize", {{"id", id}});
  for (const char* name : {"a", "office", "colleague", "boss"}) sync(name, name == std::string("boss"));
  CHECK(unseal("office", id) == kName);
  for (const char* name : {"office", "a", "boss"}) sync(name, name == std::string("boss"));

  const auto out = [&](const std::string& by, const std::string& method, const json::object& params) {
    const auto answer = json::compact(json::value(shell(by).ok(method, params)));
    INFO(by << " " << method << " " << answer);
    CHECK(answer.find(kPart) == std::string::npos);
    CHECK(answer.find("Nguyệt Quỳnh") == std::string::npos);
    return answer;
  };
  for (const char* by : {"a", "office", "boss"}) {
    CHECK(out(by, "record.show", {{"id", id}}).find(R"("sealed":true,"recipients":2)") != std::string::npos);
    out(by, "record.show", {{"id", id}, {"signed", true}});
    out(by, "record.list", {});
    CHECK(out(by, "record.history", {{"id", id}}).find("niêm phong cho 2 người nhận") != std::string::npos);
    for (const char* words : {"Nguyệt", "zqx471", "niem phong"})
      CHECK(out(by, "search", {{"text", words}}).find(id) == std::string::npos);
    CHECK(out(by, "record.print", {{"id", id}}).find("BẢN NHÁP") == std::string::npos);
    out(by, "report.period", {{"from", "2026-01-01"}, {"until", "2026-12-31"}});
    out(by, "task.list", {});
    out(by, "duplicate.list", {});
    out(by, "record.links", {{"id", id}});
    out(by, "number.list", {});
    out(by, "status", {});
    out(by, "conflict.list", {});
  }
  CHECK(out("a", "record.copy", {{"id", id}}).find(R"("left_out":[])") != std::string::npos);
  const json::value copies = at(shell("a").ok("record.list", {{"kind", "denunciation"}}), "records");
  for (const auto& row : copies.get_array())
    if (text_at(row, "id") != id)
      CHECK(json::compact(json::value(show("a", text_at(row, "id")))).find("\"sealed\"") ==
            std::string::npos);

  CHECK(at(shell("boss").ok("audit.verify"), "held") == json::value(true));
  out("boss", "audit.prove", {{"record", id}, {"out", folder.path("proof")}});
  const auto fingerprint = text_at(shell("boss").ok("realm.info"), "fingerprint");
  const auto proven =
      out("boss", "audit.verify_proof", {{"file", folder.path("proof")}, {"root", fingerprint}});
  CHECK(proven.find("@opened") != std::string::npos);
  CHECK(proven.find(R"("sealed":true,"recipients":2)") != std::string::npos);
  out("a", "bundle.export", {{"file", folder.path("bundle")}, {"everything", true}});
  CHECK(!holds(wire, kPart));

  // Every file there is: vaults, the server's store, proof and bundle.
  shells.clear();
  server.stop();
  std::size_t files = 0;
  for (const auto& root : {folder.path(""), server.folder()})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file()) continue;
      ++files;
      INFO(entry.path().string());
      CHECK(!holds(as_bytes(file_text(entry.path().string())), kPart));
    }
  CHECK(files > 10);
}

TEST_CASE_METHOD(Served, "a realm's own form seals a field it wants, in a group and in each row of a list") {
  const std::string forms = folder.path("forms");
  std::filesystem::create_directories(forms + "/records");
  std::ofstream(forms + "/records/tip.json") << R"~({"kind": "ls_tip", "version": 1,
    "label": {"vi": "Tin báo", "en": "Tip"}, "title": "Tin {number}", "survey": [
    {"type": "text", "name": "number", "label": {"vi": "Số", "en": "Number"}, "required": true},
    {"type": "group", "name": "by", "label": {"vi": "Người báo", "en": "By"}, "children": [
      {"type": "text", "name": "name", "label": {"vi": "Họ tên", "en": "Name"}, "sealed": true, "required": true}]},
    {"type": "repeat", "name": "seen", "label": {"vi": "Người thấy", "en": "Seen by"}, "children": [
      {"type": "text", "name": "name", "label": {"vi": "Họ tên", "en": "Name"}, "sealed": true},
      {"type": "text", "name": "place", "label": {"vi": "Ở đâu", "en": "Where"}}]}]})~";
  shell("admin").ok("schema.publish", {{"folder", forms}});
  exchange("admin", "a");
  const auto made = shell("a").ok(
      "record.add",
      {{"kind", "ls_tip"},
       {"record", {{"number", "1"}, {"seen", {{{"place", "Nà Pàn"}}, {{"place", "Khòn Nưa"}}}}}}});
  const auto id = text_at(made, "id");
  const auto row = [&](int n) { return text_at(at(made, "document.items.seen." + std::to_string(n)), "id"); };
  const auto seal_at = [&](const std::string& path, const std::string& value) {
    return shell("a").ok("record.seal",
                         {{"id", id}, {"path", path}, {"value", value}, {"for", devices["office"]}});
  };
  CHECK(shell("a").error("record.finalize", {{"id", id}}) == "record.invalid");
  CHECK(text_at(at(shell("a").last_error, "fields.0"), "path") == "by.name");
  seal_at("by.name", "Một zqx471");
  seal_at("seen[" + row(0) + "].name", "Hai zqx471");
  seal_at("seen[" + short_id(row(1)) + "].name", "Ba zqx471");  // as people are shown it
  CHECK(shell("a").error(
            "record.seal",
            {{"id", id}, {"path", "seen[" + id + "].name"}, {"value", "x"}, {"for", devices["office"]}}) ==
        "not_found");
  shell("a").ok("record.finalize", {{"id", id}});
  exchange("a", "office");
  const auto open_at = [&](const std::string& path) {
    return text_at(shell("office").ok("record.unseal", {{"id", id}, {"path", path}}), "value");
  };
  CHECK(open_at("by.name") == "Một zqx471");
  CHECK(open_at("seen[" + row(0) + "].name") == "Hai zqx471");
  CHECK(open_at("seen[" + short_id(row(1)) + "].name") == "Ba zqx471");
  const auto shown = json::compact(json::value(show("office", id)));
  CHECK(shown.find(kPart) == std::string::npos);
  CHECK(at(show("office", id), "sealed").get_array().size() == 3);
  const auto html = text_at(shell("office").ok("record.print", {{"id", id}}), "html");
  CHECK(html.find(kPart) == std::string::npos);
  CHECK(html.find("(niêm phong cho 2 người nhận)") != std::string::npos);
  // What a shell gives back of a document changes nothing; emptying is a change like any other.
  exchange("office", "a");
  shell("a").ok("record.edit", {{"id", id},
                                {"record", {{"by", {{"name", {{"sealed", true}, {"recipients", 2}}}}}}},
                                {"late", true},
                                {"reason", "như cũ"}});
  CHECK(at(show("a", id), "document.late").get_array().empty());
}

}  // namespace sealed_test
