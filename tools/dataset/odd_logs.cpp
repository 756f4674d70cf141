// Honest oddities of logs: a phone that was restored from a backup goes on in a new one.
#include "dataset/acts.hpp"

namespace gandan::dataset {
namespace {

// A draft was not sent when the phone broke. It stands in the backup, goes out in the next incarnation's log
// with the stamps that it had, and is signed there.
void plan_restored(Year& year) {
  tell(year, "restored", year.times(20, 1), [&](Dice& dice, std::size_t) {
    const auto slot = year.take_days(dice, 4, 30, 340, true);
    auto& label = year.label("restored", {}, "a phone that was restored from a backup");
    const auto visit = plain_visit(year, dice, slot.cadre, local(slot.day, 9));
    year.at(local(slot.day, 7), [&year, slot] { year.province.push(year.phone(slot.cadre)); });
    year.at(local(slot.day, 10), [&year, &label, slot, visit] {
      auto& phone = year.phone(slot.cadre);
      auto& before = phone.feed(phone.unit);
      label.feeds.insert(before.id);
      const auto record = year.add(slot.cadre, "mobilisation_visit", 2, fields(visit, phone, phone.unit),
                                   local(slot.day, 10));
      label.records.insert(record->id);
      auto kept = std::exchange(before.pending, {});
      auto& after = year.province.open_feed(phone, phone.unit, before.incarnation + 1);
      label.feeds.insert(after.id);
      after.pending = std::move(kept);
      const auto signs = local(slot.day + 1, 9);
      year.at(signs, [&year, slot, record, signs] {
        year.sign(slot.cadre, *record, signs);
        year.province.push(year.phone(slot.cadre));
      });
    });
  });
}

}  // namespace

void plan_odd_logs(Year& year) { plan_restored(year); }

}  // namespace gandan::dataset
