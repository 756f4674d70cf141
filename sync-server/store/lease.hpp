// Lease: which server is a realm's sequencer, as a pure function of the row that they share.
//
//   free ── ask ──> held, undisturbed for kHoldMs ── asked by another meanwhile: its place is kept ──> the
//   other's
//                        └─ every commit prolongs it, unless another waits and the hold has lasted its time
//
// The lease is about turns, not about truth: a server that believes in a hold that is over changes nothing,
// because a commit counts under the row's fence only, and the fence grows with every change of hands. So no
// server's clock matters, and one that dies or stalls delays the others by kHoldMs.
//
// Threading: plain values. Units: milliseconds of the database's clock.
#pragma once

#include <optional>

#include "base/ids.hpp"

namespace gandan::server {

using ServerId = FixedBytes<16, struct ServerTag>;  // of one process

constexpr std::int64_t kHoldMs = 50;
constexpr std::int64_t kPlaceMs = 500;  // how long the place of one that waits is kept

struct Lease {
  std::uint64_t fence = 0;
  ServerId holder, next;  // zero: nobody
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
  std::int64_t next_until_ms = 0;

  bool awaited_by_other(const ServerId& me, std::int64_t now_ms) const {
    return !next.is_zero() && next != me && next_until_ms > now_ms;
  }
};

// Changes the lease as far as `me` may: 0, it is held now; else the milliseconds until it is worth asking
// again. `fence`: the one under which `me` believes to hold it, if it does.
inline std::int64_t ask(Lease& lease, const ServerId& me, std::optional<std::uint64_t> fence,
                        std::int64_t now_ms) {
  const bool mine = lease.holder == me && fence == lease.fence;
  const bool over = lease.until_ms <= now_ms;
  const bool awaited = lease.awaited_by_other(me, now_ms);
  const bool had_its_time = now_ms - lease.since_ms >= kHoldMs;
  if (mine ? !(awaited && had_its_time) : over && !awaited) {
    if (!mine) {
      ++lease.fence;
      lease.holder = me;
      lease.since_ms = now_ms;
    }
    if (lease.next == me) lease.next = {};
    lease.until_ms = now_ms + kHoldMs;
    return 0;
  }
  if (!awaited && !mine) {
    lease.next = me;
    lease.next_until_ms = now_ms + kPlaceMs;
  }
  // Who yields lets the other come in first.
  return mine ? kHoldMs / 5 : std::clamp<std::int64_t>(lease.until_ms - now_ms, 1, kHoldMs);
}

}  // namespace gandan::server
