#include "crypto/seal/shamir.hpp"

#include "crypto/random.hpp"
#include "support.hpp"

using namespace gandan;
using namespace gandan::crypto;

namespace {

std::string combined(const std::vector<ShamirShare>& all, const std::vector<std::size_t>& chosen) {
  std::vector<ShamirShare> some;
  for (const std::size_t i : chosen) some.push_back({all[i].x, all[i].y.copy()});
  const auto out = shamir_combine(some);
  return out.ok() ? to_hex(out->view()) : info(out.error().code).text;
}

}  // namespace

TEST_CASE("Shares are those of draft-mcgrew-tss-03, section 9", "[crypto]") {
  FixedRandom random(hex("cd9f749585"));  // what its first share tells of the random byte of each polynomial
  const auto shares = shamir_split(hex("7465737400"), 2, 2, random);
  REQUIRE(shares.ok());
  CHECK(to_hex((*shares)[0].y.view()) == "b9fa07e185");
  CHECK(to_hex((*shares)[1].y.view()) == "f5409b4511");
  CHECK(combined(*shares, {0, 1}) == "7465737400");
  CHECK(combined(*shares, {1, 0}) == "7465737400");
}

TEST_CASE("Any k of n shares give the secret, and fewer do not", "[crypto]") {
  const Bytes secret = counting(0xf0, 32);
  const auto shares = shamir_split(secret, 3, 5, system_random());
  REQUIRE(shares.ok());
  std::size_t sets = 0;
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = 0; b < 5; ++b) {
      if (a == b) continue;
      CHECK(combined(*shares, {a, b}) != to_hex(secret));
      for (std::size_t c = 0; c < 5; ++c) {
        if (c == a || c == b) continue;
        ++sets;
        CHECK(combined(*shares, {a, b, c}) == to_hex(secret));
      }
    }
  CHECK(sets == 60);
  CHECK(combined(*shares, {0, 1, 2, 3, 4}) == to_hex(secret));
  CHECK(combined(*shares, {0, 1, 0}) == "request.bad");
  CHECK(combined(*shares, {0}) == "request.bad");
  // A share that was changed shows in what comes out, and only there.
  std::vector<ShamirShare> wrong;
  for (std::size_t i = 0; i < 3; ++i) wrong.push_back({(*shares)[i].x, (*shares)[i].y.copy()});
  wrong[1].y.data()[4] ^= 1;
  CHECK(to_hex(shamir_combine(wrong)->view()) != to_hex(secret));
}

TEST_CASE("Fewer shares than the threshold fit every secret equally", "[crypto]") {
  // For each value of one byte there is one polynomial through a given share: over all random bytes, each
  // share's value comes once.
  for (const std::uint8_t secret : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{0xa7}}) {
    std::array<int, 256> seen{};
    for (int byte = 0; byte < 256; ++byte) {
      FixedRandom random(Bytes{static_cast<std::uint8_t>(byte)});
      const auto shares = shamir_split(Bytes{secret}, 2, 3, random);
      ++seen[(*shares)[2].y.view()[0]];
    }
    CHECK(std::all_of(seen.begin(), seen.end(), [](int n) { return n == 1; }));
  }
}

TEST_CASE("A threshold that makes no sense is refused", "[crypto]") {
  for (const auto& [k, n] : {std::pair<std::size_t, std::size_t>{0, 3}, {1, 3}, {4, 3}, {2, 256}})
    CHECK_FALSE(shamir_split(Bytes(32), k, n, system_random()).ok());
  CHECK_FALSE(shamir_split({}, 2, 3, system_random()).ok());
  CHECK(shamir_split(Bytes(1), 255, 255, system_random()).ok());
}
