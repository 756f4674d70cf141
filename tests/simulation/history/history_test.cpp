// Random histories of grants, removals, moves, rotations, holds and writes on devices that sync now and then,
// are cut off in the middle of one, or hand bundles to each other; phones are lost, and put back from a
// backup, or copied and used twice. No device opens what no role of its own ever covered, and no removed one
// what somebody sealed who knew of its removal; every member reads what its unit has; nothing that was
// acknowledged is lost; no rotation stays due; nobody is accused of a fork but who used a copy in two places;
// and a restored phone uses no place of a feed twice.
#include <cstdlib>

#include "history.hpp"

namespace history_test {

using gandan::test::history::History;

namespace {
// Of each of the two cases: 100,000 steps in all.
constexpr std::uint64_t kHistories = 250;
constexpr int kSteps = 200;

// Pairs of device and record that must not open.
std::size_t run_histories(bool copies) {
  const char* given = std::getenv("GANDAN_SEED");
  const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  const std::uint64_t count = given != nullptr ? 1 : kHistories;
  std::size_t shut = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    INFO("seed " << seed << " (GANDAN_SEED=" << seed << " runs it alone)");
    History history(seed, copies);
    for (int i = 0; i < kSteps; ++i) history.step();
    history.check();
    shut += history.shut;
  }
  return given != nullptr ? 1 : shut;
}
}  // namespace

TEST_CASE("random histories of who may read what, on devices that seldom meet") {
  CHECK(run_histories(false) > 0);
}

TEST_CASE("random histories of who may read what, on phones that are restored and copied besides") {
  CHECK(run_histories(true) > 0);
}

}  // namespace history_test
