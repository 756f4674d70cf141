// The bytes of the sync messages: schema/wire/sync.md.
#include "base/codec.hpp"
#include "crypto/hash.hpp"
#include "ledger/entry.hpp"
#include "ledger/feed_map.hpp"
#include "protocol/messages.hpp"

namespace gandan::protocol {

template <class A>
void serialize(A& a, FeedHead& m) {
  a(m.feed, m.next, m.hash);
}
template <class A>
void serialize(A& a, StatedFeed& m) {
  a(m.feed, m.next, m.hash, m.held);
}
template <class A>
void serialize(A& a, Hello& m) {
  a(m.version);
  if (m.version != kProtocolVersion) throw DecodeError{Code::newer_format};
  a(m.address, m.device, m.cursors, m.own, m.checkpoint_size, m.statements_from, m.wraps_from, m.leaves_from,
    m.max_response, m.token, m.time_ms, m.signature);
}
template <class A>
void serialize(A& a, Run& m) {
  a(m.feed, m.first, m.previous);
}
template <class A>
void serialize(A& a, OwnReceipt& m) {
  a(m.head, m.index, m.receipt_ms, m.proof);
}
template <class A>
void serialize(A& a, ReceiptRun& m) {
  a(m.feed, m.first, m.indexes, m.receipt_ms);
}
template <class A>
void serialize(A& a, Receipts& m) {
  a(m.runs, m.path);
}
template <class A>
void serialize(A& a, Rejection& m) {
  a(m.feed, m.sequence, m.code);
}
template <class A>
void serialize(A& a, Welcome& m) {
  a(m.server_ms, m.token, m.checkpoint, m.consistency, m.own, m.rejected);
}
template <class A>
void serialize(A& a, LoggedStatement& m) {
  a(m.index, m.receipt_ms, m.statement);
}
template <class A>
void serialize(A& a, KeyCursor& m) {
  a(m.next);
}
template <class A>
void serialize(A& a, RootClaim& m) {
  a(m.size, m.root);
}
template <class A>
void serialize(A& a, Pulled& m) {
  a(m.index, m.receipt_ms, m.segment);
}
template <class A>
void serialize(A& a, Leaves& m) {
  a(m.first, m.entries);
}
template <class A>
void serialize(A& a, Witness& m) {
  a(m.cosigned, m.sizes);
}
template <class A>
void serialize(A& a, CosignedCheckpoint& m) {
  a(m.note, m.consistency);
}
template <class A>
void serialize(A& a, Witnessed& m) {
  a(m.cosigned, m.proofs);
}
template <class A>
void serialize(A& a, MapWanted& m) {
  a(m.index, m.first);
}
template <class A>
void serialize(A& a, BareBefore& m) {
  a(m.receipt_ms);
}
template <class A>
void serialize(A& a, Wait& m) {
  a(m.seconds);
}
template <class A>
void serialize(A& a, MapLines& m) {
  a(m.index, m.count, m.first, m.lines);
}
template <class A>
void serialize(A& a, ChunkNames& m) {
  a(m.names);
}
template <class A>
void serialize(A& a, Done& m) {
  a(m.cursors, m.statements_next, m.wraps_next, m.more);
}
template <class A>
void serialize(A& a, Refusal& m) {
  a(m.code, m.server_ms);
}

Bytes hello_message(const RealmId& realm, const SignPublicKey& ledger_key, const Hello& hello) {
  Hello unsigned_hello = hello;
  unsigned_hello.signature = {};
  Bytes out = crypto::domain_prefix("gandan/hello/v1", realm);
  append(out, ledger_key.view());
  append(out, gandan::encode(unsigned_hello));
  return out;
}

Bytes encode(const Hello& m) { return gandan::encode(m); }
Bytes encode(const Run& m) { return gandan::encode(m); }
Bytes encode(const Welcome& m) { return gandan::encode(m); }
Bytes encode(const Receipts& m) { return gandan::encode(m); }
Bytes encode(const LoggedStatement& m) { return gandan::encode(m); }
Bytes encode(const KeyCursor& m) { return gandan::encode(m); }
Bytes encode(const RootClaim& m) { return gandan::encode(m); }
Bytes encode(const Pulled& m) { return gandan::encode(m); }
Bytes encode(const Leaves& m) { return gandan::encode(m); }
Bytes encode(const Witness& m) { return gandan::encode(m); }
Bytes encode(const Witnessed& m) { return gandan::encode(m); }
Bytes encode(const MapWanted& m) { return gandan::encode(m); }
Bytes encode(const BareBefore& m) { return gandan::encode(m); }
Bytes encode(const Wait& m) { return gandan::encode(m); }
Bytes encode(const MapLines& m) { return gandan::encode(m); }
Bytes encode(const ChunkNames& m) { return gandan::encode(m); }
Bytes encode(const Done& m) { return gandan::encode(m); }
Bytes encode(const Refusal& m) { return gandan::encode(m); }

namespace {

// An entry of the ledger has no receipt before 1970; nothing with one may reach entry_bytes.
Status check_receipt(std::int64_t receipt_ms) {
  if (receipt_ms < 0) return Error{Code::malformed, "receipt"};
  return {};
}

}  // namespace

Result<Hello> decode_hello(ByteView in) {
  if (in.size() > kMaxHelloBytes) return Code::too_large;
  return decode<Hello>(in);
}
Result<Run> decode_run(ByteView in) { return decode<Run>(in); }
Result<Welcome> decode_welcome(ByteView in) {
  GANDAN_TRY(auto welcome, decode<Welcome>(in));
  if (welcome.token.size() > kMaxTokenBytes) return Error{Code::too_large, "token"};
  for (const auto& own : welcome.own) GANDAN_CHECK(check_receipt(own.receipt_ms));
  return welcome;
}
Result<Receipts> decode_receipts(ByteView in) {
  GANDAN_TRY(auto receipts, decode<Receipts>(in));
  for (const auto& run : receipts.runs) {
    if (run.indexes.size() != run.receipt_ms.size() || run.first + run.indexes.size() < run.first)
      return Error{Code::malformed, "receipts"};
    for (const auto ms : run.receipt_ms) GANDAN_CHECK(check_receipt(ms));
  }
  return receipts;
}
Result<LoggedStatement> decode_logged_statement(ByteView in) {
  GANDAN_TRY(auto logged, decode<LoggedStatement>(in));
  GANDAN_CHECK(check_receipt(logged.receipt_ms));
  return logged;
}
Result<KeyCursor> decode_key_cursor(ByteView in) {
  GANDAN_TRY(const auto cursor, decode<KeyCursor>(in));
  if (cursor.next > INT64_MAX) return Error{Code::malformed, "a cursor"};
  return cursor;
}
Result<RootClaim> decode_root_claim(ByteView in) { return decode<RootClaim>(in); }
Result<Pulled> decode_pulled(ByteView in) {
  GANDAN_TRY(auto pulled, decode<Pulled>(in));
  GANDAN_CHECK(check_receipt(pulled.receipt_ms));
  return pulled;
}
Result<Leaves> decode_leaves(ByteView in) {
  GANDAN_TRY(auto leaves, decode<Leaves>(in));
  if (leaves.entries.size() % ledger::kEntryBytes != 0) return Error{Code::malformed, "ledger entries"};
  return leaves;
}
Result<Witness> decode_witness(ByteView in) {
  GANDAN_TRY(auto witness, decode<Witness>(in));
  if (witness.cosigned.size() > kMaxCheckpointNote || witness.sizes.size() > kMaxAskedSizes)
    return Error{Code::too_large, "checkpoints"};
  std::uint64_t before = 0;
  for (const auto size : witness.sizes)
    if (size <= std::exchange(before, size)) return Error{Code::malformed, "sizes of checkpoints"};
  return witness;
}
Result<Witnessed> decode_witnessed(ByteView in) {
  GANDAN_TRY(auto witnessed, decode<Witnessed>(in));
  if (witnessed.cosigned.size() > kMaxCosigned || witnessed.proofs.size() > kMaxAskedSizes)
    return Error{Code::too_large, "checkpoints"};
  for (const auto& one : witnessed.cosigned)
    if (one.note.size() > kMaxCheckpointNote) return Error{Code::too_large, "checkpoint"};
  return witnessed;
}
Result<MapWanted> decode_map_wanted(ByteView in) {
  GANDAN_TRY(const auto wanted, decode<MapWanted>(in));
  if (wanted.index > INT64_MAX || wanted.first > INT64_MAX) return Error{Code::malformed, "a feed map"};
  return wanted;
}
Result<BareBefore> decode_bare_before(ByteView in) {
  GANDAN_TRY(const auto bare, decode<BareBefore>(in));
  GANDAN_CHECK(check_receipt(bare.receipt_ms));
  return bare;
}
Result<Wait> decode_wait(ByteView in) {
  GANDAN_TRY(const auto wait, decode<Wait>(in));
  if (wait.seconds == 0 || wait.seconds > Wait::kMaxSeconds) return Error{Code::malformed, "a wait"};
  return wait;
}
Result<MapLines> decode_map_lines(ByteView in) {
  GANDAN_TRY(auto part, decode<MapLines>(in));
  const std::uint64_t lines = part.lines.size() / ledger::kFeedLineBytes;
  if (part.count > ledger::kMaxFeedLines) return Error{Code::too_large, "a feed map"};
  if (part.index > INT64_MAX || lines == 0 || part.lines.size() % ledger::kFeedLineBytes != 0 ||
      part.first > part.count || lines > part.count - part.first)
    return Error{Code::malformed, "lines of a feed map"};
  return part;
}
Result<ChunkNames> decode_chunk_names(ByteView in) {
  GANDAN_TRY(auto chunks, decode<ChunkNames>(in));
  if (chunks.names.size() > kMaxAskedChunks) return Error{Code::too_large, "names of chunks"};
  return chunks;
}
Result<Done> decode_done(ByteView in) { return decode<Done>(in); }
Result<Refusal> decode_refusal(ByteView in) { return decode<Refusal>(in); }

}  // namespace gandan::protocol
