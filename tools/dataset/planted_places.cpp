// Planted: positions far from where the village lies, one by one or all from one home, and positions that
// were typed.
#include "dataset/acts.hpp"

namespace gandan::dataset {
namespace {

// The case of a household of a village in which others work too: made by the story, so that the visit has a
// village.
RecordPtr listed(Year& year, Dice& dice, const Cadre& cadre, const Household& household, std::int64_t now) {
  auto& commune = year.commune(cadre);
  return year.add(cadre, "affected_household", 1,
                  case_of(commune, commune.projects.front(), household.code, household.village,
                          dice.chance(50) ? "agricultural" : "other", "notice"),
                  now);
}

// Two of the commune who work in its project's villages as they should: so it is known where these lie.
void plan_known_villages(Year& year) {
  for (std::size_t in = 0; in < year.communes.size(); ++in) {
    Dice dice(year.options.seed, "known_villages", in);
    for (int person = 0; person < 2; ++person) {
      const auto slot = year.take_days_in(dice, in, 4, 8, 60);
      for (int i = 0; i < 12; ++i) {
        auto household =
            some_household(year, dice, slot.cadre,
                           year.communes[in].projects.front().villages[static_cast<std::size_t>(i) / 3]);
        household.code = "KV" + std::to_string(i + 1) + (person == 0 ? "A" : "B");
        auto visit =
            plain_visit_to(year, dice, slot.cadre, household, local(slot.day + i / 3, 8 + i % 3 * 2));
        visit.position = fix(household.home, dice, 6 + static_cast<double>(dice.below(30)));
        const auto when = visit.end + 5 * kMinute;
        year.at(when, [&year, slot, household, visit, when, dice]() mutable {
          visit.affected = listed(year, dice, slot.cadre, household, when)->id;
          visit.project = year.commune(slot.cadre).projects.front().name;
          write_visit(year, slot.cadre, visit, when + 2 * kMinute);
        });
      }
    }
  }
}

// From a place that has nothing to do with the village: at home, on the way to town.
void plan_far(Year& year) {
  tell(year, "far", year.times(250, 5), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 60, 355);
    const double far = static_cast<double>(dice.between(7'500, 40'000));
    auto& label = year.label("far", {"place.far"},
                             std::to_string(static_cast<int>(far / 1000)) + " km from the village");
    auto household =
        some_household(year, dice, slot.cadre, dice.pick(year.commune(slot.cadre).projects.front().villages));
    household.code = "XA" + std::to_string(number);
    household.home =
        year.commune(slot.cadre).villages[household.village].centre.moved(far, far * (dice.share() - 0.5));
    const auto when = local(slot.day, 15);
    auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 9));
    visit.position = fix(household.home, dice, 12);
    year.at(when, [&year, &label, slot, household, visit, when, dice]() mutable {
      const auto made = listed(year, dice, slot.cadre, household, when);
      visit.affected = made->id;
      visit.project = year.commune(slot.cadre).projects.front().name;
      label.records.insert(write_visit(year, slot.cadre, visit, when + 2 * kMinute)->id);
    });
  });
}

// A week's visits to households of four villages, all written from one home in town.
void plan_from_home(Year& year) {
  tell(year, "from_home", year.times(30, 1), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 6, 60, 355);
    auto& label =
        year.label("from_home", {"place.far"}, "visits in several villages, all recorded at one home");
    const Point home =
        year.commune(slot.cadre).centre.moved(-21'000 - static_cast<double>(number) * 5000, 6'300);
    for (int i = 0; i < 6; ++i) {
      auto household =
          some_household(year, dice, slot.cadre,
                         year.commune(slot.cadre).projects.front().villages[static_cast<std::size_t>(i) % 4]);
      household.code = "XN" + std::to_string(number * 10) + std::to_string(i);
      auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day + i, 9));
      visit.position = fix(home.moved(static_cast<double>(i), 3), dice, 8);
      const auto when = local(slot.day + i, 15);
      year.at(when, [&year, &label, slot, household, visit, when, dice]() mutable {
        const auto made = listed(year, dice, slot.cadre, household, when);
        visit.affected = made->id;
        visit.project = year.commune(slot.cadre).projects.front().name;
        label.records.insert(write_visit(year, slot.cadre, visit, when + 2 * kMinute)->id);
      });
    }
  });
}

void plan_typed(Year& year) {
  tell(year, "typed", year.times(400, 6), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("typed", {"place.no_accuracy"}, "a position that was typed");
    auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    visit.position =
        fix(year.commune(slot.cadre).villages[year.phone(slot.cadre).villages[0]].centre, dice, 100);
    visit.position->accuracy_cm = 0;
    const auto when = local(slot.day, 15);
    write_at(year, label, slot.cadre, visit, when);
  });
}

}  // namespace

void plan_planted_places(Year& year) {
  plan_known_villages(year);
  plan_far(year);
  plan_from_home(year);
  plan_typed(year);
}

}  // namespace gandan::dataset
