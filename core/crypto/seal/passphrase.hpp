// What a person's passphrase protects: scrypt (RFC 7914) with stored parameters, and a small file that holds
// one secret (a root key, a device's keys). Bytes of the file: schema/wire/crypto.md.
//
// A passphrase is UTF-8 in NFC: the caller normalises, because Vietnamese keyboards differ in it.
//
// Threading: functions; any thread. One scrypt takes about 0.1 s and 32 MiB with the default parameters.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/seams.hpp"
#include "crypto/secret.hpp"

namespace gandan::crypto {

// Stored beside what they protect; never secret. Hostile ones are refused before any memory is taken:
// N a power of two above 1, 128·N·r ≤ 256 MiB, p ≤ 16, 128·N·r·p ≤ 1 GiB, at most 64 bytes of salt.
struct ScryptParams {
  std::uint32_t n = std::uint32_t{1} << 15;
  std::uint32_t r = 8;
  std::uint32_t p = 1;
  Bytes salt;

  static ScryptParams fresh(Random& random);  // the defaults with 16 random bytes of salt
  template <class A>
  void serialize(A& a) {
    a(n, r, p, salt);
  }
};
constexpr std::uint64_t scrypt_memory_max = std::uint64_t{256} << 20;  // bytes
constexpr std::size_t scrypt_length_max = 1024;                        // bytes of output

// Code::too_large for parameters beyond the bounds, Code::malformed for impossible ones.
Status validate(const ScryptParams& params);
Result<SecretBytes> scrypt(std::string_view passphrase, const ScryptParams& params, std::size_t length);

constexpr std::size_t passphrase_secret_max = std::size_t{64} << 10;  // bytes

// `purpose` (1 to 64 bytes, e.g. "root key") is stored in clear and bound: a file made for another one is
// refused. Code::too_large for a secret above the bound.
Result<Bytes> seal_with_passphrase(ByteView secret, std::string_view passphrase, std::string_view purpose,
                                   const ScryptParams& params);

// Code::wrong_passphrase for the passphrase alone. Code::truncated or Code::malformed for a file that is cut,
// damaged, something else or for another purpose, Code::newer_format for a later version,
// Code::too_large for hostile parameters: all of these before any scrypt.
Result<SecretBytes> open_with_passphrase(ByteView file, std::string_view passphrase,
                                         std::string_view purpose);

}  // namespace gandan::crypto
