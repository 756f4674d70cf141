#include "ledger/feed_map.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace gandan::ledger {
namespace {

bool before(const FeedLine& a, const FeedLine& b) { return a.feed < b.feed; }

}  // namespace

FeedLineBytes feed_line_bytes(const FeedLine& line) {
  FeedLineBytes out;
  const auto behind = std::copy(line.feed.bytes.begin(), line.feed.bytes.end(), out.begin());
  for (int i = 0; i < 8; ++i) behind[i] = static_cast<std::uint8_t>(line.next >> (56 - 8 * i));
  std::copy(line.head.bytes.begin(), line.head.bytes.end(), behind + 8);
  return out;
}

Result<FeedLine> parse_feed_line(ByteView bytes) {
  if (bytes.size() != kFeedLineBytes) return Error{Code::malformed, "a line of a feed map"};
  FeedLine out;
  out.feed = FeedId::from(bytes);
  for (const std::uint8_t byte : bytes.subspan(FeedId::size, 8)) out.next = out.next << 8 | byte;
  out.head = Hash::from(bytes.subspan(FeedId::size + 8));
  if ((out.next == 0) != out.head.is_zero()) return Error{Code::malformed, "a line of a feed map"};
  return out;
}

Hash feed_line_leaf(const FeedLine& line) { return leaf_hash(feed_line_bytes(line)); }

Hash feed_map_hash(const RealmId& realm, std::uint64_t count, const Hash& root) {
  std::array<std::uint8_t, 8> size;
  for (std::size_t i = 0; i < size.size(); ++i) size[i] = static_cast<std::uint8_t>(count >> (56 - 8 * i));
  return crypto::tagged_hash("gandan/feed-map/v1", realm, {size, root.view()});
}

FeedMap::FeedMap(std::vector<FeedLine> lines) : lines_(std::move(lines)) {
  std::sort(lines_.begin(), lines_.end(), before);
  std::vector<std::size_t> all(lines_.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  rehash(std::move(all));
}

Result<FeedMap> FeedMap::parse(ByteView bytes) {
  if (bytes.size() % kFeedLineBytes != 0) return Error{Code::malformed, "lines of a feed map"};
  std::vector<FeedLine> lines;
  lines.reserve(bytes.size() / kFeedLineBytes);
  for (; !bytes.empty(); bytes = bytes.subspan(kFeedLineBytes)) {
    GANDAN_TRY(const auto line, parse_feed_line(bytes.first(kFeedLineBytes)));
    if (!lines.empty() && !before(lines.back(), line)) return Error{Code::malformed, "order of a feed map"};
    lines.push_back(line);
  }
  return FeedMap(std::move(lines));
}

void FeedMap::update(const std::map<FeedId, FeedLine>& changes) {
  std::vector<FeedLine> fresh;
  std::vector<std::size_t> changed;
  for (const auto& [feed, line] : changes) {
    if (const auto at = find(feed)) {
      const auto place = static_cast<std::size_t>(*at);
      if (lines_[place] == line) continue;
      lines_[place] = line;
      changed.push_back(place);
    } else {
      fresh.push_back(line);
    }
  }
  if (!fresh.empty()) {
    // Everything behind the first new line moves.
    const auto first = static_cast<std::size_t>(lower_bound(fresh.front().feed));
    changed.erase(std::lower_bound(changed.begin(), changed.end(), first), changed.end());
    const auto middle = static_cast<std::ptrdiff_t>(lines_.size());
    lines_.insert(lines_.end(), fresh.begin(), fresh.end());
    std::inplace_merge(lines_.begin() + static_cast<std::ptrdiff_t>(first), lines_.begin() + middle,
                       lines_.end(), before);
    for (std::size_t i = first; i < lines_.size(); ++i) changed.push_back(i);
  }
  rehash(std::move(changed));
}

std::uint64_t FeedMap::lower_bound(const FeedId& feed) const {
  const auto at = std::lower_bound(lines_.begin(), lines_.end(), feed,
                                   [](const FeedLine& line, const FeedId& id) { return line.feed < id; });
  return static_cast<std::uint64_t>(at - lines_.begin());
}

std::optional<std::uint64_t> FeedMap::find(const FeedId& feed) const {
  const auto at = lower_bound(feed);
  if (at == size() || lines_[static_cast<std::size_t>(at)].feed != feed) return std::nullopt;
  return at;
}

Hash FeedMap::root() const {
  std::vector<NodeId> nodes;
  add_range_nodes(0, size(), nodes);
  std::vector<Hash> peaks;
  for (const auto& node : nodes) peaks.push_back(levels_[node.level][static_cast<std::size_t>(node.index)]);
  return peaks.empty() ? empty_root() : fold_range(peaks);
}

Status FeedMap::read(std::span<const NodeId> nodes, std::span<Hash> out) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeId& node = nodes[i];
    if (node.level >= levels_.size() || node.index >= levels_[node.level].size())
      return Error{Code::not_found, "a node of the feed map"};
    out[i] = levels_[node.level][static_cast<std::size_t>(node.index)];
  }
  return {};
}

// Each changed leaf, and then each complete node above one, once.
void FeedMap::rehash(std::vector<std::size_t> places) {
  for (std::size_t level = 0, count = lines_.size(); count != 0; ++level, count >>= 1) {
    if (levels_.size() == level) levels_.emplace_back();
    auto& row = levels_[level];
    row.resize(count);
    std::size_t kept = 0;
    for (const std::size_t place : places) {
      if (place >= count) continue;  // its parent is not complete
      row[place] = level == 0 ? feed_line_leaf(lines_[place])
                              : node_hash(levels_[level - 1][2 * place], levels_[level - 1][2 * place + 1]);
      if (kept == 0 || places[kept - 1] != place / 2) places[kept++] = place / 2;
    }
    places.resize(kept);
  }
}

}  // namespace gandan::ledger
