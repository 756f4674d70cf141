#include "ledger/proof.hpp"

#include <algorithm>
#include <bit>

namespace gandan::ledger {
namespace {

struct Range {
  std::uint64_t begin;
  std::uint64_t end;
};

// The hashes of ranges that were collected from the root down, in the order of a proof: from the leaves up.
Result<std::vector<Hash>> hash_ranges(const std::vector<Range>& ranges, const HashReader& reader) {
  std::vector<NodeId> nodes;
  std::vector<std::size_t> starts;
  for (std::size_t i = ranges.size(); i-- > 0;) {
    starts.push_back(nodes.size());
    add_range_nodes(ranges[i].begin, ranges[i].end, nodes);
  }
  starts.push_back(nodes.size());
  std::vector<Hash> hashes(nodes.size());
  GANDAN_CHECK(reader.read(nodes, hashes));
  std::vector<Hash> out;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i)
    out.push_back(fold_range(std::span<const Hash>(hashes).subspan(starts[i], starts[i + 1] - starts[i])));
  return out;
}

// Where RFC 6962 splits n > 1 leaves: the largest power of two below n.
std::uint64_t split(std::uint64_t n) { return std::uint64_t{1} << (std::bit_width(n - 1) - 1); }

// How long the path of a leaf is: `inner` hashes up to where it leaves the right edge's path, each left or
// right by a bit of the index; then `border` hashes that are all on the left.
struct PathShape {
  int inner;
  int border;
};
PathShape path_shape(std::uint64_t index, std::uint64_t size) {
  const int inner = static_cast<int>(std::bit_width(index ^ (size - 1)));
  return {inner, std::popcount(index >> inner)};
}

Hash chain_inner(Hash hash, std::span<const Hash> path, std::uint64_t index) {
  for (const Hash& sibling : path) {
    hash = (index & 1) == 0 ? node_hash(hash, sibling) : node_hash(sibling, hash);
    index >>= 1;
  }
  return hash;
}

Hash chain_left(Hash hash, std::span<const Hash> path) {
  for (const Hash& sibling : path) hash = node_hash(sibling, hash);
  return hash;
}

Error refused() { return {Code::bad_proof, "the hashes do not lead to the root"}; }

}  // namespace

// PATH(m, D[n]) of RFC 6962 section 2.1.1.
Result<InclusionProof> inclusion_proof(std::uint64_t index, std::uint64_t size, const HashReader& reader) {
  if (size > kMaxTreeSize || index >= size) return Error{Code::bad_request, "leaf outside the tree"};
  std::vector<Range> ranges;
  for (Range tree{0, size}; tree.end - tree.begin > 1;) {
    const std::uint64_t middle = tree.begin + split(tree.end - tree.begin);
    if (index < middle) {
      ranges.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      ranges.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  InclusionProof proof{index, {}};
  GANDAN_TRY(proof.path, hash_ranges(ranges, reader));
  return proof;
}

// PROOF(m, D[n]) of RFC 6962 section 2.1.2.
Result<ConsistencyProof> consistency_proof(std::uint64_t old_size, std::uint64_t new_size,
                                           const HashReader& reader) {
  if (new_size > kMaxTreeSize || old_size > new_size)
    return Error{Code::bad_request, "size outside the tree"};
  ConsistencyProof proof;
  if (old_size == 0 || old_size == new_size) return proof;
  std::vector<Range> ranges;
  Range tree{0, new_size};
  while (tree.end != old_size) {
    const std::uint64_t middle = tree.begin + split(tree.end - tree.begin);
    if (old_size <= middle) {
      ranges.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      ranges.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  // The verifier knows the old root; it needs the last subtree only when that is not the whole old tree.
  if (tree.begin != 0) ranges.push_back(tree);
  GANDAN_TRY(proof.path, hash_ranges(ranges, reader));
  return proof;
}

Status verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const Hash& root,
                        std::span<const Hash> path) {
  if (size > kMaxTreeSize || index >= size) return Error{Code::bad_proof, "leaf outside the tree"};
  const auto [inner, border] = path_shape(index, size);
  if (path.size() != static_cast<std::size_t>(inner + border)) return Error{Code::bad_proof, "wrong length"};
  const auto turn = static_cast<std::size_t>(inner);
  if (chain_left(chain_inner(leaf, path.first(turn), index), path.subspan(turn)) != root) return refused();
  return {};
}

namespace {

// The parts of a tree above its chosen leaves, from left to right: `leaf` for each of these, `rest` for each
// largest subtree without any, `join` where two parts meet. Recursion is as deep as the tree: 62.
template <class Visitor>
void walk_batch(Range tree, std::span<const std::uint64_t> chosen, Visitor& visit) {
  if (chosen.empty()) return visit.rest(tree);
  if (tree.end - tree.begin == 1) return visit.leaf();
  const std::uint64_t middle = tree.begin + split(tree.end - tree.begin);
  const auto turn = std::lower_bound(chosen.begin(), chosen.end(), middle) - chosen.begin();
  walk_batch({tree.begin, middle}, chosen.first(static_cast<std::size_t>(turn)), visit);
  walk_batch({middle, tree.end}, chosen.subspan(static_cast<std::size_t>(turn)), visit);
  visit.join();
}

bool ascending_below(std::span<const std::uint64_t> indexes, std::uint64_t size) {
  for (std::size_t i = 1; i < indexes.size(); ++i)
    if (indexes[i - 1] >= indexes[i]) return false;
  return indexes.empty() || indexes.back() < size;
}

}  // namespace

Result<std::vector<Hash>> batch_inclusion_proof(std::span<const std::uint64_t> indexes, std::uint64_t size,
                                                const HashReader& reader) {
  if (size > kMaxTreeSize || !ascending_below(indexes, size))
    return Error{Code::bad_request, "leaves outside the tree"};
  if (indexes.empty()) return std::vector<Hash>();
  struct {
    std::vector<Range> ranges;
    void rest(Range range) { ranges.push_back(range); }
    void leaf() {}
    void join() {}
  } visit;
  walk_batch({0, size}, indexes, visit);
  std::reverse(visit.ranges.begin(), visit.ranges.end());  // as hash_ranges wants them: it reverses again
  return hash_ranges(visit.ranges, reader);
}

Status verify_batch_inclusion(std::span<const IndexedLeaf> leaves, std::uint64_t size, const Hash& root,
                              std::span<const Hash> path) {
  std::vector<std::uint64_t> indexes;
  indexes.reserve(leaves.size());
  for (const auto& leaf : leaves) indexes.push_back(leaf.index);
  if (size > kMaxTreeSize || !ascending_below(indexes, size))
    return Error{Code::bad_proof, "leaves outside the tree"};
  if (leaves.empty()) return path.empty() ? Status() : Status(Error{Code::bad_proof, "wrong length"});
  struct {
    std::span<const IndexedLeaf> leaves;
    std::span<const Hash> path;
    std::vector<Hash> parts;
    bool short_of_hashes = false;
    void rest(Range) {
      short_of_hashes |= path.empty();
      parts.push_back(path.empty() ? Hash{} : path.front());
      if (!path.empty()) path = path.subspan(1);
    }
    void leaf() {
      parts.push_back(leaves.front().leaf);
      leaves = leaves.subspan(1);
    }
    void join() {
      const Hash right = parts.back();
      parts.pop_back();
      parts.back() = node_hash(parts.back(), right);
    }
  } visit{leaves, path, {}};
  walk_batch({0, size}, indexes, visit);
  if (visit.short_of_hashes || !visit.path.empty()) return Error{Code::bad_proof, "wrong length"};
  if (visit.parts.back() != root) return refused();
  return {};
}

// RFC 9162 section 2.1.4.2, in the form of its path: the last leaf of the old tree has one path in either
// tree. The proof is that path in the new tree above the subtree that both share; the old root follows from
// those of its hashes that stand on the left.
Status verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size,
                          const Hash& new_root, std::span<const Hash> path) {
  if (new_size < old_size) return Error{Code::ledger_went_back};
  if (new_size > kMaxTreeSize) return Error{Code::bad_proof, "size"};
  if (old_size == new_size && old_root != new_root) return Error{Code::ledger_rewritten};
  if (old_size == 0 && old_root != empty_root()) return refused();
  if (old_size == 0 || old_size == new_size) {
    if (!path.empty()) return Error{Code::bad_proof, "wrong length"};
    return {};
  }
  auto [inner, border] = path_shape(old_size - 1, new_size);
  const int shared = std::countr_zero(old_size);  // the level of the shared subtree
  inner -= shared;
  Hash seed = old_root;
  if (!std::has_single_bit(old_size)) {
    if (path.empty()) return Error{Code::bad_proof, "wrong length"};
    seed = path.front();
    path = path.subspan(1);
  }
  if (path.size() != static_cast<std::size_t>(inner + border)) return Error{Code::bad_proof, "wrong length"};
  const auto below = path.first(static_cast<std::size_t>(inner));
  const auto above = path.subspan(static_cast<std::size_t>(inner));
  const std::uint64_t turns = (old_size - 1) >> shared;
  Hash old_hash = seed;
  for (std::size_t i = 0; i < below.size(); ++i)
    if ((turns >> i & 1) != 0) old_hash = node_hash(below[i], old_hash);
  if (chain_left(old_hash, above) != old_root) return refused();
  if (chain_left(chain_inner(seed, below, turns), above) != new_root) return refused();
  return {};
}

}  // namespace gandan::ledger
