// The server's tree against the plain one in memory, over the edges of tiles and across restarts.
#include "relay/ledger_tree.hpp"

#include "support/wire_realm.hpp"

namespace gandan::server::test {

TEST_CASE("the server's tree gives the roots and proofs of the plain one") {
  std::map<std::pair<std::uint8_t, std::uint64_t>, Bytes> tiles;
  const auto loader = [&](std::uint8_t level, std::uint64_t n) -> Result<Bytes> {
    const auto found = tiles.find({level, n});
    if (found == tiles.end()) return Code::not_found;
    return found->second;
  };
  ledger::MemoryTree plain;
  std::vector<Hash> leaves;
  auto tree = std::make_unique<LedgerTree>(loader);
  must(tree->load(0, [](std::uint64_t) -> Result<Hash> { return Code::not_found; }));
  const auto keep = [&] {
    for (auto& tile : tree->take_full_tiles()) tiles[{tile.level, tile.index}] = std::move(tile.hashes);
  };
  for (const std::uint64_t size : {1u, 255u, 256u, 257u, 511u, 700u, 65'535u, 65'536u, 66'000u}) {
    while (plain.size() < size) {
      const auto number = std::to_string(plain.size());
      leaves.push_back(ledger::leaf_hash(as_bytes(number)));
      plain.append(leaves.back());
      tree->append(leaves.back());
    }
    keep();
    for (int restart = 0; restart < 2; ++restart) {
      CHECK(tree->root() == must(ledger::root_at(size, plain)));
      for (const std::uint64_t earlier : {std::uint64_t{1}, size / 3 + 1, size / 2 + 1, size}) {
        CHECK(must(tree->root_at(earlier)) == must(ledger::root_at(earlier, plain)));
        CHECK(must(ledger::consistency_proof(earlier, size, *tree)).path ==
              must(ledger::consistency_proof(earlier, size, plain)).path);
        CHECK(must(ledger::inclusion_proof(earlier - 1, size, *tree)).path ==
              must(ledger::inclusion_proof(earlier - 1, size, plain)).path);
      }
      tree = std::make_unique<LedgerTree>(loader);
      must(tree->load(size,
                      [&](std::uint64_t i) -> Result<Hash> { return leaves[static_cast<std::size_t>(i)]; }));
    }
  }
}

}  // namespace gandan::server::test
