#include "records/calendars.hpp"

#include <cstdlib>

#include "base/calendar.hpp"

namespace gandan::records {
namespace {

constexpr std::int64_t kMaxWorkingDays = 2000;

std::size_t weekday(std::int32_t day) {  // Monday is 0; 1970-01-01 was a Thursday
  const std::int32_t n = (day + 3) % 7;
  return static_cast<std::size_t>(n < 0 ? n + 7 : n);
}

}  // namespace

namespace {

const CalendarVersions kNone;

CalendarVersion named(const Calendar& calendar) { return {calendar.version, calendar.digest}; }

}  // namespace

const CalendarVersions& Calendars::of(const std::string& province) const {
  if (province.empty()) return country;
  const auto found = provinces.find(province);
  return found == provinces.end() ? kNone : found->second;
}

CalendarEdition Calendars::newest(const std::string& province) const {
  CalendarEdition out;
  if (!country.empty()) out.country = named(country.rbegin()->second);
  if (const auto& local = of(province); !province.empty() && !local.empty())
    out.local = named(local.rbegin()->second);
  return out;
}

const Calendar* Calendars::find(const std::string& province, const CalendarVersion& wanted) const {
  const auto& versions = of(province);
  const auto found = versions.find(wanted.version);
  const bool same =
      found != versions.end() && (wanted.digest.empty() || found->second.digest == wanted.digest);
  return same ? &found->second : nullptr;
}

std::vector<CalendarEdition> Calendars::since(const std::string& province,
                                              const CalendarEdition& first) const {
  const auto from = [](const CalendarVersions& versions, const CalendarVersion& start) {
    std::vector<CalendarVersion> out = {start};
    for (auto next = versions.upper_bound(start.version); next != versions.end(); ++next)
      out.push_back(named(next->second));
    return out;
  };
  std::vector<CalendarEdition> out;
  for (const auto& whole : from(country, first.country))
    for (const auto& local : from(province.empty() ? kNone : of(province), first.local))
      out.push_back({whole, local});
  return out;
}

const Calendar* CalendarReader::pick(const std::string& province,
                                     CalendarVersion CalendarEdition::*which) const {
  if (edition_) return calendars_->find(province, (*edition_).*which);
  const auto& versions = calendars_->of(province);
  return versions.empty() ? nullptr : &versions.rbegin()->second;
}

const Calendar* CalendarReader::country() {
  use_.any = true;
  return pick("", &CalendarEdition::country);
}

const Calendar* CalendarReader::local() {
  use_.any = true;
  return province_.empty() ? nullptr : pick(province_, &CalendarEdition::local);
}

bool CalendarReader::covered(const Calendar* part, std::int32_t day) {
  if (part == nullptr) return false;
  for (const auto& period : part->covers) {
    if (day < period.from || day > period.until) continue;
    if (!period.verified) use_.unverified = true;
    return true;
  }
  return false;
}

const CalendarDay* CalendarReader::find(std::int32_t day) {
  const CalendarDay* out = nullptr;
  for (const auto* part : {local(), country()}) {
    if (part == nullptr || out != nullptr) continue;
    const auto found = part->days.find(day);
    if (found != part->days.end()) out = &found->second;
  }
  if (out != nullptr && out->verified_by.empty()) use_.unverified = true;
  return out;
}

std::optional<bool> CalendarReader::working_day(std::int32_t day) {
  const Calendar* whole = country();
  if (!covered(whole, day)) return std::nullopt;
  const CalendarDay* special = find(day);
  if (special != nullptr && special->kind != CalendarDay::Kind::local)
    return special->kind == CalendarDay::Kind::working;
  return !whole->weekend[weekday(day)];
}

std::optional<bool> CalendarReader::holiday(std::int32_t day) {
  if (!covered(country(), day)) return std::nullopt;
  const CalendarDay* special = find(day);
  return special != nullptr &&
         (special->kind == CalendarDay::Kind::holiday || special->kind == CalendarDay::Kind::day_off);
}

std::optional<bool> CalendarReader::local_holiday(std::int32_t day) {
  if (!covered(local(), day)) return std::nullopt;
  const CalendarDay* special = find(day);
  return special != nullptr && special->kind == CalendarDay::Kind::local;
}

std::optional<std::int32_t> CalendarReader::add_working_days(std::int32_t day, std::int64_t n) {
  if (n > kMaxWorkingDays || n < -kMaxWorkingDays) return std::nullopt;
  if (n == 0) {
    for (;; ++day) {
      const auto works = working_day(day);
      if (!works) return std::nullopt;
      if (*works) return day;
    }
  }
  const std::int32_t step = n > 0 ? 1 : -1;
  for (std::int64_t left = std::llabs(n); left > 0;) {
    day += step;
    const auto works = working_day(day);
    if (!works) return std::nullopt;
    if (*works) --left;
  }
  return day;
}

std::optional<std::int64_t> CalendarReader::working_days_between(std::int32_t from, std::int32_t to) {
  if (!covered(country(), from) || !covered(country(), to)) return std::nullopt;
  if (to < from) {
    const auto back = working_days_between(to, from);
    return back ? std::optional(-*back) : std::nullopt;
  }
  std::int64_t count = 0;
  for (std::int32_t day = from + 1; day <= to; ++day) {
    const auto works = working_day(day);
    if (!works) return std::nullopt;
    count += *works ? 1 : 0;
  }
  return count;
}

// Both neighbours must be known: the nearer of one known and one unknown would be a guess.
const Tet* CalendarReader::nearest(std::int32_t day) {
  const Calendar* whole = country();
  if (whole == nullptr) return nullptr;
  const auto& all = whole->tet;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const auto& before = all[i];
    const auto& after = all[i + 1];
    if (day < before.first_day || day > after.first_day) continue;
    if (civil_from_days(after.first_day).year - civil_from_days(before.first_day).year != 1) return nullptr;
    const auto& out = day - before.first_day <= after.first_day - day ? before : after;
    if (!out.verified) use_.unverified = true;
    return &out;
  }
  return nullptr;
}

std::optional<std::int64_t> CalendarReader::days_from_tet(std::int32_t day) {
  const Tet* tet = nearest(day);
  if (tet == nullptr) return std::nullopt;
  return std::int64_t{day} - tet->first_day;
}

std::optional<std::int64_t> CalendarReader::days_from_tet_holiday(std::int32_t day) {
  const Tet* tet = nearest(day);
  if (tet == nullptr) return std::nullopt;
  if (day < tet->holiday_from) return std::int64_t{day} - tet->holiday_from;
  if (day > tet->holiday_until) return std::int64_t{day} - tet->holiday_until;
  return 0;
}

}  // namespace gandan::records
