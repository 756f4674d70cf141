// Calendars as data: days off, exchanged days, Tết, a province's own days, and the end of what is known.
#include "base/calendar.hpp"
#include "desk.hpp"

namespace calendar_test {

using namespace gandan;
using namespace gandan::records;

namespace {

std::int32_t day(const char* text) { return *parse_date(text); }

struct Reader {
  test::Desk desk;
  CalendarReader reader;
  explicit Reader(const std::string& province = "") : reader(desk.catalog->calendars(), province) {}
  std::string add(const char* from, std::int64_t n) {
    const auto out = reader.add_working_days(day(from), n);
    return out ? date_text(*out) : "unknown";
  }
};

}  // namespace

TEST_CASE("working days: weekends, holidays, days off in lieu, exchanged days") {
  Reader r;
  CHECK(r.reader.working_day(day("2026-02-05")) == true);   // Thursday
  CHECK(r.reader.working_day(day("2026-02-07")) == false);  // Saturday
  CHECK(r.reader.working_day(day("2026-02-17")) == false);  // mùng 1
  CHECK(r.reader.working_day(day("2026-01-02")) == false);  // exchanged …
  CHECK(r.reader.working_day(day("2026-01-10")) == true);   // … for this Saturday
  CHECK(r.reader.working_day(day("2024-04-29")) == false);
  CHECK(r.reader.working_day(day("2024-05-04")) == true);
  CHECK(r.reader.working_day(day("2025-05-02")) == false);
  CHECK(r.reader.working_day(day("2025-04-26")) == true);
  CHECK(r.reader.working_day(day("2026-04-27")) == false);  // in lieu of a Sunday
  CHECK(r.reader.holiday(day("2026-04-27")) == true);
  CHECK(r.reader.holiday(day("2026-02-07")) == false);  // a Saturday is a day off, not a holiday
}

TEST_CASE("the n-th working day does not count the first, and jumps over Tết") {
  Reader r;
  CHECK(r.add("2026-02-05", 1) == "2026-02-06");
  CHECK(r.add("2026-02-05", 5) == "2026-02-12");
  CHECK(r.add("2026-02-12", 1) == "2026-02-13");
  CHECK(r.add("2026-02-13", 1) == "2026-02-23");  // Friday before, Monday after
  CHECK(r.add("2026-02-10", 5) == "2026-02-24");
  CHECK(r.add("2026-02-23", -1) == "2026-02-13");
  CHECK(r.add("2026-02-14", 0) == "2026-02-23");  // a deadline that ends on a day off ends on the next day
  CHECK(r.add("2026-02-12", 0) == "2026-02-12");
  CHECK(r.add("2025-06-30", 2) == "2025-07-02");  // the day the districts ended is a day like others
  CHECK(r.reader.working_days_between(day("2026-02-10"), day("2026-02-24")) == 5);
  CHECK(r.reader.working_days_between(day("2026-02-24"), day("2026-02-10")) == -5);
  CHECK(r.reader.working_days_between(day("2026-02-14"), day("2026-02-22")) == 0);
}

TEST_CASE("days to Tết and to its days off, signed, nearest first") {
  Reader r;
  CHECK(r.reader.days_from_tet(day("2026-02-17")) == 0);
  CHECK(r.reader.days_from_tet(day("2026-02-02")) == -15);
  CHECK(r.reader.days_from_tet(day("2026-03-04")) == 15);
  CHECK(r.reader.days_from_tet(day("2025-12-31")) == -48);
  CHECK(r.reader.days_from_tet_holiday(day("2026-02-13")) == -1);
  CHECK(r.reader.days_from_tet_holiday(day("2026-02-14")) == 0);
  CHECK(r.reader.days_from_tet_holiday(day("2026-02-22")) == 0);
  CHECK(r.reader.days_from_tet_holiday(day("2026-03-09")) == 15);
  CHECK(r.reader.days_from_tet_holiday(day("2026-03-10")) == 16);
}

TEST_CASE("what no calendar covers is unknown, never guessed") {
  Reader r;
  CHECK_FALSE(r.reader.working_day(day("2023-12-31")).has_value());
  CHECK_FALSE(r.reader.holiday(day("2028-01-01")).has_value());
  CHECK_FALSE(r.reader.local_holiday(day("2028-01-01")).has_value());
  CHECK(r.add("2027-12-30", 1) == "2027-12-31");
  CHECK(r.add("2027-12-31", 1) == "unknown");
  CHECK(r.add("2027-12-31", 3000) == "unknown");
  CHECK_FALSE(r.reader.working_days_between(day("2027-12-01"), day("2028-01-03")).has_value());
  CHECK_FALSE(r.reader.days_from_tet(day("2028-02-01")).has_value());  // the next Tết is not in the calendar
  CHECK(r.reader.days_from_tet(day("2027-12-31")) == -26);
  Calendars gap;
  gap.country[1].tet = {{day("2024-02-10"), day("2024-02-08"), day("2024-02-14"), true},
                        {day("2026-02-17"), day("2026-02-14"), day("2026-02-22"), true}};
  CalendarReader holes(gap);
  CHECK_FALSE(holes.days_from_tet(day("2025-01-29")).has_value());  // that of 2025 is missing
}

TEST_CASE("a province has days of its own; of others nothing is known") {
  Reader here("20");
  Reader elsewhere("01");
  CHECK(here.reader.local_holiday(day("2026-04-19")) == true);
  CHECK(here.reader.local_holiday(day("2026-04-20")) == false);
  CHECK_FALSE(here.reader.local_holiday(day("2028-04-20")).has_value());
  CHECK_FALSE(elsewhere.reader.local_holiday(day("2026-04-19")).has_value());
  CHECK(here.reader.local_holiday(day("2026-02-17")) == false);
  CHECK(here.reader.working_day(day("2024-04-11")) == true);  // the office works on that day
}

TEST_CASE("the 14th of the 7th lunar month is counted from the new moon as it falls in Viet Nam") {
  // 13/08/2026 at 00:37 in Viet Nam, still the 12th in UTC: mùng 1 is the 13th, and the 14th is 26/08.
  test::Desk desk;
  CHECK(desk.word("coercion", R"~({"start": "2026-08-26T02:00:00Z", "end": "2026-08-26T04:00:00Z"})~",
                  "l31.coercion.local_holiday") == "fails");
  CHECK(desk.word("coercion", R"~({"start": "2026-08-25T02:00:00Z", "end": "2026-08-25T04:00:00Z"})~",
                  "l31.coercion.local_holiday") == "holds");
}

TEST_CASE("an answer that stands on an unverified row says so") {
  Reader r;
  r.reader.working_day(day("2026-02-17"));
  CHECK_FALSE(r.reader.take_use().unverified);
  r.reader.working_day(day("2026-08-31"));
  CHECK(r.reader.take_use().unverified);
  CHECK_FALSE(r.reader.take_use().unverified);
  r.reader.days_from_tet(day("2027-02-01"));
  CHECK(r.reader.take_use().unverified);
}

TEST_CASE("faults of a calendar are named by file, row and column") {
  const auto fault = [](const std::string& text) {
    auto files = builtin_schema();
    files.push_back({"calendars/x.json", text});
    test::StillClock clock;
    auto loaded = Catalog::load(files, clock);
    return loaded.ok() ? std::string() : loaded.error().fields.at(0).path;
  };
  const auto row = [&](const std::string& columns) {
    return fault(
        R"({"calendar": "vn_20", "version": 2, "label": {"vi": "a", "en": "a"}, "province": "20", "days": [)" +
        columns + "]}");
  };
  const std::string rest = R"(, "name": {"vi": "a", "en": "a"}, "source": "s", "verified_by": null)";
  CHECK(row(R"({"date": "2026-03-10", "kind": "local")" + rest + "}") == "");
  CHECK(row(R"({"date": "10/03/2026", "kind": "local")" + rest + "}") == "calendars/x.json: days[1]: date");
  CHECK(row(R"({"date": "2026-03-10", "kind": "feast")" + rest + "}") == "calendars/x.json: days[1]: kind");
  CHECK(row(R"({"date": "2026-03-10", "until": "2026-03-09", "kind": "local")" + rest + "}") ==
        "calendars/x.json: days[1]: until");
  const auto twice = R"({"date": "2026-04-19", "kind": "local")" + rest + "}";
  CHECK(row(twice + "," + twice) == "calendars/x.json: days[2]: date");
  CHECK(row(R"({"date": "2026-03-10", "kind": "local", "name": {"vi": "a", "en": "a"}, "source": "s"})") ==
        "calendars/x.json: days[1]: verified_by");
  CHECK(
      row(R"({"date": "2026-03-10", "kind": "local", "name": {"vi": "a", "en": "a"}, "verified_by": null})") ==
      "calendars/x.json: days[1]: source");
  CHECK(row("7") == "calendars/x.json: days[1]");
  CHECK(
      fault(
          R"({"calendar": "vn", "version": 2, "label": {"vi": "a", "en": "a"}, "province": "20", "weekend": ["sun"]})") ==
      "calendars/x.json: weekend");
  CHECK(
      fault(R"({"calendar": "vn", "version": 2, "label": {"vi": "a", "en": "a"}, "weekend": ["sunday"]})") ==
      "calendars/x.json: weekend");
  CHECK(fault(R"({"calendar": "vn", "version": 2, "label": {"vi": "a", "en": "a"}, "covers": [
    {"from": "2026-01-01", "until": "2027-12-31", "source": "s", "verified_by": null},
    {"from": "2027-12-31", "until": "2028-12-31", "source": "s", "verified_by": null}]})") ==
        "calendars/x.json: covers[2]: from");
  CHECK(fault(R"({"calendar": "vn", "version": 2, "label": {"vi": "a", "en": "a"}, "tet": [
    {"first_day": "2029-02-13", "holiday_from": "2029-02-14", "holiday_until": "2029-02-16", "source": "s", "verified_by": null}]})") ==
        "calendars/x.json: tet[1]: holiday_from");
  CHECK(fault(R"({"label": {"vi": "a", "en": "a"}})") == "calendars/x.json: calendar");
  CHECK(fault(R"({"calendar": "vn", "label": {"vi": "a", "en": "a"}})") == "calendars/x.json: version");
  CHECK(fault(R"({"calendar": "vn", "version": 1, "label": {"vi": "a", "en": "a"}})") ==
        "calendars/x.json: version");  // that one stands already
  CHECK(fault(R"({"calendar": "vietnam", "version": 2, "label": {"vi": "a", "en": "a"}})") ==
        "calendars/x.json: calendar");
}

}  // namespace calendar_test
