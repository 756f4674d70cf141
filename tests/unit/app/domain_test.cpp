// The domain over the boundary: links both ways, gates with reasons, deadlines that move with the day.
#include "base/calendar.hpp"
#include "support/office.hpp"

namespace domain_test {

using namespace gandan;
using namespace gandan::test;

TEST_CASE("links are followed both ways: visit, household, parcel, project; commitment and its visit") {
  Office o("2026-03-10");
  const auto project = o.add(
      "project", R"~({"name": "Cao tốc", "decided_on": "2026-01-05", "area_m2": 90000, "households": 12})~");
  const auto parcel =
      o.add("parcel", R"~({"project": ")~" + project +
                          R"~(", "sheet": "12", "number": "34", "area_m2": 900, "recovered_m2": 400})~");
  const auto household = o.add("affected_household", R"~({"code": "H017", "project": ")~" + project +
                                                         R"~(", "parcels": [{"parcel": ")~" + parcel +
                                                         R"~("}], "stage": "inventory"})~");
  const auto visit =
      o.add("mobilisation_visit", R"~({"affected": ")~" + household +
                                      R"~(", "start": "2026-03-09T02:00:00Z", "outcome": "considering"})~");
  const auto commitment = o.add("commitment", R"~({"what": "Trả lời giá cây", "party": "ubnd", "visit": ")~" +
                                                  visit + R"~(", "due": "2026-03-20"})~");

  const auto shown = o.shell.ok("record.show", {{"id", visit}});  // what the household says came by itself
  CHECK(text_at(shown, "document.fields.household") == "H017");
  CHECK(text_at(shown, "document.fields.project") == "Cao tốc");
  CHECK(text_at(shown, "document.fields.stage.0") == "inventory");
  CHECK(text_at(o.shell.ok("record.show", {{"id", commitment}}), "document.fields.made_on") == "2026-03-09");
  CHECK(json::compact(at(o.shell.ok("record.show", {{"id", household}}),
                         "document.items.parcels.0.recovered_m2")) == "400");

  const auto ends = [&](const std::string& id, const char* side) {
    std::vector<std::string> out;
    const json::value rows = at(o.shell.ok("record.links", {{"id", id}}), side);
    for (const auto& row : rows.get_array())
      out.push_back(text_at(row, "record.kind") + " " + text_at(row, "label_en"));
    return out;
  };
  using Ends = std::vector<std::string>;
  CHECK(ends(commitment, "out") == Ends{"mobilisation_visit Visit"});
  CHECK(ends(visit, "out") == Ends{"affected_household Affected household"});
  CHECK(ends(visit, "in") == Ends{"commitment Visit"});
  CHECK(ends(household, "out") == Ends{"project Project", "parcel Parcel"});
  CHECK(ends(household, "in") == Ends{"mobilisation_visit Affected household"});
  CHECK(ends(parcel, "in") == Ends{"affected_household Parcel"});
  CHECK(ends(project, "in") == Ends{"affected_household Project", "parcel Project"});

  // What is withdrawn no longer points anywhere, and a rebuild finds the same links again.
  o.shell.ok("record.withdraw", {{"id", commitment}, {"reason", "Ghi nhầm"}});
  CHECK(ends(visit, "in").empty());
  CHECK(at(o.shell.ok("vault.rebuild"), "same") == json::value(true));
  CHECK(ends(household, "in") == Ends{"mobilisation_visit Affected household"});
  o.shell.ok("record.edit", {{"id", visit}, {"record", {{"affected", nullptr}}}});
  CHECK(ends(household, "in").empty());
}

TEST_CASE("a link to what is not here names it all the same") {
  Office o("2026-03-10");
  const std::string elsewhere = "00000000000000000000000001";
  const auto visit = o.add("mobilisation_visit",
                           R"~({"project": "P", "household": "H1", "affected": ")~" + elsewhere + "\"}");
  const auto links = o.shell.ok("record.links", {{"id", visit}});
  CHECK(text_at(links, "out.0.id") == elsewhere);
  CHECK(json::find(at(links, "out.0").get_object(), "record") == nullptr);
  CHECK(o.shell.error("record.links", {{"id", "zzzzzz"}}) == "not_found");
}

TEST_CASE("a deadline moves with the day, and tells a late act from a late entry") {
  Office o("2026-02-10");
  const auto id = o.add("supervision_recommendation", R"~({"number": "1", "sent_on": "2026-02-05"})~");
  auto v = o.verdict(id, "l10.supervision.answered");
  CHECK(text_at(v, "state") == "open");
  CHECK(text_at(v, "due") == "2026-02-23");  // the 20th lies in the Tet holiday
  CHECK(at(v, "days") == json::value(13));
  CHECK(at(v, "holds").is_null());
  o.clock.set(*parse_instant("2026-02-26T08:00:00+07:00"));
  v = o.verdict(id, "l10.supervision.answered");
  CHECK(text_at(v, "state") == "overdue");
  CHECK(at(v, "days") == json::value(3));
  o.shell.ok("record.edit", {{"id", id}, {"record", {{"answered_on", "2026-02-16"}}}});
  v = o.verdict(id, "l10.supervision.answered");
  CHECK(text_at(v, "state") == "in_time");
  CHECK(at(v, "entered_late") == json::value(true));
  CHECK(text_at(v, "entered_at").substr(0, 10) == "2026-02-26");
}

TEST_CASE("coercion at night and in the days of Tết is finalised with reasons only, and they stay") {
  Office o("2026-02-25");
  const auto id =
      o.add("coercion",
            R"~({"project": "Cao tốc", "household": "H017", "kind": "recovery", "decision_number": "9/QĐ",
    "decided_on": "2026-02-20", "decision_level": "commune", "posted_on": "2026-02-21", "received_on": "2026-02-21", "received_how": "received",
    "start": "2026-02-24T21:00:00+07:00", "end": "2026-02-24T23:00:00+07:00", "place": "Thửa 34",
    "board": [{"name": "Chủ tịch UBND xã", "organisation": "ubnd"}], "area_m2": 400, "proceedings": "…", "outcome": "done"})~");
  CHECK(o.shell.error("record.finalize", {{"id", id}}) == "record.gate");
  std::set<std::string> closed;
  const json::value fields = at(o.shell.last_error, "fields");
  for (const auto& f : fields.get_array()) closed.insert(text_at(f, "code"));
  CHECK(closed == std::set<std::string>{"l31.coercion.persuaded", "l31.coercion.night", "l31.coercion.tet"});
  CHECK(text_at(o.shell.ok("record.show", {{"id", id}}), "document.state") == "draft");

  const auto reason = [](const char* rule, const char* why) {
    return json::object{{"rule", rule}, {"reason", why}};
  };
  json::array some{reason("l31.coercion.night", "Sạt lở, phải di dời trong đêm"),
                   reason("l31.coercion.tet", "Sạt lở")};
  CHECK(o.shell.error("record.finalize", {{"id", id}, {"overrides", some}}) == "record.gate");
  json::array all = some;
  all.push_back(reason("l31.coercion.persuaded", "Vận động miệng nhiều lần, chưa lập biên bản"));
  json::array more = all;
  more.push_back(reason("l31.coercion.days_off", "không cần"));
  CHECK(o.shell.error("record.finalize", {{"id", id}, {"overrides", more}}) == "request.bad");
  CHECK(o.shell.error("record.finalize", {{"id", id}, {"overrides", "all"}}) == "request.bad");

  const auto done = o.shell.ok("record.finalize", {{"id", id}, {"overrides", all}});
  CHECK(text_at(done, "document.state") == "finalized");
  CHECK(at(done, "document.items.overrides").get_array().size() == 3);
  const auto v = o.verdict(id, "l31.coercion.night");
  CHECK(at(v, "holds") == json::value(false));
  CHECK(text_at(v, "overridden") == "Sạt lở, phải di dời trong đêm");
  CHECK(o.shell.error("record.print", {{"id", id}, {"format", "pdf"}}) == "request.bad");
  CHECK(o.shell.error("record.print", {{"id", id}, {"format", "docx"}}) ==
        "print.no_word_files");  // of this build
  const auto page = text_at(o.shell.ok("record.print", {{"id", id}}), "html");
  CHECK(page.find("Lý do: Sạt lở, phải di dời trong đêm.") != std::string::npos);
  CHECK(at(o.shell.ok("search", {{"text", "sạt lở"}}), "hits").get_array().size() == 1);
  const json::value history = at(o.shell.ok("record.history", {{"id", id}}), "changes");
  std::size_t labelled = 0;
  for (const auto& change : history.get_array()) labelled += text_at(change, "label_en") == "Reason" ? 1 : 0;
  CHECK(labelled == 3);
  const std::string story = json::compact(at(o.shell.ok("record.history", {{"id", id}}), "story"));
  CHECK(story.find("QUA ĐIỀU KIỆN CHƯA ĐẠT “") != std::string::npos);
  CHECK(story.find("”, lý do “Sạt lở, phải di dời trong đêm”") != std::string::npos);
  CHECK(story.find("thêm 3 dòng") == std::string::npos);
}

TEST_CASE("a unit's code is its own; a village is told from a unit") {
  Office o("2026-03-10");
  const json::object commune{{"parent", "20"}, {"kind", "xa"}, {"name", "Xã Chiến Thắng"}, {"code", "20.X1"}};
  o.shell.ok("unit.add", commune);
  CHECK(o.shell.error("unit.add", commune) == "unit.code_taken");
  auto odd = commune;
  odd["code"] = "20 X2!";
  CHECK(o.shell.error("unit.add", odd) == "record.invalid");
  CHECK(text_at(o.shell.last_error, "fields.0.path") == "code");
  CHECK(at(o.shell.ok("unit.list"), "units").get_array().size() == 2);
  o.shell.ok("unit.add", {{"parent", "20"}, {"kind", "xa"}, {"name", "Xã B"}, {"code", "20.X2"}});
  const json::value profiles =
      at(o.shell.ok("record.list", {{"kind", "unit_profile"}, {"unit", "20.X2"}}), "records");
  const auto other = text_at(profiles.get_array()[0], "id");
  CHECK(o.shell.error("record.edit", {{"id", other}, {"record", {{"code", "20.X1"}}}}) == "unit.code_taken");
  o.shell.ok("record.edit", {{"id", other}, {"record", {{"code", "20.X2"}, {"name_vi", "Xã C"}}}});
  const json::object village{{"parent", "20.X1"}, {"kind", "thon"}, {"name", "Khòn Nưa"}};
  const auto first = o.shell.ok("unit.add", village);
  CHECK(at(first, "similar").get_array().empty());
  CHECK(text_at(o.shell.ok("unit.add", village), "similar.0.record.id") == text_at(first, "record"));
  CHECK(
      o.shell.error("record.add", {{"kind", "village"}, {"unit", "khòn nưa"}, {"record", {{"name", "x"}}}}) ==
      "roster.unknown_unit");
  CHECK(text_at(o.shell.last_error, "fields.0.vi") == "Đây là một thôn; việc của thôn ghi ở Xã Chiến Thắng.");
}

TEST_CASE("a person's code is his own in his unit") {
  Office o("2026-03-10");
  o.shell.ok("holder.add", {{"code", "CB-01"}, {"role", "cadre"}});
  CHECK(o.shell.error("holder.add", {{"code", "cb-01"}, {"role", "cadre"}}) == "holder.code_taken");
  CHECK(at(o.shell.ok("holder.list"), "holders").get_array().size() == 1);
}

}  // namespace domain_test
