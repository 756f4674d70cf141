// AES-SIV, RFC 5297: deterministic authenticated encryption. The same key, associated data and plaintext give
// the same bytes; nothing is lost when a nonce repeats, because there is none.
//
//   sealed = tag (16 bytes) ‖ ciphertext (as long as the plaintext)
//
// Keys of 32, 48 and 64 bytes are AES-128-, AES-192- and AES-256-SIV. Ours have 64.
// The associated data is a vector of strings: {"ab", "c"} differs from {"a", "bc"}, and no string from an
// empty one. At most 126 strings (section 7); more is a fault of the caller and aborts.
//
// Threading: functions; any thread.
#pragma once

#include <initializer_list>

#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace gandan::crypto {

constexpr std::size_t siv_overhead = 16;  // bytes
using SivKey = Secret<64>;

class AssociatedData {  // a view: the strings must outlive the call
 public:
  AssociatedData(std::initializer_list<ByteView> strings) : strings_(strings.begin(), strings.size()) {}
  AssociatedData(std::span<const ByteView> strings) : strings_(strings) {}
  std::span<const ByteView> strings() const { return strings_; }

 private:
  std::span<const ByteView> strings_;
};

Bytes siv_seal(const Secret<64>& key, AssociatedData ads, ByteView plaintext);
Bytes siv_seal(const Secret<48>& key, AssociatedData ads, ByteView plaintext);
Bytes siv_seal(const Secret<32>& key, AssociatedData ads, ByteView plaintext);

// Code::truncated below 16 bytes, Code::cannot_open when the tag does not hold; no plaintext leaves then.
Result<Bytes> siv_open(const Secret<64>& key, AssociatedData ads, ByteView sealed);
Result<Bytes> siv_open(const Secret<48>& key, AssociatedData ads, ByteView sealed);
Result<Bytes> siv_open(const Secret<32>& key, AssociatedData ads, ByteView sealed);

}  // namespace gandan::crypto
