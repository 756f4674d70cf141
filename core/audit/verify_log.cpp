// The stranger's side of a log's proof. What it rests on:
//
//   the feed map, whole    every line is a feed of a device, a unit and a number that the statements know: no
//                          feed and no device is left out
//   each feed of the unit  from before the period to the head that the map names, without a gap
//   the map's receipt      not before the period's end
#include <set>

#include "audit/log_proof.hpp"
#include "audit/proof_check.hpp"
#include "ledger/feed_map.hpp"

namespace gandan::audit {
namespace {

class LogCheck {
 public:
  explicit LogCheck(const Hash& fingerprint) : check_(fingerprint) {}

  Result<LogReport> run(ByteView bytes) {
    if (bytes.size() > kMaxProofBytes) return Error{Code::too_large, "proof file"};
    GANDAN_TRY(const auto file,
               decode_log_file(bytes, [this](ByteView root) { return check_.take_root(root); }));
    GANDAN_CHECK(check_.begin(file.checkpoint, file.statements, file.named));
    scope_ = file.scope;
    if (check_.roster().unit(scope_.unit) == nullptr) return Error{Code::unknown_unit, "the log's unit"};
    if (scope_.from_ms < 0 || scope_.from_ms >= scope_.until_ms) return bad_proof("the period");
    GANDAN_CHECK(take_map(file));
    GANDAN_CHECK(attribute());
    GANDAN_CHECK(take_feeds(file));
    GANDAN_CHECK(check_.finish());
    report_.scope = scope_;
    report_.fingerprint = check_.fingerprint();
    report_.ledger_size = check_.checkpoint().size;
    report_.witnesses = check_.witnesses();
    report_.roster_size = check_.roster().size();
    report_.ops = in_order(std::move(ops_));
    return std::move(report_);
  }

 private:
  Status take_map(const LogFile& file) {
    if (file.map.receipt_ms > INT64_MAX) return bad_proof("receipt");
    auto map = ledger::FeedMap::parse(file.lines);
    if (!map.ok() || map->size() > ledger::kMaxFeedLines)
      return Error{Code::malformed, "lines of a feed map"};
    map_ = std::move(*map);
    if (!check_.in_ledger(ledger::EntryType::feed_map, map_.hash(check_.roster().realm()), file.map).ok())
      return Error{Code::log_other_map, "its lines are not those that the ledger's entry names"};
    report_.map_index = file.map.index;
    report_.map_ms = static_cast<std::int64_t>(file.map.receipt_ms);
    if (report_.map_ms < scope_.until_ms) return Code::log_map_early;
    return {};
  }

  // Whose each line is: ids follow from device, unit and incarnation, and incarnations are dense. Whether the
  // device may write there is asked where there is a line: it costs a walk through all moves.
  Status attribute() {
    const auto& roster = check_.roster();
    std::uint64_t known = 0;
    for (const auto& [device, info] : roster.devices())
      for (const auto& [unit, about] : roster.units()) {
        if (unit != scope_.unit && !map_.find(roster::feed_id(roster.realm(), device, 0, unit))) continue;
        if (roster.wrote_by(device, unit) == nullptr) continue;
        if (unit == scope_.unit) ++report_.devices;
        for (std::uint32_t incarnation = 0;; ++incarnation) {
          const FeedId id = roster::feed_id(roster.realm(), device, incarnation, unit);
          if (!map_.find(id)) break;
          ++known;
          if (unit == scope_.unit) of_unit_[id] = device;
        }
      }
    if (known == map_.size()) return {};
    return Error{Code::log_device_missing,
                 std::to_string(map_.size() - known) +
                     " feeds of the map are of devices that the statements do not know"};
  }

  Status take_feeds(const LogFile& file) {
    std::optional<FeedId> last;
    std::set<FeedId> shown;
    for (const auto& feed : file.feeds) {
      if (last && !(*last < feed.feed)) return bad_proof("order of the feeds");
      last = feed.feed;
      if (of_unit_.count(feed.feed) == 0) return bad_proof("a feed that is not the unit's");
      shown.insert(feed.feed);
    }
    for (const auto& [id, device] : of_unit_)
      if (shown.count(id) == 0) return Error{Code::log_feed_missing, to_text(id)};
    for (const auto& feed : file.feeds) GANDAN_CHECK(take_feed(feed));
    return {};
  }

  Status take_feed(const LogFeed& feed) {
    const auto& line = map_.lines()[static_cast<std::size_t>(*map_.find(feed.feed))];
    ProvenFeed proven{feed.feed, of_unit_[feed.feed], line.next, 0, 0, 0};
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
      const bool before = static_cast<std::int64_t>(item.place.receipt_ms) < scope_.from_ms;
      if (!next && header.sequence != 0 && !before) return missing(header.sequence - 1);
      if (next && header.sequence != *next)
        return header.sequence > *next ? missing(*next) : bad_proof("order of the segments");
      if (next && segment.stub.previous != head) return Error{Code::broken_chain, "a feed"};
      if (next && item.place.index <= index) return bad_proof("order of the segments");
      if (item.place.index >= report_.map_index) return bad_proof("a segment from behind the map");
      next = header.sequence + 1;
      index = item.place.index;
      head = segment.hash;
      if (before && !item.ops.empty()) return bad_proof("a change from before the period");
      if (before) continue;
      ++proven.segments;
      proven.ops += header.op_count;
      proven.shown += item.ops.size();
      if (!item.ops.empty()) GANDAN_CHECK(take_ops(segment, item));
    }
    if (next.value_or(0) < line.next) return missing(next.value_or(0));
    if (next.value_or(0) != line.next || head != line.head)
      return Error{Code::log_other_head, to_text(feed.feed) + " #" + std::to_string(next.value_or(0))};
    report_.undisclosed += proven.ops - proven.shown;
    report_.feeds.push_back(proven);
    return {};
  }

  Status take_ops(const ProofCheck::Segment& segment, const LogSegment& item) {
    GANDAN_TRY(const auto common, check_.common_of(segment, item.place));
    GANDAN_TRY(auto shown, check_.take_ops(segment, item.ops, common));
    for (auto& one : shown) {
      if (one.op.holder != scope_.holder) return bad_proof("a change of another person");
      if (one.op.written_ms < scope_.from_ms || one.op.written_ms >= scope_.until_ms)
        return bad_proof("a change from outside the period");
      ops_.push_back(std::move(one));
    }
    return {};
  }

  ProofCheck check_;
  LogScope scope_;
  LogReport report_;
  ledger::FeedMap map_;
  std::map<FeedId, DeviceId> of_unit_;
  std::vector<Proven> ops_;
};

}  // namespace

Result<LogReport> verify_log(ByteView proof, const Hash& fingerprint) {
  return LogCheck(fingerprint).run(proof);
}

}  // namespace gandan::audit
