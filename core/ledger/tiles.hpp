// Tiles, C2SP tlog-tiles: the static files in which a log is served and mirrored.
//
//   tile/<level>/<n>[.p/<width>]     256 hashes of nodes of level 8·level, 8192 bytes; fewer when partial
//   tile/entries/<n>[.p/<width>]     256 entries, each behind its length in two bytes, big-endian
//   <n> is 1234067 -> x001/x234/067
//
// Threading: plain values and pure functions; a TileHashReader may be read from several threads if its source
// may.
#pragma once

#include <memory>
#include <string>

#include "ledger/tree.hpp"

namespace gandan::ledger {

constexpr unsigned kTileHeight = 8;
constexpr std::uint32_t kTileWidth = 256;
constexpr std::uint8_t kMaxTileLevel = 7;  // what kMaxTreeSize can need
constexpr std::size_t kMaxTilePath = 48;   // bytes

struct Tile {
  bool entries = false;    // an entry bundle; then the level is 0
  std::uint8_t level = 0;  // at most kMaxTileLevel
  std::uint64_t index = 0;
  std::uint32_t width = kTileWidth;  // 1 … 256; below 256: partial
  friend bool operator==(const Tile& a, const Tile& b) {
    return a.entries == b.entries && a.level == b.level && a.index == b.index && a.width == b.width;
  }
};

std::string tile_path(const Tile& tile);
// Accepts exactly what tile_path prints for tiles that a tree can have; everything else is Code::not_found.
Result<Tile> parse_tile_path(std::string_view path);
bool tile_exists(const Tile& tile, std::uint64_t size);  // whether a tree of that size fills it

// What must be written when a log grows: every full hash tile that became full, and the last partial one of
// each level. Entry bundles have the numbers and widths of level 0.
std::vector<Tile> new_tiles(std::uint64_t old_size, std::uint64_t new_size);
// A hash tile's bytes. Precondition: !tile.entries.
Result<Bytes> tile_data(const Tile& tile, const HashReader& reader);

void add_to_bundle(Bytes& bundle, ByteView entry);  // precondition: at most 65535 bytes
// The entries of a bundle that has exactly `width` of them; they view `bundle`. Code::malformed,
// Code::truncated.
Result<std::vector<ByteView>> parse_bundle(ByteView bundle, std::uint32_t width);

// The seam to kept or fetched tiles.
class TileSource {
 public:
  virtual ~TileSource() = default;
  // A hash tile's bytes: of this width or a wider one.
  virtual Result<Bytes> read_tile(const Tile& tile) const = 0;
};

// Complete nodes out of the tiles of a tree of `size` leaves, or more. It authenticates nothing: what is
// computed from it must be checked against a signed root. Costs up to 254 hashes for a tile that it takes
// inner nodes from.
class TileHashReader : public HashReader {
 public:
  TileHashReader(std::uint64_t size, const TileSource& source) : size_(size), source_(source) {}
  Status read(std::span<const NodeId> nodes, std::span<Hash> out) const override;

 private:
  std::uint64_t size_;
  const TileSource& source_;
};

}  // namespace gandan::ledger
