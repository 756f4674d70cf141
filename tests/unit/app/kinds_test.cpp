// Every kind of record there is: added, edited on two devices, merged, finalised, searched, exported,
// printed.
#include "base/calendar.hpp"
#include "filler.hpp"
#include "support/seams.hpp"

namespace kinds_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Commune {
  Commune() {
    clock.set(*parse_instant("2026-03-10T08:00:00+07:00"));
    Shell& admin = shell("admin");
    admin.ok("realm.create",
             {{"name", "Lạng Sơn"},
              {"code", "20"},
              {"ledger_key", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
              {"root_passphrase", "mật khẩu gốc"},
              {"root_key_file", folder.path("root.key")},
              {"card_file", folder.path("card")}});
    admin.ok("unit.add", {{"parent", "20"}, {"kind", "xa"}, {"name", "Xã A"}, {"code", "06463"}});
    for (const char* name : {"p1", "p2"}) {
      const auto request = text_at(shell(name).ok("device.request", {{"label", name}}), "request");
      admin.ok("device.approve", {{"request", request},
                                  {"role", "cadre"},
                                  {"unit", "06463"},
                                  {"out", folder.path(std::string(name) + ".join")}});
      shell(name).ok("bundle.import", {{"file", folder.path(std::string(name) + ".join")}});
      shell(name).ok(
          "holder.add",
          {{"code", std::string("CB-") + name}, {"role", "cadre"}, {"display", "Cán bộ xã"}, {"use", true}});
    }
  }
  Shell& shell(const std::string& name) {
    auto& place = shells[name];
    if (place == nullptr) {
      OpenOptions options;
      options.folder = folder.path(name);
      options.raw_key = std::string(32, static_cast<char>('a' + shells.size()));
      options.create = true;
      Seams seams;
      seams.clock = &clock;
      place = std::make_unique<Shell>(api, options, seams);
    }
    return *place;
  }
  void carry(const std::string& from, const std::string& to) {
    clock.advance(60'000);
    const std::string file = folder.path("bundle-" + std::to_string(++bundles));
    shell(from).ok("bundle.export", {{"file", file}, {"everything", true}});
    CHECK(at(shell(to).ok("bundle.import", {{"file", file}}), "received.refused") == json::value(0));
  }
  json::object document(const std::string& name, const std::string& id) {
    return at(shell(name).ok("record.show", {{"id", id}}), "document").get_object();
  }

  const Api api;
  TempFolder folder;
  FakeClock clock{0};
  std::map<std::string, std::unique_ptr<Shell>> shells;
  int bundles = 0;
};

void without_names(json::value& value) {
  if (auto* list = value.if_array())
    for (auto& one : *list) without_names(one);
  auto* object = value.if_object();
  if (object == nullptr) return;
  if (object->contains("blob")) (*object)["name"] = "";
  for (auto& member : *object) without_names(member.value());
}

// What who has the keys of personal fields sees, as it looks to who has none: bundles bring none.
json::object without_keys(json::object document, const std::map<std::string, std::string>& personal) {
  if (!personal.empty())  // its files lie under them, too
    for (auto& member : document) without_names(member.value());
  json::object& fields = document["fields"].get_object();
  for (const auto& [path, text] : personal) {
    CHECK(fields[path] == json::value(text));
    fields[path] = json::object{{"personal", true}, {"closed", "waiting"}};
  }
  return document;
}

// The shown value at a top path, as text.
std::string shown(const json::object& document, const std::string& path) {
  return json::compact(at(json::value(document), "fields." + path));
}

}  // namespace

TEST_CASE("every kind is added, edited on two devices, merged, finalised, searched, exported and printed") {
  Commune commune;
  Shell& p1 = commune.shell("p1");
  Shell& p2 = commune.shell("p2");
  Filler filler(p1);
  struct Row {
    std::string kind;
    std::string id;
    std::string word;  // in one record only
    Filler::Pair pair;
  };
  std::vector<Row> rows;
  for (const auto& kind : filler.kinds()) {
    // Administrators write the one, offices the other: unit_profile_test.cpp, target_test.cpp.
    if (kind == "unit_profile" || kind == "target") continue;
    INFO(kind);
    const std::string word = "đường zq" + std::to_string(100 + rows.size());
    rows.push_back({kind, filler.fill(kind, word), word, filler.pair(kind)});
    if (filler.takes_files(kind))
      p1.ok("attachment.add",
            {{"record", rows.back().id}, {"file", std::string(GANDAN_SOURCE_DIR) + "/README.md"}});
  }
  CHECK(rows.size() >= 30);
  CHECK(filler.sealed > 0);
  CHECK(filler.personal.size() >= 2);

  commune.carry("p1", "p2");
  for (const auto& row : rows) {
    INFO(row.kind);
    const auto& personal = filler.personal[row.id];
    CHECK(without_keys(commune.document("p1", row.id), personal) == commune.document("p2", row.id));
    p1.ok("record.edit", {{"id", row.id}, {"record", json::object{{row.pair.path, row.pair.one}}}});
    p2.ok("record.edit", {{"id", row.id}, {"record", json::object{{row.pair.path, row.pair.two}}}});
  }
  commune.carry("p1", "p2");
  commune.carry("p2", "p1");

  for (const auto& row : rows) {
    INFO(row.kind);
    const auto merged = commune.document("p1", row.id);
    CHECK(without_keys(merged, filler.personal[row.id]) == commune.document("p2", row.id));
    const auto& conflicts = *json::find_array(merged, "conflicts");
    REQUIRE(conflicts.size() == 1);
    CHECK(text_at(conflicts[0], "path") == row.pair.path);
    CHECK(at(conflicts[0], "heads").get_array().size() == 2);
    p1.ok("conflict.resolve", {{"record", row.id}, {"path", row.pair.path}, {"value", row.pair.one}});
    CHECK(shown(commune.document("p1", row.id), row.pair.path) == json::compact(row.pair.one));
    filler.finalize(row.id);
  }
  commune.carry("p1", "p2");

  for (const auto& row : rows) {
    INFO(row.kind);
    const auto final = commune.document("p2", row.id);
    CHECK(final == without_keys(commune.document("p1", row.id), filler.personal[row.id]));
    for (Shell* shell : {&p1, &p2})
      if (!filler.personal[row.id].empty())
        CHECK(at(shell->ok("search", {{"text", "pz" + row.word.substr(row.word.find("zq") + 2)}}), "hits")
                  .get_array()
                  .empty());
    CHECK(text_at(json::value(final), "state") == "finalized");
    CHECK(json::find_array(final, "conflicts")->empty());
    CHECK(
        p2.error("record.edit", {{"id", row.id}, {"record", json::object{{row.pair.path, row.pair.two}}}}) ==
        "record.finalized");
    // Found by a word without its marks, wherever the form has room for words.
    std::string plain = row.word.substr(row.word.find("zq"));
    const json::value hits = at(p2.ok("search", {{"text", "duong " + plain}, {"kind", row.kind}}), "hits");
    bool found = false;
    for (const auto& hit : hits.get_array()) found = found || text_at(hit, "id") == row.id;
    const bool has_word = json::compact(json::value(final)).find(plain) != std::string::npos;
    CHECK(found == has_word);
    CHECK((has_word || row.kind == "household_roll"));  // a roll's only texts are short codes
    const auto html = text_at(p2.ok("record.print", {{"id", row.id}}), "html");
    CHECK(html.find("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") != std::string::npos);
    CHECK(html.find("BẢN NHÁP") == std::string::npos);
    CHECK(!at(p2.ok("record.history", {{"id", row.id}}), "changes").get_array().empty());
  }
  CHECK(at(p1.ok("vault.rebuild"), "same") == json::value(true));
  CHECK(at(p2.ok("vault.rebuild"), "same") == json::value(true));
  p2.ok("report.period", {{"from", "2026-01-01"}, {"until", "2026-03-31"}});
}

}  // namespace kinds_test
