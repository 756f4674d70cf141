// A province whose administrators erase: phones, an office and two administrators over a server, and a look
// at everything that a vault and the server keep.
#pragma once

#include "changelog/segment_content.hpp"
#include "crypto/random.hpp"
#include "records/hold.hpp"
#include "support/province.hpp"
#include "support/tapped.hpp"
#include "vault/acts.hpp"
#include "vault/ingest.hpp"
#include "vault/key_box.hpp"

namespace gandan::test::erasing {

inline constexpr const char* kName = "Lục Thị Mẩy wvx902";

struct Erasing : WithServer, Province {
  Erasing()
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

inline constexpr const char* kErased = R"({"personal":true,"closed":"erased","reason":"person"})";

}  // namespace gandan::test::erasing
