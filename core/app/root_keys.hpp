// The realm's root key and the keys that recover it: Ed25519 seeds in files behind passphrases, apart from
// any vault, or a root key on a token.
//
// Threading: as the session's.
#pragma once

#include "app/params.hpp"
#include "app/session.hpp"
#include "crypto/token.hpp"

namespace gandan::app {

constexpr std::string_view kRootKeyPurpose = "root key";          // schema/wire/crypto.md section 4
constexpr std::string_view kRecoveryKeyPurpose = "recovery key";  // the same

// Whom a request speaks for besides the device.
class Root {
 public:
  Root() = default;  // nobody
  explicit Root(crypto::SigningKey key)
      : key_(std::make_unique<crypto::SigningKey>(std::move(key))),
        signer_(std::make_unique<crypto::KeySigner>(*key_)) {}
  Root(std::unique_ptr<crypto::Token> token, std::unique_ptr<crypto::Signer> signer)
      : token_(std::move(token)), signer_(std::move(signer)) {}
  const crypto::Signer* signer() const { return signer_.get(); }  // nullptr: the device itself

 private:
  std::unique_ptr<crypto::SigningKey> key_;
  std::unique_ptr<crypto::Token> token_;
  std::unique_ptr<crypto::Signer> signer_;  // goes first
};
// By the parameters root_key_file and root_passphrase, or root_token and token_pin; none of them: nobody. A
// missing one of two is a fault of `p`; else the errors of open_key_file and of Tokens::open.
Result<Root> root_given(Session& s, Params& p);

// Code::not_found, wrong_passphrase, malformed.
Result<crypto::SigningKey> open_key_file(const std::string& file, std::string_view passphrase,
                                         std::string_view purpose);
// The file's bytes.
Result<Bytes> seal_key(Session& s, const crypto::SigningKey& key, std::string_view passphrase,
                       std::string_view purpose);
// A new passphrase, NFC; a fault of `p` when it is too short.
std::string new_passphrase(Params& p, std::string_view name);

}  // namespace gandan::app
