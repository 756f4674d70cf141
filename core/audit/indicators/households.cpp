// household.unvisited, outcome.same: what shows only when many records lie side by side.
//
// A visit is of a household that it names by link, or by code in the project: codes are compared by their
// words and numbers (H017 is H17), and within one unit a project may go by a part of its name. A household
// that handed over, was paid or agreed early needs no visit.
//
// That everybody agrees is no oddity where everybody agrees: one author's outcomes are held against those of
// the others in the project, and in the whole scope where there are few. Nor is it one that a household which
// is gone to again and again stays with its answer, or that people who are met together agree: a household
// and a gathering count once.
#include <algorithm>
#include <utility>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "records/household_code.hpp"

namespace gandan::audit {
namespace {

using Key = std::pair<std::string, std::string>;  // project, code

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  std::string word;
  for (const char c : text) {
    if (c != ' ') {
      word += c;
      continue;
    }
    if (!word.empty()) out.insert(std::exchange(word, {}));
  }
  if (!word.empty()) out.insert(std::move(word));
  return out;
}

// "duong noi" is "du an duong noi cao toc": what people write of a project's name, where they choose none.
bool is_part_of_name(std::string_view a, std::string_view b) {
  auto few = words_of(a), many = words_of(b);
  if (few.size() > many.size()) std::swap(few, many);
  return !few.empty() && std::includes(many.begin(), many.end(), few.begin(), few.end());
}

}  // namespace

void find_unvisited(Scope& scope) {
  const auto* about = scope.wants("household.unvisited");
  if (about == nullptr) return;
  std::set<RecordId> visited;
  std::set<Key> visited_codes;
  std::map<std::pair<UnitId, std::string>, std::set<std::string>> projects;  // of visits, by unit and code
  for (const auto& fact : scope.facts) {
    if (!fact.finalized || !fact.start_ms || fact.subject.empty() || !fact.day || *fact.day > scope.as_of())
      continue;
    visited.insert(fact.of.begin(), fact.of.end());
    visited_codes.insert({fact.project, records::household_code(fact.subject)});
    projects[{fact.unit, records::household_code(fact.subject)}].insert(fact.project);
  }
  for (const auto& fact : scope.facts) {
    // What has a subject and no day of its own is a list's entry.
    if (fact.withdrawn || fact.settled || fact.start_ms || fact.subject.empty() ||
        !scope.of_kind(*about, fact))
      continue;
    const auto since = local_days(changelog::hlc_ms(fact.made.hlc));
    if (scope.as_of() - since <= scope.value(*about, "days") || visited.count(fact.id) != 0) continue;
    const auto title = scope.titles.find(fact.project_link);
    const std::string project = title == scope.titles.end() ? fact.project : fold(title->second);
    const auto code = records::household_code(fact.subject);
    const auto named = projects.find({fact.unit, code});
    if (visited_codes.count({project, code}) != 0) continue;
    if (named != projects.end() &&
        std::any_of(named->second.begin(), named->second.end(),
                    [&](const std::string& other) { return is_part_of_name(project, other); }))
      continue;
    scope.add(
        *about, fact,
        {{"subject", said(fact.subject)}, {"since", said_day(since)}, {"until", said_day(scope.as_of())}});
  }
}

namespace {

struct Tally {
  std::int64_t all = 0;
  std::map<std::string, std::int64_t> by_outcome;
};

records::Label outcome_label(const records::Catalog& catalog, const Fact& fact,
                             const records::KindParts* parts) {
  const auto found = parts == nullptr ? records::KindParts::const_iterator() : parts->find("outcome");
  for (const auto* type : catalog.versions(fact.kind)) {
    if (parts == nullptr || found == parts->end() || found->second.empty()) break;
    const auto* field = type->find(found->second.front().path);
    if (const auto* choice = field == nullptr ? nullptr : field->choice(fact.outcome)) return choice->label;
  }
  return said(fact.outcome);
}

// How many in a hundred of the others' records say the same; nothing where there are too few of them.
std::optional<std::int64_t> others_share(const Tally& all, const Tally& own, const std::string& outcome,
                                         std::int64_t least) {
  const auto count = all.all - own.all;
  if (count < std::max<std::int64_t>(least, 1)) return std::nullopt;
  const auto found = all.by_outcome.find(outcome);
  const auto same = found == all.by_outcome.end() ? 0 : found->second;
  return (same - own.all) * 100 / count;
}

// Households that were met, each once; of a gathering one.
std::int64_t count_met(const std::vector<const Fact*>& list) {
  std::set<std::string> subjects;
  std::map<std::string, std::vector<const Fact*>> by_place;
  std::int64_t out = 0;
  for (const auto* fact : list) {
    if (!fact->subject.empty() && !subjects.insert(records::household_code(fact->subject)).second) continue;
    auto& there = by_place[fact->place];
    if (std::any_of(there.begin(), there.end(),
                    [&](const Fact* other) { return fact->same_occasion(*other); }))
      continue;
    there.push_back(fact);
    ++out;
  }
  return out;
}

}  // namespace

void find_same_outcomes(Scope& scope, const records::Catalog& catalog) {
  const auto* about = scope.wants("outcome.same");
  if (about == nullptr) return;
  Tally everywhere;
  std::map<std::string, Tally> by_project;
  std::map<std::pair<Author, std::string>, std::vector<const Fact*>> by_author;
  scope.each(*about, [&](const Fact& fact) {
    if (fact.outcome.empty() || !fact.met) return;
    for (auto* tally : {&everywhere, &by_project[fact.project]}) {
      ++tally->all;
      ++tally->by_outcome[fact.outcome];
    }
    by_author[{fact.author, fact.project}].push_back(&fact);
  });
  const auto least = scope.value(*about, "visits");
  for (const auto& [key, list] : by_author) {
    const auto& outcome = list.front()->outcome;
    if (static_cast<std::int64_t>(list.size()) < least ||
        std::any_of(list.begin(), list.end(), [&](const Fact* fact) { return fact->outcome != outcome; }))
      continue;
    const auto met = count_met(list);
    if (met < least) continue;
    Tally own{static_cast<std::int64_t>(list.size()), {}};
    auto others = others_share(by_project[key.second], own, outcome, least);
    if (!others) others = others_share(everywhere, own, outcome, least);
    if (!others || *others >= scope.value(*about, "percent")) continue;
    const auto parts = catalog.indicators().kinds.find(list.front()->kind);
    scope.add(
        *about, list,
        {{"count", said_number(met)},
         {"outcome", outcome_label(catalog, *list.front(),
                                   parts == catalog.indicators().kinds.end() ? nullptr : &parts->second)},
         {"others", said_number(*others)}});
  }
}

}  // namespace gandan::audit
