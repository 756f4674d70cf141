// Personal: between the texts that handlers read and write and the ciphertext that is stored.
//
// Threading: as the vault's.
#pragma once

#include "records/personal.hpp"
#include "vault/journal.hpp"
#include "vault/key_box.hpp"

namespace gandan::app {

// Opens a record's personal values with the keys that are here. Lives as long as the vault.
records::Reveal reveal_of(vault::Vault& vault, const UnitId& unit, const RecordId& record);

// Replaces the texts of personal fields by ciphertext. `fresh` is the key that was made for them, where none
// was here: it goes with the save.
Status close_personal(vault::Vault& vault, const records::RecordType& type, const UnitId& unit,
                      const RecordId& record, std::vector<vault::Change>& changes,
                      std::optional<changelog::NamedKey>& fresh);

}  // namespace gandan::app
