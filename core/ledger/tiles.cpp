#include "ledger/tiles.hpp"

#include <algorithm>

#include "ledger/text.hpp"

namespace gandan::ledger {
namespace {

constexpr std::string_view kRoot = "tile/";

// 1234067 -> x001/x234/067.
std::string index_path(std::uint64_t index) {
  std::string out;
  bool last = true;
  do {
    const std::uint64_t group = index % 1000;
    std::string element = {static_cast<char>('0' + group / 100), static_cast<char>('0' + group / 10 % 10),
                           static_cast<char>('0' + group % 10)};
    out = last ? element : "x" + element + "/" + out;
    last = false;
    index /= 1000;
  } while (index != 0);
  return out;
}

// How many tiles' worth of hashes a level of a tree holds.
std::uint64_t hashes_at(std::uint8_t level, std::uint64_t size) { return size >> (kTileHeight * level); }

// The root of the complete subtree over hashes that lie side by side. Precondition: their number is a power
// of two.
Hash subtree_root(ByteView hashes) {
  Frontier frontier;
  for (; !hashes.empty(); hashes = hashes.subspan(Hash::size)) frontier.append(Hash::from(hashes));
  return frontier.root();
}

}  // namespace

std::string tile_path(const Tile& tile) {
  std::string out(kRoot);
  out += tile.entries ? "entries" : std::to_string(tile.level);
  out += "/" + index_path(tile.index);
  if (tile.width < kTileWidth) out += ".p/" + std::to_string(tile.width);
  return out;
}

Result<Tile> parse_tile_path(std::string_view path) {
  const Error missing{Code::not_found, "tile path"};
  if (path.size() > kMaxTilePath || path.substr(0, kRoot.size()) != kRoot) return missing;
  std::string_view rest = path.substr(kRoot.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return missing;
  Tile tile;
  if (rest.substr(0, slash) == "entries") {
    tile.entries = true;
  } else {
    const auto level = parse_decimal(rest.substr(0, slash), kMaxTileLevel);
    if (!level) return missing;
    tile.level = static_cast<std::uint8_t>(*level);
  }
  rest.remove_prefix(slash + 1);
  if (const std::size_t partial = rest.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_decimal(rest.substr(partial + 3), kTileWidth - 1);
    if (!width) return missing;
    tile.width = static_cast<std::uint32_t>(*width);
    rest = rest.substr(0, partial);
  }
  // The digits are read loosely and then compared with the one right way to write their value.
  const std::string_view index_text = rest;
  for (const char c : rest) {
    if (c == 'x' || c == '/') continue;
    if (c < '0' || c > '9' || tile.index > kMaxTreeSize / kTileWidth) return missing;
    tile.index = tile.index * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (index_text != index_path(tile.index) || !tile_exists(tile, kMaxTreeSize)) return missing;
  return tile;
}

bool tile_exists(const Tile& tile, std::uint64_t size) {
  if (tile.width == 0 || tile.width > kTileWidth || tile.level > kMaxTileLevel || size > kMaxTreeSize)
    return false;
  const std::uint64_t hashes = hashes_at(tile.level, size);
  return tile.index <= hashes / kTileWidth && tile.index * kTileWidth + tile.width <= hashes;
}

std::vector<Tile> new_tiles(std::uint64_t old_size, std::uint64_t new_size) {
  std::vector<Tile> out;
  for (std::uint8_t level = 0; level <= kMaxTileLevel && hashes_at(level, new_size) > 0; ++level) {
    const std::uint64_t before = hashes_at(level, old_size);
    const std::uint64_t after = hashes_at(level, new_size);
    if (before == after) break;
    for (std::uint64_t index = before / kTileWidth; index < after / kTileWidth; ++index)
      out.push_back({false, level, index, kTileWidth});
    if (after % kTileWidth != 0)
      out.push_back({false, level, after / kTileWidth, static_cast<std::uint32_t>(after % kTileWidth)});
  }
  return out;
}

Result<Bytes> tile_data(const Tile& tile, const HashReader& reader) {
  std::vector<NodeId> nodes;
  nodes.reserve(tile.width);
  for (std::uint32_t i = 0; i < tile.width; ++i)
    nodes.push_back({static_cast<std::uint8_t>(kTileHeight * tile.level), tile.index * kTileWidth + i});
  std::vector<Hash> hashes(nodes.size());
  GANDAN_CHECK(reader.read(nodes, hashes));
  Bytes out;
  out.reserve(hashes.size() * Hash::size);
  for (const Hash& hash : hashes) append(out, hash.view());
  return out;
}

void add_to_bundle(Bytes& bundle, ByteView entry) {
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size()));
  append(bundle, entry);
}

Result<std::vector<ByteView>> parse_bundle(ByteView bundle, std::uint32_t width) {
  if (width > kTileWidth) return Error{Code::malformed, "entry bundle"};
  std::vector<ByteView> out;
  out.reserve(width);
  while (out.size() < width) {
    if (bundle.size() < 2) return Error{Code::truncated, "entry bundle"};
    const std::size_t length = static_cast<std::size_t>(bundle[0]) << 8 | bundle[1];
    if (bundle.size() - 2 < length) return Error{Code::truncated, "entry bundle"};
    out.push_back(bundle.subspan(2, length));
    bundle = bundle.subspan(2 + length);
  }
  if (!bundle.empty()) return Error{Code::malformed, "entry bundle"};
  return out;
}

Status TileHashReader::read(std::span<const NodeId> nodes, std::span<Hash> out) const {
  // Neighbouring nodes of one request mostly lie in one tile.
  Tile current{false, 0, 0, 0};
  Bytes data;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const unsigned inner = nodes[i].level % kTileHeight;  // level within the tile
    const std::uint64_t begin = nodes[i].index << inner;  // first hash, counted along the tile's level
    const std::uint64_t count = std::uint64_t{1} << inner;
    Tile tile{false, static_cast<std::uint8_t>(nodes[i].level / kTileHeight), begin / kTileWidth, 0};
    if (tile.level > kMaxTileLevel || begin + count > hashes_at(tile.level, size_))
      return Error{Code::not_found, "ledger node"};
    tile.width = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(kTileWidth, hashes_at(tile.level, size_) - tile.index * kTileWidth));
    if (!(tile == current)) {
      GANDAN_TRY(data, source_.read_tile(tile));
      if (data.size() < tile.width * Hash::size) return Error{Code::truncated, "tile"};
      current = tile;
    }
    const auto offset = static_cast<std::size_t>(begin % kTileWidth) * Hash::size;
    out[i] = subtree_root(ByteView(data).subspan(offset, static_cast<std::size_t>(count) * Hash::size));
  }
  return {};
}

}  // namespace gandan::ledger
