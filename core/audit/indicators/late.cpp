// late.entry, clock.ahead, clock.behind: event ─> record ─> seal ─> receipt.
//
// A late entry is told by the first op that gave the act's day, and by the earlier of its device's clock and
// the receipt: who corrects it later is not late, nor is a phone whose clock ran ahead. A clock that was set
// back is shown where the ledger contradicts it and it matters: where it alone makes the entry timely. One
// that says a time before the act itself, as after a battery died, makes nothing timely and accuses nobody of
// setting it; then the ledger's word alone counts, and where that proves the entry late, late it is.
#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"

namespace gandan::audit {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

std::int64_t days_after(std::int64_t ms, std::int32_t day) { return local_days(ms) - day; }

// What the ledger proves by itself: it was sealed so many days later at least. What waited for a key is older
// than its seal.
std::optional<std::int64_t> proven_days(const Bounds& bounds, std::int32_t day) {
  if (!bounds.not_before_ms || bounds.waited) return std::nullopt;
  return days_after(*bounds.not_before_ms, day);
}

void find_late_entries(Scope& scope, const records::Indicator& about) {
  scope.each(about, [&](const Fact& fact) {
    if (fact.entered.hlc == 0) return;
    const auto bounds = scope.ledger.of(fact.entered);
    const auto most = scope.value(about, "days");
    const auto written = std::min(fact.entered_ms(), bounds.received_ms.value_or(fact.entered_ms()));
    const auto said = days_after(written, *fact.day);
    const auto proven = proven_days(bounds, *fact.day);
    const bool by_ledger = days_after(fact.entered_ms(), *fact.day) < 0 && proven && *proven > most;
    if (said <= most && !by_ledger) return;
    auto entered = said_time(fact.entered_ms());
    auto late = said_number(by_ledger ? *proven : said);
    if (by_ledger) {
      entered = {entered.vi + ", đồng hồ sai: trước cả ngày ấy,",
                 entered.en + ", a wrong clock: before that day,"};
      late = {"ít nhất " + late.vi, "at least " + late.en};
    }
    scope.add(about, fact,
              {{"day", said_day(*fact.day)},
               {"entered", std::move(entered)},
               {"late", std::move(late)},
               {"not_before", said_time(bounds.not_before_ms)},
               {"received", said_time(bounds.received_ms)}});
  });
}

}  // namespace

void find_late(Scope& scope) {
  if (const auto* about = scope.wants("late.entry")) find_late_entries(scope, *about);
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
      const auto proven = proven_days(bounds, *fact.day);
      if (!proven) return;
      const auto most = scope.value(*about, "days");
      const auto said = days_after(fact.entered_ms(), *fact.day);
      const bool set_back =
          *bounds.not_before_ms - fact.entered_ms() > scope.value(*about, "hours") * kHourMs;
      if (!set_back || *proven <= most || said > most || said < 0) return;
      scope.add(*about, fact,
                {{"day", said_day(*fact.day)},
                 {"entered", said_time(fact.entered_ms())},
                 {"late", said_number(*proven)},
                 {"not_before", said_time(bounds.not_before_ms)},
                 {"received", said_time(bounds.received_ms)}});
    });
}

}  // namespace gandan::audit
