#include "crypto/sign.hpp"

#include <openssl/err.h>

#include "crypto/random.hpp"
#include "support.hpp"

using namespace gandan;
using namespace gandan::crypto;

TEST_CASE("Ed25519 gives the values of RFC 8032, section 7.1", "[crypto]") {
  struct Case {
    const char *seed, *public_key, *message, *signature;
  };
  const Case cases[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
       "4a7c15e9716ed28dc027beceea1ec40a"},
      {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
       "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
       "454d4423643ce80e2a9ac94fa54ca49f",
       "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
       "3dca179c138ac17ad9bef1177331a704"},
  };
  for (const auto& c : cases) {
    const auto key = SigningKey::from_seed(hex(c.seed));
    REQUIRE(key.ok());
    CHECK(to_hex(key->public_key().view()) == c.public_key);
    CHECK(to_hex(key->sign(hex(c.message)).view()) == c.signature);
    CHECK(to_hex(key->seed().view()) == c.seed);
    CHECK(verify(key->public_key(), hex(c.message), fixed<Signature>(c.signature)));
  }
}

TEST_CASE("A signature holds for its message, its key and itself only", "[crypto]") {
  const auto key = SigningKey::generate(system_random());
  const auto verifier = Verifier::create(key.public_key());
  REQUIRE(verifier.ok());
  Bytes message = counting(0, 100);
  const Signature signature = key.sign(message);
  REQUIRE(verifier->verify(message, signature));
  for (std::size_t bit = 0; bit < 8 * Signature::size; ++bit) {
    Signature changed = signature;
    changed.bytes[bit / 8] = static_cast<std::uint8_t>(changed.bytes[bit / 8] ^ (1u << (bit % 8)));
    CHECK_FALSE(verifier->verify(message, changed));
  }
  for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
    message[bit / 8] = static_cast<std::uint8_t>(message[bit / 8] ^ (1u << (bit % 8)));
    CHECK_FALSE(verifier->verify(message, signature));
    message[bit / 8] = static_cast<std::uint8_t>(message[bit / 8] ^ (1u << (bit % 8)));
  }
  CHECK_FALSE(verify(SigningKey::generate(system_random()).public_key(), message, signature));
  CHECK_FALSE(verify(SignPublicKey{}, message, signature));
}

TEST_CASE("A signature that fails leaves nothing in OpenSSL's error queue", "[crypto]") {
  ERR_clear_error();
  const auto key = SigningKey::generate(system_random());
  CHECK_FALSE(verify(key.public_key(), as_bytes("x"), Signature{}));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("A second form of a signature, with the group's order added, is refused", "[crypto]") {
  const auto key = SigningKey::generate(system_random());
  Signature signature = key.sign(as_bytes("x"));
  const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += signature.bytes[32 + i] + order[i];
    signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  CHECK_FALSE(verify(key.public_key(), as_bytes("x"), signature));
}

TEST_CASE("Keys under which one signature holds for many messages are refused", "[crypto]") {
  const char* small_orders[] = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  };
  for (const char* text : small_orders) {
    for (const unsigned sign : {0x00u, 0x80u}) {
      auto key = fixed<SignPublicKey>(text);
      key.bytes[31] = static_cast<std::uint8_t>(key.bytes[31] | sign);
      const auto verifier = Verifier::create(key);
      REQUIRE_FALSE(verifier.ok());
      CHECK(verifier.error().code == Code::bad_key);
    }
  }
  // The neutral element as key and as R, with S = 0, would hold for every message.
  auto neutral = fixed<SignPublicKey>(small_orders[1]);
  Signature signature;
  signature.bytes[0] = 1;
  CHECK_FALSE(verify(neutral, as_bytes("any message"), signature));
}

TEST_CASE("A seed has 32 bytes", "[crypto]") {
  for (const std::size_t size : {0, 31, 33, 64}) {
    const auto key = SigningKey::from_seed(Bytes(size));
    REQUIRE_FALSE(key.ok());
    CHECK(key.error().code == Code::bad_key);
  }
}
