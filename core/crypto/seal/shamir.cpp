#include "crypto/seal/shamir.hpp"

namespace gandan::crypto {
namespace {

std::uint8_t times(std::uint8_t a, std::uint8_t b) {
  unsigned left = a, right = b, out = 0;
  for (int bit = 0; bit < 8; ++bit) {
    out ^= left & (0u - (right & 1u));
    left = (left << 1) ^ (0x11bu & (0u - (left >> 7)));
    right >>= 1;
  }
  return static_cast<std::uint8_t>(out);
}

// a^254: the inverse of all but 0.
std::uint8_t inverse(std::uint8_t a) {
  std::uint8_t out = 1, power = a;
  for (int bit = 1; bit < 8; ++bit) {
    power = times(power, power);
    out = times(out, power);
  }
  return out;
}

}  // namespace

Result<std::vector<ShamirShare>> shamir_split(ByteView secret, std::size_t k, std::size_t n, Random& random) {
  if (k < 2 || k > n || n > 255 || secret.empty()) return Error{Code::bad_request, "threshold"};
  // One polynomial for each byte: the secret is its constant term, the others are random.
  SecretBytes others((k - 1) * secret.size());
  random.fill(others.data());
  std::vector<ShamirShare> out;
  for (std::size_t x = 1; x <= n; ++x) {
    ShamirShare share{static_cast<std::uint8_t>(x), SecretBytes(secret.size())};
    for (std::size_t i = 0; i < secret.size(); ++i) {
      std::uint8_t y = 0;  // Horner's scheme, from the highest term
      for (std::size_t term = k - 1; term > 0; --term)
        y = static_cast<std::uint8_t>(times(y, share.x) ^ others.view()[(term - 1) * secret.size() + i]);
      share.y.data()[i] = static_cast<std::uint8_t>(times(y, share.x) ^ secret[i]);
    }
    out.push_back(std::move(share));
  }
  return out;
}

Result<SecretBytes> shamir_combine(const std::vector<ShamirShare>& shares) {
  if (shares.size() < 2) return Error{Code::bad_request, "fewer than two shares"};
  const std::size_t size = shares.front().y.size();
  SecretBytes out(size);
  for (const auto& share : shares) {
    // Lagrange's basis polynomial of this share at 0: the product of x_j / (x_j - x_i).
    std::uint8_t above = 1, below = 1;
    for (const auto& other : shares) {
      if (&other == &share) continue;
      if (other.x == share.x) return Error{Code::bad_request, "one share twice"};
      above = times(above, other.x);
      below = times(below, static_cast<std::uint8_t>(other.x ^ share.x));
    }
    if (share.x == 0 || share.y.size() != size) return Error{Code::bad_request, "not a share"};
    const std::uint8_t weight = times(above, inverse(below));
    for (std::size_t i = 0; i < size; ++i)
      out.data()[i] = static_cast<std::uint8_t>(out.data()[i] ^ times(weight, share.y.view()[i]));
  }
  return out;
}

}  // namespace gandan::crypto
