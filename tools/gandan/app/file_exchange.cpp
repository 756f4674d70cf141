#include "gandan/app/file_exchange.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.hpp"

namespace gandan::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "gandan-app-";
constexpr const char* kLockName = ".lock";
constexpr std::size_t kMaxName = 120;  // bytes

fs::path parent_folder() {
  struct stat about {};
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/' && ::stat(runtime, &about) == 0 && S_ISDIR(about.st_mode) &&
      about.st_uid == ::geteuid() && (about.st_mode & 077) == 0)
    return runtime;
  std::error_code error;
  const auto folder = fs::temp_directory_path(error);
  return error ? fs::path("/tmp") : folder;
}

int lock(const fs::path& folder, int flags) {
  const int fd = ::open((folder / kLockName).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  if (fd < 0) return -1;
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  ::close(fd);
  return -1;
}

// Those of this user whose program is gone. One that is being made has no lock file yet and is left alone.
void sweep(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().compare(0, kPrefix.size(), kPrefix) != 0) continue;
    struct stat about {};
    if (::lstat(at->path().c_str(), &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != ::geteuid())
      continue;
    const int fd = lock(at->path(), 0);
    if (fd < 0) continue;
    std::error_code ignored;
    fs::remove_all(at->path(), ignored);
    ::close(fd);
  }
}

std::string safe_name(std::string_view name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string out;
  for (const char c : name)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  if (out.size() > kMaxName) {  // the ending stays, for it says what the file is
    const auto dot = out.find_last_of('.');
    const std::string ending = dot != std::string::npos && out.size() - dot <= 12 ? out.substr(dot) : "";
    out = std::string(cut_text(out, kMaxName - ending.size())) + ending;
  }
  return out.empty() || out[0] == '.' ? "file" + out : out;
}

}  // namespace

Result<std::unique_ptr<FileExchange>> FileExchange::make() {
  const fs::path parent = parent_folder();
  sweep(parent);
  std::string folder = (parent / (std::string(kPrefix) + "XXXXXX")).string();
  if (::mkdtemp(folder.data()) == nullptr)
    return Error{Code::file_unwritable, parent.string() + ": " + std::strerror(errno)};
  const int fd = lock(folder, O_CREAT);
  if (fd < 0) return Error{Code::file_unwritable, folder};
  return std::unique_ptr<FileExchange>(new FileExchange(folder, fd));
}

FileExchange::~FileExchange() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  ::close(lock_);
}

Result<fs::path> FileExchange::place(std::string_view name) {
  const fs::path folder = folder_ / std::to_string(++places_);
  if (::mkdir(folder.c_str(), 0700) != 0)
    return Error{Code::file_unwritable, std::string("a folder: ") + std::strerror(errno)};
  return folder / safe_name(name);
}

std::uint64_t FileExchange::room() const {
  std::uint64_t used = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    if (at->is_regular_file(gone)) used += at->file_size(gone);
  }
  return used >= kMaxTotal ? 0 : std::min(kMaxFile, kMaxTotal - used);
}

Result<fs::path> FileExchange::find(const std::string& path) const {
  const fs::path wanted = fs::path(path).lexically_normal();
  const fs::path inside = wanted.lexically_relative(folder_);
  // <folder>/<number>/<name>, or deeper where the core made folders; never the lock.
  if (inside.empty() || *inside.begin() == ".." || std::distance(inside.begin(), inside.end()) < 2)
    return Code::not_found;
  std::error_code error;
  // No link leads out: what it really is must be what it says.
  if (fs::canonical(wanted, error) != fs::canonical(folder_, error) / inside || error) return Code::not_found;
  if (!fs::is_regular_file(fs::symlink_status(wanted, error))) return Code::not_found;
  return wanted;
}

Status FileExchange::remove(const std::string& path) {
  GANDAN_TRY(const fs::path found, find(path));
  std::error_code error;
  fs::remove(found, error);
  if (!error) fs::remove(found.parent_path(), error);  // when it was the last one there
  return {};
}

}  // namespace gandan::cli
