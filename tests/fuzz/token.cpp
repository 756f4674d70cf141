// Tokens, and the text in which they come: no bytes but the server's own pass.
#include <cstdlib>

#include "relay/token.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::server;
  constexpr std::int64_t kNow = 1'795'000'000'000;
  static const TokenMint mint(Bytes(32, 5));
  static const RealmId realm{};
  static const Bytes good = mint.make(realm, {DeviceId{}, kNow + 1000});
  const ByteView in(data, size);
  const test::HeapCeiling ceiling;
  if (mint.check(realm, in, kNow) && !equal(in, good)) std::abort();
  if (const auto token = from_base64(as_text(in))) {
    if (to_base64(*token) != as_text(in)) std::abort();
    if (mint.check(realm, *token, kNow) && !equal(*token, good)) std::abort();
  }
  return 0;
}
