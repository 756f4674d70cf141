#include "program.hpp"

#include "support/wire_server.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace gandan::server::test {
namespace {

constexpr auto kLook = std::chrono::milliseconds(5);

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments, const std::string& out, const std::string& err,
                 std::optional<unsigned> descriptors, const std::vector<std::string>& environment) {
  std::vector<char*> argv, envp;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  for (const auto& variable : environment) envp.push_back(const_cast<char*>(variable.c_str()));
  for (char** variable = environ; *variable != nullptr; ++variable) envp.push_back(*variable);
  envp.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  // Between fork and exec only what is safe there.
  const int in = ::open("/dev/null", O_RDONLY);
  const int said = ::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int complained = ::open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(in, 0);
  ::dup2(said, 1);
  ::dup2(complained, 2);
  if (descriptors) {
    const rlimit limit{*descriptors, *descriptors};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

Program::~Program() {
  if (pid_ < 0 || status_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Program::running() {
  if (status_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int Program::wait(int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (running()) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("a program that does not end");
    std::this_thread::sleep_for(kLook);
  }
  return *status_;
}

Said gandan_server(const std::vector<std::string>& arguments) {
  const gandan::test::TempFolder folder;
  std::vector<std::string> all{GANDAN_SERVER_PROGRAM};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Program program(all, folder.path("out"), folder.path("err"));
  Said said;
  said.status = program.wait();
  said.out = text_of(folder.path("out"));
  said.err = text_of(folder.path("err"));
  return said;
}

ServerProgram::ServerProgram()
    : authority_(folder_.path(), "authority"), certificate_(authority_.issue("server")) {
  if (const auto store = new_store(); !store.in_folder()) {
    ::setenv("GANDAN_STORE", store.url.c_str(), 1);
    ::setenv("GANDAN_SINGLE_COPY", "1", 1);
  }
  if (const auto said = gandan_server({"init", "--data", data()}); said.status != 0)
    throw std::runtime_error(said.err);
}

ServerProgram::~ServerProgram() {
  ::unsetenv("GANDAN_STORE");
  ::unsetenv("GANDAN_SINGLE_COPY");
}

void ServerProgram::begin(std::optional<unsigned> descriptors, const std::vector<std::string>& more) {
  const std::string port_file = folder_.path("port-" + std::to_string(++starts_));
  std::vector<std::string> arguments{GANDAN_SERVER_PROGRAM,
                                     "run",
                                     "--data",
                                     data(),
                                     "--listen",
                                     "127.0.0.1:" + std::to_string(port_),
                                     "--cert",
                                     certificate_.certificate,
                                     "--key",
                                     certificate_.key,
                                     "--port-file",
                                     port_file};
  arguments.insert(arguments.end(), more.begin(), more.end());
  program_ = std::make_unique<Program>(arguments, folder_.path("server.out"), folder_.path("server.log"),
                                       descriptors, environment_);
}

void ServerProgram::start(std::optional<unsigned> descriptors, const std::vector<std::string>& more) {
  begin(descriptors, more);
  const std::string port_file = folder_.path("port-" + std::to_string(starts_));
  std::string text;
  while ((text = text_of(port_file)).empty()) {
    if (!program_->running()) throw std::runtime_error("the server does not start: " + log());
    std::this_thread::sleep_for(kLook);
  }
  std::istringstream(text) >> port_ >> metrics_port_;
}

int ServerProgram::stop() {
  program_->kill(SIGTERM);
  return program_->wait();
}

void ServerProgram::kill9() {
  program_->kill(SIGKILL);
  program_->wait();
}

std::string ServerProgram::log() const { return text_of(folder_.path("server.log")); }

}  // namespace gandan::server::test
