// The server is killed two hundred times under load (on PostgreSQL fifty times): at any moment, right after
// it answered, in the middle of a write, and while it starts. What it acknowledged is there, once, and no
// checkpoint was ever taken back.
#include <chrono>
#include <random>

#include "ledger_check.hpp"

namespace gandan::server::test {
namespace {

constexpr int kPhones = 6;
constexpr unsigned kSeed = 20260209;

void wait_us(std::int64_t us) { std::this_thread::sleep_for(std::chrono::microseconds(us)); }

class Killer {
 public:
  Killer(ServedProgram& served, const Crowd& crowd) : served_(served), crowd_(crowd) {}

  void kill(int round) {
    // What PostgreSQL writes is not looked at.
    switch (on_postgresql() && round % 4 == 2 ? 1 : round % 4) {
      case 0:
        wait_us(some(300'000));
        break;
      case 1:  // it has just said something
        (void)crowd_.hears(static_cast<std::uint64_t>(1 + some(40)), 5);
        wait_us(some(3000));
        break;
      case 2:  // it has just written something
        wait_us(some(60'000));
        await_write();
        wait_us(some(1500));
        break;
      default:  // it has hardly started
        served_.server.kill9();
        served_.server.begin();
        wait_us(some(40'000));
        ++early_;
    }
    served_.server.kill9();
    ++kills_;
  }
  int kills() const { return kills_ + early_; }
  // A database that is busy with what was killed may keep a start waiting for too long: it is tried again, as
  // systemd does.
  void start_again() const {
    for (int tries = 1;; ++tries) try {
        served_.server.start();
        return;
      } catch (const std::runtime_error&) {
        if (!on_postgresql() || tries == 5) throw;
      }
  }

 private:
  int some(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  std::string written() const {
    std::string out;
    for (const char* file : {"/server.db-wal", "/server.db"}) {
      std::error_code none;
      const auto at = std::filesystem::last_write_time(served_.server.data() + file, none);
      out += std::to_string(none ? 0 : at.time_since_epoch().count()) + " ";
    }
    return out;
  }
  void await_write() const {
    const auto before = written();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (written() == before && std::chrono::steady_clock::now() < until) wait_us(20);
  }

  ServedProgram& served_;
  const Crowd& crowd_;
  std::mt19937 random_{kSeed};
  int kills_ = 0, early_ = 0;
};

}  // namespace

TEST_CASE(
    "killed two hundred times under load, what was acknowledged is there, once, and nothing goes back") {
  const int kills = on_postgresql() ? 50 : 200;  // where every start takes longer
  ServedProgram served(kPhones);
  auto& supervisor = served.realm.device(roster::Role::supervisor, served.realm.top);
  served.server.start();
  served.introduce();
  Crowd crowd(served);
  crowd.go();
  Killer killer(served, crowd);
  std::uint64_t idle = 0;  // kills between which nothing was acknowledged
  for (int round = 0; killer.kills() < kills; ++round) {
    const auto before = crowd.acknowledged();
    killer.kill(round);
    idle += crowd.acknowledged() == before ? 1 : 0;
    killer.start_again();
    if (!crowd.faults().empty()) break;
  }
  crowd.finish();
  UNSCOPED_INFO(crowd.acknowledged() << " acknowledged, " << crowd.broken() << " requests broke off, " << idle
                                     << " kills before anything was acknowledged");
  CHECK(killer.kills() >= kills);
  CHECK(crowd.acknowledged() > 10 * static_cast<std::uint64_t>(kills));
  CHECK(crowd.broken() > static_cast<std::uint64_t>(kills));  // it was under load
  check_everything(crowd, served, supervisor);
}

}  // namespace gandan::server::test
