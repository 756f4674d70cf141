// A complainant's name that is erased: by two administrators, everywhere, for good, and without breaking what
// was signed.
#include "changelog/segment_content.hpp"
#include "crypto/random.hpp"
#include "records/hold.hpp"
#include "support/province.hpp"
#include "support/tapped.hpp"
#include "vault/acts.hpp"
#include "vault/ingest.hpp"
#include "vault/key_box.hpp"

namespace erasure_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr const char* kName = "Lục Thị Mẩy wvx902";

struct Served : WithServer, Province {
  Served()
      : Province(to_hex(WithServer::server.ledger_key().view()), [this](const Server&) {
          return std::make_unique<Tapped>(WithServer::server, wire, nullptr, &bend);
        }) {
    enrol("second", "admin", "20");
    enrol("a", "cadre", "06463");
    enrol("late", "cadre", "06463");
    enrol("office", "office", "20.A");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    all();
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}, {"keep_ledger", name == "office"}});
  }
  void all() {  // what each has reaches every other
    for (int round = 0; round < 2; ++round)
      for (const char* name : {"admin", "second", "a", "late", "office"}) sync(name);
  }
  // A reception: it has a personal name, and no deadline that stays open.
  std::string reception(const std::string& by, json::object more = {}) {
    json::object record{{"number", "3"},
                        {"received_at", "2026-03-09T02:00:00Z"},
                        {"session", "regular"},
                        {"receiver", "Chủ tịch xã"},
                        {"person_code", "TD012"},
                        {"person_name", kName},
                        {"matter", "reflection"},
                        {"field", "policy"},
                        {"content", "Trợ cấp chậm"},
                        {"request", "Xem lại"},
                        {"handling", "refused"},
                        {"handling_note", "Đã có trả lời"}};
    for (const auto& member : more) record[member.key()] = member.value();
    const auto answer = shell(by).answer("record.add", {{"kind", "citizen_reception"}, {"record", record}});
    INFO(json::compact(json::value(answer)));
    REQUIRE(json::find_object(answer, "ok") != nullptr);
    return text_at(answer, "ok.id");
  }
  std::string field(const std::string& by, const std::string& id) {
    const json::value value = at(show(by, id), "document.fields.person_name");
    return value.is_string() ? std::string(value.get_string()) : json::compact(value);
  }
  std::string propose(const std::string& by, const std::string& id, const std::string& reason = "person") {
    return text_at(shell(by).ok("erase.propose", {{"record", id}, {"reason", reason}}), "proposal");
  }
  void erase(const std::string& id) {
    const auto proposal = propose("admin", id);
    sync("admin");
    sync("second");
    shell("second").ok("act.approve", {{"proposals", proposal.substr(0, 8)}});
    sync("second");
  }
  std::string state(const std::string& by) {
    return text_at(at(shell(by).ok("act.list"), "proposals.0"), "state");
  }
  Bytes key_of_record(const std::string& by, const std::string& id) {
    Bytes out;
    unchecked(by, [&](vault::Vault& vault) {
      const auto record = must(id_from_text<RecordId>(id));
      const auto key = must(vault::key_to_write(vault, must(vault::find(vault, record)).unit, record));
      if (key) out = to_bytes(key->key.view());
    });
    return out;
  }
  // Everything that a vault's file holds, without the encryption; free pages do not come along: that these
  // are zeros is SQLite's secure_delete, which must be on.
  Bytes pages(const std::string& by) {
    shells[by].reset();
    const auto copy = folder.path(by + ".copy");
    std::filesystem::remove(copy);
    std::filesystem::copy_file(folder.path(by) + "/vault.db", copy);
    const auto log = folder.path(by) + "/vault.db-wal";
    CHECK((!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0));
    {
      storage::Options options;
      options.path = copy;
      const std::string key = key_of(by);
      options.key = as_bytes(key);
      options.wal = false;
      auto db = must(storage::Database::open(options));
      must(db.execute("PRAGMA rekey = ''"));
    }
    const auto text = file_text(copy);
    std::filesystem::remove(copy);
    CHECK(text.substr(0, 15) == "SQLite format 3");
    return to_bytes(as_bytes(text));
  }
  std::int64_t keys_at_server() {
    server.stop();
    std::int64_t out = 0;
    {
      storage::Options options;
      options.path = server.folder() + "/server.db";
      options.mode = storage::Mode::open;
      auto db = must(storage::Database::open(options));
      out = must(db.integer("SELECT count(*) FROM record_key")).value_or(-1);
    }
    server.start(clock);
    return out;
  }

  // A backup, and its return into the very files: nothing tells the vault that it is not the newest.
  void back_up(const std::string& by) {
    shells[by].reset();
    std::filesystem::copy(folder.path(by), folder.path(by + ".backup"),
                          std::filesystem::copy_options::recursive);
  }
  void restore(const std::string& by) {
    shells[by].reset();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path(by))) {
      if (!entry.is_regular_file()) continue;
      const auto from =
          folder.path(by + ".backup") / std::filesystem::relative(entry.path(), folder.path(by));
      const auto bytes = std::filesystem::exists(from) ? file_text(from.string()) : std::string();
      std::ofstream(entry.path(), std::ios::binary | std::ios::trunc) << bytes;
    }
  }
  // The personal texts in segments that lost their place, as far as the keys of this vault open them.
  std::vector<std::string> readable_displaced(const std::string& by, std::size_t& texts) {
    std::vector<std::string> out;
    unchecked(by, [&](vault::Vault& vault) {
      const auto realm = vault.keyring().realm();
      auto rows = must(vault.db().query(
          "SELECT displaced.bytes, feed.id, feed.unit, displaced.sequence, previous, roster_head, root "
          "FROM displaced JOIN feed ON feed.number = displaced.feed"));
      while (must(rows.step())) {
        auto segment = must(protocol::decode_in_run(rows.blob(0)));
        segment.header.feed = FeedId::from(rows.blob(1));
        const auto unit = UnitId::from(rows.blob(2));
        segment.header.sequence = static_cast<std::uint64_t>(rows.integer(3));
        segment.previous = Hash::from(rows.blob(4));
        segment.header.roster_head = Hash::from(rows.blob(5));
        segment.header.checkpoint_root = Hash::from(rows.blob(6));
        const auto* key = vault.keyring().feed_key(unit, segment.header.epoch, segment.header.feed);
        REQUIRE(key != nullptr);
        changelog::SegmentCodec codec;
        for (const auto& op : must(codec.open(realm, segment, *key))) {
          const auto text = changelog::personal_text(op.value);
          if (!text) continue;
          ++texts;
          const auto found = must(vault::find_key(vault, op.record, text->key));
          if (found)
            out.push_back(must(changelog::open_personal({realm, unit, op.record, op.path}, *text, *found)));
        }
      }
    });
    return out;
  }
  std::int64_t keys_here(const std::string& by, const std::string& id) {
    std::int64_t out = -1;
    unchecked(by, [&](vault::Vault& vault) {
      out = must(vault.db().integer("SELECT count(*) FROM record_key WHERE record = ?",
                                    must(id_from_text<RecordId>(id))))
                .value_or(-1);
    });
    return out;
  }

  Bytes wire;
  Bend bend;
};

constexpr const char* kErased = R"({"personal":true,"closed":"erased","reason":"person"})";

}  // namespace

TEST_CASE_METHOD(Served,
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

TEST_CASE_METHOD(Served, "what the log still has of a deleted key is cut, also after a stop in between") {
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

TEST_CASE_METHOD(Served, "one device cannot do both, a stranger neither, and what is withdrawn stays") {
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
    Served, "who was away for months loses it at the first sync, and what it wrote meanwhile is refused") {
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

TEST_CASE_METHOD(Served, "an approval that only travelled by hand erases nothing until the ledger has it") {
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

TEST_CASE_METHOD(Served, "a hold and an open deadline keep a record, until they are gone") {
  const auto id = reception("a");
  all();
  CHECK(shell("a").error("erase.hold", {{"record", id}, {"reason", "đang thanh tra"}}) == "erase.not_keeper");
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "đang thanh tra"}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  CHECK(json::compact(json::value(shell("admin").last_error)).find("đang thanh tra") != std::string::npos);
  CHECK(json::compact(json::value(shell("admin").ok("record.history", {{"id", id}})))
            .find("GIỮ dữ liệu cá nhân") != std::string::npos);
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "thanh tra xong"}, {"lift", true}});
  CHECK(shell("office").error("erase.hold", {{"record", id}, {"reason", "x"}, {"lift", true}}) ==
        "request.bad");
  all();
  // Held between proposal and approval: the second administrator's device refuses.
  const auto proposal = propose("admin", id);
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "khiếu nại tiếp"}});
  all();
  CHECK(shell("second").error("act.approve", {{"proposals", proposal}}) == "erase.held");

  const auto complaint = text_at(shell("a").ok("record.add", {{"kind", "complaint"},
                                                              {"record",
                                                               {{"number", "12/KN"},
                                                                {"person_code", "KN012"},
                                                                {"received_on", "2026-03-09"},
                                                                {"field", "land"},
                                                                {"subject", "Bồi thường"},
                                                                {"person_name", kName}}}}),
                                 "id");
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", complaint}, {"reason", "person"}}) == "erase.held");
  CHECK(text_at(at(shell("admin").last_error, "fields.0"), "code") == "deadline");
}

TEST_CASE_METHOD(
    Served, "a hold that the approver's device had not fetched stops the erasure everywhere all the same") {
  const auto id = reception("a");
  all();
  const auto proposal = propose("admin", id);
  sync("admin");
  sync("second");
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "đang thanh tra"}});
  sync("office");
  // The second administrator has heard nothing of it: his program approves.
  CHECK(text_at(at(shell("second").ok("act.approve", {{"proposals", proposal}}), "proposals.0"), "state") ==
        "approved");
  all();
  for (const char* name : {"admin", "second", "a", "office"}) {
    CHECK(field(name, id) == kName);
    CHECK(state(name) == "held");
  }
  CHECK(keys_at_server() == 1);
  // Lifted: the old yes is none, a new one is.
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "xong"}, {"lift", true}});
  all();
  CHECK(shell("second").error("act.approve", {{"proposals", proposal}}) == "erase.held");
  CHECK(field("a", id) == kName);
  erase(id);
  all();
  CHECK(field("a", id) == kErased);
  CHECK(keys_at_server() == 0);
}

TEST_CASE_METHOD(Served, "a hold whose reason has not come keeps a record, and can be lifted") {
  const auto id = reception("a");
  all();
  unchecked("office", [&](vault::Vault& vault) {
    must(vault::issue(vault, roster::HoldBody{must(id_from_text<RecordId>(id))}));
  });
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  // What is proven of another feed's record goes by a roster that has the hold, and so needs what it is
  // about.
  const auto other = reception("late");
  all();
  const auto proof = folder.path("proof");
  shell("office").ok("audit.prove", {{"record", other}, {"out", proof}});
  const auto root = text_at(shell("office").ok("realm.info"), "fingerprint");
  CHECK(text_at(shell("office").ok("audit.verify_proof", {{"file", proof}, {"root", root}}), "record") ==
        other);
  // Who was not told why does not lift it; who said it does.
  shell("admin").ok("erase.hold", {{"record", id}, {"reason", "xong"}, {"lift", true}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "xong"}, {"lift", true}});
  all();
  erase(id);
  all();
  CHECK(shell("office").error("erase.hold", {{"record", id}, {"reason", "muộn"}}) == "record.erased");
  // One that stands in the record alone, as an earlier version's does, keeps honest programs from it still.
  const auto old = reception("a");
  all();
  forge("office", old, {{std::string(records::kHoldMark), records::hold_text("đang thanh tra", false)}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", old}, {"reason", "person"}}) == "erase.held");
}

TEST_CASE_METHOD(Served, "a hold that a lost device never gave a reason for is lifted by who is left") {
  const auto id = reception("a");
  all();
  unchecked("office", [&](vault::Vault& vault) {
    must(vault::issue(vault, roster::HoldBody{must(id_from_text<RecordId>(id))}));
  });
  sync("office");
  sync("admin");
  shell("admin").ok("device.revoke", {{"device", devices["office"]}, {"reason", "lost"}});
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  shell("admin").ok("erase.hold", {{"record", id}, {"reason", "máy giữ đã mất"}, {"lift", true}});
  sync("admin");
  propose("admin", id);
}

TEST_CASE_METHOD(
    Served, "a hold is an office's or an administrator's word: another member's neither sets nor lifts it") {
  const auto held = reception("a"), free = reception("a");
  all();
  shell("office").ok("erase.hold", {{"record", held}, {"reason", "đang thanh tra"}});
  all();
  const std::string mark(records::kHoldMark);
  forge("a", held, {{mark, records::hold_text("xong", true)}});
  forge("a", free, {{mark, records::hold_text("chặn", false)}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", held}, {"reason", "person"}}) == "erase.held");
  CHECK(json::compact(json::value(shell("admin").last_error)).find("đang thanh tra") != std::string::npos);
  propose("admin", free);
  // The office still lifts what it set, whatever was written over it.
  shell("office").ok("erase.hold", {{"record", held}, {"reason", "thanh tra xong"}, {"lift", true}});
  all();
  propose("admin", held);
}

TEST_CASE_METHOD(Served, "the register says which kinds keep what, under which text, and what became of it") {
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
    Served, "a restored phone leaves no key under the id that another record has, so erasing finds all") {
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
    Served,
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

TEST_CASE_METHOD(Served, "an erasure writes the keys that are left anew, into other pages than theirs") {
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
