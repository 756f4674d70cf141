// CrashVfs: a VFS for tests that stands between SQLite and the system's and can do to a database what the
// world does: cut the power at any operation, lose or tear what was not synced, fill the disk, break it.
//
//   CrashVfs disk;                      // registers itself as disk.name(); give that as
//   storage::Options::vfs for (std::uint64_t n = 1; ; ++n) {
//     … fresh folder; disk.forget();
//     disk.cut_power_at(n);
//     … work until something fails; note what was acknowledged; close everything
//     if (!disk.power_is_cut()) break;  // n is beyond the last operation: every one has been tried
//     disk.restore_power(CrashVfs::Loss::torn, n);
//     … reopen, compare
//   }
//
// What is written goes to real files through the system's VFS, so the rest of a program sees them; syncs are
// not passed on but remembered: the image of each file at its last sync is what power loss leaves at least.
// Counted operations: each write, truncate, sync and delete, of database, WAL and journal alike.
//
// Threading: one thread. Databases on it are closed before restore_power, forget and destruction.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace gandan::test {

struct CrashState;

class CrashVfs {
 public:
  explicit CrashVfs(std::string name = "crash");
  ~CrashVfs();
  CrashVfs(const CrashVfs&) = delete;
  CrashVfs& operator=(const CrashVfs&) = delete;
  const std::string& name() const;

  struct Counts {
    std::uint64_t writes = 0;
    std::uint64_t truncates = 0;
    std::uint64_t syncs = 0;
    std::uint64_t deletes = 0;
    std::uint64_t reads = 0;  // not in total
    std::uint64_t total() const { return writes + truncates + syncs + deletes; }
  };
  const Counts& counts() const;

  // The n-th counted operation from now (the first is 1) fails and so does all I/O after it.
  void cut_power_at(std::uint64_t n);
  bool power_is_cut() const;

  enum class Loss {
    nothing,   // the process was killed: all that was written is there, and on the disk by now
    killed,    // the same, but what was not synced is still in memory alone: it may go with the power later
    unsynced,  // everything since each file's last sync is gone
    torn,      // of each write since then some sectors of 512 bytes arrived, in no order
  };
  void restore_power(Loss loss, std::uint64_t seed = 0);

  enum class Fault { none, disk_full, write_error, sync_error, read_error };
  // From the n-th operation of that kind on, `times` of them fail (disk_full and write_error count writes).
  void fail_at(Fault fault, std::uint64_t n, std::uint64_t times = 1);

  // Forgets all files and counts, restores power, heals faults.
  void forget();

 private:
  std::unique_ptr<CrashState> state_;
};

}  // namespace gandan::test
