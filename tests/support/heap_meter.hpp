// How much memory a piece of code holds at most: for "no 64 KiB of hostile bytes may allocate more than 1
// MiB". Counts operator new (heap_meter.cpp replaces it); under the address sanitizer every malloc, hence
// also what libcrypto, zstd and SQLite take.
//
// Threading: counts all threads together.
#pragma once

#include <cstddef>

namespace gandan::test {

class HeapMeter {
 public:
  HeapMeter();
  std::size_t peak() const;  // bytes above what was held at construction, at most
  std::size_t held() const;  // bytes above it now

 private:
  std::size_t start_;
};

constexpr std::size_t kHostileCeiling = std::size_t{1} << 20;  // DESIGN.md section 11, last row

// Ends the program when more than that was held between construction and destruction.
class HeapCeiling {
 public:
  explicit HeapCeiling(std::size_t bytes = kHostileCeiling) : bytes_(bytes) {}
  ~HeapCeiling();
  HeapCeiling(const HeapCeiling&) = delete;
  HeapCeiling& operator=(const HeapCeiling&) = delete;

 private:
  std::size_t bytes_;
  HeapMeter meter_;
};

}  // namespace gandan::test
