// Giving secrets away: wraps that this device makes, kept for its next sync or bundle.
//
// Threading: as the vault's.
#pragma once

#include "vault/vault.hpp"

namespace gandan::vault {

// The current secret of a unit, which this device must hold: Code::unknown_unit, no_key.
struct CurrentSecret {
  std::uint32_t epoch = 0;
  const changelog::EpochSecret* secret = nullptr;
};
Result<CurrentSecret> current_secret(Vault& vault, const UnitId& unit);

// Wraps the secret of one of the unit's epochs for its parent's current epoch (the top unit has none), for a
// device, and for the unit's later epoch.
Status wrap_for_parent(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                       const changelog::EpochSecret& secret);
Status wrap_for_device(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                       const changelog::EpochSecret& secret, const DeviceId& device, const BoxPublicKey& key);
Status wrap_for_later(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                      const changelog::EpochSecret& secret, const roster::EpochPublic& later);

// Of the units that this device may read: those of whose current epoch it has not the secret, and epochs,
// past ones too, of which it has not. A device waits so for who rotates; or wraps were kept from it.
Result<std::vector<UnitId>> units_without_key(Vault& vault);
struct MissingSecrets {
  std::size_t units = 0;
  std::size_t epochs = 0;
};
Result<MissingSecrets> missing_secrets(Vault& vault);

// That a server took a wrap is its word alone: wraps stand in no ledger, and who makes them does not see who
// opened them. So an administrator's device sends those that still serve anybody again, once in
// kSendWrapsAgainMs; a server that has them takes them as a repetition. The first call starts the time.
constexpr std::int64_t kSendWrapsAgainMs = std::int64_t{30} * 24 * 3'600'000;
Status send_wraps_again(Vault& vault);

// To a server that may have lost some: those that this device made and that still serve, whenever it sent
// them; and of units that it administers those that it was given and can open, for their parents and into
// their past, for who made them may be gone. Within a transaction.
Status say_wraps_again(Vault& vault);

// Of an administrator's device: what others' bundles brought and the server may not have, it wraps itself. It
// hands nothing on in its own name that it cannot open, and most of it is for others.
Status say_carried_wraps(Vault& vault);

}  // namespace gandan::vault
