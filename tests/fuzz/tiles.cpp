// Tiles of a ledger as a mirror or a stranger's server hands them out: paths, bundles of entries, hashes. The
// first byte is the bundle's width.
#include <cstdlib>

#include "ledger/entry.hpp"
#include "ledger/proof.hpp"
#include "ledger/tiles.hpp"
#include "support/heap_meter.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {

// Every tile is these bytes.
class OneTile : public TileSource {
 public:
  explicit OneTile(ByteView bytes) : bytes_(bytes) {}
  Result<Bytes> read_tile(const Tile& tile) const override {
    if (tile.entries || tile.level > kMaxTileLevel || tile.width == 0 || tile.width > kTileWidth)
      std::abort();
    return to_bytes(bytes_);
  }

 private:
  ByteView bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const Hash warm = empty_root();
  (void)warm;
  const std::uint32_t width = std::uint32_t{data[0]} + 1;
  const ByteView in(data + 1, size - 1);
  const test::HeapCeiling ceiling;
  if (const auto tile = parse_tile_path(as_text(in))) {
    if (tile_path(*tile) != as_text(in) || !tile_exists(*tile, kMaxTreeSize)) std::abort();
  }
  if (const auto entry = parse_entry(in)) {
    if (!equal(entry_bytes(*entry), in)) std::abort();
  }
  if (const auto entries = parse_bundle(in, width)) {
    Bytes again;
    for (const auto entry : *entries) {
      add_to_bundle(again, entry);
      (void)parse_entry(entry).ok();
    }
    if (entries->size() != width || !equal(again, in)) std::abort();
  }
  const std::uint64_t leaves = in.size() < 8 ? width : in[0] | in[1] << 8 | std::uint64_t{in[2]} << 40;
  const OneTile source(in);
  const TileHashReader reader(leaves, source);
  (void)root_at(leaves, reader).ok();
  if (leaves != 0) (void)inclusion_proof(leaves / 2, leaves, reader).ok();
  return 0;
}
