// Lines of a feed map, from whoever says to be a server: what is read is written the same, and a map that was
// brought up to date line by line is the one that was read.
#include "ledger/feed_map.hpp"

#include <cstdlib>

#include "support/heap_meter.hpp"

using namespace gandan;
using namespace gandan::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  const test::HeapCeiling ceiling;
  const auto map = FeedMap::parse(in);
  if (!map.ok()) return 0;
  Bytes again;
  FeedMap grown;
  for (std::size_t i = map->lines().size(); i-- > 0;) grown.update({{map->lines()[i].feed, map->lines()[i]}});
  for (const auto& line : map->lines()) append(again, feed_line_bytes(line));
  if (!equal(again, in) || grown.root() != map->root()) std::abort();
  const RealmId realm;
  if (map->hash(realm) != feed_map_hash(realm, map->size(), map->root())) std::abort();
  for (std::uint64_t at = 0; at < map->size(); ++at) {
    const auto proof = inclusion_proof(at, map->size(), *map);
    const Hash leaf = feed_line_leaf(map->lines()[static_cast<std::size_t>(at)]);
    if (!proof.ok() || !verify_inclusion(leaf, at, map->size(), map->root(), proof->path).ok()) std::abort();
  }
  return 0;
}
