// What a test tells the failing disk of a program, and hears of it: memory that both share. See
// failing_disk.hpp.
//
// Threading: atomics only. Plain enough for a library that is loaded before anything else.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gandan::server::test {

enum DiskFile : std::uint32_t { kLog = 1, kDatabase = 2, kSigner = 4, kOther = 8, kEveryFile = 15 };

struct DiskControl {
  std::atomic<std::uint32_t> sync_us;     // that each sync takes
  std::atomic<std::uint32_t> fail_files;  // whose syncs fail: DiskFile
  std::atomic<std::int32_t> fail_syncs;   // so many of the next ones
  std::atomic<std::uint32_t> hold_files;  // whose syncs begin, and then wait until this is taken back
  std::atomic<std::uint32_t> held;        // syncs that wait so
  std::atomic<std::int64_t> room;         // that files may still grow by; kNoLimit
  std::atomic<std::uint64_t> syncs, failed,
      refused;  // counted: syncs that went well, that failed; writes without room
};
constexpr std::int64_t kNoLimit = INT64_MAX;

constexpr std::size_t kDiskPage = 4096;
constexpr std::size_t kDiskPages = 1 << 16;  // of a file, at most

constexpr const char* kDiskFolder = "GANDAN_TEST_DISK_FOLDER";    // whose files are watched
constexpr const char* kDiskKept = "GANDAN_TEST_DISK_KEPT";        // what a power loss leaves of them
constexpr const char* kDiskControl = "GANDAN_TEST_DISK_CONTROL";  // a file with a DiskControl

}  // namespace gandan::server::test
