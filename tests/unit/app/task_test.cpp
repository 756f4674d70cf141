// Tasks: what is due for me, my unit, my subtree; commitments followed until kept, and counted.
#include "base/calendar.hpp"
#include "support/province.hpp"

namespace task_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Desk : Province {
  Desk() {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    enrol("office", "office", "20.A");
  }
  std::string add(const std::string& by, const char* kind, const std::string& record) {
    return text_at(shell(by).ok("record.add", {{"kind", kind}, {"record", json::parse(record).value()}}),
                   "id");
  }
  std::string commitment(const std::string& by, const char* what, const char* due) {
    return add(
        by, "commitment",
        std::string(R"~({"what": ")~") + what +
            R"~(", "party": "ubnd", "responsible": "Công chức địa chính", "made_on": "2026-03-01", "due": ")~" +
            due + "\"}");
  }
  json::object tasks(const std::string& by, json::object params = {}) {
    return shell(by).ok("task.list", params);
  }
  // "what title due", without what was not sent.
  static std::vector<std::string> lines(const json::object& answer) {
    std::vector<std::string> out;
    const json::value all = at(answer, "tasks");
    for (const auto& task : all.get_array()) {
      if (text_at(task, "what") == "unsent") continue;
      const auto* due = json::find(task.get_object(), "due");
      out.push_back(text_at(task, "what") + " " + text_at(task, "record.title") +
                    (due == nullptr ? "" : " " + std::string(due->get_string())));
    }
    return out;
  }
  using Lines = std::vector<std::string>;
};

}  // namespace

TEST_CASE_METHOD(Desk,
                 "what is due within the days asked comes by its day; what is overdue always comes first") {
  commitment("p1", "Sửa cống", "2026-03-17");  // today is the 10th
  commitment("p1", "Đo lại đất", "2026-03-18");
  commitment("p1", "Trả lời giá cây", "2026-03-06");
  const auto week = tasks("p1");
  CHECK(text_at(week, "today") == "2026-03-10");
  CHECK(text_at(week, "until") == "2026-03-17");
  CHECK(lines(week) ==
        Lines{"commitment Cam kết: Trả lời giá cây 2026-03-06", "commitment Cam kết: Sửa cống 2026-03-17"});
  CHECK(at(week, "tasks.0.days") == json::value(-4));
  CHECK(at(week, "tasks.1.days") == json::value(7));
  CHECK(text_at(week, "tasks.0.vi").find("QUÁ HẠN 4 ngày") != std::string::npos);
  CHECK(at(week, "counts.overdue") == json::value(1));
  CHECK(lines(tasks("p1", {{"days", 0}})).size() == 1);
  CHECK(lines(tasks("p1", {{"days", 8}})).size() == 3);
  CHECK(at(tasks("p1", {{"days", 8}, {"limit", 1}}), "counts.commitment") == json::value(3));
  clock.advance(7 * kDayMs);
  CHECK(lines(tasks("p1")).size() == 3);
}

TEST_CASE_METHOD(Desk, "a commitment is followed until it is kept, signed or not, and counted as it ended") {
  const auto a = commitment("p1", "Một", "2026-03-12"), b = commitment("p1", "Hai", "2026-03-05"),
             c = commitment("p1", "Ba", "2026-03-08"), d = commitment("p1", "Bốn", "2026-03-30");
  add("p1", "mobilisation_visit", R"~({"project": "P", "household": "H1", "start": "2026-03-02T02:00:00Z",
    "commitments": [{"party": "ubnd", "what": "Gửi bảng giá", "due": "2026-03-11"}]})~");
  const auto figures = [&] { return at(tasks("p1"), "commitments"); };
  CHECK(at(figures(), "made") == json::value(5));
  CHECK(at(figures(), "open") == json::value(3));
  CHECK(at(figures(), "overdue") == json::value(2));
  CHECK(lines(tasks("p1")).size() == 4);
  shell("p1").ok("record.finalize", {{"id", a}});
  const auto keep = [&](const std::string& id, const char* on, json::object more, bool late) {
    more["kept_on"] = on;
    json::object params{{"id", id}, {"record", std::move(more)}};
    if (late) {
      params["late"] = true;
      params["reason"] = "Đã làm xong";
    }
    shell("p1").ok("record.edit", params);
  };
  keep(a, "2026-03-10", {{"outcome", "kept"}}, true);  // written beside the signed state
  keep(b, "2026-03-09", {{"outcome", "kept"}}, false);
  keep(c, "2026-03-09", {{"outcome", "broken"}, {"reason", "Hết kinh phí"}}, false);
  CHECK(json::compact(figures()) ==
        R"({"made":5,"kept":1,"kept_late":1,"partly":0,"broken":1,"open":2,"overdue":0})");
  CHECK(lines(tasks("p1")) == Lines{"commitment Vận động hộ H1 – P 2026-03-11", "amended Cam kết: Một"});
  shell("p1").ok("record.withdraw", {{"id", d}, {"reason", "Ghi nhầm"}});
  CHECK(at(figures(), "made") == json::value(4));
}

TEST_CASE_METHOD(Desk, "a broken commitment is over, with or without its day, and so is one of a visit") {
  const auto a = commitment("p1", "Một", "2026-03-05");
  shell("p1").ok("record.edit", {{"id", a}, {"record", {{"outcome", "broken"}, {"reason", "Hết kinh phí"}}}});
  add("p1", "mobilisation_visit", R"~({"project": "P", "household": "H1", "start": "2026-03-02T02:00:00Z",
    "commitments": [{"party": "ubnd", "what": "Một", "due": "2026-03-05", "outcome": "broken", "reason": "x"},
                    {"party": "ubnd", "what": "Hai", "due": "2026-03-05", "outcome": "partly", "reason": "x"},
                    {"party": "ubnd", "what": "Ba", "due": "2026-03-05", "outcome": "kept", "kept_on": "2026-03-05"},
                    {"party": "ubnd", "what": "Bốn", "due": "2026-03-05"}]})~");
  CHECK(lines(tasks("p1")) == Lines{"commitment Vận động hộ H1 – P 2026-03-05"});
  CHECK(json::compact(at(tasks("p1"), "commitments")) ==
        R"({"made":5,"kept":1,"kept_late":0,"partly":1,"broken":2,"open":0,"overdue":1})");
  // It is signed with its day: when it was known.
  CHECK(shell("p1").error("record.finalize", {{"id", a}}) == "record.invalid");
  shell("p1").ok("record.edit", {{"id", a}, {"record", {{"kept_on", "2026-03-09"}}}});
  shell("p1").ok("record.finalize", {{"id", a}});
}

TEST_CASE_METHOD(Desk, "another visit that was promised is a task until it was made, by whom ever") {
  const auto visit_on = [&](const char* by, const char* household, const char* start, const char* next) {
    return add(by, "mobilisation_visit",
               R"~({"project": "Đường nối", "household": ")~" + std::string(household) +
                   R"~(", "start": ")~" + start + R"~(", "next_date": )~" + next + "}");
  };
  visit_on("p1", "H1", "2026-03-02T02:00:00Z", R"~("2026-03-09")~");
  visit_on("p1", "H2", "2026-03-02T02:00:00Z", R"~("2026-03-17")~");
  visit_on("p1", "H3", "2026-03-02T02:00:00Z", R"~("2026-03-18")~");  // beyond the week
  visit_on("p1", "H4", "2026-03-02T02:00:00Z", "null");
  const Lines both = {"appointment Vận động hộ H1 – Đường nối 2026-03-09",
                      "appointment Vận động hộ H2 – Đường nối 2026-03-17"};
  CHECK(lines(tasks("p1")) == both);
  CHECK(at(tasks("p1"), "counts.appointment") == json::value(2));
  CHECK(at(tasks("p1"), "counts.overdue") == json::value(1));
  CHECK(text_at(tasks("p1"), "tasks.0.vi").find("QUÁ HẠN 1 ngày") != std::string::npos);
  // A visit of the same day, of another household or of another project is no answer to it.
  visit_on("p1", "H9", "2026-03-09T02:00:00Z", "null");
  visit_on("p1", "H1", "2026-03-02T08:00:00Z", "null");
  add("p1", "mobilisation_visit",
      R"~({"project": "Khác", "household": "H1", "start": "2026-03-09T02:00:00Z"})~");
  CHECK(lines(tasks("p1")) == both);
  visit_on("p2", "H1", "2026-03-09T02:00:00Z", "null");
  carry("p2", "p1");
  CHECK(lines(tasks("p1", {{"mine", true}})) == Lines{both[1]});
  add("p1", "handover", R"~({"project": "đường nối", "household": "H2", "on": "2026-03-10"})~");
  CHECK(lines(tasks("p1")).empty());
}

TEST_CASE_METHOD(Desk,
                 "what comes back and what waits: returned to its author, to be reviewed at its office") {
  const auto id = visit("p1");
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(lines(tasks("p1")).empty());
  carry("p1", "office");
  carry("p1", "p2");
  const std::string title = "Vận động hộ H017 – Đường nối";
  CHECK(lines(tasks("office")) == Lines{"review " + title});
  CHECK(lines(tasks("p2")).empty());
  shell("office").ok("record.return", {{"id", id}, {"question", "Vị trí đâu?"}});
  CHECK(lines(tasks("office", {{"mine", true}})) == Lines{"returned " + title});  // it wrote in it
  carry("office", "p1");
  carry("office", "p2");
  CHECK(lines(tasks("p1", {{"mine", true}})) == Lines{"returned " + title});
  CHECK(text_at(tasks("p1"), "tasks.0.vi").find("Vị trí đâu?") != std::string::npos);
  CHECK(lines(tasks("p2", {{"mine", true}})).empty());
  CHECK(lines(tasks("p2")) == Lines{"returned " + title});
  // The question stays in sight until a new version answers it.
  shell("p1").ok("record.edit",
                 {{"id", id}, {"record", {{"place", "Nhà văn hoá"}}}, {"late", true}, {"reason", "ghi rõ"}});
  CHECK(lines(tasks("p1")) == Lines{"returned " + title});
  CHECK(text_at(tasks("p1"), "tasks.0.vi").find("Vị trí đâu?") != std::string::npos);
  CHECK(text_at(tasks("p1"), "tasks.0.vi").find("chưa chốt lại") != std::string::npos);
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(lines(tasks("p1")).empty());
}

TEST_CASE_METHOD(Desk, "conflicts, double numbers and unsent records are tasks, too") {
  const auto a = visit("p1"), b = visit("p2");
  shell("p1").ok("number.assign", {{"id", a}});
  shell("p2").ok("number.assign", {{"id", b}});
  carry("p1", "p2");
  shell("p1").ok("record.edit", {{"id", a}, {"record", {{"outcome", "agreed"}}}});
  shell("p2").ok("record.edit", {{"id", a}, {"record", {{"outcome", "disagreed"}}}});
  carry("p2", "p1");
  const auto all = tasks("p1");
  CHECK(at(all, "counts.conflict") == json::value(1));
  CHECK(at(all, "counts.number") == json::value(1));
  CHECK(at(all, "counts.unsent") ==
        json::value(2));  // its holder and its visit; the other phone's are not its own
  const json::value rows = at(all, "tasks");
  CHECK(text_at(rows.get_array().back(), "what") == "unsent");
  CHECK(at(rows.get_array().back(), "records").get_array().size() == 2);
}

TEST_CASE_METHOD(Desk, "a unit's tasks are its own, with or without those below it") {
  const auto id = commitment("p1", "Sửa cống", "2026-03-12");
  carry("p1", "office");
  shell("office").ok(
      "record.add",
      {{"kind", "commitment"},
       {"unit", "20.A"},
       {"record",
        {{"what", "Trả lời đơn"}, {"party", "ubnd"}, {"made_on", "2026-03-01"}, {"due", "2026-03-11"}}}});
  CHECK(lines(tasks("office")).size() == 2);
  CHECK(lines(tasks("office", {{"unit", "20.A"}})).size() == 2);
  CHECK(lines(tasks("office", {{"unit", "20.A"}, {"below", false}})) ==
        Lines{"commitment Cam kết: Trả lời đơn 2026-03-11"});
  CHECK(lines(tasks("office", {{"unit", "06463"}})) == Lines{"commitment Cam kết: Sửa cống 2026-03-12"});
  CHECK(shell("office").error("task.list", {{"unit", "nowhere"}}) == "roster.unknown_unit");
  CHECK(shell("office").error("task.list", {{"days", -1}}) == "request.bad");
}

}  // namespace task_test
