// Proofs: each one holds for what it was made for and for nothing else.
#include "ledger/proof.hpp"

#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {
constexpr std::size_t kSizes = 40;  // all sizes up to this, all indexes, all pairs
}

TEST_CASE("every inclusion proof holds, and for its own index and size only") {
  const auto leaves = numbered_leaves(kSizes);
  const MemoryTree tree(leaves);
  std::vector<Hash> roots;
  for (std::size_t size = 0; size <= kSizes; ++size) roots.push_back(*root_at(size, tree));
  for (std::size_t size = 1; size <= kSizes; ++size) {
    for (std::size_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(index, size, tree);
      REQUIRE(proof.ok());
      REQUIRE(proof->index == index);
      REQUIRE(inclusion_holds(leaves[index], index, size, roots[size], proof->path));
      for (std::size_t other = 0; other <= kSizes; ++other) {
        if (other != index) {
          REQUIRE_FALSE(inclusion_holds(leaves[index], other, size, roots[size], proof->path));
          if (other < kSizes)
            REQUIRE_FALSE(inclusion_holds(leaves[other], index, size, roots[size], proof->path));
        }
        // A size and its root come together, from a checkpoint.
        if (other != size)
          REQUIRE_FALSE(inclusion_holds(leaves[index], index, other, roots[other], proof->path));
      }
    }
  }
}

TEST_CASE("an inclusion proof with any byte changed, or of another length, is refused") {
  const auto leaves = numbered_leaves(13);
  const MemoryTree tree(leaves);
  const Hash root = *root_at(13, tree);
  for (std::size_t index = 0; index < 13; ++index) {
    const auto path = inclusion_proof(index, 13, tree)->path;
    for (std::size_t i = 0; i < path.size(); ++i) {
      for (std::size_t byte = 0; byte < Hash::size; ++byte) {
        auto changed = path;
        changed[i].bytes[byte] ^= 0x40;
        REQUIRE_FALSE(inclusion_holds(leaves[index], index, 13, root, changed));
      }
    }
    for (std::size_t byte = 0; byte < Hash::size; ++byte) {
      Hash leaf = leaves[index], other_root = root;
      leaf.bytes[byte] ^= 1;
      other_root.bytes[byte] ^= 1;
      REQUIRE_FALSE(inclusion_holds(leaf, index, 13, root, path));
      REQUIRE_FALSE(inclusion_holds(leaves[index], index, 13, other_root, path));
    }
    auto longer = path;
    longer.push_back(root);
    CHECK_FALSE(inclusion_holds(leaves[index], index, 13, root, longer));
    CHECK_FALSE(inclusion_holds(leaves[index], index, 13, root, std::span(path).first(path.size() - 1)));
    CHECK_FALSE(inclusion_holds(leaves[index], index, 13, root, {}));
  }
}

TEST_CASE("every consistency proof holds, and for its own sizes only") {
  const auto leaves = numbered_leaves(kSizes);
  const MemoryTree tree(leaves);
  std::vector<Hash> roots;
  for (std::size_t size = 0; size <= kSizes; ++size) roots.push_back(*root_at(size, tree));
  for (std::size_t size = 0; size <= kSizes; ++size) {
    for (std::size_t old = 0; old <= size; ++old) {
      const auto proof = consistency_proof(old, size, tree);
      REQUIRE(proof.ok());
      REQUIRE(consistency_holds(old, roots[old], size, roots[size], proof->path));
      if (proof->path.empty()) continue;  // from nothing, or to itself
      for (std::size_t other = 0; other <= kSizes; ++other) {
        if (other != old)
          REQUIRE_FALSE(consistency_holds(other, roots[other], size, roots[size], proof->path));
        if (other != size)
          REQUIRE_FALSE(consistency_holds(old, roots[old], other, roots[other], proof->path));
      }
    }
  }
}

TEST_CASE("a consistency proof with any byte changed, or of another length, is refused") {
  const MemoryTree tree(numbered_leaves(21));
  const Hash root = *root_at(21, tree);
  for (std::size_t old = 1; old < 21; ++old) {
    const Hash old_root = *root_at(old, tree);
    const auto path = consistency_proof(old, 21, tree)->path;
    for (std::size_t i = 0; i < path.size(); ++i) {
      for (std::size_t byte = 0; byte < Hash::size; ++byte) {
        auto changed = path;
        changed[i].bytes[byte] ^= 0x01;
        REQUIRE_FALSE(consistency_holds(old, old_root, 21, root, changed));
      }
    }
    for (std::size_t byte = 0; byte < Hash::size; ++byte) {
      Hash other_old = old_root, other_new = root;
      other_old.bytes[byte] ^= 0x80;
      other_new.bytes[byte] ^= 0x80;
      REQUIRE_FALSE(consistency_holds(old, other_old, 21, root, path));
      REQUIRE_FALSE(consistency_holds(old, old_root, 21, other_new, path));
    }
    auto longer = path;
    longer.push_back(root);
    CHECK_FALSE(consistency_holds(old, old_root, 21, root, longer));
    CHECK_FALSE(consistency_holds(old, old_root, 21, root, std::span(path).first(path.size() - 1)));
    CHECK_FALSE(consistency_holds(old, old_root, 21, root, {}));
  }
}

TEST_CASE("a rewritten ledger has no consistency proof") {
  auto leaves = numbered_leaves(30);
  const MemoryTree honest(leaves);
  leaves[7] = leaf_hash(as_bytes("rewritten"));
  const MemoryTree rewritten(leaves);
  for (std::size_t old = 8; old < 30; ++old) {
    const auto proof = consistency_proof(old, 30, rewritten);
    const auto verdict =
        verify_consistency(old, *root_at(old, honest), 30, *root_at(30, rewritten), proof->path);
    CHECK(verdict.error().code == Code::bad_proof);
  }
  CHECK(verify_consistency(30, *root_at(30, honest), 30, *root_at(30, rewritten), {}).error().code ==
        Code::ledger_rewritten);
  CHECK(verify_consistency(30, *root_at(30, honest), 29, *root_at(29, honest), {}).error().code ==
        Code::ledger_went_back);
  CHECK(verify_consistency(0, *root_at(1, honest), 30, *root_at(30, honest), {}).error().code ==
        Code::bad_proof);
}

TEST_CASE("sizes and indexes outside the tree are refused, not computed with") {
  const MemoryTree tree(numbered_leaves(4));
  CHECK(inclusion_proof(4, 4, tree).error().code == Code::bad_request);
  CHECK(inclusion_proof(0, 0, tree).error().code == Code::bad_request);
  CHECK(inclusion_proof(0, 5, tree).error().code == Code::not_found);
  CHECK(inclusion_proof(0, ~std::uint64_t{0}, tree).error().code == Code::bad_request);
  CHECK(consistency_proof(5, 4, tree).error().code == Code::bad_request);
  CHECK(consistency_proof(1, kMaxTreeSize + 1, tree).error().code == Code::bad_request);
  const std::vector<Hash> path(64);
  for (const std::uint64_t huge : {kMaxTreeSize + 1, ~std::uint64_t{0}}) {
    CHECK_FALSE(inclusion_holds(Hash{}, 0, huge, Hash{}, path));
    CHECK_FALSE(inclusion_holds(Hash{}, huge, huge, Hash{}, path));
    CHECK_FALSE(consistency_holds(1, Hash{}, huge, Hash{}, path));
    CHECK_FALSE(consistency_holds(huge, Hash{}, huge, Hash{}, path));
  }
  CHECK_FALSE(inclusion_holds(Hash{}, 0, 0, Hash{}, {}));
}

TEST_CASE("proofs at the largest size the format allows") {
  const UniformTree tree;
  for (const std::uint64_t size : {kMaxTreeSize, kMaxTreeSize - 1, kMaxTreeSize / 2 + 1}) {
    const Hash root = *root_at(size, tree);
    for (const std::uint64_t index : {std::uint64_t{0}, size / 3, size - 2, size - 1}) {
      const auto path = inclusion_proof(index, size, tree)->path;
      CHECK(path.size() <= 62);
      CHECK(inclusion_holds(tree.leaf(), index, size, root, path));
    }
    for (const std::uint64_t old : {std::uint64_t{1}, size / 3, size / 2, size - 1}) {
      const auto path = consistency_proof(old, size, tree)->path;
      CHECK(path.size() <= 63);
      CHECK(consistency_holds(old, *root_at(old, tree), size, root, path));
    }
  }
}

TEST_CASE("the bytes of proofs") {
  const auto leaves = numbered_leaves(300);
  const MemoryTree tree(leaves);
  const auto inclusion = *inclusion_proof(299, 300, tree);
  const Bytes bytes = encode_proof(inclusion);
  Bytes expected{0xab, 0x02, 0x05};  // index 299, five hashes
  for (const Hash& hash : inclusion.path) append(expected, hash.view());
  CHECK(bytes == expected);
  CHECK(decode_inclusion_proof(bytes)->index == 299);
  CHECK(decode_inclusion_proof(bytes)->path == inclusion.path);
  CHECK(decode_inclusion_proof(ByteView(bytes).first(bytes.size() - 1)).error().code == Code::truncated);
  CHECK(decode_inclusion_proof(Bytes{0, 0xff, 0xff, 0xff, 0xff, 0x0f}).error().code == Code::truncated);

  const auto consistency = *consistency_proof(256, 300, tree);
  const Bytes other = encode_proof(consistency);
  CHECK(other.size() == 1 + consistency.path.size() * Hash::size);
  CHECK(decode_consistency_proof(other)->path == consistency.path);
  Bytes trailing = other;
  trailing.push_back(0);
  CHECK(decode_consistency_proof(trailing).error().code == Code::malformed);
}

TEST_CASE("a proof of several leaves: every choice of leaves in every small tree") {
  constexpr std::size_t kMost = 9;
  const auto leaves = numbered_leaves(kMost);
  const MemoryTree tree(leaves);
  for (std::uint64_t size = 1; size <= kMost; ++size) {
    const Hash root = *root_at(size, tree);
    for (std::uint64_t bits = 1; bits < std::uint64_t{1} << size; ++bits) {
      std::vector<std::uint64_t> indexes;
      std::vector<IndexedLeaf> named;
      for (std::uint64_t i = 0; i < size; ++i)
        if ((bits >> i & 1) != 0) {
          indexes.push_back(i);
          named.push_back({i, leaves[i]});
        }
      const auto path = *batch_inclusion_proof(indexes, size, tree);
      CHECK(verify_batch_inclusion(named, size, root, path).ok());
      if (indexes.size() == 1) CHECK(path.size() == inclusion_proof(indexes[0], size, tree)->path.size());
      if (indexes.size() == size) CHECK(path.empty());
      for (auto& leaf : named) {
        std::swap(leaf.leaf.bytes[0], leaf.leaf.bytes[1]);
        CHECK_FALSE(verify_batch_inclusion(named, size, root, path).ok());
        std::swap(leaf.leaf.bytes[0], leaf.leaf.bytes[1]);
      }
    }
    CHECK(batch_inclusion_proof({}, size, tree)->empty());
    CHECK(verify_batch_inclusion({}, size, root, {}).ok());
    CHECK_FALSE(verify_batch_inclusion({}, size, root, {&root, 1}).ok());
  }
  // Side by side they cost what the two ends cost.
  const MemoryTree forest(numbered_leaves(4096));
  std::vector<std::uint64_t> side_by_side;
  for (std::uint64_t i = 1000; i < 1300; ++i) side_by_side.push_back(i);
  CHECK(batch_inclusion_proof(side_by_side, 4096, forest)->size() <= 22);
}

TEST_CASE("a proof of several leaves wants them in order, each once, inside the tree") {
  const auto leaves = numbered_leaves(8);
  const MemoryTree tree(leaves);
  const Hash root = *root_at(8, tree);
  const auto made = [&](std::vector<std::uint64_t> indexes) {
    const auto path = batch_inclusion_proof(indexes, 8, tree);
    std::vector<IndexedLeaf> named;
    for (const auto index : indexes) named.push_back({index, leaves[index % 8]});
    const std::vector<Hash> hashes = path.ok() ? *path : std::vector<Hash>(5);
    return std::pair(path.ok() ? Code::internal : path.error().code,
                     verify_batch_inclusion(named, 8, root, hashes).ok());
  };
  CHECK(made({1, 5, 6}) == std::pair(Code::internal, true));
  for (const auto& wrong : {std::vector<std::uint64_t>{1, 1}, {5, 1}, {1, 8}, {8}, {UINT64_MAX}})
    CHECK(made(wrong) == std::pair(Code::bad_request, false));
  CHECK(verify_batch_inclusion({}, kMaxTreeSize + 1, root, {}).error().code == Code::bad_proof);
}
