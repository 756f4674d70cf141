// A year of a province: who works where, and what happens when. Events run in the order of their times; the
// background (background.cpp) fills each phone's days, stories (planted_*.cpp, odd_*.cpp) take days of their
// own and label what they tell.
//
//   lay_out ──> plan stories: they reserve phones' days ──> run: events, day by day ──> supervisor's syncs
//
// Memory grows with what is still to be followed up, not with the records.
//
// Threading: one thread.
#pragma once

#include <functional>
#include <map>

#include "base/calendar.hpp"
#include "dataset/forms.hpp"
#include "dataset/labels.hpp"
#include "dataset/province.hpp"

namespace gandan::dataset {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

struct Size {
  std::size_t communes = 65;
  std::size_t devices = 2000;
  std::size_t records = 1'000'000;
};
// A share of the whole: records exactly, communes and devices as many as stories need at least.
Size size_of(double share);

struct Options {
  std::string folder;
  Size size;
  std::uint64_t seed = 1;
  std::function<void(std::int32_t day, std::size_t records)> progress;
};

struct Point {  // degrees
  double north = 0, east = 0;
  Point moved(double metres_north, double metres_east) const;
};
struct Household {
  std::string code;
  RecordPtr record;  // of its case; null: it has none
  std::size_t village = 0;
  Point home;
  bool visited = false;
};
struct Village {
  std::string name;
  RecordId record, roll;
  std::int64_t households = 0;
  Point centre;
  Point hall() const { return centre.moved(40, -30); }
};
struct Project {
  std::string name;
  RecordId record;
  std::vector<std::size_t> villages;
  std::vector<Household> households;
};
struct Commune {
  std::string name;
  UnitId unit;
  Point centre;  // where its office stands
  std::vector<Village> villages;
  std::vector<Project> projects;
  std::vector<std::size_t> phones;
  std::int64_t decisions = 0;  // numbers given
};
struct Cadre {  // somebody with a phone
  std::size_t phone = 0;
  HolderId who;
};

class Year {
 public:
  explicit Year(const Options& options);
  void run();

  const Options options;
  const std::int32_t first_day, last_day;
  YearClock clock;
  Province province;
  Labels labels;
  std::vector<Commune> communes;
  std::vector<std::unique_ptr<Phone>> phones;
  std::vector<std::size_t> commune_of;  // by phone
  std::unique_ptr<Phone> office;        // the receiving office: asks and accepts
  std::vector<Withheld> withheld;
  std::vector<std::function<void(vault::Vault&)>> by_hand;  // what the supervisor is brought besides

  void at(std::int64_t ms, std::function<void()> what);
  void keep(std::shared_ptr<void> what) { kept_.push_back(std::move(what)); }  // as long as the year
  Commune& commune(const Cadre& cadre) { return communes[commune_of[cadre.phone]]; }
  Phone& phone(const Cadre& cadre) { return *phones[cadre.phone]; }

  // Days of a phone on which only a story writes; `quiet`: it does not sync by itself either.
  void reserve(std::size_t phone, std::int64_t from, std::int64_t until, bool quiet = false);
  bool reserved(std::size_t phone, std::int64_t from, std::int64_t until) const;
  // Somebody's free days, `days` in a row, and they are taken; from the year's day on and until another.
  struct Slot {
    Cadre cadre;
    std::int32_t day = 0;
  };
  Slot take_days(Dice& dice, int days, int from, int until, bool quiet = false);
  Slot take_days_in(Dice& dice, std::size_t commune, int days, int from, int until, bool quiet = false);
  std::int64_t free_at(std::size_t phone, std::int64_t ms) const;
  std::size_t other_phone(std::size_t phone, Dice& dice) const;  // of the same commune
  // No story's: its log is cut, forked or withheld, and nothing else is told of it.
  std::size_t take_phone(Dice& dice, std::size_t commune);
  bool is_taken(std::size_t phone) const { return taken_[phone]; }

  // Records, counted.
  RecordPtr add(const Cadre& cadre, const char* kind, std::int64_t schema, const Changes& changes,
                std::int64_t now);
  void sign(const Cadre& cadre, Record& record, std::int64_t now, const std::string& reason = {});
  RecordPtr add_signed(const Cadre& cadre, const char* kind, std::int64_t schema, const Changes& changes,
                       std::int64_t now);
  // The office's word, once it was received: with a reason a question. It goes out in the evening.
  void review(const RecordPtr& record, std::size_t author, std::int64_t not_before, const std::string& reason,
              std::function<void(std::int64_t)> then = {});
  // The device syncs, and has what was sent by then: nobody answers what has not come.
  void read_up(const Cadre& cadre);
  std::size_t records() const { return records_; }

  Label& label(const char* story, std::vector<std::string> indicators, std::string why);
  std::size_t times(std::size_t per_million, std::size_t least) const;  // how often a story is told

 private:
  void lay_out();
  void lay_out_commune(std::size_t number);
  void sync_all();
  const std::string& judged(const Record& record);

  struct Reserved {
    std::int64_t from, until;
    bool quiet;
  };
  std::multimap<std::int64_t, std::function<void()>> events_;
  std::vector<std::vector<Reserved>> reserved_;
  std::vector<bool> taken_;
  std::int64_t office_sends_ = 0;  // planned until then
  std::map<std::pair<std::string, std::int32_t>, std::string> judged_;
  std::size_t records_ = 0;
  std::vector<std::shared_ptr<void>> kept_;
  friend class Background;
};

std::int64_t local(std::int32_t day, int hour, int minute = 0);              // ms of a time in Viet Nam
changelog::Position fix(const Point& where, Dice& dice, double accuracy_m);  // as a phone measures it
changelog::BlobRef some_photo(Dice& dice);                                   // that nobody else has

// The stories.
void plan_background(Year& year);
void plan_planted_times(Year& year);
void plan_planted_places(Year& year);
void plan_planted_content(Year& year);
void plan_planted_people(Year& year);
void plan_planted_logs(Year& year);
void plan_odd_times(Year& year);
void plan_odd_places(Year& year);
void plan_odd_content(Year& year);
void plan_odd_people(Year& year);
void plan_odd_logs(Year& year);

void plan_all(Year& year);  // the background and every story

}  // namespace gandan::dataset
