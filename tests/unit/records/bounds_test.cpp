// The largest days, areas, sums and numbers that a form takes: beyond them somebody typed a key twice.
#include "desk.hpp"

namespace bounds_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

struct Bound {
  const char* kind;
  const char* field;
  std::int64_t most;
  const char* beside = "";
};
constexpr std::int64_t kAreaM2 = 1'000'000'000;
constexpr std::int64_t kDong = 1'000'000'000'000;
constexpr std::int64_t kHouseholds = 100'000;
constexpr Bound kBounds[] = {
    {"complaint", "suspended_days", 1825, R"~("received_on": "2026-02-01", "accepted_on": "2026-02-02", )~"},
    {"denunciation", "suspended_days", 1825, R"~("handling": "accepted", )~"},
    {"denunciation", "extended_days", 365, R"~("handling": "accepted", )~"},
    {"coercion", "decision_days", 365},
    {"coercion", "area_m2", kAreaM2},
    {"parcel", "area_m2", kAreaM2},
    {"handover", "area_m2", kAreaM2},
    {"project", "area_m2", kAreaM2},
    {"project", "households", kHouseholds},
    {"affected_household", "compensation", kDong},
    {"emulation_model", "money", kDong},
    {"emulation_model", "land_m2", kAreaM2},
    {"plan_posting", "households", kHouseholds},
    {"ballot", "issued", kHouseholds},
    {"community_decision", "total", kHouseholds},
    {"community_meeting", "present_number", kHouseholds},
    {"dialogue", "present", 1'000'000},
    {"dissemination_session", "present", 1'000'000},
};

// The fields that refuse the patch.
std::set<std::string> refused(Desk& desk, const char* kind, const std::string& patch) {
  const auto parsed = test::object(patch);
  SaveInput input;
  input.patch = &parsed;
  input.new_item = [] { return ItemId{}; };
  const auto changes = plan_save(*desk.catalog, *desk.catalog->find(kind), {}, input);
  std::set<std::string> out;
  if (changes.ok()) return out;
  for (const auto& f : changes.error().fields) {
    CHECK(f.code == "constraint");
    CHECK_FALSE(f.vi.empty());
    out.insert(f.path);
  }
  return out;
}

}  // namespace

TEST_CASE("a number has a largest value, and one more is refused at its field") {
  Desk desk;
  for (const auto& one : kBounds) {
    INFO(one.kind << " " << one.field);
    const auto with = [&](std::int64_t n) {
      return "{" + std::string(one.beside) + "\"" + one.field + "\": " + std::to_string(n) + "}";
    };
    CHECK(refused(desk, one.kind, with(one.most)).empty());
    CHECK(refused(desk, one.kind, with(one.most + 1)) == std::set<std::string>{one.field});
    CHECK(refused(desk, one.kind, with(-1)) == std::set<std::string>{one.field});
  }
}

TEST_CASE("no issues stands alone among a visit's issues") {
  Desk desk;
  CHECK(refused(desk, "mobilisation_visit", R"~({"issues": ["none"]})~").empty());
  CHECK(refused(desk, "mobilisation_visit", R"~({"issues": ["price", "area"]})~").empty());
  CHECK(refused(desk, "mobilisation_visit", R"~({"issues": ["price", "none"]})~") ==
        std::set<std::string>{"issues"});
}

}  // namespace bounds_test
