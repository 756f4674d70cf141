// The honest year: each phone's days. Most are quiet; on others its people go from house to house in one
// village, hold a meeting in the evening, receive people at the office, and write it down the same day, some
// in the evening, a few the next days. They sync when there is signal: daily, weekly, once in five weeks.
#include "dataset/acts.hpp"
#include "dataset/must.hpp"
#include "dataset/texts.hpp"
#include "records/workflow.hpp"

namespace gandan::dataset {
namespace {

constexpr int kWorkingDays = 303;  // without Sundays and Tết
constexpr std::int64_t kSyncEvery[] = {1, 1, 2, 2, 3, 3, 5, 7, 7, 14, 35};
constexpr const char* kFields[] = {"land", "policy", "environment", "construction", "order", "family"};

bool is_holiday(std::int32_t day) {
  const auto date = civil_from_days(day);
  const bool tet = date.year == 2026 && date.month == 2 && date.day >= 14 && date.day <= 22;
  return (day + 4) % 7 == 0 || tet;  // 1970-01-01 was a Thursday
}

}  // namespace

class Background {
 public:
  explicit Background(Year& year) : year_(year), todo_(year.phones.size()) {}

  void plan() {
    Dice dice(year_.options.seed, "projects");
    for (std::size_t i = 0; i < year_.communes.size(); ++i) plan_projects(i, dice);
    for (std::size_t i = 0; i < year_.phones.size(); ++i) {
      Dice own(year_.options.seed, "phone", i);
      const auto every = own.pick(kSyncEvery);
      year_.phones[i]->clock_error =
          own.between(-90, 90) * 1000 + (own.chance(6) ? own.between(10, 45) * kMinute : 0);
      next_sync(i, local(year_.first_day + 2, 0), every, own);
    }
    for (auto day = year_.first_day + 3; day <= year_.last_day; ++day)
      year_.at(local(day, 0, 1), [this, day] { plan_day(day); });
  }

 private:
  struct Task {  // a household that waits for its first visit
    std::size_t project, household;
  };

  void next_sync(std::size_t phone, std::int64_t from, std::int64_t every, Dice dice) {
    if (local_days(from) > year_.last_day + 15) return;
    const auto hour = dice.chance(70) ? 19 + dice.below(4) : 11 + dice.below(6);
    const auto when =
        from + static_cast<std::int64_t>(hour) * kHour + static_cast<std::int64_t>(dice.below(3600)) * 1000;
    year_.at(when, [this, phone, from, every, dice, when] {
      const auto& all = year_.reserved_[phone];
      const bool quiet = std::any_of(all.begin(), all.end(), [&](const auto& one) {
        return one.quiet && one.from <= when && when < one.until;
      });
      auto again = dice;
      if (!quiet) year_.province.push(*year_.phones[phone]);
      next_sync(phone, from + (quiet ? 1 : every) * kDayMs, every, again);
    });
  }

  // A project is decided; its households are put on the list within weeks, and visited within two months.
  void plan_projects(std::size_t number, Dice& dice) {
    auto& commune = year_.communes[number];
    const auto per_commune = year_.options.size.records / year_.communes.size();
    const auto projects = commune.projects.size();
    const auto households = std::max<std::size_t>(8, per_commune * 5 / 100 / projects);
    for (std::size_t p = 0; p < projects; ++p) {
      auto& project = commune.projects[p];
      const auto starts = year_.first_day + static_cast<std::int32_t>(p == 0 ? 3 : dice.between(3, 200));
      const Cadre lead{commune.phones.front(), year_.phones[commune.phones.front()]->holders.front()};
      year_.at(local(starts, 7), [this, number, p, lead, starts, households] {
        auto& one = year_.communes[number].projects[p];
        one.record = year_
                         .add(lead, "project", 1,
                              {{"name", one.name},
                               {"decided_on", changelog::Date{starts}},
                               {"decision_level", choice("province")},
                               {"area_m2", std::int64_t{85'000}},
                               {"households", static_cast<std::int64_t>(households)},
                               {"status", choice("inventory")}},
                              local(starts, 7))
                         ->id;
      });
      for (std::size_t h = 0; h < households; ++h) {
        Dice own(year_.options.seed, "household", number * 1'000'000 + p * 100'000 + h);
        Household household;
        household.code = std::string(h + 1 < 10 ? "H00" : h + 1 < 100 ? "H0" : "H") + std::to_string(h + 1);
        household.village = own.pick(project.villages);
        household.home = commune.villages[household.village].centre.moved(
            static_cast<double>(own.between(-800, 800)), static_cast<double>(own.between(-800, 800)));
        project.households.push_back(household);
        const auto listed = starts + 1 + static_cast<std::int32_t>(own.between(0, 40));
        year_.at(local(listed, 7, 30),
                 [this, number, p, h, own]() mutable { list_household(number, p, h, own); });
      }
    }
  }

  void list_household(std::size_t number, std::size_t p, std::size_t h, Dice& dice) {
    auto& commune = year_.communes[number];
    auto& project = commune.projects[p];
    auto& household = project.households[h];
    std::size_t by = commune.phones.front();
    const auto now = year_.clock.wall_ms();
    for (int i = 0; i < 20; ++i)
      if (const auto other = dice.pick(commune.phones);
          !year_.is_taken(other) && !year_.reserved(other, now - kDayMs, now + kDayMs)) {
        by = other;
        break;
      }
    const Cadre cadre{by, year_.phones[by]->holders.front()};
    household.record = year_.add(
        cadre, "affected_household", 1,
        case_of(commune, project, household.code, household.village, "agricultural", "before_notice"), now);
    year_.at(now + dice.between(2, 30) * kDayMs, [this, by, p, h] { todo_[by].push_back({p, h}); });
  }

  void plan_day(std::int32_t day) {
    if (year_.options.progress) year_.options.progress(day, year_.records());
    if (is_holiday(day)) return;
    const auto left = std::max<std::int64_t>(1, (year_.last_day - day) * kWorkingDays / 365);
    const auto wanted = year_.options.size.records;
    const auto made = year_.records() + planned_;
    const double each = made >= wanted ? 0
                                       : static_cast<double>(wanted - made) / static_cast<double>(left) /
                                             static_cast<double>(year_.phones.size());
    for (std::size_t i = 0; i < year_.phones.size(); ++i) {
      if (year_.reserved(i, local(day, 0), local(day + 1, 0))) continue;
      Dice dice(year_.options.seed, "day", static_cast<std::uint64_t>(day) * 100'000 + i);
      auto acts = static_cast<std::size_t>(2 * each * dice.share() + dice.share());
      acts = std::max(acts, std::min<std::size_t>(todo_[i].size(), 6));
      if (acts != 0) plan_phone(i, day, std::min<std::size_t>(acts, 14), dice);
    }
  }

  void plan_phone(std::size_t phone, std::int32_t day, std::size_t acts, Dice& dice) {
    const Cadre cadre{phone, dice.pick(year_.phones[phone]->holders)};
    auto now = local(day, 7, static_cast<int>(30 + dice.below(60)));
    const auto village = dice.pick(year_.phones[phone]->villages);
    if (todo_[phone].empty() && dice.chance(25)) {  // a day at the office
      for (std::size_t i = 0; i < acts && now < local(day, 17); ++i) {
        plan_reception(cadre, now, dice);
        now += dice.between(20, 70) * kMinute;
      }
      return;
    }
    std::optional<Point> last;
    for (std::size_t i = 0; i < acts && now < local(day, 17, 30); ++i) {
      const auto minutes = dice.between(8, acts > 8 ? 35 : 55);
      now = plan_visit(cadre, village, now, minutes, last, dice);
      // On foot or by motorbike to the next house.
      now += (minutes + dice.between(6, 20)) * kMinute;
      if (local_time(now).hour == 12) now = local(day, 13, 30);
    }
    const bool meets = dice.chance(12);
    if (meets) plan_meeting(cadre, village, local(day, 19, static_cast<int>(dice.below(4) * 15)), dice);
    if (dice.chance(4)) plan_session(cadre, village, local(day, 18, 30), dice);
    if (!meets && dice.chance(2)) plan_dialogue(cadre, local(day, 19, 30), dice);
    if (!meets && dice.chance(2)) plan_ballot(cadre, village, day, dice);
  }

  // When it is written down: at once, in the evening, on one of the next days.
  std::int64_t written(std::size_t phone, std::int64_t end, Dice& dice) {
    const auto roll = dice.below(100);
    auto when = end + dice.between(1, 15) * kMinute / 3;
    if (roll >= 70)
      when =
          std::max(when, local(local_days(end), 21, 30) + static_cast<std::int64_t>(dice.below(5000)) * 1000);
    if (roll >= 92)
      when = local(local_days(end) + static_cast<std::int32_t>(dice.between(1, 3)), 8,
                   static_cast<int>(dice.below(50)));
    if (roll >= 99) when += kDayMs;
    // Who is called away writes it before.
    return year_.free_at(phone, when) == when ? when : end + kMinute;
  }

  // Returns when it really begins: who has to ride to another village comes later.
  std::int64_t plan_visit(const Cadre& cadre, std::size_t village, std::int64_t start, std::int64_t minutes,
                          std::optional<Point>& last, Dice& dice) {
    const auto& commune = year_.commune(cadre);
    auto& todo = todo_[cadre.phone];
    const Project* project = nullptr;
    Household household;
    if (!todo.empty()) {
      project = &commune.projects[todo.back().project];
      household = project->households[todo.back().household];
      todo.pop_back();
    } else if (const auto* known = some_case(commune, village, dice); known != nullptr && dice.chance(60)) {
      for (const auto& one : commune.projects)
        if (known >= one.households.data() && known < one.households.data() + one.households.size())
          project = &one;
      household = *known;
    } else {
      household = some_household(year_, dice, cadre, village);
    }
    if (year_.is_taken(cadre.phone)) household.record = nullptr;
    if (last) start += ride(*last, household.home);
    last = household.home;
    const auto begins = start;
    if (dice.chance(55)) start -= start % (5 * kMinute);  // as people write times
    auto visit = honest_visit(year_, dice, cadre, project, household, start, minutes);
    const auto when = written(cadre.phone, visit.end, dice);
    if (visit.met != "nobody" && dice.chance(9)) plan_pledge(cadre, visit, when, dice);
    ++planned_;
    year_.at(when, [this, cadre, visit, when, dice]() mutable {
      --planned_;
      const auto record = write_visit(year_, cadre, visit, when);
      follow_pledge(cadre, record, visit, when, dice);
      if (dice.chance(5)) plan_review(cadre, record, when, dice);
    });
    return begins;
  }

  // By motorbike, beyond the next houses: 20 km an hour on such roads.
  static std::int64_t ride(const Point& from, const Point& to) {
    const double metres = std::hypot((to.north - from.north) * 111'195, (to.east - from.east) * 103'000);
    return metres < 1000 ? 0 : static_cast<std::int64_t>(metres / 20'000 * kHour);
  }

  // The case that somebody made for a household of the village, where it was listed.
  const Household* some_case(const Commune& commune, std::size_t village, Dice& dice) {
    for (const auto& project : commune.projects)
      for (int i = 0; i < 6 && !project.households.empty(); ++i)
        if (const auto& one = dice.pick(project.households); one.record != nullptr && one.village == village)
          return &one;
    return nullptr;
  }

  void plan_pledge(const Cadre&, Visit& visit, std::int64_t when, Dice& dice) {
    Pledge pledge;
    pledge.what = texts::promise(dice);
    pledge.due = local_days(when) + static_cast<std::int32_t>(dice.between(7, 40));
    visit.pledges.push_back(pledge);
  }

  // What was promised at a visit is followed in a record of its own, as the form says.
  void follow_pledge(const Cadre& cadre, const RecordPtr& record, const Visit& visit, std::int64_t when,
                     Dice& dice) {
    for (const auto& pledge : visit.pledges) {
      auto commitment = honest_commitment(dice, local_days(visit.start), 0);
      commitment.party = pledge.party;
      commitment.what = pledge.what;
      commitment.due = pledge.due;
      commitment.visit = record->id;
      follow(cadre, commitment, when + 4 * kMinute, dice);
    }
  }

  void follow(const Cadre& cadre, const Commitment& commitment, std::int64_t when, Dice& dice) {
    const auto record = year_.add(cadre, "commitment", 1, fields(commitment), when);
    auto due = commitment.due;
    if (dice.chance(12)) {  // renewed in time
      const auto moved = std::max(year_.free_at(cadre.phone, local(due - 2, 9)), when + kMinute);
      if (local_days(moved) < due) {
        due += 15;
        year_.at(moved, [this, cadre, record, moved, due] {
          year_.phone(cadre).save(*record, {{"due", changelog::Date{due}}}, cadre.who, moved);
        });
      }
    }
    const auto wanted =
        std::max(local(due + static_cast<std::int32_t>(dice.between(-6, 4)), 15), when + kMinute);
    const auto by = who_is_there(cadre, wanted);
    const auto done = year_.free_at(by.phone, wanted);
    year_.at(done, [this, by, record, done, dice]() mutable {
      auto& phone = year_.phone(by);
      const auto changes = kept(dice, phone, record->unit, local_days(done));
      phone.save(*record, changes, by.who, done);
      if (dice.chance(50)) year_.sign(by, *record, done + kMinute);
    });
  }

  // Who follows what a colleague promised when that one is away.
  Cadre who_is_there(const Cadre& cadre, std::int64_t ms) {
    if (year_.free_at(cadre.phone, ms) == ms) return cadre;
    for (const auto other : year_.commune(cadre).phones)
      if (!year_.is_taken(other) && year_.free_at(other, ms) == ms)
        return {other, year_.phones[other]->holders.front()};
    return cadre;
  }

  // The office looks: it accepts; or it asks, and is answered by a correction or in words.
  void plan_review(const Cadre& cadre, const RecordPtr& record, std::int64_t when, Dice& dice) {
    const auto looks = when + dice.between(2, 9) * kDayMs;
    if (dice.chance(70)) {
      year_.review(record, cadre.phone, looks, "");
      return;
    }
    const bool in_words = dice.chance(40);
    year_.review(
        record, cadre.phone, looks, "Đề nghị kiểm tra lại giờ kết thúc.",
        [this, cadre, record, dice, in_words](std::int64_t asked) mutable {
          const auto answers = year_.free_at(cadre.phone, asked + dice.between(1, 5) * kDayMs);
          year_.at(answers, [this, cadre, record, dice, in_words, answers] {
            year_.read_up(cadre);
            auto& phone = year_.phone(cadre);
            if (in_words) {
              answer_in_words(cadre, *record, answers);
              return;
            }
            phone.save(*record,
                       {{"@reason", std::string("Sửa theo ý kiến của cơ quan")}, {"end", later_end(*record)}},
                       cadre.who, answers);
            year_.sign(cadre, *record, answers + kMinute, "Sửa theo ý kiến của cơ quan");
            auto more = dice;
            year_.review(record, cadre.phone, answers + more.between(1, 6) * kDayMs, "");
          });
        });
  }

  static changelog::Value later_end(const Record& record) {
    const auto& ops = record.state.cells().at("end").ops;
    return changelog::Instant{std::get<changelog::Instant>(ops.back().value).ms + 7 * kMinute};
  }

  void answer_in_words(const Cadre& cadre, Record& record, std::int64_t now) {
    changelog::Mark mark;
    mark.seen = record.state.seen();
    mark.content =
        changelog::content_hash(year_.province.realm(), record.unit, record.id, record.state, mark.seen);
    mark.reason = "Đã đối chiếu sổ của thôn, giờ ghi là đúng.";
    year_.phone(cadre).save(record, {{std::string(records::kAnswerMark), mark}}, cadre.who, now);
  }

  void plan_reception(const Cadre& cadre, std::int64_t start, Dice& dice) {
    const auto when = written(cadre.phone, start + 15 * kMinute, dice);
    ++planned_;
    year_.at(when, [this, cadre, start, when, dice]() mutable {
      --planned_;
      const auto record = year_.add_signed(cadre, "citizen_reception", 1,
                                           {{"number", std::to_string(1 + dice.below(900)) + "/TCD"},
                                            {"received_at", changelog::Instant{start}},
                                            {"session", choice("regular")},
                                            {"receiver", std::string("Công chức tiếp dân")},
                                            {"person_code", "D" + std::to_string(1 + dice.below(5000))},
                                            {"people", dice.between(1, 4)},
                                            {"matter", choice(dice.chance(70) ? "reflection" : "petition")},
                                            {"field", choice(dice.pick(kFields))},
                                            {"content", texts::petition(dice)},
                                            {"request", texts::request(dice)},
                                            {"handling", choice("explained")}},
                                           when);
      if (!dice.chance(12)) return;
      auto commitment = honest_commitment(dice, local_days(start), static_cast<int>(dice.between(7, 30)));
      commitment.reception = record->id;
      follow(cadre, commitment, when + 5 * kMinute, dice);
    });
  }

  void plan_meeting(const Cadre& cadre, std::size_t village, std::int64_t start, Dice& dice) {
    const auto meeting = honest_meeting(year_, dice, cadre, village, start);
    const auto when = written(cadre.phone, meeting.end, dice);
    ++planned_;
    year_.at(when, [this, cadre, village, meeting, when, dice]() mutable {
      --planned_;
      const auto record = write_meeting(year_, cadre, meeting, when);
      auto& commune = year_.commune(cadre);
      const auto total = commune.villages[village].households;
      for (const auto& vote : meeting.votes) {
        const bool two_thirds = vote.clause <= "c2";
        if (two_thirds ? 3 * vote.agree < 2 * total : 2 * vote.agree <= total) continue;  // it fell short
        const auto decided = year_.free_at(cadre.phone, when + dice.between(1, 5) * kDayMs);
        const auto decision =
            decision_of(year_, cadre, "", meeting, record->id, vote, total, local_days(decided));
        year_.at(decided, [this, cadre, decision, decided] {
          year_.add_signed(cadre, "community_decision", 1, fields(decision), decided);
        });
      }
    });
  }

  void plan_session(const Cadre& cadre, std::size_t village, std::int64_t start, Dice& dice) {
    const auto& where = year_.commune(cadre).villages[village];
    const auto when = written(cadre.phone, start + 30 * kMinute, dice);
    ++planned_;
    year_.at(when, [this, cadre, start, when, dice, name = where.name]() mutable {
      --planned_;
      year_.add_signed(cadre, "dissemination_session", 1,
                       {{"document_number", std::to_string(100 + dice.below(900)) + "-CV/TU"},
                        {"document_title", texts::document_title(dice)},
                        {"audience", choice("people")},
                        {"present", dice.between(18, 90)},
                        {"start", changelog::Instant{start}},
                        {"end", changelog::Instant{start + 25 * kMinute}},
                        {"place", "Nhà văn hoá thôn " + name},
                        {"questions", texts::question(dice)}},
                       when);
    });
  }

  void plan_dialogue(const Cadre& cadre, std::int64_t start, Dice& dice) {
    const auto dialogue = honest_dialogue(year_, dice, cadre, start);
    const auto when = written(cadre.phone, dialogue.end, dice);
    ++planned_;
    year_.at(when, [this, cadre, dialogue, when, dice]() mutable {
      --planned_;
      const auto record = year_.add_signed(
          cadre, "dialogue", 1, fields(dialogue, year_.phone(cadre), year_.commune(cadre).unit), when);
      if (!dice.chance(30)) return;
      auto commitment =
          honest_commitment(dice, local_days(dialogue.start), static_cast<int>(dice.between(7, 30)));
      commitment.dialogue = record->id;
      follow(cadre, commitment, when + 5 * kMinute, dice);
    });
  }

  void plan_ballot(const Cadre& cadre, std::size_t village, std::int32_t day, Dice& dice) {
    if (day < year_.first_day + 20) return;  // the roll is frozen before anything is announced
    const auto ballot = honest_ballot(year_, dice, cadre, village, day);
    const auto when = written(cadre.phone, local(day, 20), dice);
    ++planned_;
    year_.at(when, [this, cadre, ballot, when] {
      --planned_;
      year_.add_signed(cadre, "ballot", 1, fields(ballot, year_.phone(cadre), year_.commune(cadre).unit),
                       when);
    });
  }

  Year& year_;
  std::vector<std::vector<Task>> todo_;  // by phone
  std::size_t planned_ = 0;              // of this day and not written yet
};

void plan_background(Year& year) {
  const auto background = std::make_shared<Background>(year);
  background->plan();
  year.keep(background);  // as long as its events
}

}  // namespace gandan::dataset
