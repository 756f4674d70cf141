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

#include <span>

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

// An epoch whose secret went with the device that started it, before its wraps were anywhere else, would stop
// its unit for ever: nobody could seal, approve or rotate. Passed over, the next epoch starts without it, and
// what was sealed under it opens only where its secret is.
enum class Lost { wait, pass_over };

// Starts the unit's next epoch. Code::unknown_unit, not_authorized; no_key when its secret is not here and is
// waited for.
Status rotate(Vault& vault, const UnitId& unit, Lost lost = Lost::wait);
Status rotate_within(Vault& vault, const UnitId& unit,
                     Lost lost = Lost::wait);  // within the caller's transaction

// The same of many units, in one transaction, with their members listed once. Those whose secret is not here
// wait.
Result<KeysReport> rotate_each(Vault& vault, std::span<const UnitId> units, Lost lost = Lost::wait);

// Rotates what is due in `unit` and below, within the caller's transaction. Passed over is only what a device
// started that may administer the unit no more.
Result<KeysReport> rotate_due_within(Vault& vault, const UnitId& unit, Lost lost = Lost::wait);

// What this device as an administrator can put right: units whose rotation is due, members without the
// current secret, parents' wraps under an epoch that never came to be, the history that a passed over epoch
// is. As a member: secrets that hang on the device that started their epoch are wrapped for the unit's
// administrators. Does nothing where nothing changed since. Lost::pass_over once a server showed all that it
// has: before, a secret that is not here may be on its way.
Result<KeysReport> mend_keys(Vault& vault, Lost lost = Lost::wait);

}  // namespace gandan::vault
