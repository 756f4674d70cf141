// A complainant's name over phones, office and server: written and read as any field, readable by who has the
// record's key, and nowhere else.
#include "complaints.hpp"

namespace personal_test {

using namespace gandan;
using namespace gandan::test;
using namespace gandan::test::complaints;

TEST_CASE_METHOD(Complaints,
                 "a personal field is written offline as any other, and read where its key came") {
  const auto id = complaint("a");
  CHECK(field("a", id, "person_name") == kName);
  CHECK(edit("a", id, {{"person_name", kName}, {"address", kAddress}}) == "");
  CHECK(told("a", id).find(kAddress) != std::string::npos);
  exchange("a", "office");
  sync("colleague");
  for (const char* name : {"a", "office", "colleague"}) {
    INFO(name);
    CHECK(field(name, id, "person_name") == kName);
    CHECK(field(name, id, "address") == kAddress);
    CHECK(told(name, id).find(kName) != std::string::npos);
    same_projections(name);
    CHECK(field(name, id, "person_name") == kName);
  }
  // Emptied and written anew, by another device under the same key.
  CHECK(edit("colleague", id, {{"address", nullptr}}) == "");
  CHECK(edit("colleague", id, {{"person_name", "Lục Văn Mẩy"}}) == "");
  exchange("colleague", "a");
  CHECK(field("a", id, "person_name") == "Lục Văn Mẩy");
  CHECK(at(show("a", id), "document.fields").get_object().count("address") == 0);
  unchecked("a", [&](vault::Vault& vault) {
    CHECK(must(vault.db().integer("SELECT count(*) FROM record_key")) == 1);
  });
}

TEST_CASE_METHOD(Complaints, "carried by hand it waits for its key, and nobody writes over it unread") {
  const auto id = complaint("a");
  carry("a", "office");
  CHECK(field("office", id, "person_name") == kWaiting);
  const auto shown = json::compact(json::value(show("office", id)));
  CHECK(shown.find(kName) == std::string::npos);
  CHECK(told("office", id).find(kWaiting) != std::string::npos);
  // A form that goes back as it was shown changes nothing; another text, or none, is refused.
  const json::object reason{{"reason", "bổ sung"}};
  const auto by_office = [&](const json::value& name) {
    const auto answer = shell("office").answer(
        "record.edit", {{"id", id}, {"record", json::object{{"person_name", name}}}, {"reason", "bổ sung"}});
    if (json::find_object(answer, "ok") != nullptr) return std::string();
    return text_at(at(answer, "error.fields.0"), "code");
  };
  CHECK(by_office("Người khác") == "personal_waiting");
  CHECK(by_office(nullptr) == "personal_waiting");
  CHECK(by_office(json::object{{"personal", true}, {"closed", "waiting"}}) == "");
  same_projections("office");
  sync("office");  // the key is not at the server either
  CHECK(field("office", id, "person_name") == kWaiting);
  exchange("a", "office");
  CHECK(field("office", id, "person_name") == kName);
  same_projections("office");
  CHECK(by_office("Người khác") == "");
}

TEST_CASE_METHOD(Complaints,
                 "two who write first without the other's key make two, and everybody reads both") {
  const auto id = complaint("a");
  carry("a", "colleague");
  CHECK(edit("colleague", id, {{"address", kAddress}}) == "");
  CHECK(field("colleague", id, "address") == kAddress);
  CHECK(field("colleague", id, "person_name") == kWaiting);
  for (const char* name : {"colleague", "a", "office", "colleague"}) sync(name);
  for (const char* name : {"a", "colleague", "office"}) {
    INFO(name);
    CHECK(field(name, id, "person_name") == kName);
    CHECK(field(name, id, "address") == kAddress);
    same_projections(name);
  }
}

TEST_CASE_METHOD(Complaints,
                 "two who write one personal field differently stand beside each other, readable") {
  const auto id = complaint("a");
  exchange("a", "colleague");
  CHECK(edit("a", id, {{"person_name", "Một wvx902"}}) == "");
  clock.advance(60'000);
  CHECK(edit("colleague", id, {{"person_name", "Hai wvx902"}}) == "");
  for (const char* name : {"a", "colleague", "a", "office"}) sync(name);
  for (const char* name : {"a", "office"}) {
    const auto conflicts = json::compact(json::value(shell(name).ok("conflict.list", {{"record", id}})));
    CHECK(conflicts.find("\"Một wvx902\"") != std::string::npos);
    CHECK(conflicts.find("\"Hai wvx902\"") != std::string::npos);
    CHECK(conflicts.find("“Một wvx902”") != std::string::npos);
  }
  shell("a").ok("conflict.resolve", {{"record", id}, {"path", "person_name"}, {"value", "Ba wvx902"}});
  exchange("a", "office");
  CHECK(field("office", id, "person_name") == "Ba wvx902");
  CHECK(at(shell("office").ok("conflict.list", {{"record", id}}), "conflicts").get_array().empty());
}

TEST_CASE_METHOD(Complaints,
                 "a key is sent until the server is known to have it, whatever is cut or killed") {
  const auto id = complaint("a");
  CHECK(unsent("a") == 1);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{200}, std::size_t{900}}) {
    cut = bytes;  // of the answer: the server has everything, the phone knows nothing of it
    CHECK(shell("a").error("sync.run", {{"server", "https://loopback"}}) == "net.connection_lost");
    CHECK(unsent("a") == 1);  // opened again from its disk
  }
  sync("a");
  CHECK(unsent("a") == 0);
  sync("office");
  CHECK(field("office", id, "person_name") == kName);
  // The server comes back from its own disk.
  server.stop();
  server.start(clock);
  enrol("late", "cadre", "06463");
  exchange("admin", "late");
  CHECK(field("late", id, "person_name") == kName);
}

TEST_CASE_METHOD(Complaints,
                 "keys outlive a rotation, and a member of a new epoch reads what was written before it") {
  const auto id = complaint("a");
  exchange("a", "office");
  const auto offline = complaint("colleague", {{"person_name", "Offline wvx902"}});  // under the old epoch
  shell("admin").ok("device.revoke", {{"device", devices["a"]}, {"reason", "lost"}});
  exchange("admin", "colleague");
  enrol("new", "cadre", "06463");
  for (const char* name : {"admin", "new", "office"}) sync(name);
  for (const char* name : {"new", "office"}) {
    INFO(name);
    CHECK(field(name, id, "person_name") == kName);
    CHECK(field(name, offline, "person_name") == "Offline wvx902");
  }
}

TEST_CASE_METHOD(Complaints,
                 "what is signed is the ciphertext: every device says the same of it, with and without key") {
  const auto id = complaint("a");
  const auto answer = shell("a").answer("record.finalize", {{"id", id}});
  INFO(json::compact(json::value(answer)));
  REQUIRE(json::find_object(answer, "ok") != nullptr);
  const auto hash = text_at(answer, "ok.content_hash");
  carry("a", "office");
  const auto whole = [&](const std::string& by) {
    const auto shown = show(by, id);
    CHECK(text_at(shown, "workflow.versions.0.content_hash") == hash);
    CHECK(at(shown, "workflow.versions.0.whole") == json::value(true));
    CHECK(at(shown, "document.late").get_array().empty());
  };
  whole("a");
  whole("office");
  exchange("a", "office");
  whole("office");
  keep_ledger = true;
  sync("office");
  CHECK(at(shell("office").ok("audit.verify"), "held") == json::value(true));
  shell("office").ok("audit.prove", {{"record", id}, {"out", folder.path("proof")}});
  const auto fingerprint = text_at(shell("office").ok("realm.info"), "fingerprint");
  const auto proven = json::compact(json::value(
      shell("office").ok("audit.verify_proof", {{"file", folder.path("proof")}, {"root", fingerprint}})));
  CHECK(proven.find(R"("value":{"personal":true})") != std::string::npos);
  CHECK(proven.find(kName) == std::string::npos);
}

TEST_CASE_METHOD(Complaints, "a name is in no list, search, export, report, proof or file, nor on the wire") {
  const auto id = complaint("a", {{"person_name", kName}, {"address", kAddress}});
  // Text in an old encoding is converted, and how it came is not kept in clear.
  const auto old = complaint("a");
  CHECK(shell("a")
            .answer("record.edit", {{"id", old},
                                    {"record", {{"person_name", "NguyÔn V¨n §øc wvx902"}}},
                                    {"old_text", "convert"}})
            .count("ok") == 1);
  exchange("a", "office");
  sync("colleague");
  const auto out = [&](const std::string& by, const std::string& method, const json::object& params) {
    const auto answer = json::compact(json::value(shell(by).ok(method, params)));
    INFO(by << " " << method << " " << answer);
    for (const char* part : {"wvx902", "kbt638", "Mẩy", "Slao"})
      CHECK(answer.find(part) == std::string::npos);
  };
  for (const char* by : {"a", "office"}) {
    out(by, "record.list", {});
    for (const char* words : {"Mẩy", "wvx902", "kbt638", "khuoi slao"}) {
      const json::value hits = at(shell(by).ok("search", {{"text", words}}), "hits");
      CHECK(hits.get_array().empty());
    }
    out(by, "report.period", {{"from", "2026-01-01"}, {"until", "2026-12-31"}});
    out(by, "task.list", {});
    out(by, "duplicate.list", {});
    out(by, "record.links", {{"id", id}});
    out(by, "number.list", {});
    out(by, "status", {});
    out(by, "conflict.list", {});
    unchecked(by, [&](vault::Vault& vault) {  // what is stored in clear within the encrypted pages
      auto rows = must(vault.db().query("SELECT title, document, searched, state FROM record"));
      while (must(rows.step()))
        for (int column = 0; column < 4; ++column)
          for (const char* part : {"wvx902", "kbt638"})
            CHECK(!holds(column == 3 ? rows.blob(3) : as_bytes(rows.text(column)), part));
    });
  }
  const auto copied = shell("a").ok("record.copy", {{"id", id}});
  CHECK(json::compact(json::value(copied)).find("wvx902") == std::string::npos);
  out("a", "bundle.export", {{"file", folder.path("bundle")}, {"everything", true}});
  // The key itself, as the vault has it, is in no bundle, on no wire, and not at the server.
  Bytes key;
  unchecked("a", [&](vault::Vault& vault) {
    const auto named = must(vault::own_key(vault, must(id_from_text<RecordId>(id))));
    REQUIRE(named);
    key = to_bytes(named->key.view());
  });
  shells.clear();
  server.stop();
  CHECK(!holds(wire, "wvx902"));
  CHECK(!holds(wire, as_text(key)));
  std::size_t files = 0;
  for (const auto& root : {folder.path(""), server.folder()})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file()) continue;
      ++files;
      INFO(entry.path().string());
      const auto bytes = file_text(entry.path().string());
      for (const std::string_view part :
           {std::string_view("wvx902"), std::string_view("kbt638"), as_text(key)})
        CHECK(!holds(as_bytes(bytes), part));
    }
  CHECK(files > 8);
}

TEST_CASE_METHOD(
    Complaints,
    "a realm's own form keeps personal texts in a group and in each row of a list, and prints them") {
  const std::string forms = folder.path("forms");
  std::filesystem::create_directories(forms + "/records");
  std::ofstream(forms + "/records/tip.json") << R"~({"kind": "ls_tip", "version": 1,
    "label": {"vi": "Tin báo", "en": "Tip"}, "title": "Tin {number}", "survey": [
    {"type": "text", "name": "number", "label": {"vi": "Số", "en": "Number"}, "required": true},
    {"type": "group", "name": "by", "label": {"vi": "Người báo", "en": "By"}, "children": [
      {"type": "text", "name": "name", "label": {"vi": "Họ tên", "en": "Name"}, "personal": true, "required": true,
       "constraint": "length(by__name) > 3", "constraint_message": {"vi": "Ngắn quá.", "en": "Too short."}}]},
    {"type": "repeat", "name": "seen", "label": {"vi": "Người thấy", "en": "Seen by"}, "children": [
      {"type": "text", "name": "name", "label": {"vi": "Họ tên", "en": "Name"}, "personal": true},
      {"type": "text", "name": "place", "label": {"vi": "Ở đâu", "en": "Where"}}]}]})~";
  shell("admin").ok("schema.publish", {{"folder", forms}});
  exchange("admin", "a");
  sync("office");
  const json::object rows{
      {"number", "1"},
      {"seen",
       {{{"place", "Nà Pàn"}, {"name", "Hai wvx902"}}, {{"place", "Khòn Nưa"}, {"name", "Ba wvx902"}}}}};
  const auto id = text_at(shell("a").ok("record.add", {{"kind", "ls_tip"}, {"record", rows}}), "id");
  CHECK(shell("a").error("record.finalize", {{"id", id}}) == "record.invalid");  // required, and empty
  CHECK(edit("a", id, {{"by", {{"name", "abc"}}}}) == "constraint");  // the expression reads the text
  CHECK(edit("a", id, {{"by", {{"name", "Một wvx902"}}}}) == "");
  CHECK(edit("a", id, {{"by", {{"name", "Bốn wvx902"}}}}) == "");
  CHECK(told("a", id).find("từ “Một wvx902” thành “Bốn wvx902”") != std::string::npos);
  shell("a").ok("record.finalize", {{"id", id}});
  const auto printed = [&](const std::string& by) {
    return text_at(shell(by).ok("record.print", {{"id", id}}), "html");
  };
  for (const char* text : {"Bốn wvx902", "Hai wvx902", "Ba wvx902"})
    CHECK(printed("a").find(text) != std::string::npos);
  carry("a", "office");
  CHECK(printed("office").find("wvx902") == std::string::npos);
  CHECK(printed("office").find("(chưa có khoá, chờ nối mạng)") != std::string::npos);
  CHECK(told("office", id).find("“(chưa có khoá, chờ nối mạng)”") != std::string::npos);
  exchange("a", "office");
  CHECK(printed("office") == printed("a"));
}

TEST_CASE_METHOD(Complaints,
                 "a form is refused that would show a personal field in lists, or calls a number one") {
  const std::string forms = folder.path("forms");
  std::filesystem::create_directories(forms + "/records");
  const auto refused = [&](const std::string& title, const std::string& extra, const std::string& type) {
    std::ofstream(forms + "/records/tip.json")
        << R"~({"kind": "ls_tip", "version": 1, "label": {"vi": "Tin báo", "en": "Tip"}, "title": ")~" +
               title +
               R"~(", "survey": [{"type": "text", "name": "number", "label": {"vi": "Số", "en": "Number"}},
                {"type": ")~" +
               type + R"~(", "name": "who", "label": {"vi": "Ai", "en": "Who"}, "personal": true})~" + extra +
               "]}";
    return shell("admin").answer("schema.publish", {{"folder", forms}}).count("ok") == 0;
  };
  CHECK(refused("Tin {who}", "", "text"));
  CHECK(refused("Tin {number}", "", "integer"));
  CHECK(refused(
      "Tin {number}",
      R"~(, {"type": "calculate", "name": "c", "label": {"vi": "C", "en": "C"}, "calculation": "who || '!'"})~",
      "text"));
  CHECK(refused("Tin {number}",
                R"~(, {"type": "text", "name": "d", "label": {"vi": "D", "en": "D"}, "default": "who"})~",
                "text"));
  CHECK(!refused(
      "Tin {number}",
      R"~(, {"type": "text", "name": "d", "label": {"vi": "D", "en": "D"}, "relevant": "who IS NOT NULL"})~",
      "text"));
}

}  // namespace personal_test
