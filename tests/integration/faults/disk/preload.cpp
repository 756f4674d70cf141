// Stands between a program and its disk (LD_PRELOAD): keeps what a power loss would leave of each file in a
// second folder, page by page as it is synced, and lets syncs fail as Linux does, and disks be full.
//
//   write ─> the real file, and the page is dirty      sync ─> dirty pages go to the second folder
//                                                       failed sync ─> EIO once; they are dirty no more, and
//                                                       nowhere
//
// That last line is what programs get wrong: the page cache still shows what was written, and the next sync
// succeeds without it. Dirty marks lie in shared files, for they outlive a program that is killed, as the
// page cache does. What changes names (rename, unlink) and lengths is taken to be on the disk at once.
//
// Threading: one lock for all. Errors: a test's own mistakes abort the program.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "control.hpp"

namespace {

using namespace gandan::server::test;

template <class F>
F* real(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}
const auto real_pwrite = real<ssize_t(int, const void*, size_t, off_t)>("pwrite64");
const auto real_write = real<ssize_t(int, const void*, size_t)>("write");
const auto real_ftruncate = real<int(int, off_t)>("ftruncate64");
const auto real_fsync = real<int(int)>("fsync");
const auto real_rename = real<int(const char*, const char*)>("rename");
const auto real_unlink = real<int(const char*)>("unlink");

[[noreturn]] void broken(const char* what) {
  std::fprintf(stderr, "failing disk: %s: %s\n", what, std::strerror(errno));
  std::abort();
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

class Disk {
 public:
  Disk() : folder_(variable(kDiskFolder) + "/"), kept_(variable(kDiskKept) + "/") {
    const int fd = ::open(variable(kDiskControl).c_str(), O_RDWR | O_CLOEXEC);
    void* at =
        fd < 0 ? MAP_FAILED : ::mmap(nullptr, sizeof(DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) broken("no control");
    ::close(fd);
    control_ = static_cast<DiskControl*>(at);
  }

  // The name within the watched folder; empty: none of ours. SQLite's index of the log is memory, not disk.
  std::string name_of(int fd) const {
    char link[64], path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const auto size = ::readlink(link, path, sizeof path - 1);
    return size < 0 ? std::string() : name_of(std::string(path, static_cast<std::size_t>(size)));
  }
  std::string name_of(const std::string& path) const {
    if (path.compare(0, folder_.size(), folder_) != 0) return {};
    const auto name = path.substr(folder_.size());
    const auto ends = [&](const std::string& with) {
      return name.size() >= with.size() && name.compare(name.size() - with.size(), with.size(), with) == 0;
    };
    return ends("-shm") || ends(".lock") || ends("(deleted)") ? std::string() : name;
  }

  // Before the write itself. False: there is no room.
  bool written(int fd, const std::string& name, off_t offset, std::size_t size) {
    struct stat now {};
    if (::fstat(fd, &now) != 0) return true;
    const auto end = offset + static_cast<off_t>(size);
    if (!take_room(end - now.st_size)) return false;
    const std::lock_guard lock(mutex_);
    auto* dirty = file(name).dirty;
    for (auto page = static_cast<std::size_t>(offset) / kDiskPage;
         page * kDiskPage < static_cast<std::size_t>(end); ++page)
      if (page < kDiskPages)
        dirty[page] = 1;
      else
        broken("a file too large for this disk");
    return true;
  }
  void shortened(int fd, const std::string& name, off_t before) {
    struct stat now {};
    if (::fstat(fd, &now) != 0 || now.st_size >= before) return;
    give_room(before - now.st_size);
    const std::lock_guard lock(mutex_);
    auto& it = file(name);
    struct stat kept {};
    if (::fstat(it.fd, &kept) == 0 && kept.st_size > now.st_size) (void)!real_ftruncate(it.fd, now.st_size);
    for (std::size_t page = (static_cast<std::size_t>(now.st_size) + kDiskPage - 1) / kDiskPage;
         page < kDiskPages; ++page)
      it.dirty[page] = 0;
  }

  int synced(int fd, const std::string& name) {
    struct stat now {};
    if (::fstat(fd, &now) != 0) return -1;
    const auto kind = kind_of(name);
    if ((control_->hold_files & kind) != 0) {
      ++control_->held;
      while ((control_->hold_files & kind) != 0) ::usleep(200);
      --control_->held;
    }
    if (const auto us = control_->sync_us.load(); us != 0) ::usleep(us);
    const bool fails = (control_->fail_files & kind) != 0 && control_->fail_syncs.fetch_sub(1) > 0;
    if (!S_ISDIR(now.st_mode)) {
      const std::lock_guard lock(mutex_);
      fails ? drop(file(name)) : keep(file(name), folder_ + name);
    }
    ++(fails ? control_->failed : control_->syncs);
    if (!fails) return 0;
    errno = EIO;
    return -1;
  }

  void renamed(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    forget(from);
    forget(to);
    for (const char* what : {"", ".dirty"})
      real_rename((kept_ + from + what).c_str(), (kept_ + to + what).c_str());
  }
  void removed(const std::string& name, off_t size) {
    give_room(size);
    const std::lock_guard lock(mutex_);
    forget(name);
    for (const char* what : {"", ".dirty"}) real_unlink((kept_ + name + what).c_str());
  }

 private:
  struct File {
    int fd = -1;                    // what is kept of it
    std::uint8_t* dirty = nullptr;  // of each page
  };

  static std::uint32_t kind_of(const std::string& name) {
    if (name == "server.db-wal") return kLog;
    if (name == "server.db") return kDatabase;
    return name.rfind("ledger-high", 0) == 0 ? kSigner : kOther;
  }

  bool take_room(off_t more) {
    if (more <= 0) return true;
    auto room = control_->room.load();
    while (room != kNoLimit) {
      if (room < more) {
        ++control_->refused;
        errno = ENOSPC;
        return false;
      }
      if (control_->room.compare_exchange_weak(room, room - more)) break;
    }
    return true;
  }
  void give_room(off_t less) {
    auto room = control_->room.load();
    while (room != kNoLimit && !control_->room.compare_exchange_weak(room, room + less)) continue;
  }

  File& file(const std::string& name) {
    const auto known = files_.find(name);
    if (known != files_.end()) return known->second;
    const auto path = kept_ + name;
    if (const auto slash = name.rfind('/'); slash != std::string::npos)
      ::mkdir((kept_ + name.substr(0, slash)).c_str(), 0700);
    File out;
    out.fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const int marks = ::open((path + ".dirty").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out.fd < 0 || marks < 0 || real_ftruncate(marks, kDiskPages) != 0) broken("nothing can be kept");
    void* at = ::mmap(nullptr, kDiskPages, PROT_READ | PROT_WRITE, MAP_SHARED, marks, 0);
    if (at == MAP_FAILED) broken("no marks");
    ::close(marks);
    out.dirty = static_cast<std::uint8_t*>(at);
    return files_[name] = out;
  }
  void forget(const std::string& name) {
    const auto known = files_.find(name);
    if (known == files_.end()) return;
    ::close(known->second.fd);
    ::munmap(known->second.dirty, kDiskPages);
    files_.erase(known);
  }
  // A page that a kill interrupts stays dirty.
  static void keep(File& it, const std::string& path) {
    const int from = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat now {};
    if (from < 0 || ::fstat(from, &now) != 0) broken("a file that went away");
    for (std::size_t page = 0; page * kDiskPage < static_cast<std::size_t>(now.st_size); ++page) {
      if (it.dirty[page] == 0) continue;
      char bytes[kDiskPage];
      const auto at = static_cast<off_t>(page * kDiskPage);
      const auto size = ::pread(from, bytes, sizeof bytes, at);
      if (size < 0 || real_pwrite(it.fd, bytes, static_cast<std::size_t>(size), at) != size) broken("a page");
      it.dirty[page] = 0;
    }
    ::close(from);
  }
  static void drop(File& it) { std::memset(it.dirty, 0, kDiskPages); }

  const std::string folder_, kept_;
  DiskControl* control_ = nullptr;
  std::mutex mutex_;
  std::map<std::string, File> files_;  // guarded by mutex_
};

Disk& disk() {
  static Disk& one = *new Disk;  // for as long as anything may still write
  return one;
}

off_t size_of(int fd) {
  struct stat now {};
  return ::fstat(fd, &now) == 0 ? now.st_size : 0;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t offset) {
  if (const auto name = disk().name_of(fd); !name.empty() && !disk().written(fd, name, offset, size))
    return -1;
  return real_pwrite(fd, bytes, size, offset);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return pwrite64(fd, bytes, size, offset);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  if (const auto name = disk().name_of(fd); !name.empty()) {
    const auto at = ::lseek(fd, 0, SEEK_CUR);
    if (at >= 0 && !disk().written(fd, name, at, size)) return -1;
  }
  return real_write(fd, bytes, size);
}

int ftruncate64(int fd, off_t size) noexcept {
  const auto name = disk().name_of(fd);
  const auto before = size_of(fd);
  const int done = real_ftruncate(fd, size);
  if (done == 0 && !name.empty()) disk().shortened(fd, name, before);
  return done;
}
int ftruncate(int fd, off_t size) noexcept { return ftruncate64(fd, size); }

// The files really lie in memory or on the test's disk: nothing waits for that one.
int fsync(int fd) {
  const auto name = disk().name_of(fd);
  return name.empty() ? real_fsync(fd) : disk().synced(fd, name);
}
int fdatasync(int fd) { return fsync(fd); }

int rename(const char* from, const char* to) noexcept {
  const auto was = disk().name_of(std::string(from)), is = disk().name_of(std::string(to));
  const int done = real_rename(from, to);
  if (done == 0 && !was.empty() && !is.empty()) disk().renamed(was, is);
  return done;
}

int unlink(const char* path) noexcept {
  const auto name = disk().name_of(std::string(path));
  struct stat now {};
  const off_t size = ::stat(path, &now) == 0 ? now.st_size : 0;
  const int done = real_unlink(path);
  if (done == 0 && !name.empty()) disk().removed(name, size);
  return done;
}

}  // extern "C"
#pragma GCC visibility pop
