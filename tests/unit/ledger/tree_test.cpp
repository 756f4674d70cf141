// Roots, frontiers and the numbering of stored nodes, against the vectors of Certificate Transparency's
// reference implementation (merkle_tree_test.cc, also transparency-dev/merkle testonly) and RFC 6962
// section 2.1.3.
#include "ledger/tree.hpp"

#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {

std::vector<Hash> ct_leaves() {
  std::vector<Hash> out;
  for (const char* hex :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"})
    out.push_back(leaf_hash(*from_hex(hex)));
  return out;
}

const char* const kCtRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

// Complete nodes of that tree, level by level.
const std::vector<std::vector<const char*>> kCtNodes = {
    {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
     "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
     "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
     "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
     "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
     "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
     "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
     "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1"},
    {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
     "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
     "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
     "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"},
    {"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
     "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"},
    {"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

std::vector<Hash> path_of(std::initializer_list<const char*> hex) {
  std::vector<Hash> out;
  for (const char* hash : hex) out.push_back(hash_of_hex(hash));
  return out;
}

}  // namespace

TEST_CASE("the roots of Certificate Transparency's eight leaves") {
  const auto leaves = ct_leaves();
  const MemoryTree tree(leaves);
  Frontier frontier;
  CHECK(to_hex(empty_root().view()) == kCtRoots[0]);
  CHECK(to_hex(frontier.root().view()) == kCtRoots[0]);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    frontier.append(leaves[size - 1]);
    CHECK(to_hex(frontier.root().view()) == kCtRoots[size]);
    CHECK(to_hex(root_of(std::span(leaves).first(size)).view()) == kCtRoots[size]);
    CHECK(to_hex(root_of(size, [&](std::uint64_t i) { return leaves[i]; }).view()) == kCtRoots[size]);
    CHECK(to_hex(root_at(size, tree)->view()) == kCtRoots[size]);
  }
}

TEST_CASE("the complete nodes of Certificate Transparency's eight leaves") {
  std::vector<Node> made;
  Frontier frontier;
  for (const Hash& leaf : ct_leaves()) frontier.append(leaf, &made);
  REQUIRE(made.size() == 15);
  for (const Node& node : made)
    CHECK(to_hex(node.hash.view()) == kCtNodes.at(node.id.level).at(node.id.index));
}

TEST_CASE("the inclusion proofs of Certificate Transparency's eight leaves") {
  const auto leaves = ct_leaves();
  const MemoryTree tree(leaves);
  const auto& n = kCtNodes;
  struct Vector {
    std::uint64_t index, size;
    std::vector<Hash> path;
  };
  const Vector vectors[] = {
      {0, 1, {}},
      {0, 8, path_of({n[0][1], n[1][1], n[2][1]})},
      {5, 8, path_of({n[0][4], n[1][3], n[2][0]})},
      {2, 3, path_of({n[1][0]})},
      {1, 5, path_of({n[0][0], n[1][1], n[0][4]})},
  };
  for (const auto& [index, size, path] : vectors) {
    CHECK(inclusion_proof(index, size, tree)->path == path);
    CHECK(inclusion_holds(leaves[index], index, size, hash_of_hex(kCtRoots[size]), path));
  }
}

TEST_CASE("the consistency proofs of Certificate Transparency's eight leaves") {
  const MemoryTree tree(ct_leaves());
  const auto& n = kCtNodes;
  struct Vector {
    std::uint64_t old_size, new_size;
    std::vector<Hash> path;
  };
  const Vector vectors[] = {
      {1, 1, {}},
      {1, 8, path_of({n[0][1], n[1][1], n[2][1]})},
      {6, 8, path_of({n[1][2], n[1][3], n[2][0]})},
      {2, 5, path_of({n[1][1], n[0][4]})},
  };
  for (const auto& [old_size, new_size, path] : vectors) {
    CHECK(consistency_proof(old_size, new_size, tree)->path == path);
    CHECK(consistency_holds(old_size, hash_of_hex(kCtRoots[old_size]), new_size,
                            hash_of_hex(kCtRoots[new_size]), path));
  }
}

// RFC 6962 section 2.1.3 draws a tree of seven leaves d0 … d6 with hashes a … f, j and names these proofs.
TEST_CASE("the example of RFC 6962 section 2.1.3") {
  const auto leaves = numbered_leaves(7);
  const Hash a = leaves[0], b = leaves[1], c = leaves[2], d = leaves[3], e = leaves[4], f = leaves[5],
             j = leaves[6];
  const Hash g = node_hash(a, b), h = node_hash(c, d), i = node_hash(e, f);
  const Hash k = node_hash(g, h), l = node_hash(i, j);
  const MemoryTree tree(leaves);
  using Path = std::vector<Hash>;
  CHECK(*root_at(7, tree) == node_hash(k, l));
  CHECK(inclusion_proof(0, 7, tree)->path == Path{b, h, l});
  CHECK(inclusion_proof(3, 7, tree)->path == Path{c, g, l});
  CHECK(inclusion_proof(4, 7, tree)->path == Path{f, j, k});
  CHECK(inclusion_proof(6, 7, tree)->path == Path{i, k});
  CHECK(consistency_proof(3, 7, tree)->path == Path{c, d, g, l});
  CHECK(consistency_proof(4, 7, tree)->path == Path{l});
  CHECK(consistency_proof(6, 7, tree)->path == Path{i, j, k});
}

TEST_CASE("every way to a root agrees with the definition, at every size") {
  const auto leaves = numbered_leaves(300);
  const MemoryTree tree(leaves);
  Frontier frontier;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    const Hash root = naive_root(std::span(leaves).first(size));
    REQUIRE(frontier.root() == root);
    REQUIRE(frontier.size() == size);
    REQUIRE(*root_at(size, tree) == root);
    REQUIRE(root_of(std::span(leaves).first(size)) == root);
    if (size < leaves.size()) frontier.append(leaves[size]);
  }
}

TEST_CASE("a frontier is loaded from stored nodes or from its peaks, and goes on alike") {
  const auto leaves = numbered_leaves(200);
  const MemoryTree tree(leaves);
  for (std::size_t size = 0; size < leaves.size(); ++size) {
    auto loaded = Frontier::load(size, tree);
    REQUIRE(loaded.ok());
    auto copied = Frontier::from_peaks(size, loaded->peaks());
    REQUIRE(copied.ok());
    loaded->append(leaves[size]);
    copied->append(leaves[size]);
    REQUIRE(loaded->root() == *root_at(size + 1, tree));
    REQUIRE(copied->root() == loaded->root());
  }
  CHECK(Frontier::from_peaks(3, {Hash{}}).error().code == Code::malformed);
  CHECK(Frontier::from_peaks(kMaxTreeSize + 1, {Hash{}, Hash{}}).error().code == Code::malformed);
  CHECK(Frontier::load(201, tree).error().code == Code::not_found);
  CHECK(Frontier::load(kMaxTreeSize + 1, tree).error().code == Code::too_large);
}

TEST_CASE("stored nodes are numbered densely in the order in which they are made") {
  std::uint64_t next = 0;
  Frontier frontier;
  for (const Hash& leaf : numbered_leaves(1000)) {
    CHECK(stored_count(frontier.size()) == next);
    std::vector<Node> made;
    frontier.append(leaf, &made);
    REQUIRE(made.front().id == NodeId{0, frontier.size() - 1});
    for (const Node& node : made) REQUIRE(stored_index(node.id) == next++);
  }
  // golang.org/x/mod/sumdb/tlog, tlog_test.go: the same numbering.
  CHECK(stored_index({0, 0}) == 0);
  CHECK(stored_index({0, 1}) == 1);
  CHECK(stored_index({1, 0}) == 2);
  CHECK(stored_index({3, 0}) == 14);
  CHECK(stored_count(kMaxTreeSize) == (kMaxTreeSize << 1) - 1);
}
