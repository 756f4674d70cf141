// KeyBox: the keys of records' personal fields that are on this device (changelog/personal_value.hpp). They
// are here and at the server, never in a segment or bundle.
//
//   save ── new key, in the save's transaction ──> to be sent ── sync: wrapped for the epoch ──> acknowledged
//   sync ── entry ──> kept ── as soon as its epoch's secret is here ──> opened; its name must be its key's
//
//   erasure in effect ──> deleted; what is left is written anew, the old pages are zeros, the log is cut
//
// Threading: as the vault's. Errors: those of the disk.
#pragma once

#include <set>

#include "changelog/personal_value.hpp"
#include "vault/vault.hpp"

namespace gandan::vault {

// A key to write a record's personal fields with: one that this device made, or one with which a value that
// stands in the record opens. Any other may have been put there by somebody who waits for its use. Nothing: a
// new one is to be made.
Result<std::optional<changelog::NamedKey>> key_to_write(Vault& vault, const UnitId& unit,
                                                        const RecordId& record);
Result<std::optional<changelog::NamedKey>> own_key(Vault& vault, const RecordId& record);
Result<std::optional<changelog::RecordKey>> find_key(Vault& vault, const RecordId& record, const KeyId& key);

// Within the transaction of the save that needs it.
Status keep_new_key(Vault& vault, const UnitId& unit, const RecordId& record, const changelog::NamedKey& key);

// Entries that the server is not known to have, at most `limit`, what it took least often not first: of units
// in which this device may write, under their epoch, once the ledger has that (an epoch that another
// administrator's may still overtake would make an entry that nobody opens); of units in which it might once,
// under the last epoch whose secret it has: what it wrote there may have been accepted.
//
// A key of a record that this device made waits until the record stands: in the ledger, or in a segment that
// goes ahead of the key. What a copy of this vault may have overtaken goes on under another id, and a key
// that had left under the old one could not be called back. `cut`: feeds that have more to send than goes
// now.
struct KeyToSend {
  RecordId record;
  KeyId key;
  Bytes entry;
};
struct KeysToSend {
  std::vector<KeyToSend> keys;
  bool more = false;     // beyond the limit
  bool waiting = false;  // for the ledger to have an epoch
};
Result<KeysToSend> keys_to_send(Vault& vault, std::size_t limit, const std::set<FeedId>& cut);
// One that the server is not known to have, of a record that goes on under another id (mover.hpp).
Status drop_unsent_key(Vault& vault, const RecordId& record, const KeyId& key);
// An answer came without it: others go first the next time.
Status key_not_taken(Vault& vault, const RecordId& record, const KeyId& key);
Result<std::uint64_t> unsent_keys(Vault& vault);
// A server that was restored may have lost entries (bring_again.hpp): of all keys that it had it is to show
// one. Those that it did not show are to be sent, and `believe_keys_lost` says whether there are any.
Status doubt_keys(Vault& vault);
Result<bool> believe_keys_lost(Vault& vault);

// What the server gave. That an own key came back, in whatever entry opens to it, is how the server is known
// to have it. Nothing is kept of an entry that names another unit than the record's, or an erased record.
Status keep_entry(Vault& vault, const protocol::RecordKeyEntry& entry);
// Opens entries whose epoch's secret is here; one that does not open with it is thrown away.
Status open_entries(Vault& vault);

// Deletes the keys of records whose erasure is in effect (roster::Roster::erased); within the transaction in
// which that became known. Where a feed of this device is being parted from another copy's, what only this
// one has under an id is another record's, and its key stays until that has an id of its own. True: some were
// here, and the log that still has them must go: forget_log, after the commit. A stop in between is made good
// by the next call.
Result<bool> erase_keys(Vault& vault);
Status forget_log(Vault& vault);

}  // namespace gandan::vault
