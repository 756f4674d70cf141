// FailingDisk: the disk of a server program, under the test's control: syncs that fail, that take long, or
// that never end, a disk that is full, and the power that goes: then only what was synced is there.
//
// Threading: belongs to the test's thread; the control is read by the program at any time.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk/control.hpp"
#include "integration/server/wire_program.hpp"

namespace gandan::server::test {

class FailingDisk {
 public:
  // Of a server that was set up and does not run. Programs that it starts from now on are on this disk.
  explicit FailingDisk(ServerProgram& server)
      : server_(server), kept_(server.data() + ".kept"), control_file_(server.data() + ".control") {
    const int fd = ::open(control_file_.c_str(), O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ::ftruncate(fd, sizeof(DiskControl)) != 0) throw std::runtime_error("no control");
    void* at = ::mmap(nullptr, sizeof(DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (at == MAP_FAILED) throw std::runtime_error("no control");
    control = static_cast<DiskControl*>(at);
    control->room = kNoLimit;
    std::filesystem::copy(server.data(), kept_, std::filesystem::copy_options::recursive);
    server.set_environment({std::string("LD_PRELOAD=") + GANDAN_FAILING_DISK,
                            kDiskFolder + ("=" + server.data()), kDiskKept + ("=" + kept_),
                            kDiskControl + ("=" + control_file_), "ASAN_OPTIONS=verify_asan_link_order=0"});
  }
  ~FailingDisk() { ::munmap(control, sizeof(DiskControl)); }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // The next `times` syncs of those files fail.
  void fail(std::uint32_t files, int times) {
    control->fail_files = files;
    control->fail_syncs = times;
  }
  // The next sync of those files waits; returns when one does. Release it, or kill the program.
  void hold(std::uint32_t files) { control->hold_files = files; }
  bool holds(int seconds = 10) const {
    for (int i = 0; i < seconds * 1000 && control->held == 0; ++i) ::usleep(1000);
    return control->held != 0;
  }
  void release() {
    control->hold_files = 0;
    control->held = 0;
  }
  // The program is gone already. What was not synced, goes, too.
  void cut_power() const {
    std::filesystem::remove_all(server_.data());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kept_))
      if (entry.path().extension() == ".dirty") std::filesystem::remove(entry.path());
    std::filesystem::copy(kept_, server_.data(), std::filesystem::copy_options::recursive);
  }

  DiskControl* control = nullptr;

 private:
  ServerProgram& server_;
  const std::string kept_, control_file_;
};

}  // namespace gandan::server::test
