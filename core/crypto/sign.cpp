#include "crypto/sign.hpp"

#include <algorithm>

#include "crypto/openssl.hpp"

namespace gandan::crypto {
namespace {

// The y coordinates, little endian and without the sign bit, of the eight points of small order, in every
// encoding that fits 255 bits: y = 0, 1, the two of order 8, p - 1, and p, p + 1 for 0, 1.
constexpr std::uint8_t small_orders[][32] = {
    {0x00},
    {0x01},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

bool has_small_order(const SignPublicKey& key) {
  auto y = key.bytes;
  y[31] &= 0x7f;
  return std::any_of(std::begin(small_orders), std::end(small_orders),
                     [&](const auto& point) { return std::equal(y.begin(), y.end(), point); });
}

}  // namespace

void KeyDeleter::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

SigningKey SigningKey::generate(Random& random) {
  Secret<32> seed;
  random.fill(seed.data());
  return *from_seed(seed.view());
}

Result<SigningKey> SigningKey::from_seed(ByteView seed) {
  if (seed.size() != 32) return Error{Code::bad_key, "Ed25519 seed: wrong length"};
  KeyHandle key(EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, seed.data(), seed.size()));
  expect(key != nullptr);
  SignPublicKey public_key;
  std::size_t size = SignPublicKey::size;
  expect(EVP_PKEY_get_raw_public_key(key.get(), public_key.bytes.data(), &size) == 1);
  return SigningKey(std::move(key), public_key);
}

Signature SigningKey::sign(ByteView message) const {
  const MdContext context = expect(MdContext(EVP_MD_CTX_new()));
  expect(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_.get(), nullptr) == 1);
  Signature out;
  std::size_t size = Signature::size;
  expect(EVP_DigestSign(context.get(), out.bytes.data(), &size, message.data(), message.size()) == 1);
  return out;
}

Secret<32> SigningKey::seed() const {
  Secret<32> out;
  std::size_t size = out.size;
  expect(EVP_PKEY_get_raw_private_key(key_.get(), out.data().data(), &size) == 1);
  return out;
}

Result<Verifier> Verifier::create(const SignPublicKey& public_key) {
  if (has_small_order(public_key)) return Error{Code::bad_key, "Ed25519 key of small order"};
  KeyHandle key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, public_key.bytes.data(),
                                               SignPublicKey::size));
  expect(key != nullptr);
  return Verifier(std::move(key), public_key);
}

bool Verifier::verify(ByteView message, const Signature& signature) const {
  const QuietErrors quiet;
  const MdContext context = expect(MdContext(EVP_MD_CTX_new()));
  expect(EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_.get(), nullptr) ==
         1);
  return EVP_DigestVerify(context.get(), signature.bytes.data(), Signature::size, message.data(),
                          message.size()) == 1;
}

bool verify(const SignPublicKey& key, ByteView message, const Signature& signature) {
  const auto verifier = Verifier::create(key);
  return verifier.ok() && verifier->verify(message, signature);
}

}  // namespace gandan::crypto
