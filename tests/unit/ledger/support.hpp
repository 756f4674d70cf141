// What the ledger's tests share: numbered leaves, trees of them, and the definition of RFC 6962 written
// naively.
//
// Threading: plain functions.
#pragma once

#include "crypto/hash.hpp"
#include "ledger/proof.hpp"
#include "support/catch.hpp"

namespace gandan::ledger {

inline Hash hash_of_hex(std::string_view hex) { return Hash::from(*from_hex(hex)); }

inline std::vector<Hash> numbered_leaves(std::size_t count) {
  std::vector<Hash> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(leaf_hash(as_bytes(std::to_string(i))));
  return out;
}

// MTH(D[n]), RFC 6962 section 2.1, word for word: what the fast ways are compared with.
inline Hash naive_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return crypto::sha256({});
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  const Hash left = naive_root(leaves.first(k));
  const Hash right = naive_root(leaves.subspan(k));
  const std::uint8_t prefix = 1;
  return crypto::sha256({{&prefix, 1}, left.view(), right.view()});
}

// A tree whose leaves are all alike: its nodes are known at any level, so trees of any size exist at once.
class UniformTree : public HashReader {
 public:
  UniformTree() {
    levels_.push_back(leaf_hash(as_bytes("same")));
    while (levels_.size() < 63) levels_.push_back(node_hash(levels_.back(), levels_.back()));
  }
  const Hash& leaf() const { return levels_[0]; }
  Status read(std::span<const NodeId> nodes, std::span<Hash> out) const override {
    for (std::size_t i = 0; i < nodes.size(); ++i) out[i] = levels_.at(nodes[i].level);
    return {};
  }

 private:
  std::vector<Hash> levels_;
};

inline bool inclusion_holds(const Hash& leaf, std::uint64_t index, std::uint64_t size, const Hash& root,
                            std::span<const Hash> path) {
  return verify_inclusion(leaf, index, size, root, path).ok();
}
inline bool consistency_holds(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size,
                              const Hash& new_root, std::span<const Hash> path) {
  return verify_consistency(old_size, old_root, new_size, new_root, path).ok();
}

}  // namespace gandan::ledger
