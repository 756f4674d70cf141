#include "vault/files.hpp"

#include "vault/vault.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace gandan::vault {
namespace {

Error disk_error() {
  return Error{errno == ENOSPC || errno == EDQUOT ? Code::disk_full : Code::disk_failed,
               std::strerror(errno)};
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

Status rename_durably(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return disk_error();
  const auto folder = std::filesystem::path(to).parent_path();
  const File directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (directory.open()) (void)::fsync(directory.get());
  return {};
}

}  // namespace

std::optional<std::int64_t> birth_of([[maybe_unused]] const std::string& path) {
  [[maybe_unused]] constexpr std::int64_t kNs = 1'000'000'000;
#if defined(STATX_BTIME) && !defined(__EMSCRIPTEN__)
  struct statx about = {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_BTIME, &about) != 0 || (about.stx_mask & STATX_BTIME) == 0)
    return std::nullopt;
  return about.stx_btime.tv_sec * kNs + about.stx_btime.tv_nsec;
#elif defined(__APPLE__)
  struct stat about = {};
  if (::stat(path.c_str(), &about) != 0) return std::nullopt;
  return about.st_birthtimespec.tv_sec * kNs + about.st_birthtimespec.tv_nsec;
#else
  return std::nullopt;
#endif
}

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

Status make_folder(const std::string& path) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (error) return Error{Code::disk_failed, error.message()};
  // A folder that somebody else made keeps its rights; the files in it are their owner's anyway.
  if (made) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  return {};
}

Status make_private_file(const std::string& path) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return file.open() ? Status() : disk_error();
}

Result<Bytes> read_file(const std::string& path, std::size_t limit) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return errno == ENOENT || errno == ENOTDIR ? Error{Code::not_found, path} : disk_error();
  Bytes out;
  std::uint8_t buffer[16 * 1024];
  for (;;) {
    const auto got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0) return disk_error();
    if (got == 0) return out;
    if (out.size() + static_cast<std::size_t>(got) > limit) return Code::too_large;
    append(out, ByteView(buffer, static_cast<std::size_t>(got)));
  }
}

Status write_file_atomically(const std::string& path, ByteView content) {
  const std::string beside = path + ".new";
  {
    const File file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.open()) return disk_error();
    while (!content.empty()) {
      const auto put = ::write(file.get(), content.data(), content.size());
      if (put < 0) return disk_error();
      content = content.subspan(static_cast<std::size_t>(put));
    }
    if (::fsync(file.get()) != 0) return disk_error();
  }
  return rename_durably(beside, path);
}

Status remove_file(const std::string& path) {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT ? Status() : disk_error();
}

Status erase_file(const std::string& path) {
  {
    const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.open()) return errno == ENOENT ? Status() : disk_error();
    struct stat about = {};
    if (::fstat(file.get(), &about) != 0) return disk_error();
    const Bytes zeros(64 * 1024);
    for (auto left = static_cast<std::size_t>(about.st_size); left > 0;) {
      const auto put = ::write(file.get(), zeros.data(), std::min(left, zeros.size()));
      if (put < 0) return disk_error();
      left -= static_cast<std::size_t>(put);
    }
    if (::fsync(file.get()) != 0) return disk_error();
  }
  return remove_file(path);
}

Status move_file(const std::string& from, const std::string& to) {
  if (exists(to)) return Error{Code::disk_failed, "exists"};
  return rename_durably(from, to);
}

struct FolderLock {
  File folder;
};
void ReleaseLock::operator()(FolderLock* lock) const { delete lock; }

Result<std::unique_ptr<FolderLock, ReleaseLock>> lock_folder(const std::string& path) {
  std::unique_ptr<FolderLock, ReleaseLock> lock(
      new FolderLock{File(::open(path.c_str(), O_RDONLY | O_CLOEXEC))});
  if (!lock->folder.open()) return disk_error();
  if (::flock(lock->folder.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return Code::vault_locked;
  return lock;
}

}  // namespace gandan::vault
