// Signer: an Ed25519 key that signs, wherever it lies: in memory, or in a token that never gives it away.
//
// Threading: as the implementation says; one thread at a time suffices everywhere.
#pragma once

#include "crypto/sign.hpp"

namespace gandan::crypto {

class Signer {
 public:
  virtual ~Signer() = default;
  virtual const SignPublicKey& public_key() const = 0;
  // A signature that verifies under public_key(), or an error: a token may be pulled out.
  virtual Result<Signature> sign(ByteView message) const = 0;
};

// A key in memory.
class KeySigner final : public Signer {
 public:
  explicit KeySigner(const SigningKey& key) : key_(key) {}  // which must outlive it
  const SignPublicKey& public_key() const override { return key_.public_key(); }
  Result<Signature> sign(ByteView message) const override { return key_.sign(message); }

 private:
  const SigningKey& key_;
};

}  // namespace gandan::crypto
