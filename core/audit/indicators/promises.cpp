// commitment.*: promises whose day has passed. A promise of a visit's list stands in the visit; one that is
// followed has a record of its own, which may be a draft: that is how it is followed, and the visit's list is
// asked no more. Who moves a day before it comes renews the promise in time; who mistyped it mends it within
// the hour; and of a promise that was written down twice one may go. Where a part of the log is missing that
// the record stands in, the outcome may be in that, and what is missing is told by itself (feed.*).
#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"

namespace gandan::audit {
namespace {

constexpr std::int64_t kSlipMs = 60 * 60'000;

bool share_a_day(const Promise& a, const Promise& b) {
  return std::any_of(a.days.begin(), a.days.end(), [&](std::int32_t day) { return b.days.count(day) != 0; });
}

// Records of promises that stand, by the record at which the promise was made.
using Followed = std::map<RecordId, std::vector<const Fact*>>;

Followed followed_in(const Scope& scope) {
  Followed out;
  for (const auto& fact : scope.facts)
    if (!fact.withdrawn && !fact.promises.empty())
      for (const auto& id : fact.of) out[id].push_back(&fact);
  return out;
}

// By its day; where there is one promise and one record of it, by that.
bool is_followed(const Followed& followed, const Fact& fact, const Promise& promise) {
  const auto found = followed.find(fact.id);
  if (found == followed.end()) return false;
  if (fact.promises.size() == 1 && found->second.size() == 1) return true;
  return std::any_of(found->second.begin(), found->second.end(), [&](const Fact* record) {
    return std::any_of(record->promises.begin(), record->promises.end(),
                       [&](const Promise& one) { return share_a_day(one, promise); });
  });
}

// Another record of the same promise: made at the same visit, due on the same day.
bool has_twin(const Followed& followed, const Fact& fact, const Promise& promise) {
  for (const auto& id : fact.of) {
    const auto found = followed.find(id);
    if (found == followed.end()) continue;
    for (const auto* other : found->second)
      if (other->id != fact.id && other->kind == fact.kind &&
          std::any_of(other->promises.begin(), other->promises.end(),
                      [&](const Promise& one) { return share_a_day(one, promise); }))
        return true;
  }
  return false;
}

void find_overdue(Scope& scope, const records::Indicator& about, const Followed& followed, const Fact& fact) {
  if (scope.is_cut(fact.made.feed)) return;
  for (const auto& promise : fact.promises) {
    if (promise.closed || !promise.due || is_followed(followed, fact, promise)) continue;
    const auto late = std::int64_t{scope.as_of()} - *promise.due;
    if (late > scope.value(about, "days"))
      scope.add(about, fact, {{"due", said_day(*promise.due)}, {"late", said_number(late)}});
  }
}

void find_moved(Scope& scope, const records::Indicator& about, const Fact& fact) {
  for (const auto& promise : fact.promises)
    for (const auto& move : promise.moves)
      if (move.changed_ms <= scope.as_of_ms() && move.stood_ms > kSlipMs)
        scope.add(about, fact,
                  {{"was", said_day(move.was)},
                   {"due", said_day(move.due)},
                   {"changed", said_time(move.changed_ms)}});
}

void find_dropped(Scope& scope, const records::Indicator& about, const Followed& followed, const Fact& fact) {
  for (const auto& promise : fact.promises)
    if (!promise.closed && promise.due && local_days(fact.withdrawn_ms) > *promise.due &&
        !has_twin(followed, fact, promise))
      scope.add(about, fact, {{"due", said_day(*promise.due)}, {"changed", said_time(fact.withdrawn_ms)}});
}

}  // namespace

void find_promises(Scope& scope) {
  const auto* overdue = scope.wants("commitment.overdue");
  const auto* moved = scope.wants("commitment.moved");
  const auto* dropped = scope.wants("commitment.dropped");
  const auto* silent = scope.wants("commitment.silent");
  const auto followed = followed_in(scope);
  for (const auto& fact : scope.facts) {
    // A promise of an earlier period is late in this one.
    if (fact.promises.empty() || !fact.day || *fact.day > scope.as_of()) continue;
    const auto asks = [&](const records::Indicator* about) {
      return about != nullptr && scope.of_kind(*about, fact);
    };
    if (fact.withdrawn) {
      if (asks(dropped) && local_days(fact.withdrawn_ms) <= scope.as_of())
        find_dropped(scope, *dropped, followed, fact);
      continue;
    }
    if (asks(overdue)) find_overdue(scope, *overdue, followed, fact);
    if (asks(moved)) find_moved(scope, *moved, fact);
    const bool closed =
        std::any_of(fact.promises.begin(), fact.promises.end(), [](const auto& p) { return p.closed; });
    if (asks(silent) && closed && !fact.told && scope.in_period(fact)) scope.add(*silent, fact, {});
  }
}

}  // namespace gandan::audit
