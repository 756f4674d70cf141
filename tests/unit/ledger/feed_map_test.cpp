#include "ledger/feed_map.hpp"

#include "crypto/hash.hpp"
#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {

// Ids as they fall: in no order.
FeedLine line_of(std::uint64_t number, std::uint64_t next = 1) {
  const Hash bytes = crypto::sha256(as_bytes("feed " + std::to_string(number)));
  const Hash head =
      next == 0 ? Hash{} : crypto::sha256(as_bytes("head " + std::to_string(number * 1000 + next)));
  return {FeedId::from(bytes.view()), next, head};
}
std::vector<FeedLine> lines_of(std::uint64_t count) {
  std::vector<FeedLine> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(line_of(i, i % 5));
  return out;
}
Bytes bytes_of(const FeedMap& map) {
  Bytes out;
  for (const auto& line : map.lines()) append(out, feed_line_bytes(line));
  return out;
}
template <class T>
T must(Result<T> result) {
  REQUIRE(result.ok());
  return std::move(result).value();
}
const RealmId kRealm = RealmId::from(Bytes(32, 7));

}  // namespace

TEST_CASE("a feed map is the tree of RFC 6962 over its lines, in the order of the feeds") {
  for (const std::uint64_t count : {0, 1, 2, 3, 4, 5, 7, 8, 9, 64, 100, 255, 257}) {
    CAPTURE(count);
    const FeedMap map(lines_of(count));
    REQUIRE(map.size() == count);
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < map.lines().size(); ++i) {
      if (i > 0) CHECK(map.lines()[i - 1].feed < map.lines()[i].feed);
      leaves.push_back(leaf_hash(feed_line_bytes(map.lines()[i])));
    }
    CHECK(map.root() == root_of(leaves));
    CHECK(must(FeedMap::parse(bytes_of(map))).hash(kRealm) == map.hash(kRealm));
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto at = map.find(line_of(i).feed);
      REQUIRE(at);
      const auto proof = must(inclusion_proof(*at, count, map));
      const auto leaf = feed_line_leaf(map.lines()[static_cast<std::size_t>(*at)]);
      CHECK(verify_inclusion(leaf, *at, count, map.root(), proof.path).ok());
    }
    CHECK_FALSE(map.find(line_of(9999).feed));
  }
}

TEST_CASE("a feed map that is brought up to date is the one that is made anew") {
  FeedMap map;
  std::vector<FeedLine> all;
  std::uint64_t state = 1;
  const auto random = [&](std::uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  };
  for (int round = 0; round < 200; ++round) {
    std::map<FeedId, FeedLine> changes;
    for (std::uint64_t i = random(6); i > 0; --i) {
      const auto number = random(120);
      const auto line = line_of(number, random(9));
      changes[line.feed] = line;
    }
    map.update(changes);
    for (const auto& each : changes) {
      const FeedLine& line = each.second;
      const auto known =
          std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.feed == line.feed; });
      if (known == all.end())
        all.push_back(line);
      else
        *known = line;
    }
    const FeedMap anew(all);
    REQUIRE(map.lines() == anew.lines());
    REQUIRE(map.root() == anew.root());
    if (map.size() > 1) {
      const auto at = random(map.size());
      const auto proof = must(inclusion_proof(at, map.size(), map));
      CHECK(verify_inclusion(feed_line_leaf(map.lines()[static_cast<std::size_t>(at)]), at, map.size(),
                             map.root(), proof.path)
                .ok());
    }
  }
}

TEST_CASE("what the ledger names binds realm, count and every line") {
  const FeedMap map(lines_of(20));
  const Hash hash = map.hash(kRealm);
  CHECK(hash != map.hash(RealmId::from(Bytes(32, 8))));
  CHECK(hash != feed_map_hash(kRealm, 21, map.root()));
  auto lines = lines_of(20);
  lines[3].next += 1;
  lines[3].head = Hash::from(Bytes(32, 1));
  CHECK(hash != FeedMap(lines).hash(kRealm));
  lines = lines_of(19);
  CHECK(hash != FeedMap(lines).hash(kRealm));
}

TEST_CASE("lines that are none are refused") {
  const Bytes good = bytes_of(FeedMap(lines_of(9)));
  CHECK(FeedMap::parse(good).ok());
  CHECK(FeedMap::parse({}).ok());
  const auto refused = [](ByteView bytes) {
    const auto parsed = FeedMap::parse(bytes);
    return !parsed.ok() && parsed.error().code == Code::malformed;
  };
  CHECK(refused(ByteView(good).first(good.size() - 1)));
  Bytes twice = to_bytes(ByteView(good).first(kFeedLineBytes));
  append(twice, ByteView(good).first(kFeedLineBytes));
  CHECK(refused(twice));
  Bytes back = to_bytes(ByteView(good).subspan(kFeedLineBytes, kFeedLineBytes));
  append(back, ByteView(good).first(kFeedLineBytes));
  CHECK(refused(back));
  // A head without a segment, and a segment without a head.
  CHECK(parse_feed_line(feed_line_bytes({line_of(1).feed, 0, {}})).ok());
  CHECK_FALSE(parse_feed_line(feed_line_bytes({line_of(1).feed, 0, Hash::from(Bytes(32, 1))})).ok());
  CHECK_FALSE(parse_feed_line(feed_line_bytes({line_of(1).feed, 1, {}})).ok());
}
