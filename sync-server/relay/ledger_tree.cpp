#include "relay/ledger_tree.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kCachedTiles = 256;  // 16 KiB each
constexpr std::size_t kCachedRoots = 4096;

Result<Hash> tile_root(ByteView hashes) {
  if (hashes.size() != ledger::kTileWidth * Hash::size)
    return Error{Code::store_damaged, "a tile of a wrong size"};
  std::vector<Hash> row(ledger::kTileWidth);
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = Hash::from(hashes.subspan(i * Hash::size, Hash::size));
  for (; row.size() > 1; row.resize(row.size() / 2))
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = ledger::node_hash(row[2 * i], row[2 * i + 1]);
  return row[0];
}

}  // namespace

void LedgerTree::Nodes::fill_inner() {
  for (unsigned height = 1; height < ledger::kTileHeight; ++height)
    for (std::uint64_t i = 0; i < (ledger::kTileWidth >> height); ++i)
      hashes[place(height, i)] =
          ledger::node_hash(hashes[place(height - 1, 2 * i)], hashes[place(height - 1, 2 * i + 1)]);
}

Status LedgerTree::load(std::uint64_t size, const std::function<Result<Hash>(std::uint64_t)>& leaf) {
  // The growing tile of a level holds the hashes that no full tile has: leaves, or roots of full tiles below.
  for (std::uint8_t level = 0; level <= ledger::kMaxTileLevel; ++level) {
    const std::uint64_t count = size >> (ledger::kTileHeight * level);
    if (count == 0) break;
    for (std::uint64_t i = count / ledger::kTileWidth * ledger::kTileWidth; i < count; ++i) {
      Hash hash;
      if (level == 0) {
        GANDAN_TRY(hash, leaf(i));
      } else {
        GANDAN_TRY(const Bytes tile, loader_(static_cast<std::uint8_t>(level - 1), i));
        GANDAN_TRY(hash, tile_root(tile));
      }
      // Inner nodes follow from their children, the right one of which comes last.
      ledger::Node node{{static_cast<std::uint8_t>(level * ledger::kTileHeight), i}, hash};
      put(node);
      for (unsigned height = 1; height < ledger::kTileHeight && ((i + 1) & ((1u << height) - 1)) == 0;
           ++height) {
        const std::uint64_t right = i >> (height - 1);
        const ledger::NodeId children[2] = {{static_cast<std::uint8_t>(node.id.level), right - 1},
                                            {static_cast<std::uint8_t>(node.id.level), right}};
        Hash hashes[2];
        GANDAN_CHECK(read(children, hashes));
        node = {{static_cast<std::uint8_t>(node.id.level + 1), i >> height},
                ledger::node_hash(hashes[0], hashes[1])};
        put(node);
      }
    }
  }
  made_.clear();
  GANDAN_TRY(frontier_, ledger::Frontier::load(size, *this));
  return {};
}

void LedgerTree::append(const Hash& leaf) {
  std::vector<ledger::Node> made;
  frontier_.append(leaf, &made);
  for (const auto& node : made) put(node);
}

void LedgerTree::put(const ledger::Node& node) {
  const auto level = static_cast<std::uint8_t>(node.id.level / ledger::kTileHeight);
  const unsigned height = node.id.level % ledger::kTileHeight;
  const unsigned shift = ledger::kTileHeight - height;
  const Key key{level, node.id.index >> shift};
  const std::uint64_t position = node.id.index & ((std::uint64_t{1} << shift) - 1);
  const std::lock_guard lock(mutex_);
  auto& tile = edge_[key];
  if (!tile) tile = std::make_shared<Nodes>();
  tile->hashes[Nodes::place(height, position)] = node.hash;
  const bool full = height + 1 == ledger::kTileHeight && position == 1;
  if (!full) return;
  TileRow row{level, key.second, {}};
  row.hashes.reserve(ledger::kTileWidth * Hash::size);
  for (std::size_t i = 0; i < ledger::kTileWidth; ++i) gandan::append(row.hashes, tile->hashes[i].view());
  made_.push_back(std::move(row));
  remember(key, tile);
  edge_.erase(key);
}

std::vector<TileRow> LedgerTree::take_full_tiles() { return std::exchange(made_, {}); }

void LedgerTree::keep_full_tiles() {
  const std::lock_guard lock(mutex_);
  for (auto& row : made_) kept_[{row.level, row.index}] = std::move(row.hashes);
  made_.clear();
}

void LedgerTree::remember(Key key, std::shared_ptr<const Nodes> nodes) const {
  if (cached_.count(key) != 0) return;
  recent_.emplace_front(key, std::move(nodes));
  cached_[key] = recent_.begin();
  if (recent_.size() > kCachedTiles) {
    cached_.erase(recent_.back().first);
    recent_.pop_back();
  }
}

Result<std::shared_ptr<const LedgerTree::Nodes>> LedgerTree::full_tile(Key key) const {
  if (const auto found = cached_.find(key); found != cached_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return found->second->second;
  }
  const auto kept = kept_.find(key);
  GANDAN_TRY(const Bytes bytes,
             kept != kept_.end() ? Result<Bytes>(kept->second) : loader_(key.first, key.second));
  if (bytes.size() != ledger::kTileWidth * Hash::size)
    return Error{Code::store_damaged, "a tile of a wrong size"};
  auto nodes = std::make_shared<Nodes>();
  for (std::size_t i = 0; i < ledger::kTileWidth; ++i)
    nodes->hashes[i] = Hash::from(ByteView(bytes).subspan(i * Hash::size, Hash::size));
  nodes->fill_inner();
  std::shared_ptr<const Nodes> out = std::move(nodes);
  remember(key, out);
  return out;
}

Status LedgerTree::read(std::span<const ledger::NodeId> nodes, std::span<Hash> out) const {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto level = static_cast<std::uint8_t>(nodes[i].level / ledger::kTileHeight);
    const unsigned height = nodes[i].level % ledger::kTileHeight;
    const unsigned shift = ledger::kTileHeight - height;
    const Key key{level, nodes[i].index >> shift};
    const std::size_t place = Nodes::place(height, nodes[i].index & ((std::uint64_t{1} << shift) - 1));
    if (const auto edge = edge_.find(key); edge != edge_.end()) {
      out[i] = edge->second->hashes[place];
    } else {
      GANDAN_TRY(const auto tile, full_tile(key));
      out[i] = tile->hashes[place];
    }
  }
  return {};
}

Result<Hash> LedgerTree::root_at(std::uint64_t size) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = roots_.find(size); found != roots_.end()) return found->second;
  }
  GANDAN_TRY(const Hash root, ledger::root_at(size, *this));
  const std::lock_guard lock(mutex_);
  if (roots_.size() >= kCachedRoots) roots_.erase(roots_.begin());  // the oldest sizes go first
  roots_[size] = root;
  return root;
}

}  // namespace gandan::server
