// Who works where: communes on a grid of eleven kilometres, villages within five of their office, phones that
// one or two people share, rolls, and an office for the whole province.
#include "dataset/must.hpp"
#include "dataset/texts.hpp"
#include "dataset/year.hpp"
#include "records/order.hpp"
#include "vault/journal.hpp"

namespace gandan::dataset {
namespace {

constexpr double kBetweenCommunes = 11'000;  // metres
constexpr Point kFirstCommune{21.45, 106.35};
constexpr const char* kOffices[] = {"Cán bộ địa chính",     "Cán bộ dân vận",  "Cán bộ văn hoá",
                                    "Phó Chủ tịch UBND xã", "Cán bộ Mặt trận", "Công chức tư pháp"};

// A unit's name is a record that an administrator writes.
void name_unit(vault::Vault& admin, const UnitId& unit, const char* kind, const std::string& code,
               const std::string& name) {
  const auto feed = must(vault::open_feed(admin, unit));
  vault::IdMaker ids(feed);
  const auto record = ids.record();
  must(vault::save(admin, unit, record,
                   {{"@kind", std::string("unit_profile")},
                    {"@schema", std::int64_t{2}},
                    {"code", code},
                    {"name_vi", name},
                    {"kind", choice(kind)}},
                   {}, ids));
}

}  // namespace

void Year::lay_out() {
  const auto& size = options.size;
  name_unit(province.administrator(), province.top(), "province", "20", "Tỉnh Lạng Sơn");
  communes.resize(size.communes);
  for (std::size_t i = 0; i < communes.size(); ++i) {
    communes[i].name = "Xã " + texts::commune_name(i);
    communes[i].unit = province.add_unit();
    name_unit(province.administrator(), communes[i].unit, "xa", std::to_string(20'000 + i), communes[i].name);
    communes[i].centre = kFirstCommune.moved(static_cast<double>(i / 8) * kBetweenCommunes,
                                             static_cast<double>(i % 8) * kBetweenCommunes);
  }
  for (std::size_t i = 0; i < size.devices; ++i) {
    const auto in = i % communes.size();
    phones.push_back(province.enrol(roster::Role::cadre, communes[in].unit));
    communes[in].phones.push_back(i);
    commune_of.push_back(in);
  }
  office = province.enrol(roster::Role::office, province.top());
  reserved_.resize(phones.size());
  taken_.resize(phones.size());
  province.settle();
  for (auto& phone : phones) province.open_feed(*phone, phone->unit);
  for (auto& commune : communes) province.open_feed(*office, commune.unit);
  for (std::size_t i = 0; i < communes.size(); ++i) lay_out_commune(i);
  office->holders = {phones[communes[0].phones.front()]->holders.front()};
  sync_all();
}

void Year::lay_out_commune(std::size_t number) {
  auto& commune = communes[number];
  Dice dice(options.seed, "layout", number);
  const auto now = local(first_day, 7);
  auto& lead = *phones[commune.phones.front()];
  const auto write = [&](const char* kind, const Changes& changes) {
    ++records_;
    return lead.add(commune.unit, kind, 1, changes, {}, now);
  };
  std::size_t code = 0;
  for (const auto phone : commune.phones)
    for (int i = 0, people = dice.chance(35) ? 2 : 1; i < people; ++i) {
      const auto holder =
          write("holder", {{"code", "CB" + std::to_string(number) + "-" + std::to_string(++code)},
                           {"role", choice("cadre")},
                           {"display", std::string(dice.pick(kOffices))}});
      phones[phone]->holders.push_back(HolderId::from(holder->id.view()));
    }
  const auto villages = 14 + dice.below(12);
  for (std::size_t i = 0; i < villages; ++i) {
    Village village;
    village.name = texts::village_name(number * 26 + i);
    // Around the office, a ring of seven and another one further out, moved a little.
    const double angle = static_cast<double>(i) * 2.399963,
                 far = 900 + 3600 * std::sqrt(static_cast<double>(i) / 26);
    village.centre = commune.centre.moved(far * std::sin(angle), far * std::cos(angle));
    village.households = dice.between(38, 160);
    village.record = write("village", {{"kind", choice("thon")}, {"name", village.name}})->id;
    Changes roll{{"village", link(village.record)}, {"as_of", changelog::Date{first_day}}};
    std::string order;
    for (std::int64_t h = 1; h <= village.households; ++h) {
      const auto item = add_item(roll, "households", order, lead, commune.unit);
      roll.emplace_back(item + ".code", "H" + std::to_string(h));
    }
    const auto rolled = write("household_roll", roll);
    lead.sign(*rolled, province.realm(), judged(*rolled), {}, now);
    village.roll = rolled->id;
    commune.villages.push_back(std::move(village));
  }
  commune.projects.resize(1 + options.size.records / communes.size() / 6000);
  for (std::size_t p = 0; p < commune.projects.size(); ++p) {
    auto& project = commune.projects[p];
    project.name =
        texts::project_name(number + p * 3, commune.name.substr(4)) + (p < 6 ? "" : " " + std::to_string(p));
    for (std::size_t v = 0; v < 4; ++v) project.villages.push_back((p * 5 + v * 2) % commune.villages.size());
  }
  for (std::size_t i = 0; i < commune.phones.size(); ++i) {
    auto& works = phones[commune.phones[i]]->villages;
    for (std::size_t v = 0; v < 5; ++v) works.push_back((i * 3 + v) % commune.villages.size());
  }
}

}  // namespace gandan::dataset
