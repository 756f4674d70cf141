// Honest oddities of promises, households, outcomes and votes.
#include "dataset/acts.hpp"
#include "dataset/texts.hpp"

namespace gandan::dataset {
namespace {

// One household that refuses, gone to again and again by the one whom it lets in.
void plan_stubborn(Year& year) {
  tell(year, "stubborn", year.times(40, 1), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 25, 60, 350);
    auto& label = year.label("stubborn", {}, "one household, visited two dozen times, that never agreed");
    const auto when = local(slot.day, 6);
    year.at(when, [&year, &label, slot, dice, number, when]() mutable {
      const auto cadre =
          new_person(year, slot.cadre, "CBK" + std::to_string(number), "Người có uy tín", when);
      auto household = some_household(year, dice, cadre, year.phone(cadre).villages[0]);
      household.code = "KK" + std::to_string(number);
      for (int i = 0; i < 24; ++i) {
        auto visit = plain_visit_to(year, dice, cadre, household, local(slot.day + i, 9), 45);
        visit.project = year.commune(cadre).projects.front().name;
        visit.outcome = "disagreed";
        const auto written = visit.end + 6 * kMinute;
        write_at(year, label, cadre, visit, written);
      }
    });
  });
}

// The same promise written down by two people; the second one is withdrawn, late, and the first is kept.
void plan_twin(Year& year) {
  tell(year, "twin", year.times(100, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 290);
    auto& label = year.label("twin", {}, "a promise that was written down twice, and the twin withdrawn");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    auto commitment = honest_commitment(dice, slot.day, static_cast<int>(dice.between(8, 25)));
    const auto when = local(slot.day, 10);
    const Cadre other{year.other_phone(slot.cadre.phone, dice), {}};
    year.at(when, [&year, &label, slot, other, visit, commitment, when, dice]() mutable {
      const auto made = write_visit(year, slot.cadre, visit, when);
      commitment.visit = made->id;
      const auto first = year.add(slot.cadre, "commitment", 1, fields(commitment), when + 3 * kMinute);
      label.records.insert(first->id);
      auto who = other;
      who.who = year.phones[other.phone]->holders.front();
      const auto again = year.free_at(other.phone, when + 2 * kDayMs);
      year.at(again, [&year, &label, who, commitment, again] {
        const auto second = year.add(who, "commitment", 1, fields(commitment), again);
        label.records.insert(second->id);
        const auto notices = year.free_at(who.phone, local(commitment.due + 6, 9));
        year.at(notices, [&year, who, second, notices] {
          withdraw(year, who, *second, "Trùng với hồ sơ đã có", notices);
        });
      });
      const auto done = year.free_at(slot.cadre.phone, local(commitment.due - 1, 16));
      keep_at(year, slot.cadre, first, done, dice);
    });
  });
}

// A month mistyped, and mended two minutes later: an old promise, entered late.
void plan_typo(Year& year) {
  tell(year, "typo", year.times(100, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 100, 300);
    auto& label = year.label("typo", {}, "a mistyped day, mended at once");
    auto commitment = honest_commitment(dice, slot.day - 60, 20);
    const auto when = local(slot.day, 10);
    const auto due = slot.day + 14;
    const auto done = year.free_at(slot.cadre.phone, local(due - 1, 16));
    year.at(when, [&year, &label, slot, commitment, when, due, done, dice] {
      const auto& cadre = slot.cadre;
      const auto record = year.add(cadre, "commitment", 1, fields(commitment), when);
      label.records.insert(record->id);
      year.phone(cadre).save(*record, {{"due", changelog::Date{due}}}, cadre.who, when + 2 * kMinute);
      keep_at(year, cadre, record, done, dice);
    });
  });
}

// Not kept, and why is written there.
void plan_broken(Year& year) {
  tell(year, "broken", year.times(100, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 300);
    auto& label = year.label("broken", {}, "a promise that could not be kept, with the reason");
    const auto commitment = honest_commitment(dice, slot.day, static_cast<int>(dice.between(8, 25)));
    const auto when = local(slot.day, 10);
    const auto done = year.free_at(slot.cadre.phone, local(commitment.due - 1, 16));
    year.at(when, [&year, &label, slot, commitment, when, done] {
      const auto& cadre = slot.cadre;
      const auto record = year.add(cadre, "commitment", 1, fields(commitment), when);
      label.records.insert(record->id);
      year.at(done, [&year, cadre, record, done] {
        year.phone(cadre).save(
            *record,
            {{"kept_on", changelog::Date{local_days(done)}},
             {"outcome", choice("broken")},
             {"reason", std::string("Mưa lũ cuốn mất đoạn mương, phải chờ vốn sửa chữa lớn")}},
            cadre.who, done);
      });
    });
  });
}

// A project that people call by its short name.
void plan_short_name(Year& year) {
  tell(year, "short_name", year.times(150, 4), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 60, 280);
    auto& label = year.label("short_name", {}, "visited under the project's short name, without a link");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    auto household = some_household(year, dice, slot.cadre, village);
    household.code = "TT" + std::to_string(number + 1);
    const auto when = local(slot.day, 7);
    auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 9));
    year.at(when, [&year, &label, slot, village, household, visit, when]() mutable {
      auto& commune = year.commune(slot.cadre);
      const auto changes =
          case_of(commune, commune.projects.front(), household.code, village, "agricultural", "inventory");
      label.records.insert(year.add(slot.cadre, "affected_household", 1, changes, when)->id);
      visit.project = commune.projects.front().name.substr(std::string("Dự án ").size());
      label.records.insert(write_visit(year, slot.cadre, visit, local(slot.day, 15))->id);
    });
  });
}

// Handed over or settled early: nobody has to come.
void plan_settled(Year& year) {
  tell(year, "settled", year.times(100, 3), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 60, 280);
    auto& label = year.label("settled", {}, "a household that agreed early and was paid");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    const auto when = local(slot.day, 9);
    const bool early = dice.chance(50);
    year.at(when, [&year, &label, slot, village, number, when, early] {
      auto& commune = year.commune(slot.cadre);
      auto changes = case_of(commune, commune.projects.front(), "XS" + std::to_string(number + 1), village,
                             "agricultural", "handover");
      if (early)
        changes.emplace_back("agreed_early", true);
      else {
        changes.emplace_back("handed_over_on", changelog::Date{slot.day});
        changes.emplace_back("handed_over_m2", std::int64_t{420});
      }
      label.records.insert(year.add(slot.cadre, "affected_household", 1, changes, when)->id);
    });
  });
}

// Exactly the share that the law wants: two thirds, or half and one.
void plan_exact_votes(Year& year) {
  tell(year, "exact_vote", year.times(100, 3), [&](Dice& dice, std::size_t number) {
    const auto slot = year.take_days(dice, 1, 10, 350);
    auto& label = year.label("exact_vote", {}, "carried by exactly as many as the law wants");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    auto meeting = honest_meeting(year, dice, slot.cadre, village, local(slot.day, 19));
    const auto total = year.commune(slot.cadre).villages[village].households;
    const bool two_thirds = number % 2 == 0;
    meeting.votes = {some_vote(dice, two_thirds ? "c1" : "c4", total, meeting.present, true)};
    auto& vote = meeting.votes[0];
    vote.agree = two_thirds ? (2 * total + 2) / 3 : total / 2 + 1;
    vote.against = meeting.present - vote.agree;
    vote.other = 0;
    meeting.signers = four_signers(dice);
    const auto when = local(slot.day, 22);
    year.at(when, [&year, &label, slot, meeting, when, total] {
      const auto record = write_meeting(year, slot.cadre, meeting, when);
      label.records.insert(record->id);
      const auto decision =
          decision_of(year, slot.cadre, "D", meeting, record->id, meeting.votes[0], total, local_days(when));
      label.records.insert(
          year.add_signed(slot.cadre, "community_decision", 1, fields(decision), when + 20 * kMinute)->id);
    });
  });
}

}  // namespace

void plan_odd_people(Year& year) {
  plan_stubborn(year);
  plan_twin(year);
  plan_typo(year);
  plan_broken(year);
  plan_short_name(year);
  plan_settled(year);
  plan_exact_votes(year);
}

}  // namespace gandan::dataset
