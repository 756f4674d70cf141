// place.far, place.no_accuracy, place.travel. No form has a village's position; so where a village lies is
// what the records of it say: the middle of their accurate positions, from five records on and of more than
// one author. A place where records of several villages were made (the commune's office, a market) is
// nobody's village, and accuses nobody. Distances are those that remain when the accuracy of both ends is
// taken off.
#include <algorithm>
#include <cmath>

#include "audit/indicators/indicators.hpp"

namespace gandan::audit {
namespace {

constexpr double kMetresPerDegree = 111'195;  // of latitude
constexpr std::uint32_t kAccurateCm = 100'00;
constexpr double kSharedMetres = 300;
constexpr std::size_t kSharedVillages = 3;  // from here on a place is not one village's

bool is_accurate(const changelog::Position& position) {
  return position.accuracy_cm != 0 && position.accuracy_cm <= kAccurateCm;
}

double metres_between(const changelog::Position& a, const changelog::Position& b) {
  const double north = (a.latitude_e7 - b.latitude_e7) * 1e-7 * kMetresPerDegree;
  const double middle = (static_cast<double>(a.latitude_e7) + b.latitude_e7) * 0.5e-7 * 0.017453292519943295;
  const double east =
      (static_cast<double>(a.longitude_e7) - b.longitude_e7) * 1e-7 * kMetresPerDegree * std::cos(middle);
  return std::hypot(north, east);
}

// What is left of a distance when both accuracies are taken off.
double sure_metres(const changelog::Position& a, const changelog::Position& b) {
  return std::max(0.0, metres_between(a, b) - (a.accuracy_cm + b.accuracy_cm) / 100.0);
}

struct Village {
  std::vector<const Fact*> at;  // accurate positions
  std::set<Author> authors;
  changelog::Position middle;
};

RecordId village_of(const Fact& fact, const std::map<RecordId, const Fact*>& by_id) {
  if (!fact.village.is_zero()) return fact.village;
  for (const auto& id : fact.of)
    if (const auto found = by_id.find(id); found != by_id.end() && !found->second->village.is_zero())
      return found->second->village;
  return {};
}

std::int32_t median(std::vector<std::int32_t> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

void find_middle(Village& village) {
  std::vector<std::int32_t> north, east;
  for (const auto* fact : village.at) {
    north.push_back(fact->position->latitude_e7);
    east.push_back(fact->position->longitude_e7);
  }
  village.middle = {median(std::move(north)), median(std::move(east)), 0};
}

// Villages of which records were made within 300 m of it.
class Shared {
 public:
  void add(const changelog::Position& position, const RecordId& village) {
    cells_[cell(position, 0, 0)].emplace_back(position, village);
  }
  bool is(const changelog::Position& position) const {
    std::set<RecordId> villages;
    for (int x = -1; x <= 1; ++x)
      for (int y = -1; y <= 1; ++y)
        if (const auto found = cells_.find(cell(position, x, y)); found != cells_.end())
          for (const auto& [other, village] : found->second)
            if (metres_between(position, other) <= kSharedMetres) villages.insert(village);
    return villages.size() >= kSharedVillages;
  }

 private:
  static std::pair<std::int32_t, std::int32_t> cell(const changelog::Position& p, int x, int y) {
    constexpr std::int32_t kCell = 30'000;  // 1e-7 degrees: a little more than 300 m
    return {p.latitude_e7 / kCell + x, p.longitude_e7 / kCell + y};
  }
  std::map<std::pair<std::int32_t, std::int32_t>, std::vector<std::pair<changelog::Position, RecordId>>>
      cells_;
};

void find_far(Scope& scope, const records::Indicator& about) {
  std::map<RecordId, const Fact*> by_id;
  for (const auto& fact : scope.facts)
    if (!fact.village.is_zero()) by_id.emplace(fact.id, &fact);
  std::map<RecordId, Village> villages;
  std::vector<std::pair<const Fact*, RecordId>> placed;
  Shared shared;
  for (const auto& fact : scope.facts) {
    if (!fact.finalized || !fact.position || !scope.of_kind(about, fact)) continue;
    const auto id = village_of(fact, by_id);
    if (id.is_zero()) continue;
    placed.emplace_back(&fact, id);
    if (!is_accurate(*fact.position)) continue;
    villages[id].at.push_back(&fact);
    villages[id].authors.insert(fact.author);
    shared.add(*fact.position, id);
  }
  const auto least = static_cast<std::size_t>(scope.value(about, "records"));
  for (auto& [id, village] : villages)
    if (village.at.size() >= std::max<std::size_t>(least, 1)) find_middle(village);
  for (const auto& [fact, id] : placed) {
    const auto found = villages.find(id);
    if (!scope.in_period(*fact) || found == villages.end() || found->second.authors.size() < 2) continue;
    const auto others = found->second.at.size() - (is_accurate(*fact->position) ? 1 : 0);
    if (others < least) continue;
    const auto metres = sure_metres(*fact->position, found->second.middle);
    if (metres <= static_cast<double>(scope.value(about, "metres")) || shared.is(*fact->position)) continue;
    const auto title = scope.titles.find(id);
    scope.add(about, *fact,
              {{"village",
                title == scope.titles.end() ? records::Label{"thôn", "the village"} : said(title->second)},
               {"metres", said_number(static_cast<std::int64_t>(metres))},
               {"others", said_number(static_cast<std::int64_t>(others))}});
  }
}

std::string degrees(std::int32_t e7) {
  const std::string digits = std::to_string(std::abs(e7) % 10'000'000);
  return (e7 < 0 ? "-" : "") + std::to_string(std::abs(e7) / 10'000'000) + "." +
         std::string(7 - digits.size(), '0') + digits;
}

// One after another by one author, from the end of one to the beginning of the next.
void find_travel(Scope& scope, const records::Indicator& about) {
  for (const auto& [author, list] : scope.by_author(about)) {
    const Fact* before = nullptr;
    for (const auto* fact : list) {
      if (!fact->position) continue;
      const auto* last = std::exchange(before, fact);
      if (last == nullptr || fact->same_occasion(*last) ||
          !(scope.in_period(*fact) || scope.in_period(*last)))
        continue;
      const auto left = std::max(last->end_ms.value_or(*last->start_ms), *last->start_ms);
      const auto minutes = std::max<std::int64_t>(0, *fact->start_ms - left) / 60'000;
      const auto metres = sure_metres(*last->position, *fact->position);
      const auto kmh = metres / 1000 / (static_cast<double>(std::max<std::int64_t>(minutes, 1)) / 60);
      if (metres <= static_cast<double>(scope.value(about, "metres")) ||
          kmh <= static_cast<double>(scope.value(about, "kmh")))
        continue;
      scope.add(about, {last, fact},
                {{"first", said_time(left)},
                 {"second", said_time(fact->start_ms)},
                 {"metres", said_number(static_cast<std::int64_t>(metres))},
                 {"minutes", said_number(minutes)},
                 {"kmh", said_number(static_cast<std::int64_t>(kmh))}});
    }
  }
}

}  // namespace

void find_places(Scope& scope) {
  if (const auto* about = scope.wants("place.far")) find_far(scope, *about);
  if (const auto* about = scope.wants("place.travel")) find_travel(scope, *about);
  if (const auto* about = scope.wants("place.no_accuracy"))
    scope.each(*about, [&](const Fact& fact) {
      if (!fact.position || fact.position->accuracy_cm != 0) return;
      scope.add(*about, fact,
                {{"position",
                  said(degrees(fact.position->latitude_e7) + " " + degrees(fact.position->longitude_e7))}});
    });
}

}  // namespace gandan::audit
