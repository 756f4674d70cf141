// The byte budgets of DESIGN.md section 11: what a change takes, signed and encrypted.
#include "fixture.hpp"

namespace gandan::changelog::test {
namespace {

double bytes_per_change(const std::vector<Op>& ops) {
  const World world;
  const auto segment =
      seal_segment(world.realm, world.header(), world.previous, ops, world.key, world.author);
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
  SECTION("one lone change of a record of this phone, with its run's feed: at most 150") {
    // Another phone's record brings that phone's feed: 16 bytes that nothing in the segment foretells.
    double own = 0, others = 0;
    int own_count = 0, others_count = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      const auto ops = workload(1, 1, seed);
      const double bytes = bytes_per_change(ops) + FeedId::size;
      const bool mine = ops[0].replaces[0].feed == World().feed;
      (mine ? own : others) += bytes;
      ++(mine ? own_count : others_count);
      if (mine) worst = std::max(worst, bytes);
    }
    WARN("1 change: " << own / own_count << " bytes, at most " << worst << "; of another phone's record "
                      << others / others_count);
    CHECK(own / own_count <= 150.0);
    CHECK(others / others_count <= 166.0);
  }
  SECTION("256 changes") {
    const double average = mean(256, 8, worst);
    WARN("256 changes, 8 records: " << average << " bytes, at most " << worst);
    CHECK(worst <= 23.0);
  }
}

}  // namespace gandan::changelog::test
