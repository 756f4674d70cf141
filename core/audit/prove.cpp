#include <set>

#include "audit/audit.hpp"
#include "audit/proof_parts.hpp"
#include "changelog/op_proof.hpp"
#include "vault/journal.hpp"
#include "vault/segments.hpp"

namespace gandan::audit {
namespace {

struct Position {
  std::int64_t feed = 0;  // its number in the vault
  std::uint64_t sequence = 0;
  friend bool operator<(const Position& a, const Position& b) {
    return a.feed != b.feed ? a.feed < b.feed : a.sequence < b.sequence;
  }
};

// A segment with ops of the record, opened, and which of its ops they are.
struct Source {
  vault::FeedRow feed;
  vault::SegmentApplier::Opened opened;
  std::set<std::uint32_t> ops;
};

class Prover {
 public:
  Prover(vault::Vault& vault, const roster::Roster& roster, LeafTree tree, Stand stand)
      : vault_(vault), roster_(roster), tree_(std::move(tree)), stand_(std::move(stand)), segments_(vault) {}

  Result<Bytes> prove(const RecordId& record, const changelog::RecordState& state) {
    for (const auto& [path, cell] : state.cells())
      for (const auto& op : cell.ops) GANDAN_CHECK(locate(record, path, op.stamp));
    ProofFile file;
    file.checkpoint = stand_.note;
    GANDAN_CHECK(add_segments(file));
    GANDAN_CHECK(add_named(file));
    GANDAN_CHECK(add_statements(file));
    return encode_proof_file(file);
  }

 private:
  Status locate(const RecordId& record, std::string_view path, const changelog::Stamp& stamp);
  Result<bool> locate_in(const Position& position, const RecordId& record, std::string_view path,
                         const changelog::Stamp& stamp);
  Result<std::vector<Position>> later_incarnations(const vault::FeedRow& feed);
  Status add_segments(ProofFile& file);
  Status add_named(ProofFile& file);
  Status add_statements(ProofFile& file);
  bool shows(const FeedId& feed, std::uint64_t sequence) const;

  vault::Vault& vault_;
  const roster::Roster& roster_;
  LeafTree tree_;
  Stand stand_;
  vault::SegmentApplier segments_;  // reads only
  std::map<Position, Source> sources_;
  std::set<FeedId> feeds_;  // that segments or stamps name
};

// Stamps grow along a feed, so an op lies in the first segment of its feed that ends at or behind it. If it
// is not there, a restored device sealed it again under a later incarnation.
Status Prover::locate(const RecordId& record, std::string_view path, const changelog::Stamp& stamp) {
  feeds_.insert(stamp.feed);
  GANDAN_TRY(const auto feed, vault_.feed(stamp.feed));
  if (feed) {
    GANDAN_TRY(
        const auto sequence,
        vault_.db().integer("SELECT sequence FROM segment WHERE feed = ? AND last_hlc >= ? AND state = 0 "
                            "ORDER BY sequence LIMIT 1",
                            feed->number, stamp.hlc));
    if (sequence) {
      GANDAN_TRY(const bool there,
                 locate_in({feed->number, static_cast<std::uint64_t>(*sequence)}, record, path, stamp));
      if (there) return {};
    }
    GANDAN_TRY(const auto others, later_incarnations(*feed));
    for (const auto& position : others) {
      GANDAN_TRY(const bool there, locate_in(position, record, path, stamp));
      if (there) return {};
    }
  }
  return Error{Code::not_in_ledger, "a change of this record is not sealed yet: sync first"};
}

Result<bool> Prover::locate_in(const Position& position, const RecordId& record, std::string_view path,
                               const changelog::Stamp& stamp) {
  auto found = sources_.find(position);
  std::optional<Source> fresh;
  if (found == sources_.end()) {
    GANDAN_TRY(auto feed, vault_.feed_by_number(position.feed));
    if (!feed) return Error{Code::vault_damaged, "segments of an unknown feed"};
    GANDAN_TRY(auto opened, segments_.read(*feed, position.sequence));
    fresh = Source{std::move(*feed), std::move(opened), {}};
  }
  Source& source = fresh ? *fresh : found->second;
  const auto& ops = source.opened.ops;
  for (std::uint32_t i = 0; i < ops.size(); ++i) {
    if (!(ops[i].stamp == stamp) || ops[i].record != record || ops[i].path != path) continue;
    source.ops.insert(i);
    feeds_.insert(source.feed.id);
    if (fresh) sources_.emplace(position, std::move(*fresh));
    return true;
  }
  return false;
}

Result<std::vector<Position>> Prover::later_incarnations(const vault::FeedRow& feed) {
  std::vector<Position> out;
  GANDAN_TRY(auto rows,
             vault_.db().query("SELECT feed, sequence FROM segment JOIN feed ON feed.number = segment.feed "
                               "WHERE device = ? AND unit = ? AND number > ? AND state = 0 "
                               "ORDER BY feed, sequence",
                               feed.device, feed.unit, feed.number));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back({rows.integer(0), static_cast<std::uint64_t>(rows.integer(1))});
  }
}

Status Prover::add_segments(ProofFile& file) {
  for (const auto& [position, source] : sources_) {
    const auto& opened = source.opened;
    if (!opened.receipt) return Error{Code::not_received, "a change of this record"};
    ProofSegment item;
    item.stub = protocol::encode_stub(protocol::stub_of(opened.segment));
    GANDAN_TRY(item.place, place_in(tree_, opened.receipt->index, opened.receipt->ms));
    const auto* key =
        vault_.keyring().feed_key(source.feed.unit, opened.segment.header.epoch, opened.segment.header.feed);
    if (key == nullptr) return Code::no_key;
    for (const auto index : source.ops) {
      GANDAN_TRY(const auto proof,
                 changelog::prove_op(roster_.realm(), opened.segment, opened.ops, index, *key));
      item.ops.push_back({changelog::encode_op_proof(proof)});
    }
    file.segments.push_back(std::move(item));
  }
  std::sort(file.segments.begin(), file.segments.end(),
            [](const ProofSegment& a, const ProofSegment& b) { return a.place.index < b.place.index; });
  return {};
}

Status Prover::add_named(ProofFile& file) {
  std::set<std::uint64_t> sizes;
  for (const auto& [position, source] : sources_) sizes.insert(source.opened.segment.header.checkpoint_size);
  sizes.erase(0);
  for (const auto size : sizes) {
    GANDAN_TRY(auto named, named_in(vault_, tree_, size));
    file.named.push_back(std::move(named));
  }
  return {};
}

bool Prover::shows(const FeedId& feed, std::uint64_t sequence) const {
  return std::any_of(sources_.begin(), sources_.end(), [&](const auto& each) {
    return each.second.feed.id == feed && each.second.opened.segment.header.sequence == sequence;
  });
}

Status Prover::add_statements(ProofFile& file) {
  StatementsWanted wanted;
  for (const auto& [position, source] : sources_)
    wanted.roster_size = std::max(wanted.roster_size, source.opened.segment.header.roster_size);
  wanted.witnesses = stand_.witnesses;
  wanted.feeds = feeds_;
  wanted.shows = [this](const FeedId& feed, std::uint64_t sequence) { return shows(feed, sequence); };
  GANDAN_TRY(auto made, proof_statements(vault_, roster_, tree_, wanted));
  file.root = std::move(made.root);
  file.statements = std::move(made.statements);
  return {};
}

// Code::not_in_ledger where something of the record, or what a reader needs for it, lies behind the
// checkpoint.
Result<Bytes> prove_under(vault::Vault& vault, const roster::Roster& roster, const RecordId& record,
                          const changelog::RecordState& state, Stand stand) {
  GANDAN_TRY(auto tree, tree_under(vault, stand));
  const auto witnesses = stand.witnesses.size();
  GANDAN_TRY(Bytes proof, Prover(vault, roster, std::move(tree), std::move(stand)).prove(record, state));
  // Nobody is handed a file that does not hold.
  GANDAN_TRY(const auto report, verify_proof(proof, roster.fingerprint()));
  if (report.record != record) return Error{Code::internal, "proof of another record"};
  if (report.witnesses.size() < witnesses)
    return Error{Code::internal, "a witness that the file does not show"};
  return proof;
}

}  // namespace

Result<Bytes> prove(vault::Vault& vault, const RecordId& record) {
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto state, vault::load_state(vault, record));
  if (state.empty()) return Code::not_found;
  GANDAN_TRY(auto all, stands(vault, *roster));
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto proof = prove_under(vault, *roster, record, state, std::move(all[i]));
    if (proof.ok() || proof.error().code != Code::not_in_ledger || i + 1 == all.size()) return proof;
  }
  return Code::not_received;  // there is one at least
}

}  // namespace gandan::audit
