// Programs as children: started with arguments, waited for with patience that ends, killed if a test gives
// up.
//
// Threading: a Program belongs to one thread; kill() may come from another. Errors: std::runtime_error.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "certificates.hpp"
#include "client.hpp"
#include "support/seams.hpp"

namespace gandan::server::test {

class Program {
 public:
  // What it says goes to the files out and err. `descriptors`: how many it may have open. `environment`:
  // beside ours, NAME=value each.
  Program(const std::vector<std::string>& arguments, const std::string& out, const std::string& err,
          std::optional<unsigned> descriptors = {}, const std::vector<std::string>& environment = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void kill(int signal) const { ::kill(pid_, signal); }
  bool running();
  // Its exit status; 128 + n when signal n ended it. Throws when it goes on beyond `seconds`.
  int wait(int seconds = 30);

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// Runs gandan-server to its end.
struct Said {
  int status = 0;
  std::string out, err;
};
Said gandan_server(const std::vector<std::string>& arguments);

// The program `gandan-server run` over a folder that was initialised. Where the tests' stores lie in
// PostgreSQL the programs hear of it by their environment.
class ServerProgram {
 public:
  ServerProgram();
  ~ServerProgram();
  std::string data() const { return folder_.path("data"); }
  std::string authority() const { return authority_.file(); }
  std::uint16_t port() const { return port_; }
  std::uint16_t metrics_port() const { return metrics_port_; }  // 0: none was asked for
  const Authority::Files& certificate() const { return certificate_; }
  // Another one of the same authority in the files of the one it has.
  void replace_certificate(const std::string& name) { certificate_ = authority_.issue(name); }
  std::string path(const std::string& name) const { return folder_.path(name); }
  // Port 0: the one it had before, or any the first time.
  void start(std::optional<unsigned> descriptors = {}, const std::vector<std::string>& more = {});
  // Does not wait until it listens. Its port is the one that it had.
  void begin(std::optional<unsigned> descriptors = {}, const std::vector<std::string>& more = {});
  // Of the programs that are started from now on, beside ours: NAME=value each.
  void set_environment(std::vector<std::string> environment) { environment_ = std::move(environment); }
  Program& program() { return *program_; }
  int stop();  // SIGTERM; its exit status
  void kill9();
  std::string log() const;
  TlsClient client(const TlsWish& wish = {}) const { return {port_, authority(), wish}; }

 private:
  gandan::test::TempFolder folder_;
  Authority authority_;
  Authority::Files certificate_;
  std::unique_ptr<Program> program_;
  std::uint16_t port_ = 0, metrics_port_ = 0;
  std::vector<std::string> environment_;
  int starts_ = 0;
};

}  // namespace gandan::server::test
