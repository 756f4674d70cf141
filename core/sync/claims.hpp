// LedgerClaims: what one answer says of the ledger, held against what this device has seen and signed.
//
//   checkpoint   signed by the ledger's key, continues the last one seen
//   own heads    this device's own segments, under the checkpoint, never fewer than were proven before
//   receipts     of segments that are here and that the request was about, all under the checkpoint
//   witnessed    what was cosigned, and what came here by hand, is of the same ledger
//   leaves       without a gap; together, when they reach the checkpoint, they give its root
//
// Threading: as the vault's. Errors: bad_checkpoint, bad_signature, ledger_went_back, ledger_rewritten,
// not_in_ledger, bad_proof, fork, split_view: the server contradicts what this device holds, and nothing of
// its answer is kept. restored: the server has what this vault does not know of the device's own feeds, and
// must be asked for it.
#pragma once

#include "ledger/tree.hpp"
#include "sync/request.hpp"
#include "sync/witness.hpp"

namespace gandan::sync {

class LedgerClaims {
 public:
  LedgerClaims(vault::Vault& vault, const Request& request, vault::Ingest& ingest)
      : vault_(vault), request_(request), ingest_(ingest) {}

  Status welcome(const protocol::Welcome& welcome);
  Status receipts(const protocol::Receipts& receipts);
  Status leaves(const protocol::Leaves& leaves);
  Status witnessed(const protocol::Witnessed& witnessed);
  Status done(const protocol::Done& done);

  // Whether the own heads that were not known are here now, as far as this device may read their units. Asked
  // when everything was taken.
  Result<bool> own_heads_shown();

  std::uint64_t size() const { return checkpoint_.size; }
  // What the server signed of two ledgers, when it did.
  const std::optional<Contradiction>& contradiction() const { return contradiction_; }
  // A place in the ledger lies under the checkpoint.
  Status place(std::uint64_t index) const;

 private:
  Result<bool> may_read(const UnitId& unit) const;
  Status check_checkpoint(const protocol::Welcome& welcome);
  Status own_head(const protocol::OwnReceipt& own);
  bool asked_about(const FeedId& feed, std::uint64_t sequence) const;
  Result<std::optional<Hash>> hash_here(const FeedId& feed, std::uint64_t sequence);

  vault::Vault& vault_;
  const Request& request_;
  vault::Ingest& ingest_;
  ledger::Checkpoint checkpoint_;
  std::string note_;  // its, with the ledger's signature alone
  bool witnessed_ = false;
  std::optional<Contradiction> contradiction_;
  std::vector<protocol::FeedHead> to_be_shown_;
  std::optional<ledger::Frontier> leaves_;  // from the first frame of leaves on
};

// How many entries of the ledger are here, from the first on without a gap.
Result<std::uint64_t> leaves_here(vault::Vault& vault);
// After an answer whose leaves did not give the root: back to those that gave one.
Status drop_unproven_leaves(vault::Vault& vault);

}  // namespace gandan::sync
