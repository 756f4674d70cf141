// Archive: bodies of old segments go from a store into files, and come back from them.
//
//   all of the store verified ─> FILE, synced, read again and compared ─> its segments bare, in one commit
//   after another
//
// Of a segment that is archived the store keeps all but the ciphertext: its place and receipt, its header,
// its author's signature and the ciphertext's hash (bare, protocol/segment.hpp). So every hash, signature,
// chain and proof verifies as before, and a device that asks for it is given that and told that the rest lies
// in a file. The file is a bundle (schema/wire/bundle.md) with segments of one unit: whoever may read the
// unit imports it, and the server takes it back.
//
// Threading: one call; no server uses the store meanwhile. Memory: that of verify_store, and one file.
// Errors: what forbids to read or write; a kill leaves files too many and bodies too many, never too few.
#pragma once

#include <filesystem>

#include "relay/verify.hpp"

namespace gandan::server {

struct ArchiveOptions {
  std::filesystem::path to;                        // a folder; is made where it is missing
  std::int64_t before_ms = 0;                      // what was received earlier goes
  std::size_t file_bytes = std::size_t{64} << 20;  // about: a vault reads a bundle whole
  std::function<Status()> committed = {};          // after each commit; an error ends it there
};
struct Archived {
  std::uint64_t segments = 0, files = 0;
  std::uint64_t bytes = 0;  // that the store has less, or has again
};
// Code of the first finding where something in the store does not hold: nothing is moved then.
Result<Archived> archive_bodies(Store& store, const Signer& signer, const RealmRow& realm,
                                const ArchiveOptions& options);

struct ArchiveReport {
  Archived found;                 // in files: all of them are this ledger's
  std::uint64_t missing = 0;      // archived segments that no file has
  std::vector<Finding> findings;  // files that are not whole, or say something else; at most kMaxFindings
};
// Every bundle in the folder against the store, and whether together they have all that the store gave away.
Result<ArchiveReport> check_archive(Store& store, const RealmRow& realm, const std::filesystem::path& folder);

// Puts the bodies of one file back where they were, after all of it was compared. Those that are there stay.
// Code::wrong_realm: no realm of this store; store_damaged: not what the ledger has; truncated, malformed.
Result<Archived> restore_archive(Store& store, const std::filesystem::path& file);

}  // namespace gandan::server
