#include "vault/wraps.hpp"

#include <algorithm>
#include <map>

namespace gandan::vault {
namespace {

Status keep(Vault& vault, const Result<protocol::Wrap>& wrap) {
  if (!wrap) return wrap.error();
  return vault.add_wrap(*wrap, WrapState::to_send);
}

// Whether this device may send it and anybody may need it: a way into the unit's current epoch, or from there
// into its past; and all that a member gives to administrators.
bool serves(const Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap) {
  const auto& self = vault.identity().id;
  if (!protocol::fits(roster, wrap) || !protocol::may_send(roster, self, wrap)) return false;
  return wrap.kind == protocol::WrapKind::next_epoch ||
         wrap.epoch == roster.unit(wrap.unit)->epochs.back().number ||
         !roster.may(self, roster::Right::administer, wrap.unit);
}

}  // namespace

Result<CurrentSecret> current_secret(Vault& vault, const UnitId& unit) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto* info = roster->unit(unit);
  if (info == nullptr) return Code::unknown_unit;
  const std::uint32_t epoch = info->epochs.back().number;
  const auto* secret = vault.keyring().secret(unit, epoch);
  if (secret == nullptr) return Code::no_key;
  return CurrentSecret{epoch, secret};
}

Status wrap_for_parent(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                       const changelog::EpochSecret& secret) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const UnitId parent = roster->unit(unit)->parent();
  if (parent.is_zero()) return {};
  const roster::EpochPublic above = roster->unit(parent)->epochs.back();
  return keep(vault, changelog::make_wrap_for_parent(roster->realm(), unit, epoch, secret, parent,
                                                     above.number, above.box_key, vault.random()));
}

Status wrap_for_device(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                       const changelog::EpochSecret& secret, const DeviceId& device,
                       const BoxPublicKey& key) {
  GANDAN_TRY(const auto* roster, vault.roster());
  return keep(vault, changelog::make_wrap_for_device(roster->realm(), unit, epoch, secret, device, key,
                                                     vault.random()));
}

Status wrap_for_later(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                      const changelog::EpochSecret& secret, const roster::EpochPublic& later) {
  GANDAN_TRY(const auto* roster, vault.roster());
  return keep(vault, changelog::make_wrap_for_next_epoch(roster->realm(), unit, epoch, secret, later.number,
                                                         later.box_key, vault.random()));
}

Result<std::vector<UnitId>> units_without_key(Vault& vault) {
  std::vector<UnitId> out;
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto& id : roster->readable_units(vault.identity().id))
    if (vault.keyring().secret(id, roster->unit(id)->epochs.back().number) == nullptr) out.push_back(id);
  return out;
}

Result<MissingSecrets> missing_secrets(Vault& vault) {
  MissingSecrets out;
  GANDAN_TRY(const auto units, units_without_key(vault));
  out.units = units.size();
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto& id : roster->readable_units(vault.identity().id))
    for (const auto& epoch : roster->unit(id)->epochs)
      if (vault.keyring().secret(id, epoch.number) == nullptr) ++out.epochs;
  return out;
}

Status send_wraps_again(Vault& vault) {
  constexpr std::string_view kSaid = "wraps_said_ms";
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto said, vault.meta_number(kSaid, 0));
  const std::int64_t now = vault.clock().wall_ms();
  if (said != 0 && now >= said && now - said < kSendWrapsAgainMs) return {};
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_CHECK(vault.set_meta_number(kSaid, now));
  if (said != 0) {
    std::vector<std::int64_t> again;
    GANDAN_TRY(auto rows, vault.db().query("SELECT id, bytes FROM wrap WHERE to_send = ?",
                                           static_cast<std::int64_t>(WrapState::sent)));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(const auto wrap, protocol::decode_wrap(rows.blob(1)));
      if (serves(vault, *roster, wrap)) again.push_back(rows.integer(0));
    }
    for (const auto id : again)
      GANDAN_CHECK(vault.db().run("UPDATE wrap SET to_send = ? WHERE id = ?",
                                  static_cast<std::int64_t>(WrapState::to_send), id));
  }
  return work.commit();
}

Status say_wraps_again(Vault& vault) {
  GANDAN_TRY(const auto* roster, vault.roster());
  std::vector<std::int64_t> again;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT id, bytes, to_send FROM wrap WHERE to_send IN (?, ?)",
                                           static_cast<std::int64_t>(WrapState::sent),
                                           static_cast<std::int64_t>(WrapState::kept)));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(const auto wrap, protocol::decode_wrap(rows.blob(1)));
      if (!serves(vault, *roster, wrap)) continue;
      const bool own = rows.integer(2) == static_cast<std::int64_t>(WrapState::sent);
      const bool vouched = wrap.kind != protocol::WrapKind::device &&
                           roster->may(vault.identity().id, roster::Right::administer, wrap.unit) &&
                           vault.keyring().secret(wrap.unit, wrap.epoch) != nullptr;
      if (own || vouched) again.push_back(rows.integer(0));
    }
  }
  for (const auto id : again)
    GANDAN_CHECK(vault.db().run("UPDATE wrap SET to_send = ? WHERE id = ?",
                                static_cast<std::int64_t>(WrapState::to_send), id));
  return {};
}

namespace {

// Whether what it belongs to came by hand, too: what the ledger has, its issuer brought with its wraps, or
// brings them still.
bool is_news(const Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap) {
  const std::uint64_t seen = vault.confirmed_roster_size();
  for (const auto& epoch : roster.unit(wrap.unit)->epochs)
    if (epoch.number == wrap.epoch && epoch.origin.from > seen) return true;
  const auto* device = roster.device(DeviceId::from(wrap.recipient.view()));
  return wrap.kind == protocol::WrapKind::device && device != nullptr &&
         std::any_of(device->grants.begin(), device->grants.end(), [&](const roster::GrantInfo& grant) {
           return grant.unit == wrap.unit && grant.origin.from > seen;
         });
}

Status say_again(Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap,
                 const changelog::EpochSecret& secret) {
  if (wrap.kind == protocol::WrapKind::parent) return wrap_for_parent(vault, wrap.unit, wrap.epoch, secret);
  if (wrap.kind == protocol::WrapKind::device) {
    const auto* device = roster.device(DeviceId::from(wrap.recipient.view()));
    return wrap_for_device(vault, wrap.unit, wrap.epoch, secret, device->id, device->box_key);
  }
  for (const auto& later : roster.unit(wrap.unit)->epochs)
    if (later.number == wrap.recipient_epoch)
      return wrap_for_later(vault, wrap.unit, wrap.epoch, secret, later);
  return {};
}

}  // namespace

Status say_carried_wraps(Vault& vault) {
  if (!vault.in_realm()) return {};
  GANDAN_TRY(const auto* roster, vault.roster());
  std::map<Bytes, std::pair<protocol::Wrap, std::vector<Bytes>>> secrets;  // by what is wrapped for whom
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT bytes FROM wrap WHERE to_send = ? ORDER BY id",
                                           static_cast<std::int64_t>(WrapState::carried)));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(auto wrap, protocol::decode_wrap(rows.blob(0)));
      if (!roster->may(vault.identity().id, roster::Right::administer, wrap.unit)) continue;
      if (vault.keyring().secret(wrap.unit, wrap.epoch) == nullptr || !protocol::fits(*roster, wrap))
        continue;
      auto& one = secrets[protocol::wrap_info(roster->realm(), wrap)];
      one.second.push_back(to_bytes(rows.blob(0)));
      one.first = std::move(wrap);
    }
  }
  for (const auto& [name, one] : secrets) {
    const auto& [wrap, carried] = one;
    if (is_news(vault, *roster, wrap))
      GANDAN_CHECK(say_again(vault, *roster, wrap, *vault.keyring().secret(wrap.unit, wrap.epoch)));
    for (const auto& bytes : carried)
      GANDAN_CHECK(vault.db().run("UPDATE wrap SET to_send = 0 WHERE bytes = ?", ByteView(bytes)));
  }
  return {};
}

}  // namespace gandan::vault
