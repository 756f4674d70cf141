// Settings: a flag goes before the environment, the environment before the file; and what does not serve is
// named before anybody is served.
#include <cstdlib>
#include <fstream>

#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

bool says(const Said& said, const std::string& part) { return said.err.find(part) != std::string::npos; }

class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
};

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// A folder, a certificate, and a file of settings over both; port 0.
struct Settled {
  Settled() { settle(""); }
  void settle(const std::string& more) const {
    write(file, "# of a test\ndata = \"" + server.data() + "\"\ncert = " + server.certificate().certificate +
                    "\n  key=" + server.certificate().key + "\nlisten = 127.0.0.1:0\n" + more);
  }
  Said check(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {"run", "--config", file, "--check-config"});
    return gandan_server(words);
  }
  ServerProgram server;
  std::string file = server.path("settings");
};

}  // namespace

TEST_CASE("settings come from the words, then the environment, then the file") {
  const Settled settled;
  CHECK(settled.check().status == 0);
  // The place that is asked is told by whose value is at fault.
  settled.settle("log-level = loud\n");
  const auto from_file = settled.check();
  CHECK(from_file.status == 2);
  CHECK(says(from_file, "[use.bad_value] " + settled.file));
  CHECK(says(from_file, "--log-level"));
  {
    const Variable louder("GANDAN_LOG_LEVEL", "louder");
    const auto from_environment = settled.check();
    CHECK(says(from_environment, "[use.bad_value] GANDAN_LOG_LEVEL"));
    CHECK(says(from_environment, "louder"));
    CHECK(settled.check({"--log-level", "error"}).status == 0);
    CHECK(settled.check({"--log-level=error"}).status == 0);
  }
  const Variable right("GANDAN_LOG_LEVEL", "error");
  CHECK(settled.check().status == 0);
  const Variable file("GANDAN_CONFIG", settled.file);
  CHECK(gandan_server({"run", "--check-config"}).status == 0);
  CHECK(gandan_server({"key"}).status == 0);  // of the other commands, too
}

TEST_CASE("the program serves by a file of settings alone") {
  const Settled settled;
  settled.settle("port-file = " + settled.server.path("port") + "\nthreads = 1\n");
  Program program({GANDAN_SERVER_PROGRAM, "run", "--config", settled.file}, settled.server.path("out"),
                  settled.server.path("err"));
  std::string port;
  while (port.empty()) {
    REQUIRE(program.running());
    std::ifstream(settled.server.path("port")) >> port;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  TlsClient client(static_cast<std::uint16_t>(std::stoul(port)), settled.server.authority());
  CHECK(client.get("/healthz")->status == 200);
  program.kill(SIGTERM);
  CHECK(program.wait() == 0);
}

TEST_CASE("a file of settings that is not one is named, line by line") {
  const Settled settled;
  const std::vector<std::pair<std::string, std::string>> wrong{{"device-rat = 5\n", "· device-rat: "},
                                                               {"lonely\n", "· line 6: "},
                                                               {"threads = 2\nthreads = 3\n", "· threads: "},
                                                               {"app = \n", "· line 6: "},
                                                               {"[run]\n", "· line 6: "},
                                                               {"help = true\n", "· help: "},
                                                               {"config = x\n", "· config: "}};
  for (const auto& [line, name] : wrong) {
    settled.settle(line);
    const auto said = settled.check();
    INFO(line + said.err);
    CHECK(said.status == 2);
    CHECK(says(said, "[server.bad_configuration] " + settled.file));
    CHECK(says(said, name));
  }
  const auto none = gandan_server({"run", "--config", settled.file + ".none", "--check-config"});
  CHECK(none.status == 3);
  CHECK(says(none, "[file.unreadable]"));
  CHECK(says(none, "· --config: "));
}

TEST_CASE("a check names every option at fault, by a stable code, and serves nobody") {
  Settled settled;
  auto& server = settled.server;
  const Authority other(server.path(""), "other");
  CertificateWish old;
  old.from_seconds = -7200;
  old.until_seconds = -3600;
  const auto expired = other.issue("expired", old);
  const auto foreign = other.issue("foreign");
  const auto at_fault = [&](const std::vector<std::string>& words, const std::vector<std::string>& parts) {
    const auto said = settled.check(words);
    INFO(said.err);
    CHECK(said.status == 2);
    CHECK(says(said, "[server.bad_configuration]"));
    for (const auto& part : parts) CHECK(says(said, part));
  };
  at_fault({"--cert", "/none"}, {"· --cert: ", "[file]"});
  at_fault({"--key", foreign.key}, {"· --key: ", "không phải khoá của chứng thư", "not the certificate's"});
  at_fault({"--cert", expired.certificate, "--key", expired.key}, {"· --cert: ", "[expired]"});
  at_fault({"--listen", "nowhere:1"}, {"· --listen: ", "[address]"});
  at_fault({"--listen", "192.0.2.1:8443"}, {"· --listen: ", "Máy này không có địa chỉ"});  // nobody's
  at_fault({"--app", server.path("none")}, {"· --app: ", "[shell.no_app_files]"});
  at_fault({"--data", server.path("none")}, {"· --data: ", "[server.not_set_up]"});
  at_fault({"--store", "postgresql://127.0.0.1:1/gandan?sslmode=disable"}, {"· --store: "});
  // All of it at once.
  at_fault({"--cert", "/none", "--listen", "nowhere:1", "--data", server.path("none")},
           {"· --cert: ", "· --listen: ", "· --data: "});
  // A running server of the same settings is no fault, and is not disturbed.
  server.start();
  CHECK(settled.check({"--listen", "127.0.0.1:" + std::to_string(server.port())}).status == 0);
  CHECK(server.client().get("/healthz")->status == 200);
  CHECK(server.stop() == 0);
  CHECK(settled.check().out == "Cấu hình dùng được.\nThe configuration can be used.\n");
}

TEST_CASE("a check names a store that is behind what was given out") {
  if (on_postgresql()) return;  // the file is the store
  ServedProgram served;
  served.server.start();
  served.introduce();
  CHECK(served.server.stop() == 0);
  const std::string store = served.server.data() + "/server.db";
  std::filesystem::copy_file(store, store + ".old");
  served.server.start();
  CHECK(served.sync(served.push_body(0, 3)).rejected() == "");
  CHECK(served.server.stop() == 0);
  std::filesystem::rename(store + ".old", store);
  const auto& files = served.server.certificate();
  const auto said = gandan_server({"run", "--data", served.server.data(), "--cert", files.certificate,
                                   "--key", files.key, "--listen", "127.0.0.1:0", "--check-config"});
  CHECK(said.status == 2);
  CHECK(says(said, "· --store: "));
  CHECK(says(said, "[server.ledger_behind]"));
}

}  // namespace gandan::server::test
