#include "crypto/secret.hpp"

#include <new>
#include <type_traits>

#include "crypto/random.hpp"
#include "support.hpp"

using namespace gandan;
using namespace gandan::crypto;

static_assert(!std::is_copy_constructible_v<Secret<32>> && !std::is_copy_assignable_v<Secret<32>>);
static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<Secret<32>> &&
              std::is_nothrow_move_constructible_v<SecretBytes>);

namespace {

// Through volatile, so that the look at storage whose object has gone is not optimised away.
bool all_zero(const unsigned char* at, std::size_t size) {
  const volatile unsigned char* bytes = at;
  for (std::size_t i = 0; i < size; ++i) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("A secret is zero after its end, and where it was moved from", "[crypto]") {
  alignas(Secret<32>) unsigned char storage[sizeof(Secret<32>)];
  auto* key = new (storage) Secret<32>(secret<32>(std::string(64, 'a')));
  CHECK_FALSE(all_zero(storage, sizeof storage));
  Secret<32> moved = std::move(*key);
  CHECK(all_zero(storage, sizeof storage));
  CHECK(to_hex(moved.view()) == std::string(64, 'a'));
  *key = moved.copy();
  CHECK_FALSE(all_zero(storage, sizeof storage));
  key->~Secret();
  CHECK(all_zero(storage, sizeof storage));
}

TEST_CASE("Secret bytes move and leave nothing", "[crypto]") {
  SecretBytes a(as_bytes("mật khẩu"));
  SecretBytes b = std::move(a);
  CHECK(a.empty());
  CHECK(as_text(b.view()) == "mật khẩu");
  a = b.copy();
  b = std::move(a);
  CHECK(a.empty());
  CHECK(as_text(b.view()) == "mật khẩu");
  Bytes plain = hex("0102030405");
  cleanse(plain);
  CHECK(plain == Bytes(5));
}

TEST_CASE("A secret has its exact length", "[crypto]") {
  for (const std::size_t size : {0, 31, 33}) {
    const auto result = Secret<32>::from(Bytes(size));
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == Code::bad_key);
  }
  CHECK(Secret<32>::from(Bytes(32)).ok());
}

TEST_CASE("Comparison in constant time is a comparison", "[crypto]") {
  CHECK(constant_time_equal(hex("0102"), hex("0102")));
  CHECK(constant_time_equal({}, {}));
  CHECK_FALSE(constant_time_equal(hex("0102"), hex("0103")));
  CHECK_FALSE(constant_time_equal(hex("0102"), hex("010200")));
}

TEST_CASE("The system's generator fills all and does not repeat", "[crypto]") {
  Bytes a(64), b(64);
  system_random().fill(a);
  system_random().fill(b);
  CHECK(a != b);
  CHECK(a != Bytes(64));
  system_random().fill({});
}
