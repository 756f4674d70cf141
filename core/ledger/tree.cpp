#include "ledger/tree.hpp"

#include <bit>

#include "crypto/hash.hpp"

namespace gandan::ledger {

Hash leaf_hash(ByteView entry) {
  static constexpr std::uint8_t prefix = 0x00;
  return crypto::sha256({{&prefix, 1}, entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
  // One piece: hashing nodes is the ledger's inner loop, and each piece costs a call into libcrypto.
  std::array<std::uint8_t, 1 + 2 * Hash::size> bytes;
  bytes[0] = 0x01;
  std::copy(left.bytes.begin(), left.bytes.end(), bytes.begin() + 1);
  std::copy(right.bytes.begin(), right.bytes.end(), bytes.begin() + 1 + Hash::size);
  return crypto::sha256(bytes);
}

Hash empty_root() { return crypto::sha256({}); }

// A node is stored right after the last leaf below it and the lower nodes that this leaf completes. Before
// leaf n there are 2n - popcount(n) nodes.
std::uint64_t stored_count(std::uint64_t size) {
  return 2 * size - static_cast<std::uint64_t>(std::popcount(size));
}

std::uint64_t stored_index(NodeId node) {
  const std::uint64_t last_leaf = ((node.index + 1) << node.level) - 1;
  return stored_count(last_leaf) + node.level;
}

Result<Frontier> Frontier::load(std::uint64_t size, const HashReader& reader) {
  if (size > kMaxTreeSize) return Error{Code::too_large, "ledger size"};
  std::vector<NodeId> nodes;
  add_range_nodes(0, size, nodes);
  Frontier out;
  out.size_ = size;
  out.peaks_.resize(nodes.size());
  GANDAN_CHECK(reader.read(nodes, out.peaks_));
  return out;
}

Result<Frontier> Frontier::from_peaks(std::uint64_t size, std::vector<Hash> peaks) {
  if (size > kMaxTreeSize || peaks.size() != static_cast<std::size_t>(std::popcount(size)))
    return Error{Code::malformed, "ledger frontier"};
  Frontier out;
  out.size_ = size;
  out.peaks_ = std::move(peaks);
  return out;
}

void Frontier::append(const Hash& leaf, std::vector<Node>* made) {
  NodeId id{0, size_};
  Hash hash = leaf;
  if (made != nullptr) made->push_back({id, hash});
  while ((id.index & 1) != 0) {
    hash = node_hash(peaks_.back(), hash);
    peaks_.pop_back();
    id = {static_cast<std::uint8_t>(id.level + 1), id.index >> 1};
    if (made != nullptr) made->push_back({id, hash});
  }
  peaks_.push_back(hash);
  ++size_;
}

Hash Frontier::root() const { return peaks_.empty() ? empty_root() : fold_range(peaks_); }

Hash root_of(std::span<const Hash> leaves) {
  Frontier frontier;
  for (const Hash& leaf : leaves) frontier.append(leaf);
  return frontier.root();
}

Hash root_of(std::uint64_t count, const std::function<Hash(std::uint64_t)>& leaf) {
  Frontier frontier;
  for (std::uint64_t i = 0; i < count; ++i) frontier.append(leaf(i));
  return frontier.root();
}

Result<Hash> root_at(std::uint64_t size, const HashReader& reader) {
  GANDAN_TRY(const Frontier frontier, Frontier::load(size, reader));
  return frontier.root();
}

MemoryTree::MemoryTree(std::span<const Hash> leaves) {
  for (const Hash& leaf : leaves) append(leaf);
}

void MemoryTree::append(const Hash& leaf) {
  Hash hash = leaf;
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    auto& row = levels_[level];
    row.push_back(hash);
    if (row.size() % 2 != 0) return;
    hash = node_hash(row[row.size() - 2], row.back());
  }
}

Status MemoryTree::read(std::span<const NodeId> nodes, std::span<Hash> out) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeId& node = nodes[i];
    if (node.level >= levels_.size() || node.index >= levels_[node.level].size())
      return Error{Code::not_found, "ledger node"};
    out[i] = levels_[node.level][static_cast<std::size_t>(node.index)];
  }
  return {};
}

void add_range_nodes(std::uint64_t begin, std::uint64_t end, std::vector<NodeId>& out) {
  // Each bit of the length, from the highest, is one complete subtree.
  while (begin < end) {
    const int level = static_cast<int>(std::bit_width(end - begin)) - 1;
    out.push_back({static_cast<std::uint8_t>(level), begin >> level});
    begin += std::uint64_t{1} << level;
  }
}

Hash fold_range(std::span<const Hash> subtrees) {
  Hash hash = subtrees.back();
  for (std::size_t i = subtrees.size() - 1; i-- > 0;) hash = node_hash(subtrees[i], hash);
  return hash;
}

}  // namespace gandan::ledger
