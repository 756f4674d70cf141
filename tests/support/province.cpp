#include "support/province.hpp"

#include "app/projector.hpp"
#include "base/calendar.hpp"
#include "crypto/random.hpp"
#include "support/catch.hpp"

namespace gandan::test {

Province::Province(const std::string& ledger_key, Connect connect) : connect_(std::move(connect)) {
  clock.set(*parse_instant("2026-03-10T08:00:00+07:00"));
  Shell& admin = shell("admin");
  admin.ok("realm.create", {{"name", "Lạng Sơn"},
                            {"code", "20"},
                            {"ledger_key", ledger_key},
                            {"root_passphrase", "mật khẩu gốc"},
                            {"root_key_file", folder.path("root.key")},
                            {"card_file", folder.path("card")}});
  admin.ok("unit.add",
           {{"parent", "20"}, {"kind", "office"}, {"name", "Cơ quan tiếp nhận số 1"}, {"code", "20.A"}});
  admin.ok("unit.add", {{"parent", "20.A"}, {"kind", "xa"}, {"name", "Xã A"}, {"code", "06463"}});
}

Shell& Province::shell(const std::string& name) {
  auto& place = shells[name];
  if (place == nullptr) {
    OpenOptions options;
    options.folder = folder.path(name);
    options.raw_key = key_of(name);
    options.create = true;
    Seams seams;
    seams.clock = &clock;
    seams.transport = connect_;
    place = std::make_unique<Shell>(api, options, seams);
  }
  return *place;
}

Shell& Province::enrol(const std::string& name, const std::string& role, const std::string& unit) {
  const auto request = text_at(shell(name).ok("device.request", {{"label", name}}), "request");
  const auto approved = shell("admin").ok(
      "device.approve",
      {{"request", request}, {"role", role}, {"unit", unit}, {"out", folder.path(name + ".join")}});
  devices[name] = text_at(approved, "device");
  shell(name).ok("bundle.import", {{"file", folder.path(name + ".join")}});
  shell(name).ok("holder.add", {{"code", "CB-" + name}, {"use", true}, {"unit", unit}});
  return shell(name);
}

void Province::carry(const std::string& from, const std::string& to) {
  clock.advance(60'000);
  const std::string file = folder.path("bundle-" + std::to_string(++bundles_));
  shell(from).ok("bundle.export", {{"file", file}, {"everything", true}});
  CHECK(at(shell(to).ok("bundle.import", {{"file", file}}), "received.refused") == json::value(0));
}

std::string Province::visit(const std::string& by) {
  const char* record = R"~({"project": "Đường nối", "household": "H017", "stage": ["inventory"],
    "team": [{"name": "Cán bộ xã", "organisation": "ubnd"}], "start": "2026-03-09T02:00:00Z",
    "end": "2026-03-09T03:00:00Z", "place": "Nhà hộ", "met": "land_user", "explained": "Đơn giá",
    "outcome": "considering", "minutes": "signed"})~";
  return text_at(
      shell(by).ok("record.add", {{"kind", "mobilisation_visit"}, {"record", json::parse(record).value()}}),
      "id");
}

std::string Province::denunciation(const std::string& by) {
  const json::object record{{"number", "07/TC"},
                            {"received_on", "2026-03-09"},
                            {"field", "land"},
                            {"summary", "Thu tiền ngoài quy định"}};
  return text_at(shell(by).ok("record.add", {{"kind", "denunciation"}, {"record", record}}), "id");
}

json::object Province::show(const std::string& by, const std::string& id, json::object more) {
  more["id"] = id;
  return shell(by).ok("record.show", more);
}

std::string Province::stage(const std::string& by, const std::string& id) {
  return text_at(show(by, id), "workflow.state");
}

void Province::unchecked(const std::string& by, const std::function<void(vault::Vault&)>& act) {
  shells[by].reset();
  {
    auto catalog = records::Catalog::builtin(clock);
    REQUIRE(catalog.ok());
    const app::DocumentProjector projector(**catalog);
    auto vault = vault::Vault::open_raw(folder.path(by), as_bytes(key_of(by)), projector,
                                        {clock, crypto::system_random()});
    REQUIRE(vault.ok());
    act(**vault);
  }
  shell(by);
}

void Province::forge(const std::string& by, const std::string& id,
                     const std::vector<vault::Change>& changes) {
  unchecked(by, [&](vault::Vault& vault) {
    const auto record = id_from_text<RecordId>(id);
    REQUIRE(record.ok());
    const auto row = vault::find(vault, *record);
    REQUIRE(row.ok());
    const auto feed = vault.own_feed(row->unit);
    REQUIRE(feed.ok());
    REQUIRE(*feed);
    const vault::IdMaker ids(**feed);
    const auto saved = vault::save(vault, row->unit, *record, changes, {}, ids);
    INFO((saved.ok() ? std::string() : saved.error().detail));
    CHECK(saved.ok());
  });
}

std::string Province::key_of(const std::string& name) {
  std::string key = name;
  key.resize(32, 'k');
  return key;
}

}  // namespace gandan::test
