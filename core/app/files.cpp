#include "app/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/legacy_text.hpp"
#include "vault/attachments.hpp"

namespace gandan::app {
namespace {

struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

// What the system says of a file, in both languages; of what is rare its own words.
Error system_error(Code code, const std::string& path, int why) {
  const char* vi = nullptr;
  switch (why) {
    case ENOENT:
      vi = "không có tệp hay thư mục này";
      break;
    case EACCES:
    case EPERM:
      vi = "không được phép";
      break;
    case EISDIR:
      vi = "đây là thư mục, không phải tệp";
      break;
    case ENOTDIR:
      vi = "trên đường dẫn có tên không phải là thư mục";
      break;
    case EROFS:
      vi = "nơi này chỉ cho đọc";
      break;
    case ENAMETOOLONG:
      vi = "tên tệp dài quá";
      break;
    default:
      break;
  }
  const std::string en = std::strerror(why);
  return Error{code, file_name(path) + ": " + en, {{file_name(path), "file", vi == nullptr ? en : vi, en}}};
}

Error write_error(const std::string& path) {
  const int why = errno;
  if (why == ENOSPC || why == EDQUOT)
    return Error{Code::disk_full, file_name(path) + ": " + std::strerror(why)};
  return system_error(Code::file_unwritable, path, why);
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::size_t limit) {
  const auto failed = [&] { return system_error(Code::file_unreadable, path, errno); };
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return failed();
  struct stat about {};
  if (::fstat(file.fd, &about) != 0) return failed();
  if (S_ISDIR(about.st_mode)) return system_error(Code::file_unreadable, path, EISDIR);
  if (about.st_size > 0 && static_cast<std::uint64_t>(about.st_size) > limit)
    return Error{Code::too_large, file_name(path)};
  Bytes out;
  // A pipe or /proc has no size: the bound holds while reading, too.
  std::uint8_t buffer[16384];
  for (;;) {
    const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) return out;
    append(out, ByteView(buffer, static_cast<std::size_t>(got)));
    if (out.size() > limit) return Error{Code::too_large, file_name(path)};
  }
}

Result<Bytes> read_attachment_file(const std::string& path) {
  auto content = read_file(path, vault::kMaxAttachmentBytes);
  if (!content.ok() && content.error().code == Code::too_large)
    return Error{Code::attachment_too_large, content.error().detail};
  return content;
}

Result<std::string> read_text(std::string_view bytes) {
  auto text = decode_text_file(bytes);
  if (!text.ok()) return Code::unknown_encoding;
  return text;
}

NewFile::~NewFile() {
  if (fd_ >= 0) (void)given_up(Error{Code::cancelled});
}

Error NewFile::given_up(const Error& error) {
  ::close(std::exchange(fd_, -1));
  ::unlink(draft_.c_str());
  return error;
}

Status NewFile::begin(bool replace) {
  replace_ = replace;
  struct stat about {};
  if (!replace && ::lstat(path_.c_str(), &about) == 0) return Error{Code::file_exists, file_name(path_)};
  // A fresh name beside it, readable by its owner only: nobody's link is followed, nobody's file overwritten.
  draft_ = path_ + ".XXXXXX";
  fd_ = ::mkostemp(draft_.data(), O_CLOEXEC);
  if (fd_ < 0) return write_error(path_);
  return {};
}

Status NewFile::write(ByteView piece) {
  while (!piece.empty()) {
    const ssize_t put = ::write(fd_, piece.data(), piece.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return given_up(write_error(path_));
    piece = piece.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Status NewFile::place() {
  if (::fsync(fd_) != 0) return given_up(write_error(path_));
  // A link, unlike a rename, does not replace what came there meanwhile.
  const bool placed =
      replace_ ? std::rename(draft_.c_str(), path_.c_str()) == 0 : ::link(draft_.c_str(), path_.c_str()) == 0;
  if (!placed && !replace_ && errno == EEXIST) return given_up(Error{Code::file_exists, file_name(path_)});
  // A file system without links (a USB stick's): by renaming after all.
  if (!placed && (replace_ || std::rename(draft_.c_str(), path_.c_str()) != 0))
    return given_up(write_error(path_));
  if (placed && !replace_) ::unlink(draft_.c_str());
  ::close(std::exchange(fd_, -1));
  const auto slash = path_.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
  const Descriptor directory{::open(folder.c_str(), O_RDONLY | O_CLOEXEC)};
  if (directory.fd >= 0) (void)::fsync(directory.fd);
  return {};
}

Status write_file(const std::string& path, ByteView content, bool replace) {
  NewFile file(path);
  GANDAN_CHECK(file.begin(replace));
  GANDAN_CHECK(file.write(content));
  return file.place();
}

Status make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return {};
  errno = error.value();
  return write_error(path);
}

ReservedFile::~ReservedFile() {
  if (reserved_) std::remove(path_.c_str());
}
Status ReservedFile::reserve() {
  GANDAN_CHECK(write_file(path_, {}, false));
  reserved_ = true;
  return {};
}
Status ReservedFile::fill(ByteView content) {
  GANDAN_CHECK(write_file(path_, content, true));
  reserved_ = false;
  return {};
}

std::string file_name(const std::string& path) {
  const auto slash = path.find_last_of("/\\");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string media_type_of(std::string_view name) {
  static constexpr std::pair<std::string_view, const char*> kKnown[] = {
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".png", "image/png"},
      {".heic", "image/heic"},
      {".webp", "image/webp"},
      {".pdf", "application/pdf"},
      {".txt", "text/plain"},
      {".mp4", "video/mp4"},
      {".m4a", "audio/mp4"},
      {".mp3", "audio/mpeg"},
      {".html", "text/html"},
      {".csv", "text/csv"},
      {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}};
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto& [ending, type] : kKnown)
    if (lower.size() > ending.size() &&
        lower.compare(lower.size() - ending.size(), ending.size(), ending) == 0)
      return type;
  return "application/octet-stream";
}

}  // namespace gandan::app
