// A disk whose syncs fail, that is full, and whose power goes, under the real program. A sync that failed and
// then succeeds proves nothing: Linux has marked the pages clean, and shows them until they are read anew.
// disk/preload.cpp keeps what the disk really has.
#include <sched.h>
#include <sys/mount.h>

#include <fstream>
#include <random>

#include "failing_disk.hpp"
#include "ledger_check.hpp"

namespace gandan::server::test {
namespace {

struct Served : ServedProgram {
  explicit Served(int phones)
      : ServedProgram(phones), supervisor(realm.device(roster::Role::supervisor, realm.top)) {}
  void begin() {
    server.start();
    introduce();
  }
  // The server is told nothing that it could commit: where does the phone's log stand, under which
  // checkpoint?
  Response ask() const {
    RequestBuilder request(realm, *devices[0]);
    request.hello.own.push_back({feeds[0].id, 0, {}});
    return sync(body(request));
  }
  std::uint64_t held() const { return ask().welcome.own.at(0).head.next; }
  std::uint64_t remembered() const {
    const Signer signer(must(load_ledger_key(server.data())), server.data());
    return must(signer.highest(realm.id)).size;
  }
  bool logged(const std::string& event, const std::string& code) const {
    const auto log = server.log();
    return log.find("\"event\":\"" + event + "\",\"realm\":\"" + to_hex(realm.id.view().first(4)) +
                    "\",\"code\":\"" + code + "\"") != std::string::npos;
  }

  TestDevice& supervisor;
};

struct OnDisk : Served {
  explicit OnDisk(int phones = 1) : Served(phones), disk(server) { begin(); }
  // A push that nobody waits for.
  std::jthread push_unheard(const Bytes& bytes) const {
    return std::jthread([this, bytes] { (void)server.client().post_sync(bytes); });
  }
  void lose_power() {
    server.kill9();
    disk.release();
    disk.cut_power();
    server.start();
  }

  FailingDisk disk;
};

}  // namespace

TEST_CASE("what was synced is what a power loss leaves, on this disk") {
  if (on_postgresql()) return;  // whose disk is not ours
  OnDisk on;
  const auto pushed = on.sync(on.push_body(0, 3));
  CHECK(pushed.rejected() == "");
  on.lose_power();
  CHECK(on.held() == 3);
  CHECK(on.remembered() >= pushed.checkpoint.size);

  // And what was not, is gone: the test's disk can lose something.
  on.disk.hold(kLog);
  const auto waiting = on.push_unheard(on.push_body(0, 2));
  REQUIRE(on.disk.holds());
  on.lose_power();
  CHECK(on.held() == 3);
}

TEST_CASE("killed between a write and its sync, a server acknowledges nothing that the disk may not have") {
  if (on_postgresql()) return;  // whose disk is not ours
  OnDisk on;
  CHECK(on.sync(on.push_body(0, 1)).rejected() == "");
  const Bytes body = on.push_body(0, 1);  // one batch
  on.disk.hold(kLog);
  const auto waiting = on.push_unheard(body);
  REQUIRE(on.disk.holds());
  on.server.kill9();
  on.disk.release();
  on.server.start();
  // The log is read again with what lay in memory only; the phone sends again, and hears that all is there.
  const auto again = on.sync(body);
  REQUIRE(again.receipts.size() == 1);
  on.lose_power();
  CHECK(on.held() == 2);
  CHECK(on.ask().checkpoint.size >= again.checkpoint.size);
}

TEST_CASE("a sync that failed is not made good by one that succeeds later") {
  if (on_postgresql()) return;  // whose disk is not ours
  OnDisk on;
  CHECK(on.sync(on.push_body(0, 1)).rejected() == "");
  const Bytes body = on.push_body(0, 1);  // one batch
  on.disk.fail(kLog, 1);
  const auto refused = on.sync(body);
  CHECK(refused.rejected() == "net.busy");
  CHECK(refused.receipts.empty());
  CHECK(on.disk.control->failed == 1);
  CHECK(on.logged("not_committed", "disk.failed"));

  SECTION("in the program that goes on") {}
  SECTION("after a kill, when the log is read again") {
    on.server.kill9();
    on.server.start();
  }
  const auto again = on.sync(body);
  REQUIRE(again.receipts.size() == 1);
  on.lose_power();
  CHECK(on.held() == 2);
  CHECK(on.ask().checkpoint.size >= again.checkpoint.size);
}

TEST_CASE("no checkpoint is shown that the signer's file might forget") {
  if (on_postgresql()) return;  // whose disk is not ours
  OnDisk on;
  const auto before = on.sync(on.push_body(0, 1)).checkpoint.size;
  const Bytes body = on.push_body(0, 1);  // one batch

  SECTION("killed before it was synced") {
    on.disk.hold(kSigner);
    const auto waiting = on.push_unheard(body);
    REQUIRE(on.disk.holds());
    on.server.kill9();
    on.disk.release();
    on.server.start();
  }
  SECTION("the sync failed, and it was killed then") {
    on.disk.fail(kSigner, 1);
    const auto refused = on.sync(body);
    CHECK(refused.rejected() == "net.busy");
    CHECK(refused.receipts.empty());
    CHECK(refused.checkpoint.size == before);
    CHECK(on.logged("checkpoint_not_given_out", "disk.failed"));
    on.server.kill9();
    on.server.start();
  }
  SECTION("the sync failed, and it goes on") {
    on.disk.fail(kSigner, 1);
    CHECK(on.sync(body).rejected() == "net.busy");
  }
  const auto shown = on.sync(body).checkpoint.size;
  CHECK(shown == before + 1);
  on.server.kill9();
  on.disk.cut_power();
  CHECK(on.remembered() >= shown);
  on.server.start();
  CHECK(on.ask().checkpoint.size >= shown);
}

TEST_CASE("a log that cannot be synced is not served, and is again when it can") {
  if (on_postgresql()) return;  // whose disk is not ours
  OnDisk on;
  CHECK(on.sync(on.push_body(0, 3)).rejected() == "");
  on.server.kill9();
  on.disk.fail(kLog, 1000);
  on.server.begin();
  CHECK(on.server.program().wait() == 4);
  CHECK(on.server.log().find("[disk.failed]") != std::string::npos);
  on.disk.fail(0, 0);
  on.server.start();
  CHECK(on.held() == 3);
}

TEST_CASE(
    "power cuts and failing syncs under load: what was acknowledged is there, once, and nothing goes back") {
  if (on_postgresql()) return;  // whose disk is not ours
  constexpr int kRounds = 40;
  OnDisk on(4);
  on.disk.control->sync_us = 1500;  // as a disk takes
  Crowd crowd(on);
  crowd.go();
  std::mt19937 random(7);
  const auto some = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  for (int round = 0; round < kRounds && crowd.faults().empty(); ++round) {
    if (round % 5 == 0) (void)crowd.hears(20);
    if (round % 2 == 0) on.disk.fail(1u << some(2), 1 + some(2));
    std::this_thread::sleep_for(std::chrono::milliseconds(some(250)));
    on.server.kill9();
    on.disk.fail(0, 0);
    if (round % 4 >= 2) on.disk.cut_power();
    on.server.start();
  }
  crowd.finish();
  CHECK(on.disk.control->failed > 5);
  CHECK(crowd.acknowledged() > 200);
  on.server.kill9();
  on.disk.cut_power();
  on.server.start();
  check_everything(crowd, on, on.supervisor);
}

namespace {

// A file system of 16 MiB over a folder, that this thread and the programs that it starts see: it goes with
// them.
class SmallDisk {
 public:
  static std::unique_ptr<SmallDisk> over(const std::string& folder) {
    const TempFolder aside;
    std::filesystem::copy(folder, aside.path(), std::filesystem::copy_options::recursive);
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("gandan-small", folder.c_str(), "tmpfs", 0, "size=16m,mode=700") != 0)
      return nullptr;
    std::filesystem::copy(aside.path(), folder, std::filesystem::copy_options::recursive);
    return std::unique_ptr<SmallDisk>(new SmallDisk(folder));
  }
  ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  void fill() const {
    std::ofstream out(folder_ + "/fill", std::ios::binary | std::ios::app);
    for (const std::string piece(1000, 'x'); out.write(piece.data(), 1000).flush();) continue;
  }
  void free() const { std::filesystem::remove(folder_ + "/fill"); }

 private:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {}
  const std::string folder_;
};

// Fills the disk under load, and frees it.
template <class Fill, class Free>
void fill_and_free(Served& on, Crowd& crowd, const Fill& fill, const Free& free) {
  crowd.go();
  REQUIRE(crowd.hears(50));
  fill();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto busy = crowd.busy();
  while (crowd.busy() < busy + 20 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(crowd.busy() >= busy + 20);  // phones are told to come again
  CHECK(on.logged("not_committed", "disk.full"));
  CHECK(on.server.client().get("/healthz")->status == 503);
  CHECK(on.ask().refused() == "");  // reading goes on
  free();
  CHECK(crowd.hears(50));  // by itself
  CHECK(crowd.faults() == "");
}

}  // namespace

TEST_CASE("a disk that is full under load loses nothing, says so, and goes on when there is room") {
  if (on_postgresql()) return;  // whose disk is not ours
  OnDisk on(4);
  Crowd crowd(on);
  fill_and_free(
      on, crowd, [&] { on.disk.control->room = 20'000; }, [&] { on.disk.control->room = kNoLimit; });
  CHECK(on.disk.control->refused > 0);
  on.disk.control->room = 20'000;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  on.server.kill9();  // in the middle of it
  on.disk.cut_power();
  on.server.start();
  CHECK(on.ask().refused() == "");
  on.disk.control->room = kNoLimit;
  crowd.finish();
  check_everything(crowd, on, on.supervisor);
}

TEST_CASE("a file system that is full under load loses nothing, and goes on when there is room") {
  if (on_postgresql()) return;
  Served on(4);
  const auto small = SmallDisk::over(on.server.data());
  if (!small) {
    WARN("left out: no file system can be mounted here");
    return;
  }
  on.begin();
  Crowd crowd(on);
  fill_and_free(
      on, crowd, [&] { small->fill(); }, [&] { small->free(); });
  small->fill();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  on.server.kill9();
  on.server.start();  // where there is no room yet
  CHECK(on.ask().refused() == "");
  small->free();
  crowd.finish();
  check_everything(crowd, on, on.supervisor);
}

}  // namespace gandan::server::test
