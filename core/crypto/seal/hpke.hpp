// HPKE, RFC 9180: base mode, single shot, DHKEM(X25519, HKDF-SHA256) with HKDF-SHA256. Seals a small secret
// for one recipient. It does not authenticate the sender: whoever opens must check what came out against
// something signed (an epoch's commitment).
//
// Threading: const members of BoxKey and the functions may be called from several threads.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/seams.hpp"
#include "crypto/secret.hpp"
#include "crypto/sign.hpp"

namespace gandan::crypto {

// A pair of X25519 keys (RFC 7748), for receiving.
class BoxKey {
 public:
  static BoxKey generate(Random& random);
  static BoxKey derive(ByteView ikm);  // DeriveKeyPair, RFC 9180 section 7.1.3; ikm: 32 bytes or more
  static Result<BoxKey> from_seed(ByteView seed);  // the private scalar; Code::bad_key unless 32 bytes

  const BoxPublicKey& public_key() const { return public_key_; }
  const Secret<32>& seed() const { return seed_; }  // for sealing the key into a file or vault
  // X25519 with `theirs`; Code::bad_key for a point of small order (RFC 9180 section 7.1.4).
  Result<Secret<32>> agree(const BoxPublicKey& theirs) const;

 private:
  BoxKey(KeyHandle key, Secret<32> seed, BoxPublicKey public_key)
      : key_(std::move(key)), seed_(std::move(seed)), public_key_(public_key) {}
  KeyHandle key_;
  Secret<32> seed_;
  BoxPublicKey public_key_;
};

// RFC 9180 section 7.3. All our formats use the second; the others are here for the published vectors.
enum class HpkeAead : std::uint16_t { aes_128_gcm = 1, aes_256_gcm = 2, chacha20_poly1305 = 3 };

constexpr std::size_t hpke_overhead = 32 + 16;  // bytes: encapsulated key and tag

struct HpkeSealed {
  BoxPublicKey enc;
  Bytes ct;  // plaintext's length + 16
};

// Takes 32 bytes from `random` as the ikm of the ephemeral key. Code::bad_key for a recipient of small order.
Result<HpkeSealed> hpke_seal(const BoxPublicKey& recipient, ByteView info, ByteView aad, ByteView plaintext,
                             Random& random, HpkeAead aead = HpkeAead::aes_256_gcm);

// Code::cannot_open when anything differs from what was sealed.
Result<SecretBytes> hpke_open(const BoxKey& key, const BoxPublicKey& enc, ByteView info, ByteView aad,
                              ByteView ct, HpkeAead aead = HpkeAead::aes_256_gcm);

}  // namespace gandan::crypto
