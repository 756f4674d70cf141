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

}  // namespace gandan::vault
