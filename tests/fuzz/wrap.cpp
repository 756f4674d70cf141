// Wraps from a server or a bundle.
#include <cstdlib>

#include "protocol/wrap.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  const ByteView in(data, size);
  if (const auto wrap = protocol::decode_wrap(in)) {
    if (!equal(protocol::encode_wrap(*wrap), in)) std::abort();
  }
  return 0;
}
