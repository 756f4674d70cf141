// What a vault has in memory of its realm is what its disk says, also after a transaction that failed.
#include "support/on_disk.hpp"
#include "support/realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

// What the realm looks like to a vault: roster and keys.
std::string look(vault::Vault& vault) {
  if (!vault.in_realm()) return "no realm";
  const auto* roster = *vault.roster();
  std::string out = std::to_string(roster->size()) + " " + to_hex(roster->head(roster->size())->view()) +
                    " " + std::to_string(vault.confirmed_roster_size()) + " " +
                    to_hex(roster->last_statement_of(vault.identity().id).view());
  for (const auto& [id, unit] : roster->units())
    for (const auto& epoch : unit.epochs)
      out += vault.keyring().secret(id, epoch.number) != nullptr ? " key" : " none";
  for (const auto& [id, feed] : roster->feeds()) out += " " + to_text(id);
  return out;
}

// Does `act` on a copy of the vault in `prepared`, with every write to the disk failing in turn: memory must
// look as before, and as the vault that is opened again; then the same act succeeds.
template <class F>
void fails_everywhere(Realm& realm, const std::string& prepared, F act) {
  CrashVfs disk;
  int failures = 0;
  for (std::uint64_t n = 1;; ++n) {
    const std::string folder = realm.folder.path("n" + std::to_string(n));
    std::filesystem::copy(prepared, folder, std::filesystem::copy_options::recursive);
    disk.forget();
    bool failed = false;
    std::string after;
    {
      const OnDisk here(disk);
      Device device(folder, {realm.clock, realm.random}, Device::existing);
      const auto before = look(*device.vault);
      disk.fail_at(CrashVfs::Fault::disk_full, n, 1'000'000);
      const Status status = act(*device.vault);
      disk.fail_at(CrashVfs::Fault::none, 1);
      failed = !status.ok();
      if (failed) {
        CAPTURE(n);
        CHECK(status.error().code == Code::disk_full);
        CHECK(look(*device.vault) == before);
        must(act(*device.vault));
      }
      after = look(*device.vault);
      CHECK(after != before);
      device.reopen();
      CHECK(look(*device.vault) == after);
    }
    std::filesystem::remove_all(folder);
    if (!failed) break;
    ++failures;
  }
  CHECK(failures > 0);
}

template <class T>
Status status_of(Result<T> result) {
  return result.ok() ? Status() : Status(result.error());
}

// A realm whose vaults are closed; `name` is a prepared one.
struct Prepared : Realm {
  std::string close(std::unique_ptr<Device>& device, const std::string& name) {
    device.reset();
    return folder.path(name);
  }
};

}  // namespace

TEST_CASE_METHOD(Prepared,
                 "after an act that the disk refused, the roster in memory is the one on the disk") {
  SECTION("a unit") {
    fails_everywhere(*this, close(admin, "admin"),
                     [&](vault::Vault& vault) { return status_of(vault::add_unit(vault, top)); });
  }
  SECTION("an approval") {
    auto phone = device("phone");
    const auto& identity = phone->vault->identity();
    const auto request = roster::make_join_request(identity.sign, identity.box.public_key(), "");
    fails_everywhere(*this, close(admin, "admin"), [&](vault::Vault& vault) {
      return status_of(vault::approve(vault, request, roster::Role::cadre, commune));
    });
  }
  SECTION("the opening of a feed") {
    auto phone = enrolled("phone", roster::Role::cadre, commune);
    fails_everywhere(*this, close(phone, "phone"),
                     [&](vault::Vault& vault) { return status_of(vault::open_feed(vault, commune)); });
  }
  SECTION("the founding of a realm") {
    auto fresh = device("fresh");
    fails_everywhere(*this, close(fresh, "fresh"), [&](vault::Vault& vault) {
      return status_of(vault::create_realm(vault, ledger_key.public_key()));
    });
  }
  SECTION("a bundle with statements and keys, into a realm or none") {
    auto phone = enrolled("phone", roster::Role::cadre, commune);
    auto fresh = device("fresh");
    must(vault::add_unit(*admin->vault, commune));
    const auto bundle = must(sync::export_enrolment(*admin->vault));
    const auto take = [&](vault::Vault& vault) { return status_of(sync::import_bundle(vault, bundle)); };
    fails_everywhere(*this, close(phone, "phone"), take);
    fails_everywhere(*this, close(fresh, "fresh"), take);
  }
}

TEST_CASE_METHOD(Realm, "an ingest that is given up leaves no statement, key or realm in memory") {
  auto phone = device("phone");
  const auto& identity = phone->vault->identity();
  must(vault::approve(*admin->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, commune));
  auto bundle = must(sync::export_enrolment(*admin->vault));
  {
    auto ingest = must(vault::Ingest::begin(*phone->vault));
    must(phone->vault->join(card));
    CHECK(phone->vault->in_realm());
  }
  CHECK_FALSE(phone->vault->in_realm());
  CHECK(phone->vault->address().error().code == Code::not_enrolled);
  must(sync::import_bundle(*phone->vault, bundle));
  CHECK(phone->vault->keyring().latest(commune) == 1u);
  phone->write(commune, {text("title", "được")});
}
