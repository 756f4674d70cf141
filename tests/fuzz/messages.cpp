// Payloads of sync's frames, on either side: the first byte says which. Whatever is read has one form.
#include <cstdlib>

#include "protocol/messages.hpp"
#include "support/heap_meter.hpp"

using namespace gandan;
using namespace gandan::protocol;

namespace {

template <class T>
void check(Result<T> (*decode)(ByteView), ByteView in) {
  const test::HeapCeiling ceiling;
  const auto message = decode(in);
  if (message && !equal(encode(*message), in)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView in(data + 1, size - 1);
  switch (static_cast<FrameType>(data[0])) {
    case FrameType::hello:
      check(decode_hello, in);
      break;
    case FrameType::run:
      check(decode_run, in);
      break;
    case FrameType::welcome:
      check(decode_welcome, in);
      break;
    case FrameType::receipts:
      check(decode_receipts, in);
      break;
    case FrameType::statement:
      check(decode_logged_statement, in);
      break;
    case FrameType::keys_next:
      check(decode_key_cursor, in);
      break;
    case FrameType::root:
      check(decode_root_claim, in);
      break;
    case FrameType::pulled:
      check(decode_pulled, in);
      break;
    case FrameType::leaves:
      check(decode_leaves, in);
      break;
    case FrameType::witness:
      check(decode_witness, in);
      break;
    case FrameType::witnessed:
      check(decode_witnessed, in);
      break;
    case FrameType::map_wanted:
      check(decode_map_wanted, in);
      break;
    case FrameType::wait:
      check(decode_wait, in);
      break;
    case FrameType::map_lines:
      check(decode_map_lines, in);
      break;
    case FrameType::chunks_asked:
    case FrameType::chunks_missing:
      check(decode_chunk_names, in);
      break;
    case FrameType::done:
      check(decode_done, in);
      break;
    case FrameType::refusal:
      check(decode_refusal, in);
      break;
    default:
      break;
  }
  return 0;
}
