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

// The key under which a record's personal data is written: made when it is first asked for and none is here.
// Then it goes with the save. Code::record_erased.
class KeyToWrite {
 public:
  KeyToWrite(vault::Vault& vault, const UnitId& unit, const RecordId& record)
      : vault_(vault), unit_(unit), record_(record) {}
  Result<const changelog::NamedKey*> get();
  // Of a path of the record.
  changelog::SealPlace place(std::string path) const;
  const changelog::NamedKey* fresh() const { return fresh_ ? &*key_ : nullptr; }

 private:
  vault::Vault& vault_;
  const UnitId unit_;
  const RecordId record_;
  std::optional<changelog::NamedKey> key_;
  bool fresh_ = false;
};

// Replaces what can be erased by ciphertext: the texts of personal fields, and the keys of every file of a
// kind that has something to erase.
Status close_personal(const records::RecordType& type, std::vector<vault::Change>& changes, KeyToWrite& key);

}  // namespace gandan::app
