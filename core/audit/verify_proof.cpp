// The stranger's side. Order: root statement, checkpoint, statements, then segment by segment: so nothing is
// looked at before what vouches for it.
#include <set>
#include <tuple>

#include "audit/audit.hpp"
#include "audit/proof.hpp"
#include "changelog/op_proof.hpp"
#include "ledger/entry.hpp"
#include "ledger/proof.hpp"
#include "vault/segments.hpp"

namespace gandan::audit {
namespace {

Error bad(std::string detail) { return Error{Code::bad_proof, std::move(detail)}; }

class ProofCheck {
 public:
  explicit ProofCheck(const Hash& fingerprint) : fingerprint_(fingerprint) {}

  Result<ProofReport> run(ByteView bytes) {
    if (bytes.size() > kMaxProofBytes) return Error{Code::too_large, "proof file"};
    GANDAN_TRY(const auto file, decode_proof_file(bytes, [this](ByteView root) { return take_root(root); }));
    const ledger::NoteKey key{roster::ledger_origin(roster_->realm()), ledger::KeyType::ed25519,
                              roster_->root().ledger_key};
    GANDAN_TRY(checkpoint_, ledger::open_checkpoint(file.checkpoint, key));
    for (const auto& statement : file.statements) GANDAN_CHECK(take_statement(statement));
    // A line under a witness's name that it did not sign spoils the file, as it spoils the note; strangers'
    // lines say nothing.
    GANDAN_TRY(witnesses_, protocol::cosignatures(*roster_, file.checkpoint));
    for (const auto& named : file.named) GANDAN_CHECK(take_named(named));
    for (const auto& segment : file.segments) GANDAN_CHECK(take_segment(segment));
    for (const auto& [size, named] : named_)
      if (!named.used) return bad("a checkpoint that no segment names");
    return finish();
  }

 private:
  struct Named {
    const NamedCheckpoint* proof = nullptr;
    bool used = false;
  };
  struct Proven {
    changelog::Stamp stamp;
    std::vector<changelog::Stamp> replaces;
    ProvenOp op;
  };

  Status take_root(ByteView bytes) {
    GANDAN_TRY(const auto statement, roster::decode_statement(bytes));
    const auto* body = std::get_if<roster::RootBody>(&statement.body);
    if (body == nullptr) return Error{Code::bad_statement, "the first statement is not a root statement"};
    const RealmId realm = roster::realm_id(body->root_key, body->nonce);
    if (roster::statement_hash(realm, statement) != fingerprint_)
      return Error{Code::wrong_realm, "the root statement has another fingerprint"};
    GANDAN_TRY(roster_, roster::Roster::start(statement));
    return {};
  }

  Status in_ledger(ledger::EntryType type, const Hash& hash, const Place& place) const {
    if (place.receipt_ms > INT64_MAX) return bad("receipt");
    const ledger::Entry entry{type, hash, static_cast<std::int64_t>(place.receipt_ms)};
    return ledger::verify_inclusion(ledger::entry_leaf(entry), place.index, checkpoint_.size,
                                    checkpoint_.root, place.path);
  }

  Status take_statement(const ProofStatement& item) {
    GANDAN_TRY(const auto statement, roster::decode_statement(item.bytes));
    const Hash hash = roster::statement_hash(roster_->realm(), statement);
    if (roster_->knows(hash)) return bad("a statement stands twice");
    const bool ends = roster::ends_authority(statement.body);
    if (item.place.has_value() != ends)
      return bad("the place of a revocation or a move, and of nothing else, is shown");
    if (!ends) return roster_->apply(statement, std::nullopt);
    GANDAN_CHECK(in_ledger(ledger::EntryType::statement, hash, *item.place));
    return roster_->apply(statement, item.place->index);
  }

  Status take_named(const NamedCheckpoint& item) {
    if (item.size == 0 || item.size > checkpoint_.size) return bad("a named checkpoint beyond the file's");
    if (!named_.empty() && item.size <= named_.rbegin()->first) return bad("order of the named checkpoints");
    named_[item.size] = {&item, false};
    return {};
  }

  Status take_segment(const ProofSegment& item) {
    GANDAN_TRY(const auto stub, protocol::decode_stub(item.stub));
    const auto& header = stub.header;
    const auto* feed = roster_->feed(header.feed);
    if (feed == nullptr) return Error{Code::unknown_feed, to_text(header.feed)};
    const auto head = roster_->head(header.roster_size);
    if (!head || *head != header.roster_head)
      return bad("the statements do not give the roster that a segment signs");
    GANDAN_TRY(const auto author, crypto::Verifier::create(roster_->device(feed->device)->sign_key));
    if (!protocol::verify_segment(roster_->realm(), stub, author))
      return Error{Code::bad_signature, "a segment"};

    if (last_index_ && item.place.index <= *last_index_) return bad("order of the segments");
    last_index_ = item.place.index;
    GANDAN_CHECK(
        in_ledger(ledger::EntryType::segment, protocol::segment_hash(roster_->realm(), stub), item.place));

    ProvenOp common;
    common.device = feed->device;
    common.unit = feed->unit;
    GANDAN_TRY(std::tie(common.role, common.accepted), role(*feed, stub, item.place.index));
    common.sequence = header.sequence;
    common.ledger_index = item.place.index;
    common.not_after_ms = static_cast<std::int64_t>(item.place.receipt_ms);
    GANDAN_TRY(common.not_before_ms, not_before(header, item.place));

    if (item.ops.empty()) return bad("a segment of which nothing is shown");
    std::optional<std::uint32_t> last;
    for (const auto& op : item.ops) {
      GANDAN_TRY(const auto proof, changelog::decode_op_proof(op.bytes));
      if (last && proof.index <= *last) return bad("order of the changes");
      last = proof.index;
      GANDAN_CHECK(take_op(*feed, stub, proof, common));
    }
    return {};
  }

  // Of the grant by which the segment counts: it held at the roster that the segment names, and the segment
  // was received before any revocation or move that the file shows, or was accepted by name afterwards.
  // Second: by that acceptance.
  Result<std::pair<roster::Role, bool>> role(const roster::FeedInfo& feed, const protocol::SegmentStub& stub,
                                             std::uint64_t index) const {
    const std::uint64_t named = stub.header.roster_size;
    if (const auto* grant = roster_->relies_on(feed.device, feed.unit, named, index))
      return std::pair{grant->role, false};
    if (roster_->accepted(feed.id, stub.header.sequence, protocol::segment_hash(roster_->realm(), stub)))
      if (const auto* grant = roster_->wrote_by(feed.device, feed.unit)) return std::pair{grant->role, true};
    return Error{Code::not_authorized, "the author of a segment"};
  }

  // The segment signs a root of an earlier tree; that this tree's last entry existed, its author knew.
  Result<std::int64_t> not_before(const protocol::SegmentHeader& header, const Place& place) {
    if (header.checkpoint_size == 0) return std::int64_t{0};
    const auto found = named_.find(header.checkpoint_size);
    if (found == named_.end()) return bad("a named checkpoint is not shown");
    if (header.checkpoint_size > place.index) return bad("a segment names a ledger with itself in it");
    found->second.used = true;
    const auto& named = *found->second.proof;
    GANDAN_CHECK(ledger::verify_consistency(named.size, header.checkpoint_root, checkpoint_.size,
                                            checkpoint_.root, named.consistency));
    GANDAN_CHECK(ledger::verify_inclusion(ledger::leaf_hash(named.last.view()), named.size - 1, named.size,
                                          header.checkpoint_root, named.inclusion));
    GANDAN_TRY(const auto entry, ledger::parse_entry(named.last.view()));
    if (entry.receipt_ms > static_cast<std::int64_t>(place.receipt_ms)) return bad("receipts go back");
    return entry.receipt_ms;
  }

  Status take_op(const roster::FeedInfo& feed, const protocol::SegmentStub& stub,
                 const changelog::OpProof& proof, const ProvenOp& common) {
    GANDAN_TRY(auto op, changelog::verify_op(roster_->realm(), stub, proof));
    // A restored device seals its tail again under a new incarnation, never under somebody else's.
    const auto* origin = roster_->feed(op.stamp.feed);
    if (origin == nullptr || origin->device != feed.device || origin->unit != feed.unit)
      return bad("a change of another device's feed");
    // A record lies in the unit of the feed that made it: what another unit's feed says of it is not of it.
    const auto* maker = vault::founder(*roster_, op.record);
    if (maker == nullptr || maker->unit != feed.unit) return bad("a change from outside the record's unit");
    if (record_ && *record_ != op.record) return bad("changes of two records");
    record_ = op.record;
    Proven proven{op.stamp, std::move(op.replaces), common};
    proven.op.path = std::move(op.path);
    proven.op.value = std::move(op.value);
    proven.op.holder = op.holder;
    proven.op.written_ms = changelog::hlc_ms(op.stamp.hlc);
    proven.op.suspect = proven.op.written_ms > common.not_after_ms + vault::kClockDriftMs;
    ops_.push_back(std::move(proven));
    return {};
  }

  Result<ProofReport> finish() {
    if (!record_) return bad("it shows nothing");
    std::stable_sort(ops_.begin(), ops_.end(),
                     [](const Proven& a, const Proven& b) { return a.stamp < b.stamp; });
    std::set<std::pair<std::string_view, changelog::Stamp>> replaced;
    for (const auto& proven : ops_)
      for (const auto& stamp : proven.replaces) replaced.emplace(proven.op.path, stamp);
    for (auto& proven : ops_) proven.op.replaced = replaced.count({proven.op.path, proven.stamp}) != 0;
    replaced.clear();  // its keys look into what is moved now
    ProofReport report;
    report.record = *record_;
    report.fingerprint = fingerprint_;
    report.ledger_size = checkpoint_.size;
    report.witnesses = std::move(witnesses_);
    for (auto& proven : ops_) report.ops.push_back(std::move(proven.op));
    return report;
  }

  const Hash fingerprint_;
  std::optional<roster::Roster> roster_;
  ledger::Checkpoint checkpoint_;
  std::vector<protocol::Cosignature> witnesses_;
  std::map<std::uint64_t, Named> named_;
  std::optional<std::uint64_t> last_index_;
  std::optional<RecordId> record_;
  std::vector<Proven> ops_;
};

}  // namespace

Result<ProofReport> verify_proof(ByteView proof, const Hash& fingerprint) {
  return ProofCheck(fingerprint).run(proof);
}

}  // namespace gandan::audit
