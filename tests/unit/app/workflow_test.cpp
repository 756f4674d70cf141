// Workflow over the boundary: finalised, accepted or returned, amended, signed again; whose word counts.
#include "records/workflow.hpp"
#include "support/province.hpp"

namespace workflow_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Work : Province {
  Work() {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    enrol("office", "office", "20.A");
    enrol("boss", "supervisor", "20");
  }
  // A finalised visit of p1 that the office has.
  std::string arrived() {
    const auto id = visit("p1");
    shell("p1").ok("record.finalize", {{"id", id}});
    carry("p1", "office");
    return id;
  }
  json::value waiting(const std::string& device, const char* what) {
    return at(shell(device).ok("task.list"), std::string("counts.") + what);
  }
};

changelog::Mark word_on(const std::string& hash, const char* question = "") {
  changelog::Mark mark;
  mark.content = Hash::from(*from_hex(hash));
  mark.reason = question;
  return mark;
}

}  // namespace

TEST_CASE_METHOD(Work, "a record goes from draft to accepted, and every device says the same") {
  const auto id = visit("p1");
  CHECK(stage("p1", id) == "draft");
  CHECK(shell("office").error("record.accept", {{"id", id}}) == "not_found");
  const auto final = shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(text_at(final, "workflow.state") == "finalized");
  CHECK(at(final, "workflow.version") == json::value(1));
  CHECK(at(final, "workflow.versions.0.whole") == json::value(true));
  CHECK(text_at(final, "workflow.versions.0.content_hash") == text_at(final, "content_hash"));
  carry("p1", "office");
  CHECK(at(show("office", id), "workflow.versions.0.whole") == json::value(true));
  const auto accepted = shell("office").ok("record.accept", {{"id", id}});
  CHECK(text_at(accepted, "workflow.state") == "accepted");
  CHECK(text_at(accepted, "workflow.vi").find("CB-office") != std::string::npos);
  carry("office", "p1");
  const auto shown = show("p1", id);
  CHECK(text_at(shown, "workflow.state") == "accepted");
  CHECK(text_at(shown, "workflow.reviews.0.author.device") == devices["office"]);
  CHECK(text_at(shown, "document.state") == "finalized");
  const json::value rows = at(shell("p1").ok("record.list", {{"kind", "mobilisation_visit"}}), "records");
  CHECK(text_at(rows, "0.workflow") == "accepted");
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(
    Work,
    "a question brings it back; amended with a reason it is signed again, and the first version stays") {
  const auto id = arrived();
  CHECK(shell("office").error("record.return", {{"id", id}, {"question", "  "}}) == "request.bad");
  shell("office").ok("record.return", {{"id", id}, {"question", "Ai đã ký biên bản?"}});
  CHECK(stage("office", id) == "returned");
  carry("office", "p1");
  CHECK(text_at(show("p1", id), "workflow.vi").find("Ai đã ký biên bản?") != std::string::npos);

  const json::object change{{"outcome", "agreed"}};
  CHECK(shell("p1").error("record.finalize", {{"id", id}}) == "record.finalized");  // nothing is new
  CHECK(shell("p1").error("record.edit", {{"id", id}, {"record", change}}) == "record.finalized");
  CHECK(shell("p1").error("record.edit", {{"id", id}, {"record", change}, {"late", true}}) ==
        "record.no_reason");
  const auto amended = shell("p1").ok(
      "record.edit", {{"id", id}, {"record", change}, {"late", true}, {"reason", "Hộ đã ký ngày 10/3"}});
  CHECK(text_at(amended, "workflow.state") == "amended");
  CHECK(text_at(amended, "workflow.amendments.0.reason") == "Hộ đã ký ngày 10/3");
  CHECK(text_at(amended, "workflow.amendments.0.paths.0") == "outcome");
  CHECK(text_at(amended, "document.fields.outcome.0") == "considering");  // the signed state stands
  CHECK(text_at(amended, "workflow.vi").find("Ai đã ký biên bản?") != std::string::npos);  // and the question
  const auto paper = [&](json::object params) {
    params["id"] = id;
    return text_at(shell("p1").ok("record.print", params), "html");
  };
  CHECK(paper({}).find("đã chốt; sau đó đã sửa, phần sửa chưa chốt") != std::string::npos);

  const auto again = shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(text_at(again, "workflow.state") == "finalized");
  CHECK(at(again, "workflow.version") == json::value(2));
  CHECK(text_at(again, "document.fields.outcome.0") == "agreed");
  CHECK(at(again, "workflow.amendments").get_array().empty());
  CHECK(at(again, "workflow.reviews.0.current") == json::value(false));
  CHECK(paper({}).find("đã chốt, bản 2 ·") != std::string::npos);
  CHECK(paper({{"version", 1}}).find("đã chốt, bản 1; nay đã có bản 2 ·") != std::string::npos);
  carry("p1", "office");
  for (const char* device : {"p1", "office"}) {
    INFO(device);
    const auto first = show(device, id, {{"version", 1}});
    CHECK(text_at(first, "document.fields.outcome.0") == "considering");
    CHECK(text_at(first, "workflow.state") == "finalized");  // of the record, whichever version is shown
    CHECK(text_at(show(device, id, {{"signed", true}}), "document.fields.outcome.0") == "agreed");
    CHECK(shell(device).error("record.show", {{"id", id}, {"version", 3}}) == "record.unknown_version");
    const auto page = text_at(shell(device).ok("record.print", {{"id", id}, {"version", 1}}), "html");
    CHECK(page.find("BẢN NHÁP") == std::string::npos);
  }
  shell("office").ok("record.accept", {{"id", id}});
  CHECK(stage("office", id) == "accepted");
}

TEST_CASE_METHOD(Work, "a question is answered in words: what was signed stays, and the office looks again") {
  const auto id = arrived();
  CHECK(shell("p1").error("record.answer", {{"id", id}, {"answer", "Trưởng thôn"}}) == "record.no_question");
  shell("office").ok("record.return", {{"id", id}, {"question", "Ai đã ký biên bản?"}});
  carry("office", "p1");
  CHECK(waiting("p1", "returned") == json::value(1));
  CHECK(shell("p1").error("record.answer", {{"id", id}, {"answer", "  "}}) == "request.bad");
  const auto said = shell("p1").ok("record.answer", {{"id", id}, {"answer", "Trưởng thôn ký."}});
  CHECK(text_at(said, "workflow.state") == "answered");
  CHECK(at(said, "workflow.version") == json::value(1));
  CHECK(at(said, "workflow.amendments").get_array().empty());
  CHECK(waiting("p1", "returned") == json::value(0));
  CHECK(shell("p1").error("record.answer", {{"id", id}, {"answer", "Như trên."}}) == "record.no_question");

  carry("p1", "office");
  const auto seen = show("office", id);
  CHECK(text_at(seen, "workflow.state") == "answered");
  CHECK(text_at(seen, "workflow.reviews.0.answers.0.text") == "Trưởng thôn ký.");
  CHECK(text_at(seen, "workflow.reviews.0.answers.0.author.device") == devices["p1"]);
  CHECK(text_at(seen, "workflow.vi").find("Trưởng thôn ký.") != std::string::npos);
  CHECK(waiting("office", "review") == json::value(1));
  shell("office").ok("record.return", {{"id", id}, {"question", "Trưởng thôn nào?"}});
  CHECK(stage("office", id) == "returned");  // the answer had not seen this question
  carry("office", "p1");
  shell("p1").ok("record.answer", {{"id", id}, {"answer", "Trưởng thôn Khòn Nưa."}});
  carry("p1", "office");
  const auto accepted = shell("office").ok("record.accept", {{"id", id}});
  CHECK(text_at(accepted, "workflow.state") == "accepted");
  const auto story = boost::json::serialize(shell("office").ok("record.history", {{"id", id}}));
  CHECK(story.find("TRẢ LỜI câu hỏi: “Trưởng thôn ký.”") != std::string::npos);
  CHECK(at(shell("office").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(Work, "an answer speaks to the question that it saw; one that it had not seen waits") {
  const auto id = arrived();
  carry("p1", "boss");
  shell("office").ok("record.return", {{"id", id}, {"question", "Ai đã ký?"}});
  CHECK(shell("office").error("record.answer", {{"id", id}, {"answer", "?"}}) ==
        "record.no_question");  // its own
  shell("boss").ok("record.return", {{"id", id}, {"question", "Vị trí ở đâu?"}});
  carry("office", "p1");
  shell("p1").ok("record.answer", {{"id", id}, {"answer", "Trưởng thôn ký."}});
  carry("boss", "p1");
  CHECK(stage("p1", id) == "returned");
  CHECK(text_at(show("p1", id), "workflow.vi").find("Vị trí ở đâu?") != std::string::npos);
  CHECK(shell("boss").error("record.answer", {{"id", id}, {"answer", "Ở thôn."}}) ==
        "record.supervisor_reads");
  // Words for all that anybody may ever ask answer nothing: a question is named by its stamp.
  auto all = word_on(text_at(show("p1", id), "workflow.versions.0.content_hash"), "Đã trả lời hết.");
  unchecked("p1", [&](vault::Vault& vault) {
    for (const auto& [feed, info] : vault.roster().value()->feeds()) all.seen[feed] = UINT64_MAX;
  });
  forge("p1", id, {{std::string(records::kAnswerMark), all}});
  CHECK(stage("p1", id) == "returned");
  carry("p1", "office");
  shell("p1").ok("record.answer", {{"id", id}, {"answer", "Nhà sàn đầu thôn."}});
  CHECK(stage("p1", id) == "answered");
  shell("p1").ok("record.withdraw", {{"id", id}, {"reason", "Ghi hai lần"}});
  CHECK(stage("p1", id) == "withdrawn");
  CHECK(shell("p1").error("record.answer", {{"id", id}, {"answer", "?"}}) == "record.withdrawn");
}

TEST_CASE_METHOD(
    Work, "what changes a finalised record without a reason of its own is signed again with one only") {
  const auto id = visit("p1");
  carry("p1", "p2");
  shell("p2").ok("record.edit", {{"id", id}, {"record", {{"explained", "Đơn giá và chỗ ở mới"}}}});
  shell("p1").ok("record.finalize", {{"id", id}});
  carry("p2", "p1");  // an edit that the finalisation had not seen
  CHECK(stage("p1", id) == "finalized");
  CHECK(at(show("p1", id), "workflow.amendments").get_array().size() == 1);
  CHECK(shell("p1").error("record.finalize", {{"id", id}}) == "record.no_reason");
  const auto again =
      shell("p1").ok("record.finalize", {{"id", id}, {"reason", "Nhập phần ghi của máy thứ hai"}});
  CHECK(text_at(again, "workflow.versions.1.reason") == "Nhập phần ghi của máy thứ hai");
  CHECK(text_at(again, "document.fields.explained") == "Đơn giá và chỗ ở mới");
}

TEST_CASE_METHOD(Work, "a cadre may neither accept nor return; a supervisor may ask and not accept") {
  const auto id = arrived();
  CHECK(shell("p1").error("record.accept", {{"id", id}}) == "record.not_reviewer");
  CHECK(shell("p1").error("record.return", {{"id", id}, {"question", "?"}}) == "record.not_reviewer");
  carry("p1", "boss");
  CHECK(shell("boss").error("record.accept", {{"id", id}}) == "record.not_reviewer");
  shell("boss").ok("record.return", {{"id", id}, {"question", "Vị trí ở đâu?"}});
  CHECK(stage("boss", id) == "returned");
  const auto draft = visit("p1");
  carry("p1", "office");
  CHECK(shell("office").error("record.accept", {{"id", draft}}) == "record.not_finalized");
  CHECK(shell("office").error("record.show", {{"id", draft}, {"signed", true}}) == "record.not_finalized");
  shell("p1").ok("record.withdraw", {{"id", draft}, {"reason", "Ghi nhầm"}});
  CHECK(stage("p1", draft) == "withdrawn");
  CHECK(text_at(show("p1", draft), "workflow.vi").find("Ghi nhầm") != std::string::npos);
}

TEST_CASE_METHOD(Work, "an acceptance forged by a cadre counts nowhere and takes no office's word away") {
  const auto id = arrived();
  const auto hash = text_at(show("p1", id), "workflow.versions.0.content_hash");
  forge("p1", id, {{std::string(records::kReviewMark), word_on(hash)}});
  CHECK(stage("p1", id) == "finalized");
  CHECK(text_at(show("p1", id), "workflow.ignored.0.device") == devices["p1"]);
  carry("p1", "office");
  CHECK(stage("office", id) == "finalized");
  shell("office").ok("record.return", {{"id", id}, {"question", "Thiếu ảnh"}});
  carry("office", "p1");
  CHECK(stage("p1", id) == "returned");
  forge("p1", id, {{std::string(records::kReviewMark), word_on(hash)}});  // replaces the office's op by name
  carry("p1", "office");
  carry("p1", "boss");
  for (const char* device : {"p1", "office", "boss"}) {
    INFO(device);
    CHECK(stage(device, id) == "returned");
    CHECK(at(show(device, id), "workflow.ignored").get_array().size() == 2);
  }
}

TEST_CASE_METHOD(Work, "of an acceptance and a question that had not seen each other the question stands") {
  const auto id = arrived();
  carry("p1", "boss");
  shell("office").ok("record.accept", {{"id", id}});
  shell("boss").ok("record.return", {{"id", id}, {"question", "Ảnh đâu?"}});
  clock.advance(60'000);
  carry("office", "boss");
  carry("boss", "office");
  for (const char* device : {"office", "boss"}) {
    CHECK(stage(device, id) == "returned");
    CHECK(at(show(device, id), "workflow.reviews").get_array().size() == 2);
  }
  shell("office").ok("record.accept", {{"id", id}});  // having seen the question
  CHECK(stage("office", id) == "accepted");
}

TEST_CASE_METHOD(Work, "content that is not what was signed is said to be so, and accepted by nobody") {
  const auto id = visit("p1");
  forge("p1", id, {{std::string(records::kFinalMark), word_on(std::string(64, '7'))}});
  carry("p1", "office");
  CHECK(at(show("office", id), "workflow.versions.0.whole") == json::value(false));
  CHECK(shell("office").error("record.accept", {{"id", id}}) == "record.not_whole");
  shell("office").ok("record.return", {{"id", id}, {"question", "Dấu chốt không khớp"}});
  CHECK(stage("office", id) == "returned");
}

TEST_CASE_METHOD(Work, "an office's word stands after its device is revoked, as its records do") {
  const auto id = arrived();
  shell("office").ok("record.accept", {{"id", id}});
  carry("office", "admin");
  shell("admin").ok("device.revoke", {{"device", "office"}});
  CHECK(stage("admin", id) == "accepted");
  CHECK(at(shell("admin").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(
    Work, "an office corrects a commune's record with a reason; a supervisor asks and changes nothing") {
  const auto draft = visit("p1");
  carry("p1", "office");
  carry("p1", "boss");
  carry("p1", "p2");
  const json::object edit{{"id", draft}, {"record", {{"place", "Nhà văn hóa"}}}};
  shell("p2").ok("record.edit", edit);  // a colleague of the same role
  CHECK(shell("office").error("record.edit", edit) == "record.of_others");
  CHECK(shell("office").error("record.finalize", {{"id", draft}}) == "record.of_others");
  json::object with_reason = edit;
  with_reason["reason"] = "Ghi nhầm nơi";
  shell("office").ok("record.edit", with_reason);
  shell("office").ok("record.finalize", {{"id", draft}, {"reason", "Xã nhờ chốt"}});
  CHECK(shell("boss").error("record.edit", with_reason) == "record.supervisor_reads");
  CHECK(shell("boss").error("record.finalize", {{"id", draft}, {"reason", "x"}}) ==
        "record.supervisor_reads");
  CHECK(shell("boss").error("record.withdraw", {{"id", draft}, {"reason", "x"}}) ==
        "record.supervisor_reads");
  CHECK(shell("boss").error("number.assign", {{"id", draft}, {"symbol", "BB"}}) == "record.supervisor_reads");
  CHECK(shell("boss").error("record.print", {{"id", draft}, {"numbered", true}}) == "record.not_finalized");
  CHECK(text_at(show("boss", draft), "document.fields.place") == "Nhà hộ");
  // Also not after the maker's device got a supervisor's role besides.
  const auto again = text_at(shell("p1").ok("device.request", {{"label", "p1"}}), "request");
  shell("admin").ok("device.approve", {{"request", again}, {"role", "supervisor"}, {"unit", "20"}});
  carry("admin", "boss");
  CHECK(shell("boss").error("record.edit", with_reason) == "record.supervisor_reads");
  // What a supervisor made is a supervisor's to change, on whichever device; and the office asks before it.
  enrol("boss2", "supervisor", "20");
  const auto own =
      text_at(shell("boss").ok("record.add",
                               {{"kind", "inspection"}, {"unit", "06463"}, {"record", {{"good", "Sổ đủ"}}}}),
              "id");
  carry("boss", "boss2");
  carry("boss", "office");
  shell("boss2").ok("record.edit", {{"id", own}, {"record", {{"good", "Sổ đủ, rõ"}}}});
  CHECK(shell("office").error("record.edit", {{"id", own}, {"record", {{"good", "Tốt"}}}}) ==
        "record.of_others");
}

TEST_CASE_METHOD(
    Work, "a linked content that nobody has seen hides nothing: it is said, and the present one is read") {
  const auto village = text_at(
      shell("p1").ok(
          "record.add",
          {{"kind", "village"}, {"unit", "06463"}, {"record", {{"kind", "thon"}, {"name", "Nà Pàn"}}}}),
      "id");
  const auto id = visit("p1");
  shell("p1").ok("record.finalize", {{"id", id}});
  changelog::Mark mark;
  unchecked("p1", [&](vault::Vault& vault) {
    const auto state = *vault::load_state(vault, *id_from_text<RecordId>(id));
    mark.seen = state.seen();
    mark.content = changelog::content_hash((*vault.roster())->realm(),
                                           vault::find(vault, *id_from_text<RecordId>(id))->unit,
                                           *id_from_text<RecordId>(id), state, mark.seen);
  });
  forge("p1", id,
        {{std::string(records::kFinalMark), mark},
         {std::string(records::kJudgedMark), "1 nothing"},
         {std::string(records::kLinkedMark), village + " " + std::string(64, 'a')}});
  std::vector<std::string> said;
  const json::value verdicts = at(show("p1", id), "verdicts");
  for (const auto& v : verdicts.get_array()) said.push_back(text_at(v, "rule"));
  CHECK(std::count(said.begin(), said.end(), "@linked") == 1);
}

TEST_CASE_METHOD(Work,
                 "a removed device is told what became of it; who removes it again is told that it was") {
  shell("admin").ok("device.revoke", {{"device", devices["p1"]}, {"reason", "lost"}});
  CHECK(shell("admin").error("device.revoke", {{"device", devices["p1"]}}) == "device.already_removed");
  const auto id = visit("p1");  // it does not know yet
  carry("admin", "p1");
  CHECK(shell("p1").error("record.edit", {{"id", id}, {"record", {{"place", "x"}}}}) == "device.removed");
  CHECK(stage("p1", id) == "draft");
}

}  // namespace workflow_test
