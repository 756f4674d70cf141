// Steps: a sync as a machine without a network. It says what is to be sent and takes what came back; run()
// drives it over a Transport that blocks, a shell whose network must not block drives it by itself.
//
//   next() ─> Call ─> the network ─> begin() push()… end() ─┐
//     ^                                                      │      next() without a Call: it is over, see
//     report() └──────────────────────────────────────────────────────┘
//
// Between next() and begin() nothing is held: the vault may be read, saved to, sealed and given statements of
// its own. What others made comes in by nothing but these steps meanwhile (no bundle, no second sync, no move
// of a root).
//
// Threading: as the vault's. After an error it is over.
#pragma once

#include "sync/call.hpp"
#include "sync/response.hpp"
#include "vault/attachments.hpp"

namespace gandan::sync {

class Steps {
 public:
  Steps(vault::Vault& vault, Options options) : vault_(vault), options_(std::move(options)) {}

  Result<std::optional<Call>> next();
  // The answer, in pieces; begin() holds a transaction until end(). `network` is the error that ended it, of
  // the network or of push(): what an error means, whether it ends the sync, is said by end() alone.
  Status begin();
  Status push(ByteView piece);
  Status end(const Status& network);

  const Report& report() const { return report_; }

 private:
  enum class Stage { first, exchange, removal, chunks_out, chunks_in, over };

  Result<std::optional<Call>> exchange();
  Status exchanged(const Status& network);
  // The server refuses this device. Whether it was removed, the signed statements say that it asks for then;
  // without them nothing is believed and nothing changes.
  Result<std::optional<Call>> ask_of_removal();
  Status heard_of_removal(const Status& network);
  Status answered(Outcome outcome);
  Result<bool> bring_again(const Outcome& outcome);
  Result<std::optional<Call>> chunk_out();
  Result<std::optional<Call>> chunk_in();
  Status chunk_went(const Status& network);
  Status chunk_came(const Status& network);
  Status go_on();

  vault::Vault& vault_;
  Options options_;
  Report report_;
  Progress progress_;
  Stage stage_ = Stage::first;
  bool renewed_token_ = false;
  bool asked_for_own_ = false;
  bool answered_ = false;  // an answer was taken; a refused token is none
  bool told_ = false;      // the server, of a cosignature
  Error refused_{Code::not_authorized};
  Request request_;  // that the answer answers
  std::unique_ptr<ResponseReader> response_;
  // Of the stage: which there are, which is next, and what travels.
  std::vector<vault::ChunkName> chunks_;
  std::size_t chunk_ = 0;
  std::size_t chunk_size_ = 0;
  Bytes chunk_bytes_;
};

}  // namespace gandan::sync
