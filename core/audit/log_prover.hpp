// LogProver: puts together what the proofs of logs share: whole feeds of some units from a moment on, up to a
// feed map, of which chosen ops are disclosed. Private to this folder.
//
// Threading: as the vault's.
#pragma once

#include "audit/log_proof.hpp"
#include "audit/proof_parts.hpp"
#include "vault/feed_map.hpp"
#include "vault/segments.hpp"

namespace gandan::audit {

struct LogAsk {
  std::int64_t from_ms = 0;
  std::function<bool(const UnitId&)> covers;  // units whose feeds are shown whole
  // Whether an op of a segment at that place in the ledger is disclosed.
  std::function<bool(const changelog::Op&, std::uint64_t index)> shows;
  std::optional<std::uint64_t> size;  // of a checkpoint that the claim names
  std::size_t most = kMaxProofBytes;  // of what is shown
};

class LogProver {
 public:
  LogProver(vault::Vault& vault, const roster::Roster& roster, const LeafTree& tree, const LogAsk& ask)
      : vault_(vault), roster_(roster), tree_(tree), ask_(ask), segments_(vault) {}

  // Code::log_too_large, not_received, no_key, not_in_ledger.
  Result<LogParts> prove(const Stand& stand, const vault::LoggedMap& logged, const ledger::FeedMap& map);

 private:
  Status make_room(std::size_t bytes);
  Status add_feed(const ledger::FeedLine& line, LogFeed& out);
  Status add_ops(const vault::FeedRow& row, const protocol::Segment& segment, LogSegment& item);

  vault::Vault& vault_;
  const roster::Roster& roster_;
  const LeafTree& tree_;
  const LogAsk& ask_;
  vault::SegmentApplier segments_;  // reads only
  StatementsWanted asked_;
  std::set<std::uint64_t> sizes_;  // of checkpoints that disclosed segments name
  std::set<std::pair<FeedId, std::uint64_t>> disclosed_;
  std::size_t used_ = 0;
};

// Whether a feed map will do, by its place and receipt.
using MapFits = std::function<bool(const vault::LoggedMap&)>;
// Proves under one checkpoint after the other, those with the most witnesses first, until one holds: `make`
// gets the checkpoint, its tree and the newest map below it that fits. Code::no_map, not_received.
using MakeProof = std::function<Result<Bytes>(const Stand& stand, const LeafTree& tree,
                                              const vault::LoggedMap& logged, const ledger::FeedMap& map)>;
Result<Bytes> prove_under_stands(vault::Vault& vault, const roster::Roster& roster, const MapFits& fits,
                                 const MakeProof& make);

}  // namespace gandan::audit
