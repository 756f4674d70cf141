// Sync: one exchange after another until nothing is left to send or to fetch; normally one. It drives the
// messages of protocol over a Transport and keeps what comes through vault::Ingest.
//
//   seal ─> Hello, statements, wraps, runs of unsent segments, keys ─> POST ─> Welcome: verify checkpoint,
//   consistency, inclusion of own heads ─> statements, roots, segments ─> one transaction ─> chunks of
//   attachments
//
// A witness (protocol/witness.hpp) then says in one more exchange what it cosigned.
//
// A push that never got its answer leaves a mark; the next sync first asks where the server stands, so that
// at most the one segment that was cut is sent again.
//
// Threading: as the vault's; the Transport is called from the same thread.
#pragma once

#include <functional>
#include <set>

#include "vault/ingest.hpp"

namespace gandan::sync {

// The network, as sync needs it. core/sync/asio has the one over TLS.
class Transport {
 public:
  virtual ~Transport() = default;
  // POST /v1/sync. `receive` gets the response body piece by piece; its error ends the exchange and is
  // returned.
  virtual Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) = 0;
  // PUT and GET /v1/<address>/chunks/<hash>, see schema/wire/sync.md.
  virtual Status put_chunk(const roster::RealmAddress& address, const Hash& hash, const UnitId& unit,
                           ByteView token, ByteView data) = 0;
  virtual Result<Bytes> get_chunk(const roster::RealmAddress& address, const Hash& hash, ByteView token) = 0;
  // Asked a few times a second while it waits, on the caller's thread; true ends the call with
  // Code::cancelled.
  virtual void ends_when(std::function<bool()> /*ended*/) {}
};

struct Progress {
  std::uint64_t segments_sent = 0;
  std::uint64_t segments_received = 0;
  std::uint64_t chunks_sent = 0;
  std::uint64_t chunks_received = 0;
};
struct Options {
  bool keep_ledger = false;  // supervisors: fetch every ledger entry, for audits offline
  bool fetch_attachments = true;
  std::size_t max_push_bytes = 4u << 20;  // of segments, per exchange
  std::size_t max_push_wraps = 16'000;    // 2 MB; a removal at a province's top makes 100,000
  std::size_t max_push_keys = 4'000;      // the server takes 5,000
  std::uint32_t max_response = 8u << 20;  // bytes of an answer; the server may send less
  // How long the server may wait for news where it has none and nothing is sent: seconds, at most
  // protocol::Wait::kMaxSeconds; 0: not at all. The vault is held meanwhile, but where Steps are driven by
  // hand.
  std::uint64_t wait_seconds = 0;
  // Of what was received longer ago the contents are left for later; 0: none are. What is held so is fetched
  // by a sync with `fetch_old`.
  std::int64_t recent_days = 0;
  bool fetch_old = false;
  std::function<bool(const Progress&)> progress;  // false cancels between exchanges
};
// Something of ours that the server refused: a segment, or, with a zero feed, the frame of that number.
struct Rejected : Error {
  FeedId feed;
  std::uint64_t sequence = 0;
  std::set<RecordId> records;  // that the segment wrote in, as far as it opens here
};
struct Report {
  std::uint64_t exchanges = 0;  // round trips after the connection stood
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t segments_sent = 0;
  std::uint64_t statements_sent = 0;
  std::uint64_t chunks_sent = 0;
  std::uint64_t chunks_received = 0;
  std::uint64_t chunks_missing = 0;  // the server does not have them (yet)
  vault::IngestReport ingest;
  std::vector<Rejected> rejected;
  std::uint64_t ledger_size = 0;
  std::int64_t server_ms = 0;  // its clock at the end of a whole sync; 0: none that is believed
  std::uint64_t rotated = 0;   // units whose keys this administrator's device put right (vault::mend_keys)
};

// Errors: the transport's; clock_off, server_refused, not_enrolled, not_authorized; ledger_went_back,
// ledger_rewritten, split_view, bad_checkpoint, not_in_ledger when the server contradicts what this device
// has seen: then nothing of the exchange is kept but the finding.
Result<Report> run(vault::Vault& vault, Transport& transport, const Options& options);

}  // namespace gandan::sync
