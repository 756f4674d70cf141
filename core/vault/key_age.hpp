// How long units have had their keys, by the ledger: the receipt of the statement that began the epoch. For
// rotation on a schedule.
//
// Threading: as the vault's.
#pragma once

#include "vault/vault.hpp"

namespace gandan::vault {

// The unit and all below it that this device administers and whose current epoch the ledger had before that
// time, parents before their children (rotation wraps a child's secret for its parent's epoch). An epoch that
// the ledger has not yet is new. Reads every statement: some tenths of a second in a province.
Result<std::vector<UnitId>> units_with_keys_before(Vault& vault, const UnitId& unit, std::int64_t time_ms);

// Units whose keys this device should rotate by now: it administers them, and they are older than that. Kept
// until the day or the roster changes, so that a screen may ask whenever it is drawn.
constexpr std::int64_t kOldKeysDays = 365;
Result<std::size_t> units_with_old_keys(Vault& vault);

}  // namespace gandan::vault
