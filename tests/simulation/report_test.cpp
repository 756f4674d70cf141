// Reports as files, over phones, an office and a server: the same checkpoint gives the same bytes on every
// device that reads the unit, whatever each has written since; and nothing small of a denunciation leaves the
// unit.
#include <filesystem>
#include <fstream>

#include "base/calendar.hpp"
#include "support/loopback.hpp"
#include "support/province.hpp"

namespace report_file_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Reported : WithServer, Province {
  Reported()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    enrol("a", "cadre", "06463");
    enrol("b", "cadre", "06463");
    enrol("office", "office", "20.A");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    for (const char* name : {"admin", "a", "b", "office"}) sync(name);
  }
  void sync(const std::string& name) {
    clock.advance(60'000);
    shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
  void sync_all() {
    for (int i = 0; i < 2; ++i)
      for (const char* name : {"a", "b", "office"}) sync(name);
  }
  // Until nobody has anything to send: all have seen the same checkpoint.
  void settle() {
    for (int i = 0; i < 3; ++i) {
      sync("admin");
      sync_all();
    }
    sync("admin");
  }
  json::object file_of(const std::string& by, json::object more) {
    more["period"] = "2026-Q1";
    more["format"] = "csv";
    return shell(by).ok("report.period", more);
  }
  void finalized_visit(const std::string& by) { shell(by).ok("record.finalize", {{"id", visit(by)}}); }
  json::object report(const std::string& by, json::object more = {}) {
    more["period"] = "2026-Q1";
    more["unit"] = "06463";
    auto answer = shell(by).ok("report.period", more);
    CHECK_FALSE(answer.contains("incomplete"));
    return answer;
  }
  // The file, and by it what the clock says when it is made.
  std::string csv(const std::string& by, json::object more = {}) {
    clock.advance(7'200'000);
    more["format"] = "csv";
    return text_at(report(by, more), "csv");
  }
  std::string html(const std::string& by, json::object more = {}) {
    clock.advance(7'200'000);
    more["format"] = "html";
    return text_at(report(by, more), "html");
  }
  static json::object figure(const json::object& report, const std::string& id) {
    const json::value figures = at(report, "figures");
    for (const auto& one : figures.get_array())
      if (text_at(one, "id") == id) return one.get_object();
    FAIL("no figure " << id);
    return {};
  }
  static std::string shown(const json::object& report, const std::string& id) {
    return text_at(figure(report, id), "shown");
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE_METHOD(Reported, "the same checkpoint gives the same bytes, here and on a second device") {
  finalized_visit("a");
  finalized_visit("b");
  sync_all();
  const auto table = csv("a");
  const auto page = html("a");
  CHECK(has(table, "Lượt vận động hộ dân,lượt,2,0,2,,mới có,"));
  for (const char* by : {"a", "b", "office"}) {
    INFO(by);
    CHECK(csv(by) == table);
    CHECK(html(by) == page);
  }
  // What is only here is not under the checkpoint: it is left out, and said.
  const auto draft = visit("a");
  shell("a").ok("record.finalize", {{"id", draft}});
  CHECK(csv("a") == table);
  CHECK(at(report("a", {{"unsent", false}}), "left_out") == json::value(1));
  CHECK(shown(report("a", {{"unsent", false}}), "visits") == "2");
  CHECK(shown(report("a"), "visits") == "3");  // on screen all that is here counts
  const auto local = csv("a", {{"unsent", true}});
  CHECK(has(local, "lượt,3,0,3,"));
  CHECK(has(local, "không làm lại được"));
}

TEST_CASE_METHOD(Reported,
                 "a report is made again from an earlier checkpoint, also on a device that came later") {
  finalized_visit("a");
  sync_all();
  const auto first = report("a", {{"format", "csv"}});
  const auto size = at(first, "checkpoint.size");
  const auto table = text_at(first, "csv");
  CHECK(has(table, text_at(first, "checkpoint.root")));
  const json::value counted = at(figure(first, "visits"), "records");
  shell("b").ok("record.withdraw",
                {{"id", text_at(counted, "0")}, {"reason", "Ghi nhầm hộ"}});  // gone since, and it stood then
  for (int i = 0; i < 2; ++i) finalized_visit("b");
  sync_all();
  CHECK(shown(report("a", {{"unsent", false}}), "visits") == "2");
  CHECK(csv("a") != table);
  CHECK(csv("a", {{"checkpoint", size}}) == table);
  CHECK(csv("office", {{"checkpoint", size}}) == table);
  // A checkpoint that nobody verified here is none.
  CHECK(shell("a").error("report.period", {{"period", "2026-Q1"}, {"checkpoint", 9999}}) == "not_found");
  CHECK(shell("a").error("report.period", {{"period", "2026-Q1"}, {"checkpoint", size}, {"unsent", true}}) ==
        "request.bad");
}

TEST_CASE_METHOD(Reported, "forms that are issued later change nothing of what a checkpoint says") {
  const auto publish = [this](const char* name, std::string text) {
    const auto out = folder.path(std::string("forms-") + name);
    std::filesystem::create_directories(std::filesystem::path(out) / "reports");
    std::ofstream(std::filesystem::path(out) / "reports" / name) << text;
    return shell("admin").ok("schema.publish", {{"folder", out}});
  };
  // The province counts visits alone, and later people as well.
  const auto period = [](int version, const char* more) {
    return R"~({"id": "period", "version": )~" + std::to_string(version) +
           R"~(, "label": {"vi": "Số liệu tỉnh", "en": "Figures"}, "figures": [
             {"id": "visits", "label": {"vi": "Lượt tới hộ", "en": "Visits"}, "unit": {"vi": "lượt", "en": "visits"}, "kind": "mobilisation_visit"})~" +
           more + "]}";
  };
  finalized_visit("a");
  sync_all();
  const auto own = report("a", {{"format", "csv"}});
  const auto own_table = text_at(own, "csv"), own_page = html("a");
  publish("period_90.json", period(90, ""));
  settle();
  const auto first = report("a", {{"format", "csv"}});
  const auto table = text_at(first, "csv"), page = html("a");
  CHECK(has(table, "Lượt tới hộ,lượt,1,"));
  CHECK(has(page, "bộ số 1"));
  publish("period_91.json", period(91, R"~(, {"id": "people", "label": {"vi": "Người", "en": "People"},
             "unit": {"vi": "người", "en": "people"}, "kind": "citizen_reception", "sum": "people"})~"));
  finalized_visit("b");
  settle();
  CHECK(has(csv("a"), "Người,người,0,"));
  for (const char* by : {"a", "b", "office"}) {
    INFO(by);
    CHECK(csv(by, {{"checkpoint", at(first, "checkpoint.size")}}) == table);
    CHECK(html(by, {{"checkpoint", at(first, "checkpoint.size")}}) == page);
    CHECK(csv(by, {{"checkpoint", at(own, "checkpoint.size")}}) == own_table);
    CHECK(html(by, {{"checkpoint", at(own, "checkpoint.size")}}) == own_page);
  }
  // On the screen all that is here counts, by the forms of today.
  CHECK(shown(report("a"), "people") == "0");
}

TEST_CASE_METHOD(Reported, "a file has the targets that the ledger had under its checkpoint") {
  finalized_visit("a");
  const auto give = [this](std::int64_t value) {
    const auto id =
        text_at(shell("office").ok(
                    "record.add",
                    {{"kind", "target"},
                     {"unit", "06463"},
                     {"record", {{"year", 2026}, {"part", "q1"}, {"figure", "visits"}, {"value", value}}}}),
                "id");
    shell("office").ok("record.finalize", {{"id", id}});
    return id;
  };
  const auto first = give(4);
  sync_all();
  const auto told = report("a", {{"format", "csv"}});
  const auto size = at(told, "checkpoint.size");
  const auto table = text_at(told, "csv");
  CHECK(has(table, "Lượt vận động hộ dân,lượt,1,4,ít nhất,25,chưa đạt,"));
  // Withdrawn and given anew: the first checkpoint still has the first.
  shell("office").ok("record.withdraw", {{"id", first}, {"reason", "Giao lại"}});
  give(2);
  sync_all();
  for (const char* by : {"a", "b", "office"}) {
    INFO(by);
    CHECK(csv(by, {{"checkpoint", size}}) == table);
    CHECK(has(csv(by), "Lượt vận động hộ dân,lượt,1,2,ít nhất,50,chưa đạt,"));
  }
}

TEST_CASE_METHOD(Reported,
                 "while a period goes on, its report is as of the checkpoint's day, not of the clock's") {
  finalized_visit("a");
  sync_all();
  const auto table = csv("a");
  CHECK(has(table, "Số liệu tính đến hết ngày,2026-03-10\r\n"));
  clock.advance(5 * kDayMs);
  CHECK(csv("a") == table);
  CHECK(csv("b") == table);
  CHECK(text_at(report("a"), "as_of") == "2026-03-15");  // on screen it is today's
}

TEST_CASE_METHOD(Reported, "few denunciations are told inside their unit alone, and in no file") {
  const auto id = denunciation("a");
  denunciation("b");
  sync_all();
  const auto own = report("a");
  CHECK(shown(own, "denunciations") == "2");
  CHECK(at(figure(own, "denunciations"), "records").get_array().size() == 2);
  CHECK(at(figure(own, "denunciations"), "difference") == json::value(2));
  for (const json::object& more : {json::object{}, {{"unsent", false}}}) {
    const auto outside = report("office", more);
    const auto one = figure(outside, "denunciations");
    CHECK(text_at(one, "shown") == "<3");
    for (const char* member : {"value", "difference", "per_mille", "new"}) CHECK_FALSE(one.contains(member));
    CHECK(at(one, "records").get_array().empty());
    CHECK(at(one, "drafts").get_array().empty());
    CHECK_FALSE(has(json::compact(json::value(outside)), id));
  }
  for (const char* by : {"a", "office"}) {
    for (const bool unsent : {false, true}) {
      INFO(by << unsent);
      const auto made = report(by, {{"format", "csv"}, {"unsent", unsent}});
      CHECK(shown(made, "denunciations") == "<3");  // the answer beside the file says no more
      CHECK(has(text_at(made, "csv"), "Tố cáo nhận trong kỳ,đơn,<3,<3,,,,,denunciations"));
      CHECK(has(html(by, {{"unsent", unsent}}), "<td>&lt;3</td><td>&lt;3</td><td></td><td></td>"));
    }
  }
  // From three on the count is told, and still no record; nor what it was by, when it was few before.
  denunciation("a");
  sync_all();
  const auto three = figure(report("office"), "denunciations");
  CHECK(at(three, "value") == json::value(3));
  CHECK_FALSE(three.contains("difference"));
  CHECK(at(three, "records").get_array().empty());
}

TEST_CASE_METHOD(Reported,
                 "of days of one's own choice no file and no outside eye is told of denunciations") {
  for (int i = 0; i < 4; ++i) denunciation("a");
  sync_all();
  const json::object days{{"from", "2026-03-09"}, {"until", "2026-03-09"}, {"unit", "06463"}};
  CHECK(shown(shell("a").ok("report.period", days), "denunciations") == "4");
  auto to_file = days;
  to_file["format"] = "csv";
  for (const auto& [by, params] : {std::pair{"office", days}, {"office", to_file}, {"a", to_file}}) {
    INFO(by);
    const auto made = shell(by).ok("report.period", params);
    const auto one = figure(made, "denunciations");
    CHECK(text_at(one, "shown") == "…");
    for (const char* member : {"value", "previous", "difference"}) CHECK_FALSE(one.contains(member));
    CHECK(at(one, "records").get_array().empty());
    CHECK(has(text_at(made, "about_previous.vi"), "không nêu cho ngày tự chọn"));
    CHECK(has(text_at(made, "about_previous.en"), "not for free days"));
    if (made.contains("csv")) CHECK(has(text_at(made, "csv"), "không nêu cho ngày tự chọn"));
  }
  CHECK(shown(report("office"), "denunciations") == "4");
  CHECK_FALSE(has(text_at(shell("a").ok("report.period", days), "about_previous.vi"), "tố cáo"));
}

TEST_CASE_METHOD(Reported, "a unit that moved since is counted where it lay under the checkpoint") {
  finalized_visit("a");
  settle();
  const auto first = file_of("office", {{"unit", "20.A"}});
  const auto size = at(first, "checkpoint.size");
  CHECK(shown(first, "visits") == "1");
  CHECK_FALSE(first.contains("incomplete"));
  auto& admin = shell("admin");
  admin.ok("unit.add", {{"parent", "20"}, {"kind", "office"}, {"name", "Cơ quan số 2"}, {"code", "20.B"}});
  settle();
  const json::object then{{"unit", "20.B"},
                          {"checkpoint", at(file_of("admin", {{"unit", "20"}}), "checkpoint.size")}};
  const auto empty = file_of("admin", then);
  CHECK(shown(empty, "visits") == "0");
  admin.ok("unit.move", {{"unit", "06463"}, {"parent", "20.B"}});
  settle();
  for (const char* by : {"admin", "office"}) {
    INFO(by);
    CHECK(text_at(file_of(by, {{"unit", "20.A"}, {"checkpoint", size}}), "csv") == text_at(first, "csv"));
    CHECK(shown(file_of(by, {{"unit", "20.A"}}), "visits") == "0");
  }
  CHECK(text_at(file_of("admin", then), "csv") == text_at(empty, "csv"));
  CHECK(shown(file_of("admin", {{"unit", "20.B"}}), "visits") == "1");
}

TEST_CASE_METHOD(
    Reported, "predecessors are found by the codes that they had, and a gap in one is a gap of the report") {
  auto& admin = shell("admin");
  const json::value made = json::parse(R"~({"predecessors": [{"code": "06463", "name": "Xã A"}]})~").value();
  admin.ok("unit.add",
           {{"parent", "20.A"}, {"kind", "xa"}, {"name", "Xã mới"}, {"code", "06500"}, {"fields", made}});
  finalized_visit("a");
  settle();
  const auto first = file_of("admin", {{"unit", "06500"}, {"predecessors", true}});
  const json::object again{
      {"unit", "06500"}, {"predecessors", true}, {"checkpoint", at(first, "checkpoint.size")}};
  CHECK(shown(first, "visits") == "1");
  CHECK_FALSE(first.contains("incomplete"));
  const json::value profiles =
      at(admin.ok("record.list", {{"kind", "unit_profile"}, {"unit", "06463"}}), "records");
  REQUIRE(profiles.get_array().size() == 1);
  admin.ok("record.edit", {{"id", text_at(profiles, "0.id")}, {"record", {{"code", "06464"}}}});
  settle();
  CHECK(text_at(file_of("admin", again), "csv") == text_at(first, "csv"));
  CHECK(shown(file_of("admin", {{"unit", "06500"}, {"predecessors", true}}), "visits") == "0");
  // As where a bundle gave the unit to read and no sync has brought it yet.
  const auto predecessor = must(id_from_text<UnitId>(text_at(profiles, "0.unit")));
  unchecked("admin", [&](vault::Vault& vault) {
    must(vault.db().run("DELETE FROM cursor WHERE unit = ?", predecessor));
  });
  CHECK(file_of("admin", again).contains("incomplete"));
  CHECK_FALSE(file_of("admin", {{"unit", "06500"}}).contains("incomplete"));
  CHECK(
      shell("admin").ok("report.period", {{"period", "2026-Q1"}, {"unsent", false}}).contains("incomplete"));
  CHECK_FALSE(
      shell("a").ok("report.period", {{"period", "2026-Q1"}, {"unsent", false}}).contains("incomplete"));
}

TEST_CASE("without a checkpoint there is no file, unless one asks for what is here") {
  Province province;
  auto& admin = province.shell("admin");
  CHECK(admin.error("report.period", {{"period", "2026-Q1"}, {"format", "csv"}}) == "request.bad");
  CHECK(text_at(at(admin.last_error, "fields.0"), "code") == "no_checkpoint");
  const auto made = admin.ok("report.period", {{"period", "2026-Q1"}, {"format", "csv"}, {"unsent", true}});
  CHECK(has(text_at(made, "csv"), "không làm lại được"));
  for (const json::object& wrong : {json::object{{"out", "x.pdf"}},
                                    {{"format", "pdf"}},
                                    {{"head", "king"}},
                                    {{"period", "2026-Q7"}},
                                    {{"checkpoint", 0}}}) {
    json::object params = wrong;
    if (!params.contains("period")) params["period"] = "2026-Q1";
    CHECK(admin.error("report.period", params) == "request.bad");
  }
  CHECK(admin.error("report.period", {{"period", "2026-Q1"}, {"format", "docx"}, {"unsent", true}}) ==
        "print.no_word_files");
  CHECK(admin.error("report.period", {{"period", "2026-Q1"}, {"format", "xlsx"}, {"unsent", true}}) ==
        "schema.no_spreadsheets");
}

}  // namespace report_file_test
