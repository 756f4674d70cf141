// A realm for tests: an administrator's vault with a province and one commune, and devices that are approved
// by bundle, as in a village without a server.
#pragma once

#include "crypto/random.hpp"
#include "support/catch.hpp"
#include "support/seams.hpp"
#include "sync/bundle.hpp"
#include "vault/acts.hpp"
#include "vault/queries.hpp"

namespace gandan::test {

// Shows a record as its cells: enough for lists and search, and it needs no record types.
class PlainProjector final : public vault::Projector {
 public:
  vault::Projection project(const RecordId& id, const UnitId&, const changelog::RecordState&,
                            const changelog::RecordView& view) const override {
    vault::Projection out;
    out.document = to_text(id) + "\n";
    for (const auto& [path, field] : view.fields) {
      const auto* text = std::get_if<std::string>(&field.shown());
      out.document += std::string(path) + "=" + (text != nullptr ? *text : "?") + "\n";
      if (text == nullptr) continue;
      if (path == "title") out.title = *text;
      if (path == "kind") out.kind = *text;
      if (path == "day") out.date = *text;
      out.search += *text + "\n";
    }
    return out;
  }
};

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(info(result.error().code).text << ": " << result.error().detail);
  return std::move(result).value();
}
inline void must(const Status& status) {
  if (!status) FAIL(info(status.error().code).text << ": " << status.error().detail);
}

struct Device {
  enum Existing { existing };
  Device(const std::string& folder, vault::Seams seams)
      : key(32, 7),
        vault(must(vault::Vault::create_raw(folder, key, projector, seams))),
        folder_(folder),
        seams_(seams) {}
  Device(const std::string& folder, vault::Seams seams, Existing)
      : key(32, 7),
        vault(must(vault::Vault::open_raw(folder, key, projector, seams))),
        folder_(folder),
        seams_(seams) {}

  // Closes the vault and opens it again.
  void reopen() {
    vault.reset();
    vault = must(vault::Vault::open_raw(folder_, key, projector, seams_));
  }
  RecordId write(const UnitId& unit, const std::vector<vault::Change>& changes) {
    auto feed = must(vault::open_feed(*vault, unit));
    vault::IdMaker ids(feed);
    const auto record = ids.record();
    must(vault::save(*vault, unit, record, changes, HolderId{}, ids));
    return record;
  }
  void edit(const UnitId& unit, const RecordId& record, const std::vector<vault::Change>& changes) {
    const auto feed = must(vault::open_feed(*vault, unit));
    must(vault::save(*vault, unit, record, changes, HolderId{}, vault::IdMaker(feed)));
  }
  std::string document(const RecordId& record) { return must(vault::find(*vault, record)).document; }
  vault::IngestReport take(Device& from, bool everything = true) {
    sync::ExportOptions options;
    options.everything = everything;
    return must(sync::import_bundle(*vault, must(sync::export_bundle(*from.vault, options))));
  }

  Bytes key;
  PlainProjector projector;
  std::unique_ptr<vault::Vault> vault;

 private:
  std::string folder_;
  vault::Seams seams_;
};

struct Realm {
  // `server_key`: of a real ledger; otherwise ledger_key stands for it.
  explicit Realm(std::uint64_t seed = 1, std::optional<SignPublicKey> server_key = std::nullopt)
      : random(seed), ledger_key(crypto::SigningKey::generate(random)), admin(device("admin")) {
    auto made = must(vault::create_realm(*admin->vault, server_key.value_or(ledger_key.public_key())));
    card = made.card;
    top = (*admin->vault->roster())->root().top;
    commune = must(vault::add_unit(*admin->vault, top));
  }

  std::unique_ptr<Device> device(const std::string& name) {
    return std::make_unique<Device>(folder.path(name), vault::Seams{clock, random});
  }
  // A device with a role, enrolled by hand.
  std::unique_ptr<Device> enrolled(const std::string& name, roster::Role role, const UnitId& unit) {
    auto made = device(name);
    enrol(*made, role, unit);
    return made;
  }
  void enrol(Device& joining, roster::Role role, const UnitId& unit) {
    const auto& identity = joining.vault->identity();
    const auto request = roster::make_join_request(identity.sign, identity.box.public_key(), "phone");
    must(vault::approve(*admin->vault, request, role, unit));
    must(sync::import_bundle(*joining.vault, must(sync::export_enrolment(*admin->vault))));
  }

  TempFolder folder;
  FakeClock clock;
  SeededRandom random;
  crypto::SigningKey ledger_key;
  std::unique_ptr<Device> admin;
  roster::RealmCard card;
  UnitId top;
  UnitId commune;
};

// The removal alone, without the rotation that goes with it: for what is said of the one statement.
inline void remove_only(Device& admin, const Device& device, const UnitId& unit,
                        roster::RevokeReason reason) {
  must(vault::issue(*admin.vault, roster::RevokeBody{device.vault->identity().id, unit, reason}));
}

inline vault::Change text(std::string path, std::string value) { return {std::move(path), std::move(value)}; }

}  // namespace gandan::test
