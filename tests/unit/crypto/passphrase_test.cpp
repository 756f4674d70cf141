#include "crypto/seal/passphrase.hpp"

#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "support.hpp"
#if __has_include(<rapidcheck.h>)
#include <rapidcheck.h>
#endif

using namespace gandan;
using namespace gandan::crypto;

namespace {

ScryptParams cheap() {  // the strength of scrypt is not what most of these tests are about
  ScryptParams params;
  params.n = 16;
  params.r = 2;
  params.salt = counting(0xa0, 16);
  return params;
}

Bytes with_checksum(ByteView file) {
  Bytes out = to_bytes(file.first(file.size() - Hash::size));
  append(out, sha256(out).view());
  return out;
}

Code refusal(ByteView file, std::string_view passphrase = "mật khẩu", std::string_view purpose = "root key") {
  const auto opened = open_with_passphrase(file, passphrase, purpose);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().detail.find("mật khẩu") == std::string::npos);
  return opened.error().code;
}

}  // namespace

TEST_CASE("scrypt gives the values of RFC 7914, section 12", "[crypto]") {
  const auto derive = [](std::string_view passphrase, std::string_view salt, std::uint32_t n, std::uint32_t r,
                         std::uint32_t p) {
    ScryptParams params{n, r, p, to_bytes(as_bytes(salt))};
    const auto out = scrypt(passphrase, params, 64);
    REQUIRE(out.ok());
    return to_hex(out->view());
  };
  CHECK(derive("", "", 16, 1, 1) ==
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  CHECK(derive("password", "NaCl", 1024, 8, 16) ==
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  CHECK(derive("pleaseletmein", "SodiumChloride", 16384, 8, 1) ==
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
  // The RFC's fourth case wants 1 GiB: beyond our bound.
  const auto fourth = scrypt("pleaseletmein", {1048576, 8, 1, to_bytes(as_bytes("SodiumChloride"))}, 64);
  REQUIRE_FALSE(fourth.ok());
  CHECK(fourth.error().code == Code::too_large);
}

TEST_CASE("Hostile scrypt parameters are refused before any memory is taken", "[crypto]") {
  struct Case {
    std::uint32_t n, r, p;
    Code code;
  };
  const Case cases[] = {
      {0, 8, 1, Code::malformed},          {1, 8, 1, Code::malformed},
      {3, 8, 1, Code::malformed},          {16, 0, 1, Code::malformed},
      {16, 8, 0, Code::malformed},         {65536, 1, 1, Code::malformed},
      {1u << 31, 8, 1, Code::too_large},   {1u << 19, 8, 1, Code::too_large},
      {2, 0xffffffff, 1, Code::too_large}, {1u << 31, 0xffffffff, 0xffffffff, Code::too_large},
      {16, 8, 17, Code::too_large},        {1u << 18, 8, 5, Code::too_large},
  };
  for (const auto& c : cases) {
    CAPTURE(c.n, c.r, c.p);
    const auto out = scrypt("x", {c.n, c.r, c.p, Bytes(16)}, 32);
    REQUIRE_FALSE(out.ok());
    CHECK(out.error().code == c.code);
  }
  CHECK(validate({1u << 18, 8, 4, Bytes(16)}).ok());  // exactly 256 MiB, 1 GiB of work
  CHECK_FALSE(validate({16, 8, 1, Bytes(65)}).ok());
  CHECK_FALSE(scrypt("x", cheap(), 0).ok());
  CHECK_FALSE(scrypt("x", cheap(), scrypt_length_max + 1).ok());
}

TEST_CASE("Fresh parameters are the defaults with a new salt", "[crypto]") {
  const auto a = ScryptParams::fresh(system_random()), b = ScryptParams::fresh(system_random());
  CHECK((a.n == 32768 && a.r == 8 && a.p == 1 && a.salt.size() == 16));
  CHECK(a.salt != b.salt);
  CHECK(validate(a).ok());
}

TEST_CASE("A sealed secret opens with its passphrase", "[crypto]") {
  const auto params = ScryptParams::fresh(system_random());
  const Bytes secret = counting(0, 64);
  const auto file = seal_with_passphrase(secret, "mật khẩu", "root key", params);
  REQUIRE(file.ok());
  CHECK(equal(open_with_passphrase(*file, "mật khẩu", "root key")->view(), secret));
  CHECK(refusal(*file, "mat khau") == Code::wrong_passphrase);
  CHECK(refusal(*file, "") == Code::wrong_passphrase);
}

TEST_CASE("Version 1 of the passphrase file has these bytes", "[crypto][golden]") {
  const auto file = seal_with_passphrase(counting(0, 4), "mật khẩu", "root key", cheap());
  REQUIRE(file.ok());
  // Made by another implementation: Python's hashlib.scrypt and cryptography's AESSIV.
  CHECK(to_hex(*file) ==
        "894744500d0a1a0a010400020110a0a1a2a3a4a5a6a7a8a9aaabacadaeaf0872"
        "6f6f74206b657947f45dfca84dcee2b94e63a44b6ca6adf67c7fd5d777bec153"
        "8a903bbb5b844c8c6dfde07ca92a93fe2d5e7279fac6a267112f84");
}

TEST_CASE("A damaged file is told from a wrong passphrase", "[crypto]") {
  const auto file = seal_with_passphrase(counting(0, 32), "mật khẩu", "root key", cheap());
  REQUIRE(file.ok());
  for (std::size_t bit = 0; bit < 8 * file->size(); ++bit) {
    Bytes damaged = *file;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1u << (bit % 8)));
    CHECK(refusal(damaged) == Code::malformed);
  }
  for (std::size_t size = 0; size < file->size(); ++size) {
    const Code code = refusal(ByteView(*file).first(size));
    CHECK((code == Code::truncated || code == Code::malformed));
  }
  Bytes longer = *file;
  longer.push_back(0);
  CHECK(refusal(longer) == Code::malformed);
  CHECK(refusal(Bytes(200000)) == Code::too_large);
}

TEST_CASE("A file that someone changed, checksum and all, does not open", "[crypto]") {
  const auto file = seal_with_passphrase(counting(0, 32), "mật khẩu", "root key", cheap());
  REQUIRE(file.ok());
  const auto changed = [&](std::size_t at, std::uint8_t value) {
    Bytes bytes = *file;
    bytes[at] = value;
    return refusal(with_checksum(bytes));
  };
  CHECK(changed(0, 'G') == Code::malformed);
  CHECK(changed(8, 2) == Code::newer_format);
  CHECK(changed(9, 5) == Code::wrong_passphrase);  // log2 N
  CHECK(changed(9, 0) == Code::malformed);
  CHECK(changed(9, 32) == Code::too_large);
  CHECK(changed(9, 255) == Code::too_large);
  CHECK(changed(10, 0xff) == Code::wrong_passphrase);  // r = 65282: 127 MiB, allowed
  CHECK(changed(12, 17) == Code::too_large);           // p
  CHECK(changed(13, 255) == Code::truncated);          // length of the salt
  CHECK(changed(13, 0) == Code::truncated);            // the salt's first byte read as length of the purpose
  CHECK(changed(14, 0) == Code::wrong_passphrase);     // salt
  CHECK(changed(30, 255) == Code::truncated);          // length of the purpose
  CHECK(changed(31, 'R') == Code::malformed);          // purpose
  for (std::size_t at = 39; at + Hash::size < file->size(); ++at) {
    CHECK(changed(at, static_cast<std::uint8_t>((*file)[at] ^ 1)) == Code::wrong_passphrase);
  }
}

TEST_CASE("A file is for one purpose", "[crypto]") {
  const auto file = seal_with_passphrase(counting(0, 32), "mật khẩu", "root key", cheap());
  REQUIRE(file.ok());
  CHECK(refusal(*file, "mật khẩu", "device key") == Code::malformed);
  CHECK_FALSE(seal_with_passphrase({}, "x", "", cheap()).ok());
  CHECK_FALSE(seal_with_passphrase({}, "x", std::string(65, 'p'), cheap()).ok());
  CHECK_FALSE(seal_with_passphrase(Bytes(passphrase_secret_max + 1), "x", "p", cheap()).ok());
  const auto largest = seal_with_passphrase(Bytes(passphrase_secret_max), "x", std::string(64, 'p'), cheap());
  REQUIRE(largest.ok());
  CHECK(open_with_passphrase(*largest, "x", std::string(64, 'p')).ok());
}

#if __has_include(<rapidcheck.h>)
TEST_CASE("Any secret under any passphrase opens again, and hostile bytes never do", "[crypto][property]") {
  REQUIRE(rc::check([](const Bytes& secret, const std::string& passphrase, const Bytes& noise) {
    const auto file = seal_with_passphrase(secret, passphrase, "p", cheap());
    RC_ASSERT(file.ok());
    const auto opened = open_with_passphrase(*file, passphrase, "p");
    RC_ASSERT(opened.ok());
    RC_ASSERT(equal(opened->view(), secret));
    Bytes hostile(file->begin(), file->begin() + 9);  // a true beginning, then anything, with a true checksum
    append(hostile, noise);
    append(hostile, sha256(hostile).view());
    RC_ASSERT(!open_with_passphrase(hostile, passphrase, "p").ok());
  }));
}
#endif
