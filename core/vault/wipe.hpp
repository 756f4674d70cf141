// Wiping: a vault whose device was removed, and whose realm says so, goes from the disk: its keys first, then
// its pages. A small file, vault.wiped, stays and says so; it names no person and no place, and nobody has to
// open anything to read it.
//
// A wipe that was begun is finished: whoever finds vault.wiped removes what is left before he goes on.
//
// Threading: functions; a vault that is wiped is nobody else's.
#pragma once

#include "vault/vault.hpp"

namespace gandan::vault {

struct Wiped {
  std::int64_t at_ms = 0;
  std::int64_t removed_ms = 0;     // when the ledger took the removal
  DeviceId device;                 // whose vault it was
  DeviceId by;                     // whose removal it was
  std::string unsent;              // file in the folder with what had not been sent; empty: nothing had to be
  std::uint64_t lost_changes = 0;  // that could not be sealed any more
  std::uint64_t lost_keys = 0;     // of personal data, which travel by sync alone
};

// The removal for which this vault has to go now: in the ledger, as is the policy that says so. Like an
// erasure, it never rests on what only came by hand.
Result<std::optional<roster::Removal>> wipe_due(Vault& vault);

// What vault.wiped says; nothing: the folder has none. Code::vault_damaged when it cannot be read: wiped it
// is.
Result<std::optional<Wiped>> read_wiped(const std::string& folder);

// Writes vault.wiped, closes the vault and removes it. What fails after the first is finished by the next one
// who looks. Code::disk_full, disk_failed.
Status wipe(std::unique_ptr<Vault> vault, const Wiped& about);

// Removes what an interrupted wipe left. Nothing to do: ok.
Status finish_wipe(const std::string& folder);

// Why nothing opens here any more, in words; for the folder of a wiped vault.
Error wiped_error(const std::string& folder, const Wiped& about);

}  // namespace gandan::vault
