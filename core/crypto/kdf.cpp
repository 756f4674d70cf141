// Written over SHA-256 rather than EVP_KDF and EVP_MAC, whose contexts and parameter lists cost more than
// the four compressions of a short HMAC.
#include "crypto/kdf.hpp"

#include <cstdlib>

namespace gandan::crypto {
namespace {

constexpr std::size_t block_size = 64;  // of SHA-256, bytes

}  // namespace

HmacKey::HmacKey(ByteView key) {
  Secret<block_size> pad;
  if (key.size() > block_size) {
    Hash hash = sha256(key);
    std::copy_n(hash.bytes.begin(), Hash::size, pad.data().begin());
    cleanse(hash.bytes);
  } else {
    std::copy(key.begin(), key.end(), pad.data().begin());
  }
  for (auto& byte : pad.data()) byte ^= 0x36;
  inner_.add(pad.view());
  for (auto& byte : pad.data()) byte ^= 0x36 ^ 0x5c;
  outer_.add(pad.view());
}

Hash HmacKey::mac(std::initializer_list<ByteView> parts) const {
  Sha256 hash = inner_;
  for (const ByteView part : parts) hash.add(part);
  Hash inner = hash.finish();
  hash = outer_;
  const Hash out = hash.add(inner.view()).finish();
  cleanse(inner.bytes);
  return out;
}

void HmacKey::expand(std::initializer_list<ByteView> info, std::span<std::uint8_t> out) const {
  if (out.size() > hkdf_max) std::abort();
  Hash block;  // T(i)
  ByteView previous;
  for (std::uint8_t i = 1; !out.empty(); ++i) {
    Sha256 hash = inner_;
    hash.add(previous);
    for (const ByteView part : info) hash.add(part);
    block = hash.add({&i, 1}).finish();
    hash = outer_;
    block = hash.add(block.view()).finish();
    const std::size_t n = std::min(out.size(), Hash::size);
    std::copy_n(block.bytes.begin(), n, out.begin());
    out = out.subspan(n);
    previous = block.view();
  }
  cleanse(block.bytes);
}

Hash hmac_sha256(ByteView key, ByteView message) { return HmacKey(key).mac({message}); }

Secret<32> hkdf_extract(ByteView salt, ByteView ikm) {
  Hash prk = hmac_sha256(salt, ikm);
  Secret<32> out;
  std::copy_n(prk.bytes.begin(), Hash::size, out.data().begin());
  cleanse(prk.bytes);
  return out;
}

void hkdf_expand(ByteView prk, ByteView info, std::span<std::uint8_t> out) {
  HmacKey(prk).expand({info}, out);
}

SecretBytes hkdf_sha256(ByteView ikm, ByteView salt, ByteView info, std::size_t length) {
  SecretBytes out(length);
  hkdf_expand(hkdf_extract(salt, ikm).view(), info, out.data());
  return out;
}

}  // namespace gandan::crypto
