// What else goes with a record's key: a name that was sealed for few, files, drawn signatures.
#include <fstream>

#include "changelog/personal_value.hpp"
#include "support/loopback.hpp"
#include "support/province.hpp"
#include "vault/key_box.hpp"

namespace erasure_files_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Desk : WithServer, Province {
  Desk()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    enrol("second", "admin", "20");
    enrol("a", "cadre", "06463");
    enrol("office", "office", "20.A");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    all();
  }
  void sync(const std::string& name) {
    clock.advance(60'000);
    shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
  void all() {
    for (int round = 0; round < 2; ++round)
      for (const char* name : kAll) sync(name);
  }
  void erase(const std::string& id) {
    const auto proposal =
        text_at(shell("admin").ok("erase.propose", {{"record", id}, {"reason", "person"}}), "proposal");
    sync("admin");
    sync("second");
    shell("second").ok("act.approve", {{"proposals", proposal}});
    all();
  }
  std::string reception() {
    return text_at(shell("a").ok("record.add", {{"kind", "citizen_reception"},
                                                {"record",
                                                 {{"number", "3"},
                                                  {"received_at", "2026-03-09T02:00:00Z"},
                                                  {"session", "regular"},
                                                  {"receiver", "Chủ tịch xã"},
                                                  {"person_code", "TD012"},
                                                  {"matter", "reflection"},
                                                  {"field", "policy"},
                                                  {"content", "Trợ cấp chậm"},
                                                  {"request", "Xem lại"},
                                                  {"handling", "refused"},
                                                  {"handling_note", "Đã có trả lời"}}}}),
                   "id");
  }
  std::string file(const std::string& name, const std::string& content) {
    const auto path = folder.path(name);
    std::ofstream(path) << content;
    return path;
  }
  // Every file of the record as it is listed, and the first one's bytes.
  std::string files(const std::string& by, const std::string& id) {
    return json::compact(json::value(shell(by).ok("attachment.list", {{"record", id}})));
  }
  std::string read(const std::string& by, const std::string& id, const std::string& path) {
    const auto answer = shell(by).ok("attachment.read", {{"record", id}, {"path", path}});
    return std::string(as_text(*from_base64(text_at(answer, "data"))));
  }
  static constexpr const char* kAll[] = {"admin", "second", "a", "office"};
};

}  // namespace

TEST_CASE_METHOD(Desk, "an erased record's files open nowhere, and their names are gone") {
  const auto id = reception();
  const std::string card = "cccd người TD012.png";
  const auto added = shell("a").ok("attachment.add",
                                   {{"record", id}, {"file", file(card, "ảnh thẻ wvx902")}, {"name", card}});
  const std::string path = text_at(added, "document.attachments.0.path");
  CHECK(text_at(added, "document.attachments.0.name") == card);
  all();
  for (const char* name : kAll) {
    CHECK(read(name, id, path) == "ảnh thẻ wvx902");
    CHECK(files(name, id).find(card) != std::string::npos);
  }
  // What is stored and signed has neither the name nor the key.
  unchecked("office", [&](vault::Vault& vault) {
    const auto state = must(vault::load_state(vault, must(id_from_text<RecordId>(id))));
    std::size_t blobs = 0;
    for (const auto& [at, cell] : state.cells())
      for (const auto& op : cell.ops)
        if (const auto* blob = std::get_if<changelog::BlobRef>(&op.value)) {
          ++blobs;
          CHECK(changelog::is_closed(*blob));
          CHECK(blob->name.find("cccd") == std::string::npos);
        }
    CHECK(blobs == 1);
  });

  erase(id);
  for (const char* name : kAll) {
    INFO(name);
    CHECK(shell(name).error("attachment.read", {{"record", id}, {"path", path}}) == "record.erased");
    CHECK(files(name, id).find("TD012.png") == std::string::npos);
    const auto shown = json::compact(json::value(shell(name).ok("record.show", {{"id", id}})));
    CHECK(shown.find("TD012.png") == std::string::npos);
    CHECK(at(shell(name).ok("vault.rebuild"), "same") == json::value(true));
  }
  CHECK(shell("a").error("attachment.add", {{"record", id}, {"file", folder.path(card)}}) == "record.erased");
}

TEST_CASE_METHOD(Desk, "an erased record's sealed name opens for nobody, and is sealed for nobody else") {
  const auto id = text_at(shell("a").ok("record.add", {{"kind", "denunciation"},
                                                       {"record",
                                                        {{"number", "07/TC"},
                                                         {"received_on", "2026-03-09"},
                                                         {"field", "land"},
                                                         {"summary", "Thu tiền ngoài quy định"}}}}),
                          "id");
  const json::object place{{"id", id}, {"path", "identity"}};
  const auto with = [&](json::object more) {
    for (const auto& member : place) more[member.key()] = member.value();
    return more;
  };
  shell("a").ok("record.seal", with({{"value", "người tố cáo wvx902"}, {"for", devices["office"]}}));
  all();
  CHECK(text_at(shell("office").ok("record.unseal", place), "value") == "người tố cáo wvx902");
  CHECK(shell("admin").error("record.unseal", place) == "seal.not_recipient");
  shell("a").ok("record.withdraw", {{"id", id}, {"reason", "ghi nhầm"}});
  all();
  // A recipient who kept the content key has a ciphertext under the record's key, no more.
  Bytes key;
  unchecked("office", [&](vault::Vault& vault) {
    const auto record = must(id_from_text<RecordId>(id));
    CHECK(must(vault.db().integer("SELECT count(*) FROM record_key WHERE record = ?", record)) == 1);
  });
  erase(id);
  for (const char* name : {"a", "office"}) {
    INFO(name);
    CHECK(shell(name).error("record.unseal", place) == "record.erased");
    CHECK(shell(name).error("record.seal_add", with({{"for", devices["second"]}})) == "record.erased");
    unchecked(name, [&](vault::Vault& vault) {
      const auto record = must(id_from_text<RecordId>(id));
      CHECK(must(vault.db().integer("SELECT count(*) FROM record_key WHERE record = ?", record)) == 0);
      CHECK(must(vault.db().integer("SELECT count(*) FROM key_entry WHERE record = ?", record)) == 0);
    });
  }
}

}  // namespace erasure_files_test
