// A draft while it is written: what the form asks, what is wrong, what the rules say, and nothing is saved.
#include "support/province.hpp"

namespace check_test {

using namespace gandan;
using namespace gandan::test;

namespace {

std::vector<std::string> codes(const json::value& answer, const char* list) {
  std::vector<std::string> out;
  const json::value rows = at(answer, list);
  for (const auto& row : rows.get_array()) out.push_back(text_at(row, "path") + " " + text_at(row, "code"));
  return out;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE_METHOD(Province, "a draft is checked while it is typed, and nothing of it is kept") {
  enrol("p1", "cadre", "06463");
  auto& phone = shell("p1");
  const auto before = at(phone.ok("status"), "records");
  const json::object wrong{{"household", "012345678"}, {"start", "2026-02-05T03:00:00Z"}, {"met", "nobody"}};
  auto fresh = phone.ok("record.check", {{"kind", "mobilisation_visit"}, {"record", wrong}});
  CHECK(has(codes(fresh, "faults"), "household constraint"));
  CHECK(has(codes(fresh, "missing"), "place required"));
  CHECK_FALSE(has(codes(fresh, "missing"), "explained required"));  // nobody was met
  CHECK(text_at(fresh, "values.household") == "012345678");
  CHECK(at(phone.ok("status"), "records") == before);

  const auto id = visit("p1");
  auto kept = phone.ok("record.check", {{"id", id}, {"record", {{"minutes", "refused"}}}});
  CHECK(codes(kept, "faults").empty());
  bool asked = false;
  const json::value form = at(kept, "form");
  for (const auto& row : form.get_array())
    if (text_at(row, "path") == "refusal_reason") asked = at(row, "relevant") == json::value(true);
  CHECK(asked);
  CHECK(at(show("p1", id), "document.fields.minutes") != at(kept, "values.minutes"));
  CHECK(phone.error("record.check", {}) == "request.bad");
  CHECK(phone.error("record.check", {{"kind", "visit_of_the_moon"}}) == "record.unknown_kind");
  CHECK(phone.error("record.check", {{"id", "zzzzzz"}}) == "not_found");
}

TEST_CASE_METHOD(Province, "votes are judged as they are counted") {
  enrol("p1", "cadre", "06463");
  auto& phone = shell("p1");
  const auto village = text_at(
      phone.ok("record.add", {{"kind", "village"}, {"record", {{"kind", "thon"}, {"name", "Khòn Nưa"}}}}),
      "id");
  const json::object roll{
      {"village", village},
      {"as_of", "2026-02-01"},
      {"households", json::array{json::object{{"code", "H1"}}, json::object{{"code", "H2"}},
                                 json::object{{"code", "H3"}}}}};
  const auto frozen = text_at(phone.ok("record.add", {{"kind", "household_roll"}, {"record", roll}}), "id");
  phone.ok("record.finalize", {{"id", frozen}});
  const auto verdict = [&](int agree) {
    const json::object decision{{"matter_clause", "c1"}, {"matter", "Góp công"}, {"method", "hands"},
                                {"agree", agree},        {"against", 0},         {"other", 0}};
    const auto answer = phone.ok("record.check", {{"kind", "community_meeting"},
                                                  {"record",
                                                   {{"roll", frozen},
                                                    {"village", village},
                                                    {"start", "2026-03-10T03:00:00Z"},
                                                    {"present_number", 3},
                                                    {"decisions", json::array{decision}}}}});
    json::value out;
    const json::value verdicts = at(answer, "verdicts");
    for (const auto& row : verdicts.get_array())
      if (text_at(row, "rule") == "l10.art21.two_thirds") out = at(row, "holds");
    return out;
  };
  CHECK(verdict(1) == json::value(false));
  CHECK(verdict(2) == json::value(true));
}

TEST_CASE_METHOD(Province, "records of a kind come as a table, without what is closed") {
  enrol("p1", "cadre", "06463");
  auto& phone = shell("p1");
  const auto id = visit("p1");
  const auto table = phone.ok("record.table", {{"kind", "mobilisation_visit"},
                                               {"fields", json::array{"household", "outcome", "team"}}});
  CHECK(text_at(table, "columns.1.path") == "outcome");
  CHECK(text_at(table, "columns.1.type") == "select_one");
  CHECK(text_at(table, "rows.0.record.id") == id);
  CHECK(at(table, "rows.0.values.1") == at(show("p1", id), "document.fields.outcome"));
  CHECK(at(table, "rows.0.values.2") == json::value(1));  // members of the team
  CHECK(at(phone.ok("record.table", {{"kind", "mobilisation_visit"}, {"from", "2030-01-01"}}), "rows")
            .get_array()
            .empty());
  phone.ok("record.add", {{"kind", "denunciation"}, {"record", {{"number", "1/TC"}}}});
  const json::value columns = at(phone.ok("record.table", {{"kind", "denunciation"}}), "columns");
  for (const auto& column : columns.get_array()) CHECK(text_at(column, "path") != "identity");
  CHECK(phone.error("record.table", {{"kind", "denunciation"}, {"fields", "identity"}}) == "request.bad");
  CHECK(phone.error("record.table", {{"kind", "mobilisation_visit"}, {"fields", "team[].name"}}) ==
        "request.bad");
  CHECK(phone.error("record.table", {{"kind", "moon"}}) == "record.unknown_kind");
}

}  // namespace check_test
