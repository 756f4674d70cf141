// Deadlines: what a verdict says on each day, what was late, the act or its entry.
#include "base/calendar.hpp"
#include "desk.hpp"

namespace deadline_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

constexpr const char* kJob =
    R"~({"kind": "job", "version": 1, "label": {"vi": "Việc", "en": "Job"}, "title": "{name}",
  "date": "received_on", "survey": [
    {"type": "text", "name": "name", "label": {"vi": "a", "en": "a"}},
    {"type": "date", "name": "received_on", "label": {"vi": "a", "en": "a"}},
    {"type": "integer", "name": "paused_days", "label": {"vi": "a", "en": "a"}},
    {"type": "integer", "name": "extended_days", "label": {"vi": "a", "en": "a"}},
    {"type": "date", "name": "answered_on", "label": {"vi": "a", "en": "a"}},
    {"type": "repeat", "name": "steps", "label": {"vi": "a", "en": "a"}, "children": [
      {"type": "date", "name": "due", "label": {"vi": "a", "en": "a"}},
      {"type": "date", "name": "done", "label": {"vi": "a", "en": "a"}},
      {"type": "boolean", "name": "minor", "label": {"vi": "a", "en": "a"}}]}
  ]})~";

// One deadline rule over the job's fields.
std::string rule(const std::string& columns, const std::string& verified = "\"read\"") {
  return R"~({"law": "L", "rules": [{"id": "t", "version": 1, "label": {"vi": "Trả lời", "en": "Answer"},
    "article": "Điều 1", "kind": "job", "severity": "violation", "verified_by": )~" +
         verified + ", " + columns + "}]}";
}

struct Office : Desk {
  explicit Office(const std::string& rules)
      : Desk([&] {
          auto files = builtin_schema();
          files.push_back({"records/job.json", kJob});
          files.push_back({"rules/t.json", rules});
          return files;
        }()) {}
  void on(const char* day) {
    clock.now = *parse_instant(std::string(day) + "T09:00:00+07:00");
    hlc = static_cast<std::uint64_t>(clock.now);
  }
  Verdict of(const RecordId& id) {
    const auto all = judge(id);
    REQUIRE(all.size() == 1);
    return all[0];
  }
  void set(const RecordId& id, const char* patch) { REQUIRE(save(id, "job", test::object(patch)).ok()); }
};

const std::string kTenDays = rule(
    R"~("due": "add_days(received_on, value + coalesce(paused_days, 0) + coalesce(extended_days, 0))", "done": "answered_on",
       "entry_within": 3, "value": 10, "unit": "day")~");

}  // namespace

TEST_CASE("a deadline is open until its last day, and overdue from the next") {
  Office office(kTenDays);
  office.on("2026-03-01");
  const auto id = office.add("job", R"~({"name": "a", "received_on": "2026-03-01"})~");
  auto v = office.of(id);
  CHECK(v.state == DeadlineState::open);
  CHECK(v.holds == std::nullopt);
  CHECK(v.due == *parse_date("2026-03-11"));
  CHECK_FALSE(v.done.has_value());
  CHECK(v.days == 10);
  CHECK(v.message.vi == "Trả lời: hạn 11/03/2026, còn 10 ngày.");
  CHECK(v.message.en == "Answer: due on 11/03/2026, 10 days left.");
  office.on("2026-03-11");
  CHECK(office.of(id).state == DeadlineState::open);
  CHECK(office.of(id).days == 0);
  office.on("2026-03-12");
  v = office.of(id);
  CHECK(v.state == DeadlineState::overdue);
  CHECK(v.holds == false);
  CHECK(v.days == 1);
  CHECK(v.message.vi == "Trả lời: QUÁ HẠN 1 ngày (hạn 11/03/2026).");
}

TEST_CASE("the last day is in time, the next is late, by so many days") {
  Office office(kTenDays);
  office.on("2026-03-20");
  const auto id = office.add("job", R"~({"received_on": "2026-03-01", "answered_on": "2026-03-11"})~");
  CHECK(office.of(id).state == DeadlineState::in_time);
  CHECK(office.of(id).holds == true);
  office.set(id, R"~({"answered_on": "2026-03-12"})~");
  const auto v = office.of(id);
  CHECK(v.state == DeadlineState::late);
  CHECK(v.holds == false);
  CHECK(v.days == 1);
  CHECK(v.done == *parse_date("2026-03-12"));
  CHECK(v.message.vi.find("Trả lời: làm ngày 12/03/2026, chậm 1 ngày so với hạn 11/03/2026.") == 0);
}

TEST_CASE("pauses and extensions move the last day") {
  Office office(kTenDays);
  office.on("2026-03-20");
  const auto id =
      office.add("job", R"~({"received_on": "2026-03-01", "paused_days": 5, "extended_days": 4})~");
  CHECK(office.of(id).due == *parse_date("2026-03-20"));
  CHECK(office.of(id).state == DeadlineState::open);
  office.set(id, R"~({"extended_days": 3})~");
  CHECK(office.of(id).state == DeadlineState::overdue);
}

TEST_CASE("a late act and a late entry are two things") {
  Office office(kTenDays);
  office.on("2026-03-01");
  const auto id = office.add("job", R"~({"received_on": "2026-03-01"})~");
  office.on("2026-03-08");
  office.set(id, R"~({"answered_on": "2026-03-05"})~");  // three days later: as allowed
  auto v = office.of(id);
  CHECK(v.state == DeadlineState::in_time);
  CHECK_FALSE(v.entered_late);
  CHECK(local_days(*v.entered_ms) == *parse_date("2026-03-08"));

  office.on("2026-03-09");
  const auto slow = office.add("job", R"~({"received_on": "2026-03-01", "answered_on": "2026-03-05"})~");
  v = office.of(slow);
  CHECK(v.state == DeadlineState::in_time);  // the act was in time; its entry was not
  CHECK(v.holds == true);
  CHECK(v.entered_late);
  CHECK(v.message.vi ==
        "Trả lời: đã làm ngày 05/03/2026, đúng hạn. Ghi vào sổ ngày 09/03/2026, chậm so với việc làm.");
  office.on("2026-03-30");
  office.set(slow, R"~({"answered_on": "2026-03-06"})~");  // a correction is not an entry
  CHECK(local_days(*office.of(slow).entered_ms) == *parse_date("2026-03-09"));
}

TEST_CASE("not before: a wait that may be cut short by nobody") {
  Office office(rule(R"~("not_before": "add_days(received_on, 30)", "done": "answered_on")~"));
  office.on("2026-03-05");
  const auto id = office.add("job", R"~({"received_on": "2026-03-01"})~");
  auto v = office.of(id);
  CHECK(v.state == DeadlineState::open);
  CHECK(v.days == 26);
  CHECK(v.message.vi == "Trả lời: không sớm hơn ngày 31/03/2026.");
  office.set(id, R"~({"answered_on": "2026-03-30"})~");
  v = office.of(id);
  CHECK(v.state == DeadlineState::early);
  CHECK(v.holds == false);
  CHECK(v.days == 1);
  office.set(id, R"~({"answered_on": "2026-03-31"})~");
  CHECK(office.of(id).state == DeadlineState::open);  // that day has not come
  office.on("2026-03-31");
  CHECK(office.of(id).state == DeadlineState::in_time);
}

TEST_CASE("both ends: too early, in time, late") {
  Office office(rule(
      R"~("not_before": "add_days(received_on, 2)", "due": "add_days(received_on, 4)", "done": "answered_on")~"));
  office.on("2026-03-10");
  const auto id = office.add("job", R"~({"received_on": "2026-03-02"})~");
  const auto answered = [&](const char* day) {
    REQUIRE(office.save(id, "job", {{"answered_on", day}}).ok());
    return office.of(id).state;
  };
  CHECK(answered("2026-03-03") == DeadlineState::early);
  CHECK(answered("2026-03-04") == DeadlineState::in_time);
  CHECK(answered("2026-03-06") == DeadlineState::in_time);
  CHECK(answered("2026-03-07") == DeadlineState::late);
}

TEST_CASE("what is missing makes a deadline unknown: a date, or the calendar") {
  Office office(rule(R"~("due": "add_working_days(received_on, 5)", "done": "answered_on")~"));
  office.on("2026-02-10");
  const auto id = office.add("job", R"~({"name": "a"})~");
  CHECK(office.of(id).state == DeadlineState::unknown);
  CHECK(office.of(id).message.vi == "Trả lời: chưa tính được hạn, còn thiếu ngày hoặc lịch.");
  office.set(id, R"~({"received_on": "2026-02-10"})~");
  CHECK(office.of(id).due == *parse_date("2026-02-24"));  // over Tết
  CHECK(office.of(id).verified);
  office.set(id, R"~({"received_on": "2026-08-28"})~");
  CHECK(office.of(id).due == *parse_date("2026-09-09"));
  CHECK_FALSE(office.of(id).verified);  // nobody verified that year's National day
  office.set(id, R"~({"received_on": "2027-12-30", "answered_on": "2027-12-30"})~");
  CHECK(office.of(id).state == DeadlineState::unknown);
  CHECK(office.of(id).holds == std::nullopt);
}

TEST_CASE("deadlines of a list's items, and counts over them") {
  Office office(R"~({"law": "L", "rules": [
    {"id": "step", "version": 1, "label": {"vi": "Bước", "en": "Step"}, "article": "Điều 1", "kind": "job", "list": "steps",
     "applies": "minor IS NOT TRUE", "due": "due", "done": "done", "severity": "warning", "verified_by": null},
    {"id": "count", "version": 1, "label": {"vi": "Đếm", "en": "Count"}, "article": "Điều 1", "kind": "job",
     "counts": {"standing": {"list": "steps", "where": "done IS NULL AND due >= add_months(received_on, 0 - value)"}},
     "test": "standing >= 2", "value": 3, "severity": "warning", "verified_by": null,
     "holds": {"vi": "còn {standing}", "en": "{standing} stand"}, "fails": {"vi": "chỉ {standing}", "en": "only {standing}"},
     "unknown": {"vi": "?", "en": "?"}}]})~");
  office.on("2026-03-10");
  const auto id = office.add("job", R"~({"received_on": "2026-03-01", "steps": [
    {"due": "2026-03-05", "done": "2026-03-05"}, {"due": "2026-03-09"}, {"due": "2025-11-30"}, {"due": "2025-12-01", "minor": true}]})~");
  std::vector<std::string> said;
  for (const auto& v : office.judge(id)) {
    said.push_back(v.rule + " " + to_text(v.state) + (v.rule == "count" ? v.message.vi : ""));
    CHECK((v.rule == "count") == v.path.empty());
  }
  CHECK(said == std::vector<std::string>{"step in_time", "step overdue", "step overdue", "count còn 2"});
}

TEST_CASE("a count of different values, and of those that another list has, too") {
  auto files = builtin_schema();
  files.push_back({"rules/t.json", R"~({"law": "L", "rules": [
    {"id": "count", "version": 1, "label": {"vi": "Đếm", "en": "Count"}, "article": "Điều 1", "kind": "community_meeting",
     "counts": {"named": {"list": "attendance", "distinct": "household"}, "there": {"list": "attendance", "where": "present", "distinct": "household"},
                "known": {"list": "attendance", "distinct": "household", "among": "roll__households__code"}},
     "test": "known > 0", "severity": "warning", "verified_by": null,
     "holds": {"vi": "{named} {there} {known} {attendance__household__distinct}", "en": "x"}, "fails": {"vi": "x", "en": "x"},
     "unknown": {"vi": "{named} {there} {known}", "en": "x"}}]})~"});
  test::Desk desk(files);
  const auto village = desk.village();
  const auto roll = desk.roll(village, 3);
  const auto id = desk.meeting(village, roll, "c1", 2, 0, R"~(, "attendance": [
    {"household": "H1", "present": true}, {"household": " h1", "present": true}, {"household": "H2", "present": false},
    {"household": "Hoà", "present": true}, {"household": "HÒA ", "present": true}, {"household": "--", "present": true},
    {"household": "-+", "present": true}, {"present": true}])~");
  Verdict v;
  (void)desk.verdict(id, "count", &v);
  CHECK(v.message.vi == "5 4 2 5");  // h1, h2, hoà, and two that have no word
  desk.documents.erase(roll);
  CHECK(desk.word(id, "count") == "unknown");  // which it is, nobody can say without the roll
}

TEST_CASE("a verdict of a deadline is machine-readable") {
  Office office(kTenDays);
  office.on("2026-03-09");
  const auto id = office.add("job", R"~({"received_on": "2026-03-01", "answered_on": "2026-03-05"})~");
  const auto row = verdicts_json(office.judge(id))[0].as_object();
  CHECK(json::find_text(row, "state") == "in_time");
  CHECK(json::find_text(row, "due") == "2026-03-11");
  CHECK(json::find_text(row, "done") == "2026-03-05");
  CHECK(json::find_bool(row, "entered_late") == true);
  CHECK(json::find(row, "not_before") == nullptr);
  const auto* used = json::find_object(row, "used");
  CHECK(json::find_text(*used, "received_on") == "2026-03-01");
  CHECK(json::find_text(*used, "value") == "10");
}

TEST_CASE("faults of a deadline are named") {
  const auto fault = [](const std::string& columns) {
    auto files = builtin_schema();
    files.push_back({"records/job.json", kJob});
    files.push_back({"rules/t.json", rule(columns)});
    test::StillClock clock;
    auto loaded = Catalog::load(files, clock);
    return loaded.ok() ? std::string() : loaded.error().fields.at(0).path;
  };
  CHECK(fault(R"~("due": "received_on", "done": "answered_on")~") == "");
  CHECK(fault(R"~("severity2": 1)~") == "rules/t.json: t: severity2");
  CHECK(fault(R"~("label2": 1, "due": "received_on")~") == "rules/t.json: t: label2");
  CHECK(fault(R"~("due": "received_on")~") == "rules/t.json: t: done");
  CHECK(fault(R"~("done": "answered_on")~") == "rules/t.json: t: due");
  CHECK(fault(R"~("due": "received_on", "done": "answered_on", "test": "name = 'a'")~") ==
        "rules/t.json: t: test");
  CHECK(fault(R"~("unit": "day")~") == "rules/t.json: t: test");
  CHECK(fault(R"~("due": "nothing", "done": "answered_on")~") == "rules/t.json: t: due");
  CHECK(fault(R"~("due": "received_on", "done": "answered_on", "entry_within": "soon")~") ==
        "rules/t.json: t: entry_within");
  CHECK(fault(R"~("due": "received_on", "ends": "next_working_day", "done": "answered_on")~") == "");
  CHECK(fault(R"~("due": "received_on", "ends": "friday", "done": "answered_on")~") ==
        "rules/t.json: t: ends");
  CHECK(fault(R"~("not_before": "received_on", "ends": "next_working_day", "done": "answered_on")~") ==
        "rules/t.json: t: ends");
  CHECK(fault(R"~("due": "received_on", "done": "answered_on", "holds": {"vi": "a", "en": "a"})~") ==
        "rules/t.json: t: holds");
  CHECK(fault(R"~("due": "received_on", "done": "answered_on", "late": {"vi": "{nobody}", "en": "a"})~") ==
        "rules/t.json: t: late");
  CHECK(
      fault(
          R"~("due": "received_on", "done": "answered_on", "counts": {"name": {"list": "steps", "where": "minor"}})~") ==
      "rules/t.json: t: counts");
  CHECK(
      fault(
          R"~("due": "received_on", "done": "answered_on", "counts": {"n": {"list": "stairs", "where": "minor"}})~") ==
      "rules/t.json: t: counts");
  CHECK(fault(R"~("due": "received_on", "done": "answered_on", "gate": "save")~") == "rules/t.json: t: gate");
  const auto counting = [&](const std::string& count) {
    return fault(R"~("due": "received_on", "done": "answered_on", "counts": {"n": )~" + count + "}");
  };
  CHECK(counting(R"~({"list": "steps", "distinct": "due"})~") == "");
  CHECK(counting(R"~({"list": "steps", "distinct": "due", "among": "steps__done"})~") == "");
  for (const char* wrong : {R"~({"list": "steps"})~", R"~({"list": "steps", "distinct": "stairs"})~",
                            R"~({"list": "steps", "distinct": "received_on"})~",
                            R"~({"list": "steps", "where": "minor", "among": "steps__done"})~",
                            R"~({"list": "steps", "distinct": "due", "among": "steps"})~",
                            R"~({"list": "steps", "distinct": "due", "among": "received_on"})~",
                            R"~({"list": "steps", "distinct": "due", "within": "steps__done"})~"}) {
    INFO(wrong);
    CHECK(counting(wrong).find("rules/t.json: t: counts") == 0);
  }
}

TEST_CASE("months end where the month ends") {
  Desk desk;
  Engine engine(desk.clock);
  const auto value = [&](const char* text) {
    auto compiled = engine.compile(text);
    REQUIRE(compiled.ok());
    auto out = compiled->evaluate({});
    REQUIRE(out.ok());
    return is_null(*out) ? std::string("NULL") : std::get<std::string>(*out);
  };
  CHECK(value("add_months('2026-01-31', 1)") == "2026-02-28");
  CHECK(value("add_months('2024-01-31', 1)") == "2024-02-29");
  CHECK(value("add_months('2026-03-15', -3)") == "2025-12-15");
  CHECK(value("add_months('2026-12-01', 1)") == "2027-01-01");
  CHECK(value("add_months('2026-02-05T18:00:00Z', 12)") == "2027-02-06");  // by Viet Nam's day
  CHECK(value("add_months(NULL, 1)") == "NULL");
  CHECK(value("add_months('2026-01-01', 100000)") == "NULL");
  CHECK(value("local_time('2026-02-05T14:59:00Z')") == "21:59");
  CHECK(value("is_working_day('2026-02-05')") == "NULL");  // this engine has no calendar
}

}  // namespace deadline_test
