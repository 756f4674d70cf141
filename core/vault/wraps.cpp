#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

Status keep(Vault& vault, const Result<protocol::Wrap>& wrap) {
  if (!wrap) return wrap.error();
  return vault.add_wrap(*wrap, true);
}

// Whether anybody may need it: a way into the unit's current epoch, or from there into its past.
bool serves(const roster::Roster& roster, const protocol::Wrap& wrap) {
  const auto* unit = roster.unit(wrap.unit);
  if (unit == nullptr) return false;
  const std::uint32_t current = unit->epochs.back().number;
  const auto recipient = [&] { return UnitId::from(wrap.recipient.view()); };
  switch (wrap.kind) {
    case protocol::WrapKind::device:
      return wrap.epoch == current &&
             roster.may(DeviceId::from(wrap.recipient.view()), roster::Right::read, wrap.unit);
    case protocol::WrapKind::parent:
      return wrap.epoch == current && unit->parent() == recipient();
    case protocol::WrapKind::next_epoch:
      return wrap.epoch < current;
  }
  return false;
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

Result<MissingSecrets> missing_secrets(Vault& vault) {
  MissingSecrets out;
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto& id : roster->readable_units(vault.identity().id)) {
    const auto& epochs = roster->unit(id)->epochs;
    for (const auto& epoch : epochs)
      if (vault.keyring().secret(id, epoch.number) == nullptr) ++out.epochs;
    if (vault.keyring().secret(id, epochs.back().number) == nullptr) ++out.units;
  }
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
    GANDAN_TRY(auto rows, vault.db().query("SELECT id, bytes FROM wrap WHERE to_send = 0"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(const auto wrap, protocol::decode_wrap(rows.blob(1)));
      if (serves(*roster, wrap) && roster->may(vault.identity().id, roster::Right::administer, wrap.unit))
        again.push_back(rows.integer(0));
    }
    for (const auto id : again) GANDAN_CHECK(vault.db().run("UPDATE wrap SET to_send = 1 WHERE id = ?", id));
  }
  return work.commit();
}

}  // namespace gandan::vault
