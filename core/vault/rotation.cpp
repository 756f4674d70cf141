#include "vault/rotation.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "vault/acts.hpp"
#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

using Members = std::map<UnitId, std::vector<const roster::DeviceInfo*>>;

// Who holds a role in the unit itself that reads it. Once for many units: a province has 100,000 devices.
Members members_of(const roster::Roster& roster) {
  Members out;
  for (const auto& [id, device] : roster.devices()) {
    std::set<UnitId> units;
    for (const auto& grant : device.grants)
      if (!grant.until && grant.role != roster::Role::auditor) units.insert(grant.unit);
    for (const auto& unit : units) out[unit].push_back(&device);
  }
  return out;
}

// The unit and all below it, parents before their children: a child's secret is wrapped for its parent's new
// epoch.
std::vector<UnitId> subtree(const roster::Roster& roster, const UnitId& unit) {
  std::map<UnitId, std::vector<UnitId>> children;
  for (const auto& [id, info] : roster.units()) children[info.parent()].push_back(id);
  std::vector<UnitId> out{unit};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto found = children.find(out[i]);
    if (found != children.end()) out.insert(out.end(), found->second.begin(), found->second.end());
  }
  return out;
}

// Whether nobody will bring the secret any more: a server takes no wraps of the unit from who started the
// epoch, whatever else that device may do since.
bool is_lost(const roster::Roster& roster, const UnitId& unit, const roster::EpochInfo& epoch) {
  const auto& issuer = epoch.origin.issuer;
  return roster.device(issuer) != nullptr && !roster.may(issuer, roster::Right::administer, unit);
}

// Code::no_key when the unit's current secret is not here, unless a lost one may be passed over: then the
// newest that is here is wrapped for the new epoch, and what was sealed in between opens where its secret
// comes up (wrap_history).
Status start_epoch(Vault& vault, const UnitId& unit, const Members& members, bool over_lost) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto& last = roster->unit(unit)->epochs.back();
  if (vault.keyring().secret(unit, last.number) == nullptr && !over_lost) return Code::no_key;
  // An epoch counts only behind one that its statement knows of, and statements name what the ledger has: one
  // that another administrator brought by hand must get there first.
  const roster::Origin now{roster->size() + 1, vault.confirmed_roster_size(), vault.identity().id};
  if (!now.knew(last.origin)) return Error{Code::no_key, "another administrator's new key is not sent yet"};
  const std::uint32_t number = last.number + 1;
  const auto known = vault.keyring().latest(unit);
  const auto secret = changelog::new_epoch_secret(vault.random());
  const auto epoch = changelog::epoch_public(roster->realm(), unit, number, secret);
  GANDAN_TRY([[maybe_unused]] const auto issued, issue_within(vault, roster::EpochBody{unit, epoch}));
  if (known) GANDAN_CHECK(wrap_for_later(vault, unit, *known, *vault.keyring().secret(unit, *known), epoch));
  GANDAN_CHECK(vault.add_secret(unit, number, secret));
  GANDAN_CHECK(wrap_for_parent(vault, unit, number, secret));
  const auto devices = members.find(unit);
  if (devices == members.end()) return {};
  for (const auto* device : devices->second)
    GANDAN_CHECK(wrap_for_device(vault, unit, number, secret, device->id, device->box_key));
  return {};
}

// Starts the next epoch, or notes that this waits for the unit's secret.
Status start_epoch_or_wait(Vault& vault, const UnitId& unit, const Members& members, bool over_lost,
                           KeysReport& report) {
  const auto started = start_epoch(vault, unit, members, over_lost);
  if (!started && started.error().code != Code::no_key) return started;
  ++(started ? report.rotated : report.waiting);
  return {};
}

// Members to whom nobody gave the current secret, since their grant and the epoch had not seen each other.
// That this device did it already is noted: the two acts stay as they are.
Status wrap_for_missed(Vault& vault, const roster::UnitInfo& unit, const Members& members,
                       KeysReport& report) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto devices = members.find(unit.id);
  if (devices == members.end()) return {};
  for (const auto* device : devices->second) {
    const auto& grants = device->grants;
    const auto granted_again = kGrantedAgain + to_text(unit.id) + "/" + to_text(device->id);
    GANDAN_TRY(const auto again, vault.meta(granted_again));
    const bool missed =
        again || std::none_of(grants.begin(), grants.end(), [&](const roster::GrantInfo& grant) {
          return !grant.until && grant.unit == unit.id && grant.role != roster::Role::auditor &&
                 !roster->epoch_missed(unit.id, grant);
        });
    if (!missed) continue;
    const std::uint32_t epoch = unit.epochs.back().number;
    const auto name = "wrapped/" + to_text(unit.id) + "/" + std::to_string(epoch) + "/" + to_text(device->id);
    GANDAN_TRY(const auto done, vault.meta(name));
    if (done) continue;
    const auto* secret = vault.keyring().secret(unit.id, epoch);
    if (secret == nullptr) {
      ++report.waiting;
      return {};
    }
    GANDAN_CHECK(wrap_for_device(vault, unit.id, epoch, *secret, device->id, device->box_key));
    GANDAN_CHECK(vault.set_meta(name, as_bytes("1")));
    ++report.wrapped;
  }
  return {};
}

// Wraps that are here.
struct Wrapped {
  // Epochs whose secret opens with that of a later one, which is here: a chain that ends at one that nobody
  // has leads nowhere.
  std::set<std::pair<UnitId, std::uint32_t>> for_later;
  // For which parent or device this device wrapped which epoch of a unit, but for a parent's epoch that was
  // passed over as lost. What others bring says nothing of which secret it is.
  std::set<std::tuple<UnitId, std::uint32_t, protocol::RecipientId>> given;
};

// Whether it is for a past epoch of the parent whose secret is not here: nobody may have it.
bool passed_over(Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap) {
  if (wrap.kind != protocol::WrapKind::parent) return false;
  const auto parent = UnitId::from(wrap.recipient.view());
  const auto* unit = roster.unit(parent);
  return unit != nullptr && wrap.recipient_epoch < unit->epochs.back().number &&
         vault.keyring().secret(parent, wrap.recipient_epoch) == nullptr;
}

Result<Wrapped> wraps_here(Vault& vault) {
  Wrapped out;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes, to_send FROM wrap"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    GANDAN_TRY(const auto wrap, protocol::decode_wrap(rows.blob(0)));
    const auto state = static_cast<WrapState>(rows.integer(1));
    if (wrap.kind == protocol::WrapKind::next_epoch) {
      if (vault.keyring().secret(wrap.unit, wrap.recipient_epoch) != nullptr)
        out.for_later.emplace(wrap.unit, wrap.epoch);
    } else if ((state == WrapState::to_send || state == WrapState::sent) &&
               !passed_over(vault, *roster, wrap)) {
      out.given.emplace(wrap.unit, wrap.epoch, wrap.recipient);
    }
  }
}

// What this device wrapped for an epoch of the parent that another administrator overtook, or that was passed
// over as lost, nobody can open; nor what it wrapped for an office from which the ledger had moved the unit
// by then.
Status wrap_again_for_parent(Vault& vault, const roster::UnitInfo& unit, const Wrapped& wrapped,
                             KeysReport& report) {
  const auto& last = unit.epochs.back();
  if (last.origin.issuer != vault.identity().id || unit.parent().is_zero()) return {};
  GANDAN_TRY(const auto overtaken, vault.meta(kOvertaken + to_text(unit.parent())));
  const auto name = std::tuple{unit.id, last.number, protocol::RecipientId::from(unit.parent().view())};
  if (!overtaken && wrapped.given.count(name) != 0) return {};
  const auto* secret = vault.keyring().secret(unit.id, last.number);
  if (secret == nullptr) {  // a restored vault, to which it comes
    ++report.waiting;
    return {};
  }
  GANDAN_CHECK(wrap_for_parent(vault, unit.id, last.number, *secret));
  ++report.wrapped;
  return {};
}

// The secret of an epoch that another device passed over as lost, and that came up here, for the epochs
// since: those who joined later read on through it.
Status wrap_history(Vault& vault, const Wrapped& wrapped, KeysReport& report) {
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto& [id, unit] : roster->units()) {
    const auto& last = unit.epochs.back();
    if (unit.epochs.size() == 1 || vault.keyring().secret(id, last.number) == nullptr) continue;
    if (!roster->may(vault.identity().id, roster::Right::administer, id)) continue;
    for (auto epoch = unit.epochs.begin(); epoch != unit.epochs.end() - 1; ++epoch) {
      const auto* secret = vault.keyring().secret(id, epoch->number);
      if (secret == nullptr || wrapped.for_later.count({id, epoch->number}) != 0) continue;
      GANDAN_CHECK(wrap_for_later(vault, id, epoch->number, *secret, last));
      ++report.wrapped;
    }
  }
  return {};
}

// Epochs whose secret may be on no administrator's device, or soon on none: this one introduces itself with
// the statement that starts it, and not with its issuer's wraps; or its issuer administers the unit no
// more, and all came that whoever passed over it had.
std::vector<std::pair<UnitId, const roster::EpochInfo*>> hanging_epochs(Vault& vault,
                                                                        const roster::Roster& roster,
                                                                        const roster::DeviceInfo& self,
                                                                        Lost lost) {
  // What the ledger has, by its own word or by whoever approved this device.
  std::uint64_t seen = vault.confirmed_roster_size();
  const bool stranger = std::all_of(self.grants.begin(), self.grants.end(),
                                    [&](const roster::GrantInfo& grant) { return grant.origin.from > seen; });
  for (const auto& grant : self.grants) seen = std::max(seen, grant.origin.seen);
  std::set<UnitId> units;
  for (const auto& grant : self.grants)
    if (!grant.until && grant.role != roster::Role::auditor) units.insert(grant.unit);
  std::vector<std::pair<UnitId, const roster::EpochInfo*>> out;
  for (const auto& unit : units) {
    const auto& epochs = roster.unit(unit)->epochs;
    const std::uint32_t last = epochs.back().number;
    const bool all_came = lost == Lost::pass_over && vault.keyring().secret(unit, last) != nullptr;
    for (const auto& epoch : epochs)
      if (vault.keyring().secret(unit, epoch.number) != nullptr &&
          ((stranger && epoch.origin.from > seen) ||
           (all_came && epoch.number != last && is_lost(roster, unit, epoch))))
        out.emplace_back(unit, &epoch);
  }
  return out;
}

// Such secrets, for the devices of the units' administrators, who give them to whoever reads there.
Status raise_secrets(Vault& vault, const roster::DeviceInfo& self, Lost lost, KeysReport& report) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto hanging = hanging_epochs(vault, *roster, self, lost);
  if (hanging.empty()) return {};
  GANDAN_TRY(const auto wrapped, wraps_here(vault));
  for (const auto& [unit, epoch] : hanging) {
    if (wrapped.for_later.count({unit, epoch->number}) != 0) continue;
    const auto* secret = vault.keyring().secret(unit, epoch->number);
    for (const auto& [id, device] : roster->devices()) {
      const auto name = std::tuple{unit, epoch->number, protocol::RecipientId::from(id.view())};
      if (id == epoch->origin.issuer || wrapped.given.count(name) != 0) continue;
      if (!roster->may(id, roster::Right::administer, unit)) continue;
      GANDAN_CHECK(wrap_for_device(vault, unit, epoch->number, *secret, id, device.box_key));
      ++report.wrapped;
    }
  }
  return {};
}

Status mend_as_administrator(Vault& vault, Lost lost, KeysReport& report) {
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(report, rotate_due_within(vault, roster->root().top, lost));
  GANDAN_TRY(roster, vault.roster());
  const Members members = members_of(*roster);
  GANDAN_TRY(const auto wrapped, wraps_here(vault));
  for (const auto& [id, unit] : roster->units()) {
    if (!roster->may(vault.identity().id, roster::Right::administer, id)) continue;
    GANDAN_CHECK(wrap_for_missed(vault, unit, members, report));
    GANDAN_CHECK(wrap_again_for_parent(vault, unit, wrapped, report));
  }
  GANDAN_CHECK(wrap_history(vault, wrapped, report));
  return vault.db().run("DELETE FROM meta WHERE name GLOB ?", kOvertaken + "*");
}

// What mending rests on: the roster, and which secrets are here.
Result<Bytes> mending_state(Vault& vault) {
  GANDAN_TRY(const auto* roster, vault.roster());
  std::uint64_t secrets = 0;
  vault.keyring().for_each([&](const UnitId&, std::uint32_t, const changelog::EpochSecret&) { ++secrets; });
  Bytes out = to_bytes(roster->head(roster->size())->view());
  append(out, as_bytes(std::to_string(secrets)));
  return out;
}

}  // namespace

Status rotate(Vault& vault, const UnitId& unit, Lost lost) {
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_CHECK(rotate_within(vault, unit, lost));
  return work.commit();
}

Status rotate_within(Vault& vault, const UnitId& unit, Lost lost) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (roster->unit(unit) == nullptr) return Code::unknown_unit;
  if (!roster->may(vault.identity().id, roster::Right::administer, unit)) return Code::not_authorized;
  return start_epoch(vault, unit, members_of(*roster), lost == Lost::pass_over);
}

Result<KeysReport> rotate_each(Vault& vault, std::span<const UnitId> units, Lost lost) {
  KeysReport report;
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_TRY(const auto* roster, vault.roster());
  const Members members = members_of(*roster);
  for (const auto& unit : units) {
    if (roster->unit(unit) == nullptr) return Code::unknown_unit;
    if (!roster->may(vault.identity().id, roster::Right::administer, unit)) return Code::not_authorized;
    GANDAN_CHECK(start_epoch_or_wait(vault, unit, members, lost == Lost::pass_over, report));
    GANDAN_TRY(roster, vault.roster());
  }
  GANDAN_CHECK(work.commit());
  return report;
}

Result<KeysReport> rotate_due_within(Vault& vault, const UnitId& unit, Lost lost) {
  KeysReport report;
  GANDAN_TRY(const auto* roster, vault.roster());
  std::optional<Members> members;
  for (const auto& id : subtree(*roster, unit)) {
    if (!roster->rotation_due(id)) continue;
    if (!roster->may(vault.identity().id, roster::Right::administer, id)) continue;
    if (!members) members = members_of(*roster);
    GANDAN_TRY(const auto* now, vault.roster());
    const bool over_lost = lost == Lost::pass_over && is_lost(*now, id, now->unit(id)->epochs.back());
    GANDAN_CHECK(start_epoch_or_wait(vault, id, *members, over_lost, report));
  }
  return report;
}

Result<KeysReport> mend_keys(Vault& vault, Lost lost) {
  KeysReport report;
  if (!vault.in_realm()) return report;
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto* self = roster->device(vault.identity().id);
  if (self == nullptr) return report;
  GANDAN_TRY(const auto state, mending_state(vault));
  GANDAN_TRY(const auto done_at, vault.meta("keys_mended_at"));
  if (done_at && *done_at == state) return report;

  const bool administers = std::any_of(
      self->grants.begin(), self->grants.end(),
      [](const roster::GrantInfo& grant) { return !grant.until && grant.role == roster::Role::admin; });
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_CHECK(administers ? mend_as_administrator(vault, lost, report)
                           : raise_secrets(vault, *self, lost, report));
  if (report.waiting == 0 && (administers || lost == Lost::pass_over)) {
    GANDAN_TRY(const auto mended, mending_state(vault));
    GANDAN_CHECK(vault.set_meta("keys_mended_at", mended));
  }
  GANDAN_CHECK(work.commit());
  return report;
}

}  // namespace gandan::vault
