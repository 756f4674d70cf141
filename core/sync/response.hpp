// ResponseReader: takes the answer of one exchange piece by piece, has verified what it claims of the ledger
// (claims.hpp), and hands the rest to vault::Ingest. Nothing is kept unless finish() returns ok.
//
// What a later program made and this one cannot read holds its cursor: it is asked for again, until the
// program is a newer one.
//
// Threading: as the vault's.
#pragma once

#include "sync/claims.hpp"

namespace gandan::sync {

struct Outcome {
  vault::IngestReport ingest;
  std::vector<Rejected> rejected;
  std::uint64_t ledger_size = 0;
  std::int64_t server_ms = 0;
  bool more = false;
  bool moved = false;  // a cursor moved, or something came
  // Of the server's numbers (vault/bring_again.hpp), where the answer had all.
  std::optional<std::uint64_t> series;
  bool cosigned = false;  // this device signed the new checkpoint; the server does not have it yet
};

class ResponseReader {
 public:
  static Result<std::unique_ptr<ResponseReader>> begin(vault::Vault& vault, const Request& request);

  Status push(ByteView piece);
  const std::optional<protocol::Refusal>& refusal() const { return refusal_; }
  const std::optional<Contradiction>& contradiction() const { return claims_->contradiction(); }
  // Code::connection_lost when the answer ended early.
  Result<Outcome> finish();

 private:
  ResponseReader(vault::Vault& vault, const Request& request) : vault_(vault), request_(request) {
    for (const auto& key : request.keys) sent_keys_.insert(key.entry);
  }
  Status frame(const protocol::Frame& frame);
  Status welcome(ByteView payload);
  std::set<RecordId> records_of(const FeedId& feed, std::uint64_t sequence) const;
  bool opens_lost_feed(ByteView statement) const;
  Status statement(ByteView payload);
  Status run(ByteView payload);
  Status pulled(ByteView payload);
  Status hold(const FeedId& feed, std::uint64_t index);
  Status done(ByteView payload);
  Status follow_own_tail();
  Status sent_everything(const protocol::Welcome& welcome);
  Status wraps_sent(const protocol::Welcome& welcome);
  const Bytes* wrap_of_frame(std::uint64_t frame) const;            // nullptr: it is no wrap's
  const vault::KeyToSend* key_of_frame(std::uint64_t frame) const;  // nullptr: it is no key's
  void refused(const protocol::Rejection& rejection, Rejected error);
  Status confirm_refusals();
  Status key(ByteView payload);
  Status keys_next(ByteView payload);
  Status chunks_missing(ByteView payload);

  vault::Vault& vault_;
  const Request& request_;
  std::unique_ptr<vault::Ingest> ingest_;
  protocol::FrameReader frames_;
  protocol::OrderCheck order_{protocol::OrderCheck::Side::response};
  std::optional<protocol::Refusal> refusal_;
  std::optional<protocol::Run> run_;
  std::map<FeedId, Hash> run_heads_;  // where the last run of a feed left it
  Hash previous_;
  std::uint64_t sequence_ = 0;
  std::unique_ptr<LedgerClaims> claims_;
  std::optional<std::uint64_t> statements_next_;      // from where they are asked for again
  std::map<UnitId, std::uint64_t> refused_segments_;  // ledger index of the first per unit
  std::uint64_t refused_stranger_ = UINT64_MAX;       // of a feed that is not known here
  std::set<Bytes> sent_keys_;
  // What the roster may explain, when it is here: keys that were refused as of erased records, and wraps for
  // whom the ledger does not know, or no more.
  std::vector<std::pair<RecordId, Rejected>> keys_of_erased_;
  std::vector<std::pair<Bytes, Rejected>> refused_wraps_;
  Outcome outcome_;
};

void add(vault::IngestReport& sum, const vault::IngestReport& more);

}  // namespace gandan::sync
