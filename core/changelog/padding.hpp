// Texts padded before they are sealed, so that their length says little: ISO/IEC 7816-4, 0x80 and then zeros
// up to a multiple of 64 bytes.
//
// Threading: pure functions.
#pragma once

#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace gandan::changelog {

constexpr std::size_t kSealBlockBytes = 64;
constexpr std::size_t kMaxSealedTextBytes = 24 * 1024 - 1;  // at least one byte of padding

crypto::SecretBytes padded(std::string_view text);
// Code::cannot_open for anything that padded() does not make.
Result<std::string> unpadded(ByteView bytes);

}  // namespace gandan::changelog
