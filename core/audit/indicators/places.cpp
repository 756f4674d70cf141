// place.far, place.no_accuracy, place.travel. No form has a village's position; so where a village lies is
// what the records of it say: the middle of their accurate positions, from five records on and of more than
// one author. A village may have two hamlets: where others made several of its records, too, is no place far
// from it. Nor is one where several people made records of several villages (the commune's office,
// a market); one person's alone is that person's home. Distances are those that remain when the accuracy of
// both ends is taken off, three times, for a third of all fixes lies outside it and one in thirty thousand
// outside that.
//
// Times are written by people, who round them: of a half hour a quarter may be missing at either end. A phone
// may write for several teams, and no team travels to where another one is.
#include <algorithm>
#include <cmath>
#include <utility>

#include "audit/indicators/indicators.hpp"

namespace gandan::audit {
namespace {

constexpr double kMetresPerDegree = 111'195;  // of latitude
constexpr std::uint32_t kAccurateCm = 100'00;
constexpr double kSharedMetres = 300;
constexpr std::size_t kSharedVillages = 3;  // from here on a place is not one village's …
constexpr std::size_t kSharedAuthors = 2;   // … where so many people recorded it
constexpr double kHamletMetres = 2000;      // across
constexpr std::size_t kHamletRecords = 2;   // of others, of the same village
constexpr double kSure = 3;                 // times the radius of 68 %
constexpr std::int64_t kMinuteMs = 60'000;

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
  return std::max(0.0, metres_between(a, b) - kSure * (a.accuracy_cm + b.accuracy_cm) / 100.0);
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

// Whether several people made records of several villages within 300 m of it.
class Shared {
 public:
  void add(const Fact& fact, const RecordId& village) {
    cells_[cell(*fact.position, 0, 0)].push_back({&fact, village});
  }
  bool is(const changelog::Position& position) const {
    std::set<RecordId> villages;
    std::set<Author> authors;
    for (int x = -1; x <= 1; ++x)
      for (int y = -1; y <= 1; ++y)
        if (const auto found = cells_.find(cell(position, x, y)); found != cells_.end())
          for (const auto& [fact, village] : found->second)
            if (metres_between(position, *fact->position) <= kSharedMetres) {
              villages.insert(village);
              authors.insert(fact->author);
            }
    return villages.size() >= kSharedVillages && authors.size() >= kSharedAuthors;
  }

 private:
  static std::pair<std::int32_t, std::int32_t> cell(const changelog::Position& p, int x, int y) {
    constexpr std::int32_t kCell = 30'000;  // 1e-7 degrees: a little more than 300 m
    return {p.latitude_e7 / kCell + x, p.longitude_e7 / kCell + y};
  }
  std::map<std::pair<std::int32_t, std::int32_t>, std::vector<std::pair<const Fact*, RecordId>>> cells_;
};

// Others recorded the village there, too.
bool is_hamlet(const Village& village, const Fact& fact) {
  const double across = kHamletMetres + kSure * fact.position->accuracy_cm / 100.0;
  std::size_t others = 0;
  for (const auto* other : village.at)
    if (!(other->author == fact.author) && metres_between(*other->position, *fact.position) <= across &&
        ++others == kHamletRecords)
      return true;
  return false;
}

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
    shared.add(fact, id);
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
    if (metres <= static_cast<double>(scope.value(about, "metres")) || shared.is(*fact->position) ||
        is_hamlet(found->second, *fact))
      continue;
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

// How far a time that somebody wrote down may be off.
std::int64_t rounded_by(std::int64_t ms) {
  for (const std::int64_t step : {30, 15, 5})
    if (ms % (step * kMinuteMs) == 0) return step * kMinuteMs / 2;
  return 0;
}

using Pairs = std::set<std::pair<std::size_t, std::size_t>>;  // places in a list, in its order

// Those that follow one another on one person's way, as far as teams are told: a record that names none may
// be anybody's who is there.
void add_pairs(const std::vector<const Fact*>& list, const std::string* member, Pairs& pairs) {
  std::optional<std::size_t> before;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i]->position) continue;
    if (member != nullptr && !list[i]->team.empty() && list[i]->team.count(*member) == 0) continue;
    if (const auto last = std::exchange(before, i)) pairs.emplace(*last, i);
  }
}

Pairs followed(const std::vector<const Fact*>& list) {
  std::set<std::string> members;
  for (const auto* fact : list)
    if (fact->position) members.insert(fact->team.begin(), fact->team.end());
  Pairs out;
  if (members.empty()) add_pairs(list, nullptr, out);
  for (const auto& member : members) add_pairs(list, &member, out);
  return out;
}

// From the end of one to the beginning of the next.
void find_travel(Scope& scope, const records::Indicator& about) {
  for (const auto& [author, list] : scope.by_author(about)) {
    for (const auto& [from, to] : followed(list)) {
      const Fact *last = list[from], *fact = list[to];
      if (fact->same_occasion(*last) || !(scope.in_period(*fact) || scope.in_period(*last))) continue;
      const auto left = std::max(last->end_ms.value_or(*last->start_ms), *last->start_ms);
      const auto between = std::max<std::int64_t>(0, *fact->start_ms - left);
      const auto minutes = between / kMinuteMs;
      const auto most = (between + rounded_by(left) + rounded_by(*fact->start_ms)) / kMinuteMs;
      const auto metres = sure_metres(*last->position, *fact->position);
      const auto kmh = metres / 1000 / (static_cast<double>(std::max<std::int64_t>(most, 1)) / 60);
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
