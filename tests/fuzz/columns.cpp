// The plaintext of a segment, as a member of the unit could have made it: the first byte says how many ops
// the header declares, the rest is the plaintext. Whatever opens passes every check and can be written again.
#include <cstdlib>

#include "changelog/columns.hpp"
#include "changelog/packing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::changelog;
  static Packer packer;
  if (size == 0) return 0;
  const std::size_t count = std::size_t{data[0]} + 1;
  const auto unpacked = packer.unpack(ByteView(data + 1, size - 1), 64 * 1024);
  if (!unpacked) return 0;
  const auto ops = read_columns(FeedId{}, count, unpacked->columns, unpacked->padded);
  if (!ops) return 0;
  for (const auto& op : *ops) {
    if (!check_op(op).ok()) std::abort();
  }
  const auto again = write_columns(FeedId{}, *ops);
  if (!again) std::abort();
  const auto back = read_columns(FeedId{}, count, again->bytes);
  if (!back || !(*back == *ops)) std::abort();
  return 0;
}
