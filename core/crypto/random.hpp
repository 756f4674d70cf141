// The system's random generator behind the Random seam: OpenSSL's DRBG, seeded by the operating system.
//
// Threading: safe from several threads.
// Errors: fill throws std::runtime_error when the generator cannot be seeded; nothing may go on without it.
#pragma once

#include "base/seams.hpp"

namespace gandan::crypto {

Random& system_random();

}  // namespace gandan::crypto
