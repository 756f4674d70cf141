#include "crypto/random.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace gandan::crypto {
namespace {

class SystemRandom final : public Random {
 public:
  // The private DRBG also for public values: one generator is one thing less to choose wrongly.
  void fill(std::span<std::uint8_t> out) override {
    if (RAND_priv_bytes_ex(nullptr, out.data(), out.size(), 0) != 1) {
      throw std::runtime_error("the system's random generator failed");
    }
  }
};

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

}  // namespace gandan::crypto
