#include "audit/log_prover.hpp"

#include "audit/feed_maps.hpp"
#include "changelog/op_proof.hpp"

namespace gandan::audit {
namespace {

Result<protocol::Segment> segment_in(const FeedId& feed, const storage::Statement& row) {
  GANDAN_TRY(auto segment, protocol::decode_kept_in_run(row.blob(1)));
  segment.header.feed = feed;
  segment.header.sequence = static_cast<std::uint64_t>(row.integer(0));
  const auto previous = row.id<Hash>(2), root = row.id<Hash>(3), head = row.id<Hash>(4);
  if (!previous || !root || !head) return Error{Code::vault_damaged, "a segment's hashes"};
  segment.previous = *previous;
  segment.header.checkpoint_root = *root;
  segment.header.roster_head = *head;
  return segment;
}

// The newest map that the checkpoint covers; where its lines cannot be had here, the one that was fetched.
Result<std::pair<vault::LoggedMap, ledger::FeedMap>> map_under(vault::Vault& vault,
                                                               const roster::Roster& roster,
                                                               std::uint64_t size, const MapFits& fits) {
  std::vector<vault::LoggedMap> candidates;
  GANDAN_TRY(const auto newest, vault::last_map_below(vault, size));
  candidates.push_back(newest);
  GANDAN_TRY(const auto parts, vault::map_parts(vault));
  for (const auto& part : parts) {
    if (part.here != part.count || part.index >= size) continue;
    GANDAN_TRY(const auto fetched, vault::map_at(vault, part.index));
    candidates.push_back(fetched);
  }
  for (const auto& logged : candidates) {
    if (logged.index == 0 || !fits(logged)) continue;
    auto map = feed_map(vault, roster, logged);
    if (map.ok()) return std::pair(logged, std::move(*map));
    if (map.error().code != Code::no_map) return map.error();
  }
  return Code::no_map;
}

}  // namespace

Result<LogParts> LogProver::prove(const Stand& stand, const vault::LoggedMap& logged,
                                  const ledger::FeedMap& map) {
  LogParts file;
  file.checkpoint = stand.note;
  GANDAN_TRY(file.map, place_in(tree_, logged.index, logged.receipt_ms));
  for (const auto& line : map.lines()) append(file.lines, ledger::feed_line_bytes(line));
  GANDAN_CHECK(make_room(file.lines.size()));
  for (const auto& line : map.lines()) {
    const auto* feed = roster_.feed(line.feed);
    if (feed == nullptr || !ask_.covers(feed->unit)) continue;
    asked_.feeds.insert(line.feed);
    file.feeds.push_back({line.feed, {}});
    if (line.next != 0) GANDAN_CHECK(add_feed(line, file.feeds.back()));
  }
  if (ask_.size) sizes_.insert(*ask_.size);
  for (const auto size : sizes_) {
    GANDAN_TRY(auto named, named_in(vault_, tree_, size));
    file.named.push_back(std::move(named));
  }
  asked_.below_index = logged.index;
  asked_.witnesses = stand.witnesses;
  asked_.shows = [this](const FeedId& feed, std::uint64_t sequence) {
    return disclosed_.count({feed, sequence}) != 0;
  };
  GANDAN_TRY(auto statements, proof_statements(vault_, roster_, tree_, asked_));
  file.root = std::move(statements.root);
  file.statements = std::move(statements.statements);
  return file;
}

Status LogProver::make_room(std::size_t bytes) {
  used_ += bytes;
  if (used_ > ask_.most) return Code::log_too_large;
  return {};
}

// From the last one that was received before the moment; from the first where there is none.
Status LogProver::add_feed(const ledger::FeedLine& line, LogFeed& out) {
  GANDAN_TRY(const auto row, vault_.feed(line.feed));
  const Error absent{Code::not_received, "feed " + to_text(line.feed) + " is not whole here"};
  if (!row) return absent;
  GANDAN_TRY(const auto first, vault_.db().integer("SELECT min(sequence) FROM segment WHERE feed = ? AND "
                                                   "receipt_ms >= ?",
                                                   row->number, ask_.from_ms));
  const std::uint64_t behind = std::min(first ? static_cast<std::uint64_t>(*first) : line.next, line.next);
  GANDAN_TRY(auto rows, vault_.db().query(
                            "SELECT sequence, bytes, previous, root, roster_head, ledger_index, receipt_ms, "
                            "state FROM segment WHERE feed = ? AND sequence >= ? AND sequence < ? "
                            "ORDER BY sequence",
                            row->number, behind - std::min<std::uint64_t>(behind, 1), line.next));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    GANDAN_TRY(auto segment, segment_in(line.feed, rows));
    if (rows.is_null(5)) return absent;
    // What it says may be what is asked for; before the period its stub is all that is shown.
    if (segment.bare && rows.integer(6) >= ask_.from_ms)
      return Error{Code::archived, "feed " + to_text(line.feed)};
    LogSegment item;
    item.stub = protocol::encode_stub(protocol::stub_of(segment));
    GANDAN_TRY(item.place, place_in(tree_, static_cast<std::uint64_t>(rows.integer(5)), rows.integer(6)));
    asked_.roster_size = std::max(asked_.roster_size, segment.header.roster_size);
    if (rows.integer(6) >= ask_.from_ms && rows.integer(7) == static_cast<int>(vault::SegmentState::applied))
      GANDAN_CHECK(add_ops(*row, segment, item));
    std::size_t bytes = item.stub.size() + item.place.path.size() * Hash::size;
    for (const auto& op : item.ops) bytes += op.bytes.size();
    GANDAN_CHECK(make_room(bytes));
    out.segments.push_back(std::move(item));
  }
  return {};
}

Status LogProver::add_ops(const vault::FeedRow& row, const protocol::Segment& segment, LogSegment& item) {
  GANDAN_TRY(const auto opened, segments_.read(row, segment.header.sequence));
  const auto* key = vault_.keyring().feed_key(row.unit, segment.header.epoch, row.id);
  if (key == nullptr) return Code::no_key;
  for (std::uint32_t i = 0; i < opened.ops.size(); ++i) {
    const auto& op = opened.ops[i];
    if (!ask_.shows(op, item.place.index)) continue;
    GANDAN_TRY(const auto proof, changelog::prove_op(roster_.realm(), segment, opened.ops, i, *key));
    item.ops.push_back({changelog::encode_op_proof(proof)});
    asked_.feeds.insert(op.stamp.feed);
    if (const auto* maker = roster_.founder(op.record)) asked_.feeds.insert(maker->id);
  }
  if (item.ops.empty()) return {};
  disclosed_.insert({row.id, segment.header.sequence});
  if (segment.header.checkpoint_size != 0) sizes_.insert(segment.header.checkpoint_size);
  return {};
}

Result<Bytes> prove_under_stands(vault::Vault& vault, const roster::Roster& roster, const MapFits& fits,
                                 const MakeProof& make) {
  GANDAN_TRY(const auto all, stands(vault, roster));
  const auto under = [&](const Stand& stand) -> Result<Bytes> {
    GANDAN_TRY(const auto tree, tree_under(vault, stand));
    GANDAN_TRY(const auto found, map_under(vault, roster, stand.size, fits));
    return make(stand, tree, found.first, found.second);
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto proof = under(all[i]);
    if (proof.ok() || i + 1 == all.size()) return proof;
    if (proof.error().code != Code::not_in_ledger && proof.error().code != Code::no_map) return proof;
  }
  return Code::not_received;  // there is one at least
}

}  // namespace gandan::audit
