// Internal to crypto: owners for what libcrypto hands out, and its algorithms, fetched once. A fetch takes
// locks and string compares, several microseconds that must not be paid for every message.
//
// Threading: the algorithms are constants, initialised by whoever comes first.
#pragma once

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>
#include <new>

namespace gandan::crypto {

template <class T, void (*release)(T*)>
struct Release {
  void operator()(T* object) const { release(object); }
};
using Md = std::unique_ptr<EVP_MD, Release<EVP_MD, EVP_MD_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Release<EVP_CIPHER, EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Release<EVP_KDF, EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Release<EVP_KDF_CTX, EVP_KDF_CTX_free>>;

// For calls that fail only when there is no memory, or when libcrypto was built without the algorithm.
inline void expect(bool succeeded) {
  if (!succeeded) throw std::bad_alloc();
}
template <class Owner>
Owner expect(Owner owner) {
  expect(owner != nullptr);
  return owner;
}

// What fails in here leaves nothing in the thread's error queue, where TLS would take it for its own.
class QuietErrors {
 public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

}  // namespace gandan::crypto
