// Migrate: copies a whole store into an empty one, of the same kind or another, and checks that it did: both
// are recomputed from their bytes (verify.hpp), and what that does not cover (the key box, chunks,
// cosignatures, quotas) is compared row by row.
//
// What is copied halfway, or does not hold, is opened by no server: its realms say that they are incoming
// until all of them were compared. Throw the target away then.
//
// Threading: one call; no server uses either store meanwhile. Memory: that of verify_store, and one page.
// Errors: store_not_empty; what forbids to read or write; the first finding's code when the copy does not
// hold.
#pragma once

#include "relay/verify.hpp"

namespace gandan::server {

// Returns what was found in the copy; its numbers are those of the source.
Result<VerifyReport> migrate_store(Store& from, Store& to, const Signer& signer);

// The rows alone, of all realms; `from` stands still. Nothing is checked.
Result<std::vector<RealmNumber>> copy_realms(Store& from, Store& to);
Status copy_realm(Store& from, const RealmRow& realm, Store& to);

}  // namespace gandan::server
