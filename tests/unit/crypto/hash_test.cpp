#include "crypto/hash.hpp"

#include "support.hpp"

using namespace gandan;
using namespace gandan::crypto;

TEST_CASE("SHA-256 gives the values of FIPS 180", "[crypto]") {
  CHECK(to_hex(sha256(as_bytes("abc")).view()) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256(ByteView{}).view()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256({as_bytes("a"), {}, as_bytes("bc")}) == sha256(as_bytes("abc")));
}

TEST_CASE("A hash goes on from a copied prefix, and starts anew after its end", "[crypto]") {
  Sha256 hash;
  hash.add(as_bytes("a"));
  Sha256 copy = hash;
  const Hash abc = hash.add(as_bytes("bc")).finish();
  CHECK(abc == sha256(as_bytes("abc")));
  CHECK(copy.add(as_bytes("c")).finish() == sha256(as_bytes("ac")));
  CHECK(hash.add(as_bytes("abc")).finish() == abc);
  hash.add(as_bytes("leftover"));
  hash = Sha256();
  CHECK(hash.finish() == sha256(ByteView{}));
}

TEST_CASE("A tagged hash starts with the domain's length, the domain and the realm", "[crypto]") {
  const auto realm = fixed<RealmId>("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  CHECK(to_hex(domain_prefix("gandan/x/v1", realm)) ==
        "0b67616e64616e2f782f7631"
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const Bytes prefix = domain_prefix("gandan/x/v1", realm);
  CHECK(tagged_hash("gandan/x/v1", realm, {as_bytes("one"), as_bytes("two")}) ==
        sha256({prefix, as_bytes("onetwo")}));
  CHECK(tagged_hash("gandan/x/v1", realm, {}) != tagged_hash("gandan/x/v2", realm, {}));
  CHECK(tagged_hash("gandan/x/v1", realm, {}) != tagged_hash("gandan/x/v1", RealmId{}, {}));
}
