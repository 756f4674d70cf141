// Personal values from others' segments, and entries of the key box from a server or a device.
#include <cstdlib>

#include "changelog/personal_value.hpp"
#include "protocol/record_key.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  const ByteView in(data, size);
  const test::HeapCeiling ceiling;
  if (const auto text = changelog::decode_personal(in))
    if (!equal(changelog::encode_personal(*text).bytes, in)) std::abort();
  if (const auto entry = protocol::decode_record_key(in))
    if (!equal(protocol::encode_record_key(*entry), in)) std::abort();
  return 0;
}
