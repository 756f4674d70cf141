// Texts in which ids, bytes, dates and people's words come: whatever is read is written again as it was.
#include "base/text.hpp"

#include <cstdlib>

#include "base/calendar.hpp"
#include "base/ids.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  const auto text = as_text(ByteView(data, size));
  const test::HeapCeiling ceiling;
  if (const auto bytes = from_hex(text)) {
    if (from_hex(to_hex(*bytes)) != bytes) std::abort();
  }
  if (const auto bytes = from_base64(text)) {
    if (to_base64(*bytes) != text) std::abort();
  }
  if (const auto id = from_base32(text)) {
    if (id->size() != 16 || from_base32(to_base32(*id)) != id) std::abort();
  }
  if (const auto normal = nfc(text)) {
    const auto again = nfc(*normal);
    if (!again || *again != *normal) std::abort();
    (void)fold(*normal);
    (void)normalise_tones(*normal);
    (void)collation_key(*normal);
    (void)code_points(*normal);
  }
  if (const auto day = parse_date(text)) {
    if (date_text(*day) != text) std::abort();
  }
  if (const auto instant = parse_instant(text)) {
    if (parse_instant(instant_text(*instant)) != instant) std::abort();
  }
  return 0;
}
