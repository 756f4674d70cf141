// What /metrics tells: each number counts what happened, once, where it happened.
//
// Threading: atomics; any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/result.hpp"

namespace gandan::server {

using Count = std::atomic<std::uint64_t>;

constexpr std::size_t kCodes = 0
#define GANDAN_ERROR(name, text, retry, exit_code, vi, en) +1
#include "base/errors.def"
#undef GANDAN_ERROR
    ;

// One count for each error code.
class CountsByCode {
 public:
  void add(Code code) { counts_[static_cast<std::size_t>(code)] += 1; }
  std::uint64_t of(Code code) const { return counts_[static_cast<std::size_t>(code)]; }

 private:
  std::array<Count, kCodes> counts_{};
};

// How long something took, as counts of what took no longer than each bound.
class Durations {
 public:
  static constexpr std::array<std::uint32_t, 12> kBoundsMs{1,   2,   5,   10,   20,   50,
                                                           100, 200, 500, 1000, 5000, 30'000};
  void add(std::int64_t ms) {
    std::size_t i = 0;
    while (i < kBoundsMs.size() && ms > kBoundsMs[i]) ++i;
    counts_[i] += 1;
    sum_ms_ += static_cast<std::uint64_t>(ms < 0 ? 0 : ms);
  }
  std::uint64_t within(std::size_t i) const { return counts_[i]; }  // i == kBoundsMs.size(): longer than all
  std::uint64_t sum_ms() const { return sum_ms_; }

 private:
  std::array<Count, kBoundsMs.size() + 1> counts_{};  // each of what is above the bound before it
  Count sum_ms_{0};
};

struct Counters {
  Count segments_accepted{0};    // committed, replays not counted
  Count segments_rejected{0};    // of authenticated devices, for whatever reason
  Count statements_accepted{0};  // committed
  Count maps_logged{0};          // feed maps
  Count syncs_served{0};         // answered with Welcome … Done, to its end
  Count bytes_in{0};             // of request bodies and heads, after TLS
  Count bytes_out{0};
  Count commits_failed{0};
  CountsByCode rejections;          // of what a request brought, by why
  CountsByCode refusals;            // of whole requests
  Durations commits;                // of batches, checkpoint given out
  Durations acknowledgements;       // from a submission to its answer: what a device waits for
  Count connections_full{0};        // closed at once: too many in all
  Count connections_of_address{0};  // closed at once: too many strangers of one address
  Count certificates_renewed{0}, certificates_kept{0};  // on SIGHUP
  std::atomic<std::int64_t> connections{0};             // open now
  std::atomic<std::int64_t> expecting{0};               // requests that wait for news now
};

}  // namespace gandan::server
