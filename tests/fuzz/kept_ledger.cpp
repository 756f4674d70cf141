// A kept ledger, from whoever carries it: in pieces of two sizes the same comes out, and what is read whole
// is written the same where its writer was ours.
#include "protocol/kept_ledger.hpp"

#include <cstdlib>

#include "support/heap_meter.hpp"

using namespace gandan;
using namespace gandan::protocol;

namespace {

struct Outcome {
  std::size_t entries = 0;
  std::uint64_t sum = 0;  // of what they say
  std::optional<Code> error;
  bool over = false;
};

Outcome read_in(ByteView in, std::size_t step) {
  KeptLedgerReader reader;
  Outcome out;
  do {
    const auto piece = in.first(std::min(step, in.size()));
    in = in.subspan(piece.size());
    reader.push(piece);
    for (;;) {
      const auto entry = reader.next();
      if (!entry.ok()) {
        out.error = entry.error().code;
        return out;
      }
      if (!*entry) break;
      const auto& one = **entry;
      if (one.index > INT64_MAX + kKeptGroup || one.entry.receipt_ms < 0) std::abort();
      if ((one.entry.type == ledger::EntryType::feed_map) && !one.body.empty()) std::abort();
      ++out.entries;
      out.sum = out.sum * 31 + one.index + one.sequence + one.body.size();
    }
  } while (!in.empty());
  out.over = reader.over();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  const test::HeapCeiling ceiling;
  const auto whole = read_in(in, 64 * 1024), pieces = read_in(in, 7);
  if (whole.error != pieces.error || whole.over != pieces.over || whole.entries != pieces.entries ||
      whole.sum != pieces.sum)
    std::abort();
  return 0;
}
