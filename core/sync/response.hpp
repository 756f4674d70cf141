// ResponseReader: takes the answer of one exchange piece by piece, verifies what the ledger claims, and hands
// the rest to vault::Ingest. Nothing is kept unless finish() returns ok.
//
// Threading: as the vault's.
#pragma once

#include "sync/request.hpp"

namespace gandan::sync {

struct Outcome {
  vault::IngestReport ingest;
  std::vector<Error> rejected;
  std::uint64_t ledger_size = 0;
  bool more = false;
};

class ResponseReader {
 public:
  static Result<std::unique_ptr<ResponseReader>> begin(vault::Vault& vault, const Request& request);

  Status push(ByteView piece);
  const std::optional<protocol::Refusal>& refusal() const { return refusal_; }
  // Code::connection_lost when the answer ended early.
  Result<Outcome> finish();

 private:
  ResponseReader(vault::Vault& vault, const Request& request) : vault_(vault), request_(request) {}
  Status frame(const protocol::Frame& frame);
  Status welcome(ByteView payload);
  Status check_ledger(const protocol::Welcome& welcome);
  Status own_receipts(const protocol::Welcome& welcome);
  Status run(ByteView payload);
  Status pulled(ByteView payload);
  Status done(ByteView payload);
  Status sent_everything();

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
  ledger::Checkpoint checkpoint_;
  std::string note_;
  Outcome outcome_;
};

void add(vault::IngestReport& sum, const vault::IngestReport& more);

}  // namespace gandan::sync
