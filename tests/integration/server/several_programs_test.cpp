// Several gandan-server programs over PostgreSQL with a synchronous replica, behind HAProxy: killed under
// load, and their primary, too. What counts is what phones see: they ask again when a connection breaks or a
// server is busy, as devices do, and every acknowledged segment is in the ledger, once, under checkpoints
// that never go back.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

using gandan::test::Postgres;

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port");
  ::close(fd);
  return ntohs(address.sin_port);
}

std::string haproxy() {
  for (const char* place : {"/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy"})
    if (std::filesystem::exists(place)) return place;
  throw std::runtime_error("HAProxy is not installed (tools/deps --test)");
}

class Fleet {
 public:
  explicit Fleet(int count)
      : authority_(folder_.path(), "authority"), certificate_(authority_.issue("server")) {
    primary = std::make_unique<Postgres>();
    primary->set("synchronous_standby_names", "ANY 1 (*)");
    standby = Postgres::standby_of(*primary);
    primary->await_synchronous_standby();
    must_say({"init", "--data", data(0), "--store", store()});
    for (int i = 0; i < count; ++i) {
      if (i > 0) {
        std::filesystem::create_directories(data(i));
        for (const char* file : {"ledger-key", "token-secret", "name"})
          std::filesystem::copy_file(data(0) + "/" + file, data(i) + "/" + file);
      }
      ports_.push_back(free_port());
      programs_.emplace_back();
      start(i);
    }
    key = must(load_ledger_key(data(0))).public_key();
  }
  std::string store() const { return Postgres::either(*primary, *standby); }
  std::string data(int i) const { return folder_.path("server-" + std::to_string(i)); }
  void must_say(const std::vector<std::string>& arguments) const {
    if (const auto said = gandan_server(arguments); said.status != 0)
      throw std::runtime_error(said.err + said.out);
  }
  void admit(const TestRealm& realm) const {
    const std::string card = folder_.path("card");
    must(replace_file(card, roster::encode_card(realm.card), false));
    must_say({"realm", "admit", card, "--data", data(0), "--store", store()});
  }
  void start(int i) {
    const auto at = static_cast<std::size_t>(i);
    const std::string port_file = folder_.path("port-" + std::to_string(starts_++));
    programs_[at] = std::make_unique<Program>(
        std::vector<std::string>{GANDAN_SERVER_PROGRAM, "run", "--data", data(i), "--store", store(),
                                 "--listen", "127.0.0.1:" + std::to_string(ports_[at]), "--cert",
                                 certificate_.certificate, "--key", certificate_.key, "--port-file",
                                 port_file},
        folder_.path("out"), folder_.path("log-" + std::to_string(i)));
    while (!std::filesystem::exists(port_file)) {
      if (!programs_[at]->running()) throw std::runtime_error("a server does not start");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  void kill9(int i) {
    programs_[static_cast<std::size_t>(i)]->kill(SIGKILL);
    (void)programs_[static_cast<std::size_t>(i)]->wait();
  }
  void stop() {
    for (auto& program : programs_) program->kill(SIGTERM);
    for (auto& program : programs_) (void)program->wait(60);
  }
  // HAProxy before all of them, in TCP mode; it looks at /healthz.
  std::uint16_t balance() {
    const auto port = free_port();
    {
      std::ofstream out(folder_.path("haproxy.cfg"));
      out << "global\n  maxconn 1000\ndefaults\n  mode tcp\n  timeout connect 1s\n  timeout client 60s\n"
             "  timeout server 60s\n  retries 3\n  option redispatch\n"
          << "frontend devices\n  bind 127.0.0.1:" << port << "\n  default_backend servers\n"
          << "backend servers\n  balance roundrobin\n  option httpchk\n  http-check send meth GET uri "
             "/healthz ver HTTP/1.1 hdr Host check\n";
      for (std::size_t i = 0; i < ports_.size(); ++i)
        out << "  server s" << i << " 127.0.0.1:" << ports_[i]
            << " check check-ssl verify none inter 300ms fall 1 rise 1\n";
    }
    balancer_ = std::make_unique<Program>(
        std::vector<std::string>{haproxy(), "-db", "-f", folder_.path("haproxy.cfg")},
        folder_.path("haproxy.out"), folder_.path("haproxy.log"));
    for (int i = 0; i < 500 && !Socket(port).connected(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return port;
  }
  std::string authority() const { return authority_.file(); }
  std::uint16_t port(int i) const { return ports_[static_cast<std::size_t>(i)]; }

  std::unique_ptr<Postgres> primary, standby;
  SignPublicKey key;

 private:
  TempFolder folder_;
  Authority authority_;
  Authority::Files certificate_;
  std::vector<std::uint16_t> ports_;
  std::vector<std::unique_ptr<Program>> programs_;
  std::unique_ptr<Program> balancer_;
  int starts_ = 0;
};

// Phones that push one segment after another, each as a device does.
struct Phones {
  Phones(Fleet& servers, std::uint16_t where, int count, std::size_t pushes)
      : fleet(servers), port(where), realm(fleet.key), acknowledged(static_cast<std::size_t>(count)) {
    fleet.admit(realm);
    for (int i = 0; i < count; ++i) {
      devices.push_back(&realm.device(roster::Role::cadre, realm.commune));
      feeds.push_back(realm.open_feed(*devices.back(), realm.commune));
    }
    RequestBuilder request(realm, realm.admin);
    request.statements(realm.statements);
    const Bytes body = request.bytes(system_clock().wall_ms(), fleet.key);
    for (int tries = 0; !introduced(body); ++tries) {  // a server notices a realm within a second
      if (tries > 100) throw std::runtime_error("not introduced");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    for (std::size_t i = 0; i < devices.size(); ++i) {
      bodies.emplace_back();
      for (std::size_t k = 0; k < pushes; ++k) {
        RequestBuilder push(realm, *devices[i]);
        push.hello.own.push_back({feeds[i].id, feeds[i].next, feeds[i].hash});
        push.run(feeds[i].id, feeds[i].next, std::nullopt).segment(realm.segment(*devices[i], feeds[i]));
        bodies.back().push_back(push.bytes(system_clock().wall_ms(), fleet.key));
      }
    }
    for (std::size_t i = 0; i < devices.size(); ++i) threads.emplace_back([this, i] { run(i); });
  }
  bool introduced(const Bytes& body) const {
    try {
      const auto done = parse_sync(TlsClient(port, fleet.authority()).post_sync(body), note_key());
      return !done.not_found && done.refused().empty() && done.rejected().empty();
    } catch (const std::runtime_error&) {
      return false;
    }
  }
  ledger::NoteKey note_key() const {
    return {roster::ledger_origin(realm.id), ledger::KeyType::ed25519, fleet.key};
  }

  void run(std::size_t i) {
    std::uint64_t size = 0;
    for (std::size_t k = 0; k < bodies[i].size() && !over;) {
      try {
        TlsClient client(port, fleet.authority(), {TLS1_3_VERSION, 30, nullptr});
        const auto response = parse_sync(client.post_sync(bodies[i][k]), note_key());
        if (!response.refused().empty() || !response.rejected().empty()) {
          const auto said = response.refused() + response.rejected();
          if (said != "net.busy") ++other_answers;
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          continue;
        }
        if (response.receipts.empty()) continue;
        if (response.checkpoint.size < size) ++went_back;
        size = response.checkpoint.size;
        acknowledged[i] = ++k;
      } catch (const std::runtime_error&) {  // the connection broke
        ++broken;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  }
  std::uint64_t all() const {
    std::uint64_t sum = 0;
    for (const auto& one : acknowledged) sum += one;
    return sum;
  }
  void await(std::uint64_t more) const {
    const auto until = all() + more;
    for (int i = 0; i < 6000 && all() < until; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    REQUIRE(all() >= until);
  }
  void finish() {
    over = true;
    threads.clear();
    CHECK(went_back == 0);
    CHECK(other_answers == 0);
    fleet.stop();
    const auto said = gandan_server({"verify", "--data", fleet.data(0), "--store", fleet.store()});
    INFO(said.out);
    CHECK(said.status == 0);
    const auto store = must(open_store({}, {fleet.store(), false}, Purpose::inspect));
    for (std::size_t i = 0; i < feeds.size(); ++i)
      for (std::uint64_t sequence = 0; sequence < acknowledged[i]; ++sequence)
        REQUIRE(must(store->find_segment(1, feeds[i].id, sequence)).has_value());
  }

  Fleet& fleet;
  const std::uint16_t port;
  TestRealm realm;
  std::vector<TestDevice*> devices;
  std::vector<TestFeed> feeds;
  std::vector<std::vector<Bytes>> bodies;
  std::vector<std::atomic<std::uint64_t>> acknowledged;
  std::atomic<int> broken{0}, went_back{0}, other_answers{0};
  std::atomic<bool> over{false};
  std::vector<std::jthread> threads;
};

}  // namespace

TEST_CASE("behind HAProxy a server is killed under load, and comes again: phones go on") {
  if (!on_postgresql()) return;
  Fleet fleet(3);
  Phones phones(fleet, fleet.balance(), 4, 2000);
  phones.await(20);
  for (const int victim : {0, 1}) {
    const int before = phones.broken;
    fleet.kill9(victim);
    phones.await(20);
    // At most those that were at that server, and those that came before HAProxy noticed.
    CHECK(phones.broken - before <= 12);
    fleet.start(victim);
    phones.await(10);
  }
  phones.finish();
}

TEST_CASE("the primary is killed under load, its replica promoted: the programs go on, and nothing is lost") {
  if (!on_postgresql()) return;
  Fleet fleet(2);
  Phones phones(fleet, fleet.balance(), 3, 2000);
  phones.await(20);
  fleet.primary->kill9();
  fleet.standby->promote();
  const auto replica = Postgres::standby_of(*fleet.standby);
  fleet.standby->await_synchronous_standby();
  phones.await(20);
  phones.finish();
}

TEST_CASE("the command line says what is wrong with a store, and moves it") {
  if (!on_postgresql()) return;
  Fleet fleet(1);
  TestRealm realm(fleet.key);
  fleet.admit(realm);
  const TempFolder folder;
  const auto says = [](const std::vector<std::string>& arguments, const std::string& code) {
    const auto said = gandan_server(arguments);
    INFO(said.err);
    CHECK(said.status != 0);
    CHECK(said.err.find("[" + code + "]") != std::string::npos);
  };
  says({"realm", "list", "--data", fleet.data(0), "--store", "mysql://x"}, "server.bad_configuration");
  says({"realm", "list", "--data", fleet.data(0), "--store", "postgresql:///x?host=" + folder.path()},
       "server.store_unreachable");
  says({"realm", "list", "--data", fleet.data(0), "--store",
        fleet.store() + "&options=-csearch_path%3Dpg_catalog"},
       "server.not_set_up");
  // Not while a server runs.
  says({"migrate-store", fleet.store(), folder.path("copy"), "--data", fleet.data(0)}, "server.running");
  says({"migrate-store", fleet.store(), folder.path("copy"), "--data", folder.path("none")},
       "server.not_set_up");
  std::this_thread::sleep_for(std::chrono::seconds(2));  // the realm has its root statement
  fleet.stop();
  const auto moved =
      gandan_server({"migrate-store", fleet.store(), folder.path("copy"), "--data", fleet.data(0)});
  INFO(moved.err << moved.out);
  CHECK(moved.status == 0);
  CHECK(moved.out.find("1 realms, 1 entries") != std::string::npos);
  const auto verified = gandan_server({"realm", "list", "--data", folder.path("copy")});
  CHECK(verified.out.find(to_text(realm.card.address)) != std::string::npos);
  says({"migrate-store", folder.path("copy"), fleet.store(), "--data", fleet.data(0)},
       "server.store_not_empty");
}

}  // namespace gandan::server::test
