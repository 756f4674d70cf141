// Small files of the server's folder: keys and the signer's memory. Whoever may read them is the server.
//
// Threading: plain functions; two writers of one path must not meet.
// Errors: not_found, disk_failed, disk_full, store_damaged.
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::server {

constexpr std::size_t kMaxSmallFile = 256 * 1024;

Result<Bytes> read_small_file(const std::filesystem::path& path);
// Writes beside, syncs, renames, syncs the folder: afterwards there is the old file or the new one, never
// half.
Status replace_file(const std::filesystem::path& path, ByteView bytes, bool secret);
// Writes into a file that is there, and syncs it: one sync where replacing takes two and a rename. Whoever
// reads it must be able to tell half of it from all.
Status overwrite(const std::filesystem::path& path, std::size_t offset, ByteView bytes);
// Afterwards the names in it are on the disk.
Status sync_folder(const std::filesystem::path& path);

// Holds a lock on a file until destroyed; the system frees it when the process dies.
class FileLock {
 public:
  static Result<FileLock> take(const std::filesystem::path& path);  // Code::server_running when it is held
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace gandan::server
