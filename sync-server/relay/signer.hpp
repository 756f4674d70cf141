// Signer: the ledger's key, and the memory of the highest checkpoint that it ever gave out, realm by realm.
// The memory lies outside the database, so that a database restored from a backup cannot make the server
// contradict itself: DIR/ledger-high/<realm, hex> holds the signed note, synced before the note is given out.
//
// The file has two places, and a note goes to the one that does not hold the highest: a crash in the middle
// leaves the other whole, and what it interrupted was not given out. A place whose note does not hold is
// passed over when the other one's does.
//
// What a file shows that an earlier program wrote is not believed to be on the disk: it may have been killed
// before its sync, or the sync may have failed, which the page cache does not show. It is written once more,
// into the same place, before anything is given out.
//
// Threading: safe from several threads; one realm's checkpoints come from one thread, its sequencer.
// Errors: disk errors; ledger_behind when a checkpoint would be lower than, or contradict, one given out
// before.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>

#include "crypto/sign.hpp"
#include "ledger/checkpoint.hpp"

namespace gandan::server {

class Signer {
 public:
  Signer(crypto::SigningKey key, std::filesystem::path data)
      : key_(std::move(key)), folder_(data / "ledger-high") {}

  const SignPublicKey& public_key() const { return key_.public_key(); }
  ledger::NoteKey note_key(const RealmId& realm) const;

  // The highest checkpoint given out; size 0 when there is none.
  Result<ledger::Checkpoint> highest(const RealmId& realm) const;

  std::string sign(const RealmId& realm, std::uint64_t size,
                   const Hash& root) const;  // the note; not yet given out
  // Call it after the commit and before anybody sees the note; or with a note of this key's that somebody has
  // seen, as soon as that is known (give_back.hpp).
  Status give_out(const RealmId& realm, std::uint64_t size, const Hash& root, const std::string& note);

 private:
  struct Memory {
    ledger::Checkpoint highest;
    std::size_t place = 0;  // where its note lies
    bool kept = false;      // there is a file
  };
  std::filesystem::path file(const RealmId& realm) const;
  struct Kept {
    Memory memory;
    Bytes place;  // as it lies in the file
  };
  Result<Kept> read(const RealmId& realm) const;
  Result<Memory> settled(const RealmId& realm) const;

  const crypto::SigningKey key_;
  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<RealmId, Memory> given_;  // guarded by mutex_
};

}  // namespace gandan::server
