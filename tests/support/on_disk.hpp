// A vault on the disk of a test: CrashVfs below the layer that encrypts pages.
//
// Threading: one thread.
#pragma once

#include <sqlite3.h>

#include "support/catch.hpp"
#include "support/crash_vfs.hpp"

namespace gandan::test {

// While it lives, every database opens on the crashing disk, below the layer that encrypts pages.
class OnDisk {
 public:
  explicit OnDisk(const CrashVfs& disk) : before_(sqlite3_vfs_find(nullptr)) {
    REQUIRE(sqlite3mc_vfs_create(disk.name().c_str(), 1) == SQLITE_OK);
  }
  ~OnDisk() { sqlite3_vfs_register(before_, 1); }
  OnDisk(const OnDisk&) = delete;
  OnDisk& operator=(const OnDisk&) = delete;

 private:
  sqlite3_vfs* before_;
};

}  // namespace gandan::test
