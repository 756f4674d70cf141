#include "certificates.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace gandan::server::test {
namespace {

void ssl_must(int result) {
  if (result != 1) throw std::runtime_error("OpenSSL cannot make a certificate");
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

File open_file(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"));
  if (!file) throw std::runtime_error("cannot write " + path);
  return file;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) throw std::runtime_error("not an extension: " + value);
  const int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  ssl_must(added);
}

}  // namespace

Authority::Key Authority::make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) throw std::runtime_error("OpenSSL cannot make a key");
  return key;
}

Authority::Certificate Authority::make(EVP_PKEY* subject, const std::string& name,
                                       const CertificateWish& wish, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate out(X509_new());
  X509* certificate = out.get();
  const bool authority = issuer == nullptr;
  if (authority) issuer = certificate;
  long serial = 0;
  ssl_must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 4));
  ssl_must(X509_set_version(certificate, 2));
  ssl_must(ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial + 1));
  X509_gmtime_adj(X509_getm_notBefore(certificate), wish.from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wish.until_seconds);
  ssl_must(X509_set_pubkey(certificate, subject));
  ssl_must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0));
  ssl_must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)));
  extend(certificate, issuer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  if (!authority) extend(certificate, issuer, NID_subject_alt_name, wish.names);
  if (X509_sign(certificate, issuer_key, EVP_sha256()) == 0) ssl_must(0);
  return out;
}

Authority::Authority(std::string folder, std::string name)
    : folder_(std::move(folder)),
      file_(folder_ + "/" + name + ".pem"),
      key_(make_key()),
      certificate_(make(key_.get(), name, {}, nullptr, key_.get())) {
  ssl_must(PEM_write_X509(open_file(file_).get(), certificate_.get()));
}

Authority::Files Authority::issue(const std::string& name, const CertificateWish& wish) const {
  const Key key = make_key();
  const Certificate certificate = make(key.get(), name, wish, certificate_.get(), key_.get());
  const Files files{folder_ + "/" + name + ".crt", folder_ + "/" + name + ".key"};
  ssl_must(PEM_write_X509(open_file(files.certificate).get(), certificate.get()));
  const bool closed = !wish.passphrase.empty();
  ssl_must(
      PEM_write_PrivateKey(open_file(files.key).get(), key.get(), closed ? EVP_aes_256_cbc() : nullptr,
                           closed ? reinterpret_cast<const unsigned char*>(wish.passphrase.data()) : nullptr,
                           static_cast<int>(wish.passphrase.size()), nullptr, nullptr));
  return files;
}

}  // namespace gandan::server::test
