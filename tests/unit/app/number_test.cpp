// Document numbers: given offline, per unit, symbol and year; gaps, doubles and two numbers are shown and
// settled.
#include "records/number.hpp"
#include "support/province.hpp"

namespace number_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Numbered : Province {
  Numbered() {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
  }
  std::string give(const std::string& by, const std::string& id, json::object more = {}) {
    more["id"] = id;
    return text_at(shell(by).ok("number.assign", more), "number");
  }
  json::object series(const std::string& by) {
    const json::value all = at(shell(by).ok("number.list", {{"unit", "06463"}}), "series");
    REQUIRE(all.get_array().size() == 1);
    return all.get_array()[0].get_object();
  }
};

}  // namespace

TEST_CASE_METHOD(Numbered, "numbers follow each other, by the template's symbol and the record's year") {
  const auto a = visit("p1"), b = visit("p1"), c = visit("p1");
  CHECK(give("p1", a) == "01/BB-VĐ");
  CHECK(give("p1", b) == "02/BB-VĐ");
  CHECK(shell("p1").error("number.assign", {{"id", b}}) == "number.given");
  CHECK(shell("p1").error("number.assign", {{"id", c}, {"number", 2}}) == "number.taken");
  CHECK(shell("p1").error("number.assign", {{"id", c}, {"number", 0}}) == "request.bad");
  CHECK(give("p1", c, {{"number", 12}}) == "12/BB-VĐ");
  const auto all = series("p1");
  CHECK(at(all, "year") == json::value(2026));
  CHECK(at(all, "next") == json::value(13));
  REQUIRE(at(all, "gaps").get_array().size() == 1);
  CHECK(at(all, "gaps.0.from") == json::value(3));
  CHECK(at(all, "gaps.0.to") == json::value(11));
  CHECK(at(all, "doubles").get_array().empty());
  CHECK(text_at(show("p1", c), "workflow.numbers.0.text") == "12/BB-VĐ");
  // Another symbol and another year count for themselves.
  const auto d = visit("p1");
  CHECK(give("p1", d, {{"symbol", "-CV/TU"}, {"year", 2025}}) == "01-CV/TU");
  CHECK(at(shell("p1").ok("number.list", {{"symbol", "-CV/TU"}}), "series").get_array().size() == 1);
  CHECK(at(shell("p1").ok("number.list", {{"year", 2024}}), "series").get_array().empty());
  // Found by its number.
  CHECK(at(shell("p1").ok("search", {{"text", "12/BB-VĐ"}}), "hits").get_array().size() == 1);
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(Numbered, "a withdrawn record keeps its number: nobody gets it again") {
  const auto a = visit("p1"), b = visit("p1");
  give("p1", a);
  shell("p1").ok("record.withdraw", {{"id", a}, {"reason", "Ghi nhầm"}});
  CHECK(shell("p1").error("number.assign", {{"id", a}, {"number", 5}, {"reason", "x"}}) ==
        "record.withdrawn");
  CHECK(give("p1", b) == "02/BB-VĐ");
  const auto all = series("p1");
  CHECK(at(all, "numbers.0.withdrawn") == json::value(true));
  CHECK(at(all, "gaps").get_array().empty());
}

TEST_CASE_METHOD(Numbered, "a number that a signed record gave up stays taken, and is listed as such") {
  const auto a = visit("p1"), b = visit("p1"), draft = visit("p1");
  CHECK(give("p1", a, {}) == "01/BB-VĐ");
  shell("p1").ok("record.finalize", {{"id", a}});
  CHECK(give("p1", a, {{"number", 7}, {"reason", "Theo sổ giấy"}}) == "07/BB-VĐ");
  CHECK(shell("p1").error("number.assign", {{"id", b}, {"number", 1}}) == "number.taken");
  const auto all = series("p1");
  CHECK(at(all, "numbers.0.text") == json::value("01/BB-VĐ"));
  CHECK(at(all, "numbers.0.given_up") == json::value(true));
  CHECK(text_at(all, "numbers.0.record") == a);
  CHECK(at(all, "numbers.1.given_up") == json::value(false));
  CHECK(at(all, "doubles").get_array().empty());
  CHECK(at(all, "gaps.0.from") == json::value(2));
  CHECK(give("p1", a, {{"number", 1}, {"reason", "Lại như cũ"}}) == "01/BB-VĐ");  // its own
  // What stood on a draft only may be given again.
  CHECK(give("p1", draft, {{"number", 20}}) == "20/BB-VĐ");
  CHECK(give("p1", draft, {{"number", 21}, {"reason", "Ghi nhầm"}}) == "21/BB-VĐ");
  shell("p1").ok("record.finalize", {{"id", draft}});
  CHECK(give("p1", b, {{"number", 20}}) == "20/BB-VĐ");
}

TEST_CASE_METHOD(Numbered, "a number of another year than the record's is given with a remark") {
  const auto id = visit("p1");
  const auto plain = shell("p1").ok("number.assign", {{"id", id}});
  CHECK(json::find(plain, "remark") == nullptr);
  const auto other =
      shell("p1").ok("number.assign", {{"id", id}, {"year", 2025}, {"reason", "Sổ năm trước"}});
  CHECK(text_at(other, "remark.vi").find("số của năm 2025") != std::string::npos);
}

TEST_CASE_METHOD(Numbered,
                 "two phones without signal give one number twice: shown everywhere, settled with a reason") {
  const auto a = visit("p1"), b = visit("p2");
  CHECK(give("p1", a) == "01/BB-VĐ");
  CHECK(give("p2", b) == "01/BB-VĐ");
  carry("p1", "p2");
  carry("p2", "p1");
  for (const char* device : {"p1", "p2"}) {
    const auto all = series(device);
    REQUIRE(at(all, "doubles").get_array().size() == 1);
    CHECK(at(all, "doubles.0.records").get_array().size() == 2);
    CHECK(text_at(all, "doubles.0.vi").find("01/BB-VĐ") != std::string::npos);
    CHECK(at(all, "next") == json::value(2));
  }
  CHECK(shell("p2").error("number.assign", {{"id", b}, {"number", 3}}) == "number.given");
  CHECK(give("p2", b, {{"reason", "Trùng số với máy thứ nhất"}}) == "02/BB-VĐ");
  carry("p2", "p1");
  CHECK(at(series("p1"), "doubles").get_array().empty());
}

TEST_CASE_METHOD(Numbered, "two phones number one record: it has two numbers until one is chosen") {
  const auto id = visit("p1");
  carry("p1", "p2");
  give("p1", id);
  give("p2", id, {{"number", 7}});
  carry("p1", "p2");
  carry("p2", "p1");
  CHECK(at(show("p1", id), "workflow.numbers").get_array().size() == 2);
  CHECK(at(series("p1"), "numbers.0.conflict") == json::value(true));
  CHECK(give("p1", id, {{"number", 7}, {"reason", "Theo sổ giấy"}}) == "07/BB-VĐ");
  CHECK(at(show("p1", id), "workflow.numbers").get_array().size() == 1);
  CHECK(at(series("p1"), "next") == json::value(8));
}

TEST_CASE_METHOD(Numbered, "two phones that give one record the same number agree") {
  const auto id = visit("p1");
  carry("p1", "p2");
  give("p1", id, {{"number", 4}});
  give("p2", id, {{"number", 4}});
  carry("p1", "p2");
  carry("p2", "p1");
  for (const char* device : {"p1", "p2"}) {
    CHECK(at(show(device, id), "workflow.numbers").get_array().size() == 1);
    const auto all = series(device);
    CHECK(at(all, "numbers.0.conflict") == json::value(false));
    CHECK(at(all, "doubles").get_array().empty());
  }
}

TEST_CASE_METHOD(Numbered, "the paper of a withdrawn record says so, and why") {
  const auto id = visit("p1");
  const auto page = [&] { return text_at(shell("p1").ok("record.print", {{"id", id}}), "html"); };
  const auto says = [&](const char* words) { return page().find(words) != std::string::npos; };
  CHECK(says("BẢN NHÁP"));
  shell("p1").ok("record.withdraw", {{"id", id}, {"reason", "Ghi nhầm hộ"}});
  CHECK_FALSE(says("BẢN NHÁP"));
  CHECK(says("HỒ SƠ ĐÃ RÚT, KHÔNG CÒN HIỆU LỰC"));
  CHECK(says("Lý do rút: Ghi nhầm hộ"));
  CHECK(says("· đã rút"));
}

TEST_CASE_METHOD(Numbered, "a number comes with finalising or printing, on request; the paper bears it") {
  const auto a = visit("p1"), b = visit("p1");
  const auto final = shell("p1").ok("record.finalize", {{"id", a}, {"numbered", true}});
  CHECK(text_at(final, "workflow.numbers.0.text") == "01/BB-VĐ");
  CHECK(text_at(final, "workflow.state") == "finalized");
  CHECK(at(final, "workflow.versions.0.whole") == json::value(true));  // no part of the content
  const auto plain = text_at(shell("p1").ok("record.print", {{"id", b}}), "html");
  CHECK(plain.find("……/BB-VĐ") != std::string::npos);
  CHECK(plain.find(">A, <span class=\"day\">ngày 09 tháng") != std::string::npos);  // of the commune "Xã A"
  // A draft may come to nothing: it spends no number.
  CHECK(shell("p1").error("record.print", {{"id", b}, {"numbered", true}}) == "record.not_finalized");
  shell("p1").ok("record.finalize", {{"id", b}});
  const auto printed = shell("p1").ok("record.print", {{"id", b}, {"numbered", true}});
  CHECK(text_at(printed, "number") == "02/BB-VĐ");
  CHECK(text_at(printed, "html").find("02/BB-VĐ") != std::string::npos);
  CHECK(text_at(shell("p1").ok("record.print", {{"id", b}, {"numbered", true}}), "number") == "02/BB-VĐ");
  CHECK(text_at(shell("p1").ok("record.print", {{"id", a}}), "html").find("01/BB-VĐ") != std::string::npos);
  // A kind without a template says which symbol it wants.
  const auto village =
      text_at(shell("p1").ok("record.add",
                             {{"kind", "village"}, {"record", {{"kind", "thon"}, {"name", "Khòn Nưa"}}}}),
              "id");
  CHECK(shell("p1").error("record.finalize", {{"id", village}, {"numbered", true}}) == "number.no_symbol");
  CHECK(stage("p1", village) == "draft");
  CHECK(give("p1", village, {{"symbol", "QĐ-UBND"}}) == "01/QĐ-UBND");
  // A community decision has the village's own number: none is assigned, and the paper bears that one.
  const auto decision = text_at(
      shell("p1").ok("record.add",
                     {{"kind", "community_decision"}, {"record", {{"number", "07"}, {"village", village}}}}),
      "id");
  CHECK(shell("p1").error("number.assign", {{"id", decision}}) == "number.no_symbol");
  const auto bears = [&](const json::object& more, const char* number) {
    json::object params = more;
    params["id"] = decision;
    return text_at(shell("p1").ok("record.print", params), "html").find(number) != std::string::npos;
  };
  CHECK(bears({}, "Số: 07/QĐ-CĐDC"));
  CHECK(bears({{"number", "9/TB"}}, "Số: 9/TB"));  // but for who prints and says another
}

TEST_CASE("a number's text is read back only as it was written") {
  using records::DocumentNumber;
  const DocumentNumber number{2026, 5, "BB-CĐDC"};
  CHECK(records::mark_text(number) == "2026/5/BB-CĐDC");
  CHECK(records::for_people(number) == "05/BB-CĐDC");
  CHECK(records::for_people({2020, 1866, "-CV/TU"}) == "1866-CV/TU");
  CHECK(records::parse_number("2026/5/BB-CĐDC") == number);
  CHECK(records::parse_number("2020/1866/-CV/TU") == DocumentNumber{2020, 1866, "-CV/TU"});
  for (const char* bad :
       {"", "2026", "2026/5", "2026/5/", "2026/05/A", "2026/0/A", "2026/-1/A", "0/1/A", "02026/1/A",
        "2026/5x/A", "2026/1000000/A", "99999/1/A", "2026/5/ A", "2026/5/A\n"}) {
    INFO(bad);
    CHECK_FALSE(records::parse_number(bad));
  }
}

}  // namespace number_test
