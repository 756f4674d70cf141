// Authorities and certificates for tests, made in memory and written as PEM files: good ones, expired ones,
// ones for another name.
//
// Threading: plain functions. Errors: std::runtime_error.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace gandan::server::test {

struct CertificateWish {
  std::string names = "DNS:localhost,IP:127.0.0.1";  // as OpenSSL writes a subjectAltName
  long from_seconds = -3600;                         // of now
  long until_seconds = 24 * 3600;
  std::string passphrase;  // of the key's file
};

class Authority {
 public:
  Authority(std::string folder, std::string name);
  const std::string& file() const { return file_; }

  struct Files {
    std::string certificate, key;
  };
  Files issue(const std::string& name, const CertificateWish& wish = {}) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;
  static Key make_key();
  static Certificate make(EVP_PKEY* subject, const std::string& name, const CertificateWish& wish,
                          X509* issuer, EVP_PKEY* issuer_key);

  std::string folder_, file_;
  Key key_;
  Certificate certificate_;
};

}  // namespace gandan::server::test
