#include "audit/indicators/ledger_times.hpp"

#include <algorithm>

#include "protocol/segment.hpp"

namespace gandan::audit {
namespace {

using Receipts = std::vector<std::pair<std::uint64_t, std::int64_t>>;

Status read_receipts(vault::Vault& vault, LedgerTimes& out) {
  GANDAN_TRY(auto rows, vault.db().query("SELECT ledger_index, receipt_ms FROM statement "
                                         "WHERE ledger_index IS NOT NULL AND receipt_ms IS NOT NULL"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return {};
    out.received(static_cast<std::uint64_t>(rows.integer(0)), rows.integer(1));
  }
}

Status read_segments(vault::Vault& vault, std::map<std::int64_t, LedgerTimes::Feed>& feeds,
                     LedgerTimes& out) {
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT feed, sequence, last_hlc, ledger_index, receipt_ms, state, bytes "
                              "FROM segment ORDER BY feed, sequence"));
  std::uint32_t epoch = 0;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return {};
    const auto found = feeds.find(rows.integer(0));
    if (found == feeds.end()) continue;
    auto& feed = found->second;
    GANDAN_TRY(const auto header, protocol::header_in_run(rows.blob(6)));
    LedgerTimes::Segment segment;
    segment.sequence = static_cast<std::uint64_t>(rows.integer(1));
    segment.last = static_cast<changelog::Hlc>(rows.integer(2));
    segment.state = static_cast<vault::SegmentState>(rows.integer(5));
    segment.checkpoint = header.checkpoint_size;
    segment.waited = feed.segments.empty() || header.epoch != epoch;
    epoch = header.epoch;
    if (!rows.is_null(4)) {
      segment.received_ms = rows.integer(4);
      if (!rows.is_null(3)) {
        segment.index = static_cast<std::uint64_t>(rows.integer(3));
        out.received(*segment.index, rows.integer(4));
      }
    }
    feed.whole = feed.whole && segment.state == vault::SegmentState::applied;
    feed.segments.push_back(segment);
  }
}

}  // namespace

// What waited for the key was sealed at once when it came: the segments behind the first one that name the
// same checkpoint are as old as that.
void LedgerTimes::add(Feed feed) {
  const FeedId id = feed.id;
  for (std::size_t i = 1; i < feed.segments.size(); ++i) {
    const auto& before = feed.segments[i - 1];
    auto& segment = feed.segments[i];
    segment.waited = segment.waited || (before.waited && before.checkpoint == segment.checkpoint);
  }
  feeds_.insert_or_assign(id, std::move(feed));
}

void LedgerTimes::received(std::uint64_t index, std::int64_t ms) { receipts_.emplace_back(index, ms); }

// Receipts never decrease along the ledger; of one that does, the vault has a finding.
void LedgerTimes::settle() { std::sort(receipts_.begin(), receipts_.end()); }

Result<LedgerTimes> LedgerTimes::load(vault::Vault& vault) {
  LedgerTimes out;
  std::map<std::int64_t, Feed> feeds;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT number, id, device, unit, own, next FROM feed"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      feeds[rows.integer(0)] = {FeedId::from(rows.blob(1)),
                                DeviceId::from(rows.blob(2)),
                                UnitId::from(rows.blob(3)),
                                rows.integer(4) != 0,
                                static_cast<std::uint64_t>(rows.integer(5)),
                                {},
                                true};
    }
  }
  GANDAN_CHECK(read_receipts(vault, out));
  GANDAN_CHECK(read_segments(vault, feeds, out));
  for (auto& [number, feed] : feeds) out.add(std::move(feed));
  out.settle();
  return out;
}

// Entries that are not here lie between others: the last one that is known below is earlier, so it is a
// bound, too.
std::optional<std::int64_t> LedgerTimes::time_of(std::uint64_t size) const {
  auto at = std::upper_bound(receipts_.begin(), receipts_.end(), size,
                             [](std::uint64_t value, const auto& entry) { return value <= entry.first; });
  if (size == 0 || at == receipts_.begin()) return std::nullopt;
  return std::prev(at)->second;
}

Bounds LedgerTimes::of(const changelog::Stamp& stamp) const {
  const auto feed = feeds_.find(stamp.feed);
  if (feed == feeds_.end()) return {};
  // Stamps grow along a feed: it lies in the first segment that ends at or behind it. One that does not open
  // has none.
  const auto& segments = feed->second.segments;
  const auto found =
      feed->second.whole
          ? std::lower_bound(segments.begin(), segments.end(), stamp.hlc,
                             [](const Segment& segment, changelog::Hlc hlc) { return segment.last < hlc; })
          : std::find_if(segments.begin(), segments.end(),
                         [&](const Segment& segment) { return segment.last >= stamp.hlc; });
  if (found == segments.end()) return {};
  Bounds out;
  out.sealed = true;
  out.received_ms = found->received_ms;
  out.not_before_ms = time_of(found->checkpoint);
  out.index = found->index;
  out.checkpoint = found->checkpoint;
  out.waited = found->waited;
  return out;
}

}  // namespace gandan::audit
