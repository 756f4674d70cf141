// time.short, time.burst. Households that were met at one gathering have one record each, at one place and at
// one time: that is one occasion, though they came one after another. Doors at which nobody was met are
// knocked at quickly. A burst is one person's: visits of different teams do not add up.
#include <algorithm>

#include "audit/indicators/indicators.hpp"

namespace gandan::audit {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

constexpr std::int64_t kDayLong = 24 * 60 * kMinuteMs;  // no occasion lasts longer

// The list is in order of beginnings.
bool is_new_occasion(const std::vector<const Fact*>& list, const Fact& fact) {
  for (auto other = list.rbegin(); other != list.rend() && *fact.start_ms - *(*other)->start_ms < kDayLong;
       ++other)
    if (fact.same_occasion(**other) ||
        ((*other)->start_ms == fact.start_ms && (*other)->subject == fact.subject &&
         (*other)->project == fact.project))
      return false;
  return true;
}

// Of visits at one time those that one person was at, as far as teams are told: several teams may set out in
// one morning, and one phone write for all.
std::vector<const Fact*> of_one_team(const std::vector<const Fact*>& visits) {
  std::set<std::string> members;
  for (const auto* fact : visits) members.insert(fact->team.begin(), fact->team.end());
  std::vector<const Fact*> most;
  for (const auto* fact : visits)
    if (fact->team.empty()) most.push_back(fact);
  for (const auto& member : members) {
    std::vector<const Fact*> with;
    for (const auto* fact : visits)
      if (fact->team.empty() || fact->team.count(member) != 0) with.push_back(fact);
    if (with.size() > most.size()) most = std::move(with);
  }
  return most;
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
      std::vector<const Fact*> burst;
      if (static_cast<std::int64_t>(end - i) >= most)
        burst = of_one_team(
            {list.begin() + static_cast<std::ptrdiff_t>(i), list.begin() + static_cast<std::ptrdiff_t>(end)});
      const auto count = static_cast<std::int64_t>(burst.size());
      if (count < most) {
        ++i;
        continue;
      }
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
