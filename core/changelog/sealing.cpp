// Where pending ops are cut into segments. Sizes are bounded by the ops' canonical bytes, which the columns
// never exceed by more than a few per op: no sealing attempt is needed to know that a segment fits.
#include "changelog/segment_content.hpp"

namespace gandan::changelog {
namespace {

// Leaves room for PADMÉ (2 KiB at this size), the tag and the method byte below kMaxSealedBytes.
constexpr std::size_t kCutBytes = 56 * 1024;
constexpr std::size_t kPerOp = 24;  // what columns can take beyond the canonical op: references and lengths

}  // namespace

std::vector<std::size_t> cut_segments(std::span<const Op> ops) {
  std::vector<std::size_t> out;
  std::size_t length = 0, bytes = 0;
  const auto close = [&] {
    if (length > 0) out.push_back(length);
    length = bytes = 0;
  };
  for (std::size_t i = 0; i < ops.size();) {
    // The rest of this save.
    std::size_t end = i, size = 0;
    for (; end < ops.size() && ops[end].save == ops[i].save && ops[end].stamp.feed == ops[i].stamp.feed;
         ++end) {
      size += encode_op(ops[end]).size() + kPerOp;
    }
    const bool fits_alone = end - i <= protocol::kMaxOpsPerSegment && size <= kCutBytes;
    if (fits_alone) {
      if (length + (end - i) > protocol::kMaxOpsPerSegment || bytes + size > kCutBytes) close();
      length += end - i;
      bytes += size;
      i = end;
      continue;
    }
    for (; i < end; ++i) {
      const std::size_t one = encode_op(ops[i]).size() + kPerOp;
      if (length == protocol::kMaxOpsPerSegment || bytes + one > kCutBytes) close();
      ++length;
      bytes += one;
    }
  }
  close();
  return out;
}

}  // namespace gandan::changelog
