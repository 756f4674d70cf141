// Backups: a copy of a store, as of one moment, while servers go on writing it; and its way back, which is
// not believed before every hash in it was recomputed.
//
//   back_up ─> FOLDER: server.db, ledger-high/, name, [ledger-key, token-secret,] and, last, `backup`: it is
//   whole restore ─> a server's folder again, with the highest checkpoints that were given out since
//
// A store in SQLite is copied by pages; one in PostgreSQL by rows into SQLite's (migrate-store takes it
// back): the backup of one realm or of a hundred reads without a database.
//
// What was acknowledged after the backup is not in it, and the checkpoints that were given out since lie in
// the old folder's ledger-high. A restored folder gets them, so that its server refuses to contradict itself;
// where they are lost, somebody has to say so.
//
// Threading: one call. Errors: folder_in_use; what forbids to read or write; store_damaged for what is no
// backup.
#pragma once

#include "relay/relay.hpp"
#include "relay/verify.hpp"

namespace gandan::server {

struct BackedUp {
  std::uint64_t realms = 0, entries = 0;
};
// `to` is made, or is empty.
Result<BackedUp> back_up(const std::filesystem::path& data, const StoreChoice& store,
                         const std::filesystem::path& to, bool with_keys);

// One realm alone, as a backup of it that `restore` takes: for a realm that leaves. It is suspended before,
// so that nothing is accepted any more: Code::bad_request where it is not. Returns what was found in what was
// written.
Result<VerifyReport> take_out(Store& store, const RealmRow& realm, const std::filesystem::path& data,
                              const std::filesystem::path& to, bool with_keys);

struct RestoreOptions {
  std::filesystem::path backup;
  std::filesystem::path to;  // is made, or is empty
  std::filesystem::path
      old;  // the server's folder as it was: its keys, where the backup has none, and its ledger-high
  bool highest_lost = false;  // the old ledger-high is gone
};
struct Restored {
  VerifyReport report;  // against the checkpoints of the backup's own time
  struct Behind {
    std::string realm;  // handle
    std::uint64_t entries = 0, given_out = 0;
  };
  std::vector<Behind> behind;  // of which more was given out: their realms will not be opened
};
Result<Restored> restore(const RestoreOptions& options);

}  // namespace gandan::server
