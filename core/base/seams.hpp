// The seams through which time and randomness enter. Disk enters through SQLite's VFS
// (storage), the network through sync::Transport. Tests and the simulation replace all four.
//
// Threading: an implementation must allow calls from several threads; the ones here do.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace gandan {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t wall_ms() = 0;       // milliseconds since 1970-01-01T00:00:00Z
  virtual std::int64_t monotonic_ms() = 0;  // milliseconds since some fixed moment; never steps back
};
Clock& system_clock();

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;  // cryptographically strong, except in tests
};
// The system's generator is crypto::system_random(): this folder links no cryptography.

template <class Id>
Id random_id(Random& random) {
  Id out;
  random.fill(out.bytes);
  return out;
}

}  // namespace gandan
