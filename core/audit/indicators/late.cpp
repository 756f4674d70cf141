// late.entry, clock.ahead, clock.behind: event ─> record ─> seal ─> receipt.
//
// A late entry is told by the first op that gave the act's day, and by the earlier of its device's clock and
// the receipt: who corrects it later is not late, nor is a phone whose clock ran ahead. A clock that was set
// back is shown where the ledger contradicts it and it matters: where it alone makes the entry timely. A
// phone whose battery died says a year in which nothing happened, and hides nothing.
#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"

namespace gandan::audit {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

std::int64_t days_after(std::int64_t ms, std::int32_t day) { return local_days(ms) - day; }

}  // namespace

void find_late(Scope& scope) {
  if (const auto* about = scope.wants("late.entry"))
    scope.each(*about, [&](const Fact& fact) {
      if (fact.entered.hlc == 0) return;
      const auto bounds = scope.ledger.of(fact.entered);
      const auto written = std::min(fact.entered_ms(), bounds.received_ms.value_or(fact.entered_ms()));
      const auto late = days_after(written, *fact.day);
      if (late <= scope.value(*about, "days")) return;
      scope.add(*about, fact,
                {{"day", said_day(*fact.day)},
                 {"entered", said_time(fact.entered_ms())},
                 {"late", said_number(late)},
                 {"not_before", said_time(bounds.not_before_ms)},
                 {"received", said_time(bounds.received_ms)}});
    });
  if (const auto* about = scope.wants("clock.ahead"))
    scope.each(*about, [&](const Fact& fact) {
      const auto received = scope.ledger.of(fact.signed_at).received_ms;
      const auto stamp = changelog::hlc_ms(fact.signed_at.hlc);
      if (!received || stamp - *received <= scope.value(*about, "hours") * kHourMs) return;
      scope.add(*about, fact,
                {{"stamp", said_time(stamp)},
                 {"received", said_time(received)},
                 {"hours", said_number((stamp - *received) / kHourMs)}});
    });
  if (const auto* about = scope.wants("clock.behind"))
    scope.each(*about, [&](const Fact& fact) {
      if (fact.entered.hlc == 0) return;
      const auto bounds = scope.ledger.of(fact.entered);
      if (!bounds.not_before_ms || bounds.waited) return;
      const auto most = scope.value(*about, "days");
      const auto proven = days_after(*bounds.not_before_ms, *fact.day);
      const auto said = days_after(fact.entered_ms(), *fact.day);
      const bool set_back =
          *bounds.not_before_ms - fact.entered_ms() > scope.value(*about, "hours") * kHourMs;
      if (!set_back || proven <= most || said > most || said < 0) return;
      scope.add(*about, fact,
                {{"day", said_day(*fact.day)},
                 {"entered", said_time(fact.entered_ms())},
                 {"late", said_number(proven)},
                 {"not_before", said_time(bounds.not_before_ms)},
                 {"received", said_time(bounds.received_ms)}});
    });
}

}  // namespace gandan::audit
