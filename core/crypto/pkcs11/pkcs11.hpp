// Security tokens through PKCS#11 v2.40 (OASIS), for offices and the root. The tokens' modules are found and
// shared by p11-kit; keys are made by their own tools (pkcs11-tool --keygen …), never by us.
//
//   vault slot   AES:  CKM_AES_GCM, 12 random bytes of IV
//                RSA:  CKM_RSA_PKCS_OAEP with SHA-1, the one hash that all tokens have; nothing rests on its
//                collisions
//   root key     Ed25519: CKM_EDDSA without parameters (RFC 8032, pure); each signature is verified before it
//   is used
//
// An address names token and key, RFC 7512 without its query: "pkcs11:token=office;object=vault". The module
// is the shell's word and not the address's: that one lies in clear beside the vault, and a module is a
// program.
//
// A login is a process's: opening a token ends what others of this process were logged in to it for.
//
// Threading: as crypto/token.hpp.
#pragma once

#include "crypto/token.hpp"

namespace gandan::crypto {

// Of one module (a path), or with an empty path of all that this system's p11-kit knows.
std::unique_ptr<Tokens> pkcs11_tokens(std::string module_path);

}  // namespace gandan::crypto
