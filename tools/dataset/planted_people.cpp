// Planted: decisions without the share or the signatures that the law wants, promises that were let lie,
// moved, dropped or closed in silence, households that nobody visited, and one outcome for everybody.
#include "dataset/acts.hpp"
#include "dataset/texts.hpp"

namespace gandan::dataset {
namespace {

// A vote that fell short, and a decision made of it all the same.
void plan_quorum(Year& year) {
  tell(year, "quorum", year.times(100, 4), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 10, 350);
    auto& label = year.label("quorum", {"quorum.missing"}, "decided by fewer households than the law wants");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    auto meeting = honest_meeting(year, dice, slot.cadre, village, local(slot.day, 19));
    const auto total = year.commune(slot.cadre).villages[village].households;
    const char* clause = number % 2 == 0 ? "c1" : "c3";
    meeting.votes = {some_vote(dice, clause, total, meeting.present, false)};
    meeting.signers = four_signers(dice);
    const auto when = local(slot.day, 22);
    year.at(when, [&year, &label, slot, meeting, when, total] {
      const auto record = write_meeting(year, slot.cadre, meeting, when);
      const auto decision =
          decision_of(year, slot.cadre, "K", meeting, record->id, meeting.votes[0], total, local_days(when));
      label.records.insert(
          year.add_signed(slot.cadre, "community_decision", 1, fields(decision), when + 20 * kMinute)->id);
    });
  });
}

// Carried, and one of the four who have to sign is missing or stands there twice; of the meeting or of its
// decision.
void plan_unsigned(Year& year) {
  tell(year, "unsigned", year.times(100, 4), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 10, 350);
    auto& label = year.label("unsigned", {"signature.missing"}, "not signed by four different people");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    auto meeting = honest_meeting(year, dice, slot.cadre, village, local(slot.day, 19));
    const auto total = year.commune(slot.cadre).villages[village].households;
    meeting.votes = {some_vote(dice, "c6", total, meeting.present, true)};
    auto lacking = four_signers(dice);
    if (dice.chance(50))
      lacking[dice.below(4)].clear();
    else
      lacking[3] = lacking[2];
    const bool at_meeting = number % 2 == 0;
    meeting.signers = at_meeting ? lacking : four_signers(dice);
    const auto when = local(slot.day, 22);
    year.at(when, [&year, &label, slot, meeting, lacking, at_meeting, when, total] {
      const auto record = write_meeting(year, slot.cadre, meeting, when);
      if (at_meeting) {
        label.records.insert(record->id);
        return;
      }
      auto decision =
          decision_of(year, slot.cadre, "K", meeting, record->id, meeting.votes[0], total, local_days(when));
      decision.signers = lacking;
      label.records.insert(
          year.add_signed(slot.cadre, "community_decision", 1, fields(decision), when + 20 * kMinute)->id);
    });
  });
}

struct Promised {
  Year::Slot slot;
  Commitment commitment;
  std::int64_t when = 0;
};
Promised some_promise(Year& year, Dice& dice, int until) {
  Promised out;
  out.slot = year.take_days(dice, 1, 10, until);
  out.commitment = honest_commitment(dice, out.slot.day, static_cast<int>(dice.between(10, 40)));
  out.when = local(out.slot.day, 10);
  return out;
}

void plan_overdue(Year& year) {
  tell(year, "overdue", year.times(300, 5), [&](Dice& dice, std::size_t number) {
    auto& label = year.label("overdue", {"commitment.overdue"}, "due, and nothing is written of it");
    if (number % 3 == 2) {  // of a visit's list, and nobody follows it
      const auto slot = year.take_days(dice, 1, 10, 300);
      auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
      Pledge pledge;
      pledge.what = texts::promise(dice);
      pledge.due = slot.day + static_cast<std::int32_t>(dice.between(5, 40));
      visit.pledges = {pledge};
      const auto when = local(slot.day, 15);
      write_at(year, label, slot.cadre, visit, when);
      return;
    }
    const auto one = some_promise(year, dice, 300);
    year.at(one.when, [&year, &label, one] {
      label.records.insert(year.add(one.slot.cadre, "commitment", 1, fields(one.commitment), one.when)->id);
    });
  });
}

// The day passes; then it is another one. It is kept in the end.
void plan_moved(Year& year) {
  tell(year, "moved", year.times(150, 4), [&](Dice& dice, std::size_t) {
    auto& label = year.label("moved", {"commitment.moved"}, "its day had passed when it was moved");
    const auto one = some_promise(year, dice, 270);
    const auto moves = year.free_at(
        one.slot.cadre.phone, local(one.commitment.due + static_cast<std::int32_t>(dice.between(2, 20)), 9));
    const auto due = local_days(moves) + static_cast<std::int32_t>(dice.between(5, 20));
    const auto done = year.free_at(one.slot.cadre.phone, local(due, 9));
    year.at(one.when, [&year, &label, one, moves, due, done, dice] {
      const auto& cadre = one.slot.cadre;
      const auto record = year.add(cadre, "commitment", 1, fields(one.commitment), one.when);
      label.records.insert(record->id);
      year.at(moves, [&year, cadre, record, moves, due] {
        year.phone(cadre).save(*record, {{"due", changelog::Date{due}}}, cadre.who, moves);
      });
      keep_at(year, cadre, record, done, dice);
    });
  });
}

void plan_dropped(Year& year) {
  tell(year, "dropped", year.times(150, 4), [&](Dice& dice, std::size_t) {
    auto& label = year.label("dropped", {"commitment.dropped"}, "withdrawn when its day had passed");
    const auto one = some_promise(year, dice, 290);
    const auto drops = year.free_at(
        one.slot.cadre.phone, local(one.commitment.due + static_cast<std::int32_t>(dice.between(1, 20)), 9));
    year.at(one.when, [&year, &label, one, drops] {
      const auto& cadre = one.slot.cadre;
      const auto record = year.add(cadre, "commitment", 1, fields(one.commitment), one.when);
      label.records.insert(record->id);
      year.at(drops,
              [&year, cadre, record, drops] { withdraw(year, cadre, *record, "Không còn phù hợp", drops); });
    });
  });
}

void plan_silent(Year& year) {
  tell(year, "silent", year.times(150, 4), [&](Dice& dice, std::size_t) {
    auto& label = year.label("silent", {"commitment.silent"}, "said to be kept, and not a word of how");
    const auto one = some_promise(year, dice, 300);
    const auto done = year.free_at(one.slot.cadre.phone, local(one.commitment.due - 2, 9));
    year.at(one.when, [&year, &label, one, done] {
      const auto& cadre = one.slot.cadre;
      const auto record = year.add(cadre, "commitment", 1, fields(one.commitment), one.when);
      label.records.insert(record->id);
      year.at(done, [&year, cadre, record, done] {
        year.phone(cadre).save(*record,
                               {{"kept_on", changelog::Date{local_days(done)}}, {"outcome", choice("kept")}},
                               cadre.who, done);
      });
    });
  });
}

// On the list, and nobody came.
void plan_unvisited(Year& year) {
  tell(year, "unvisited", year.times(250, 5), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 60, 290);
    auto& label = year.label("unvisited", {"household.unvisited"}, "on the list, and nobody came");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    const auto when = local(slot.day, 9);
    year.at(when, [&year, &label, slot, village, number, when] {
      auto& commune = year.commune(slot.cadre);
      const auto changes = case_of(commune, commune.projects.front(), "K" + std::to_string(number + 1),
                                   village, "agricultural", "inventory");
      label.records.insert(year.add(slot.cadre, "affected_household", 1, changes, when)->id);
    });
  });
}

// One who writes the same outcome whatever he hears: two dozen households of a project in which others met
// with everything.
void plan_same_outcome(Year& year) {
  tell(year, "same_outcome", year.times(40, 1), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 8, 60, 350);
    auto& label =
        year.label("same_outcome", {"outcome.same"}, "two dozen households, and all of them agreed");
    const auto when = local(slot.day, 6);
    year.at(when, [&year, &label, slot, dice, number, when]() mutable {
      const auto cadre =
          new_person(year, slot.cadre, "CBX" + std::to_string(number), "Cán bộ hợp đồng", when);
      for (int i = 0; i < 24; ++i) {
        auto household =
            some_household(year, dice, cadre, year.phone(cadre).villages[static_cast<std::size_t>(i / 6)]);
        household.code = "D" + std::to_string(i + 1);
        const auto day = slot.day + i / 3;
        auto visit = plain_visit_to(year, dice, cadre, household, local(day, 8 + i % 3 * 2), 40);
        visit.project = year.commune(cadre).projects.front().name;
        visit.outcome = "agreed";
        const auto written = visit.end + 6 * kMinute;
        write_at(year, label, cadre, visit, written);
      }
    });
  });
}

}  // namespace

void plan_planted_people(Year& year) {
  plan_quorum(year);
  plan_unsigned(year);
  plan_overdue(year);
  plan_moved(year);
  plan_dropped(year);
  plan_silent(year);
  plan_unvisited(year);
  plan_same_outcome(year);
}

}  // namespace gandan::dataset
