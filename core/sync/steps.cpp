#include "sync/steps.hpp"

#include "changelog/blob.hpp"
#include "vault/lease.hpp"
#include "vault/rotation.hpp"
#include "vault/witness.hpp"
#include "vault/wraps.hpp"

namespace gandan::sync {
namespace {

constexpr std::size_t kMostChunks = 100'000;  // names in memory at a time

// A refusal names an error code of this program's own list; an unknown one is from a newer server.
Error refusal_error(const protocol::Refusal& refusal) {
  return Error{code_from_text(refusal.code).value_or(Code::server_refused), refusal.code};
}

Status note_contradiction(vault::Vault& vault, const Error& error,
                          const std::optional<Contradiction>& contradiction) {
  if (contradiction) GANDAN_CHECK(keep_contradiction(vault, *contradiction));
  if (error.code == Code::ledger_rewritten) GANDAN_CHECK(drop_unproven_leaves(vault));
  if (error.code == Code::ledger_went_back || error.code == Code::ledger_rewritten)
    GANDAN_CHECK(vault::doubt_ledger(vault, true));
  switch (error.code) {
    case Code::ledger_went_back:
    case Code::ledger_rewritten:
    case Code::fork:
    case Code::bad_checkpoint:
    case Code::bad_proof:
    case Code::not_in_ledger:
    case Code::bad_signature:
      return vault.add_finding(error.code, nullptr, 0, error.detail, {});
    default:
      return {};
  }
}

}  // namespace

Result<std::optional<Call>> Steps::next() {
  if (stage_ == Stage::first) {
    GANDAN_TRY(const auto keys, vault::mend_keys(vault_));
    report_.rotated = keys.rotated;
    GANDAN_TRY([[maybe_unused]] const auto sealed, vault::seal(vault_));
    GANDAN_CHECK(vault::send_wraps_again(vault_));
    GANDAN_CHECK(ask_again_for_wraps(vault_));
    stage_ = Stage::exchange;
  }
  if (stage_ == Stage::exchange) return exchange();
  if (stage_ == Stage::removal) return ask_of_removal();
  if (stage_ == Stage::chunks_out) {
    GANDAN_TRY(auto call, chunk_out());
    if (call) return call;
  }
  if (stage_ == Stage::chunks_in) {
    GANDAN_TRY(auto call, chunk_in());
    if (call) return call;
    GANDAN_CHECK(vault_.set_meta_number("last_sync", vault_.clock().wall_ms()));
  }
  return std::optional<Call>();
}

Status Steps::begin() {
  chunk_bytes_.clear();
  if (stage_ != Stage::exchange && stage_ != Stage::removal) return {};
  GANDAN_TRY(response_, ResponseReader::begin(vault_, request_));
  return {};
}

Status Steps::push(ByteView piece) {
  if (stage_ == Stage::exchange || stage_ == Stage::removal) {
    report_.bytes_received += piece.size();
    return response_->push(piece);
  }
  if (stage_ == Stage::chunks_out) return {};
  if (chunk_bytes_.size() + piece.size() > kMaxChunkAnswer) return Code::too_large;
  append(chunk_bytes_, piece);
  return {};
}

Status Steps::end(const Status& network) {
  if (stage_ == Stage::exchange) return exchanged(network);
  if (stage_ == Stage::removal) return heard_of_removal(network);
  return stage_ == Stage::chunks_out ? chunk_went(network) : chunk_came(network);
}

Result<std::optional<Call>> Steps::exchange() {
  GANDAN_TRY(request_, build_request(vault_, options_, !answered_));
  if (!request_.runs.empty()) GANDAN_CHECK(mark_unsure(vault_, true));
  // Before any answer came, and not where there is something to be said: what the device has is sent at once,
  // and the next sync waits.
  const bool may_wait = !answered_ && !request_.probe && !request_.more_to_send;
  if (may_wait && !request_.brings_anything()) request_.wait_seconds = options_.wait_seconds;
  Call call;
  call.body = encode_request(request_);
  report_.bytes_sent += call.body.size();
  ++report_.exchanges;
  return std::optional<Call>(std::move(call));
}

Status Steps::exchanged(const Status& network) {
  if (!network && network.error().code == Code::restored && !asked_for_own_) {
    response_.reset();
    asked_for_own_ = true;
    return mark_own_tail(vault_, true);
  }
  const auto contradiction = response_->contradiction();
  if (!network) {
    response_.reset();  // rolls back first: the finding is kept
    GANDAN_CHECK(note_contradiction(vault_, network.error(), contradiction));
    return network;
  }
  if (const auto refusal = response_->refusal()) {
    const Error error = refusal_error(*refusal);
    response_.reset();
    if (error.code == Code::token_expired && !std::exchange(renewed_token_, true))
      return forget_token(vault_);
    if (error.code != Code::not_authorized) return error;
    refused_ = error;
    renewed_token_ = false;
    stage_ = Stage::removal;
    return {};
  }
  auto outcome = response_->finish();
  response_.reset();
  if (outcome) {
    GANDAN_CHECK(vault::doubt_ledger(vault_, false));
    return answered(std::move(*outcome));
  }
  GANDAN_CHECK(mark_own_tail(vault_, false));
  GANDAN_CHECK(note_contradiction(vault_, outcome.error(), contradiction));
  return outcome.error();
}

Result<std::optional<Call>> Steps::ask_of_removal() {
  GANDAN_TRY(request_, build_removal_request(vault_, options_));
  Call call;
  call.body = encode_removal_request(request_);
  report_.bytes_sent += call.body.size();
  ++report_.exchanges;
  return std::optional<Call>(std::move(call));
}

// The refusal is told in any case.
Status Steps::heard_of_removal(const Status& network) {
  const auto contradiction = response_->contradiction();
  const auto refusal = response_->refusal();
  if (network && refusal && refusal_error(*refusal).code == Code::token_expired &&
      !std::exchange(renewed_token_, true)) {
    response_.reset();
    return forget_token(vault_);
  }
  auto outcome = !network  ? Result<Outcome>(network.error())
                 : refusal ? Result<Outcome>(refusal_error(*refusal))
                           : response_->finish();
  response_.reset();
  if (outcome) {
    add(report_.ingest, outcome->ingest);
    if (outcome->more && outcome->moved) return {};
  } else if (!refusal) {
    GANDAN_CHECK(note_contradiction(vault_, outcome.error(), contradiction));
  }
  return refused_;
}

Status Steps::answered(Outcome outcome) {
  answered_ = true;
  report_.segments_sent += request_.segment_count();
  report_.statements_sent += request_.statements.size();
  report_.ledger_size = outcome.ledger_size;
  // An administrator's device mends what two did not know of each other.
  GANDAN_TRY(const auto mended,
             vault::mend_keys(vault_, outcome.more ? vault::Lost::wait : vault::Lost::pass_over));
  report_.rotated += mended.rotated;
  // Another administrator was faster: what this device had sealed under a roster that never came to be is
  // sealed again, and sent again; that it was refused says nothing. Nor does it where another copy of this
  // vault had come before, and what only this one has goes out in a new feed.
  GANDAN_TRY(const auto sealed_again, vault::seal(vault_));
  if (sealed_again == 0 && !outcome.ingest.restored)
    for (const auto& rejection : outcome.rejected) report_.rejected.push_back(rejection);
  add(report_.ingest, outcome.ingest);
  progress_.segments_sent = report_.segments_sent;
  progress_.segments_received = report_.ingest.segments;
  GANDAN_CHECK(go_on());
  // Wraps and keys of a unit that this answer gave to read lie before the cursors that the request named.
  GANDAN_TRY(const Bytes reads_now, reads(vault_));
  const bool had_cursor = request_.hello.wraps_from != 0 || request_.keys_from != 0;
  const bool reads_more = had_cursor && reads_now != request_.reads;
  GANDAN_TRY(const bool again, bring_again(outcome));
  const bool news = sealed_again != 0 || mended.changed() || reads_more || again ||
                    (outcome.ingest.restored && !outcome.rejected.empty());
  // Refused segments stay; sending them again in this sync would not change the answer.
  if (!news && !outcome.more && (!request_.more_to_send || !outcome.rejected.empty())) {
    // A witness says at once what it cosigned: the others' next syncs rest on it.
    if (outcome.cosigned && !std::exchange(told_, true)) return {};
    // Before attachments, which may take long and break off: contact it was.
    GANDAN_TRY(const bool believed, vault::note_contact(vault_, outcome.server_ms));
    if (believed) report_.server_ms = outcome.server_ms;
    GANDAN_TRY(chunks_, vault::chunks_to_send(vault_, kMostChunks));
    stage_ = Stage::chunks_out;
    return {};
  }
  // Each round brings or takes something, or a server could hold a phone for ever.
  if (!news && !outcome.moved && (!request_.probe || outcome.more))
    return Error{Code::server_refused, "answers that bring nothing and promise more"};
  return {};
}

// Whether this device has to say more to a server that may have lost some of what it said.
Result<bool> Steps::bring_again(const Outcome& outcome) {
  if (!outcome.series) return false;
  GANDAN_TRY(const bool noticed, vault::notice_series(vault_, *outcome.series));
  if (noticed) return true;
  return vault::send_keys_not_shown(vault_);
}

Status Steps::go_on() {
  progress_.chunks_sent = report_.chunks_sent;
  progress_.chunks_received = report_.chunks_received;
  return !options_.progress || options_.progress(progress_) ? Status() : Status(Code::cancelled);
}

Result<std::optional<Call>> Steps::chunk_out() {
  GANDAN_TRY(const auto* roster, vault_.roster());
  for (; chunk_ < chunks_.size(); ++chunk_) {
    const auto& [hash, unit] = chunks_[chunk_];
    // What is carried for a unit in which this device may not write waits for somebody who may.
    if (!roster->may(vault_.identity().id, roster::Right::write, unit)) continue;
    Call call{Call::Kind::put_chunk, {}, {}, hash, unit, {}};
    GANDAN_TRY(call.body, vault::chunk_data(vault_, hash));
    GANDAN_TRY(call.address, vault_.address());
    GANDAN_TRY(call.token, token(vault_));
    chunk_size_ = call.body.size();
    return std::optional<Call>(std::move(call));
  }
  // A chunk whose sender has not come by yet stays wanted; asking once per sync is enough.
  GANDAN_TRY(chunks_, vault::chunks_wanted(vault_, kMostChunks));
  chunk_ = 0;
  stage_ = Stage::chunks_in;
  return std::optional<Call>();
}

Status Steps::chunk_went(const Status& network) {
  GANDAN_CHECK(network);
  GANDAN_CHECK(vault::chunk_sent(vault_, chunks_[chunk_++].hash));
  report_.bytes_sent += chunk_size_;
  ++report_.chunks_sent;
  return go_on();
}

Result<std::optional<Call>> Steps::chunk_in() {
  GANDAN_TRY(const auto* roster, vault_.roster());
  for (; chunk_ < chunks_.size(); ++chunk_) {
    const auto& [hash, unit] = chunks_[chunk_];
    if (!options_.fetch_attachments && !roster->is_schema_chunk(hash)) continue;  // forms are wanted anyway
    Call call{Call::Kind::get_chunk, {}, {}, hash, unit, {}};
    GANDAN_TRY(call.address, vault_.address());
    GANDAN_TRY(call.token, token(vault_));
    return std::optional<Call>(std::move(call));
  }
  stage_ = Stage::over;
  return std::optional<Call>();
}

Status Steps::chunk_came(const Status& network) {
  const auto [hash, unit] = chunks_[chunk_++];
  if (!network && network.error().code == Code::not_found) {
    ++report_.chunks_missing;
    return {};
  }
  GANDAN_CHECK(network);
  if (changelog::blob_chunk_name(chunk_bytes_) != hash)
    return Error{Code::cannot_open, "a chunk is not what it is named"};
  GANDAN_CHECK(vault::keep_chunk(vault_, unit, chunk_bytes_, true));
  report_.bytes_received += chunk_bytes_.size();
  ++report_.chunks_received;
  return go_on();
}

}  // namespace gandan::sync
