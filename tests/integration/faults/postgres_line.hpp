// PostgresLine: stands between a server and its PostgreSQL, on a Unix socket, and cuts connections in the
// middle of a commit: before the database has read COMMIT, or after it has, and before it could say so.
//
// Threading: its own threads; cut_commits from the test's.
#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>

namespace gandan::server::test {

class PostgresLine {
 public:
  // `folder`: of the database's socket; `mine`: where this one's is made.
  PostgresLine(std::string folder, std::string mine);
  ~PostgresLine();
  std::string folder() const { return mine_; }

  enum class Cut { none, before, after };
  // The next commit that passes is cut so; afterwards none is until it is said again.
  void cut_next(Cut how) { next_ = static_cast<int>(how); }
  int cuts() const { return cuts_; }

 private:
  void accept_all();
  void carry(int client);
  Cut take_cut();

  const std::string folder_, mine_;
  int listener_ = -1;
  std::atomic<int> next_{0}, cuts_{0};
  std::atomic<bool> over_{false};
  std::list<std::jthread> carriers_;  // of the accepting thread
  std::jthread acceptor_;
};

}  // namespace gandan::server::test
