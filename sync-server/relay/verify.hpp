// Verify: reads a whole store and recomputes everything that can be: each hash, signature, chain, receipt,
// the tree and its tiles, the checkpoint and the signer's memory. It trusts nothing but the realm's card and
// the ledger key.
//
// Memory: about 150 bytes per ledger entry. Threading: plain functions over a store that nobody writes.
#pragma once

#include <functional>

#include "relay/signer.hpp"
#include "store/store.hpp"

namespace gandan::server {

// One thing that does not hold. `code` is an error code of errors.def where one fits.
struct Finding {
  std::string realm;  // handle
  Code code = Code::store_damaged;
  std::string what;  // names the place: "segment 3 of feed …: …"
};
struct VerifyReport {
  std::uint64_t realms = 0, entries = 0, statements = 0, segments = 0, wraps = 0;
  std::uint64_t archived = 0;     // of the segments: their ciphertext lies in an archive
  std::vector<Finding> findings;  // at most kMaxFindings
};
constexpr std::size_t kMaxFindings = 1000;

Result<VerifyReport> verify_store(Store& store, const Signer& signer);
// Of all its wraps below that number, ascending: they have gaps between series (protocol/series.hpp).
Result<std::vector<std::uint64_t>> wrap_numbers(Store& store, RealmNumber realm, std::uint64_t below);

}  // namespace gandan::server
