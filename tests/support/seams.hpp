// Seams for tests: a clock that stands still until it is told, randomness from a seed, a folder that goes
// away.
#pragma once

#include <atomic>
#include <filesystem>
#include <random>
#include <string>

#include "base/seams.hpp"

namespace gandan::test {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(std::int64_t start_ms = 1'790'000'000'000) : now_(start_ms) {}
  std::int64_t wall_ms() override { return now_ + moved_; }
  std::int64_t monotonic_ms() override { return now_; }
  void advance(std::int64_t ms) { now_ += ms; }
  void set(std::int64_t ms) {
    now_ = ms;
    moved_ = 0;
  }
  // As a person sets a clock: what is monotonic does not notice.
  void move_wall(std::int64_t ms) { moved_ += ms; }

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> moved_{0};
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

class TempFolder {
 public:
  TempFolder() {
    static std::atomic<int> count{0};
    std::random_device device;
    path_ = std::filesystem::temp_directory_path() /
            ("gandan-test-" + std::to_string(device()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& below = {}) const {
    return below.empty() ? path_.string() : (path_ / below).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace gandan::test
