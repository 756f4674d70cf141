// HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869). Which info strings exist: schema/wire/crypto.md.
//
// Threading: functions may be called from any thread; const members of HmacKey too.
// Errors: none but std::bad_alloc. Asking for more than 8160 bytes is a fault of the caller and aborts.
#pragma once

#include <initializer_list>

#include "crypto/hash.hpp"
#include "crypto/secret.hpp"

namespace gandan::crypto {

constexpr std::size_t hkdf_max = 255 * 32;  // bytes, RFC 5869 section 2.3

// A key with its two inner states computed: for many messages, or many expansions, under one key.
// The parts are concatenated.
class HmacKey {
 public:
  explicit HmacKey(ByteView key);

  Hash mac(std::initializer_list<ByteView> parts) const;
  // HKDF-Expand with this key as PRK.
  void expand(std::initializer_list<ByteView> info, std::span<std::uint8_t> out) const;
  template <std::size_t N>
  Secret<N> expand(std::initializer_list<ByteView> info) const {
    static_assert(N <= hkdf_max);
    Secret<N> out;
    expand(info, out.data());
    return out;
  }

 private:
  Sha256 inner_, outer_;  // after the padded key
};

Hash hmac_sha256(ByteView key, ByteView message);

Secret<32> hkdf_extract(ByteView salt, ByteView ikm);
void hkdf_expand(ByteView prk, ByteView info, std::span<std::uint8_t> out);
template <std::size_t N>
Secret<N> hkdf_expand(ByteView prk, ByteView info) {
  static_assert(N <= hkdf_max);
  Secret<N> out;
  hkdf_expand(prk, info, out.data());
  return out;
}

// Extract, then expand.
SecretBytes hkdf_sha256(ByteView ikm, ByteView salt, ByteView info, std::size_t length);
template <std::size_t N>
Secret<N> hkdf_sha256(ByteView ikm, ByteView salt, ByteView info) {
  return hkdf_expand<N>(hkdf_extract(salt, ikm).view(), info);
}

}  // namespace gandan::crypto
