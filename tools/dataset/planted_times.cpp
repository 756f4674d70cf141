// Planted: late entries, clocks that were ahead or set back, visits that were too short, came in bursts, or
// lay further apart than anybody travels.
#include "dataset/acts.hpp"

namespace gandan::dataset {
namespace {

// Written down one to four weeks after it happened, by a clock that is right.
void plan_late(Year& year) {
  tell(year, "late", year.times(400, 6), [&](Dice& dice, std::size_t) {
    const auto after = dice.between(6, 30);
    const auto slot = year.take_days(dice, 1, 10, 320);
    auto& label = year.label("late", {"late.entry"}, std::to_string(after) + " days after the visit");
    auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = year.free_at(slot.cadre.phone, local(slot.day + static_cast<std::int32_t>(after), 20));
    write_at(year, label, slot.cadre, visit, when);
  });
}

// The phone's date was wrong by a day or two when the visit was written; it was put right before it synced.
void plan_clock_ahead(Year& year) {
  tell(year, "clock_ahead", year.times(150, 3), [&](Dice& dice, std::size_t) {
    const auto hours = dice.between(14, 60);
    const auto slot = year.take_days(dice, 4, 10, 340, true);
    auto& label =
        year.label("clock_ahead", {"clock.ahead"}, "a clock " + std::to_string(hours) + " hours ahead");
    auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = local(slot.day, 10);
    year.at(when, [&year, &label, slot, visit, when, hours] {
      auto& phone = year.phone(slot.cadre);
      year.province.push(phone);
      const auto right = std::exchange(phone.clock_error, hours * kHour);
      label.records.insert(write_visit(year, slot.cadre, visit, when)->id);
      phone.clock_error = right;
    });
    year.at(when + 30 * kMinute, [&year, slot] { year.province.push(year.phone(slot.cadre)); });
  });
}

// Nothing was written for weeks, then the clock was set back to the day of the visit, and the record made.
// The phone had heard of the ledger a day before.
void plan_clock_behind(Year& year) {
  tell(year, "clock_behind", year.times(150, 3), [&](Dice& dice, std::size_t) {
    const int after = static_cast<int>(dice.between(8, 24));
    auto slot = year.take_days(dice, after + 3, 20, 350, true);
    // The day before, it wrote and sent as ever: what stands first in a log may have waited for a key.
    const auto before = plain_visit(year, dice, slot.cadre, local(slot.day, 14));
    year.at(local(slot.day, 15), [&year, slot, before] {
      write_visit(year, slot.cadre, before, local(slot.day, 15));
      year.province.push(year.phone(slot.cadre));
    });
    ++slot.day;
    auto& label = year.label("clock_behind", {"clock.behind"},
                             "made " + std::to_string(after) + " days later by a clock that was set back");
    auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    year.at(local(slot.day, 0, 30), [&year, slot] { year.province.push(year.phone(slot.cadre)); });
    year.at(local(slot.day + after - 1, 18), [&year, slot] { year.province.push(year.phone(slot.cadre)); });
    const auto when = local(slot.day + after, 20);
    year.at(when, [&year, &label, slot, visit, when, after] {
      auto& phone = year.phone(slot.cadre);
      const auto right = std::exchange(phone.clock_error, -after * kDayMs - 8 * kHour);
      label.records.insert(write_visit(year, slot.cadre, visit, when)->id);
      phone.clock_error = right;
    });
    year.at(when + kHour, [&year, slot] { year.province.push(year.phone(slot.cadre)); });
  });
}

void plan_short(Year& year) {
  tell(year, "short", year.times(400, 6), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("short", {"time.short"}, "met and gone within minutes");
    auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 10), dice.between(0, 4));
    const auto when = local(slot.day, 11);
    write_at(year, label, slot.cadre, visit, when);
  });
}

// An afternoon's quota written at the desk: one door after another, four or five minutes apart, each with an
// end that fits a form.
void plan_burst(Year& year) {
  tell(year, "burst", year.times(120, 4), [&](Dice& dice, std::size_t) {
    const auto count = dice.between(5, 9);
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("burst", {"time.burst"}, std::to_string(count) + " doors within minutes");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    auto start = local(slot.day, 14, 3);
    auto when = local(slot.day, 16);
    const auto gap = count > 6 ? dice.between(2, 3) : dice.between(3, 5);
    const auto team = plain_visit(year, dice, slot.cadre, start).team;
    for (std::int64_t i = 0; i < count; ++i) {
      auto household = some_household(year, dice, slot.cadre, village);
      household.code = "H" + std::to_string(i * 7 + dice.between(1, 7));  // another one each time
      auto visit = plain_visit_to(year, dice, slot.cadre, household, start, dice.between(9, 25));
      visit.team = team;
      start += gap * kMinute;
      when += 6 * kMinute;
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

// Two visits a few minutes apart, in villages at opposite ends of the province.
void plan_travel(Year& year) {
  tell(year, "travel", year.times(150, 4), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    const double far = static_cast<double>(dice.between(22'000, 60'000));
    auto& label = year.label("travel", {"place.travel"},
                             std::to_string(static_cast<int>(far / 1000)) + " km in a few minutes");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    auto here = some_household(year, dice, slot.cadre, village), there = here;
    there.code += "B";
    there.home = here.home.moved(-far, far / 9);
    auto first = plain_visit_to(year, dice, slot.cadre, here, local(slot.day, 9, 2));
    auto second =
        plain_visit_to(year, dice, slot.cadre, there, first.end + dice.between(3, 9) * kMinute + 17'000);
    first.position = fix(here.home, dice, 9);
    second.position = fix(there.home, dice, 12);
    second.team = first.team;
    const auto when = second.end + 5 * kMinute;
    year.at(when, [&year, &label, slot, first, second, when] {
      label.records.insert(write_visit(year, slot.cadre, first, when)->id);
      label.records.insert(write_visit(year, slot.cadre, second, when + 4 * kMinute)->id);
    });
  });
}

}  // namespace

void plan_planted_times(Year& year) {
  plan_late(year);
  plan_clock_ahead(year);
  plan_clock_behind(year);
  plan_short(year);
  plan_burst(year);
  plan_travel(year);
}

}  // namespace gandan::dataset
