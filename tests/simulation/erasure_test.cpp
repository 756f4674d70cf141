// A complainant's name that is erased: by two administrators, everywhere, for good, and without breaking what
// was signed.
#include "erasing.hpp"

namespace erasure_test {

using namespace gandan;
using namespace gandan::test;
using namespace gandan::test::erasing;

TEST_CASE_METHOD(Erasing,
                 "after an erasure and one sync nobody reads it, and everything that was signed holds") {
  const auto id = reception("a"), other = reception("a", {{"person_name", "Người khác"}});
  const auto final = shell("a").answer("record.finalize", {{"id", id}});
  INFO(json::compact(json::value(final)));
  REQUIRE(json::find_object(final, "ok") != nullptr);
  const auto hash = text_at(final, "ok.content_hash");
  all();
  for (const char* name : {"admin", "second", "a", "late", "office"}) CHECK(field(name, id) == kName);
  std::vector<Bytes> keys;
  for (const char* name : {"a", "office"}) keys.push_back(key_of_record(name, id));
  REQUIRE(keys[0].size() == 32);
  CHECK(holds(pages("a"), as_text(keys[0])));  // so would be found what is there
  CHECK(keys[0] == keys[1]);
  CHECK(keys_at_server() == 2);

  erase(id);
  CHECK(keys_at_server() == 1);
  CHECK(field("second", id) == kErased);
  CHECK(field("a", id) == kName);  // has not heard yet
  for (const char* name : {"admin", "a", "late", "office"}) sync(name);
  for (const char* name : {"admin", "second", "a", "late", "office"}) {
    INFO(name);
    CHECK(field(name, id) == kErased);
    CHECK(field(name, other) == "Người khác");
    CHECK(state(name) == "done");
    CHECK(key_of_record(name, id).empty());
    CHECK(!key_of_record(name, other).empty());
    const auto shown = show(name, id);
    CHECK(text_at(shown, "workflow.versions.0.content_hash") == hash);
    CHECK(at(shown, "workflow.versions.0.whole") == json::value(true));
    const auto history = json::compact(json::value(shell(name).ok("record.history", {{"id", id}})));
    CHECK(history.find(kErased) != std::string::npos);
    CHECK(history.find("wvx902") == std::string::npos);
    // Who erased it, and when the server received that, is part of the record's story.
    CHECK(text_at(json::parse(history).value(), "proposals.0.state") == "done");
    CHECK(text_at(json::parse(history).value(), "proposals.0.reason") == "person");
    CHECK(!text_at(json::parse(history).value(), "proposals.0.received_at").empty());
    CHECK(at(shell(name).ok("vault.rebuild"), "same") == json::value(true));
    CHECK(field(name, id) == kErased);
  }
  // The supervisor's proof of it, and an audit of everything.
  CHECK(at(shell("office").ok("audit.verify"), "held") == json::value(true));
  shell("office").ok("audit.prove", {{"record", id}, {"out", folder.path("proof")}});
  const auto fingerprint = text_at(shell("office").ok("realm.info"), "fingerprint");
  shell("office").ok("audit.verify_proof", {{"file", folder.path("proof")}, {"root", fingerprint}});
  // Written again it is not, and erased twice neither.
  CHECK(shell("a").error(
            "record.edit",
            {{"id", id}, {"record", {{"person_name", "Lại"}}}, {"late", true}, {"reason", "ghi lại"}}) ==
        "record.invalid");
  CHECK(shell("a").error("record.edit",
                         {{"id", id}, {"record", {{"address", "Lại"}}}, {"late", true}, {"reason", "ghi"}}) ==
        "record.erased");
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "record.erased");

  for (const char* name : {"admin", "second", "a", "late", "office"}) {
    INFO(name);
    CHECK(!holds(pages(name), as_text(keys[0])));
    unchecked(name,
              [](vault::Vault& vault) { CHECK(must(vault.db().integer("PRAGMA secure_delete")) == 1); });
  }
}

TEST_CASE_METHOD(Erasing, "what the log still has of a deleted key is cut, also after a stop in between") {
  unchecked("a", [&](vault::Vault& vault) {
    const auto log = folder.path("a") + "/vault.db-wal";
    for (std::uint8_t i = 0; i < 30; ++i) must(vault.set_meta("filling", Bytes(8000, i)));
    const auto before = std::filesystem::file_size(log);
    must(vault.set_meta_number("log_to_forget", 1));  // deleted, and stopped before the log was cut
    must(must(vault::Ingest::begin(vault))->commit());
    CHECK(std::filesystem::file_size(log) < before / 4);
    CHECK(must(vault.meta_number("log_to_forget", 9)) == 0);
  });
}

TEST_CASE_METHOD(Erasing, "one device cannot do both, a stranger neither, and what is withdrawn stays") {
  const auto id = reception("a");
  all();
  CHECK(shell("a").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "roster.not_authorized");
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "because"}}) == "request.bad");
  const auto proposal = propose("admin", id);
  CHECK(shell("admin").error("act.approve", {{"proposals", proposal}}) == "act.same_person");
  CHECK(shell("second").error("act.approve", {{"proposals", proposal}}) == "act.unknown");  // not here yet
  all();
  CHECK(shell("a").error("act.approve", {{"proposals", proposal}}) == "roster.not_authorized");
  CHECK(shell("second").error("act.approve", {{"proposals", "ab"}}) == "act.unknown");
  shell("admin").ok("act.withdraw", {{"proposal", proposal}});
  all();
  CHECK(shell("second").error("act.approve", {{"proposals", proposal}}) == "act.withdrawn");
  CHECK(state("second") == "withdrawn");
  all();
  CHECK(field("office", id) == kName);
  CHECK(keys_at_server() == 1);
}

TEST_CASE_METHOD(
    Erasing, "who was away for months loses it at the first sync, and what it wrote meanwhile is refused") {
  const auto id = reception("a");
  all();
  // Two that are away: one wrote a name under a key of its own, without the record's.
  const auto second_id = reception("a", {{"person_name", nullptr}});
  all();
  CHECK(shell("late")
            .answer("record.edit", {{"id", second_id}, {"record", {{"person_name", kName}}}})
            .count("ok") == 1);
  CHECK(field("late", second_id) == kName);
  erase(id);
  {
    const auto proposal = propose("admin", second_id, "wrong_person");
    sync("admin");
    sync("second");
    shell("second").ok("act.approve", {{"proposals", proposal}});
    sync("second");
  }
  clock.advance(std::int64_t{120} * 24 * 3'600'000);
  CHECK(field("late", id) == kName);
  const auto key = key_of_record("late", second_id);
  REQUIRE(key.size() == 32);
  const auto report = sync("late");
  CHECK(at(report, "rejected").get_array().empty());
  CHECK(field("late", id) == kErased);
  CHECK(text_at(at(show("late", second_id), "document.fields.person_name"), "reason") == "wrong_person");
  CHECK(key_of_record("late", second_id).empty());
  CHECK(keys_at_server() == 0);
  for (const char* name : {"office", "a"}) {
    sync(name);
    CHECK(text_at(at(show(name, second_id), "document.fields.person_name"), "closed") == "erased");
    CHECK(at(shell(name).ok("vault.rebuild"), "same") == json::value(true));
  }
}

TEST_CASE_METHOD(Erasing, "an approval that only travelled by hand erases nothing until the ledger has it") {
  const auto id = reception("a");
  all();
  const auto proposal = propose("admin", id);
  carry("admin", "second");
  shell("second").ok("act.approve", {{"proposals", proposal}});
  CHECK(state("second") == "approved");
  carry("second", "office");
  CHECK(field("second", id) == kName);
  CHECK(field("office", id) == kName);
  sync("second");
  sync("office");
  CHECK(field("second", id) == kErased);
  CHECK(field("office", id) == kErased);
}

TEST_CASE_METHOD(Erasing,
                 "the register says which kinds keep what, under which text, and what became of it") {
  shell("a").ok("record.add",
                {{"kind", "legal_basis"},
                 {"record",
                  {{"number", "10/2022/TT-BNV"},
                   {"name", "Thời hạn bảo quản"},
                   {"kind", "circular"},
                   {"issuer", "Bộ Nội vụ"},
                   {"issued_on", "2022-12-19"},
                   {"kept", {{{"records", "Sổ tiếp công dân"}, {"years", 10}, {"article", "Điều 3"}}}}}}});
  const auto id = reception("a");
  all();
  const auto row = [&](const std::string& by, const std::string& kind) {
    const json::value kinds = at(shell(by).ok("erase.register"), "kinds");
    for (const auto& one : kinds.get_array())
      if (text_at(one, "kind") == kind) return one.get_object();
    return json::object{};
  };
  const auto before = row("office", "citizen_reception");
  CHECK(at(before, "records") == json::value(1));
  CHECK(at(before, "erased") == json::value(0));
  CHECK(at(before, "fields").get_array().size() == 2);
  CHECK(text_at(at(before, "fields.0"), "how") == "personal");
  CHECK(text_at(at(row("office", "denunciation"), "fields.0"), "how") == "sealed");
  CHECK(row("office", "community_meeting").empty());
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "đang thanh tra"}});
  CHECK(at(row("office", "citizen_reception"), "held") == json::value(1));
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "xong"}, {"lift", true}});
  all();
  erase(id);
  sync("office");
  CHECK(at(row("office", "citizen_reception"), "erased") == json::value(1));
  CHECK(at(row("office", "citizen_reception"), "held") == json::value(0));
  CHECK(shell("second").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "record.erased");
  // What was withdrawn keeps its names until they are erased: it counts.
  const auto withdrawn = reception("a");
  shell("a").ok("record.withdraw", {{"id", withdrawn}, {"reason", "ghi nhầm"}});
  all();
  CHECK(at(row("office", "citizen_reception"), "records") == json::value(2));
  erase(withdrawn);
  sync("office");
  CHECK(at(row("office", "citizen_reception"), "erased") == json::value(2));
}

TEST_CASE_METHOD(
    Erasing, "a restored phone leaves no key under the id that another record has, so erasing finds all") {
  text_at(shell("a").ok("record.add", {{"kind", "complaint"},
                                       {"record",
                                        {{"number", "1/KN"},
                                         {"person_code", "KN001"},
                                         {"received_on", "2026-03-09"},
                                         {"field", "land"},
                                         {"subject", "Bồi thường"}}}}),
          "id");
  all();
  back_up("a");
  const auto lost = reception("a", {{"person_name", "Người đầu"}});
  sync("a");
  restore("a");
  const auto id = reception("a");
  CHECK(id == lost);  // two records of one id
  shell("a").ok("record.finalize", {{"id", id}});
  sync("a");
  std::string moved;
  const json::value listed = at(shell("a").ok("record.list"), "records");
  for (const auto& row : listed.get_array())
    if (text_at(row, "kind") == "citizen_reception" && field("a", text_at(row, "id")) == kName)
      moved = text_at(row, "id");
  REQUIRE(!moved.empty());
  CHECK(moved != id);
  all();
  CHECK(field("office", moved) == kName);
  CHECK(field("office", id) == "Người đầu");
  CHECK(keys_at_server() == 2);
  for (const char* name : {"a", "office"}) {
    INFO(name);
    CHECK(keys_here(name, id) == 1);
    CHECK(keys_here(name, moved) == 1);
  }
  erase(moved);
  all();
  CHECK(field("a", moved) == kErased);
  CHECK(field("office", id) == "Người đầu");
  std::size_t texts = 0;
  CHECK(readable_displaced("a", texts).empty());
  CHECK(texts != 0);
}

TEST_CASE_METHOD(
    Erasing,
    "erasing a record spares what a restored phone wrote under the same id, also in an answer that is cut") {
  reception("a", {{"person_name", nullptr}});
  all();
  back_up("a");
  const auto lost = reception("a", {{"person_name", "Người đầu"}});
  sync("a");
  restore("a");
  const auto id = reception("a");
  CHECK(id == lost);
  shell("a").ok("record.finalize", {{"id", id}});
  sync("admin");
  erase(lost);
  for (int i = 0; i < 14; ++i) {  // behind which the phone's own lies
    std::string noise;
    for (int k = 0; k < 1100; ++k) {
      Bytes some(8);
      crypto::system_random().fill(some);
      noise += to_hex(some);
    }
    shell("late").ok("record.add", {{"kind", "complaint"},
                                    {"record",
                                     {{"number", std::to_string(i) + "/KN"},
                                      {"person_code", "KN001"},
                                      {"received_on", "2026-03-09"},
                                      {"field", "land"},
                                      {"subject", noise}}}});
    sync("late");
  }
  // By token, so that what the Hello says may be changed: the first two answers are short ones.
  bend.request = [this](Bend::Frames& frames) {
    auto hello = must(protocol::decode_hello(frames.front().payload));
    REQUIRE(!hello.token.empty());
    if (bend.exchanges <= 2) hello.max_response = 1;
    frames.front().payload = protocol::encode(hello);
  };
  bend.exchanges = 0;
  sync("a");
  CHECK(bend.exchanges >= 3);
  std::set<std::string> names;
  const json::value listed = at(shell("a").ok("record.list"), "records");
  for (const auto& row : listed.get_array())
    if (text_at(row, "kind") == "citizen_reception")
      names.insert(json::compact(at(show("a", text_at(row, "id")), "document.fields")));
  const auto said = [&](std::string_view what) {
    return std::count_if(names.begin(), names.end(),
                         [&](const std::string& fields) { return fields.find(what) != std::string::npos; });
  };
  CHECK(said(kName) == 1);
  CHECK(said(kErased) == 1);
  bend.request = {};
  sync("a");
  sync("office");
  CHECK(keys_at_server() == 1);
}

TEST_CASE_METHOD(Erasing, "an erasure writes the keys that are left anew, into other pages than theirs") {
  const auto id = reception("a");
  all();
  const auto free_pages = [&] {
    std::int64_t out = 0;
    unchecked("a",
              [&](vault::Vault& vault) { out = must(vault.db().integer("PRAGMA freelist_count")).value(); });
    return out;
  };
  unchecked("a", [](vault::Vault& vault) {
    auto transaction = must(storage::Transaction::begin(vault.db()));
    for (int i = 0; i < 1000; ++i) {
      Bytes some(80);
      crypto::system_random().fill(some);
      const ByteView part(some);
      must(
          vault.db().run("INSERT INTO record_key (record, key, unit, secret, made_here, to_send) "
                         "VALUES (?, ?, ?, ?, 0, 0)",
                         part.first(16), part.subspan(16, 16), part.subspan(32, 16), part.subspan(48)));
    }
    must(transaction.commit());
  });
  const auto before = free_pages();
  erase(id);
  sync("a");
  CHECK(free_pages() > before + 5);  // as many as the table has, and zeros
  CHECK(keys_here("a", id) == 0);
}

}  // namespace erasure_test
