// Writes a log in the C2SP tlog-tiles layout, for a verifier that we did not write:
//
//   make_log DIRECTORY SIZE [OLD_SIZE]      prints the log's vkey
//
// The log grows to OLD_SIZE, leaves that checkpoint in DIRECTORY/old-checkpoint, and grows on to SIZE, so
// that the partial tiles of both sizes are there. Everything is fixed: the same arguments write the same
// bytes.
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "crypto/hash.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/tiles.hpp"

namespace {

using namespace gandan;
using namespace gandan::ledger;

const std::string kOrigin = "gandan.example/tlog-test";

Entry entry_at(std::uint64_t index) {
  const auto number = std::to_string(index);
  return {index % 5 == 0 ? EntryType::statement : EntryType::segment, crypto::sha256(as_bytes(number)),
          1'700'000'000'000 + static_cast<std::int64_t>(index / 3)};
}

void write(const std::filesystem::path& path, ByteView bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

void publish(const std::filesystem::path& directory, std::uint64_t old_size, const MemoryTree& tree) {
  for (Tile tile : new_tiles(old_size, tree.size())) {
    write(directory / tile_path(tile), *tile_data(tile, tree));
    if (tile.level != 0) continue;
    Bytes bundle;
    for (std::uint32_t i = 0; i < tile.width; ++i)
      add_to_bundle(bundle, entry_bytes(entry_at(tile.index * kTileWidth + i)));
    tile.entries = true;
    write(directory / tile_path(tile), bundle);
  }
}

std::uint64_t number(std::string_view text) {
  std::uint64_t out = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), out).ptr != text.data() + text.size())
    throw std::runtime_error("not a number: " + std::string(text));
  return out;
}

int run(int argc, char* argv[]) {
  if (argc < 3 || argc > 4) {
    std::cerr << "usage: make_log DIRECTORY SIZE [OLD_SIZE]\n";
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  const std::uint64_t size = number(argv[2]);
  const std::uint64_t old_size = argc > 3 ? number(argv[3]) : 0;
  const auto key = *crypto::SigningKey::from_seed(Bytes(32, 42));
  const auto witness = *crypto::SigningKey::from_seed(Bytes(32, 43));

  MemoryTree tree;
  std::uint64_t published = 0;
  for (const std::uint64_t next : {old_size, size}) {
    while (tree.size() < next) tree.append(entry_leaf(entry_at(tree.size())));
    publish(directory, published, tree);
    published = next;
    const std::string note = sign_checkpoint({kOrigin, next, *root_at(next, tree)}, key);
    // A witness's line, which a verifier that does not know the witness must ignore.
    const std::string cosigned = *cosign_checkpoint(note, "witness.example", witness, 1'700'000'000);
    write(directory / (next == size ? "checkpoint" : "old-checkpoint"), as_bytes(cosigned));
  }
  std::cout << print_vkey({kOrigin, KeyType::ed25519, key.public_key()}) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "make_log: " << error.what() << "\n";
    return 1;
  }
}
