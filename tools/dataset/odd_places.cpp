// Honest oddities of places.
#include "dataset/acts.hpp"

namespace gandan::dataset {
namespace {

// A visit to a household that has a case in that village: the case is made with it.
void write_case(Year& year, Label& label, const Cadre& cadre, const Household& household, Visit visit,
                std::int64_t when) {
  auto& commune = year.commune(cadre);
  const auto made = year.add(cadre, "affected_household", 1,
                             case_of(commune, commune.projects.front(), household.code, household.village,
                                     "agricultural", "inventory"),
                             when);
  visit.affected = made->id;
  visit.project = commune.projects.front().name;
  label.records.insert(made->id);
  label.records.insert(write_visit(year, cadre, visit, when + 2 * kMinute)->id);
}

// Two people of the commune, and a day of each.
std::vector<Year::Slot> two_people(Year& year, Dice& dice, int days) {
  const auto first = year.take_days(dice, days, 60, 330);
  for (;;) {
    const auto second = year.take_days_in(dice, year.commune_of[first.cadre.phone], days, 60, 355);
    if (second.cadre.phone != first.cadre.phone) return {first, second};
  }
}

// Two villages on one hill: households of either are met wherever they happen to stand.
void plan_hill(Year& year) {
  tell(year, "hill", year.times(60, 2), [&](Dice& dice, std::size_t number) {
    auto& label = year.label("hill", {}, "households of one village met in the next one, on the same hill");
    for (const auto& slot : two_people(year, dice, 1))
      for (int i = 0; i < 3; ++i) {
        auto& commune = year.commune(slot.cadre);
        auto household = some_household(year, dice, slot.cadre, number % commune.villages.size());
        household.code = "DH" + std::to_string(number * 10 + static_cast<std::size_t>(i)) +
                         std::to_string(slot.cadre.phone);
        household.home = commune.villages[household.village].centre.moved(900, 400 + 60 * i);
        auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 8 + i), 40);
        visit.position = fix(household.home, dice, 15);
        const auto when = local(slot.day, 13, i * 6);
        year.at(when, [&year, &label, slot, household, visit, when] {
          write_case(year, label, slot.cadre, household, visit, when);
        });
      }
  });
}

// A village that was joined with another: its second hamlet lies seven kilometres away, and everybody goes
// there, too.
void plan_two_hamlets(Year& year) {
  tell(year, "two_hamlets", year.times(60, 1), [&](Dice& dice, std::size_t number) {
    auto& label = year.label("two_hamlets", {}, "a village of two hamlets, seven kilometres apart");
    for (const auto& slot : two_people(year, dice, 2))
      for (int i = 0; i < 8; ++i) {
        auto& commune = year.commune(slot.cadre);
        const auto village = commune.projects.front().villages[number % 4];
        auto household = some_household(year, dice, slot.cadre, village);
        household.code = "TH" + std::to_string(number * 100 + static_cast<std::size_t>(i)) + "." +
                         std::to_string(slot.cadre.phone);
        household.home = commune.villages[village].centre.moved(-6900 - 80.0 * i, 1200);
        auto visit =
            plain_visit_to(year, dice, slot.cadre, household, local(slot.day + i / 4, 8 + i % 4), 40);
        visit.position = fix(household.home, dice, 15);
        const auto when = local(slot.day + i / 4, 14, i % 4 * 6);
        year.at(when, [&year, &label, slot, household, visit, when] {
          write_case(year, label, slot.cadre, household, visit, when);
        });
      }
  });
}

// Households of four villages come to the commune's office and are met there; so does another cadre.
void plan_office_day(Year& year) {
  tell(year, "office_day", year.times(60, 2), [&](Dice& dice, std::size_t number) {
    auto& label =
        year.label("office_day", {}, "households of several villages met at one place, by several people");
    for (const auto& slot : two_people(year, dice, 1))
      for (int i = 0; i < 4; ++i) {
        auto& commune = year.commune(slot.cadre);
        auto household = some_household(year, dice, slot.cadre,
                                        year.phone(slot.cadre).villages[static_cast<std::size_t>(i)]);
        household.code = "TS" + std::to_string(number * 10 + static_cast<std::size_t>(i)) + "." +
                         std::to_string(slot.cadre.phone);
        household.home =
            commune.centre.moved(8300, -2100);  // the old office, where the land register is kept
        auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 8 + i), 40);
        visit.place = "Bộ phận một cửa";
        visit.position = fix(household.home, dice, 12);
        const auto when = local(slot.day, 13, i * 6);
        year.at(when, [&year, &label, slot, household, visit, when] {
          write_case(year, label, slot.cadre, household, visit, when);
        });
      }
  });
}

// A phone in a gorge: it knows its mast and little more.
void plan_mast(Year& year) {
  tell(year, "mast", year.times(400, 12), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 60, 355);
    auto& label = year.label("mast", {}, "a position that is right within kilometres");
    auto household = some_household(year, dice, slot.cadre, dice.pick(year.phone(slot.cadre).villages));
    household.code = "SV" + std::to_string(number);
    auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 9));
    visit.position = fix(household.home, dice, 3000 + static_cast<double>(dice.below(6000)));
    const auto when = local(slot.day, 14);
    year.at(when, [&year, &label, slot, household, visit, when] {
      write_case(year, label, slot.cadre, household, visit, when);
    });
  });
}

}  // namespace

void plan_odd_places(Year& year) {
  plan_hill(year);
  plan_two_hamlets(year);
  plan_office_day(year);
  plan_mast(year);
}

}  // namespace gandan::dataset
