#include "sync/response.hpp"

#include "ledger/entry.hpp"
#include "ledger/proof.hpp"

namespace gandan::sync {

using protocol::FrameType;

Result<std::unique_ptr<ResponseReader>> ResponseReader::begin(vault::Vault& vault, const Request& request) {
  std::unique_ptr<ResponseReader> reader(new ResponseReader(vault, request));
  GANDAN_TRY(reader->ingest_, vault::Ingest::begin(vault));
  return reader;
}

Status ResponseReader::push(ByteView piece) {
  frames_.push(piece);
  for (;;) {
    GANDAN_TRY(const auto next, frames_.next());
    if (!next) return {};
    GANDAN_CHECK(order_.next(next->type));
    GANDAN_CHECK(frame(*next));
  }
}

Status ResponseReader::frame(const protocol::Frame& frame) {
  switch (frame.type) {
    case FrameType::refusal: {
      GANDAN_TRY(refusal_, protocol::decode_refusal(frame.payload));
      return {};
    }
    case FrameType::welcome:
      return welcome(frame.payload);
    case FrameType::statement: {
      GANDAN_TRY(const auto logged, protocol::decode_logged_statement(frame.payload));
      return ingest_->statement(logged.statement, vault::Receipt{logged.index, logged.receipt_ms});
    }
    case FrameType::wrap:
      return ingest_->wrap(frame.payload, false);
    case FrameType::root: {
      GANDAN_TRY(const auto claim, protocol::decode_root_claim(frame.payload));
      return ingest_->root(claim.size, claim.root);
    }
    case FrameType::run:
      return run(frame.payload);
    case FrameType::pulled:
      return pulled(frame.payload);
    case FrameType::leaves: {
      GANDAN_TRY(const auto leaves, protocol::decode_leaves(frame.payload));
      return ingest_->leaves(leaves.first, leaves.entries);
    }
    case FrameType::done:
      return done(frame.payload);
    default:
      return Code::malformed;
  }
}

Status ResponseReader::welcome(ByteView payload) {
  GANDAN_TRY(const auto welcome, protocol::decode_welcome(payload));
  GANDAN_CHECK(check_ledger(welcome));
  GANDAN_CHECK(own_receipts(welcome));
  if (!welcome.token.empty()) GANDAN_CHECK(vault_.set_meta("token", welcome.token));
  for (const auto& rejection : welcome.rejected)
    outcome_.rejected.push_back(Error{code_from_text(rejection.code).value_or(Code::server_refused),
                                      to_text(rejection.feed) + " #" + std::to_string(rejection.sequence)});
  return sent_everything();
}

// The new checkpoint is the ledger's, and continues the one this device saw last.
Status ResponseReader::check_ledger(const protocol::Welcome& welcome) {
  GANDAN_TRY(const auto* roster, vault_.roster());
  const ledger::NoteKey key{roster::ledger_origin(roster->realm()), ledger::KeyType::ed25519,
                            roster->root().ledger_key};
  GANDAN_TRY(checkpoint_, ledger::open_checkpoint(welcome.checkpoint, key));
  if (checkpoint_.origin != key.name) return Error{Code::bad_checkpoint, "another ledger's checkpoint"};
  const auto& seen = request_.checkpoint;
  if (checkpoint_.size < seen.size)
    return Error{Code::ledger_went_back,
                 std::to_string(checkpoint_.size) + " entries, " + std::to_string(seen.size) + " were seen"};
  if (seen.size != 0) {
    const auto consistent = ledger::verify_consistency(seen.size, seen.root, checkpoint_.size,
                                                       checkpoint_.root, welcome.consistency.path);
    // Whatever does not connect: this device has a signed root that the new one does not continue.
    if (!consistent) return Error{Code::ledger_rewritten, "after " + std::to_string(seen.size) + " entries"};
  }
  note_ = welcome.checkpoint;
  outcome_.ledger_size = checkpoint_.size;
  return vault_.set_checkpoint({checkpoint_.size, checkpoint_.root, note_});
}

Status ResponseReader::own_receipts(const protocol::Welcome& welcome) {
  for (const auto& own : welcome.own) {
    if (own.head.next == 0) {  // the server does not have the feed's segments at all
      GANDAN_CHECK(ingest_->sent(own.head.feed, 0, Hash{}));
      continue;
    }
    const ledger::Entry entry{ledger::EntryType::segment, own.head.hash, own.receipt_ms};
    if (!ledger::verify_inclusion(ledger::entry_leaf(entry), own.index, checkpoint_.size, checkpoint_.root,
                                  own.proof.path))
      return Error{Code::not_in_ledger, to_text(own.head.feed)};
    GANDAN_CHECK(ingest_->receipt(own.head.feed, own.head.next - 1, {own.index, own.receipt_ms}));
    GANDAN_CHECK(ingest_->sent(own.head.feed, own.head.next, own.head.hash));
  }
  for (const auto& receipts : welcome.receipts)
    for (std::size_t i = 0; i < receipts.indexes.size(); ++i)
      GANDAN_CHECK(
          ingest_->receipt(receipts.feed, receipts.first + i, {receipts.indexes[i], receipts.receipt_ms[i]}));
  return {};
}

// The answer came, so the server has what was pushed and not rejected: statements come back with their index.
Status ResponseReader::sent_everything() {
  GANDAN_CHECK(mark_unsure(vault_, false));
  for (const auto& wrap : request_.wraps)
    GANDAN_CHECK(vault_.db().run("UPDATE wrap SET to_send = 0 WHERE bytes = ?", ByteView(wrap)));
  return {};
}

Status ResponseReader::run(ByteView payload) {
  GANDAN_TRY(run_, protocol::decode_run(payload));
  sequence_ = run_->first;
  if (run_->previous) {
    previous_ = *run_->previous;
    return {};
  }
  if (const auto found = run_heads_.find(run_->feed); found != run_heads_.end()) {
    previous_ = found->second;
    return {};
  }
  GANDAN_TRY(const auto feed, vault_.feed(run_->feed));
  previous_ = feed ? feed->head : Hash{};
  return {};
}

Status ResponseReader::pulled(ByteView payload) {
  GANDAN_TRY(const auto pulled, protocol::decode_pulled(payload));
  GANDAN_TRY(const auto hash, ingest_->segment(run_->feed, sequence_, previous_, pulled.segment,
                                               vault::Receipt{pulled.index, pulled.receipt_ms}));
  previous_ = hash;
  ++sequence_;
  run_heads_[run_->feed] = hash;
  return {};
}

Status ResponseReader::done(ByteView payload) {
  GANDAN_TRY(const auto done, protocol::decode_done(payload));
  for (const auto& [unit, next] : done.cursors)
    GANDAN_CHECK(
        vault_.db().run("INSERT INTO cursor (unit, next) VALUES (?, ?) "
                        "ON CONFLICT (unit) DO UPDATE SET next = excluded.next",
                        unit, next));
  GANDAN_CHECK(vault_.set_meta_number("statements_next", static_cast<std::int64_t>(done.statements_next)));
  GANDAN_CHECK(vault_.set_meta_number("wraps_next", static_cast<std::int64_t>(done.wraps_next)));
  outcome_.more = done.more;
  return {};
}

Result<Outcome> ResponseReader::finish() {
  if (!order_.finished()) return Error{Code::connection_lost, "the answer ended early"};
  GANDAN_TRY(outcome_.ingest, ingest_->commit());
  return std::move(outcome_);
}

void add(vault::IngestReport& sum, const vault::IngestReport& more) {
  sum.statements += more.statements;
  sum.segments += more.segments;
  sum.ops += more.ops;
  sum.known += more.known;
  sum.held += more.held;
  sum.refused_count += more.refused_count;
  sum.refused.insert(sum.refused.end(), more.refused.begin(), more.refused.end());
}

}  // namespace gandan::sync
