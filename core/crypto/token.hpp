// Tokens as the core sees them: a device (smart card, USB key, HSM) that holds a key and never gives it away.
// Speaking to one is the office's side (crypto/pkcs11); a shell hands it to the Notebook, as it hands over
// the network.
//
// Threading: a Token belongs to one thread at a time; Tokens must allow calls from several.
#pragma once

#include <memory>
#include <string>

#include "crypto/signer.hpp"

namespace gandan::crypto {

constexpr std::size_t token_uri_max = 512;      // bytes of an address
constexpr std::size_t token_sealed_max = 1024;  // bytes of what a token sealed

// One key on one token, its holder logged in.
class Token {
 public:
  virtual ~Token() = default;
  // Under the token's AES or RSA key. Code::token_key when it has none that can, Code::token_failed.
  virtual Result<Bytes> seal(ByteView secret, Random& random) = 0;
  // Code::token_key for what another key sealed.
  virtual Result<SecretBytes> open(ByteView sealed) = 0;
  // The token's Ed25519 key; the Token must outlive it. Code::token_key when it has none.
  virtual Result<std::unique_ptr<Signer>> signer() = 0;
};

class Tokens {
 public:
  virtual ~Tokens() = default;
  // `uri` names token and key, RFC 7512, e.g. "pkcs11:token=office;object=vault?module-path=/usr/lib/…so".
  // Code::token_missing, token_pin, token_key, token_failed; Code::bad_request for what is no such address.
  virtual Result<std::unique_ptr<Token>> open(const std::string& uri, std::string_view pin) const = 0;
};

}  // namespace gandan::crypto
