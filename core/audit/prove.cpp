#include <set>

#include "audit/audit.hpp"
#include "audit/leaf_tree.hpp"
#include "audit/proof.hpp"
#include "changelog/op_proof.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/proof.hpp"
#include "protocol/witness.hpp"
#include "vault/journal.hpp"
#include "vault/segments.hpp"
#include "vault/witness.hpp"

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

// A checkpoint that a proof can stand under, and who cosigned it.
struct Stand {
  std::uint64_t size = 0;
  Hash root;
  std::string note;
  std::vector<DeviceId> witnesses;
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
  Result<Place> place(std::uint64_t index, std::int64_t receipt_ms) const;
  Status add_segments(ProofFile& file);
  Status add_named(ProofFile& file);
  Status add_statements(ProofFile& file);
  bool shows(const FeedId& feed, std::uint64_t sequence) const;
  std::uint64_t witness_since(const DeviceId& device) const;
  std::optional<FeedId> feed_about(const roster::Body& body) const;

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

Result<Place> Prover::place(std::uint64_t index, std::int64_t receipt_ms) const {
  if (index >= tree_.size() || receipt_ms < 0)
    return Error{Code::not_in_ledger, "ledger entry " + std::to_string(index)};
  GANDAN_TRY(auto proof, ledger::inclusion_proof(index, tree_.size(), tree_));
  return Place{index, static_cast<std::uint64_t>(receipt_ms), std::move(proof.path)};
}

Status Prover::add_segments(ProofFile& file) {
  for (const auto& [position, source] : sources_) {
    const auto& opened = source.opened;
    if (!opened.receipt) return Error{Code::not_received, "a change of this record"};
    ProofSegment item;
    item.stub = protocol::encode_stub(protocol::stub_of(opened.segment));
    GANDAN_TRY(item.place, place(opened.receipt->index, opened.receipt->ms));
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
    if (size > tree_.size()) return Error{Code::not_in_ledger, "a named checkpoint beyond the last one"};
    NamedCheckpoint named;
    named.size = size;
    GANDAN_TRY(auto row, vault_.db().query("SELECT entry FROM leaf WHERE idx = ?", size - 1));
    GANDAN_TRY(const bool present, row.step());
    if (!present || row.blob(0).size() != named.last.size) return Error{Code::not_in_ledger, "ledger entry"};
    named.last = decltype(named.last)::from(row.blob(0));
    GANDAN_TRY(auto inclusion, ledger::inclusion_proof(size - 1, size, tree_));
    GANDAN_TRY(auto consistency, ledger::consistency_proof(size, tree_.size(), tree_));
    named.inclusion = std::move(inclusion.path);
    named.consistency = std::move(consistency.path);
    file.named.push_back(std::move(named));
  }
  return {};
}

bool Prover::shows(const FeedId& feed, std::uint64_t sequence) const {
  return std::any_of(sources_.begin(), sources_.end(), [&](const auto& each) {
    return each.second.feed.id == feed && each.second.opened.segment.header.sequence == sequence;
  });
}

// The feed that an acceptance, a hold or an erasure speaks of, done or proposed: without its opening a
// reader's roster refuses the statement, whatever it is that is proven.
std::optional<FeedId> Prover::feed_about(const roster::Body& body) const {
  const auto* accept = std::get_if<roster::AcceptBody>(&body);
  const auto founder = [this](const RecordId& record) -> std::optional<FeedId> {
    const auto* of = roster_.founder(record);
    return of == nullptr ? std::nullopt : std::optional<FeedId>(of->id);
  };
  if (const auto* hold = std::get_if<roster::HoldBody>(&body)) return founder(hold->record);
  if (const auto* proposed = std::get_if<roster::ProposeBody>(&body)) {
    accept = std::get_if<roster::AcceptBody>(&proposed->act);
    if (const auto* erase = std::get_if<roster::EraseAct>(&proposed->act)) return founder(erase->record);
  }
  if (accept == nullptr) return std::nullopt;
  return accept->feed;
}

// The roster's size from which the device may cosign: a reader finds the witness in the file's own
// statements.
std::uint64_t Prover::witness_since(const DeviceId& device) const {
  const auto* known = roster_.device(device);
  std::uint64_t since = 0;
  for (const auto& grant : known->grants)
    if (grant.unit == roster_.root().top && !grant.until) since = std::max(since, grant.origin.from);
  return since;
}

// Every authority statement up to the largest roster that a segment names or a witness needs, the acceptances
// of those that came after their authors were removed, the openings of the feeds and of those that such
// statements speak of, and before each of these all of its issuer: so that a reader's roster accepts one
// after the other, as ours did.
Status Prover::add_statements(ProofFile& file) {
  struct Item {
    Bytes bytes;
    std::optional<std::uint64_t> index;
    std::int64_t receipt_ms = 0;
    Hash previous;
    std::uint64_t number = 0;  // among authority statements, from 1; 0: a feed opening
    bool revocation = false;
    bool wanted = false;
    std::optional<FeedId> about;  // whose opening a reader's roster must know before it
  };
  std::vector<Item> items;
  std::map<Hash, std::size_t> by_hash;
  std::map<FeedId, std::size_t> openings;
  std::uint64_t authority = 0;  // statements up to here are wanted
  for (const auto& [position, source] : sources_)
    authority = std::max(authority, source.opened.segment.header.roster_size);
  for (const auto& witness : stand_.witnesses) authority = std::max(authority, witness_since(witness));

  GANDAN_TRY(auto rows, vault_.db().query("SELECT bytes, ledger_index, receipt_ms FROM statement "
                                          "ORDER BY ledger_index IS NULL, ledger_index, position"));
  std::uint64_t number = 0;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    GANDAN_TRY(const auto statement, roster::decode_statement(rows.blob(0)));
    const Hash hash = roster::statement_hash(roster_.realm(), statement);
    if (!roster_.knows(hash)) continue;  // provisional, and not in force
    Item item;
    item.bytes = to_bytes(rows.blob(0));
    if (!rows.is_null(1)) item.index = static_cast<std::uint64_t>(rows.integer(1));
    item.receipt_ms = rows.integer(2);
    item.previous = statement.issuer_previous;
    item.revocation = roster::ends_authority(statement.body);
    const auto* accept = std::get_if<roster::AcceptBody>(&statement.body);
    if (const auto* effect = roster_.effect_of(statement)) accept = std::get_if<roster::AcceptBody>(effect);
    if (accept != nullptr) item.wanted = shows(accept->feed, accept->sequence);
    item.about = feed_about(statement.body);
    if (const auto* feed = std::get_if<roster::FeedBody>(&statement.body)) {
      const FeedId id = roster::feed_id(roster_.realm(), statement.issuer, feed->incarnation, feed->unit);
      item.wanted = feeds_.count(id) != 0;
      openings[id] = items.size();
    } else {
      item.number = ++number;
    }
    by_hash[hash] = items.size();
    items.push_back(std::move(item));
  }

  // From the last to the first: what a statement needs lies before it, except that a late authority statement
  // in an issuer's chain asks for all authority statements before it, hence once more.
  for (std::uint64_t before = 0; before != authority;) {
    before = authority;
    for (std::size_t i = items.size(); i-- > 0;) {
      auto& item = items[i];
      item.wanted |= item.number != 0 && item.number <= authority;
      if (!item.wanted) continue;
      authority = std::max(authority, item.number);
      if (const auto previous = by_hash.find(item.previous); previous != by_hash.end())
        items[previous->second].wanted = true;
      if (!item.about) continue;
      if (const auto opening = openings.find(*item.about); opening != openings.end())
        items[opening->second].wanted = true;
    }
  }

  for (auto& item : items) {
    if (!item.wanted) continue;
    if (item.number == 1) {
      file.root = std::move(item.bytes);
      continue;
    }
    ProofStatement statement{std::move(item.bytes), std::nullopt};
    if (item.revocation) {
      if (!item.index) return Error{Code::not_received, "a revocation"};
      GANDAN_TRY(statement.place, place(*item.index, item.receipt_ms));
    }
    file.statements.push_back(std::move(statement));
  }
  return {};
}

// What witnesses cosigned and this vault holds, most witnesses first, then the largest; those of one
// checkpoint in one note. Only who may witness now counts, and nobody else's line is passed on.
Result<std::vector<Stand>> cosigned_stands(vault::Vault& vault, const roster::Roster& roster) {
  std::map<std::pair<std::uint64_t, Hash>, Stand> by_checkpoint;
  GANDAN_TRY(const auto all, vault::cosigned(vault));
  for (const auto& one : all) {
    if (!protocol::may_witness(roster, one.witness)) continue;
    const ledger::NoteKey keys[] = {protocol::log_key(roster),
                                    protocol::witness_key(one.witness, roster.device(one.witness)->sign_key)};
    GANDAN_TRY(auto note, ledger::signed_only_by(one.note, keys));
    auto& stand = by_checkpoint[{one.size, one.root}];
    if (!stand.note.empty()) {
      GANDAN_TRY(note, ledger::with_signatures_of(stand.note, note));
    }
    stand.size = one.size;
    stand.root = one.root;
    stand.note = std::move(note);
    stand.witnesses.push_back(one.witness);
  }
  std::vector<Stand> out;
  for (auto& [checkpoint, stand] : by_checkpoint) out.push_back(std::move(stand));
  std::sort(out.begin(), out.end(), [](const Stand& a, const Stand& b) {
    return a.witnesses.size() != b.witnesses.size() ? a.witnesses.size() > b.witnesses.size()
                                                    : a.size > b.size;
  });
  return out;
}

// Code::not_in_ledger where something of the record, or what a reader needs for it, lies behind the
// checkpoint.
Result<Bytes> prove_under(vault::Vault& vault, const roster::Roster& roster, const RecordId& record,
                          const changelog::RecordState& state, Stand stand) {
  auto tree = LeafTree::load(vault.db(), stand.size);
  if (!tree && tree.error().code == Code::not_found) return Error{Code::no_ledger, tree.error().detail};
  if (!tree) return tree.error();
  if (tree->root() != stand.root)
    return Error{Code::ledger_rewritten,
                 "the entries that are here do not give the signed root: see audit.verify"};
  const auto witnesses = stand.witnesses.size();
  GANDAN_TRY(Bytes proof, Prover(vault, roster, std::move(*tree), std::move(stand)).prove(record, state));
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
  GANDAN_TRY(auto seen, vault.checkpoint());
  if (seen.size == 0) return Error{Code::not_received, "no ledger was seen yet"};
  GANDAN_TRY(auto stands, cosigned_stands(vault, *roster));
  for (auto& stand : stands) {
    if (stand.size > seen.size) continue;
    auto proof = prove_under(vault, *roster, record, state, std::move(stand));
    if (proof.ok() || proof.error().code != Code::not_in_ledger) return proof;
  }
  return prove_under(vault, *roster, record, state, {seen.size, seen.root, std::move(seen.note), {}});
}

}  // namespace gandan::audit
