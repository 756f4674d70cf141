// feed.gap, feed.fork, feed.tail: what is missing of a device's log, told by what is here. What was never
// sent and is named by nothing that was, nobody can know.
//
// A gap counts from the receipt of what lies behind it: what came by hand may have been carried in parts. A
// tail is withheld when records that were received name later changes of that device; but not while a part of
// its log lies here unopened (its key is missing, it waits, it is quarantined), for then the changes may be
// in that.
#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"

namespace gandan::audit {
namespace {

records::Label device_of(const Helpers& helpers, const DeviceId& device) {
  return said(helpers.device ? helpers.device(device) : to_text(device));
}

void find_gap(Scope& scope, const Helpers& helpers, const records::Indicator& about,
              const LedgerTimes::Feed& feed) {
  const LedgerTimes::Segment* behind = nullptr;
  for (const auto& segment : feed.segments)
    if (segment.sequence >= feed.next && segment.received_ms) {
      behind = &segment;
      break;
    }
  if (behind == nullptr || behind->sequence == feed.next) return;
  if (scope.as_of_ms() - *behind->received_ms <= scope.value(about, "days") * kDayMs) return;
  auto& found = scope.add(about, std::vector<const Fact*>{},
                          {{"device", device_of(helpers, feed.device)},
                           {"from", said_number(static_cast<std::int64_t>(feed.next))},
                           {"until", said_number(static_cast<std::int64_t>(behind->sequence) - 1)},
                           {"since", said_time(behind->received_ms)}});
  found.unit = feed.unit;
  found.feed = feed.id;
  found.sequence = feed.next;
}

void find_tails(Scope& scope, const Helpers& helpers, const records::Indicator& about) {
  for (std::size_t i = 0; i < scope.named.size(); ++i) {
    const auto& named = scope.named[i];
    const auto feed = scope.ledger.feeds().find(named.what.feed);
    if (feed == scope.ledger.feeds().end() || feed->second.own || !feed->second.whole) continue;
    const auto last = feed->second.last();
    const auto received = scope.ledger.of(named.by).received_ms;
    if (named.what.hlc <= last || !received) continue;
    if (scope.as_of_ms() - *received <= scope.value(about, "days") * kDayMs) continue;
    auto& found = scope.add(
        about, std::vector<const Fact*>{},
        {{"device", device_of(helpers, feed->second.device)},
         {"named", said_time(changelog::hlc_ms(named.what.hlc))},
         {"last", last == 0 ? records::Label{"không gì cả", "nothing"} : said_time(changelog::hlc_ms(last))},
         {"since", said_time(received)}});
    found.unit = feed->second.unit;
    found.feed = feed->first;
    found.sequence = feed->second.next;
    found.records = {scope.named_in[i]};
  }
}

}  // namespace

void find_in_feeds(Scope& scope, const Helpers& helpers,
                   const std::vector<std::pair<FeedId, std::uint64_t>>& forks) {
  if (const auto* about = scope.wants("feed.gap"))
    for (const auto& [id, feed] : scope.ledger.feeds()) find_gap(scope, helpers, *about, feed);
  if (const auto* about = scope.wants("feed.fork"))
    for (const auto& [id, sequence] : forks) {
      const auto feed = scope.ledger.feeds().find(id);
      if (feed == scope.ledger.feeds().end()) continue;
      auto& found = scope.add(*about, std::vector<const Fact*>{},
                              {{"device", device_of(helpers, feed->second.device)},
                               {"from", said_number(static_cast<std::int64_t>(sequence))}});
      found.unit = feed->second.unit;
      found.feed = id;
      found.sequence = sequence;
    }
  if (const auto* about = scope.wants("feed.tail")) find_tails(scope, helpers, *about);
}

}  // namespace gandan::audit
