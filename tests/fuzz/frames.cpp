// A stream of frames on either side, in pieces: the first byte says which side and how large the pieces are.
// The frames, written again, are the stream as far as it was read.
#include <cstdlib>

#include "protocol/frames.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::protocol;
  if (size == 0) return 0;
  const auto side = data[0] % 2 == 0 ? OrderCheck::Side::request : OrderCheck::Side::response;
  const std::size_t step = std::size_t{1} << (data[0] / 2 % 16);
  const ByteView stream(data + 1, size - 1);
  const test::HeapCeiling ceiling;
  FrameReader reader;
  OrderCheck order(side);
  std::size_t seen = 0;
  for (ByteView left = stream; !left.empty();) {
    const std::size_t piece = std::min(step, left.size());
    reader.push(left.first(piece));
    left = left.subspan(piece);
    for (;;) {
      const auto next = reader.next();
      if (!next) {
        if (reader.next().ok()) std::abort();
        return 0;
      }
      if (!*next) break;
      Bytes again;
      append_frame(again, (*next)->type, (*next)->payload);
      if (!equal(again, stream.subspan(seen, again.size()))) std::abort();
      seen += again.size();
      const bool finished = order.finished();
      if (order.next((*next)->type) && finished) std::abort();
    }
  }
  if (reader.empty() != (seen == stream.size())) std::abort();
  return 0;
}
