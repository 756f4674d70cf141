// A PostgreSQL server of a test's own: in a temporary folder, on a Unix socket, as a user that is not root,
// gone with the test, also when the test is killed. The programs lie in GANDAN_POSTGRES_BIN
// (support/with_postgresql).
//
// Threading: belongs to the thread that made it, which must outlive it. Errors: std::runtime_error.
#pragma once

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

#include "store/pg_connection.hpp"
#include "support/folder.hpp"

namespace gandan::test {

class Postgres {
 public:
  // A new cluster, running.
  Postgres() : Postgres(nullptr) {
    run({"initdb", "-D", data(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-N"});
    start();
  }
  // A standby that follows another one.
  static std::unique_ptr<Postgres> standby_of(const Postgres& primary) {
    std::unique_ptr<Postgres> out(new Postgres(&primary));
    out->run({"pg_basebackup", "-D", out->data(), "-h", primary.socket(), "-U", "postgres", "-R", "-c",
              "fast", "-N"});
    out->start();
    return out;
  }
  ~Postgres() { kill9(); }

  // Of a program's tests that only need some server: its schemas keep them apart.
  static Postgres& of_process() {
    static Postgres one;
    return one;
  }

  std::string socket() const { return folder_.path(); }
  std::string data() const { return folder_ / "data"; }
  std::string url() const { return "postgresql:///postgres?user=postgres&host=" + socket(); }
  std::string url_of(const std::string& schema) const { return url() + "&options=-csearch_path%3D" + schema; }
  // The address of two of which one takes writes.
  static std::string either(const Postgres& a, const Postgres& b) {
    return "postgresql:///postgres?user=postgres&host=" + a.socket() + "," + b.socket();
  }
  std::string new_schema() {
    const std::string name = "t" + std::to_string(schemas_++);
    sql("CREATE SCHEMA " + name);
    return url_of(name);
  }

  void sql(const std::string& text) const { sql(url(), text); }
  static void sql(const std::string& where, const std::string& text) {
    const auto db = server::PgConnection::open(where);
    if (!db.ok()) throw std::runtime_error(db.error().detail);
    const auto done = (*db)->script(text);
    if (!done.ok()) throw std::runtime_error(done.error().detail);
  }
  static std::string ask(const std::string& where, const std::string& text) {
    const auto db = server::PgConnection::open(where);
    if (!db.ok()) throw std::runtime_error(db.error().detail);
    const auto rows = (*db)->run(text);
    if (!rows.ok()) throw std::runtime_error(rows.error().detail);
    return rows->size() == 0 ? std::string() : rows->text(0, 0);
  }
  // A setting that the configuration file keeps, at once.
  void set(const std::string& name, const std::string& value) const {
    sql("ALTER SYSTEM SET " + name + " = '" + value + "'");
    sql("SELECT pg_reload_conf()");
    for (int i = 0; i < 500; ++i) {
      if (ask(url(), "SELECT current_setting('" + name + "')") == value) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("a setting that does not come");
  }
  // Until a standby is there that commits wait for.
  void await_synchronous_standby() const {
    for (int i = 0; i < 1000; ++i) {
      if (ask(url(),
              "SELECT count(*)::text FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')") != "0")
        return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("no synchronous standby");
  }

  void start() {
    server_ = spawn({"postgres", "-D", data(), "-k", socket(), "-c", "listen_addresses=", "-c",
                     "shared_buffers=32MB", "-c", "max_connections=60", "-c", "wal_keep_size=128MB", "-c",
                     "hot_standby=on", "-c", "wal_receiver_status_interval=1s", "-c", "max_wal_senders=5"},
                    folder_ / "server.log");
    for (int i = 0; i < 1500; ++i) {
      if (finish(spawn({"pg_isready", "-q", "-h", socket()}, folder_ / "ready.log")) == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw std::runtime_error("PostgreSQL does not start: " + log());
  }
  // As a machine that loses its power: postmaster and every backend, at once.
  void kill9() {
    if (server_ <= 0) return;
    ::kill(server_, SIGSTOP);
    for (const auto child : children_of(server_)) ::kill(child, SIGKILL);
    ::kill(server_, SIGKILL);
    ::waitpid(server_, nullptr, 0);
    server_ = -1;
  }
  // As an administrator who does not wait (pg_ctl stop -m immediate): connections break, nothing is written.
  void stop_at_once() {
    ::kill(server_, SIGQUIT);
    ::waitpid(server_, nullptr, 0);
    server_ = -1;
  }
  void promote() const { run({"pg_ctl", "promote", "-w", "-s", "-D", data()}); }
  std::string log() const { return std::string(as_text(file_bytes(folder_ / "server.log"))); }

 private:
  explicit Postgres(const Postgres*) {
    const char* bin = std::getenv("GANDAN_POSTGRES_BIN");
    if (bin == nullptr)
      throw std::runtime_error("GANDAN_POSTGRES_BIN: run it by tests/support/with_postgresql");
    bin_ = bin;
    if (::geteuid() == 0) {
      const passwd* user = ::getpwnam("postgres");
      if (user == nullptr) throw std::runtime_error("there is no user postgres");
      uid_ = user->pw_uid;
      gid_ = user->pw_gid;
      if (::chown(folder_.path().c_str(), uid_, gid_) != 0) throw std::runtime_error("chown");
    }
  }

  pid_t spawn(const std::vector<std::string>& arguments, const std::string& log) const {
    const std::string program = bin_ + "/" + arguments[0];
    std::vector<char*> argv;
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("cannot fork");
    if (pid > 0) return pid;
    // Between fork and exec only what is safe there.
    if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(gid_) != 0 || ::setuid(uid_) != 0))
      ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent || ::chdir("/") != 0) ::_exit(126);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int in = ::open("/dev/null", O_RDONLY);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  static int finish(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }
  void run(const std::vector<std::string>& arguments) const {
    const std::string out = folder_ / (arguments[0] + ".log");
    if (finish(spawn(arguments, out)) != 0)
      throw std::runtime_error(arguments[0] + ": " + std::string(as_text(file_bytes(out))));
  }
  static std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> out;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream stat(entry.path() / "stat");
      std::string pid, name, state, of;
      if (stat >> pid >> name >> state >> of && of == std::to_string(parent)) out.push_back(std::stoi(pid));
    }
    return out;
  }

  Folder folder_;
  std::string bin_;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  pid_t server_ = -1;
  int schemas_ = 0;
};

}  // namespace gandan::test
