#include "sync/response.hpp"

#include <set>

#include "protocol/series.hpp"
#include "sync/feed_map.hpp"
#include "vault/segments.hpp"

namespace gandan::sync {

using protocol::FrameType;

Result<std::unique_ptr<ResponseReader>> ResponseReader::begin(vault::Vault& vault, const Request& request) {
  std::unique_ptr<ResponseReader> reader(new ResponseReader(vault, request));
  GANDAN_TRY(reader->ingest_, vault::Ingest::begin(vault));
  reader->claims_ = std::make_unique<LedgerClaims>(vault, request, *reader->ingest_);
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
    case FrameType::receipts: {
      GANDAN_TRY(const auto receipts, protocol::decode_receipts(frame.payload));
      outcome_.moved |= !receipts.runs.empty();
      return claims_->receipts(receipts);
    }
    case FrameType::statement:
      return statement(frame.payload);
    case FrameType::wrap:
      return ingest_->wrap(frame.payload, vault::WrapState::kept);
    case FrameType::key:
      return key(frame.payload);
    case FrameType::keys_next:
      return keys_next(frame.payload);
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
      outcome_.moved |= !leaves.entries.empty();
      return claims_->leaves(leaves);
    }
    case FrameType::witnessed: {
      GANDAN_TRY(const auto witnessed, protocol::decode_witnessed(frame.payload));
      return claims_->witnessed(witnessed);
    }
    case FrameType::map_lines: {
      GANDAN_TRY(const auto part, protocol::decode_map_lines(frame.payload));
      outcome_.moved = true;
      return take_map_lines(vault_, request_.map, part);
    }
    case FrameType::chunks_missing:
      return chunks_missing(frame.payload);
    case FrameType::done:
      return done(frame.payload);
    default:
      return Code::malformed;
  }
}

Status ResponseReader::welcome(ByteView payload) {
  GANDAN_TRY(const auto welcome, protocol::decode_welcome(payload));
  GANDAN_CHECK(claims_->welcome(welcome));
  outcome_.ledger_size = claims_->size();
  outcome_.server_ms = welcome.server_ms;
  if (!welcome.token.empty()) GANDAN_CHECK(vault_.set_meta("token", welcome.token));
  for (const auto& rejection : welcome.rejected) {
    if (code_from_text(rejection.code) == Code::fork)
      GANDAN_CHECK(ingest_->refused_as_fork(rejection.feed, rejection.sequence));
    Rejected error{{code_from_text(rejection.code).value_or(Code::server_refused),
                    to_text(rejection.feed) + " #" + std::to_string(rejection.sequence)},
                   rejection.feed,
                   rejection.sequence,
                   records_of(rejection.feed, rejection.sequence)};
    refused(rejection, std::move(error));
  }
  return sent_everything(welcome);
}

void ResponseReader::refused(const protocol::Rejection& rejection, Rejected error) {
  const bool frame = rejection.feed.is_zero();
  const auto* wrap = frame ? wrap_of_frame(rejection.sequence) : nullptr;
  const auto* key = frame ? key_of_frame(rejection.sequence) : nullptr;
  if (wrap != nullptr && error.code != Code::too_large)
    refused_wraps_.emplace_back(*wrap, std::move(error));
  else if (key != nullptr && error.code == Code::record_erased)
    keys_of_erased_.emplace_back(key->record, std::move(error));
  else
    outcome_.rejected.push_back(std::move(error));
}

// What another administrator did first explains why a wrap is not needed any more. One that still is will be
// sent again.
Status ResponseReader::confirm_refusals() {
  if (outcome_.more) return {};  // the statements that say why are not all here
  GANDAN_TRY(const auto* roster, vault_.roster());
  for (auto& [record, error] : keys_of_erased_)
    if (roster->erased(record) == nullptr) outcome_.rejected.push_back(std::move(error));
  for (auto& [bytes, error] : refused_wraps_) {
    GANDAN_TRY(const auto wrap, protocol::decode_wrap(bytes));
    if (may_send(vault_, *roster, wrap)) {
      outcome_.rejected.push_back(std::move(error));
      continue;
    }
    GANDAN_CHECK(vault_.db().run("UPDATE wrap SET to_send = ? WHERE bytes = ?",
                                 static_cast<std::int64_t>(vault::WrapState::kept), ByteView(bytes)));
  }
  return {};
}

// Read at once: what the answer brings may take the segment apart, to be said again elsewhere.
std::set<RecordId> ResponseReader::records_of(const FeedId& id, std::uint64_t sequence) const {
  std::set<RecordId> out;
  const auto feed = vault_.feed(id);
  if (!feed.ok() || !*feed) return out;
  const auto opened = vault::SegmentApplier(vault_).read(**feed, sequence);
  if (opened.ok())
    for (const auto& op : opened->ops) out.insert(op.record);
  return out;
}

bool ResponseReader::opens_lost_feed(ByteView bytes) const {
  const auto statement = roster::decode_statement(bytes);
  if (!statement.ok() || statement->issuer != vault_.identity().id ||
      !std::holds_alternative<roster::FeedBody>(statement->body))
    return false;
  const auto roster = vault_.roster();
  return roster.ok() && !(*roster)->knows(roster::statement_hash((*roster)->realm(), *statement));
}

Status ResponseReader::statement(ByteView payload) {
  GANDAN_TRY(const auto logged, protocol::decode_logged_statement(payload));
  GANDAN_CHECK(claims_->place(logged.index));
  // A removed device that was restored gets no tail of a feed that it opened since: were the opening here, it
  // would seal what it has pending at places that are taken. One that is here gets its place: what others
  // said about the feed stands behind it.
  if (request_.about_removal && opens_lost_feed(logged.statement)) return {};
  GANDAN_CHECK(ingest_->statement(logged.statement, vault::Receipt{logged.index, logged.receipt_ms}));
  // What it rests on may have been left out earlier: then all of them are asked for again.
  if (const auto refused = ingest_->refusal(); refused && !statements_next_)
    statements_next_ = *refused == Code::newer_format ? logged.index : 0;
  return {};
}

// The answer came, so the server has what was pushed and not rejected: statements come back with their index.
Status ResponseReader::sent_everything(const protocol::Welcome& welcome) {
  GANDAN_CHECK(mark_unsure(vault_, false));
  GANDAN_CHECK(vault::cosignature_sent(vault_, request_.witness.cosigned));
  return wraps_sent(welcome);
}

// Statement and wrap frames stand behind the Hello. Of more refusals than an answer has room for nothing is
// said, and of one of another frame it is not known what it was for.
Status ResponseReader::wraps_sent(const protocol::Welcome& welcome) {
  const std::uint64_t first = 1 + request_.statements.size();
  std::set<std::uint64_t> refused;
  bool some_unknown = welcome.rejected.size() >= protocol::kMaxRejections;
  for (const auto& rejection : welcome.rejected) {
    if (!rejection.feed.is_zero()) continue;
    some_unknown |= rejection.sequence == 0;
    // It has enough of them: another one is no use to anybody.
    if (code_from_text(rejection.code) != Code::too_large) refused.insert(rejection.sequence);
  }
  if (some_unknown) return {};
  for (std::size_t i = 0; i < request_.wraps.size(); ++i) {
    if (refused.count(first + i) != 0) continue;
    outcome_.moved = true;  // those that the server had move no cursor, and leave fewer to send
    GANDAN_CHECK(vault_.db().run("UPDATE wrap SET to_send = ? WHERE bytes = ?",
                                 static_cast<std::int64_t>(vault::WrapState::sent),
                                 ByteView(request_.wraps[i])));
  }
  return {};
}

const Bytes* ResponseReader::wrap_of_frame(std::uint64_t frame) const {
  const std::uint64_t first = 1 + request_.statements.size();
  if (frame < first || frame - first >= request_.wraps.size()) return nullptr;
  return &request_.wraps[static_cast<std::size_t>(frame - first)];
}

// Frames count from the Hello: statements, wraps, the cursor of keys, runs with their segments, keys.
const vault::KeyToSend* ResponseReader::key_of_frame(std::uint64_t frame) const {
  const std::uint64_t first = 2 + request_.statements.size() + request_.wraps.size() + request_.runs.size() +
                              request_.segment_count();
  if (frame < first || frame - first >= request_.keys.size()) return nullptr;
  return &request_.keys[static_cast<std::size_t>(frame - first)];
}

// An own key that comes back is one that the server has.
Status ResponseReader::key(ByteView payload) {
  outcome_.moved |= sent_keys_.count(to_bytes(payload)) != 0;
  return ingest_->key(payload);
}

Status ResponseReader::keys_next(ByteView payload) {
  GANDAN_TRY(const auto cursor, protocol::decode_key_cursor(payload));
  outcome_.moved |= cursor.next > request_.keys_from;
  // A cursor beyond the server's last entry is from another server, or from one that lied: all are asked for.
  const std::uint64_t next = cursor.next < request_.keys_from ? 0 : cursor.next;
  return vault_.set_meta_number("keys_next", static_cast<std::int64_t>(next));
}

Status ResponseReader::chunks_missing(ByteView payload) {
  GANDAN_TRY(const auto chunks, protocol::decode_chunk_names(payload));
  if (request_.chunks.empty()) return Error{Code::malformed, "chunks that were not asked for"};
  outcome_.moved = true;
  return vault::chunks_told(vault_, request_.chunks, {chunks.names.begin(), chunks.names.end()});
}

Status ResponseReader::run(ByteView payload) {
  GANDAN_TRY(run_, protocol::decode_run(payload));
  sequence_ = run_->first;
  GANDAN_TRY(const auto feed, vault_.feed(run_->feed));
  if (run_->previous) {
    previous_ = *run_->previous;
    return {};
  }
  if (const auto found = run_heads_.find(run_->feed); found != run_heads_.end()) {
    previous_ = found->second;
    return {};
  }
  previous_ = feed ? feed->head : Hash{};
  return {};
}

Status ResponseReader::pulled(ByteView payload) {
  GANDAN_TRY(const auto pulled, protocol::decode_pulled(payload));
  GANDAN_CHECK(claims_->place(pulled.index));
  const vault::Receipt receipt{pulled.index, pulled.receipt_ms};
  GANDAN_TRY(const auto hash, ingest_->segment(run_->feed, sequence_, previous_, pulled.segment, receipt));
  previous_ = hash;
  ++sequence_;
  run_heads_[run_->feed] = hash;
  const auto refused = ingest_->refusal();
  const bool evidence =
      refused == Code::fork || refused == Code::broken_chain || refused == Code::receipt_changed;
  return refused && !evidence ? hold(run_->feed, pulled.index) : Status();
}

Status ResponseReader::hold(const FeedId& id, std::uint64_t index) {
  GANDAN_TRY(const auto* roster, vault_.roster());
  const auto* feed = roster->feed(id);
  auto& first =
      feed == nullptr ? refused_stranger_ : refused_segments_.emplace(feed->unit, index).first->second;
  first = std::min(first, index);
  return {};
}

Status ResponseReader::done(ByteView payload) {
  GANDAN_TRY(const auto done, protocol::decode_done(payload));
  GANDAN_CHECK(claims_->done(done));
  const auto& hello = request_.hello;
  for (const auto& [unit, next] : done.cursors) {
    const auto refused = refused_segments_.find(unit);
    const std::uint64_t held =
        std::min(refused_stranger_, refused == refused_segments_.end() ? UINT64_MAX : refused->second);
    const auto stated = hello.cursors.find(unit);
    outcome_.moved |= next > (stated == hello.cursors.end() ? 0 : stated->second);
    GANDAN_CHECK(
        vault_.db().run("INSERT INTO cursor (unit, next) VALUES (?, ?) "
                        "ON CONFLICT (unit) DO UPDATE SET next = excluded.next",
                        unit, std::min(next, held)));
  }
  const std::uint64_t statements_next = statements_next_.value_or(done.statements_next);
  outcome_.moved |= statements_next > hello.statements_from || done.wraps_next > hello.wraps_from;
  GANDAN_CHECK(vault_.set_meta_number("statements_next", static_cast<std::int64_t>(statements_next)));
  // As of keys: what lies beyond the server's last wrap was never its cursor.
  const std::uint64_t wraps_next = done.wraps_next < hello.wraps_from ? 0 : done.wraps_next;
  GANDAN_CHECK(vault_.set_meta_number("wraps_next", static_cast<std::int64_t>(wraps_next)));
  GANDAN_CHECK(vault_.set_meta("wraps_for", request_.reads));
  outcome_.more = done.more;
  if (!done.more && !request_.about_removal) outcome_.series = protocol::series_of(done.wraps_next);
  return {};
}

Result<Outcome> ResponseReader::finish() {
  if (!order_.finished()) return Error{Code::connection_lost, "the answer ended early"};
  GANDAN_CHECK(follow_own_tail());
  for (const auto& sent : request_.keys)
    GANDAN_CHECK(vault::key_not_taken(vault_, sent.record, sent.key));  // those that did not come back
  // Before it is committed, so that a cosignature that left this device is never forgotten here.
  if (!outcome_.more) {
    GANDAN_TRY(outcome_.cosigned, cosign(vault_));
  }
  GANDAN_TRY(outcome_.ingest, ingest_->commit(outcome_.more));
  GANDAN_CHECK(confirm_refusals());
  return std::move(outcome_);
}

// What a head claimed and no segment of this device's key shows was the server's word alone.
Status ResponseReader::follow_own_tail() {
  if (outcome_.more) return request_.fetches_own ? vault_.set_meta_number(vault::kOwnTail, 2) : Status();
  GANDAN_TRY(const bool shown, claims_->own_heads_shown());
  if (!request_.fetches_own) return {};
  if (!shown) return Error{Code::fork, "the server names segments of this device and does not show them"};
  return mark_own_tail(vault_, false);
}

namespace {
void add(std::optional<vault::Restored>& sum, const std::optional<vault::Restored>& more) {
  if (!more) return;
  if (!sum) sum.emplace();
  sum->fetched += more->fetched;
  sum->kept += more->kept;
  sum->renamed += more->renamed;
  sum->statements += more->statements;
}
}  // namespace

void add(vault::IngestReport& sum, const vault::IngestReport& more) {
  sum.statements += more.statements;
  sum.segments += more.segments;
  sum.ops += more.ops;
  sum.known += more.known;
  sum.held += more.held;
  sum.refused_count += more.refused_count;
  add(sum.restored, more.restored);
  sum.refused.insert(sum.refused.end(), more.refused.begin(), more.refused.end());
}

}  // namespace gandan::sync
