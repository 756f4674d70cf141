// What /metrics tells: each number counts what happened, once, where it happened.
//
// Threading: atomics; any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace gandan::server {

struct Counters {
  using Count = std::atomic<std::uint64_t>;
  Count segments_accepted{0};    // committed, replays not counted
  Count segments_rejected{0};    // of authenticated devices, for whatever reason
  Count statements_accepted{0};  // committed
  Count syncs_served{0};         // answered with Welcome … Done, to its end
  Count bytes_in{0};             // of request bodies and heads, after TLS
  Count bytes_out{0};
  std::atomic<std::int64_t> connections{0};  // open now
};

}  // namespace gandan::server
