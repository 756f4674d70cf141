#include "sync/claims.hpp"

#include "base/codec.hpp"
#include "ledger/entry.hpp"
#include "ledger/proof.hpp"
#include "protocol/witness.hpp"

namespace gandan::sync {
namespace {

constexpr std::string_view kLeaves = "leaves";               // the frontier of all that are here
constexpr std::string_view kProvenLeaves = "leaves_proven";  // of those that gave a checkpoint's root

struct StoredFrontier {
  std::uint64_t size = 0;
  std::vector<Hash> peaks;
  template <class A>
  void serialize(A& a) {
    a(size, peaks);
  }
};

Result<ledger::Frontier> load_frontier(vault::Vault& vault, std::string_view name) {
  GANDAN_TRY(const auto bytes, vault.meta(name));
  if (!bytes) return ledger::Frontier();
  GANDAN_TRY(auto stored, decode<StoredFrontier>(*bytes));
  return ledger::Frontier::from_peaks(stored.size, std::move(stored.peaks));
}

Status save_frontier(vault::Vault& vault, std::string_view name, const ledger::Frontier& frontier) {
  return vault.set_meta(name, encode(StoredFrontier{frontier.size(), frontier.peaks()}));
}

std::string subject(const FeedId& feed, std::uint64_t sequence) {
  return to_text(feed) + " #" + std::to_string(sequence);
}

}  // namespace

Status LedgerClaims::welcome(const protocol::Welcome& welcome) {
  GANDAN_CHECK(check_checkpoint(welcome));
  for (const auto& own : welcome.own) GANDAN_CHECK(own_head(own));
  return {};
}

Status LedgerClaims::check_checkpoint(const protocol::Welcome& welcome) {
  GANDAN_TRY(const auto* roster, vault_.roster());
  const auto key = protocol::log_key(*roster);
  GANDAN_TRY(checkpoint_, ledger::open_checkpoint(welcome.checkpoint, key));
  GANDAN_TRY(note_, ledger::signed_only_by(welcome.checkpoint, {&key, 1}));
  const auto& seen = request_.checkpoint;
  if (checkpoint_.size < seen.size)
    return Error{Code::ledger_went_back,
                 std::to_string(checkpoint_.size) + " entries, " + std::to_string(seen.size) + " were seen"};
  if (seen.size != 0) {
    const auto consistent = ledger::verify_consistency(seen.size, seen.root, checkpoint_.size,
                                                       checkpoint_.root, welcome.consistency.path);
    // Whatever does not connect: this device has a signed root that the new one does not continue.
    if (!consistent) {
      // One checkpoint twice, with a way that is none, contradicts nothing.
      if (seen.size != checkpoint_.size || seen.root != checkpoint_.root)
        contradiction_ =
            Contradiction{{seen.size, seen.root, seen.note}, {checkpoint_.size, checkpoint_.root, note_}};
      return Error{Code::ledger_rewritten, "after " + std::to_string(seen.size) + " entries"};
    }
  }
  return vault_.set_checkpoint({checkpoint_.size, checkpoint_.root, welcome.checkpoint});
}

// The server may hold more of a feed than is here (a restored phone), or less than this device carries, and
// never less than it was proven to hold.
Status LedgerClaims::own_head(const protocol::OwnReceipt& own) {
  const auto& head = own.head;
  const auto stated = std::find_if(request_.hello.own.begin(), request_.hello.own.end(),
                                   [&](const protocol::StatedFeed& one) { return one.feed == head.feed; });
  if (stated == request_.hello.own.end()) return Error{Code::bad_proof, "a feed that was not asked for"};
  if (head.next < stated->next) return Error{Code::not_in_ledger, subject(head.feed, stated->next - 1)};
  if (head.next == 0) return ingest_.sent(head.feed, 0, Hash{});
  if (head.next == stated->next && head.hash != stated->hash)
    return Error{Code::fork, subject(head.feed, head.next - 1)};

  const ledger::Entry entry{ledger::EntryType::segment, head.hash, own.receipt_ms};
  if (!ledger::verify_inclusion(ledger::entry_leaf(entry), own.index, checkpoint_.size, checkpoint_.root,
                                own.proof.path))
    return Error{Code::not_in_ledger, to_text(head.feed)};
  GANDAN_TRY(const auto here, hash_here(head.feed, head.next - 1));
  GANDAN_TRY(const auto feed, vault_.feed(head.feed));
  const bool mine = feed && feed->device == vault_.identity().id;
  if (mine && here != head.hash) {
    // Another copy of this vault wrote it, or nobody did: the segments themselves will say. Those of a unit
    // that was taken from this device are not for it.
    GANDAN_TRY(const bool readable, may_read(feed->unit));
    if (!request_.fetches_own && readable) return Error{Code::restored, subject(head.feed, head.next - 1)};
    to_be_shown_.push_back(head);
    return {};
  }
  if (here && *here != head.hash) return {};  // a carried feed: the server's refusal says it
  if (here) GANDAN_CHECK(ingest_.receipt(head.feed, head.next - 1, {own.index, own.receipt_ms}));
  return ingest_.sent(head.feed, head.next, head.hash);
}

Result<bool> LedgerClaims::own_heads_shown() {
  for (const auto& head : to_be_shown_) {
    GANDAN_TRY(const auto here, hash_here(head.feed, head.next - 1));
    if (here == head.hash) continue;
    GANDAN_TRY(const auto feed, vault_.feed(head.feed));
    GANDAN_TRY(const bool readable, may_read(feed->unit));
    if (readable) return false;
    GANDAN_CHECK(ingest_.went_on_elsewhere(head.feed));
  }
  return true;
}

Result<bool> LedgerClaims::may_read(const UnitId& unit) const {
  GANDAN_TRY(const auto* roster, vault_.roster());
  return roster->may(vault_.identity().id, roster::Right::read, unit);
}

Status LedgerClaims::receipts(const protocol::Receipts& receipts) {
  struct Claim {
    ledger::IndexedLeaf leaf;
    const protocol::ReceiptRun* run;
    std::size_t at;
  };
  std::vector<Claim> claims;
  for (const auto& run : receipts.runs)
    for (std::size_t i = 0; i < run.indexes.size(); ++i) {
      const std::uint64_t sequence = run.first + i;
      if (!asked_about(run.feed, sequence)) return Error{Code::bad_proof, subject(run.feed, sequence)};
      GANDAN_TRY(const auto hash, hash_here(run.feed, sequence));
      if (!hash) return Error{Code::bad_proof, subject(run.feed, sequence)};
      const ledger::Entry entry{ledger::EntryType::segment, *hash, run.receipt_ms[i]};
      claims.push_back({{run.indexes[i], ledger::entry_leaf(entry)}, &run, i});
    }
  std::sort(claims.begin(), claims.end(),
            [](const Claim& a, const Claim& b) { return a.leaf.index < b.leaf.index; });
  std::vector<ledger::IndexedLeaf> leaves;
  for (const auto& claim : claims) leaves.push_back(claim.leaf);
  if (!ledger::verify_batch_inclusion(leaves, checkpoint_.size, checkpoint_.root, receipts.path))
    return Error{Code::not_in_ledger, "receipts of " + std::to_string(claims.size()) + " segments"};
  for (const auto& claim : claims)
    GANDAN_CHECK(ingest_.receipt(claim.run->feed, claim.run->first + claim.at,
                                 {claim.leaf.index, claim.run->receipt_ms[claim.at]}));
  return {};
}

// What the request brought, or what of an own feed it said was here.
bool LedgerClaims::asked_about(const FeedId& feed, std::uint64_t sequence) const {
  for (const auto& run : request_.runs)
    if (run.run.feed == feed && sequence >= run.run.first && sequence - run.run.first < run.segments.size())
      return true;
  for (const auto& stated : request_.hello.own)
    if (stated.feed == feed && sequence < stated.held) return true;
  return false;
}

Result<std::optional<Hash>> LedgerClaims::hash_here(const FeedId& feed, std::uint64_t sequence) {
  GANDAN_TRY(auto row, vault_.db().query("SELECT hash FROM segment JOIN feed ON feed.number = segment.feed "
                                         "WHERE feed.id = ? AND sequence = ?",
                                         feed, sequence));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<Hash>();
  return std::optional<Hash>(Hash::from(row.blob(0)));
}

Status LedgerClaims::place(std::uint64_t index) const {
  if (index < checkpoint_.size) return {};
  return Error{Code::bad_proof, "ledger #" + std::to_string(index) + " lies beyond the checkpoint"};
}

Status LedgerClaims::leaves(const protocol::Leaves& leaves) {
  if (!request_.hello.leaves_from) return Error{Code::bad_proof, "entries that were not asked for"};
  if (!leaves_) {
    GANDAN_TRY(leaves_, load_frontier(vault_, kLeaves));
  }
  const std::uint64_t count = leaves.entries.size() / ledger::kEntryBytes;
  if (leaves.first != leaves_->size() || count > checkpoint_.size - std::min(checkpoint_.size, leaves.first))
    return Error{Code::bad_proof, "entries of the ledger out of their order"};
  for (ByteView left = leaves.entries; !left.empty(); left = left.subspan(ledger::kEntryBytes))
    leaves_->append(ledger::leaf_hash(left.first(ledger::kEntryBytes)));
  return ingest_.leaves(leaves.first, leaves.entries);
}

Status LedgerClaims::witnessed(const protocol::Witnessed& witnessed) {
  witnessed_ = true;
  return take_witnessed(vault_, request_.witness, {checkpoint_.size, checkpoint_.root, note_}, witnessed,
                        contradiction_);
}

Status LedgerClaims::done(const protocol::Done& done) {
  // Who was not asked is not guilty of silence.
  if (!witnessed_ && !request_.about_removal) GANDAN_CHECK(this->witnessed({}));
  for (const auto& [unit, next] : done.cursors)
    if (next > checkpoint_.size) return Error{Code::bad_proof, "a cursor beyond the checkpoint"};
  if (done.statements_next > std::max(checkpoint_.size, request_.hello.statements_from))
    return Error{Code::bad_proof, "a cursor beyond the checkpoint"};
  if (done.wraps_next > INT64_MAX) return Error{Code::malformed, "a cursor"};
  if (!leaves_) return {};
  GANDAN_CHECK(save_frontier(vault_, kLeaves, *leaves_));
  if (leaves_->size() != checkpoint_.size) return {};
  if (leaves_->root() != checkpoint_.root)
    return Error{Code::ledger_rewritten, "its entries do not give the root that it signed"};
  return save_frontier(vault_, kProvenLeaves, *leaves_);
}

Result<std::uint64_t> leaves_here(vault::Vault& vault) {
  GANDAN_TRY(const auto frontier, load_frontier(vault, kLeaves));
  return frontier.size();
}

Status drop_unproven_leaves(vault::Vault& vault) {
  GANDAN_TRY(const auto proven, load_frontier(vault, kProvenLeaves));
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  GANDAN_CHECK(vault.db().run("DELETE FROM leaf WHERE idx >= ?", proven.size()));
  GANDAN_CHECK(vault.db().run("DELETE FROM map_lines WHERE map >= ?", proven.size()));
  GANDAN_CHECK(save_frontier(vault, kLeaves, proven));
  return transaction.commit();
}

}  // namespace gandan::sync
