#include "crypto/hash.hpp"

#include <cstdlib>

#include "crypto/openssl.hpp"

namespace gandan::crypto {
namespace {

const EVP_MD* sha256_algorithm() {
  static const Md md = expect(Md(EVP_MD_fetch(nullptr, "SHA256", nullptr)));
  return md.get();
}

}  // namespace

void DigestContextDeleter::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256(const Sha256& other) { *this = other; }

Sha256& Sha256::operator=(const Sha256& other) {
  if (this == &other) return *this;
  started_ = false;
  if (other.started_) {
    if (!context_) context_.reset(EVP_MD_CTX_new());
    expect(context_ && EVP_MD_CTX_copy_ex(context_.get(), other.context_.get()) == 1);
    started_ = true;
  }
  return *this;
}

void Sha256::start() {
  if (!context_) context_.reset(EVP_MD_CTX_new());
  expect(context_ && EVP_DigestInit_ex2(context_.get(), sha256_algorithm(), nullptr) == 1);
  started_ = true;
}

Sha256& Sha256::add(ByteView bytes) {
  if (!started_) start();
  expect(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash Sha256::finish() {
  if (!started_) start();
  Hash out;
  started_ = false;
  expect(EVP_DigestFinal_ex(context_.get(), out.bytes.data(), nullptr) == 1);
  return out;
}

Hash sha256(std::initializer_list<ByteView> parts) {
  Sha256 hash;
  for (const ByteView part : parts) hash.add(part);
  return hash.finish();
}

Bytes domain_prefix(std::string_view domain, const RealmId& realm) {
  if (domain.size() > 255) std::abort();
  Bytes out;
  out.reserve(1 + domain.size() + RealmId::size);
  out.push_back(static_cast<std::uint8_t>(domain.size()));
  append(out, as_bytes(domain));
  append(out, realm.view());
  return out;
}

Hash tagged_hash(std::string_view domain, const RealmId& realm, std::initializer_list<ByteView> parts) {
  if (domain.size() > 255) std::abort();
  const auto length = static_cast<std::uint8_t>(domain.size());
  Sha256 hash;
  hash.add({&length, 1}).add(as_bytes(domain)).add(realm.view());
  for (const ByteView part : parts) hash.add(part);
  return hash.finish();
}

}  // namespace gandan::crypto
