#include "crypto/kdf.hpp"

#include "support.hpp"

using namespace gandan;
using namespace gandan::crypto;

TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231", "[crypto]") {
  const Bytes short_key(20, 0x0b), long_key(131, 0xaa);
  CHECK(to_hex(hmac_sha256(short_key, as_bytes("Hi There")).view()) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).view()) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(to_hex(hmac_sha256(long_key, as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))
                   .view()) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("HKDF-SHA-256 gives the values of RFC 5869, appendix A", "[crypto]") {
  struct Case {
    Bytes ikm, salt, info;
    const char *prk, *okm;
  };
  const Case cases[] = {
      {Bytes(22, 0x0b), counting(0x00, 13), counting(0xf0, 10),
       "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
       "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
      {counting(0x00, 80), counting(0x60, 80), counting(0xb0, 80),
       "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
       "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
       "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
      {Bytes(22, 0x0b),
       {},
       {},
       "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
       "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
  };
  for (const auto& c : cases) {
    const auto prk = hkdf_extract(c.salt, c.ikm);
    CHECK(to_hex(prk.view()) == c.prk);
    const Bytes okm = hex(c.okm);
    CHECK(equal(hkdf_sha256(c.ikm, c.salt, c.info, okm.size()).view(), okm));
    Bytes out(okm.size());
    hkdf_expand(prk.view(), c.info, out);
    CHECK(out == okm);
    CHECK(equal(hkdf_sha256<32>(c.ikm, c.salt, c.info).view(), ByteView(okm).first(32)));
  }
}

TEST_CASE("One key expands many times, to the last byte that HKDF allows", "[crypto]") {
  const Bytes prk(32, 7);
  const HmacKey key(prk);
  Bytes all(hkdf_max);
  hkdf_expand(prk, as_bytes("info"), all);
  for (const std::size_t size : {0, 1, 31, 32, 33, 64, 8159, 8160}) {
    Bytes out(size);
    key.expand({as_bytes("in"), as_bytes("fo")}, out);
    CHECK(equal(out, ByteView(all).first(size)));
  }
  CHECK(key.mac({as_bytes("a"), as_bytes("b")}) == hmac_sha256(prk, as_bytes("ab")));
}
