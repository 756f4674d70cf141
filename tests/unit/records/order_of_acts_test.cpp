// An act lies on or after the day of its cause: each form says so where the day is typed.
#include "desk.hpp"

namespace order_of_acts_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

struct Case {
  const char* kind;
  const char* field;   // path of the fault
  const char* record;  // %s: the day of the act; its cause lies on 2026-02-10
};
constexpr Case kCases[] = {
    {"complaint", "refused_on", R"~({"received_on": "2026-02-10", "refused_on": "%s"})~"},
    {"complaint", "accepted_on", R"~({"received_on": "2026-02-10", "accepted_on": "%s"})~"},
    {"complaint", "dialogue_on", R"~({"received_on": "2026-02-10", "dialogue_on": "%s"})~"},
    {"complaint", "decided_on",
     R"~({"received_on": "2026-02-01", "accepted_on": "2026-02-10", "decided_on": "%s"})~"},
    {"complaint", "carried_out_on",
     R"~({"received_on": "2026-02-01", "accepted_on": "2026-02-02", "decided_on": "2026-02-10", "carried_out_on": "%s"})~"},
    {"complaint", "roadmap_due",
     R"~({"received_on": "2026-02-10", "long_running": true, "roadmap_due": "%s"})~"},
    {"complaint", "ended_on", R"~({"received_on": "2026-02-10", "long_running": true, "ended_on": "%s"})~"},
    {"denunciation", "handled_on", R"~({"received_on": "2026-02-10", "handled_on": "%s"})~"},
    {"denunciation", "accepted_on",
     R"~({"received_on": "2026-02-10", "handling": "accepted", "accepted_on": "%s"})~"},
    {"citizen_reception", "answered_on", R"~({"received_at": "2026-02-10T02:00:00Z", "answered_on": "%s"})~"},
    {"community_decision", "sent_on", R"~({"decided_on": "2026-02-10", "sent_on": "%s"})~"},
    {"community_decision", "received_on", R"~({"sent_on": "2026-02-10", "received_on": "%s"})~"},
    {"community_decision", "effective_on", R"~({"decided_on": "2026-02-10", "effective_on": "%s"})~"},
    {"affected_household", "forced_inventory_on",
     R"~({"inventory_refused_on": "2026-02-10", "forced_inventory_on": "%s"})~"},
    {"affected_household", "recovery_decided_on",
     R"~({"notice_on": "2026-02-10", "recovery_decided_on": "%s"})~"},
    {"affected_household", "paid_on", R"~({"plan_approved_on": "2026-02-10", "paid_on": "%s"})~"},
    {"plan_posting", "dialogue_on", R"~({"meeting_on": "2026-02-10", "disagree": 1, "dialogue_on": "%s"})~"},
    {"plan_posting", "approved_on", R"~({"posted_from": "2026-02-10", "approved_on": "%s"})~"},
    {"project", "planned_handover", R"~({"decided_on": "2026-02-10", "planned_handover": "%s"})~"},
    {"project", "handed_over_on", R"~({"decided_on": "2026-02-10", "handed_over_on": "%s"})~"},
    {"dialogue", "questions[].answer_due",
     R"~({"start": "2026-02-10T02:00:00Z", "questions": [{"agreed": "later", "answer_due": "%s"}]})~"},
    {"dialogue", "questions[].answered_on",
     R"~({"start": "2026-02-10T02:00:00Z", "questions": [{"agreed": "later", "answered_on": "%s"}]})~"},
    {"dialogue", "published_on", R"~({"start": "2026-02-10T02:00:00Z", "published_on": "%s"})~"},
    {"inspection", "findings[].fix_due", R"~({"on": "2026-02-10", "findings": [{"fix_due": "%s"}]})~"},
    {"inspection", "findings[].fixed_on", R"~({"on": "2026-02-10", "findings": [{"fixed_on": "%s"}]})~"},
    {"consultation", "published_on",
     R"~({"opened_on": "2026-01-10", "closed_on": "2026-02-10", "published_on": "%s"})~"},
    {"opinion_note", "responded_on", R"~({"on": "2026-02-10", "responded_on": "%s"})~"},
    {"commitment", "kept_on", R"~({"made_on": "2026-02-10", "kept_on": "%s"})~"},
    {"mobilisation_visit", "commitments[].due",
     R"~({"start": "2026-02-10T02:00:00Z", "commitments": [{"due": "%s"}]})~"},
    {"mobilisation_visit", "commitments[].kept_on",
     R"~({"start": "2026-02-10T02:00:00Z", "commitments": [{"kept_on": "%s"}]})~"},
    {"coercion", "posted_on", R"~({"decided_on": "2026-02-10", "posted_on": "%s"})~"},
    {"coercion", "received_on", R"~({"decided_on": "2026-02-10", "received_on": "%s"})~"},
};

std::string with(const char* record, const char* day) {
  std::string out = record;
  return out.replace(out.find("%s"), 2, day);
}

}  // namespace

TEST_CASE("an act before its cause is refused at its field, one on the same day is taken") {
  Desk desk;
  const auto fault = [&](const Case& one, const char* day) {
    const auto* type = desk.catalog->find(one.kind);
    auto patch = json::parse(with(one.record, day));
    REQUIRE(patch.ok());
    SaveInput input;
    input.patch = &patch->get_object();
    std::uint64_t counter = 0;
    input.new_item = [&] { return changelog::make_item_id(FeedId{}, ++counter); };
    const auto changes = plan_save(*desk.catalog, *type, {}, input);
    if (changes.ok()) return std::string();
    REQUIRE(changes.error().fields.size() == 1);
    const auto& field = changes.error().fields[0];
    CHECK(field.code == "constraint");
    return schema_path(field.path);
  };
  for (const auto& one : kCases) {
    INFO(one.kind << " " << one.field);
    CHECK(fault(one, "2026-02-09") == one.field);
    CHECK(fault(one, "2026-02-10").empty());
  }
  // The other way round: what was supervised lies before the recommendation.
  const Case supervised{"supervision_recommendation", "supervised_on",
                        R"~({"sent_on": "2026-02-09", "supervised_on": "%s"})~"};
  CHECK(fault(supervised, "2026-02-10") == "supervised_on");
  CHECK(fault(supervised, "2026-02-09").empty());
}

}  // namespace order_of_acts_test
