// LedgerTree: the complete nodes of one realm's Merkle tree, kept so that a proof costs lookups and no
// hashing: the growing tiles of the right edge, and as many full tiles as a small cache holds. Full tiles lie
// in the store.
//
// Threading: `append` and `take_full_tiles` belong to the sequencer; `read` may be called from any thread,
// also meanwhile: complete nodes never change, and nobody asks for nodes beyond a size that was published.
#pragma once

#include <array>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>

#include "ledger/tiles.hpp"
#include "store/store.hpp"

namespace gandan::server {

class LedgerTree : public ledger::HashReader {
 public:
  // Bytes of a full hash tile, from the store.
  using Loader = std::function<Result<Bytes>(std::uint8_t level, std::uint64_t index)>;
  explicit LedgerTree(Loader loader) : loader_(std::move(loader)) {}

  // Starts at `size` leaves; `leaf(i)` is asked for the last ones, those of no full tile.
  Status load(std::uint64_t size, const std::function<Result<Hash>(std::uint64_t)>& leaf);

  void append(const Hash& leaf);
  std::uint64_t size() const { return frontier_.size(); }
  Hash root() const { return frontier_.root(); }
  // Tiles that became full since the last call: they go into the store with the batch.
  std::vector<TileRow> take_full_tiles();
  // The same, but of tiles that go nowhere: they stay readable from memory.
  void keep_full_tiles();

  Status read(std::span<const ledger::NodeId> nodes, std::span<Hash> out) const override;
  Result<Hash> root_at(std::uint64_t size) const;  // remembers the last few thousand answers

 private:
  // The 256 hashes of a tile and the 254 inner nodes above them.
  struct Nodes {
    std::array<Hash, 510> hashes;
    static std::size_t place(unsigned height, std::uint64_t position) {
      return 512u - (512u >> height) + static_cast<std::size_t>(position);
    }
    void fill_inner();
  };
  using Key = std::pair<std::uint8_t, std::uint64_t>;  // level, index

  void put(const ledger::Node& node);
  Result<std::shared_ptr<const Nodes>> full_tile(Key key) const;
  void remember(Key key, std::shared_ptr<const Nodes> nodes) const;

  Loader loader_;
  ledger::Frontier frontier_;  // the sequencer's
  std::vector<TileRow> made_;  // the sequencer's

  mutable std::mutex mutex_;  // guards all below
  std::map<Key, std::shared_ptr<Nodes>> edge_;
  std::map<Key, Bytes> kept_;  // full tiles that the store does not have
  mutable std::list<std::pair<Key, std::shared_ptr<const Nodes>>> recent_;  // the last used first
  mutable std::map<Key, decltype(recent_)::iterator> cached_;
  mutable std::map<std::uint64_t, Hash> roots_;
};

}  // namespace gandan::server
