// The realm's root key and the keys that recover it: Ed25519 seeds in files behind passphrases, apart from
// any vault.
//
// Threading: as the session's.
#pragma once

#include "app/params.hpp"
#include "app/session.hpp"
#include "crypto/sign.hpp"

namespace gandan::app {

constexpr std::string_view kRootKeyPurpose = "root key";          // schema/wire/crypto.md section 4
constexpr std::string_view kRecoveryKeyPurpose = "recovery key";  // the same

// Whom a request speaks for besides the device: parameters root_key_file and root_passphrase. Nothing: the
// device itself. A missing one of the two is a fault of `p`; else as open_key_file.
Result<std::optional<crypto::SigningKey>> root_key_given(Params& p);

// Code::not_found, wrong_passphrase, malformed.
Result<crypto::SigningKey> open_key_file(const std::string& file, std::string_view passphrase,
                                         std::string_view purpose);
// The file's bytes.
Result<Bytes> seal_key(Session& s, const crypto::SigningKey& key, std::string_view passphrase,
                       std::string_view purpose);
// A new passphrase, NFC; a fault of `p` when it is too short.
std::string new_passphrase(Params& p, std::string_view name);

}  // namespace gandan::app
