// Shamir's secret sharing over GF(2^8) with AES's polynomial x^8 + x^4 + x^3 + x + 1, byte by byte (A.
// Shamir, "How to share a secret", 1979; the field and the shares' form as in draft-mcgrew-tss-03). Any k of
// n shares give the secret, fewer say nothing of it. Shares bear no proof: what combines them checks the
// result against something.
//
// Threading: functions; any thread. The arithmetic has no branch and no table that depends on a secret.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "base/seams.hpp"
#include "crypto/secret.hpp"

namespace gandan::crypto {

struct ShamirShare {
  std::uint8_t x = 0;  // 1 to 255
  SecretBytes y;       // as long as the secret
};

// Precondition of both: 2 <= k <= n <= 255; otherwise Code::bad_request. The shares have x = 1 … n.
Result<std::vector<ShamirShare>> shamir_split(ByteView secret, std::size_t k, std::size_t n, Random& random);
// From exactly the k shares that are given: with fewer than k, or a wrong one, something else comes out.
// Code::bad_request when two have one x, an x is 0 or the lengths differ.
Result<SecretBytes> shamir_combine(const std::vector<ShamirShare>& shares);

}  // namespace gandan::crypto
