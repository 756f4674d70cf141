// Rotation: new epochs of units' keys, so that who was removed opens nothing that is sealed afterwards; and
// what administrators' devices mend by themselves when two acts had not seen each other.
//
// A new epoch's secret is wrapped for the unit's member devices and for its parent's epoch, and the secret
// before it for the new one, so that history stays readable to members. Who removes a device, or moves a
// unit, rotates that unit and all below it (Roster::rotation_due says which). Formats:
// schema/wire/encoding.md.
//
// Threading: as the vault's.
#pragma once

#include "vault/vault.hpp"

namespace gandan::vault {

struct KeysReport {
  std::size_t rotated = 0;  // units with a new epoch
  std::size_t wrapped = 0;  // devices that were given a secret that two acts had kept from them
  std::size_t waiting = 0;  // units whose own secret is not here yet: they are rotated when it comes
  bool changed() const { return rotated + wrapped != 0; }
  void add(const KeysReport& more) {
    rotated += more.rotated;
    wrapped += more.wrapped;
    waiting += more.waiting;
  }
};

// Starts the unit's next epoch. Code::unknown_unit, not_authorized; no_key when its secret is not here.
Status rotate(Vault& vault, const UnitId& unit);
Status rotate_within(Vault& vault, const UnitId& unit);  // within the caller's transaction

// Rotates what is due in `unit` and below, within the caller's transaction.
Result<KeysReport> rotate_due_within(Vault& vault, const UnitId& unit);

// What this device as an administrator can put right: units whose rotation is due, members without the
// current secret, parents' wraps under an epoch that never came to be. Does nothing where nothing changed
// since.
Result<KeysReport> mend_keys(Vault& vault);

}  // namespace gandan::vault
