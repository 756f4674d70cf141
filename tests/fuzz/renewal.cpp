// Renewals from a bundle, a QR code or a keyboard: what is read has one form.
#include "roster/renewal.hpp"

#include <cstdlib>

#include "app/carried.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  const ByteView in(data, size);
  const test::HeapCeiling ceiling;
  if (const auto renewal = roster::decode_renewal(in)) {
    if (!equal(roster::encode_renewal(*renewal), in)) std::abort();
  }
  const auto typed = app::read_renewal(as_text(in));
  if (!typed) return 0;
  const auto again = app::read_renewal(app::renewal_text(*typed));
  if (!again || !equal(roster::encode_renewal(*again), roster::encode_renewal(*typed))) std::abort();
  return 0;
}
