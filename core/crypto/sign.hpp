// Ed25519 signatures, RFC 8032 (pure, no context: the domain prefix of hash.hpp stands inside the message).
//
// Threading: const members of SigningKey and Verifier may be called from several threads.
#pragma once

#include <memory>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/seams.hpp"
#include "crypto/secret.hpp"

struct evp_pkey_st;

namespace gandan::crypto {

struct KeyDeleter {
  void operator()(evp_pkey_st* key) const;
};
using KeyHandle = std::unique_ptr<evp_pkey_st, KeyDeleter>;

class SigningKey {
 public:
  static SigningKey generate(Random& random);
  static Result<SigningKey> from_seed(
      ByteView seed);  // RFC 8032's private key; Code::bad_key unless 32 bytes

  const SignPublicKey& public_key() const { return public_key_; }
  Signature sign(ByteView message) const;
  Secret<32> seed() const;  // for sealing the key into a file or vault

 private:
  SigningKey(KeyHandle key, SignPublicKey public_key) : key_(std::move(key)), public_key_(public_key) {}
  KeyHandle key_;
  SignPublicKey public_key_;
};

// A parsed public key: for verifying many signatures of one signer.
class Verifier {
 public:
  // Code::bad_key for the points of small order, under which one signature holds for many messages. A point
  // that is not on the curve is accepted here and verifies nothing.
  static Result<Verifier> create(const SignPublicKey& key);

  const SignPublicKey& public_key() const { return public_key_; }
  bool verify(ByteView message, const Signature& signature) const;

 private:
  Verifier(KeyHandle key, SignPublicKey public_key) : key_(std::move(key)), public_key_(public_key) {}
  KeyHandle key_;
  SignPublicKey public_key_;
};

// One signature; false also for a key that Verifier::create refuses.
bool verify(const SignPublicKey& key, ByteView message, const Signature& signature);

}  // namespace gandan::crypto
