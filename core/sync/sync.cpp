#include "sync/sync.hpp"

#include "ledger/entry.hpp"
#include "sync/chunks.hpp"
#include "sync/request.hpp"
#include "sync/response.hpp"
#include "vault/lease.hpp"
#include "vault/rotation.hpp"

namespace gandan::sync {
namespace {

// A refusal names an error code of this program's own list; an unknown one is from a newer server.
Error refusal_error(const protocol::Refusal& refusal) {
  return Error{code_from_text(refusal.code).value_or(Code::server_refused), refusal.code};
}

Status note_contradiction(vault::Vault& vault, const Error& error,
                          const std::optional<Contradiction>& contradiction) {
  if (contradiction) GANDAN_CHECK(keep_contradiction(vault, *contradiction));
  if (error.code == Code::ledger_rewritten) GANDAN_CHECK(drop_unproven_leaves(vault));
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

// The server refuses this device. Whether it was removed, the signed statements say that it asks for; without
// them nothing is believed and nothing changes. The refusal is told in any case.
Status hear_of_removal(vault::Vault& vault, Transport& transport, const Options& options, Report& report) {
  bool renewed_token = false;
  for (;;) {
    GANDAN_TRY(const auto request, build_removal_request(vault, options));
    const Bytes body = encode_removal_request(request);
    report.bytes_sent += body.size();
    ++report.exchanges;
    GANDAN_TRY(auto response, ResponseReader::begin(vault, request));
    const auto exchanged = transport.exchange(body, [&](ByteView piece) -> Status {
      report.bytes_received += piece.size();
      return response->push(piece);
    });
    const auto contradiction = response->contradiction();
    const auto refusal = response->refusal();
    if (exchanged && refusal && !std::exchange(renewed_token, true) &&
        refusal_error(*refusal).code == Code::token_expired) {
      response.reset();
      GANDAN_CHECK(forget_token(vault));
      continue;
    }
    auto outcome = !exchanged ? Result<Outcome>(exchanged.error())
                   : refusal  ? Result<Outcome>(refusal_error(*refusal))
                              : response->finish();
    response.reset();
    if (!outcome) {
      if (!refusal) GANDAN_CHECK(note_contradiction(vault, outcome.error(), contradiction));
      return {};
    }
    add(report.ingest, outcome->ingest);
    if (!outcome->more || !outcome->moved) return {};
  }
}

}  // namespace

Result<Report> run(vault::Vault& vault, Transport& transport, const Options& options) {
  Report report;
  GANDAN_TRY(const auto keys, vault::mend_keys(vault));
  report.rotated = keys.rotated;
  GANDAN_TRY([[maybe_unused]] const auto sealed, vault::seal(vault));
  Progress progress;
  bool renewed_token = false;
  bool asked_for_own = false;
  bool told = false;  // the server, of a cosignature
  std::int64_t server_ms = 0;
  for (;;) {
    GANDAN_TRY(auto request, build_request(vault, options));
    if (!request.runs.empty()) GANDAN_CHECK(mark_unsure(vault, true));
    const Bytes body = encode_request(request);
    report.bytes_sent += body.size();
    ++report.exchanges;

    GANDAN_TRY(auto response, ResponseReader::begin(vault, request));
    const auto exchanged = transport.exchange(body, [&](ByteView piece) -> Status {
      report.bytes_received += piece.size();
      return response->push(piece);
    });
    if (!exchanged && exchanged.error().code == Code::restored && !asked_for_own) {
      response.reset();
      asked_for_own = true;
      GANDAN_CHECK(mark_own_tail(vault, true));
      continue;
    }
    const auto contradiction = response->contradiction();
    if (!exchanged) {
      response.reset();  // rolls back first: the finding is kept
      GANDAN_CHECK(note_contradiction(vault, exchanged.error(), contradiction));
      return exchanged.error();
    }
    if (const auto refusal = response->refusal()) {
      const Error error = refusal_error(*refusal);
      response.reset();
      if (error.code == Code::token_expired && !renewed_token) {
        renewed_token = true;
        GANDAN_CHECK(forget_token(vault));
        continue;
      }
      if (error.code == Code::not_authorized)
        GANDAN_CHECK(hear_of_removal(vault, transport, options, report));
      return error;
    }
    auto outcome = response->finish();
    response.reset();
    if (!outcome) {
      GANDAN_CHECK(mark_own_tail(vault, false));
      GANDAN_CHECK(note_contradiction(vault, outcome.error(), contradiction));
      return outcome.error();
    }
    report.segments_sent += request.segment_count();
    report.ledger_size = outcome->ledger_size;
    server_ms = outcome->server_ms;
    // An administrator's device mends what two did not know of each other.
    GANDAN_TRY(const auto mended, vault::mend_keys(vault));
    report.rotated += mended.rotated;
    // Another administrator was faster: what this device had sealed under a roster that never came to be is
    // sealed again, and sent again; that it was refused says nothing. Nor does it where another copy of this
    // vault had come before, and what only this one has goes out in a new feed.
    GANDAN_TRY(const auto sealed_again, vault::seal(vault));
    if (sealed_again == 0 && !outcome->ingest.restored)
      for (auto& rejection : outcome->rejected) report.rejected.push_back(std::move(rejection));
    add(report.ingest, outcome->ingest);
    progress.segments_sent = report.segments_sent;
    progress.segments_received = report.ingest.segments;
    if (options.progress && !options.progress(progress)) return Code::cancelled;
    // Wraps and keys of a unit that this answer gave to read lie before the cursors that the request named.
    GANDAN_TRY(const Bytes reads_now, reads(vault));
    const bool had_cursor = request.hello.wraps_from != 0 || request.keys_from != 0;
    const bool reads_more = had_cursor && reads_now != request.reads;
    const bool news = sealed_again != 0 || mended.changed() || reads_more ||
                      (outcome->ingest.restored && !outcome->rejected.empty());
    // Refused segments stay; sending them again in this sync would not change the answer.
    if (!news && !outcome->more && (!request.more_to_send || !outcome->rejected.empty())) {
      // A witness says at once what it cosigned: the others' next syncs rest on it.
      if (!outcome->cosigned || std::exchange(told, true)) break;
      continue;
    }
    // Each round brings or takes something, or a server could hold a phone for ever.
    if (!news && !outcome->moved && (!request.probe || outcome->more))
      return Error{Code::server_refused, "answers that bring nothing and promise more"};
  }
  // Said before attachments, which may take long and break off: contact it was.
  GANDAN_CHECK(vault::note_contact(vault, server_ms));
  GANDAN_CHECK(exchange_chunks(vault, transport, options, progress, report));
  GANDAN_CHECK(vault.set_meta_number("last_sync", vault.clock().wall_ms()));
  return report;
}

}  // namespace gandan::sync
