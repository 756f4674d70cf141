// A complainant's name over phones, office and server: written and read as any field, readable by who has the
// record's key, and nowhere else.
#include "support/province.hpp"
#include "support/tapped.hpp"
#include "vault/key_box.hpp"

namespace personal_test {

using namespace gandan;
using namespace gandan::test;

namespace {

// Nothing else in the tests has these in it.
constexpr const char* kName = "Lục Thị Mẩy wvx902";
constexpr const char* kAddress = "Thôn Khuổi Slao kbt638";

struct Served : WithServer, Province {
  Served()
      : Province(to_hex(WithServer::server.ledger_key().view()), [this](const Server&) {
          return std::make_unique<Tapped>(WithServer::server, wire, &cut, &bend);
        }) {
    enrol("a", "cadre", "06463");
    enrol("colleague", "cadre", "06463");
    enrol("office", "office", "20.A");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    for (const char* name : {"admin", "a", "colleague", "office"}) sync(name);
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}, {"keep_ledger", keep_ledger}});
  }
  void exchange(const std::string& from, const std::string& to) {
    sync(from);
    sync(to);
  }
  std::string complaint(const std::string& by, json::object more = {{"person_name", kName}}) {
    json::object record{{"number", "12/KN"},
                        {"person_code", "KN012"},
                        {"received_on", "2026-03-09"},
                        {"field", "land"},
                        {"subject", "Bồi thường chưa đúng diện tích"}};
    for (const auto& member : more) record[member.key()] = member.value();
    const json::object params{{"kind", "complaint"}, {"record", record}};
    const auto answer = shell(by).answer("record.add", params);
    INFO(json::compact(json::value(answer)));
    REQUIRE(json::find_object(answer, "ok") != nullptr);
    return text_at(answer, "ok.id");
  }
  std::string field(const std::string& by, const std::string& id, const std::string& path) {
    const json::value value = at(show(by, id), "document.fields." + path);
    return value.is_string() ? std::string(value.get_string()) : json::compact(value);
  }
  std::string edit(const std::string& by, const std::string& id, const json::object& record) {
    const auto answer = shell(by).answer("record.edit", {{"id", id}, {"record", record}});
    if (json::find_object(answer, "ok") != nullptr) return "";
    const json::value fields = at(answer, "error.fields");
    return fields.get_array().empty() ? text_at(answer, "error.code")
                                      : text_at(fields.get_array()[0], "code");
  }
  std::string told(const std::string& by, const std::string& id) {
    return json::compact(json::value(shell(by).ok("record.history", {{"id", id}})));
  }
  std::int64_t unsent(const std::string& by) {
    std::int64_t out = -1;
    unchecked(by, [&](vault::Vault& vault) {
      out = must(vault.db().integer("SELECT count(*) FROM record_key WHERE to_send > 0")).value_or(0);
    });
    return out;
  }
  void same_projections(const std::string& by) {
    INFO(by);
    CHECK(at(shell(by).ok("vault.rebuild"), "same") == json::value(true));
  }

  // A commune beside, with a cadre "m".
  void neighbour() {
    shell("admin").ok("unit.add", {{"parent", "20.A"}, {"kind", "xa"}, {"name", "Xã B"}, {"code", "06464"}});
    enrol("m", "cadre", "06464");
    exchange("admin", "m");
    for (const char* name : {"a", "colleague", "office"}) sync(name);
  }
  UnitId unit_of(const std::string& by, const std::string& id) {
    UnitId out;
    unchecked(by, [&](vault::Vault& vault) { out = must(vault::find(vault, record_of(id))).unit; });
    return out;
  }
  static RecordId record_of(const std::string& id) { return must(id_from_text<RecordId>(id)); }
  // What a changed program puts into the key box.
  changelog::NamedKey plant(const std::string& by, const UnitId& unit, const RecordId& record) {
    changelog::NamedKey out;
    unchecked(by, [&](vault::Vault& vault) {
      out = changelog::new_record_key(vault.keyring().realm(), vault.random());
      must(vault::keep_new_key(vault, unit, record, out));
    });
    return out;
  }
  json::object sync_answer(const std::string& name) {
    clock.advance(60'000);
    return shell(name).answer("sync.run", {{"server", "https://loopback"}, {"keep_ledger", false}});
  }

  Bytes wire;
  std::size_t cut = SIZE_MAX;
  Bend bend;
  bool keep_ledger = false;
};

constexpr const char* kWaiting = R"({"personal":true,"closed":"waiting"})";

}  // namespace

TEST_CASE_METHOD(Served, "a personal field is written offline as any other, and read where its key came") {
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

TEST_CASE_METHOD(Served, "carried by hand it waits for its key, and nobody writes over it unread") {
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

TEST_CASE_METHOD(Served, "two who write first without the other's key make two, and everybody reads both") {
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

TEST_CASE_METHOD(Served, "two who write one personal field differently stand beside each other, readable") {
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

TEST_CASE_METHOD(Served, "a key is sent until the server is known to have it, whatever is cut or killed") {
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

TEST_CASE_METHOD(Served,
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

TEST_CASE_METHOD(Served,
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

TEST_CASE_METHOD(Served, "a name is in no list, search, export, report, proof or file, nor on the wire") {
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
    Served, "a realm's own form keeps personal texts in a group and in each row of a list, and prints them") {
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

TEST_CASE_METHOD(Served,
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

TEST_CASE_METHOD(Served, "nobody of another unit gives a record a key, and no planted one is written with") {
  neighbour();
  const auto id = complaint("a", {});
  const auto own = complaint("m", {});
  for (const char* name : {"a", "m", "office"}) sync(name);
  // Under its own unit's name, for a record of another: not taken by the server, nor by a device.
  plant("m", unit_of("m", own), record_of(id));
  const auto refused = sync_answer("m");
  CHECK(json::compact(at(refused, "ok.rejected")).find("format.malformed") != std::string::npos);
  unchecked("office", [&](vault::Vault& vault) {
    const auto realm = vault.keyring().realm();
    const auto unit = must(vault::find(vault, record_of(own))).unit;
    const auto key = changelog::new_record_key(realm, vault.random());
    const auto epoch = *vault.keyring().latest(unit);
    must(vault::keep_entry(vault, changelog::wrap_record_key(realm, unit, record_of(id), key, epoch,
                                                             *vault.keyring().secret(unit, epoch))));
    must(vault::open_entries(vault));
    CHECK_FALSE(must(vault::find_key(vault, record_of(id), key.id)));
  });
  // A member's own, for a record to come: it is there, and nobody writes with it.
  auto next = record_of(id);
  ++next.bytes[15];
  const auto planted = plant("colleague", unit_of("a", id), next);
  exchange("colleague", "a");
  const auto made = complaint("a");
  CHECK(record_of(made) == next);
  exchange("a", "office");
  unchecked("a", [&](vault::Vault& vault) {
    CHECK(must(vault::find_key(vault, next, planted.id)));
    const auto state = must(vault::load_state(vault, next));
    const auto view = changelog::view(state);
    const auto text = changelog::personal_text(view.fields.find("person_name")->second.shown()).value();
    CHECK(text.key != planted.id);
  });
  CHECK(shell("office")
            .answer("record.edit", {{"id", made}, {"record", {{"address", kAddress}}}, {"reason", "bổ sung"}})
            .count("ok") == 1);
  exchange("office", "a");
  CHECK(field("a", made, "address") == kAddress);
  unchecked("office", [&](vault::Vault& vault) {
    const auto state = must(vault::load_state(vault, next));
    const auto view = changelog::view(state);
    const auto text = changelog::personal_text(view.fields.find("address")->second.shown()).value();
    CHECK(text.key != planted.id);
  });
}

TEST_CASE_METHOD(Served, "a key's name that another took before stands in nobody's way") {
  const auto id = complaint("a");
  const UnitId unit = unit_of("a", id);
  KeyId name;
  unchecked("a", [&](vault::Vault& vault) { name = must(vault::own_key(vault, record_of(id)))->id; });
  unchecked("colleague", [&](vault::Vault& vault) {
    auto key = changelog::new_record_key(vault.keyring().realm(), vault.random());
    key.id = name;
    must(vault::keep_new_key(vault, unit, record_of(id), key));
  });
  sync("colleague");
  sync("office");
  exchange("a", "office");
  CHECK(unsent("a") == 0);
  CHECK(field("office", id, "person_name") == kName);
}

TEST_CASE_METHOD(Served, "keys that one member plants keep nobody else's out") {
  const auto id = complaint("a", {});
  sync("a");
  auto next = record_of(id);
  ++next.bytes[15];
  const UnitId unit = unit_of("a", id);
  unchecked("colleague", [&](vault::Vault& vault) {
    for (int i = 0; i < 64; ++i)
      must(vault::keep_new_key(vault, unit, next,
                               changelog::new_record_key(vault.keyring().realm(), vault.random())));
  });
  sync("colleague");
  const auto made = complaint("a");
  CHECK(record_of(made) == next);
  CHECK(at(sync("a"), "rejected").get_array().empty());
  CHECK(unsent("a") == 0);
  sync("office");
  CHECK(field("office", made, "person_name") == kName);
}

TEST_CASE_METHOD(Served, "keys that the server does not take let others go first") {
  complaint("a");
  complaint("a", {{"person_name", "Hai wvx902"}});
  unchecked("a", [](vault::Vault& vault) {
    must(vault::seal(vault));
    std::set<KeyId> sent;
    for (int i = 0; i < 2; ++i) {
      const auto keys = must(vault::keys_to_send(vault, 1, {}));
      REQUIRE(keys.keys.size() == 1);
      CHECK(keys.more);
      sent.insert(keys.keys[0].key);
      must(vault::key_not_taken(vault, keys.keys[0].record, keys.keys[0].key));
    }
    CHECK(sent.size() == 2);
    CHECK(must(vault::unsent_keys(vault)) == 2);
  });
}

TEST_CASE_METHOD(Served, "a key waits for the segment that its record is in") {
  complaint("a");
  unchecked("a", [](vault::Vault& vault) {
    CHECK(must(vault::keys_to_send(vault, 9, {})).keys.empty());
    must(vault::seal(vault));
    CHECK(must(vault::keys_to_send(vault, 9, {})).keys.size() == 1);
    const auto feed = must(vault.db().query("SELECT id FROM feed WHERE own = 1"));
    auto rows = must(vault.db().query("SELECT id FROM feed WHERE own = 1"));
    REQUIRE(must(rows.step()));
    const auto id = FeedId::from(rows.blob(0));
    CHECK(must(vault::keys_to_send(vault, 9, {id})).keys.empty());
  });
}

TEST_CASE_METHOD(Served, "a server that calls every refusal an erasure hides nothing and holds no phone") {
  const auto id = complaint("a");
  // More keys than a request takes, all refused under that name.
  const UnitId unit = unit_of("a", id);
  sync("a");
  unchecked("a", [&](vault::Vault& vault) {
    auto transaction = must(storage::Transaction::begin(vault.db()));
    for (std::uint16_t i = 0; i < 4001; ++i) {
      auto record = record_of(id);
      record.bytes[10] = 0;
      record.bytes[15] = 0;  // its own earlier ones; as many keys as wanted
      must(vault::keep_new_key(vault, unit, record,
                               changelog::new_record_key(vault.keyring().realm(), vault.random())));
    }
    must(transaction.commit());
  });
  bend.answer = [](Bend::Frames& frames) {
    Bend::Frames out;
    for (auto& frame : frames) {
      if (frame.type == protocol::FrameType::keys_next)
        frame.payload = protocol::encode(protocol::KeyCursor{0});
      if (frame.type == protocol::FrameType::key) continue;
      if (frame.type == protocol::FrameType::welcome) {
        auto welcome = must(protocol::decode_welcome(frame.payload));
        for (std::uint64_t i = 0; i < 256; ++i)
          welcome.rejected.push_back({FeedId{}, i + 2, "record.erased"});
        frame.payload = protocol::encode(welcome);
      }
      out.push_back(std::move(frame));
    }
    frames = std::move(out);
  };
  bend.exchanges = 0;
  const auto answer = sync_answer("a");
  CHECK(bend.exchanges < 5);
  CHECK(json::compact(json::value(answer)).find("record.erased") != std::string::npos);
}

TEST_CASE_METHOD(Served, "segments that are refused as of an erased record are told") {
  complaint("a");
  bend.request = [](Bend::Frames& frames) {  // they go nowhere
    Bend::Frames out;
    for (auto& frame : frames)
      if (frame.type != protocol::FrameType::run && frame.type != protocol::FrameType::segment)
        out.push_back(std::move(frame));
    frames = std::move(out);
  };
  bend.answer = [](Bend::Frames& frames) {
    auto welcome = must(protocol::decode_welcome(frames.front().payload));
    welcome.rejected = {{FeedId{}, 2, "record.erased"}};
    frames.front().payload = protocol::encode(welcome);
  };
  const auto rejected = json::compact(at(sync_answer("a"), "ok.rejected"));
  CHECK(rejected.find("record.erased") != std::string::npos);
}

TEST_CASE_METHOD(Served, "one answer with a cursor beyond everything blinds nobody for good") {
  const auto id = complaint("a");
  sync("a");
  bend.answer = [](Bend::Frames& frames) {
    Bend::Frames out;
    for (auto& frame : frames) {
      if (frame.type == protocol::FrameType::key) continue;
      if (frame.type == protocol::FrameType::keys_next)
        frame.payload = protocol::encode(protocol::KeyCursor{INT64_MAX});
      out.push_back(std::move(frame));
    }
    frames = std::move(out);
  };
  sync("office");
  CHECK(field("office", id, "person_name") == kWaiting);
  bend.answer = {};
  sync("office");
  sync("office");
  CHECK(field("office", id, "person_name") == kName);
  const auto later = complaint("a", {{"person_name", "Hai wvx902"}});
  exchange("a", "office");
  CHECK(field("office", later, "person_name") == "Hai wvx902");
}

TEST_CASE_METHOD(Served, "a cadre who was transferred brings the keys of what was accepted of him") {
  neighbour();
  const auto id = complaint("a");
  const auto request = text_at(shell("a").ok("device.request", {{"label", "a"}}), "request");
  shell("admin").ok(
      "device.approve",
      {{"request", request}, {"role", "cadre"}, {"unit", "06464"}, {"out", folder.path("a2.join")}});
  shell("admin").ok("device.revoke", {{"device", devices["a"]}, {"unit", "06463"}, {"reason", "left"}});
  sync("admin");
  carry("a", "admin");
  CHECK(at(shell("a").ok("status"), "unsent_keys") == json::value(1));
  shell("admin").ok("device.accept", {{"device", devices["a"]}});
  for (int round = 0; round < 3; ++round)
    for (const char* name : {"admin", "a", "office", "colleague"}) sync(name);
  CHECK(at(shell("a").ok("status"), "unsent_keys") == json::value(0));
  for (const char* name : {"office", "colleague"}) CHECK(field(name, id, "person_name") == kName);
}

}  // namespace personal_test
