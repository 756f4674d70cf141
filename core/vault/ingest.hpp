// Ingest: what comes from a server or a bundle, in one transaction from begin to commit. Nothing blocks the
// queue: what is authentic and cannot be used is kept with its reason, what is not authentic is counted and
// refused.
//
//   statement, root claim, wrap, key ──> stored
//   segment ── bounds, author, signature, chain ──> stored ── verdict, key ──> opened, applied
//
// Threading: as the vault's.
#pragma once

#include "changelog/segment_content.hpp"
#include "vault/journal.hpp"

namespace gandan::vault {

// Vault::meta_number: not 0 while what a server has of this device's own feeds, and this vault has not, is
// fetched; 2 when its first part came.
constexpr std::string_view kOwnTail = "own_tail";

// This device met what another copy of its vault had sent: the vault was restored from a backup, or copied.
struct Restored {
  std::uint64_t fetched = 0;     // segments of the device's own feeds that were not here
  std::uint64_t kept = 0;        // changes that only this copy has: they go out in a new feed
  std::uint64_t renamed = 0;     // records that were made here meanwhile, and have another id now
  std::uint64_t statements = 0;  // of this device, that were not here
};

struct IngestReport {
  std::uint64_t statements = 0;  // new ones
  std::uint64_t segments = 0;    // new and applied
  std::uint64_t ops = 0;
  std::uint64_t known = 0;     // were here already
  std::uint64_t held = 0;      // kept, not applied: waiting, no key, parked, unopenable, quarantined
  std::vector<Error> refused;  // not authentic, or contradicting what is here; at most 100 are kept
  std::uint64_t refused_count = 0;
  std::optional<Restored> restored;
};

// Where and when the server received something; absent in what was carried by hand.
struct Receipt {
  std::uint64_t index = 0;
  std::int64_t ms = 0;
};

class Ingest {
 public:
  static Result<std::unique_ptr<Ingest>> begin(Vault& vault);
  ~Ingest();  // rolls back what was not committed

  // Errors are faults of this device (disk), never of what came: that is in the report.
  Status statement(ByteView bytes, std::optional<Receipt> receipt);
  Status wrap(ByteView bytes, WrapState state);
  // An entry of the server's key box.
  Status key(ByteView bytes);
  // A checkpoint root that segments of this ingest name by its size: whether it is theirs, their signatures
  // say.
  Status root(std::uint64_t size, const Hash& root);
  // The next segment of a feed; `previous` as the run states it. Returns its hash, what the next one of the
  // run names as previous; zero when it could not even be read.
  Result<Hash> segment(const FeedId& feed, std::uint64_t sequence, const Hash& previous, ByteView in_run,
                       std::optional<Receipt> receipt);
  // The server's word on a segment that is here already.
  Status receipt(const FeedId& feed, std::uint64_t sequence, Receipt receipt);
  // Where the server holds a feed: proven under a checkpoint.
  Status sent(const FeedId& feed, std::uint64_t next, const Hash& head);
  // The server has something else in this device's feed, in a unit that it may no longer read.
  Status went_on_elsewhere(const FeedId& feed);
  // The server said that it has another segment in the place of one that was carried here.
  Status refused_as_fork(const FeedId& feed, std::uint64_t sequence);
  Status leaves(std::uint64_t first, ByteView entries);
  Status chunk(const UnitId& unit, ByteView data, bool on_server);

  // Why the last statement or segment was refused; nothing when it was taken, or kept for later.
  std::optional<Code> refusal() const;

  // `more`: what comes next belongs to this, too (an answer that was cut).
  Result<IngestReport> commit(bool more = false);

 private:
  struct Impl;
  explicit Ingest(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gandan::vault
