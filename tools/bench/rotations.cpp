// What enrolment, rotation and removal cost in a realm as large as the country has communes: 3,321 of them
// below one top unit, with 30 devices each.
#include <algorithm>
#include <span>

#include "bench/measurements.hpp"
#include "bench/world.hpp"
#include "changelog/keyring.hpp"
#include "crypto/random.hpp"
#include "vault/rotation.hpp"

namespace gandan::bench {
namespace {

constexpr std::size_t kCommunes = 3321;
constexpr std::size_t kDevices = 30;

struct Country {
  std::vector<UnitId> communes;
  std::vector<DeviceId> devices;  // of the first commune
  DeviceId office;                // at the top
};

DeviceId grant(vault::Vault& vault, const UnitId& unit, roster::Role role) {
  const auto sign = crypto::SigningKey::generate(vault.random());
  const auto box = crypto::BoxKey::generate(vault.random());
  must(vault::issue_within(vault, roster::GrantBody{sign.public_key(), box.public_key(), role, unit}));
  return roster::device_id(sign.public_key(), box.public_key());
}

// In one transaction, without the wraps of the first epochs: what is measured comes afterwards.
Country found(World& world, std::size_t communes, std::size_t devices) {
  auto& vault = *world.admin;
  Country out;
  auto work = must(vault::Work::begin(vault));
  const RealmId realm = world.roster().realm();
  for (std::size_t i = 0; i < communes; ++i) {
    const auto unit = random_id<UnitId>(vault.random());
    const auto secret = changelog::new_epoch_secret(vault.random());
    must(vault::issue_within(
        vault, roster::UnitBody{unit, world.top, changelog::epoch_public(realm, unit, 1, secret)}));
    must(vault.add_secret(unit, 1, secret));
    out.communes.push_back(unit);
    for (std::size_t d = 0; d < devices; ++d) {
      const auto id = grant(vault, unit, roster::Role::cadre);
      if (i == 0) out.devices.push_back(id);
    }
  }
  out.office = grant(vault, world.top, roster::Role::office);
  must(work.commit());
  return out;
}

struct Made {
  std::int64_t count = 0, bytes = 0;
};
Made rows(vault::Vault& vault, const char* table) {
  const std::string name(table);
  return {must(vault.db().integer("SELECT count(*) FROM " + name)).value_or(0),
          must(vault.db().integer("SELECT coalesce(sum(length(bytes)), 0) FROM " + name)).value_or(0)};
}

// Runs `act` and adds how long it took, and the bytes that it makes for everybody else.
template <class F>
void measure(Run& run, vault::Vault& vault, const std::string& name, const std::string& label, F act) {
  const Made statements = rows(vault, "statement"), wraps = rows(vault, "wrap");
  const double seconds = seconds_of(act);
  const Made more = rows(vault, "statement"), keys = rows(vault, "wrap");
  const auto note = std::to_string(more.count - statements.count) + " statements, " +
                    std::to_string(keys.count - wraps.count) + " wraps";
  run.figures.add({name + "_ms", label, seconds * 1e3, "ms", Want::none, 0, note});
  const auto bytes = static_cast<double>(more.bytes - statements.bytes + keys.bytes - wraps.bytes);
  run.figures.add({name + "_bytes", label + ", to be carried", bytes, "B", Want::none, 0, note});
}

}  // namespace

void measure_rotation(Run& run) {
  const std::size_t communes = run.scale.quick ? 12 : kCommunes, devices = run.scale.quick ? 3 : kDevices;
  WorkFolder folder(run.folder.path("rotation"));
  World world(folder, crypto::SigningKey::generate(crypto::system_random()).public_key());
  auto& vault = *world.admin;
  const Country country = found(world, communes, devices);
  const std::string size =
      std::to_string(communes) + " communes with " + std::to_string(devices) + " devices";

  measure(run, vault, "enrol", "enrol one device, " + size, [&] {
    const auto sign = crypto::SigningKey::generate(vault.random());
    const auto box = crypto::BoxKey::generate(vault.random());
    must(vault::approve(vault, roster::make_join_request(sign, box.public_key(), "phone"),
                        roster::Role::cadre, country.communes[1]));
  });
  measure(run, vault, "rotate_commune", "rotate one commune on a schedule",
          [&] { must(vault::rotate(vault, country.communes[2])); });
  measure(run, vault, "rotate_all", "rotate every unit on a schedule, the top with them", [&] {
    std::vector<UnitId> all{world.top};
    all.insert(all.end(), country.communes.begin(), country.communes.end());
    for (std::span<const UnitId> left(all); !left.empty();) {
      const auto some = left.first(std::min<std::size_t>(left.size(), 100));  // as unit.rotate does
      must(vault::rotate_each(vault, some));
      left = left.subspan(some.size());
    }
  });
  measure(run, vault, "remove_phone", "remove a commune's device", [&] {
    must(vault::revoke(vault, country.devices[0], country.communes[0], roster::RevokeReason::lost));
  });
  measure(run, vault, "move_commune", "move a commune under another unit",
          [&] { must(vault::move_unit(vault, country.communes[3], country.communes[4])); });
  measure(run, vault, "remove_top", "remove a device at the top: every unit gets a new key",
          [&] { must(vault::revoke(vault, country.office, world.top, roster::RevokeReason::left)); });
}

}  // namespace gandan::bench
