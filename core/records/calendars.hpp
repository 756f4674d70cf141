// Calendars as data (schema/calendars/*.json): public holidays, days off in lieu, Saturdays worked instead,
// Tết, and the traditional holidays of a province. A day that no calendar covers is not known: every answer
// is then empty, never a guess.
//
// Threading: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "records/type.hpp"

namespace gandan::records {

struct CalendarDay {
  enum class Kind {
    holiday,  // a public holiday: nobody works
    day_off,  // not worked: a weekday exchanged for another, or in lieu of a holiday at a weekend
    working,  // a Saturday or Sunday that is worked instead
    local     // a traditional holiday of the place: work goes on, but some acts are barred
  };
  Kind kind = Kind::holiday;
  Label name;
  std::string source;       // the notice that says so
  std::string verified_by;  // who read it; empty shows as not verified
};

struct Tet {
  std::int32_t first_day = 0;     // mùng 1
  std::int32_t holiday_from = 0;  // the days off around it, weekends in the middle included
  std::int32_t holiday_until = 0;
  bool verified = false;
};

struct CoveredDays {
  std::int32_t from = 0;  // inclusive, both
  std::int32_t until = 0;
  bool verified = false;  // somebody checked that no holiday is missing
};

// One version of a calendar: of the whole country, or what a province adds to it.
struct Calendar {
  std::string id;  // "vn"
  std::uint32_t version = 1;
  std::string digest;             // of what it says (digest.hpp)
  std::array<bool, 7> weekend{};  // Monday first; the country's only
  std::vector<CoveredDays> covers;
  std::map<std::int32_t, CalendarDay> days;
  std::vector<Tet> tet;  // ascending; the country's only
};
using CalendarVersions = std::map<std::uint32_t, Calendar>;

// Which one somebody goes by. Two administrators may have given one number to two calendars: the digest
// tells.
struct CalendarVersion {
  std::uint32_t version = 0;  // 0: there is none
  std::string digest;         // empty: not noted
  bool operator==(const CalendarVersion& o) const { return version == o.version && digest == o.digest; }
};
struct CalendarEdition {
  CalendarVersion country;
  CalendarVersion local;
  bool operator==(const CalendarEdition& o) const { return country == o.country && local == o.local; }
  bool operator!=(const CalendarEdition& o) const { return !(*this == o); }
};

struct Calendars {
  CalendarVersions country;
  std::map<std::string, CalendarVersions> provinces;  // by province code; their days win

  const CalendarVersions& of(const std::string& province) const;  // "": the country's
  CalendarEdition newest(const std::string& province) const;
  // nullptr: that one is not here.
  const Calendar* find(const std::string& province,
                       const CalendarVersion& wanted) const;  // "": the country's
  // That edition and all later ones, a later country's behind a later province's.
  std::vector<CalendarEdition> since(const std::string& province, const CalendarEdition& first) const;
};

// The calendars as one province reads them. Days are days since 1970.
class CalendarReader {
 public:
  explicit CalendarReader(const Calendars& calendars, std::string province = {})
      : calendars_(&calendars), province_(std::move(province)) {}

  // The newest edition, unless one is named.
  void set_province(std::string province) { province_ = std::move(province); }
  void set_edition(std::optional<CalendarEdition> edition) { edition_ = edition; }
  std::optional<bool> working_day(std::int32_t day);
  std::optional<bool> holiday(std::int32_t day);        // public holidays and days off in lieu
  std::optional<bool> local_holiday(std::int32_t day);  // known where the province's own calendar reaches
  // The n-th working day after `day`, which itself is not counted; before it when n < 0. n = 0 is `day` when
  // it is worked, else the next one that is.
  std::optional<std::int32_t> add_working_days(std::int32_t day, std::int64_t n);
  // Working days after `from`, up to and with `to`; negative when `to` lies before `from`.
  std::optional<std::int64_t> working_days_between(std::int32_t from, std::int32_t to);
  // Signed days to the nearest first day of Tết, and to the nearest days off around it (0: inside).
  std::optional<std::int64_t> days_from_tet(std::int32_t day);
  std::optional<std::int64_t> days_from_tet_holiday(std::int32_t day);

  // What the answers since the last call stood on.
  struct Use {
    bool any = false;         // there were some
    bool unverified = false;  // one stood on a row that nobody has verified
  };
  Use take_use() { return std::exchange(use_, {}); }

 private:
  const Calendar* pick(const std::string& province, CalendarVersion CalendarEdition::*which) const;
  const Calendar* country();
  const Calendar* local();
  bool covered(const Calendar* part, std::int32_t day);
  const CalendarDay* find(std::int32_t day);
  const Tet* nearest(std::int32_t day);

  const Calendars* calendars_;
  std::string province_;
  std::optional<CalendarEdition> edition_;
  Use use_;
};

}  // namespace gandan::records
