// Feed maps (ledger/feed_map.hpp): when one is logged, and its lines for those who ask. What a map says is
// what `heads_` and the roster say when it is appended, so logging one reads nothing from the store. The
// lines of the newest are made again from the store's heads, less what came behind the map.
#include <algorithm>

#include "protocol/maps.hpp"
#include "relay/realm.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kLookBackPage = 1024;
// How far back a start looks for the last map. One that lies behind more is due anyway.
constexpr std::uint64_t kLookBack = 64 * kLookBackPage;
constexpr std::chrono::seconds kAtStart{10};
constexpr std::int64_t kAgainMs = 60'000;  // after one that could not be logged
constexpr std::size_t kOpeningPage = 1024;

}  // namespace

Result<std::uint64_t> Realm::find_last_map(Store& store, std::uint64_t size) {
  unmapped_ = false;
  std::uint64_t map = 0;
  std::int64_t since_ms = environment_.clock.wall_ms();
  const std::uint64_t end = size - std::min(size, kLookBack);
  for (std::uint64_t at = size; at > end && map == 0;) {
    const std::uint64_t from = at - std::min<std::uint64_t>(at - end, kLookBackPage);
    GANDAN_TRY(const auto rows, store.entries(row_.number, from, static_cast<std::size_t>(at - from)));
    for (std::size_t i = rows.size(); i-- > 0 && map == 0;) {
      const auto entry = ledger::parse_entry(rows[i].bytes);
      if (!entry.ok()) continue;
      since_ms = entry->receipt_ms;
      if (entry->type == ledger::EntryType::segment) unmapped_ = true;
      if (entry->type == ledger::EntryType::feed_map) map = rows[i].index;
    }
    at = from;
  }
  // By the wall as far as it can be believed: never later than an interval from now.
  const std::int64_t interval = environment_.map_interval_ms;
  const std::int64_t past = std::clamp<std::int64_t>(environment_.clock.wall_ms() - since_ms, 0, interval);
  map_due_ms_ = environment_.clock.monotonic_ms() + interval - past;
  set_map_timer();
  // One that is due already waits for the first who comes, or a moment.
  if (map_wake_) map_wake_ = std::max(*map_wake_, std::chrono::steady_clock::now() + kAtStart);
  return map;
}

void Realm::set_map_timer() {
  map_wake_.reset();
  if (environment_.map_interval_ms == 0 || !unmapped_ || suspended_) return;
  const auto wait_ms = std::max<std::int64_t>(map_due_ms_ - environment_.clock.monotonic_ms(), 1);
  map_wake_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
}

// With what is in the batch, and not committed yet.
bool Realm::map_due(const Batch& batch) const {
  return environment_.map_interval_ms != 0 && (unmapped_ || !batch.segments.empty()) && !suspended_ &&
         environment_.clock.monotonic_ms() >= map_due_ms_;
}

void Realm::put_off_map() {
  map_due_ms_ =
      environment_.clock.monotonic_ms() + std::min<std::int64_t>(environment_.map_interval_ms, kAgainMs);
}

// Behind all else of the batch.
void Realm::append_map(Batch& batch) {
  std::vector<ledger::FeedLine> lines;
  lines.reserve(roster_->feeds().size());
  for (const auto& [id, feed] : roster_->feeds()) {
    const auto head = heads_.find(id);
    lines.push_back(head == heads_.end() ? ledger::FeedLine{id, 0, {}}
                                         : ledger::FeedLine{id, head->second.next, head->second.hash});
  }
  (void)append(ledger::EntryType::feed_map, ledger::FeedMap(std::move(lines)).hash(row_.id), batch);
}

// What was committed, here or by another server.
void Realm::note_maps(const Batch& batch) {
  for (const auto& row : batch.entries) {
    const auto entry = ledger::parse_entry(row.bytes);
    if (!entry.ok()) continue;
    if (entry->type == ledger::EntryType::segment) unmapped_ = true;
    if (entry->type != ledger::EntryType::feed_map) continue;
    unmapped_ = false;
    unpublished_.map = row.index;
    map_due_ms_ = environment_.clock.monotonic_ms() + environment_.map_interval_ms;
  }
}

bool Realm::sees_maps(const DeviceId& device) const {
  return with_roster([&](const roster::Roster& roster) { return protocol::may_see_maps(roster, device); });
}

Result<std::shared_ptr<const Bytes>> Realm::map_lines(std::uint64_t index) const {
  const std::lock_guard lock(map_mutex_);
  if (map_made_ == index && map_lines_ != nullptr) return map_lines_;
  Store& store = environment_.store;
  std::vector<FeedRow> heads;
  {
    const std::shared_lock view(view_mutex_);
    for (const auto& [id, head] : feeds_) heads.push_back(head);
  }
  std::map<FeedId, ledger::FeedLine> lines;
  with_roster([&](const roster::Roster& roster) {
    for (const auto& [id, feed] : roster.feeds()) lines[id] = {id, 0, {}};
  });
  // Those that were opened behind the map are not in it.
  for (std::uint64_t at = index + 1;;) {
    GANDAN_TRY(const auto rows, store.statements(row_.number, at, kOpeningPage));
    for (const auto& row : rows) {
      at = row.index + 1;
      GANDAN_TRY(const auto statement, roster::decode_statement(row.bytes));
      if (const auto feed = roster::opened_feed(row_.id, statement)) lines.erase(*feed);
    }
    if (rows.size() < kOpeningPage) break;
  }
  for (const auto& head : heads) {
    const auto line = lines.find(head.feed);
    if (line == lines.end()) continue;
    if (head.index < index) {
      line->second = {head.feed, head.next, head.hash};
      continue;
    }
    GANDAN_TRY(const auto last, store.segment_before(row_.number, head.feed, index));
    if (last) line->second = {head.feed, last->sequence + 1, last->hash};
  }
  // The roster may have had an opening that is committed a moment later: then it is for the next who asks.
  std::vector<ledger::FeedLine> sorted;
  for (const auto& [id, line] : lines) sorted.push_back(line);
  const ledger::FeedMap map(std::move(sorted));
  GANDAN_TRY(const auto logged, store.entries(row_.number, index, 1));
  const auto entry =
      logged.empty() ? Result<ledger::Entry>(Code::not_found) : ledger::parse_entry(logged[0].bytes);
  if (!entry.ok() || entry->type != ledger::EntryType::feed_map || entry->hash != map.hash(row_.id))
    return Error{Code::server_busy, "the feed map at " + std::to_string(index)};
  auto bytes = std::make_shared<Bytes>();
  bytes->reserve(lines.size() * ledger::kFeedLineBytes);
  for (const auto& line : map.lines()) gandan::append(*bytes, ledger::feed_line_bytes(line));
  map_made_ = index;
  map_lines_ = bytes;
  return map_lines_;
}

}  // namespace gandan::server
