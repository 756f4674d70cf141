// Requests as a stranger sends them, in pieces: the first byte says how large they are. The parser's source
// is taken in here, since clang 14 cannot instrument the coroutines of the folder's other files.
#include "../../sync-server/net/http.cpp"

#include <cstdlib>

#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::server;
  if (size == 0) return 0;
  const std::size_t step = std::size_t{1} << (data[0] % 16);
  ByteView in(data + 1, size - 1);
  static const auto warm = uniform_not_found();
  (void)warm;
  const test::HeapCeiling ceiling;
  RequestReader reader;
  Bytes body;
  std::size_t decoded = 0;
  Bytes input;
  while (!in.empty() && !reader.done()) {
    const std::size_t piece = std::min(step, in.size());
    append(input, in.first(piece));
    in = in.subspan(piece);
    for (;;) {
      body.clear();
      const auto taken = reader.put(input, body);
      if (!taken) return 0;
      if (*taken > input.size()) std::abort();
      decoded += body.size();
      input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(*taken));
      if (*taken == 0 || reader.done() || input.empty()) break;
    }
    if (!reader.head_done() && input.size() > kMaxHeadBytes) return 0;
  }
  if (decoded > size) std::abort();
  if (reader.head_done()) {
    const auto head = reader.head();
    if (head.target.size() + head.bearer.size() > kMaxHeadBytes) std::abort();
  }
  return 0;
}
