// Planted: one text for many households, one photo for several visits, nothing that bears a visit out, and
// facts that change after they were signed.
#include "dataset/acts.hpp"
#include "dataset/texts.hpp"

namespace gandan::dataset {
namespace {

// Wishes and explanation copied from household to household, over days, by one or by two people.
void plan_copied(Year& year) {
  tell(year, "copied", year.times(120, 4), [&](Dice& dice, std::size_t) {
    const auto count = dice.between(3, 10);
    auto& label =
        year.label("copied", {"text.alike"}, "one household's words written for " + std::to_string(count));
    const auto wishes = texts::wishes(dice) + " " + texts::wishes(dice);
    const auto explained = dice.chance(50) ? texts::standard_explanation(dice.below(4))
                                           : texts::explained(dice) + " " + texts::explained(dice);
    const auto first = year.take_days(dice, 1, 10, 330);
    auto cadre = first.cadre;
    const bool two = dice.chance(40);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto slot = i == 0 ? first
                        : two && i % 2 == 1
                            ? year.take_days_in(dice, year.commune_of[cadre.phone], 1, 10, 355)
                            : first;
      auto household = some_household(year, dice, slot.cadre, dice.pick(year.phone(slot.cadre).villages));
      household.code = "C" + std::to_string(i * 11 + dice.between(1, 10));
      auto visit =
          plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 8) + i * 50 * kMinute, 30);
      visit.position.reset();
      visit.minutes = "signed";
      visit.wishes = texts::retouched(wishes, dice, i == 0 ? 0 : dice.below(2));
      visit.explained = explained;
      visit.outcome = dice.chance(50) ? "agreed" : "considering";
      const auto when = visit.end + 5 * kMinute;
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

// One picture, attached on different days.
void plan_same_photo(Year& year) {
  tell(year, "same_photo", year.times(120, 4), [&](Dice& dice, std::size_t number) {
    const auto count = dice.between(2, 4);
    auto& label =
        year.label("same_photo", {"photo.same"}, "one photo at " + std::to_string(count) + " visits");
    Bytes picture(900 + number % 5000);
    for (auto& byte : picture) byte = static_cast<std::uint8_t>(dice.next());
    for (std::int64_t i = 0; i < count; ++i) {
      const auto slot = year.take_days(dice, 1, 10, 355);
      auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
      visit.files = {attach(year, slot.cadre, "IMG_" + std::to_string(i) + ".jpg", picture)};
      const auto when = local(slot.day, 15);
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

void plan_bare(Year& year) {
  tell(year, "bare", year.times(400, 6), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("bare", {"evidence.none"}, "nothing bears the visit out");
    auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    visit.position.reset();
    visit.files.clear();
    visit.minutes = "not_written";
    const auto when = local(slot.day, 15);
    write_at(year, label, slot.cadre, visit, when);
  });
}

Changes other_facts(Dice& dice, const Visit& visit) {
  Changes out{{"@reason", std::string("Bổ sung")}};
  switch (dice.below(4)) {
    case 0:
      out.emplace_back("outcome", choice(visit.outcome == "agreed" ? "partly" : "agreed"));
      break;
    case 1:
      out.emplace_back("end", changelog::Instant{visit.end + 25 * kMinute});
      break;
    case 2:
      out.emplace_back("met", choice(visit.met == "family" ? "land_user" : "family"));
      break;
    default:
      out.emplace_back("household", visit.household + "A");
  }
  return out;
}

// Signed; days later something else, and nobody had asked.
void plan_rewritten(Year& year) {
  tell(year, "rewritten", year.times(300, 6), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 300);
    auto& label =
        year.label("rewritten", {"rewrite.final"}, "facts that were signed say something else since");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = local(slot.day, 15);
    const bool again = dice.chance(70);
    const auto later = year.free_at(slot.cadre.phone, when + dice.between(2, 40) * kDayMs);
    const auto changes = other_facts(dice, visit);
    year.at(when, [&year, &label, slot, visit, when, later, again, changes] {
      const auto record = write_visit(year, slot.cadre, visit, when);
      label.records.insert(record->id);
      year.at(later, [&year, slot, record, later, again, changes] {
        year.phone(slot.cadre).save(*record, changes, slot.cadre.who, later);
        if (again) year.sign(slot.cadre, *record, later + kMinute, "Bổ sung");
      });
    });
  });
}

// Asked, changed, and the office never took it.
void plan_asked(Year& year) {
  tell(year, "asked", year.times(150, 4), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 250);
    auto& label = year.label("asked", {"rewrite.asked"}, "changed after a question, and never accepted");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = local(slot.day, 15);
    const auto changes = other_facts(dice, visit);
    const auto waits = dice.between(2, 9) * kDayMs;
    const bool again = dice.chance(70);
    year.at(when, [&year, &label, slot, visit, when, changes, waits, again] {
      const auto record = write_visit(year, slot.cadre, visit, when);
      label.records.insert(record->id);
      year.review(record, slot.cadre.phone, when + waits, "Giờ và kết quả có đúng không?",
                  [&year, slot, record, changes, again](std::int64_t asked) {
                    const auto later = year.free_at(slot.cadre.phone, asked + 3 * kDayMs);
                    year.at(later, [&year, slot, record, changes, later, again] {
                      year.read_up(slot.cadre);
                      year.phone(slot.cadre).save(*record, changes, slot.cadre.who, later);
                      if (again) year.sign(slot.cadre, *record, later + kMinute, "Sửa");
                    });
                  });
    });
  });
}

// Changed days after signing and signed again; a question about it was in the ledger by then, and had not
// come.
void plan_unheard(Year& year) {
  tell(year, "unheard", year.times(80, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 6, 10, 330, true);
    auto& label = year.label("unheard", {"rewrite.final"}, "changed before the question about it had come");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = local(slot.day, 15), later = local(slot.day + 4, 10);
    const auto changes = other_facts(dice, visit);
    const bool again = dice.chance(70);
    year.at(when, [&year, &label, slot, visit, when, later, changes, again] {
      const auto record = write_visit(year, slot.cadre, visit, when);
      label.records.insert(record->id);
      year.province.push(year.phone(slot.cadre));
      const auto mine = std::make_shared<Record>(*record);  // what the phone knows of it from here on
      year.review(record, slot.cadre.phone, when + kDayMs, "Giờ và kết quả có đúng không?");
      year.at(later, [&year, slot, mine, later, changes, again] {
        year.phone(slot.cadre).save(*mine, changes, slot.cadre.who, later);
        if (again) year.sign(slot.cadre, *mine, later + kMinute, "Bổ sung");
      });
    });
  });
}

}  // namespace

void plan_planted_content(Year& year) {
  plan_copied(year);
  plan_same_photo(year);
  plan_bare(year);
  plan_rewritten(year);
  plan_asked(year);
  plan_unheard(year);
}

}  // namespace gandan::dataset
