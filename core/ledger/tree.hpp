// The Merkle tree of RFC 6962 section 2.1, without a realm in its hashes so that C2SP's tools verify it; the
// realm is bound by what an entry hashes and by the checkpoint's origin.
//
//   leaf = SHA-256(0x00 ‖ entry)    node = SHA-256(0x01 ‖ left ‖ right)    empty tree = SHA-256("")
//
// A node (level, index) is the root of the complete subtree over the leaves [index·2^level,
// (index+1)·2^level). Complete nodes never change, so a store keeps each once, when it is made. Everything
// else, i.e. the right edge of a tree of some size, is derived from them: any earlier root and any proof can
// still be computed.
//
//   size 7:      root                 append returns, for leaves 0 … 6:
//              /      \               0,  1 01,  2,  3 23 0123,  4,  5 45,  6
//          0123       456
//          /  \       /  \            in this order they are numbered 0, 1, 2 … by stored_index, as in
//        01    23    45   6           golang.org/x/mod/sumdb/tlog: a table keyed by it only grows at its end
//
// Threading: functions may be called from any thread; a Frontier or MemoryTree belongs to one writer, and its
// const members to many readers while nobody writes.
#pragma once

#include <functional>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace gandan::ledger {

constexpr std::uint64_t kMaxTreeSize = std::uint64_t{1} << 62;  // stored_index fits in an int64

Hash leaf_hash(ByteView entry);
Hash node_hash(const Hash& left, const Hash& right);
Hash empty_root();

struct NodeId {
  std::uint8_t level = 0;
  std::uint64_t index = 0;
  friend bool operator==(const NodeId& a, const NodeId& b) {
    return a.level == b.level && a.index == b.index;
  }
};
struct Node {
  NodeId id;
  Hash hash;
};

std::uint64_t stored_index(NodeId node);         // precondition: the node lies within a tree of kMaxTreeSize
std::uint64_t stored_count(std::uint64_t size);  // how many nodes a tree of that many leaves has stored

// The seam to whatever keeps complete nodes: a table, tiles, memory.
class HashReader {
 public:
  virtual ~HashReader() = default;
  // Fills out[i] with the hash of nodes[i]; the spans have one length. An error when any is missing.
  virtual Status read(std::span<const NodeId> nodes, std::span<Hash> out) const = 0;
};

// The right edge of a tree: its complete subtrees from left to right, at most 62. Enough to append and to
// compute the root; this is what a sequencer keeps in memory.
class Frontier {
 public:
  Frontier() = default;  // of the empty tree
  static Result<Frontier> load(std::uint64_t size, const HashReader& reader);
  static Result<Frontier> from_peaks(std::uint64_t size,
                                     std::vector<Hash> peaks);  // Code::malformed: wrong number

  // Amortised two hashes' work. Appends the nodes that became complete, the leaf first, to `made` if given.
  // Precondition: size() < kMaxTreeSize.
  void append(const Hash& leaf, std::vector<Node>* made = nullptr);

  std::uint64_t size() const { return size_; }
  const std::vector<Hash>& peaks() const { return peaks_; }
  Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;
};

// Roots without storing a tree. `leaves` are leaf hashes; `leaf` is asked for 0, 1 … count-1 in this order.
Hash root_of(std::span<const Hash> leaves);
Hash root_of(std::uint64_t count, const std::function<Hash(std::uint64_t index)>& leaf);

// The root of the tree as it was at `size` leaves.
Result<Hash> root_at(std::uint64_t size, const HashReader& reader);

// A whole tree in memory, 64 bytes a leaf: for the ops of a segment, for tests and for tools.
class MemoryTree : public HashReader {
 public:
  MemoryTree() = default;
  explicit MemoryTree(std::span<const Hash> leaves);
  void append(const Hash& leaf);
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  Status read(std::span<const NodeId> nodes, std::span<Hash> out) const override;  // Code::not_found

 private:
  std::vector<std::vector<Hash>> levels_;
};

// The complete subtrees that a range of leaves consists of, from left to right. Precondition: the range is
// one that RFC 6962 hashes: `begin` is a multiple of the smallest power of two that is not below end - begin.
void add_range_nodes(std::uint64_t begin, std::uint64_t end, std::vector<NodeId>& out);
// Their common hash. Precondition: at least one.
Hash fold_range(std::span<const Hash> subtrees);

}  // namespace gandan::ledger
