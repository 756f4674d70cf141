#include "audit/proof_check.hpp"

#include <set>
#include <tuple>

#include "ledger/proof.hpp"
#include "vault/segments.hpp"

namespace gandan::audit {

Status ProofCheck::begin(std::string_view note, std::span<const ProofStatement> statements,
                         std::span<const NamedCheckpoint> named) {
  const ledger::NoteKey key{roster::ledger_origin(roster_->realm()), ledger::KeyType::ed25519,
                            roster_->root().ledger_key};
  GANDAN_TRY(checkpoint_, ledger::open_checkpoint(note, key));
  for (const auto& statement : statements) GANDAN_CHECK(take_statement(statement));
  // A line under a witness's name that it did not sign spoils the file, as it spoils the note; strangers'
  // lines say nothing.
  GANDAN_TRY(witnesses_, protocol::cosignatures(*roster_, note));
  for (const auto& one : named) GANDAN_CHECK(take_named(one));
  return {};
}

Status ProofCheck::finish() const {
  for (const auto& [size, named] : named_)
    if (!named.used) return bad_proof("a checkpoint that no segment names");
  return {};
}

Status ProofCheck::take_root(ByteView bytes) {
  GANDAN_TRY(const auto statement, roster::decode_statement(bytes));
  const auto* body = std::get_if<roster::RootBody>(&statement.body);
  if (body == nullptr) return Error{Code::bad_statement, "the first statement is not a root statement"};
  const RealmId realm = roster::realm_id(body->root_key, body->nonce);
  if (roster::statement_hash(realm, statement) != fingerprint_)
    return Error{Code::wrong_realm, "the root statement has another fingerprint"};
  GANDAN_TRY(roster_, roster::Roster::start(statement));
  return {};
}

Status ProofCheck::in_ledger(ledger::EntryType type, const Hash& hash, const Place& place) const {
  if (place.receipt_ms > INT64_MAX) return bad_proof("receipt");
  const ledger::Entry entry{type, hash, static_cast<std::int64_t>(place.receipt_ms)};
  return ledger::verify_inclusion(ledger::entry_leaf(entry), place.index, checkpoint_.size, checkpoint_.root,
                                  place.path);
}

Status ProofCheck::take_statement(const ProofStatement& item) {
  GANDAN_TRY(const auto statement, roster::decode_statement(item.bytes));
  const Hash hash = roster::statement_hash(roster_->realm(), statement);
  if (roster_->knows(hash)) return bad_proof("a statement stands twice");
  const bool ends = roster::ends_authority(statement.body);
  if (item.place.has_value() != ends)
    return bad_proof("the place of a revocation or a move, and of nothing else, is shown");
  if (!ends) return roster_->apply(statement, std::nullopt);
  GANDAN_CHECK(in_ledger(ledger::EntryType::statement, hash, *item.place));
  GANDAN_CHECK(roster_->apply(statement, item.place->index));
  placed_.emplace_back(roster_->size(), item.place->index);
  return {};
}

bool ProofCheck::roster_fits(std::uint64_t roster_size, std::uint64_t size) const {
  return roster_size > 0 && roster_size <= roster_->size() &&
         std::all_of(placed_.begin(), placed_.end(), [&](const auto& statement) {
           return (statement.first <= roster_size) == (statement.second < size);
         });
}

Status ProofCheck::take_named(const NamedCheckpoint& item) {
  if (item.size == 0 || item.size > checkpoint_.size)
    return bad_proof("a named checkpoint beyond the file's");
  if (!named_.empty() && item.size <= named_.rbegin()->first)
    return bad_proof("order of the named checkpoints");
  named_[item.size] = {&item, false};
  return {};
}

Result<ProofCheck::Segment> ProofCheck::take_segment(ByteView bytes, const Place& place) const {
  Segment out;
  GANDAN_TRY(out.stub, protocol::decode_stub(bytes));
  const auto& header = out.stub.header;
  out.feed = roster_->feed(header.feed);
  if (out.feed == nullptr) return Error{Code::unknown_feed, to_text(header.feed)};
  const auto head = roster_->head(header.roster_size);
  if (!head || *head != header.roster_head)
    return bad_proof("the statements do not give the roster that a segment signs");
  GANDAN_TRY(const auto author, crypto::Verifier::create(roster_->device(out.feed->device)->sign_key));
  if (!protocol::verify_segment(roster_->realm(), out.stub, author))
    return Error{Code::bad_signature, "a segment"};
  out.hash = protocol::segment_hash(roster_->realm(), out.stub);
  GANDAN_CHECK(in_ledger(ledger::EntryType::segment, out.hash, place));
  return out;
}

Result<ProvenOp> ProofCheck::common_of(const Segment& segment, const Place& place) {
  ProvenOp common;
  common.device = segment.feed->device;
  common.unit = segment.feed->unit;
  GANDAN_TRY(std::tie(common.role, common.accepted), role(*segment.feed, segment.stub, place.index));
  common.sequence = segment.stub.header.sequence;
  common.ledger_index = place.index;
  common.not_after_ms = static_cast<std::int64_t>(place.receipt_ms);
  GANDAN_TRY(common.not_before_ms, not_before(segment.stub.header, place));
  return common;
}

Result<std::vector<Proven>> ProofCheck::take_ops(const Segment& segment, std::span<const ProofOp> ops,
                                                 const ProvenOp& common) const {
  std::vector<Proven> out;
  std::optional<std::uint32_t> last;
  for (const auto& op : ops) {
    GANDAN_TRY(const auto proof, changelog::decode_op_proof(op.bytes));
    if (last && proof.index <= *last) return bad_proof("order of the changes");
    last = proof.index;
    GANDAN_TRY(auto proven, take_op(*segment.feed, segment.stub, proof, common));
    out.push_back(std::move(proven));
  }
  return out;
}

// Of the grant by which the segment counts: it held at the roster that the segment names, and the segment
// was received before any revocation or move that the file shows, or was accepted by name afterwards.
// Second: by that acceptance.
Result<std::pair<roster::Role, bool>> ProofCheck::role(const roster::FeedInfo& feed,
                                                       const protocol::SegmentStub& stub,
                                                       std::uint64_t index) const {
  const std::uint64_t named = stub.header.roster_size;
  if (const auto* grant = roster_->relies_on(feed.device, feed.unit, named, index))
    return std::pair{grant->role, false};
  if (roster_->accepted(feed.id, stub.header.sequence, protocol::segment_hash(roster_->realm(), stub)))
    if (const auto* grant = roster_->wrote_by(feed.device, feed.unit)) return std::pair{grant->role, true};
  return Error{Code::not_authorized, "the author of a segment"};
}

Result<std::int64_t> ProofCheck::stood_at(std::uint64_t size, const Hash& root) {
  const auto found = named_.find(size);
  if (found == named_.end()) return bad_proof("a named checkpoint is not shown");
  found->second.used = true;
  const auto& named = *found->second.proof;
  GANDAN_CHECK(
      ledger::verify_consistency(named.size, root, checkpoint_.size, checkpoint_.root, named.consistency));
  GANDAN_CHECK(ledger::verify_inclusion(ledger::leaf_hash(named.last.view()), named.size - 1, named.size,
                                        root, named.inclusion));
  GANDAN_TRY(const auto entry, ledger::parse_entry(named.last.view()));
  return entry.receipt_ms;
}

// The segment signs a root of an earlier tree; that this tree's last entry existed, its author knew.
Result<std::int64_t> ProofCheck::not_before(const protocol::SegmentHeader& header, const Place& place) {
  if (header.checkpoint_size == 0) return std::int64_t{0};
  if (header.checkpoint_size > place.index) return bad_proof("a segment names a ledger with itself in it");
  GANDAN_TRY(const auto receipt_ms, stood_at(header.checkpoint_size, header.checkpoint_root));
  if (receipt_ms > static_cast<std::int64_t>(place.receipt_ms)) return bad_proof("receipts go back");
  return receipt_ms;
}

Result<Proven> ProofCheck::take_op(const roster::FeedInfo& feed, const protocol::SegmentStub& stub,
                                   const changelog::OpProof& proof, const ProvenOp& common) const {
  GANDAN_TRY(auto op, changelog::verify_op(roster_->realm(), stub, proof));
  // A restored device seals its tail again under a new incarnation, never under somebody else's.
  const auto* origin = roster_->feed(op.stamp.feed);
  if (origin == nullptr || origin->device != feed.device || origin->unit != feed.unit)
    return bad_proof("a change of another device's feed");
  // A record lies in the unit of the feed that made it: what another unit's feed says of it is not of it.
  const auto* maker = vault::founder(*roster_, op.record);
  if (maker == nullptr || maker->unit != feed.unit)
    return bad_proof("a change from outside the record's unit");
  Proven proven{op.stamp, std::move(op.replaces), common};
  proven.op.record = op.record;
  proven.op.path = std::move(op.path);
  proven.op.value = std::move(op.value);
  proven.op.holder = op.holder;
  proven.op.written_ms = changelog::hlc_ms(op.stamp.hlc);
  proven.op.suspect = proven.op.written_ms > common.not_after_ms + vault::kClockDriftMs;
  return proven;
}

std::vector<ProvenOp> in_order(std::vector<Proven> ops) {
  std::stable_sort(ops.begin(), ops.end(),
                   [](const Proven& a, const Proven& b) { return a.stamp < b.stamp; });
  std::set<std::tuple<RecordId, std::string_view, changelog::Stamp>> replaced;
  for (const auto& proven : ops)
    for (const auto& stamp : proven.replaces) replaced.emplace(proven.op.record, proven.op.path, stamp);
  for (auto& proven : ops)
    proven.op.replaced = replaced.count({proven.op.record, proven.op.path, proven.stamp}) != 0;
  replaced.clear();  // its keys look into what is moved now
  std::vector<ProvenOp> out;
  for (auto& proven : ops) out.push_back(std::move(proven.op));
  return out;
}

}  // namespace gandan::audit
