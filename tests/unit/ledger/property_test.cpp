// Properties over random trees and random bytes. rapidcheck runs natively only.
#ifndef __EMSCRIPTEN__
#include <rapidcheck.h>

#include <set>

#include "ledger/tiles.hpp"
#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {

const MemoryTree& forest() {
  static const MemoryTree tree(numbered_leaves(5000));
  return tree;
}

std::uint64_t in_range(std::uint64_t begin, std::uint64_t end) { return *rc::gen::inRange(begin, end); }

// Changes one bit of one hash; false when there is none.
bool damage(std::vector<Hash>& path) {
  if (path.empty()) return false;
  const auto i = static_cast<std::size_t>(in_range(0, path.size()));
  path[i].bytes[in_range(0, Hash::size)] ^= static_cast<std::uint8_t>(1u << in_range(0, 8));
  return true;
}

}  // namespace

TEST_CASE("property: inclusion proofs hold as made and in no other way") {
  const auto leaves = numbered_leaves(5000);
  CHECK(rc::check([&] {
    const std::uint64_t size = in_range(1, 5001);
    const std::uint64_t index = in_range(0, size);
    const Hash root = *root_at(size, forest());
    auto path = inclusion_proof(index, size, forest())->path;
    RC_ASSERT(inclusion_holds(leaves[index], index, size, root, path));
    const std::uint64_t other = in_range(0, size);
    if (other != index) RC_ASSERT(!inclusion_holds(leaves[index], other, size, root, path));
    const std::uint64_t other_size = in_range(1, 5001);
    if (other_size != size)
      RC_ASSERT(!inclusion_holds(leaves[index], index, other_size, *root_at(other_size, forest()), path));
    if (damage(path)) RC_ASSERT(!inclusion_holds(leaves[index], index, size, root, path));
  }));
}

TEST_CASE("property: consistency proofs hold as made and in no other way") {
  CHECK(rc::check([] {
    const std::uint64_t size = in_range(1, 5001);
    const std::uint64_t old = in_range(0, size + 1);
    const Hash root = *root_at(size, forest());
    const Hash old_root = *root_at(old, forest());
    auto path = consistency_proof(old, size, forest())->path;
    RC_ASSERT(consistency_holds(old, old_root, size, root, path));
    if (path.empty()) return;
    const std::uint64_t other = in_range(0, size + 1);
    if (other != old) RC_ASSERT(!consistency_holds(other, *root_at(other, forest()), size, root, path));
    const std::uint64_t other_size = in_range(old, 5001);
    if (other_size != size)
      RC_ASSERT(!consistency_holds(old, old_root, other_size, *root_at(other_size, forest()), path));
    RC_ASSERT(damage(path));
    RC_ASSERT(!consistency_holds(old, old_root, size, root, path));
  }));
}

TEST_CASE("property: a proof of several leaves holds as made, for these leaves, and in no other way") {
  const auto leaves = numbered_leaves(5000);
  CHECK(rc::check([&] {
    const std::uint64_t size = in_range(1, 5001);
    std::set<std::uint64_t> chosen;
    for (std::uint64_t n = in_range(1, 40); n > 0; --n) {
      const std::uint64_t first = in_range(0, size);
      for (std::uint64_t i = first; i < std::min(size, first + in_range(1, 5)); ++i) chosen.insert(i);
    }
    const std::vector<std::uint64_t> indexes(chosen.begin(), chosen.end());
    const Hash root = *root_at(size, forest());
    auto path = *batch_inclusion_proof(indexes, size, forest());
    std::vector<IndexedLeaf> named;
    for (const auto index : indexes) named.push_back({index, leaves[index]});
    const auto holds = [&](std::uint64_t of, const Hash& at, const std::vector<Hash>& by) {
      return verify_batch_inclusion(named, of, at, by).ok();
    };
    RC_ASSERT(holds(size, root, path));
    // Never more hashes than the single proofs have together.
    std::size_t single = 0;
    for (const auto index : indexes) single += inclusion_proof(index, size, forest())->path.size();
    RC_ASSERT(path.size() <= single);
    const std::uint64_t other_size = in_range(indexes.back() + 1, 5001);
    if (other_size != size) RC_ASSERT(!holds(other_size, *root_at(other_size, forest()), path));
    auto longer = path;
    longer.push_back(root);
    RC_ASSERT(!holds(size, root, longer));
    if (!path.empty()) RC_ASSERT(!holds(size, root, std::vector<Hash>(path.begin(), path.end() - 1)));
    const auto which = in_range(0, named.size());
    const auto kept = named[which];
    named[which].leaf.bytes[3] ^= 1;
    RC_ASSERT(!holds(size, root, path));
    named[which] = kept;
    // A leaf at a place where it is not.
    const std::uint64_t place = in_range(0, size);
    if (chosen.count(place) == 0) {
      named[which].index = place;
      std::sort(named.begin(), named.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
      RC_ASSERT(!holds(size, root, path));
      named.clear();
      for (const auto index : indexes) named.push_back({index, leaves[index]});
    }
    if (damage(path)) RC_ASSERT(!holds(size, root, path));
  }));
}

TEST_CASE("property: each tile a tree has goes through its path") {
  CHECK(rc::check([] {
    Tile tile;
    tile.level = static_cast<std::uint8_t>(in_range(0, 8));
    tile.index = in_range(0, kMaxTreeSize >> 8) >> (8 * tile.level + in_range(0, 50)) % 64;
    tile.width = static_cast<std::uint32_t>(in_range(1, 257));
    tile.entries = tile.level == 0 && *rc::gen::arbitrary<bool>();
    const auto parsed = parse_tile_path(tile_path(tile));
    RC_ASSERT(parsed.ok() == tile_exists(tile, kMaxTreeSize));
    if (parsed.ok()) RC_ASSERT(*parsed == tile);
  }));
}

TEST_CASE("property: no path but the canonical one leads to a tile") {
  const auto character = rc::gen::elementOf(std::string("0123x/.p%etilns"));
  CHECK(rc::check([&] {
    std::string path = "tile/" + *rc::gen::container<std::string>(character);
    const auto parsed = parse_tile_path(path);
    if (parsed.ok()) RC_ASSERT(tile_path(*parsed) == path);
  }));
}

TEST_CASE("property: arbitrary text never opens and never crashes") {
  const NoteKey key{"log", KeyType::ed25519, {}};
  const auto piece = rc::gen::elementOf(std::vector<std::string>{
      "\n", "\n\n", "— ", "log", " ", "AAAAAAAAAAAA", "0", "42", "index ", "extra ",
      "c2sp.org/tlog-proof@v1\n", "\xe2", "\xff", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "="});
  CHECK(rc::check([&] {
    std::string text;
    for (const std::string& part : *rc::gen::container<std::vector<std::string>>(piece)) text += part;
    RC_ASSERT(!open_checkpoint(text, key).ok());
    if (const auto note = parse_note(text); note.ok()) RC_ASSERT(print_note(*note) == text);
    if (const auto checkpoint = parse_checkpoint_text(text); checkpoint.ok())
      RC_ASSERT(text.substr(0, checkpoint_text(*checkpoint).size()) == checkpoint_text(*checkpoint));
    if (const auto proof = parse_ledger_proof(text); proof.ok())
      RC_ASSERT(print_ledger_proof(*proof) == text);
    (void)parse_vkey(text);
  }));
}
#endif
