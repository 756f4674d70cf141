// Call: one thing that a sync sends over the network, and how HTTP has it (schema/wire/sync.md).
//
// Threading: pure functions.
#pragma once

#include "sync/sync.hpp"

namespace gandan::sync {

struct Call {
  enum class Kind { exchange, put_chunk, get_chunk };
  Kind kind = Kind::exchange;
  Bytes body;                    // of an exchange, of a chunk that goes up
  roster::RealmAddress address;  // as what follows: of chunks
  Hash hash;
  UnitId unit;
  Bytes token;
};

constexpr std::size_t kMaxChunkAnswer = 256 * 1024;  // bytes; a chunk has half of it

struct HttpCall {
  const char* verb = "";
  std::string target;     // path and query
  std::size_t limit = 0;  // bytes of the answer
};
HttpCall http_of(const Call& call);
// Nothing, or the error that it means.
Status status_of(unsigned http_status);

}  // namespace gandan::sync
