// Tiles: the paths of C2SP tlog-tiles, what is in them, and which of them a growing log writes.
#include "ledger/tiles.hpp"

#include <map>

#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {

// A published log: path -> bytes.
class Published : public TileSource {
 public:
  void publish(std::uint64_t old_size, std::uint64_t new_size, const HashReader& reader) {
    for (const Tile& tile : new_tiles(old_size, new_size)) files_[tile_path(tile)] = *tile_data(tile, reader);
  }
  Result<Bytes> read_tile(const Tile& tile) const override {
    const auto found = files_.find(tile_path(tile));
    if (found == files_.end()) return Error{Code::not_found, tile_path(tile)};
    return found->second;
  }
  std::size_t count() const { return files_.size(); }

 private:
  std::map<std::string, Bytes> files_;
};

}  // namespace

TEST_CASE("the paths of tiles") {
  struct Vector {
    Tile tile;
    const char* path;
  };
  const Vector vectors[] = {
      {{false, 0, 0, 256}, "tile/0/000"},
      {{false, 0, 5, 256}, "tile/0/005"},
      {{false, 1, 999, 256}, "tile/1/999"},
      {{false, 0, 1000, 256}, "tile/0/x001/000"},
      {{false, 0, 1234067, 256}, "tile/0/x001/x234/067"},
      {{false, 2, 1234067, 1}, "tile/2/x001/x234/067.p/1"},
      {{false, 0, 67, 255}, "tile/0/067.p/255"},
      {{true, 0, 0, 112}, "tile/entries/000.p/112"},
      {{true, 0, 1234067, 256}, "tile/entries/x001/x234/067"},
      {{false, 7, 0, 64}, "tile/7/000.p/64"},
      {{true, 0, kMaxTreeSize / 256 - 1, 255}, "tile/entries/x018/x014/x398/x509/x481/983.p/255"},
  };
  for (const auto& [tile, path] : vectors) {
    CHECK(tile_path(tile) == path);
    const auto parsed = parse_tile_path(path);
    REQUIRE(parsed.ok());
    CHECK(*parsed == tile);
    CHECK(std::string_view(path).size() <= kMaxTilePath);
  }
}

TEST_CASE("what is not exactly a tile's path is not found") {
  for (const char* path : {
           "",
           "tile",
           "tile/",
           "tile/0",
           "tile/0/",
           "/tile/0/000",
           "tile//000",
           "tile/0/000/",
           "tile/0//000",
           "Tile/0/000",
           "tile/00/000",
           "tile/01/000",
           "tile/+1/000",
           "tile/-1/000",
           "tile/8/000",
           "tile/63/000",
           "tile/64/000",
           "tile/data/000",
           "tile/entries",
           "tile/entries/",
           "tile/entries/0",
           "tile/0/0",
           "tile/0/00",
           "tile/0/0000",
           "tile/0/x000/000",
           "tile/0/x000",
           "tile/0/x001",
           "tile/0/001/000",
           "tile/0/x001/x000",
           "tile/0/x001/00",
           "tile/0/X001/000",
           "tile/0/1000",
           "tile/0/000.p",
           "tile/0/000.p/",
           "tile/0/000.p/0",
           "tile/0/000.p/00",
           "tile/0/000.p/01",
           "tile/0/000.p/256",
           "tile/0/000.p/257",
           "tile/0/000.p/-1",
           "tile/0/000.p/1/",
           "tile/0/000.p/1.p/1",
           "tile/0/.p/1",
           "tile/0/000.p/x",
           "tile/0/000.q/1",
           "tile/0/00a",
           "tile/0/000 ",
           "tile/0/%30%30%30",
           "tile/0/../000",
           "tile/0/./000",
           "tile/0/000?",
           "tile/8/0/000",
           "tile/7/000",
           "tile/7/000.p/65",
           "tile/7/001.p/1",
           "tile/6/064.p/1",
           "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
           "tile/0/x018/x014/x398/x509/x481/984",
           "tile/0/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
           "tile/0/000.p/1\n",
       }) {
    INFO(path);
    CHECK(parse_tile_path(path).error().code == Code::not_found);
  }
  CHECK_FALSE(parse_tile_path(std::string_view("tile/0/000\0", 11)).ok());
}

// The two examples on the tlog-tiles page.
TEST_CASE("which tiles represent a log") {
  const auto count = [](std::uint64_t size, std::uint8_t level, bool full) {
    std::size_t n = 0;
    for (const Tile& tile : new_tiles(0, size))
      n += tile.level == level && (tile.width == kTileWidth) == full;
    return n;
  };
  CHECK(count(70000, 0, true) == 273);
  CHECK(count(70000, 0, false) == 1);
  CHECK(count(70000, 1, true) == 1);
  CHECK(count(70000, 1, false) == 1);
  CHECK(count(70000, 2, true) == 0);
  CHECK(count(70000, 2, false) == 1);
  CHECK(new_tiles(0, 70000).size() == 277);
  CHECK(new_tiles(0, 256) == std::vector<Tile>{{false, 0, 0, 256}, {false, 1, 0, 1}});
  CHECK(new_tiles(0, 0).empty());
  CHECK(new_tiles(300, 300).empty());
  CHECK(new_tiles(255, 257) == std::vector<Tile>{{false, 0, 0, 256}, {false, 0, 1, 1}, {false, 1, 0, 1}});

  CHECK(tile_exists({false, 0, 273, 112}, 70000));
  CHECK(tile_exists({false, 0, 273, 1}, 70000));
  CHECK_FALSE(tile_exists({false, 0, 273, 113}, 70000));
  CHECK_FALSE(tile_exists({false, 0, 273, 256}, 70000));
  CHECK(tile_exists({false, 2, 0, 1}, 70000));
  CHECK_FALSE(tile_exists({false, 2, 0, 1}, 65535));
  CHECK_FALSE(tile_exists({false, 0, 0, 1}, 0));
  CHECK_FALSE(tile_exists({false, 0, ~std::uint64_t{0}, 1}, kMaxTreeSize));
}

TEST_CASE("every node of a log that grew in steps can be read from its tiles") {
  const auto leaves = numbered_leaves(1200);
  const MemoryTree tree(leaves);
  Published log;
  std::uint64_t size = 0;
  for (const std::uint64_t next : {1u, 2u, 255u, 256u, 257u, 300u, 511u, 512u, 1023u, 1200u}) {
    log.publish(size, next, tree);
    size = next;
    const TileHashReader reader(size, log);
    REQUIRE(*root_at(size, reader) == *root_at(size, tree));
    for (std::uint8_t level = 0; level < 11; ++level) {
      for (std::uint64_t index = 0; (index + 1) << level <= size; ++index) {
        const NodeId node{level, index};
        Hash here, there;
        REQUIRE(reader.read({&node, 1}, {&here, 1}).ok());
        REQUIRE(tree.read({&node, 1}, {&there, 1}).ok());
        REQUIRE(here == there);
      }
    }
    const auto proof = inclusion_proof(size / 2, size, reader);
    REQUIRE(inclusion_holds(leaves[size / 2], size / 2, size, *root_at(size, tree), proof->path));
    const NodeId beyond{0, size};
    Hash unused;
    CHECK(reader.read({&beyond, 1}, {&unused, 1}).error().code == Code::not_found);
  }
}

TEST_CASE("a tile's bytes are its hashes") {
  const auto leaves = numbered_leaves(300);
  const MemoryTree tree(leaves);
  const Bytes partial = *tile_data({false, 0, 1, 44}, tree);
  REQUIRE(partial.size() == 44 * Hash::size);
  CHECK(equal(ByteView(partial).first(32), leaves[256].view()));
  CHECK(equal(*tile_data({false, 1, 0, 1}, tree), root_of(std::span(leaves).first(256)).view()));
  CHECK(tile_data({false, 0, 1, 45}, tree).error().code == Code::not_found);

  // A source that gives less than it was asked for.
  struct Short : TileSource {
    Result<Bytes> read_tile(const Tile&) const override { return Bytes(31); }
  } source;
  CHECK(root_at(1, TileHashReader(1, source)).error().code == Code::truncated);
}

TEST_CASE("entry bundles") {
  Bytes bundle;
  add_to_bundle(bundle, as_bytes("abc"));
  add_to_bundle(bundle, {});
  add_to_bundle(bundle, Bytes(300, 1));
  CHECK(to_hex(ByteView(bundle).first(9)) == "00036162630000012c");
  const auto entries = parse_bundle(bundle, 3);
  REQUIRE(entries.ok());
  CHECK(as_text((*entries)[0]) == "abc");
  CHECK((*entries)[1].empty());
  CHECK((*entries)[2].size() == 300);
  CHECK(parse_bundle(bundle, 2).error().code == Code::malformed);
  CHECK(parse_bundle(bundle, 4).error().code == Code::truncated);
  CHECK(parse_bundle(bundle, 257).error().code == Code::malformed);
  for (std::size_t length = 0; length < bundle.size(); ++length)
    CHECK(parse_bundle(ByteView(bundle).first(length), 3).error().code == Code::truncated);
}
