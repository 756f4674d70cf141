#include "dataset/acts.hpp"

#include "changelog/blob.hpp"
#include "dataset/must.hpp"
#include "dataset/texts.hpp"
#include "records/order.hpp"
#include "vault/attachments.hpp"

namespace gandan::dataset {
namespace {

constexpr const char* kTeam[] = {"Phó Chủ tịch UBND xã",
                                 "Chủ tịch Mặt trận xã",
                                 "Cán bộ địa chính",
                                 "Trưởng thôn",
                                 "Người có uy tín",
                                 "Cán bộ phụ nữ",
                                 "Trưởng ban công tác Mặt trận"};
constexpr const char* kStages[] = {"before_notice", "notice",   "inventory", "inventory_persuasion",
                                   "plan_posted",   "dialogue", "payment",   "handover"};
constexpr const char* kIssues[] = {"price",      "area",   "origin", "assets",     "resettlement",
                                   "livelihood", "graves", "family", "neighbours", "procedure"};
constexpr const char* kClauses[] = {"c1", "c1", "c2", "c3", "c4", "c5", "c6", "c6"};

double some_accuracy(Dice& dice) {
  if (dice.chance(4)) return 800 + static_cast<double>(dice.below(6500));  // it only knows the mast
  if (dice.chance(12)) return 60 + static_cast<double>(dice.below(400));
  return 4 + static_cast<double>(dice.below(40));
}

std::string some_outcome(Dice& dice) {
  const auto roll = dice.below(100);
  return roll < 45 ? "agreed" : roll < 61 ? "partly" : roll < 88 ? "considering" : "disagreed";
}

}  // namespace

std::string campaign(const Commune& commune, std::size_t village) {
  return "Vận động hiến đất làm đường thôn " + commune.villages[village].name;
}

Household some_household(Year& year, Dice& dice, const Cadre& cadre, std::size_t village) {
  const auto& place = year.commune(cadre).villages[village];
  Household out;
  out.village = village;
  out.code = "H" + std::to_string(dice.between(1, place.households));
  out.home = place.centre.moved(static_cast<double>(dice.between(-700, 700)),
                                static_cast<double>(dice.between(-700, 700)));
  return out;
}

Visit honest_visit(Year& year, Dice& dice, const Cadre& cadre, const Project* project,
                   const Household& household, std::int64_t start, std::int64_t minutes) {
  const auto& commune = year.commune(cadre);
  Visit out;
  out.project = project == nullptr ? campaign(commune, household.village) : project->name;
  out.household = household.code;
  if (household.record) out.affected = household.record->id;
  out.stage = dice.pick(kStages);
  const auto first = dice.below(std::size(kTeam));
  for (std::size_t i = 0, people = 1 + dice.below(3); i < people; ++i)
    out.team.emplace_back(kTeam[(first + i * 3) % std::size(kTeam)]);
  out.start = start;
  out.end = start + minutes * kMinute;
  out.place = "Nhà hộ " + household.code + " thôn " + commune.villages[household.village].name;
  if (dice.chance(70)) out.position = fix(household.home, dice, some_accuracy(dice));
  if (dice.chance(30)) out.language = dice.chance(60) ? "Tiếng Tày" : "Tiếng Nùng";
  if (dice.chance(5)) {
    out.met = "nobody";
    out.outcome = "not_met";
    out.minutes = "not_written";
    return out;
  }
  out.met = dice.chance(70) ? "land_user" : "family";
  out.issue = dice.chance(60) ? dice.pick(kIssues) : "none";
  const bool brief = dice.chance(18);  // they had nothing to ask
  out.wishes = brief ? texts::no_wishes(dice) : texts::wishes(dice);
  out.explained =
      dice.chance(brief ? 80 : 35) ? texts::standard_explanation(dice.below(4)) : texts::explained(dice);
  if (dice.chance(25)) out.explained += " " + texts::explained(dice);
  out.outcome = brief ? "agreed" : some_outcome(dice);
  out.minutes = dice.chance(60) ? "signed" : dice.chance(25) ? "refused" : "not_written";
  if (dice.chance(25)) out.files.push_back(some_photo(dice));
  if (!out.position && out.files.empty() && out.minutes == "not_written") out.minutes = "signed";
  return out;
}

Vote some_vote(Dice& dice, const char* clause, std::int64_t total, std::int64_t present, bool carried) {
  Vote out;
  out.clause = clause;
  out.matter = texts::matter(dice, clause);
  const bool two_thirds = clause[1] <= '2';
  const auto least = two_thirds ? (2 * total + 2) / 3 : total / 2 + 1;
  out.agree = carried ? dice.between(least, present)
                      : dice.between(std::min(present, least - 1) / 3, std::min(present, least - 1));
  out.against = dice.between(0, (present - out.agree) / 2);
  out.other = present - out.agree - out.against;
  out.text = (carried ? "Thống nhất: " : "Chưa thống nhất: ") + out.matter;
  return out;
}

std::vector<std::string> four_signers(Dice& dice) {
  const auto one = dice.between(1, 30), other = dice.between(31, 60);
  return {"Trưởng thôn", "Trưởng ban công tác Mặt trận", "Đại diện hộ H" + std::to_string(one),
          "Đại diện hộ H" + std::to_string(other)};
}

Meeting honest_meeting(Year& year, Dice& dice, const Cadre& cadre, std::size_t number, std::int64_t start) {
  const auto& village = year.commune(cadre).villages[number];
  Meeting out;
  out.subject = texts::meeting_subject(dice);
  out.village = village.record;
  out.roll = village.roll;
  out.notice = local_days(start) - static_cast<std::int32_t>(dice.between(2, 6));
  out.start = start;
  out.end = start + dice.between(50, 150) * kMinute;
  out.place = "Nhà văn hoá thôn " + village.name;
  if (dice.chance(75)) out.position = fix(village.hall(), dice, some_accuracy(dice));
  const auto least = village.households * 7 / 10;
  out.present = dice.between(least, village.households);
  for (std::size_t i = 0, items = 1 + dice.below(3); i < items; ++i)
    out.agenda.emplace_back(texts::meeting_subject(dice), texts::discussion(dice));
  for (std::size_t i = 0, votes = dice.below(3); i < votes; ++i)
    out.votes.push_back(
        some_vote(dice, dice.pick(kClauses), village.households, out.present, dice.chance(85)));
  out.conclusion = texts::conclusion(dice);
  if (!out.votes.empty()) out.signers = four_signers(dice);
  if (dice.chance(40)) out.files.push_back(some_photo(dice));
  return out;
}

Ballot honest_ballot(Year& year, Dice& dice, const Cadre& cadre, std::size_t number, std::int32_t day) {
  static constexpr const char* kWithoutMeeting[] = {"c1", "c1", "c2", "c6"};
  const auto& village = year.commune(cadre).villages[number];
  Ballot out;
  out.village = village.record;
  out.roll = village.roll;
  out.counted = out.until = day;
  out.from = day - static_cast<std::int32_t>(dice.between(2, 5));
  out.announced = out.from - static_cast<std::int32_t>(dice.between(2, 6));
  out.issued = village.households;
  out.returned = dice.between(village.households * 9 / 10, village.households);
  out.valid = out.returned - dice.between(0, village.households / 20);
  out.vote = some_vote(dice, dice.pick(kWithoutMeeting), village.households, out.valid, dice.chance(90));
  out.team = {"Trưởng thôn", "Trưởng ban công tác Mặt trận", "Bí thư chi bộ thôn"};
  out.signers = four_signers(dice);
  return out;
}

Dialogue honest_dialogue(Year& year, Dice& dice, const Cadre& cadre, std::int64_t start) {
  Dialogue out;
  out.subject = texts::meeting_subject(dice);
  out.start = start;
  out.end = start + dice.between(60, 120) * kMinute;
  out.place = "Hội trường UBND xã " + year.commune(cadre).name;
  out.present = dice.between(35, 140);
  for (std::size_t i = 0, asked = 2 + dice.below(4); i < asked; ++i) {
    Dialogue::Question question{texts::question(dice), texts::discussion(dice), "agreed", {}};
    const auto roll = dice.below(100);
    if (roll >= 60) question.agreed = roll < 80 ? "partly" : roll < 90 ? "not" : "later";
    if (question.agreed == "later") {
      question.answer.clear();
      question.due = local_days(start) + static_cast<std::int32_t>(dice.between(10, 20));
    }
    out.questions.push_back(std::move(question));
  }
  out.conclusion = "Tiếp thu " + std::to_string(out.questions.size()) +
                   " ý kiến; việc chưa thống nhất giao các ngành trả lời bằng văn bản.";
  return out;
}

Commitment honest_commitment(Dice& dice, std::int32_t made, int days) {
  Commitment out;
  static constexpr const char* kParties[] = {"ubnd", "mttq", "clearance_unit", "household", "village"};
  out.party = dice.pick(kParties);
  out.what = texts::promise(dice);
  out.made = made;
  out.due = made + days;
  return out;
}

Changes kept(Dice& dice, Phone& phone, const UnitId& unit, std::int32_t on) {
  Changes out;
  std::string order;
  const auto item = add_item(out, "progress", order, phone, unit);
  out.emplace_back(item + ".on", changelog::Date{on});
  out.emplace_back(item + ".note", texts::progress(dice));
  out.emplace_back("kept_on", changelog::Date{on});
  out.emplace_back("outcome", choice("kept"));
  if (dice.chance(60)) out.emplace_back("people_told", true);
  return out;
}

Visit plain_visit_to(Year& year, Dice& dice, const Cadre& cadre, const Household& household,
                     std::int64_t start, std::int64_t minutes) {
  for (;;) {
    auto out = honest_visit(year, dice, cadre, nullptr, household, start, minutes);
    if (out.met != "nobody") return out;
  }
}
Visit plain_visit(Year& year, Dice& dice, const Cadre& cadre, std::int64_t start, std::int64_t minutes) {
  const auto village = dice.pick(year.phone(cadre).villages);
  return plain_visit_to(year, dice, cadre, some_household(year, dice, cadre, village), start, minutes);
}

RecordPtr write_visit(Year& year, const Cadre& cadre, const Visit& visit, std::int64_t written) {
  return year.add_signed(cadre, "mobilisation_visit", 2,
                         fields(visit, year.phone(cadre), year.commune(cadre).unit), written);
}
RecordPtr write_meeting(Year& year, const Cadre& cadre, const Meeting& meeting, std::int64_t written) {
  return year.add_signed(cadre, "community_meeting", 2,
                         fields(meeting, year.phone(cadre), year.commune(cadre).unit), written);
}

Decision decision_of(Year& year, const Cadre& cadre, const std::string& series, const Meeting& meeting,
                     const RecordId& held, const Vote& vote, std::int64_t total, std::int32_t day) {
  return {series + std::to_string(++year.commune(cadre).decisions),
          meeting.village,
          held,
          day,
          vote,
          total,
          meeting.present,
          meeting.signers};
}

Changes case_of(const Commune& commune, const Project& project, const std::string& code, std::size_t village,
                const char* land, const char* stage) {
  return {{"code", code},
          {"project", link(project.record)},
          {"village", link(commune.villages[village].record)},
          {"land", choice(land)},
          {"stage", choice(stage)}};
}

void withdraw(Year& year, const Cadre& cadre, Record& record, const char* reason, std::int64_t now) {
  changelog::Mark mark;
  mark.seen = record.state.seen();
  mark.reason = reason;
  year.phone(cadre).save(record, {{std::string(changelog::kDeletedMark), mark}}, cadre.who, now);
}

void write_at(Year& year, Label& label, const Cadre& cadre, const Visit& visit, std::int64_t when) {
  year.at(when, [&year, &label, cadre, visit, when] {
    label.records.insert(write_visit(year, cadre, visit, when)->id);
  });
}

void keep_at(Year& year, const Cadre& cadre, const RecordPtr& commitment, std::int64_t when, Dice dice) {
  year.at(when, [&year, cadre, commitment, when, dice]() mutable {
    auto& phone = year.phone(cadre);
    phone.save(*commitment, kept(dice, phone, commitment->unit, local_days(when)), cadre.who, when);
  });
}

Cadre new_person(Year& year, Cadre cadre, const std::string& code, const char* display, std::int64_t now) {
  cadre.who = {};
  const auto holder =
      year.add(cadre, "holder", 1,
               {{"code", code}, {"role", choice("cadre")}, {"display", std::string(display)}}, now);
  cadre.who = HolderId::from(holder->id.view());
  return cadre;
}

changelog::BlobRef attach(Year& year, const Cadre& cadre, const std::string& name, ByteView picture) {
  auto sealed =
      must(changelog::seal_blob(year.province.realm(), name, "image/jpeg", picture, year.province.random()));
  const auto unit = year.commune(cadre).unit;
  year.by_hand.push_back([chunk = sealed.chunks.front(), unit](vault::Vault& vault) {
    must(vault::keep_chunk(vault, unit, chunk, true));
  });
  return sealed.ref;
}

}  // namespace gandan::dataset
