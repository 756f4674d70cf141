// PostgreSQL goes away under the real program: connections that are ended at random, a database that is
// stopped at once and started again, and a line that breaks in the middle of COMMIT. The same is asked of the
// clients as after kills.
#include <random>

#include "ledger_check.hpp"
#include "postgres_line.hpp"

namespace gandan::server::test {
namespace {

using gandan::test::Postgres;

struct OnPostgres : ServedProgram {
  explicit OnPostgres(int phones = 4)
      : ServedProgram(phones), supervisor(realm.device(roster::Role::supervisor, realm.top)), crowd(*this) {}
  void begin(const std::vector<std::string>& more = {}) {
    server.start({}, more);
    introduce();
    crowd.go();
    hears(20);
  }
  void hears(std::uint64_t more) {
    const auto busy = crowd.busy(), broken = crowd.broken();
    if (crowd.hears(more)) return;
    const auto log = server.log();
    FAIL("nothing was acknowledged; " << crowd.busy() - busy << " times busy, " << crowd.broken() - broken
                                      << " requests broke off; " << crowd.faults()
                                      << log.substr(log.size() - std::min<std::size_t>(log.size(), 3000)));
  }
  void end() {
    crowd.finish();
    check_everything(crowd, *this, supervisor);
  }
  int some(int most) { return std::uniform_int_distribution<int>(0, most)(random); }
  static void pause(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

  std::mt19937 random{11};
  TestDevice& supervisor;
  Crowd crowd;
};

}  // namespace

TEST_CASE("connections to PostgreSQL that are ended at random lose nothing") {
  if (!on_postgresql()) return;
  OnPostgres on;
  on.begin();
  int ended = 0;
  for (int i = 0; i < 30; ++i) {
    OnPostgres::pause(on.some(150));
    ended += std::stoi(Postgres::ask(
        Postgres::of_process().url(),
        "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE application_name = "
        "'gandan-server' AND pid <> pg_backend_pid() AND random() < 0.6"));
  }
  CHECK(ended > 20);
  on.hears(50);
  on.end();
}

TEST_CASE("PostgreSQL that is stopped at once and started again, twenty times, loses nothing") {
  if (!on_postgresql()) return;
  auto& database = Postgres::of_process();
  OnPostgres on;
  on.begin();
  for (int i = 0; i < 20; ++i) {
    on.hears(5);
    OnPostgres::pause(on.some(100));
    if (i % 2 == 0)
      database.stop_at_once();
    else
      database.kill9();
    database.start();
  }
  on.hears(50);
  on.end();
}

TEST_CASE("a line to PostgreSQL that breaks in the middle of COMMIT loses nothing and repeats nothing") {
  if (!on_postgresql()) return;
  OnPostgres on;
  PostgresLine line(Postgres::of_process().socket(), on.server.path(""));
  std::string store = std::getenv("GANDAN_STORE");
  const auto at = store.find(Postgres::of_process().socket());
  REQUIRE(at != std::string::npos);
  store.replace(at, Postgres::of_process().socket().size(), line.folder());
  on.begin({"--store", store});
  constexpr int kCuts = 40;
  for (int i = 0; i < kCuts; ++i) {
    line.cut_next(i % 3 == 0 ? PostgresLine::Cut::before : PostgresLine::Cut::after);
    for (int wait = 0; wait < 2000 && line.cuts() <= i; ++wait) OnPostgres::pause(5);
    REQUIRE(line.cuts() == i + 1);
    on.hears(3);
  }
  on.hears(50);
  on.end();
}

}  // namespace gandan::server::test
