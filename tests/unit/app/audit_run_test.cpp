// audit.run over the boundary: records as people write them, read back from the log, asked, and told in
// words.
#include "support/province.hpp"

namespace audit_run_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Audited : Province {
  Audited() {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    enrol("office", "office", "20.A");
  }
  // A signed visit by `by`, with what is given changed.
  std::string signed_visit(const std::string& by, json::object changes = {}) {
    const auto id = visit(by);
    if (!changes.empty()) shell(by).ok("record.edit", {{"id", id}, {"record", changes}});
    shell(by).ok("record.finalize", {{"id", id}});
    return id;
  }
  // The findings of one indicator in March 2026.
  json::array asked(const std::string& by, const char* indicator) {
    const auto answer =
        shell(by).ok("audit.run", {{"period", "2026-03"}, {"indicators", json::array{indicator}}});
    return answer.at("findings").get_array();
  }
  static bool names(const json::value& finding, const std::string& id) {
    for (const auto& record : finding.at("records").get_array())
      if (record.get_string() == id) return true;
    return false;
  }
};

}  // namespace

TEST_CASE_METHOD(Audited,
                 "an office asks what two phones wrote, and each finding names its record and its values") {
  const auto brief = signed_visit("p1", {{"end", "2026-03-09T02:02:00Z"}});
  signed_visit("p2");
  carry("p1", "office");
  carry("p2", "office");
  const auto found = asked("office", "time.short");
  REQUIRE(found.size() == 1);
  CHECK(names(found[0], brief));
  CHECK(text_at(found[0], "vi").find("2 phút") != std::string::npos);
  CHECK(text_at(found[0], "author.holder_code") == "CB-p1");
  CHECK(text_at(found[0], "shown.0.kind") == "mobilisation_visit");
  CHECK(asked("office", "text.alike").empty());
  CHECK(shell("office").error("audit.run", {{"period", "2026-Q5"}}) == "request.bad");
  CHECK(shell("office").error("audit.run", {{"period", "2026-03"},
                                            {"indicators", json::array{"person.score"}}}) == "request.bad");
  const auto quarter = shell("office").ok("audit.run", {{"period", "2026-Q1"}, {"unit", "06463"}});
  CHECK(text_at(quarter, "from") == "2026-01-01");
  CHECK(text_at(quarter, "until") == "2026-03-31");
  CHECK(at(quarter, "records") == json::value(2));
  const auto april = shell("office").ok("audit.run", {{"from", "2026-04-01"}, {"until", "2026-04-30"}});
  CHECK(at(april, "records") == json::value(0));
}

TEST_CASE_METHOD(Audited,
                 "a copied text is found through the log, and the field that makes it one's own is seen") {
  const std::string text =
      "Đã giải thích thông báo thu hồi đất, phương án bồi thường, chính sách tái định cư và quyền của hộ; "
      "gia đình nghe "
      "và đề nghị xem lại đơn giá cây hồi, thời hạn bàn giao mặt bằng và chỗ ở tạm trong lúc chờ nhận đất "
      "mới.";
  for (int i = 0; i < 3; ++i)
    signed_visit(i == 0 ? "p1" : "p2", {{"household", "H10" + std::to_string(i)},
                                        {"place", "Nhà hộ H10" + std::to_string(i)},
                                        {"explained", text}});
  carry("p1", "office");
  carry("p2", "office");
  const auto found = asked("office", "text.alike");
  REQUIRE(found.size() == 1);
  CHECK(found[0].at("records").get_array().size() == 3);
  CHECK_FALSE(found[0].get_object().contains("author"));
}

TEST_CASE_METHOD(Audited, "facts rewritten after signing are told apart by whether somebody asked") {
  const auto unasked = signed_visit("p1");
  const auto asked_about = signed_visit("p1", {{"household", "H018"}});
  carry("p1", "office");
  clock.advance(3 * 86'400'000);
  shell("office").ok("record.return", {{"id", asked_about}, {"question", "Hộ nào?"}});
  carry("office", "p1");
  // Who answered once is not free for ever: an answer speaks of what stood then.
  shell("p1").ok("record.answer", {{"id", asked_about}, {"answer", "Hộ H018, trưởng thôn đi cùng"}});
  for (const auto& id : {unasked, asked_about}) {
    clock.advance(60'000);
    shell("p1").ok(
        "record.edit",
        {{"id", id}, {"record", {{"household", "H019"}}}, {"late", true}, {"reason", "Ghi nhầm hộ"}});
    shell("p1").ok("record.finalize", {{"id", id}, {"reason", "Ghi nhầm hộ"}});
  }
  carry("p1", "office");
  const auto rewritten = asked("office", "rewrite.final");
  REQUIRE(rewritten.size() == 1);
  CHECK(names(rewritten[0], unasked));
  CHECK(text_at(rewritten[0], "vi").find("Mã hộ") != std::string::npos);
  const auto after_question = asked("office", "rewrite.asked");
  REQUIRE(after_question.size() == 1);
  CHECK(names(after_question[0], asked_about));
  shell("office").ok("record.accept", {{"id", asked_about}});
  CHECK(asked("office", "rewrite.asked").empty());
}

TEST_CASE_METHOD(Audited, "a promise that was moved after its day, and a household that nobody visited") {
  const auto promise =
      text_at(shell("p1").ok("record.add", {{"kind", "commitment"},
                                            {"record",
                                             {{"what", "Đo lại thửa đất"},
                                              {"party", "ubnd"},
                                              {"responsible", "Địa chính xã"},
                                              {"made_on", "2026-03-01"},
                                              {"due", date_text(local_days(clock.wall_ms()) - 1)}}}}),
              "id");
  CHECK(asked("p1", "commitment.moved").empty());
  clock.advance(2 * 3'600'000);  // within the hour it would mend a slip
  shell("p1").ok("record.edit", {{"id", promise}, {"record", {{"due", "2026-12-31"}}}});
  // By the day of the audit, for the move was made in it.
  const auto moved = shell("p1").ok("audit.run", {{"from", "2026-03-01"},
                                                  {"until", date_text(local_days(clock.wall_ms()))},
                                                  {"indicators", json::array{"commitment.moved"}}});
  const json::value findings = at(moved, "findings");
  REQUIRE(findings.get_array().size() == 1);
  CHECK(names(findings.get_array()[0], promise));
}

TEST_CASE_METHOD(Audited, "nothing sealed or personal, and no denunciation, stands in an audit") {
  const auto id = text_at(shell("p1").ok("record.add", {{"kind", "denunciation"},
                                                        {"record",
                                                         {{"number", "07/TC"},
                                                          {"received_on", "2026-03-09"},
                                                          {"field", "land"},
                                                          {"summary", "Thu phí sai"}}}}),
                          "id");
  shell("p1").ok(
      "record.seal",
      {{"id", id}, {"path", "identity"}, {"value", "Người tố cáo mẫu"}, {"for", json::array{devices["p1"]}}});
  const auto answer = json::compact(json::value(shell("p1").ok("audit.run", {{"period", "2026-03"}})));
  CHECK(answer.find("Người tố cáo mẫu") == std::string::npos);
  CHECK(answer.find("Thu phí sai") == std::string::npos);
  CHECK(answer.find(id) == std::string::npos);
}

}  // namespace audit_run_test
