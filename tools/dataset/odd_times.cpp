// Honest oddities of times and clocks.
#include "dataset/acts.hpp"
#include "dataset/texts.hpp"

namespace gandan::dataset {
namespace {

// The battery died; the phone says January 2000 until somebody notices. Times of the visit are typed.
void plan_battery(Year& year) {
  tell(year, "battery", year.times(60, 2), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 4, 10, 350, true);
    auto& label = year.label("battery", {}, "a clock that fell back to 2000");
    for (int i = 0; i < 3; ++i) {
      auto visit = plain_visit(year, dice, slot.cadre, local(slot.day + i, 9));
      const auto when = local(slot.day + i, 10);
      year.at(when, [&year, &label, slot, visit, when] {
        auto& phone = year.phone(slot.cadre);
        const auto right = std::exchange(phone.clock_error, *parse_instant("2000-01-01T00:10:00Z") - when);
        label.records.insert(write_visit(year, slot.cadre, visit, when)->id);
        phone.clock_error = right;
      });
    }
    year.at(local(slot.day + 3, 18), [&year, slot] { year.province.push(year.phone(slot.cadre)); });
  });
}

// Weeks in villages without signal: written the same day, received long after.
void plan_no_signal(Year& year) {
  tell(year, "no_signal", year.times(60, 2), [&](Dice& dice, std::size_t) {
    const int days = static_cast<int>(dice.between(18, 40));
    const auto slot = year.take_days(dice, days, 10, 355, true);
    auto& label = year.label("no_signal", {}, "weeks without signal, written down at once");
    for (int i = 0; i + 1 < days; i += 2) {
      auto visit = plain_visit(year, dice, slot.cadre, local(slot.day + i, 9));
      const auto when = visit.end + 8 * kMinute;
      write_at(year, label, slot.cadre, visit, when);
    }
    year.at(local(slot.day + days - 1, 21), [&year, slot] { year.province.push(year.phone(slot.cadre)); });
  });
}

// The phone knew that the unit's key had changed, and got the new one two weeks later: all of it was sealed
// then, under a checkpoint of that day.
void plan_waited(Year& year) {
  tell(year, "waited", year.times(15, 1), [&](Dice& dice, std::size_t) {
    const int days = 16;
    const auto in = dice.below(year.communes.size());
    const auto lost = year.take_phone(dice, in);
    const auto slot = year.take_days_in(dice, in, days, 40, 330, true);
    auto& label = year.label("waited", {}, "two weeks of visits waited for the unit's new key");
    year.reserve(lost, local(slot.day - 1, 0), local(year.last_day + 30, 0), true);
    year.at(local(slot.day - 1, 12), [&year, lost] { year.province.push(*year.phones[lost]); });
    year.at(local(slot.day, 6), [&year, lost, slot] {
      year.province.push(year.phone(slot.cadre));
      year.province.revoke(*year.phones[lost]);
      year.phones[lost]->gone = true;
    });
    for (int i = 0; i + 2 < days; ++i) {
      auto visit = plain_visit(year, dice, slot.cadre, local(slot.day + i, 9));
      const auto when = visit.end + 8 * kMinute;
      write_at(year, label, slot.cadre, visit, when);
    }
    year.at(local(slot.day + days - 1, 18), [&year, slot] {
      year.province.hear(year.phone(slot.cadre));  // the key comes with the ledger's newest checkpoint
      year.province.push(year.phone(slot.cadre));
    });
  });
}

// Ends and beginnings rounded to the half hour, as people write them, and a ride of some kilometres between.
void plan_rounded(Year& year) {
  tell(year, "rounded", year.times(200, 4), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("rounded", {}, "times rounded to the half hour, a ride of kilometres between");
    const auto& works = year.phone(slot.cadre).villages;
    auto here = some_household(year, dice, slot.cadre, works[0]), there = here;
    const double ride = static_cast<double>(dice.between(3500, 9000));
    there.home = here.home.moved(ride, ride / 6);
    there.code += "R";
    auto first = plain_visit_to(year, dice, slot.cadre, here, local(slot.day, 9), 60);
    auto second = plain_visit_to(year, dice, slot.cadre, there, local(slot.day, 10), 60);
    first.position = fix(here.home, dice, 10);
    second.position = fix(there.home, dice, 14);
    const auto when = local(slot.day, 11, 10);
    year.at(when, [&year, &label, slot, first, second, when] {
      label.records.insert(write_visit(year, slot.cadre, first, when)->id);
      label.records.insert(write_visit(year, slot.cadre, second, when + 5 * kMinute)->id);
    });
  });
}

// One team in one hamlet, from morning to evening: twelve households.
void plan_hamlet_day(Year& year) {
  tell(year, "hamlet_day", year.times(100, 2), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("hamlet_day", {}, "twelve households of one hamlet in a day");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    auto start = local(slot.day, 7, 15);
    for (int i = 0; i < 12; ++i) {
      auto household = some_household(year, dice, slot.cadre, village);
      household.code = "H" + std::to_string(i * 3 + dice.between(1, 3));
      auto visit = plain_visit_to(year, dice, slot.cadre, household, start, dice.between(18, 35));
      const auto when = visit.end + 2 * kMinute;
      start = visit.end + dice.between(5, 9) * kMinute;
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

// Nobody opened: door after door.
void plan_closed_doors(Year& year) {
  tell(year, "closed_doors", year.times(100, 2), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("closed_doors", {}, "harvest time: eight doors, and nobody at home");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    for (int i = 0; i < 8; ++i) {
      auto household = some_household(year, dice, slot.cadre, village);
      household.code = "H" + std::to_string(i * 4 + dice.between(1, 4));
      auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 9, i * 4), 2);
      visit.met = "nobody";
      visit.outcome = "not_met";
      visit.minutes = "not_written";
      visit.wishes.clear();
      visit.explained.clear();
      visit.files.clear();
      const auto when = local(slot.day, 10, i);
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

// Six teams set out in one morning; one of them writes for all.
void plan_many_teams(Year& year) {
  tell(year, "many_teams", year.times(60, 2), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("many_teams", {}, "six teams in one morning, written on one phone");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    for (int i = 0; i < 6; ++i) {
      auto household = some_household(year, dice, slot.cadre, village);
      household.code = "H" + std::to_string(i * 5 + dice.between(1, 5));
      auto visit =
          plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 8, i * 3), dice.between(25, 60));
      visit.team = {"Tổ " + std::to_string(i + 1) + ", tổ trưởng",
                    "Tổ " + std::to_string(i + 1) + ", thành viên"};
      visit.position.reset();
      visit.minutes = "signed";
      const auto when = local(slot.day, 11, i * 3);
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

}  // namespace

void plan_odd_times(Year& year) {
  plan_battery(year);
  plan_no_signal(year);
  plan_waited(year);
  plan_rounded(year);
  plan_hamlet_day(year);
  plan_closed_doors(year);
  plan_many_teams(year);
}

}  // namespace gandan::dataset
