// Escrow shares as people type them, and as files: a text that is taken is written the same way again.
#include <cstdlib>

#include "support/heap_meter.hpp"
#include "vault/escrow.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  const test::HeapCeiling ceiling;
  const auto share = vault::read_share(in);
  if (!share) return 0;
  const auto again = vault::read_share(vault::share_text(*share));
  if (!again || again->share.x != share->share.x || !equal(again->share.y.view(), share->share.y.view()))
    std::abort();
  return 0;
}
