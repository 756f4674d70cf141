// Turns of several servers, as a pure function.
#include "store/lease.hpp"

#include "support/catch.hpp"

namespace gandan::server::test {
namespace {

ServerId lease_server(std::uint8_t n) { return ServerId::from(Bytes(ServerId::size, n)); }
const ServerId kA = lease_server(1), kB = lease_server(2), kC = lease_server(3);

}  // namespace

TEST_CASE("a lease that nobody holds is given at once, under a new fence") {
  Lease lease;
  CHECK(ask(lease, kA, std::nullopt, 1000) == 0);
  CHECK(lease.fence == 1);
  CHECK(lease.holder == kA);
  CHECK(lease.until_ms == 1000 + kHoldMs);
  // Kept: the same fence.
  CHECK(ask(lease, kA, 1, 1010) == 0);
  CHECK(lease.fence == 1);
  CHECK(lease.until_ms == 1010 + kHoldMs);
  // One that does not know its fence any more (its last commit's fate) gets a new one, so that what it sent
  // before cannot be committed after what it sends now.
  CHECK(ask(lease, kA, std::nullopt, 1010 + kHoldMs) == 0);
  CHECK(lease.fence == 2);
}

TEST_CASE("another server waits for its turn, and gets it though the holder is busy") {
  Lease lease;
  REQUIRE(ask(lease, kA, std::nullopt, 1000) == 0);
  const auto wait = ask(lease, kB, std::nullopt, 1020);
  CHECK(wait > 0);
  CHECK(wait <= kHoldMs);
  CHECK(lease.fence == 1);
  CHECK(lease.next == kB);
  CHECK(ask(lease, kA, 1, 1030) == 0);  // it has not had its time yet
  CHECK(ask(lease, kA, 1, 1000 + kHoldMs) > 0);
  CHECK(ask(lease, kC, std::nullopt, 1030 + kHoldMs) > 0);  // behind B
  CHECK(ask(lease, kB, std::nullopt, 1030 + kHoldMs) == 0);
  CHECK(lease.fence == 2);
  CHECK(lease.next.is_zero());
  CHECK(ask(lease, kA, 1, 1031 + kHoldMs) > 0);
}

TEST_CASE("who died keeps nobody waiting: neither a holder nor one whose place is kept") {
  Lease lease;
  REQUIRE(ask(lease, kA, std::nullopt, 1000) == 0);
  REQUIRE(ask(lease, kB, std::nullopt, 1001) > 0);
  // Neither A nor B is heard of again.
  CHECK(ask(lease, kC, std::nullopt, 1001 + kHoldMs) > 0);
  CHECK(ask(lease, kC, std::nullopt, 1001 + kPlaceMs) == 0);
  CHECK(lease.holder == kC);
}

TEST_CASE("a server that was deposed has no hold any more, whatever it believes") {
  Lease lease;
  REQUIRE(ask(lease, kA, std::nullopt, 1000) == 0);
  REQUIRE(ask(lease, kB, std::nullopt, 1000 + kHoldMs) == 0);
  CHECK(ask(lease, kA, 1, 1001 + kHoldMs) > 0);
  CHECK(lease.holder == kB);
  CHECK(lease.fence == 2);
}

}  // namespace gandan::server::test
