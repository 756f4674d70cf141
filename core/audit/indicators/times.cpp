// time.short, time.burst. Households that were met at one gathering have one record each, with one beginning
// and one place: that is one occasion. Doors at which nobody was met are knocked at quickly.
#include <algorithm>

#include "audit/indicators/indicators.hpp"

namespace gandan::audit {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

// Those that began at one moment stand behind one another.
bool is_new_occasion(const std::vector<const Fact*>& list, const Fact& fact) {
  for (auto other = list.rbegin(); other != list.rend() && (*other)->start_ms == fact.start_ms; ++other)
    if (fact.same_occasion(**other) ||
        ((*other)->subject == fact.subject && (*other)->project == fact.project))
      return false;
  return true;
}

// The longest runs in which so many occasions begin within so many minutes.
void find_bursts(Scope& scope, const records::Indicator& about) {
  const auto most = scope.value(about, "visits");
  const auto span = scope.value(about, "minutes") * kMinuteMs;
  for (const auto& [author, all] : scope.by_author(about)) {
    std::vector<const Fact*> list;  // one for each occasion
    for (const auto* fact : all)
      if (fact->met && is_new_occasion(list, *fact)) list.push_back(fact);
    for (std::size_t i = 0; i < list.size();) {
      std::size_t end = i + 1;
      while (end < list.size() && *list[end]->start_ms - *list[i]->start_ms <= span) ++end;
      const auto count = static_cast<std::int64_t>(end - i);
      if (count < most) {
        ++i;
        continue;
      }
      const std::vector<const Fact*> burst(list.begin() + static_cast<std::ptrdiff_t>(i),
                                           list.begin() + static_cast<std::ptrdiff_t>(end));
      i = end;
      if (std::none_of(burst.begin(), burst.end(), [&](const Fact* fact) { return scope.in_period(*fact); }))
        continue;
      scope.add(about, burst,
                {{"count", said_number(count)},
                 {"first", said_time(burst.front()->start_ms)},
                 {"last", said_time(burst.back()->start_ms)}});
    }
  }
}

}  // namespace

void find_times(Scope& scope) {
  if (const auto* about = scope.wants("time.short"))
    scope.each(*about, [&](const Fact& fact) {
      if (!fact.met || !fact.start_ms || !fact.end_ms) return;
      const auto minutes = (*fact.end_ms - *fact.start_ms) / kMinuteMs;
      if (minutes >= scope.value(*about, "minutes")) return;
      scope.add(*about, fact,
                {{"start", said_time(fact.start_ms)},
                 {"end", said_time(fact.end_ms)},
                 {"minutes", said_number(minutes)}});
    });
  if (const auto* about = scope.wants("time.burst")) find_bursts(scope, *about);
}

}  // namespace gandan::audit
