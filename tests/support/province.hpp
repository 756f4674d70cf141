// A province over the boundary: an administrator, a receiving office 20.A with the commune 06463 below it,
// and devices that are enrolled by file. Records travel by bundle, or over whatever transport is given.
#pragma once

#include "app/projector.hpp"
#include "base/calendar.hpp"
#include "crypto/random.hpp"
#include "support/api.hpp"
#include "support/seams.hpp"
#include "vault/queries.hpp"

namespace gandan::test {

struct Province {
  using Connect = decltype(Seams::transport);
  static constexpr const char* kLedgerKey =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  explicit Province(const std::string& ledger_key = kLedgerKey, Connect connect = {})
      : connect_(std::move(connect)) {
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

  Shell& shell(const std::string& name) {
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
  // A device with a role in a unit, and a holder "CB-name" who uses it where it may write.
  Shell& enrol(const std::string& name, const std::string& role, const std::string& unit) {
    const auto request = text_at(shell(name).ok("device.request", {{"label", name}}), "request");
    const auto approved = shell("admin").ok(
        "device.approve",
        {{"request", request}, {"role", role}, {"unit", unit}, {"out", folder.path(name + ".join")}});
    devices[name] = text_at(approved, "device");
    shell(name).ok("bundle.import", {{"file", folder.path(name + ".join")}});
    shell(name).ok("holder.add", {{"code", "CB-" + name}, {"use", true}, {"unit", unit}});
    return shell(name);
  }
  void carry(const std::string& from, const std::string& to) {
    clock.advance(60'000);
    const std::string file = folder.path("bundle-" + std::to_string(++bundles_));
    shell(from).ok("bundle.export", {{"file", file}, {"everything", true}});
    CHECK(at(shell(to).ok("bundle.import", {{"file", file}}), "received.refused") == json::value(0));
  }

  // A visit that can be finalised.
  std::string visit(const std::string& by) {
    const char* record = R"~({"project": "Đường nối", "household": "H017", "stage": ["inventory"],
      "team": [{"name": "Cán bộ xã", "organisation": "ubnd"}], "start": "2026-03-09T02:00:00Z",
      "end": "2026-03-09T03:00:00Z", "place": "Nhà hộ", "met": "land_user", "explained": "Đơn giá",
      "outcome": "considering", "minutes": "signed"})~";
    return text_at(
        shell(by).ok("record.add", {{"kind", "mobilisation_visit"}, {"record", json::parse(record).value()}}),
        "id");
  }
  json::object show(const std::string& by, const std::string& id, json::object more = {}) {
    more["id"] = id;
    return shell(by).ok("record.show", more);
  }
  std::string stage(const std::string& by, const std::string& id) {
    return text_at(show(by, id), "workflow.state");
  }

  // What only a changed program would do: on the device's vault, past its methods.
  void unchecked(const std::string& by, const std::function<void(vault::Vault&)>& act) {
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
  // Marks that no method writes for this device.
  void forge(const std::string& by, const std::string& id, const std::vector<vault::Change>& changes) {
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

  static std::string key_of(const std::string& name) {
    std::string key = name;
    key.resize(32, 'k');
    return key;
  }

  const Api api;
  TempFolder folder;
  FakeClock clock{0};
  std::map<std::string, std::unique_ptr<Shell>> shells;
  std::map<std::string, std::string> devices;

 private:
  Connect connect_;
  int bundles_ = 0;
};

}  // namespace gandan::test
