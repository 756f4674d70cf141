// Tokens: golden bytes, and that none but the server's own, in its time, in its realm, passes.
#include "relay/token.hpp"

#include "protocol/messages.hpp"
#include "support/golden.hpp"

using namespace gandan;
using namespace gandan::server;
using gandan::test::Golden;
using gandan::test::with_byte;

namespace {

constexpr std::int64_t kNow = 1'795'000'000'000;

template <class Id>
Id filled(std::uint8_t byte) {
  Id out;
  out.bytes.fill(byte);
  return out;
}

}  // namespace

TEST_CASE("golden bytes of a token; none but the server's own passes") {
  Golden golden("server");
  const TokenMint mint(Bytes(32, 5));
  const auto realm = filled<RealmId>(1);
  const auto device = filled<DeviceId>(2);
  const Bytes token = golden.same("token", mint.make(realm, {device, kNow + 3'600'000}));
  CHECK(token.size() == kTokenBytes);
  const auto claim = mint.check(realm, token, kNow);
  REQUIRE(claim.ok());
  CHECK(claim->device == device);
  CHECK(claim->expires_ms == kNow + 3'600'000);

  const auto refused = [&](ByteView bytes, std::int64_t now = kNow) {
    const auto checked = mint.check(realm, bytes, now);
    return !checked.ok() && checked.error().code == Code::token_expired;
  };
  CHECK(refused(token, kNow + 3'600'000));
  CHECK_FALSE(refused(token, kNow + 3'599'999));
  for (std::size_t at = 0; at < token.size(); ++at)
    CHECK(refused(with_byte(token, at, static_cast<std::uint8_t>(token[at] ^ 1))));
  for (std::size_t size = 0; size < token.size(); ++size) CHECK(refused(ByteView(token).first(size)));
  Bytes longer = token;
  longer.push_back(0);
  CHECK(refused(longer));
  CHECK_FALSE(mint.check(filled<RealmId>(9), token, kNow).ok());
  CHECK_FALSE(TokenMint(Bytes(32, 6)).check(realm, token, kNow).ok());
  // Of this server, and for longer than any may be: from a clock that was wrong.
  CHECK(refused(mint.make(realm, {device, kNow + protocol::kTokenLifeMs + 1})));
  CHECK_FALSE(refused(mint.make(realm, {device, kNow + protocol::kTokenLifeMs})));
  CHECK(refused(mint.make(realm, {device, -1})));
}
