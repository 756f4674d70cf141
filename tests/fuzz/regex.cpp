// Regular expressions of forms: up to the first zero the pattern, behind it the text. Both end in their time.
#include "records/regex.hpp"

#include "base/bytes.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  const auto all = as_text(ByteView(data, size));
  const auto zero = all.find('\0');
  const auto pattern = all.substr(0, zero);
  const auto text = zero == std::string_view::npos ? pattern : all.substr(zero + 1);
  const test::HeapCeiling ceiling;
  const auto regex = records::Regex::parse(pattern);
  if (!regex) return 0;
  (void)regex->matches(text.substr(0, 4096));
  (void)regex->matches("");
  return 0;
}
