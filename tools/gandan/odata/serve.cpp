#include "gandan/odata/serve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gandan/app/asking.hpp"
#include "gandan/odata/feed.hpp"

namespace gandan::cli {
namespace {

constexpr std::size_t kTokenDigits = 64;  // of new_secret()

struct OpenFile {
  explicit OpenFile(int opened) : fd(opened) {}
  ~OpenFile() {
    if (fd >= 0) ::close(fd);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd;
};

Error unfit_file(const std::string& path) {
  return {Code::file_unreadable,
          path,
          {{"--token-file", "content", "Tệp không phải do lệnh này tạo, hoặc người khác cũng đọc được.",
            "This file was not made by this command, or others can read it, too."}}};
}

// What stands in the file, of its owner's alone; a file that is not there is made.
Result<std::string> kept_token(const std::string& path) {
  const OpenFile made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (made.fd >= 0) {
    const std::string token = new_secret();
    if (::write(made.fd, token.data(), token.size()) != static_cast<ssize_t>(token.size())) {
      ::unlink(path.c_str());
      return Error{Code::file_unwritable, path};
    }
    return token;
  }
  if (errno != EEXIST) return Error{Code::file_unwritable, path};
  const OpenFile there(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat about {};
  if (there.fd < 0 || ::fstat(there.fd, &about) != 0) return Error{Code::file_unreadable, path};
  std::string token(kTokenDigits + 1, '\0');
  const ssize_t size = ::read(there.fd, token.data(), token.size());
  token.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  const bool private_file = (about.st_mode & (S_IRWXG | S_IRWXO)) == 0;
  if (!private_file || token.size() != kTokenDigits || !from_hex(token)) return unfit_file(path);
  return token;
}

}  // namespace

Status serve_feed(const FeedOptions& options, const Seams& seams,
                  const std::function<void(const std::string& address)>& ready) {
  std::string token = options.token_file.empty() ? new_secret() : std::string();
  if (token.empty()) {
    GANDAN_TRY(token, kept_token(options.token_file));
  }
  GANDAN_TRY(const auto loopback, Loopback::listen(options.port));
  // Behind it, so that what asks goes before what is asked.
  std::string error;
  const auto runner = shell::Runner::start(options.open, seams, error);
  if (runner == nullptr) return error_in(error);
  Feed feed(*loopback, *runner, std::move(token));
  ready(feed.address());
  loopback->run(feed);
  return {};
}

}  // namespace gandan::cli
