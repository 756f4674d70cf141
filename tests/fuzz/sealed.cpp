// Sealed values from others' segments.
#include <cstdlib>

#include "changelog/sealed_value.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::changelog;
  const ByteView in(data, size);
  const test::HeapCeiling ceiling;
  if (const auto sealed = decode_sealed(in)) {
    const auto encoded = std::visit([](const auto& value) { return encode_sealed(value); }, *sealed);
    if (!equal(encoded.bytes, in)) std::abort();
  }
  return 0;
}
