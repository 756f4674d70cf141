// Chance that is the same everywhere: the year depends on its seed and its size alone. Every story throws
// dice of its own, named by what it tells, so that one more story moves none of the others.
//
// Threading: a plain value.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/seams.hpp"

namespace gandan::dataset {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  Dice(std::uint64_t seed, std::string_view story, std::uint64_t number = 0) : state_(seed) {
    for (const char c : story) state_ = next() ^ static_cast<std::uint8_t>(c);
    state_ = next() ^ number;
    (void)next();
  }

  std::uint64_t next() {  // splitmix64
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : (next() >> 11) % n; }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return most <= least
               ? least
               : least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  double share() { return static_cast<double>(next() >> 11) / 9007199254740992.0; }  // [0, 1)
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  template <class T, std::size_t n>
  const T& pick(const T (&from)[n]) {
    return from[below(n)];
  }
  template <class T>
  void shuffle(std::vector<T>& all) {
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[below(i)]);
  }

 private:
  std::uint64_t state_;
};

// The seam, for keys, nonces and wraps.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : dice_(seed, "keys") {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(dice_.next() >> 32);
  }

 private:
  Dice dice_;
};

// Stands at the moment of the year that is told.
class YearClock final : public Clock {
 public:
  explicit YearClock(std::int64_t ms) : now_(ms) {}
  std::int64_t wall_ms() override { return now_; }
  std::int64_t monotonic_ms() override { return now_; }
  void set(std::int64_t ms) { now_ = std::max(now_.load(), ms); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace gandan::dataset
