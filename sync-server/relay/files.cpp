#include "relay/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace gandan::server {
namespace {

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error failed(const std::filesystem::path& path) {
  const int error = errno;
  return Error{error == ENOENT   ? Code::not_found
               : error == ENOSPC ? Code::disk_full
                                 : Code::disk_failed,
               path.string() + ": " + std::generic_category().message(error)};
}

Status write_all(const Fd& fd, const std::filesystem::path& path, std::size_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const auto n = ::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(path);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::size_t>(n);
  }
  return {};
}

}  // namespace

Result<Bytes> read_small_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return failed(path);
  Bytes out(kMaxSmallFile + 1);
  std::size_t size = 0;
  while (size < out.size()) {
    const auto n = ::read(fd.get(), out.data() + size, out.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(path);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  if (size > kMaxSmallFile) return Error{Code::too_large, path.string()};
  out.resize(size);
  return out;
}

Status replace_file(const std::filesystem::path& path, ByteView bytes, bool secret) {
  const std::filesystem::path beside = path.string() + ".new";
  {
    const Fd fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644));
    if (fd.get() < 0) return failed(beside);
    GANDAN_CHECK(write_all(fd, beside, 0, bytes));
    if (::fsync(fd.get()) != 0) return failed(beside);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed(path);
  return sync_folder(path.parent_path());
}

Status sync_folder(const std::filesystem::path& path) {
  const Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return failed(path);
  return {};
}

Status overwrite(const std::filesystem::path& path, std::size_t offset, ByteView bytes) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd.get() < 0) return failed(path);
  GANDAN_CHECK(write_all(fd, path, offset, bytes));
  if (::fdatasync(fd.get()) != 0) return failed(path);
  return {};
}

Result<FileLock> FileLock::take(const std::filesystem::path& path) {
  FileLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.fd_ < 0) return failed(path);
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Error{Code::server_running, path.string()};
    return failed(path);
  }
  return lock;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace gandan::server
