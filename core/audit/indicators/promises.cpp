// commitment.*: promises whose day has passed. A promise of a visit's list stands in the visit; one that is
// followed has a record of its own, which may be a draft: that is how it is followed. Who moves a day before
// it comes renews the promise in time.
#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"

namespace gandan::audit {
namespace {

void find_overdue(Scope& scope, const records::Indicator& about, const Fact& fact) {
  for (const auto& promise : fact.promises) {
    if (promise.closed || !promise.due) continue;
    const auto late = std::int64_t{scope.as_of()} - *promise.due;
    if (late > scope.value(about, "days"))
      scope.add(about, fact, {{"due", said_day(*promise.due)}, {"late", said_number(late)}});
  }
}

void find_moved(Scope& scope, const records::Indicator& about, const Fact& fact) {
  for (const auto& promise : fact.promises)
    for (const auto& move : promise.moves)
      if (move.changed_ms <= scope.as_of_ms())
        scope.add(about, fact,
                  {{"was", said_day(move.was)},
                   {"due", said_day(move.due)},
                   {"changed", said_time(move.changed_ms)}});
}

void find_dropped(Scope& scope, const records::Indicator& about, const Fact& fact) {
  for (const auto& promise : fact.promises)
    if (!promise.closed && promise.due && local_days(fact.withdrawn_ms) > *promise.due)
      scope.add(about, fact, {{"due", said_day(*promise.due)}, {"changed", said_time(fact.withdrawn_ms)}});
}

}  // namespace

void find_promises(Scope& scope) {
  const auto* overdue = scope.wants("commitment.overdue");
  const auto* moved = scope.wants("commitment.moved");
  const auto* dropped = scope.wants("commitment.dropped");
  const auto* silent = scope.wants("commitment.silent");
  for (const auto& fact : scope.facts) {
    // A promise of an earlier period is late in this one.
    if (fact.promises.empty() || !fact.day || *fact.day > scope.as_of()) continue;
    const auto asks = [&](const records::Indicator* about) {
      return about != nullptr && scope.of_kind(*about, fact);
    };
    if (fact.withdrawn) {
      if (asks(dropped) && local_days(fact.withdrawn_ms) <= scope.as_of())
        find_dropped(scope, *dropped, fact);
      continue;
    }
    if (asks(overdue)) find_overdue(scope, *overdue, fact);
    if (asks(moved)) find_moved(scope, *moved, fact);
    const bool closed =
        std::any_of(fact.promises.begin(), fact.promises.end(), [](const auto& p) { return p.closed; });
    if (asks(silent) && closed && !fact.told && scope.in_period(fact)) scope.add(*silent, fact, {});
  }
}

}  // namespace gandan::audit
