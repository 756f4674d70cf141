// Honest oddities of what records say and of how they change.
#include "dataset/acts.hpp"
#include "dataset/texts.hpp"
#include "records/workflow.hpp"

namespace gandan::dataset {
namespace {

// The paragraph of the province's training, word for word, in many communes; households had nothing to ask.
void plan_standard(Year& year) {
  tell(year, "standard", year.times(60, 2), [&](Dice& dice, std::size_t number) {
    auto& label =
        year.label("standard", {}, "a standard explanation, and households that had nothing to ask");
    for (int person = 0; person < 3; ++person) {
      const auto slot = year.take_days(dice, 1, 10, 355);
      for (int i = 0; i < 4; ++i) {
        auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 8 + i), 30);
        visit.household += "C" + std::to_string(i);
        visit.place += " " + std::to_string(i);
        visit.position.reset();
        visit.minutes = "signed";
        visit.explained = texts::standard_explanation(number);
        visit.wishes = texts::no_wishes(dice);
        visit.outcome = "agreed";
        const auto when = visit.end + 4 * kMinute;
        write_at(year, label, slot.cadre, visit, when);
      }
    }
  });
}

// Market day: eighty households come together; each has its record, with one beginning, one place, one photo
// and what was said to all.
void plan_market(Year& year) {
  tell(year, "market", year.times(30, 1), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 60, 350);
    auto& label =
        year.label("market", {}, "one gathering on market day, a record for each of eighty households");
    const auto& commune = year.commune(slot.cadre);
    const auto photo = some_photo(dice);
    const auto explained = texts::standard_explanation(1) + " " + texts::explained(dice);
    const auto where = commune.centre.moved(1500, 900);
    for (int i = 0; i < 80; ++i) {
      auto household = some_household(year, dice, slot.cadre,
                                      year.phone(slot.cadre).villages[static_cast<std::size_t>(i) % 5]);
      household.code = "M" + std::to_string(i + 1);
      auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 8), 150);
      visit.project = commune.projects.front().name;
      visit.place = "Chợ phiên, nhà bạt của Mặt trận";
      visit.position = fix(where, dice, 10);
      visit.explained = explained;
      visit.wishes =
          "Bà con nhất trí, đề nghị làm sớm trước mùa mưa và công khai danh sách ở chợ để mọi người cùng "
          "biết.";
      visit.outcome = "agreed";
      visit.files = {photo};
      const auto when = local(slot.day, 11, i);
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

// A gathering at the hall: people come one after another, all stay until the end, and each record says when
// its household came.
void plan_one_after_another(Year& year) {
  tell(year, "one_after_another", year.times(60, 2), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label =
        year.label("one_after_another", {}, "one gathering to which households came one after another");
    const auto village = dice.pick(year.phone(slot.cadre).villages);
    const auto& place = year.commune(slot.cadre).villages[village];
    const auto photo = some_photo(dice);
    for (int i = 0; i < 9; ++i) {
      auto household = some_household(year, dice, slot.cadre, village);
      household.code = "V" + std::to_string(i + 1);
      auto visit = plain_visit_to(year, dice, slot.cadre, household, local(slot.day, 8, i * 3), 10);
      visit.end = local(slot.day, 10);
      visit.place = "Nhà văn hoá thôn " + place.name;
      visit.position = fix(place.hall(), dice, 10);
      visit.files = {photo};
      const auto when = local(slot.day, 10, 5 + i * 4);
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

// Two photos with as many bytes, and nothing else in common.
void plan_same_size(Year& year) {
  tell(year, "same_size", year.times(60, 2), [&](Dice& dice, std::size_t number) {
    auto& label = year.label("same_size", {}, "two photos of one size");
    for (int i = 0; i < 2; ++i) {
      const auto slot = year.take_days(dice, 1, 10, 355);
      Bytes picture(7000 + number % 3000);
      for (auto& byte : picture) byte = static_cast<std::uint8_t>(dice.next());
      auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
      visit.files = {attach(year, slot.cadre, "anh.jpg", picture)};
      const auto when = local(slot.day, 15);
      write_at(year, label, slot.cadre, visit, when);
    }
  });
}

// A slip, mended within the hour of signing.
void plan_slip(Year& year) {
  tell(year, "slip", year.times(150, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 355);
    auto& label = year.label("slip", {}, "a slip that was mended within the hour");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = local(slot.day, 15), mended = when + dice.between(5, 40) * kMinute;
    year.at(when, [&year, &label, slot, visit, when, mended] {
      const auto record = write_visit(year, slot.cadre, visit, when);
      label.records.insert(record->id);
      year.at(mended, [&year, slot, visit, record, mended] {
        year.phone(slot.cadre)
            .save(
                *record,
                {{"@reason", std::string("Gõ nhầm")}, {"end", changelog::Instant{visit.end + 10 * kMinute}}},
                slot.cadre.who, mended);
        year.sign(slot.cadre, *record, mended + kMinute, "Gõ nhầm");
      });
    });
  });
}

// Asked, mended, accepted; the story of what questions are for.
void plan_mended(Year& year) {
  tell(year, "mended", year.times(150, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 300);
    auto& label = year.label("mended", {}, "asked for, corrected and accepted");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = local(slot.day, 15);
    year.at(when, [&year, &label, slot, visit, when] {
      const auto record = write_visit(year, slot.cadre, visit, when);
      label.records.insert(record->id);
      year.review(record, slot.cadre.phone, when + 3 * kDayMs, "Kết quả ghi khác biên bản?",
                  [&year, slot, record](std::int64_t asked) {
                    const auto later = year.free_at(slot.cadre.phone, asked + 2 * kDayMs);
                    year.at(later, [&year, slot, record, later] {
                      year.read_up(slot.cadre);
                      year.phone(slot.cadre)
                          .save(*record,
                                {{"@reason", std::string("Theo biên bản")},
                                 {"outcome", choice("partly")},
                                 {"met", choice("authorised")}},
                                slot.cadre.who, later);
                      year.sign(slot.cadre, *record, later + kMinute, "Theo biên bản");
                      year.review(record, slot.cadre.phone, later + 4 * kDayMs, "");
                    });
                  });
    });
  });
}

// A slip, mended within the hour, while the office's question about it was on its way: the phone had heard
// nothing of it, and what it signed says so.
void plan_crossed(Year& year) {
  tell(year, "crossed", year.times(120, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 1, 10, 340, true);
    auto& label = year.label("crossed", {}, "a slip, mended while a question about it was on its way");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    const auto when = local(slot.day, 15);
    year.at(when, [&year, &label, slot, visit, when] {
      const auto record = write_visit(year, slot.cadre, visit, when);
      label.records.insert(record->id);
      year.province.push(year.phone(slot.cadre));
      const auto mine = std::make_shared<Record>(*record);  // what the phone knows of it from here on
      year.review(record, slot.cadre.phone, when + 10 * kMinute, "Giờ kết thúc có đúng không?",
                  [&year](std::int64_t) { year.province.push(*year.office); });
      const auto mended = when + 35 * kMinute;
      year.at(mended, [&year, slot, visit, mine, mended] {
        year.phone(slot.cadre)
            .save(
                *mine,
                {{"@reason", std::string("Gõ nhầm")}, {"end", changelog::Instant{visit.end + 10 * kMinute}}},
                slot.cadre.who, mended);
        year.sign(slot.cadre, *mine, mended + kMinute, "Gõ nhầm");
      });
    });
  });
}

// Two wrote in one draft, out of each other's reach; one signed, and the other went on without knowing.
void plan_unknowing(Year& year) {
  tell(year, "unknowing", year.times(100, 3), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 12, 10, 340, true);
    auto& label = year.label("unknowing", {},
                             "a colleague without signal went on with a draft that was signed meanwhile");
    const Cadre signer{year.other_phone(slot.cadre.phone, dice), {}};
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    year.at(local(slot.day, 10), [&year, &label, slot, signer, visit] {
      auto& phone = year.phone(slot.cadre);
      const auto record = year.add(slot.cadre, "mobilisation_visit", 2, fields(visit, phone, phone.unit),
                                   local(slot.day, 10));
      label.records.insert(record->id);
      year.province.push(phone);
      // What the other one knows of it from here on.
      const auto seen = std::make_shared<Record>(*record);
      auto who = signer;
      who.who = year.phones[signer.phone]->holders.front();
      const auto signs = year.free_at(signer.phone, local(slot.day + 1, 9));
      year.at(signs, [&year, who, seen, signs] { year.sign(who, *seen, signs); });
      const auto goes_on = local(slot.day + 9, 10);
      year.at(goes_on, [&year, slot, record, visit, goes_on] {
        year.phone(slot.cadre)
            .save(*record, {{"end", changelog::Instant{visit.end + 15 * kMinute}}}, slot.cadre.who, goes_on);
      });
    });
    year.at(local(slot.day + 11, 20), [&year, slot] { year.province.push(year.phone(slot.cadre)); });
  });
}

}  // namespace

void plan_odd_content(Year& year) {
  plan_standard(year);
  plan_market(year);
  plan_one_after_another(year);
  plan_same_size(year);
  plan_slip(year);
  plan_mended(year);
  plan_crossed(year);
  plan_unknowing(year);
}

}  // namespace gandan::dataset
