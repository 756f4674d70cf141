// A recovery code: what opens a vault whose passphrase was forgotten. Eight groups of six digits, printed
// once and kept on paper: 133 bits that chance made, so no passphrase derivation has to slow anybody down.
//
//   group = five random digits ‖ check digit over (the group's place, the five), ISO 7064 MOD 11,10
//
// A mistyped digit is told at once, with its group; so are two groups in each other's place, nine times of
// ten.
//
// Threading: functions; any thread.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/seams.hpp"
#include "crypto/secret.hpp"

namespace gandan::vault {

constexpr std::size_t kRecoveryGroups = 8;

std::string new_recovery_code(Random& random);  // "123456 234567 …"
// The forty random digits. Spaces, hyphens and line ends between digits do not matter. Code::wrong_recovery
// with the groups that are wrong as fields ("group.3"), or without any when there are not 48 digits.
Result<crypto::SecretBytes> read_recovery_code(std::string_view text);

}  // namespace gandan::vault
