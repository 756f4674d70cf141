// What both kinds of proofs are put together from. Private to this folder.
//
// Threading: as the vault's.
#pragma once

#include <set>

#include "audit/leaf_tree.hpp"
#include "audit/proof.hpp"
#include "vault/vault.hpp"

namespace gandan::audit {

// A checkpoint that a proof can stand under, and who cosigned it.
struct Stand {
  std::uint64_t size = 0;
  Hash root;
  std::string note;
  std::vector<DeviceId> witnesses;
};
// Those that witnesses cosigned, the most witnesses first; then the newest. Code::not_received: no ledger was
// seen yet.
Result<std::vector<Stand>> stands(vault::Vault& vault, const roster::Roster& roster);
// Its tree, of the entries that are here. Code::no_ledger, ledger_rewritten.
Result<LeafTree> tree_under(vault::Vault& vault, const Stand& stand);

Result<Place> place_in(const LeafTree& tree, std::uint64_t index, std::int64_t receipt_ms);
// Of the checkpoint of that size, which a segment names.
Result<NamedCheckpoint> named_in(vault::Vault& vault, const LeafTree& tree, std::uint64_t size);

struct StatementsWanted {
  std::uint64_t roster_size = 0;  // authority statements up to here
  std::uint64_t below_index = 0;  // and those that stand in the ledger before that
  std::vector<DeviceId> witnesses;
  std::set<FeedId> feeds;                                                 // whose openings are needed
  std::function<bool(const FeedId& feed, std::uint64_t sequence)> shows;  // for acceptances
};
struct ProofStatements {
  Bytes root;
  std::vector<ProofStatement> statements;
};
Result<ProofStatements> proof_statements(vault::Vault& vault, const roster::Roster& roster,
                                         const LeafTree& tree, const StatementsWanted& asked);

}  // namespace gandan::audit
