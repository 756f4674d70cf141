// Segment envelopes and stubs from anybody, before any signature: whatever is read is within bounds and has
// one form.
#include <cstdlib>

#include "protocol/segment.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  const ByteView in(data, size);
  if (const auto segment = protocol::decode_in_run(in)) {
    if (!protocol::check_bounds(*segment).ok() || !equal(protocol::encode_in_run(*segment), in)) std::abort();
  }
  if (const auto kept = protocol::decode_kept_in_run(in)) {
    if (!protocol::check_bounds(*kept).ok() || !equal(protocol::encode_in_run(*kept), in)) std::abort();
    if (kept->bare.has_value() != protocol::is_bare_in_run(in)) std::abort();
  }
  if (const auto stub = protocol::decode_stub(in)) {
    if (!protocol::check_bounds(stub->header).ok() || !equal(protocol::encode_stub(*stub), in)) std::abort();
  }
  return 0;
}
