// Helpers of these tests.
//
// Threading: one thread.
#pragma once

#include "base/bytes.hpp"
#include "base/seams.hpp"
#include "crypto/secret.hpp"
#include "support/catch.hpp"

namespace gandan::crypto {

inline Bytes hex(std::string_view text) {
  auto bytes = from_hex(text);
  REQUIRE(bytes.has_value());
  return *bytes;
}
template <class Id>
Id fixed(std::string_view text) {
  const Bytes bytes = hex(text);
  REQUIRE(bytes.size() == Id::size);
  return Id::from(bytes);
}
template <std::size_t N>
Secret<N> secret(std::string_view text) {
  auto result = Secret<N>::from(hex(text));
  REQUIRE(result.ok());
  return *std::move(result);
}
inline Bytes counting(std::uint8_t first, std::size_t size) {
  Bytes out(size);
  for (auto& byte : out) byte = first++;
  return out;
}

// Hands out the given bytes, then counts up from 0.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(Bytes bytes = {}) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) {
      byte = next_ < bytes_.size() ? bytes_[next_] : static_cast<std::uint8_t>(next_ - bytes_.size());
      ++next_;
    }
  }

 private:
  Bytes bytes_;
  std::size_t next_ = 0;
};

}  // namespace gandan::crypto
