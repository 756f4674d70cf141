#include "postgres_line.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <set>
#include <stdexcept>
#include <vector>

namespace gandan::server::test {
namespace {

constexpr int kLookMs = 50;

sockaddr_un socket_in(const std::string& folder) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  const std::string path = folder + "/.s.PGSQL.5432";
  if (path.size() >= sizeof out.sun_path) throw std::runtime_error("a socket's path that is too long");
  path.copy(out.sun_path, path.size());
  return out;
}

int connect_to(const std::string& folder) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = socket_in(folder);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

bool send_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const auto n = ::send(fd, bytes, size, MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

// What a client says, message by message (PostgreSQL's protocol 3.0): which of its prepared statements are
// COMMIT, and when one of them is run.
class Listener {
 public:
  // Whether these bytes run a COMMIT.
  bool hears(const char* bytes, std::size_t size) {
    waiting_.append(bytes, size);
    bool commits = false;
    for (std::size_t head = started_ ? 5 : 4; waiting_.size() >= head; head = 5) {
      const std::size_t at = head - 4;
      std::size_t length = 0;
      for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(waiting_[at + i]);
      if (waiting_.size() < at + length) break;
      if (started_) commits |= message(waiting_[0], waiting_.substr(5, length - 4));
      started_ = true;
      waiting_.erase(0, at + length);
    }
    return commits;
  }

 private:
  bool message(char type, const std::string& body) {
    const auto first = body.find('\0');
    if (type == 'P' && body.compare(first + 1, 7, std::string("COMMIT\0", 7)) == 0)
      commits_.insert(body.substr(0, first));
    return type == 'B' && commits_.count(body.substr(first + 1, body.find('\0', first + 1) - first - 1)) != 0;
  }

  std::string waiting_;
  std::set<std::string> commits_;
  bool started_ = false;
};

}  // namespace

PostgresLine::PostgresLine(std::string folder, std::string mine)
    : folder_(std::move(folder)), mine_(std::move(mine)) {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = socket_in(mine_);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 64) != 0)
    throw std::runtime_error("no line to the database");
  acceptor_ = std::jthread([this] { accept_all(); });
}

PostgresLine::~PostgresLine() {
  over_ = true;
  acceptor_.join();
  carriers_.clear();
  ::close(listener_);
}

void PostgresLine::accept_all() {
  while (!over_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, kLookMs) != 1) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) carriers_.emplace_back([this, client] { carry(client); });
  }
}

PostgresLine::Cut PostgresLine::take_cut() {
  const auto how = static_cast<Cut>(next_.exchange(0));
  if (how != Cut::none) ++cuts_;
  return how;
}

void PostgresLine::carry(int client) {
  const int database = connect_to(folder_);
  Listener listener;
  std::vector<char> bytes(65536);
  for (bool open = database >= 0; open && !over_;) {
    pollfd ends[2] = {{client, POLLIN, 0}, {database, POLLIN, 0}};
    if (::poll(ends, 2, kLookMs) < 0) break;
    for (const auto& [from, to] : {std::pair(0, 1), std::pair(1, 0)}) {
      if (!open || ends[from].revents == 0) continue;
      const auto size = ::recv(ends[from].fd, bytes.data(), bytes.size(), 0);
      if (size <= 0) {
        open = false;
        continue;
      }
      const bool commits = from == 0 && listener.hears(bytes.data(), static_cast<std::size_t>(size));
      const auto cut = commits ? take_cut() : Cut::none;
      open = cut != Cut::before && send_all(ends[to].fd, bytes.data(), static_cast<std::size_t>(size)) &&
             cut == Cut::none;
    }
  }
  ::close(client);
  if (database >= 0) ::close(database);
}

}  // namespace gandan::server::test
