// Giving a store its lost entries back: from a ledger that a supervisor kept (protocol/kept_ledger.hpp),
// where the store was restored from a backup that is older than what was given out.
//
//   read the file: its entries give the root that the ledger's key signed; they begin as the store's do, and
//   agree with the highest checkpoint that was given out
//     ─> judge them all, as the sequencer did, at the times that they were received: nothing is written yet
//     ─> the file's checkpoint is what was given out, if that is more than ledger-high says
//     ─> judge them again and commit, batch by batch: what a kill leaves is a store that has more than before
//
// Entries keep their indexes and receipt times, so the ledger that comes back is the one that was: whoever
// saw it finds it continued. Nothing is cut and nothing rewritten. What stands in no ledger (wraps, the key
// box, chunks) is not in the file: devices notice by the next series of its numbers (protocol/series.hpp),
// and bring again what is missing.
//
// Threading: one call; no server uses the store meanwhile. Memory: 32 bytes per entry given back, a batch,
// and the realm's roster and heads.
#pragma once

#include <filesystem>

#include "relay/signer.hpp"
#include "store/store.hpp"

namespace gandan::server {

struct GiveBackOptions {
  std::size_t batch_entries = 256;         // of one commit
  std::function<Status()> committed = {};  // after each; its error ends it there
};
struct GivenBack {
  std::string realm;             // handle
  std::uint64_t before = 0;      // entries that the store had
  std::uint64_t size = 0;        // that it has now
  std::uint64_t given_out = 0;   // of the highest checkpoint: more than `size`, and the realm stays closed
  std::uint64_t statements = 0;  // that came back
  std::uint64_t segments = 0;
};
// Nothing is taken of a file that does not hold: file_unreadable; malformed, truncated, newer_format;
// wrong_realm (none of this store's); bad_signature, bad_checkpoint: not the ledger's word;
// ledger_incomplete: it begins behind the store's end; split_view: the store, or what was given out, is
// another ledger than the file's, which the same key signed; not_in_ledger, bad_map, and what the judge says,
// with the entry's number.
Result<GivenBack> give_back(Store& store, Signer& signer, const std::filesystem::path& file,
                            const GiveBackOptions& options = {});

}  // namespace gandan::server
