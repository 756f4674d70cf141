#include "bench/serving.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "crypto/random.hpp"

namespace gandan::bench {
namespace {

int spawn(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t process = -1;
  const int failed = ::posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) give_up(Error{Code::internal, "cannot start " + command[0]});
  return process;
}

void run(const std::vector<std::string>& command) {
  int status = 0;
  if (::waitpid(spawn(command), &status, 0) < 0 || status != 0)
    give_up(Error{Code::internal, command[0] + " failed"});
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

Certificate make_certificate(WorkFolder& folder) {
  const Certificate made{folder.path("cert.pem"), folder.path("cert-key.pem")};
  run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
       "-days", "2", "-subj", "/CN=gandan-bench", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
       made.key, "-out", made.certificate});
  return made;
}

ServerProcess::ServerProcess(const std::string& program, const std::string& data,
                             const Certificate& certificate, const server::StoreChoice& store)
    : ca_file_(certificate.certificate) {
  const std::string port_file = data + "/port";
  std::filesystem::remove(port_file);
  std::vector<std::string> command{program,       "run",           "--data",      data,
                                   "--listen",    "127.0.0.1:0",   "--cert",      certificate.certificate,
                                   "--key",       certificate.key, "--port-file", port_file,
                                   "--log-level", "error"};
  if (!store.in_folder()) command.insert(command.end(), {"--store", store.url});
  if (store.single_copy) command.emplace_back("--single-copy");
  process_ = spawn(command);
  for (int i = 0; i < 1000; ++i) {
    const std::string port = text_of(port_file);
    if (!port.empty() && port.back() == '\n') {
      port_ = static_cast<std::uint16_t>(std::stoul(port));
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  give_up(Error{Code::internal, program + " does not open its port"});
}

ServerProcess::~ServerProcess() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

std::unique_ptr<sync::HttpsTransport> ServerProcess::connect(std::uint16_t port) const {
  sync::HttpsOptions options;
  options.server = "https://127.0.0.1:" + std::to_string(port);
  options.ca_file = ca_file_;
  return must(sync::HttpsTransport::create(options));
}

std::size_t ServerProcess::resident_bytes() const {
  std::istringstream in(text_of("/proc/" + std::to_string(process_) + "/statm"));
  std::size_t size = 0, resident = 0;
  in >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t ServerProcess::open_files() const {
  const std::filesystem::directory_iterator files("/proc/" + std::to_string(process_) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

double ServerProcess::cpu_seconds() const {
  std::string stat = text_of("/proc/" + std::to_string(process_) + "/stat");
  std::istringstream in(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) in >> skipped;
  double user = 0, system = 0;
  in >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

server::Exchange::State drive(
    const std::function<server::Exchange::State(const std::function<void()>&)>& first,
    const std::function<server::Exchange::State(const std::function<void()>&)>& again) {
  struct Signal {
    std::mutex mutex;
    std::condition_variable condition;
    bool woken = false;
  };
  auto signal = std::make_shared<Signal>();
  const std::function<void()> wake = [signal] {
    const std::lock_guard lock(signal->mutex);
    signal->woken = true;
    signal->condition.notify_one();
  };
  auto state = first(wake);
  while (state == server::Exchange::State::waiting) {
    {
      std::unique_lock lock(signal->mutex);
      signal->condition.wait(lock, [&] { return signal->woken; });
      signal->woken = false;
    }
    state = again(wake);
  }
  return state;
}

Status RelayTransport::exchange(ByteView body, const std::function<Status(ByteView)>& receive) {
  server::Exchange exchange(relay_);
  auto state = drive([&](const auto& wake) { return exchange.feed(body, wake); },
                     [&](const auto& wake) { return exchange.feed({}, wake); });
  if (state == server::Exchange::State::reading) {
    const auto finish = [&](const auto& wake) { return exchange.finish(wake); };
    state = drive(finish, finish);
  }
  if (state != server::Exchange::State::answering) return Code::not_found;
  for (;;) {
    const Bytes piece = exchange.next_piece();
    if (piece.empty()) return {};
    GANDAN_CHECK(receive(piece));
  }
}

SignPublicKey init_server(const std::string& data, const server::StoreChoice& store) {
  must(server::init_server(data, "bench", crypto::system_random(), store));
  return must(server::load_ledger_key(data)).public_key();
}

void admit(const std::string& data, const roster::RealmCard& card, const server::StoreChoice& store) {
  const auto opened = must(server::open_store(data, store, server::Purpose::inspect));
  must(server::admit_realm(*opened, must(server::load_ledger_key(data)), roster::encode_card(card), 0));
}

}  // namespace gandan::bench
