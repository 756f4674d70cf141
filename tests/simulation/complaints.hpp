// A commune with complainants' names: phones and an office over a server whose wire is read, cut and bent.
#pragma once

#include "support/province.hpp"
#include "support/tapped.hpp"
#include "vault/key_box.hpp"

namespace gandan::test::complaints {

// Nothing else in the tests has these in it.
inline constexpr const char* kName = "Lục Thị Mẩy wvx902";
inline constexpr const char* kAddress = "Thôn Khuổi Slao kbt638";

struct Complaints : WithServer, Province {
  Complaints()
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

inline constexpr const char* kWaiting = R"({"personal":true,"closed":"waiting"})";

}  // namespace gandan::test::complaints
