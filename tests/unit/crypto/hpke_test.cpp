#include "crypto/seal/hpke.hpp"

#include "crypto/random.hpp"
#include "support.hpp"
#if __has_include(<rapidcheck.h>)
#include <rapidcheck.h>
#endif

using namespace gandan;
using namespace gandan::crypto;

TEST_CASE("HPKE's base mode gives the published values of RFC 9180", "[crypto]") {
  struct Case {
    HpkeAead aead;
    const char *ikm_e, *enc, *ikm_r, *pk_r, *sk_r, *ct;
  };
  const Case cases[] = {
      // appendix A.1.1
      {HpkeAead::aes_128_gcm, "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234",
       "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
       "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037",
       "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
       "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
       "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"},
      // the test-vectors.json that the RFC names in appendix A (github.com/cfrg/draft-irtf-cfrg-hpke,
      // 5f503c5)
      {HpkeAead::aes_256_gcm, "2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9",
       "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
       "dac33b0e9db1b59dbbea58d59a14e7b5896e9bdf98fad6891e99d1686492b9ee",
       "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
       "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
       "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"},
      // appendix A.2.1
      {HpkeAead::chacha20_poly1305, "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
       "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
       "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
       "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
       "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
       "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"},
  };
  const Bytes info = hex("4f6465206f6e2061204772656369616e2055726e"), aad = hex("436f756e742d30"),
              plaintext = hex("4265617574792069732074727574682c20747275746820626561757479");
  for (const auto& c : cases) {
    const BoxKey recipient = BoxKey::derive(hex(c.ikm_r));
    CHECK(to_hex(recipient.public_key().view()) == c.pk_r);
    CHECK(to_hex(recipient.seed().view()) == c.sk_r);
    FixedRandom random(hex(c.ikm_e));
    const auto sealed = hpke_seal(recipient.public_key(), info, aad, plaintext, random, c.aead);
    REQUIRE(sealed.ok());
    CHECK(to_hex(sealed->enc.view()) == c.enc);
    CHECK(to_hex(sealed->ct) == c.ct);

    const auto from_seed = BoxKey::from_seed(hex(c.sk_r));
    REQUIRE(from_seed.ok());
    const auto opened = hpke_open(*from_seed, fixed<BoxPublicKey>(c.enc), info, aad, hex(c.ct), c.aead);
    REQUIRE(opened.ok());
    CHECK(equal(opened->view(), plaintext));
  }
}

TEST_CASE("X25519 gives the values of RFC 7748, section 6.1", "[crypto]") {
  const auto alice =
      BoxKey::from_seed(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const auto bob = BoxKey::from_seed(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  REQUIRE((alice.ok() && bob.ok()));
  CHECK(to_hex(alice->public_key().view()) ==
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  CHECK(to_hex(bob->public_key().view()) ==
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const char* shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  CHECK(to_hex(alice->agree(bob->public_key())->view()) == shared);
  CHECK(to_hex(bob->agree(alice->public_key())->view()) == shared);
}

TEST_CASE("Every change to a sealed secret, or to what it is bound to, is refused", "[crypto]") {
  const BoxKey key = BoxKey::generate(system_random()), other = BoxKey::generate(system_random());
  const Bytes info = counting(0, 30), aad = counting(3, 10), plaintext = counting(7, 32);
  const auto sealed = hpke_seal(key.public_key(), info, aad, plaintext, system_random());
  REQUIRE(sealed.ok());
  REQUIRE(sealed->ct.size() + BoxPublicKey::size == plaintext.size() + hpke_overhead);
  REQUIRE(hpke_open(key, sealed->enc, info, aad, sealed->ct).ok());
  const auto refused = [](const Result<SecretBytes>& result) {
    return !result.ok() && result.error().code == Code::cannot_open;
  };
  const auto flip = [](std::uint8_t& byte, std::size_t bit) {
    byte = static_cast<std::uint8_t>(byte ^ (1u << bit));
  };
  for (std::size_t bit = 0; bit < 8 * sealed->ct.size(); ++bit) {
    Bytes ct = sealed->ct;
    flip(ct[bit / 8], bit % 8);
    CHECK(refused(hpke_open(key, sealed->enc, info, aad, ct)));
  }
  // Also the last bit, which X25519 itself ignores: the encapsulated key enters the key schedule as it was
  // sent.
  for (std::size_t bit = 0; bit < 256; ++bit) {
    BoxPublicKey enc = sealed->enc;
    flip(enc.bytes[bit / 8], bit % 8);
    CHECK(refused(hpke_open(key, enc, info, aad, sealed->ct)));
  }
  CHECK(refused(hpke_open(other, sealed->enc, info, aad, sealed->ct)));
  CHECK(refused(hpke_open(key, sealed->enc, aad, aad, sealed->ct)));
  CHECK(refused(hpke_open(key, sealed->enc, info, info, sealed->ct)));
  CHECK(refused(hpke_open(key, sealed->enc, info, aad, sealed->ct, HpkeAead::chacha20_poly1305)));
  CHECK(refused(hpke_open(key, BoxPublicKey{}, info, aad, sealed->ct)));
  const auto cut = hpke_open(key, sealed->enc, info, aad, ByteView(sealed->ct).first(15));
  REQUIRE_FALSE(cut.ok());
  CHECK(cut.error().code == Code::truncated);
}

TEST_CASE("A recipient of small order is refused", "[crypto]") {
  for (const char* text : {"0000000000000000000000000000000000000000000000000000000000000000",
                           "0100000000000000000000000000000000000000000000000000000000000000",
                           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    const auto sealed = hpke_seal(fixed<BoxPublicKey>(text), {}, {}, as_bytes("secret"), system_random());
    REQUIRE_FALSE(sealed.ok());
    CHECK(sealed.error().code == Code::bad_key);
  }
}

#if __has_include(<rapidcheck.h>)
TEST_CASE("What HPKE seals its recipient opens", "[crypto][property]") {
  REQUIRE(rc::check([](const Bytes& plaintext, const Bytes& info, const Bytes& aad) {
    const BoxKey key = BoxKey::generate(system_random());
    const auto sealed = hpke_seal(key.public_key(), info, aad, plaintext, system_random());
    RC_ASSERT(sealed.ok());
    const auto opened = hpke_open(key, sealed->enc, info, aad, sealed->ct);
    RC_ASSERT(opened.ok());
    RC_ASSERT(equal(opened->view(), plaintext));
  }));
}
#endif
