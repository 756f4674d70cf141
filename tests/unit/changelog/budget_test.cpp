// The byte budgets of DESIGN.md section 11: what a change takes, signed and encrypted.
#include "fixture.hpp"

namespace gandan::changelog::test {
namespace {

double bytes_per_change(const std::vector<Op>& ops) {
  const World world;
  const auto segment = seal_segment(world.realm, world.header(), world.previous, ops, world.key, world.author);
  REQUIRE(segment.ok());
  const auto opened = open_segment(world.realm, *segment, world.key);
  REQUIRE(opened.ok());
  REQUIRE(*opened == ops);
  return static_cast<double>(protocol::encode_in_run(*segment).size()) / static_cast<double>(ops.size());
}

double mean(std::size_t count, std::size_t records, double& worst) {
  double sum = 0;
  worst = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const double one = bytes_per_change(workload(count, records, seed));
    sum += one;
    worst = std::max(worst, one);
  }
  return sum / 20;
}

}  // namespace

TEST_CASE("bytes per change stay within the budgets") {
  double worst = 0;
  SECTION("64 changes of up to 8 records: at most 23") {
    const double average = mean(64, 8, worst);
    WARN("64 changes, 8 records: " << average << " bytes, at most " << worst);
    CHECK(worst <= 23.0);
  }
  SECTION("64 changes of 64 records: at most 36") {
    const double average = mean(64, 64, worst);
    WARN("64 changes, 64 records: " << average << " bytes, at most " << worst);
    CHECK(worst <= 36.0);
  }
  SECTION("one lone change, with its run's feed: at most 150") {
    const double average = mean(1, 1, worst);
    WARN("1 change: " << average + 16 << " bytes, at most " << worst + 16);
    CHECK(worst + FeedId::size <= 150.0);
  }
  SECTION("256 changes") {
    const double average = mean(256, 8, worst);
    WARN("256 changes, 8 records: " << average << " bytes, at most " << worst);
    CHECK(worst <= 23.0);
  }
}

}  // namespace gandan::changelog::test
