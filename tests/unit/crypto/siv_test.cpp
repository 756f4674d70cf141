#include "crypto/seal/siv.hpp"

#include <openssl/evp.h>

#include <memory>

#include "crypto/random.hpp"
#include "data/crypto/wycheproof_aes_siv.hpp"
#include "support.hpp"
#if __has_include(<rapidcheck.h>)
#include <rapidcheck.h>
#endif

using namespace gandan;
using namespace gandan::crypto;

TEST_CASE("AES-SIV gives the values of RFC 5297, appendix A", "[crypto]") {
  const auto key1 = secret<32>("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  const Bytes ad = hex("101112131415161718191a1b1c1d1e1f2021222324252627");
  const Bytes plain1 = hex("112233445566778899aabbccddee");
  const Bytes sealed1 = siv_seal(key1, {ad}, plain1);
  CHECK(to_hex(sealed1) == "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
  CHECK(siv_open(key1, {ad}, sealed1).value() == plain1);

  const auto key2 = secret<32>("7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f");
  const Bytes ad1 = hex("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100");
  const Bytes ad2 = hex("102030405060708090a0"), nonce = hex("09f911029d74e35bd84156c5635688c0");
  const Bytes plain2 =
      hex("7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553");
  const Bytes sealed2 = siv_seal(key2, {ad1, ad2, nonce}, plain2);
  CHECK(to_hex(sealed2) ==
        "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17"
        "dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d");
  CHECK(siv_open(key2, {ad1, ad2, nonce}, sealed2).value() == plain2);
}

TEST_CASE("AES-256-SIV agrees with Project Wycheproof", "[crypto]") {
  for (const auto& c : test::wycheproof_aes_siv) {
    CAPTURE(c.id, c.what);
    const auto key = secret<64>(c.key);
    const Bytes ad = hex(c.ad), plaintext = hex(c.plaintext), sealed = hex(c.sealed);
    const auto opened = siv_open(key, {ad}, sealed);
    CHECK((siv_seal(key, {ad}, plaintext) == sealed) == c.valid);
    CHECK(opened.ok() == c.valid);
    if (c.valid && opened.ok()) CHECK(*opened == plaintext);
    if (!c.valid && !opened.ok()) CHECK(opened.error().code == Code::cannot_open);
  }
}

namespace {

// OpenSSL's own SIV: a second implementation. It skips an empty plaintext, so that one is not asked of it.
Bytes peer_seal(ByteView key, std::span<const ByteView> ads, ByteView plaintext) {
  const std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> cipher(
      EVP_CIPHER_fetch(nullptr, "AES-256-SIV", nullptr), EVP_CIPHER_free);
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                EVP_CIPHER_CTX_free);
  EVP_CIPHER_CTX* c = context.get();
  int size = 0;
  REQUIRE(EVP_EncryptInit_ex2(c, cipher.get(), key.data(), nullptr, nullptr) == 1);
  for (const ByteView ad : ads) {
    REQUIRE(EVP_EncryptUpdate(c, nullptr, &size, ad.data(), static_cast<int>(ad.size())) == 1);
  }
  Bytes out(16 + plaintext.size());
  REQUIRE(EVP_EncryptUpdate(c, out.data() + 16, &size, plaintext.data(),
                            static_cast<int>(plaintext.size())) == 1);
  REQUIRE(EVP_EncryptFinal_ex(c, out.data() + 16, &size) == 1);
  REQUIRE(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, out.data()) == 1);
  return out;
}

}  // namespace

TEST_CASE("AES-256-SIV agrees with OpenSSL's own at every length around the blocks", "[crypto]") {
  FixedRandom random;
  Secret<64> key;
  random.fill(key.data());
  std::vector<std::size_t> sizes = {2047, 2048, 2049, 2063, 2064, 2065, 4096, 65536, 65551};
  for (std::size_t size = 1; size <= 100; ++size) sizes.push_back(size);
  for (const std::size_t size : sizes) {
    Bytes plaintext(size), ad1(size % 37 + 1), ad2(size);
    random.fill(plaintext);
    random.fill(ad1);
    random.fill(ad2);
    const ByteView both[] = {ad1, ad2};
    CAPTURE(size);
    const Bytes sealed = siv_seal(key, std::span<const ByteView>(both), plaintext);
    CHECK(sealed == peer_seal(key.view(), both, plaintext));
    CHECK(siv_open(key, std::span<const ByteView>(both), sealed).value() == plaintext);
    CHECK(siv_seal(key, {}, plaintext) == peer_seal(key.view(), {}, plaintext));
  }
}

TEST_CASE("Associated data is a vector of strings, not their concatenation", "[crypto]") {
  Secret<64> key;
  system_random().fill(key.data());
  const Bytes plaintext = counting(0, 40);
  const Bytes a = hex("61"), ab = hex("6162"), b = hex("62"), none;
  const Bytes sealed[] = {siv_seal(key, {a, b}, plaintext),     siv_seal(key, {b, a}, plaintext),
                          siv_seal(key, {ab}, plaintext),       siv_seal(key, {ab, none}, plaintext),
                          siv_seal(key, {none, ab}, plaintext), siv_seal(key, {none}, plaintext),
                          siv_seal(key, {}, plaintext)};
  for (std::size_t i = 0; i < std::size(sealed); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(sealed[i] != sealed[j]);
  }
}

TEST_CASE("Every flipped bit of a sealed text, its associated data or its key is refused", "[crypto]") {
  Secret<64> key;
  system_random().fill(key.data());
  const Bytes plaintext = counting(0, 45), ad = counting(9, 20);
  const Bytes sealed = siv_seal(key, {ad}, plaintext);
  const auto flipped = [](Bytes bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << (bit % 8)));
    return bytes;
  };
  const auto refused = [](const Result<Bytes>& result) {
    return !result.ok() && result.error().code == Code::cannot_open;
  };
  for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    CHECK(refused(siv_open(key, {ad}, flipped(sealed, bit))));
  }
  for (std::size_t bit = 0; bit < 8 * ad.size(); ++bit) {
    CHECK(refused(siv_open(key, {flipped(ad, bit)}, sealed)));
  }
  for (std::size_t bit = 0; bit < 512; ++bit) {
    const auto other = Secret<64>::from(flipped(to_bytes(key.view()), bit));
    CHECK(refused(siv_open(*other, {ad}, sealed)));
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    const auto cut = siv_open(key, {ad}, ByteView(sealed).first(size));
    REQUIRE_FALSE(cut.ok());
    CHECK(cut.error().code == (size < siv_overhead ? Code::truncated : Code::cannot_open));
  }
}

#if __has_include(<rapidcheck.h>)
TEST_CASE("What SIV seals it opens, always to the same bytes", "[crypto][property]") {
  REQUIRE(rc::check([](const std::vector<std::uint8_t>& plaintext, const std::vector<Bytes>& strings) {
    RC_PRE(strings.size() <= 126u);
    Secret<64> key;
    for (auto& byte : key.data()) byte = *rc::gen::arbitrary<std::uint8_t>();
    const std::vector<ByteView> ads(strings.begin(), strings.end());
    const Bytes sealed = siv_seal(key, std::span(ads), plaintext);
    RC_ASSERT(sealed.size() == plaintext.size() + siv_overhead);
    RC_ASSERT(sealed == siv_seal(key, std::span(ads), plaintext));
    const auto opened = siv_open(key, std::span(ads), sealed);
    RC_ASSERT(opened.ok());
    RC_ASSERT(*opened == plaintext);
  }));
}
#endif
