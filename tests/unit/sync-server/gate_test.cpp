// What one device may ask for, at a time and over time.
#include "relay/gate.hpp"

#include <vector>

#include "support/catch.hpp"

namespace gandan::server::test {
namespace {

DeviceId device(std::uint8_t number) {
  DeviceId out;
  out.bytes[0] = number;
  return out;
}

}  // namespace

TEST_CASE("a device that rests saves up an allowance, spends it, and gets more with time") {
  Gate gate({10, 30, 4});
  std::int64_t now = 1000;
  const auto spend = [&](std::uint8_t who) {
    int count = 0;
    while (count < 1000 && gate.enter(device(who), now)) ++count;
    return count;
  };
  CHECK(spend(1) == 30);
  CHECK(spend(2) == 30);  // others are not kept out
  now += 100;
  CHECK(spend(1) == 1);
  now += 1000;
  CHECK(spend(1) == 10);
  now += 3'600'000;
  CHECK(spend(1) == 30);
  now -= 500'000;  // a clock that steps back gives nothing and takes nothing
  CHECK(spend(1) == 0);
}

TEST_CASE("only so much of one device is under way at a time") {
  Gate gate({10, 30, 3});
  std::vector<Gate::Pass> held;
  for (int i = 0; i < 3; ++i) held.push_back(gate.enter(device(1), 0));
  for (const auto& pass : held) CHECK(pass);
  CHECK_FALSE(gate.enter(device(1), 0));
  CHECK(gate.enter(device(2), 0));
  held.pop_back();
  auto again = gate.enter(device(1), 0);
  CHECK(again);
  CHECK_FALSE(gate.enter(device(1), 0));
  again = gate.enter(device(2), 0);  // what is replaced is let go of
  CHECK(gate.enter(device(1), 0));
}

TEST_CASE("what is refused is charged, and healed by time") {
  Gate gate({10, 30, 4});
  CHECK(gate.enter(device(1), 0));
  gate.charge(device(1), 1'000'000'000'000);
  CHECK_FALSE(gate.enter(device(1), 2900));
  CHECK(gate.enter(device(1), 3100));
  gate.charge(device(9), 50);  // nobody
  CHECK(gate.enter(device(9), 0));
  Gate none({0, 0, 0});
  std::vector<Gate::Pass> held;
  for (int i = 0; i < 100; ++i) {
    held.push_back(none.enter(device(1), 0));
    CHECK(held.back());
    none.charge(device(1), 100);
  }
}

TEST_CASE("many devices that come once are forgotten again") {
  Gate gate({1000, 10, 4});
  int entered = 0;
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    DeviceId id;
    for (int k = 0; k < 4; ++k)
      id.bytes[static_cast<std::size_t>(k)] = static_cast<std::uint8_t>(i >> (8 * k));
    entered += gate.enter(id, i) ? 1 : 0;
  }
  CHECK(entered == 40'000);
  CHECK(gate.remembered() < 20'000);
}

}  // namespace gandan::server::test
