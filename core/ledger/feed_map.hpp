// FeedMap: where every feed stands at one place in the ledger, and the root of it that the server logs there
// (entry type feed_map). With it "these are all" can be proven: a feed's line names its last segment, and a
// feed that is not between two neighbouring lines is in no segment before. Bytes: schema/wire/ledger.md.
//
// The map of ledger index n is a function of the entries before n: every feed whose opening stands there, in
// the order of their ids, with the segments that stand there. A feed without any has a line too, because
// incarnations are dense: the first one of a device and unit that has no line ends the list.
//
// Threading: a value; const members from any thread while nobody updates.
#pragma once

#include <array>
#include <map>
#include <optional>

#include "ledger/proof.hpp"

namespace gandan::ledger {

constexpr std::size_t kFeedLineBytes = 56;
constexpr std::uint64_t kMaxFeedLines = std::uint64_t{1} << 24;  // of a map that is read

struct FeedLine {
  FeedId feed;
  std::uint64_t next = 0;  // how many segments it has
  Hash head;               // hash of the last; zeros where there is none
  friend bool operator==(const FeedLine& a, const FeedLine& b) {
    return a.feed == b.feed && a.next == b.next && a.head == b.head;
  }
};

using FeedLineBytes = std::array<std::uint8_t, kFeedLineBytes>;
FeedLineBytes feed_line_bytes(const FeedLine& line);
// Code::malformed for another length, and for a head without a segment or a segment without a head.
Result<FeedLine> parse_feed_line(ByteView bytes);
Hash feed_line_leaf(const FeedLine& line);  // leaf_hash of its bytes

// What the ledger's entry names: it binds the realm and the number of lines, too.
Hash feed_map_hash(const RealmId& realm, std::uint64_t count, const Hash& root);

class FeedMap : public HashReader {
 public:
  FeedMap() = default;
  explicit FeedMap(std::vector<FeedLine> lines);  // in any order, each feed once
  // Lines that run from the first on, as they travel. Code::malformed unless they strictly ascend.
  static Result<FeedMap> parse(ByteView lines);

  // Of feeds that are here and of new ones. Costs some hashes per changed line, and where feeds are new a
  // hash for each line behind the first of them.
  void update(const std::map<FeedId, FeedLine>& changes);

  std::uint64_t size() const { return lines_.size(); }
  const std::vector<FeedLine>& lines() const { return lines_; }
  // Of the first line whose feed is not below this one.
  std::uint64_t lower_bound(const FeedId& feed) const;
  std::optional<std::uint64_t> find(const FeedId& feed) const;
  Hash root() const;
  Hash hash(const RealmId& realm) const { return feed_map_hash(realm, size(), root()); }
  Status read(std::span<const NodeId> nodes, std::span<Hash> out) const override;  // Code::not_found

 private:
  void rehash(std::vector<std::size_t> lines);  // ascending

  std::vector<FeedLine> lines_;
  std::vector<std::vector<Hash>> levels_;  // complete nodes
};

}  // namespace gandan::ledger
