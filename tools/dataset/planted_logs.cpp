// Planted: logs of which a dishonest server hands out a part to the supervisor, and one that was written
// twice. What such a phone's people wrote is told of in no other story.
#include "dataset/acts.hpp"
#include "dataset/must.hpp"
#include "protocol/segment.hpp"
#include "vault/ingest.hpp"

namespace gandan::dataset {
namespace {

Cadre cadre_of(Year& year, std::size_t phone) { return {phone, year.phones[phone]->holders.front()}; }

std::size_t some_phone(Year& year, Dice& dice) {
  return year.take_phone(dice, dice.below(year.communes.size()));
}

// A visit of nobody's case, at its time.
RecordPtr write_one(Year& year, Dice& dice, const Cadre& cadre, std::int32_t day) {
  return write_visit(year, cadre, plain_visit(year, dice, cadre, local(day, 9)), local(day, 10));
}

// Three days of it are left out of every answer.
void plan_gap(Year& year) {
  tell(year, "gap", year.times(20, 1), [&](Dice& dice, std::size_t) {
    const auto cadre = cadre_of(year, some_phone(year, dice));
    auto& label =
        year.label("gap", {"feed.gap"}, "segments from the middle of a log are handed out to nobody");
    const auto day = year.first_day + static_cast<std::int32_t>(dice.between(90, 250));
    year.reserve(cadre.phone, local(day - 1, 0), local(day + 4, 0), true);
    const auto cut = std::make_shared<Withheld>();
    year.at(local(day - 1, 12), [&year, cadre] { year.province.push(year.phone(cadre)); });
    year.at(local(day, 10), [&year, &label, cadre, cut, dice, day]() mutable {
      auto& phone = year.phone(cadre);
      auto& feed = phone.feed(phone.unit);
      cut->feed = feed.id;
      cut->first = feed.next;
      for (int i = 0; i < 3; ++i) write_one(year, dice, cadre, day);
      year.province.push(phone);
      cut->until = feed.next - 1;
      cut->last = feed.head;
      label.feeds.insert(feed.id);
      year.withheld.push_back(*cut);
    });
    // What follows it is there.
    year.at(local(day + 3, 10), [&year, cadre, dice, day]() mutable {
      write_one(year, dice, cadre, day + 3);
      year.province.push(year.phone(cadre));
    });
  });
}

// A colleague signs what the phone wrote last; from there on its log is handed out to nobody.
void plan_tail(Year& year) {
  tell(year, "tail", year.times(20, 1), [&](Dice& dice, std::size_t) {
    const auto cadre = cadre_of(year, some_phone(year, dice));
    auto& label = year.label("tail", {"feed.tail"},
                             "the end of a log is handed out to nobody, and a colleague's record names it");
    const auto day = year.first_day + static_cast<std::int32_t>(dice.between(150, 300));
    year.reserve(cadre.phone, local(day - 1, 0), local(day + 3, 0), true);
    const Cadre colleague = cadre_of(year, year.other_phone(cadre.phone, dice));
    auto visit = plain_visit(year, dice, cadre, local(day, 9));
    year.at(local(day, 10), [&year, &label, cadre, colleague, visit, day] {
      auto& phone = year.phone(cadre);
      const auto record =
          year.add(cadre, "mobilisation_visit", 2, fields(visit, phone, phone.unit), local(day, 10));
      year.province.push(phone);
      auto& feed = phone.feed(phone.unit);
      const Withheld cut{feed.id, feed.next, UINT64_MAX, {}};
      year.withheld.push_back(cut);
      label.feeds.insert(feed.id);
      phone.save(*record, {{"next_date", changelog::Date{day + 20}}}, cadre.who, local(day, 11));
      year.province.push(phone);
      const auto signs = year.free_at(colleague.phone, local(day + 2, 9));
      year.at(signs, [&year, colleague, record, signs] { year.sign(colleague, *record, signs); });
    });
  });
}

// The same place of a log says one thing to the ledger and another in a file that somebody carries.
void plan_fork(Year& year) {
  tell(year, "fork", year.times(20, 1), [&](Dice& dice, std::size_t) {
    const auto cadre = cadre_of(year, some_phone(year, dice));
    auto& label = year.label("fork", {"feed.fork"}, "two segments at one place of a log");
    const auto day = year.first_day + static_cast<std::int32_t>(dice.between(60, 330));
    year.reserve(cadre.phone, local(day - 1, 0), local(day + 2, 0), true);
    year.at(local(day - 1, 12), [&year, cadre] { year.province.push(year.phone(cadre)); });
    year.at(local(day, 10), [&year, &label, cadre, dice, day]() mutable {
      auto& phone = year.phone(cadre);
      auto& feed = phone.feed(phone.unit);
      write_one(year, dice, cadre, day);
      auto other = feed.pending;
      for (auto& op : other)
        if (op.path == "wishes") op.value = std::string("Gia đình không có nguyện vọng gì.");
      const auto segment = year.province.seal_one(phone, feed, other);
      label.feeds.insert(feed.id);
      year.by_hand.push_back([id = feed.id, sequence = feed.next, previous = feed.head,
                              bytes = protocol::encode_in_run(segment), size = phone.checkpoint_size,
                              root = phone.checkpoint_root](vault::Vault& vault) {
        auto ingest = must(vault::Ingest::begin(vault));
        must(ingest->root(size, root));
        must(ingest->segment(id, sequence, previous, bytes, std::nullopt));
        must(ingest->commit());
      });
      year.province.push(phone);
    });
  });
}

}  // namespace

void plan_planted_logs(Year& year) {
  plan_gap(year);
  plan_tail(year);
  plan_fork(year);
}

}  // namespace gandan::dataset
