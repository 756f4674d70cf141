// What else goes with a record's key: a name that was sealed for few, files, drawn signatures.
#include <fstream>

#include "changelog/personal_value.hpp"
#include "erasing.hpp"

namespace erasure_files_test {

using namespace gandan;
using namespace gandan::test;
using namespace gandan::test::erasing;

namespace {

struct Desk : Erasing {
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
  static constexpr const char* kAll[] = {"admin", "second", "a", "late", "office"};
};

}  // namespace

TEST_CASE_METHOD(Desk, "an erased record's files open nowhere, and their names are gone") {
  const auto id = reception("a");
  const std::string card = "cccd người TD012.png";
  const auto added = shell("a").ok("attachment.add",
                                   {{"record", id}, {"file", file(card, "ảnh thẻ wvx902")}, {"name", card}});
  const std::string path = text_at(added, "document.attachments.0.path");
  CHECK(text_at(added, "document.attachments.0.name") == card);
  shell("a").ok("record.finalize", {{"id", id}});
  shell("a").ok("record.sign", {{"id", id}, {"scan", file("giấy TD012.pdf", "%PDF-1.4 wvx902")}});
  all();
  for (const char* name : kAll) {
    CHECK(files(name, id).find("giấy TD012.pdf") != std::string::npos);
    CHECK(read(name, id, path) == "ảnh thẻ wvx902");
    CHECK(files(name, id).find(card) != std::string::npos);
  }
  struct {
    RecordId record;
    KeyId key;
    UnitId unit;
    Bytes secret;
  } kept;
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
    CHECK(blobs == 2);
    auto row = must(vault.db().query("SELECT record, key, unit, secret FROM record_key WHERE record = ?",
                                     must(id_from_text<RecordId>(id))));
    REQUIRE(must(row.step()));
    kept = {RecordId::from(row.blob(0)), KeyId::from(row.blob(1)), UnitId::from(row.blob(2)),
            to_bytes(row.blob(3))};
  });

  erase(id);
  all();
  for (const char* name : kAll) {
    INFO(name);
    CHECK(shell(name).error("attachment.read", {{"record", id}, {"path", path}}) == "record.erased");
    CHECK(files(name, id).find("TD012.") == std::string::npos);
    CHECK(json::compact(json::value(shell(name).ok("record.signatures", {{"id", id}}))).find("TD012.pdf") ==
          std::string::npos);
    const auto shown = json::compact(json::value(shell(name).ok("record.show", {{"id", id}})));
    CHECK(shown.find("TD012.") == std::string::npos);
    CHECK(at(shell(name).ok("vault.rebuild"), "same") == json::value(true));
  }
  CHECK(shell("a").error(
            "attachment.add",
            {{"record", id}, {"file", folder.path(card)}, {"late", true}, {"reason", "thêm ảnh"}}) ==
        "record.erased");
  // Nor where the key lies all the same: a copy of a vault may keep it until it knows itself from the other.
  unchecked("office", [&](vault::Vault& vault) {
    must(
        vault.db().run("INSERT INTO record_key (record, key, unit, secret, made_here, to_send) "
                       "VALUES (?, ?, ?, ?, 0, 0)",
                       kept.record, kept.key, kept.unit, ByteView(kept.secret)));
  });
  CHECK(shell("office").error("attachment.read", {{"record", id}, {"path", path}}) == "record.erased");
  CHECK(files("office", id).find("TD012.") == std::string::npos);
}

TEST_CASE_METHOD(Desk, "an erased record's sealed name opens for nobody, and is sealed for nobody else") {
  const auto id = denunciation("a");
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
  all();
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

TEST_CASE_METHOD(
    Desk, "what a restored phone attached and sealed opens under the ids it gets anew, and is erased there") {
  reception("a", {{"person_name", nullptr}});
  all();
  back_up("a");
  const auto first = reception("a", {{"person_name", "Người đầu"}});
  reception("a", {{"person_name", "Người thứ hai"}});
  sync("a");
  restore("a");
  const auto with_file = reception("a");
  CHECK(with_file == first);  // two records of one id
  const std::string card = "cccd người TD012.png";
  shell("a").ok("attachment.add",
                {{"record", with_file}, {"file", file(card, "ảnh thẻ wvx902")}, {"name", card}});
  const auto sealed = denunciation("a");
  shell("a").ok(
      "record.seal",
      {{"id", sealed}, {"path", "identity"}, {"value", "người tố cáo wvx902"}, {"for", devices["office"]}});
  all();
  std::string moved_file, moved_seal;
  const json::value listed = at(shell("a").ok("record.list"), "records");
  for (const auto& row : listed.get_array()) {
    const auto id = text_at(row, "id");
    if (files("a", id).find(card) != std::string::npos) moved_file = id;
    if (text_at(row, "kind") == "denunciation") moved_seal = id;
  }
  REQUIRE(!moved_file.empty());
  REQUIRE(!moved_seal.empty());
  CHECK(moved_file != with_file);
  CHECK(moved_seal != sealed);
  const auto path = text_at(show("office", moved_file), "document.attachments.0.path");
  const json::object place{{"id", moved_seal}, {"path", "identity"}};
  CHECK(read("office", moved_file, path) == "ảnh thẻ wvx902");
  CHECK(text_at(shell("office").ok("record.unseal", place), "value") == "người tố cáo wvx902");

  // The keys of what moved lie under the new ids alone.
  std::set<KeyId> moved_keys;
  unchecked("office", [&](vault::Vault& vault) {
    for (const auto& id : {moved_file, moved_seal}) {
      auto rows = must(
          vault.db().query("SELECT key FROM record_key WHERE record = ?", must(id_from_text<RecordId>(id))));
      while (must(rows.step())) moved_keys.insert(KeyId::from(rows.blob(0)));
    }
  });
  CHECK(moved_keys.size() == 2);
  shell("a").ok("record.withdraw", {{"id", moved_seal}, {"reason", "ghi nhầm"}});
  all();
  erase(moved_file);
  erase(moved_seal);
  all();
  for (const char* name : {"a", "office"}) {
    INFO(name);
    CHECK(shell(name).error("attachment.read", {{"record", moved_file}, {"path", path}}) == "record.erased");
    CHECK(shell(name).error("record.unseal", place) == "record.erased");
    unchecked(name, [&](vault::Vault& vault) {
      for (const auto& key : moved_keys)
        CHECK(must(vault.db().integer("SELECT count(*) FROM record_key WHERE key = ?", key)) == 0);
    });
    CHECK(field(name, first) == "Người đầu");  // of the same id once, and another's
  }
}

}  // namespace erasure_files_test
