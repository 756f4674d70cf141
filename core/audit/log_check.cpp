#include "audit/log_check.hpp"

namespace gandan::audit {

Status LogCheck::take_map(const LogParts& parts, const std::set<UnitId>& units) {
  units_ = units;
  if (parts.map.receipt_ms > INT64_MAX) return bad_proof("receipt");
  auto map = ledger::FeedMap::parse(parts.lines);
  if (!map.ok() || map->size() > ledger::kMaxFeedLines) return Error{Code::malformed, "lines of a feed map"};
  map_ = std::move(*map);
  if (!check_.in_ledger(ledger::EntryType::feed_map, map_.hash(check_.roster().realm()), parts.map).ok())
    return Error{Code::log_other_map, "its lines are not those that the ledger's entry names"};
  shown_.map_index = parts.map.index;
  shown_.map_ms = static_cast<std::int64_t>(parts.map.receipt_ms);
  return {};
}

// Whose each line is: ids follow from device, unit and incarnation, and incarnations are dense. Whether the
// device may write there is asked where there is a line: it costs a walk through all moves.
Status LogCheck::attribute() {
  const auto& roster = check_.roster();
  std::uint64_t known = 0;
  for (const auto& [device, info] : roster.devices()) {
    bool may_write = false;
    for (const auto& [unit, about] : roster.units()) {
      const bool ours = units_.count(unit) != 0;
      if (!ours && !map_.find(roster::feed_id(roster.realm(), device, 0, unit))) continue;
      if (roster.wrote_by(device, unit) == nullptr) continue;
      may_write = may_write || ours;
      for (std::uint32_t incarnation = 0;; ++incarnation) {
        const FeedId id = roster::feed_id(roster.realm(), device, incarnation, unit);
        if (!map_.find(id)) break;
        ++known;
        if (ours) of_units_[id] = {device, unit};
      }
    }
    if (may_write) ++shown_.devices;
  }
  if (known == map_.size()) return {};
  return Error{Code::log_device_missing,
               std::to_string(map_.size() - known) +
                   " feeds of the map are of devices that the statements do not know"};
}

Status LogCheck::take_feeds(const LogParts& parts, std::int64_t from_ms, const OnOps& on_ops) {
  GANDAN_CHECK(attribute());
  std::optional<FeedId> last;
  std::set<FeedId> shown;
  for (const auto& feed : parts.feeds) {
    if (last && !(*last < feed.feed)) return bad_proof("order of the feeds");
    last = feed.feed;
    if (of_units_.count(feed.feed) == 0) return bad_proof("a feed that is not the unit's");
    shown.insert(feed.feed);
  }
  for (const auto& [id, owner] : of_units_)
    if (shown.count(id) == 0) return Error{Code::log_feed_missing, to_text(id)};
  for (const auto& feed : parts.feeds) GANDAN_CHECK(take_feed(feed, from_ms, on_ops));
  return {};
}

Status LogCheck::take_feed(const LogFeed& feed, std::int64_t from_ms, const OnOps& on_ops) {
  const auto& line = map_.lines()[static_cast<std::size_t>(*map_.find(feed.feed))];
  const auto& [device, unit] = of_units_[feed.feed];
  ProvenFeed proven{feed.feed, device, unit, line.next, 0, 0, 0};
  const auto missing = [&](std::uint64_t sequence) {
    return Error{Code::log_segment_missing, to_text(feed.feed) + " #" + std::to_string(sequence)};
  };
  std::optional<std::uint64_t> next;  // sequence number that follows
  std::uint64_t index = 0;
  Hash head;
  for (const auto& item : feed.segments) {
    GANDAN_TRY(const auto segment, check_.take_segment(item.stub, item.place));
    const auto& header = segment.stub.header;
    if (header.feed != feed.feed) return bad_proof("a segment of another feed");
    const bool before = static_cast<std::int64_t>(item.place.receipt_ms) < from_ms;
    if (!next && header.sequence != 0 && !before) return missing(header.sequence - 1);
    if (next && header.sequence != *next)
      return header.sequence > *next ? missing(*next) : bad_proof("order of the segments");
    if (next && segment.stub.previous != head) return Error{Code::broken_chain, "a feed"};
    if (next && item.place.index <= index) return bad_proof("order of the segments");
    if (item.place.index >= shown_.map_index) return bad_proof("a segment from behind the map");
    next = header.sequence + 1;
    index = item.place.index;
    head = segment.hash;
    if (before && !item.ops.empty()) return bad_proof("a change from before the period");
    if (before) continue;
    ++proven.segments;
    proven.ops += header.op_count;
    proven.shown += item.ops.size();
    if (item.ops.empty()) continue;
    GANDAN_TRY(const auto common, check_.common_of(segment, item.place));
    GANDAN_TRY(auto ops, check_.take_ops(segment, item.ops, common));
    GANDAN_CHECK(on_ops(ops));
    for (auto& one : ops) ops_.push_back(std::move(one));
  }
  if (next.value_or(0) < line.next) return missing(next.value_or(0));
  if (next.value_or(0) != line.next || head != line.head)
    return Error{Code::log_other_head, to_text(feed.feed) + " #" + std::to_string(next.value_or(0))};
  shown_.undisclosed += proven.ops - proven.shown;
  shown_.feeds.push_back(proven);
  return {};
}

Result<LogShown> LogCheck::finish() {
  GANDAN_CHECK(check_.finish());
  shown_.fingerprint = check_.fingerprint();
  shown_.ledger_size = check_.checkpoint().size;
  shown_.witnesses = check_.witnesses();
  shown_.roster_size = check_.roster().size();
  shown_.ops = in_order(std::move(ops_));
  return std::move(shown_);
}

}  // namespace gandan::audit
