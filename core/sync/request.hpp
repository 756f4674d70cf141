// Request: what one exchange sends, read from the vault. See protocol/messages.hpp for the order of frames.
//
// Threading: as the vault's.
#pragma once

#include "protocol/frames.hpp"
#include "sync/sync.hpp"
#include "vault/bring_again.hpp"
#include "vault/key_box.hpp"

namespace gandan::sync {

struct RequestRun {
  protocol::Run run;
  std::vector<Bytes> segments;  // encode_in_run
};
struct Request {
  protocol::Hello hello;
  vault::Vault::SeenCheckpoint checkpoint;  // that the answer must continue
  std::vector<Bytes> statements;
  Bytes reads;  // what this device may read, for what the cursor of wraps was asked
  std::vector<Bytes> wraps;
  std::uint64_t keys_from = 0;
  std::vector<vault::KeyToSend> keys;
  std::vector<RequestRun> runs;
  protocol::Witness witness;
  std::optional<protocol::MapWanted> map;
  std::int64_t bare_before_ms = 0;       // others' segments that were received earlier are wanted bare
  std::uint64_t wait_seconds = 0;        // 0: the answer is wanted at once
  std::vector<vault::ChunkName> chunks;  // that the server may have lost
  // Cut at max_push_bytes, max_push_wraps or max_push_keys, a probe, or keys wait for a statement in it.
  bool more_to_send = false;
  bool probe = false;          // brings no segments and no keys: the server says first where it stands
  bool about_removal = false;  // asks for what removed this device, and for nothing else
  bool fetches_own = false;    // asks for the device's own segments beyond what the server was proven to have

  std::size_t segment_count() const;
  bool brings_anything() const;  // to the server, but for where this device stands
};

// Reads what the server is not known to have. After a push without an answer it is a probe: no segments, so
// that the server says first where it stands. After an answer that showed more of the device's own feeds than
// is here it asks for that: no segments, and own feeds as far as they are proven. `gaps`: units in which a
// segment is missing are asked for again from there; once in a sync, for what a server withholds would be
// asked for without end.
Result<Request> build_request(vault::Vault& vault, const Options& options, bool gaps = true);
Bytes encode_request(const Request& request);
// Of a device that the server refused: it asks for the statements that removed it, and says nothing else.
Result<Request> build_removal_request(vault::Vault& vault, const Options& options);
Bytes encode_removal_request(const Request& request);

// The server claims to have segments of this device that are not here: they are asked for.
Status mark_own_tail(vault::Vault& vault, bool claimed);
// What decides which units this device may read: its roles, and how often units moved.
Result<Bytes> reads(vault::Vault& vault);
// Where the secret of an epoch that it may read is not here, the next request asks for all wraps: at most
// once a day for a current one, once in thirty for what is past.
Status ask_again_for_wraps(vault::Vault& vault);
Status mark_unsure(vault::Vault& vault, bool unsure);
Result<Bytes> token(vault::Vault& vault);  // empty: none
Status forget_token(vault::Vault& vault);

}  // namespace gandan::sync
