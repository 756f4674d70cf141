// place.far, place.no_accuracy, place.travel, time.short, time.burst.
#include "cases.hpp"

namespace places_test {

using namespace gandan;
using namespace gandan::test;

namespace {

const RecordId kKhonNua = id_of<RecordId>(150), kNaLot = id_of<RecordId>(151),
               kPacLuong = id_of<RecordId>(152);

struct Hill : Cases {
  // Six records of each village, by two people: two villages 900 m apart on one hill, a third 9 km away.
  Hill() {
    for (int i = 0; i < 6; ++i) {
      at_village(kKhonNua, 21.850 + i * 1e-4, 106.760, i);
      at_village(kNaLot, 21.858 + i * 1e-4, 106.760, i);
      at_village(kPacLuong, 21.930 + i * 1e-4, 106.760, i);
    }
    titles[kKhonNua] = "Thôn Khòn Nưa";
  }
  void at_village(const RecordId& village, double north, double east, int i) {
    auto fact = visit("2026-02-10T02:00:00Z", i, 1 + i % 2);
    fact.start_ms = *fact.start_ms + i * 24 * kHour;
    fact.village = village;
    fact.position = position(north, east);
    add(fact);
  }
  Fact& here(const RecordId& village, double north, double east, double accuracy = 10) {
    auto fact = visit("2026-03-10T02:00:00Z", 40);
    fact.village = village;
    fact.position = position(north, east, accuracy);
    return add(fact);
  }
};

}  // namespace

TEST_CASE_METHOD(Hill, "a visit recorded nine kilometres from its village is asked about") {
  here(kKhonNua, 21.900, 106.850);
  REQUIRE(count("place.far") == 1);
  CHECK(says("Thôn Khòn Nưa"));
  CHECK(says("6 hồ sơ khác"));
}

TEST_CASE_METHOD(Hill,
                 "the neighbour village on the hill, a weak signal and the commune's office are not far") {
  here(kKhonNua, 21.858, 106.760);        // stands in the other village of the hill
  here(kKhonNua, 21.890, 106.760, 6000);  // a phone that only knows the mast
  int people = 1;
  for (const auto& village : {kKhonNua, kNaLot, kPacLuong})
    here(village, 21.70, 106.90).author.device = id_of<DeviceId>(people++ % 2 + 1);  // where all of them meet
  CHECK(count("place.far") == 0);
}

TEST_CASE_METHOD(Hill, "a place where one person alone recorded several villages is that person's home") {
  for (const auto& village : {kKhonNua, kNaLot, kPacLuong}) here(village, 21.70, 106.90);
  CHECK(count("place.far") == 3);
}

TEST_CASE_METHOD(Hill, "a village has a second hamlet where somebody else recorded it, too") {
  for (int i = 0; i < 3; ++i) here(kKhonNua, 21.920 + i * 1e-3, 106.760);
  CHECK(count("place.far") == 3);
  here(kKhonNua, 21.922, 106.761).author.device = id_of<DeviceId>(2);
  CHECK(count("place.far") == 3);  // one visit of another is none yet; that one was where somebody had been
  here(kKhonNua, 21.921, 106.762).author.device = id_of<DeviceId>(2);
  CHECK(count("place.far") == 0);
}

TEST_CASE_METHOD(Hill, "one fix in three lies outside its accuracy, and accuses nobody") {
  here(kKhonNua, 21.950, 106.760, 3000);  // 11 km away, by a phone that knows it within three
  CHECK(count("place.far") == 0);
  facts.back().position = position(21.950, 106.760, 300);
  CHECK(count("place.far") == 1);
}

TEST_CASE_METHOD(Cases, "where nobody else was, no village lies anywhere") {
  for (int i = 0; i < 9; ++i) {  // one author alone
    auto fact = visit("2026-03-10T02:00:00Z", i);
    fact.village = kKhonNua;
    fact.position = position(i == 8 ? 22.3 : 21.85, 106.76);
    add(fact);
  }
  CHECK(count("place.far") == 0);
  for (auto& fact : facts) fact.author = {id_of<DeviceId>(fact.subject == "H1" ? 2 : 1), {}};
  CHECK(count("place.far") == 1);
}

TEST_CASE_METHOD(Cases, "a village that is named through the household counts as well") {
  Fact household;
  household.kind = "affected_household";
  household.village = kKhonNua;
  const RecordId id = add(household).id;
  for (int i = 0; i < 7; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i, 1 + i % 2);
    fact.of = {id};
    fact.position = position(i == 6 ? 22.3 : 21.85, 106.76);
    add(fact);
  }
  CHECK(count("place.far") == 1);
}

TEST_CASE_METHOD(Cases, "a position without accuracy is told apart, a rough one is not") {
  auto typed = visit("2026-03-10T02:00:00Z", 1);
  typed.position = position(21.85, 106.76, 0);
  add(typed);
  auto rough = visit("2026-03-10T02:00:00Z", 2);
  rough.position = position(21.85, 106.76, 2500);
  add(rough);
  add(visit("2026-03-10T02:00:00Z", 3));
  REQUIRE(count("place.no_accuracy") == 1);
  CHECK(says("21.8500000 106.7600000"));
}

TEST_CASE_METHOD(
    Cases, "thirty kilometres in ten minutes is impossible, a neighbour village and a car ride are not") {
  auto first = visit("2026-03-10T01:00:00Z", 1);  // until 01:40
  first.position = position(21.85, 106.76);
  add(first);
  auto second = visit("2026-03-10T01:50:00Z", 2);
  second.position = position(22.12, 106.76);
  add(second);
  REQUIRE(count("place.travel") == 1);
  CHECK(report.found[0].records.size() == 2);
  CHECK(says("trong 10 phút"));

  facts[1].position = position(21.858, 106.76);  // the other village of the hill
  CHECK(count("place.travel") == 0);
  facts[1].position = position(22.12, 106.76);
  facts[1].start_ms = at("2026-03-10T02:40:00Z");  // an hour on the road
  CHECK(count("place.travel") == 0);
  facts[1].start_ms = at("2026-03-10T01:50:00Z");
  facts[1].author = {id_of<DeviceId>(1), id_of<HolderId>(2)};  // the phone stayed, somebody else was there
  CHECK(count("place.travel") == 0);
  facts[1].author = facts[0].author;
  facts[1].position = position(22.12, 106.76, 40'000);  // it does not know where it is
  CHECK(count("place.travel") == 0);
}

TEST_CASE_METHOD(Cases, "two teams that share a phone are two travellers; who is in both is one") {
  auto first = visit("2026-03-10T01:00:00Z", 1);
  first.team = {"to 1 a", "to 1 b"};
  first.position = position(21.85, 106.76);
  add(first);
  auto second = visit("2026-03-10T01:50:00Z", 2);
  second.team = {"to 2 b"};
  second.position = position(22.12, 106.76);  // thirty kilometres
  add(second);
  CHECK(count("place.travel") == 0);

  // Between the two of one team lies a visit of the other: they are one journey all the same.
  auto third = visit("2026-03-10T02:38:00Z", 3);
  third.team = {"to 1 a"};
  third.position = position(22.85, 106.76);  // a hundred and ten
  add(third);
  REQUIRE(count("place.travel") == 1);
  CHECK(report.found[0].records == std::vector{facts[0].id, facts[2].id});

  facts.pop_back();
  facts[1].team.insert("to 1 a");  // he cannot have been with both
  CHECK(count("place.travel") == 1);
  facts[1].team.insert("to 1 b");  // two who travel together are one finding
  CHECK(count("place.travel") == 1);
  facts[1].team.clear();  // a record that names no team is its author's
  CHECK(count("place.travel") == 1);
}

TEST_CASE_METHOD(Cases, "times are written by people: a half hour may be a quarter off at either end") {
  auto first = visit("2026-03-10T01:20:00Z", 1);
  first.end_ms = at("2026-03-10T02:00:00Z");
  first.position = position(21.85, 106.76);
  add(first);
  auto second = visit("2026-03-10T02:00:00Z", 2);
  second.position = position(21.90, 106.76);  // five and a half kilometres
  add(second);
  CHECK(count("place.travel") == 0);
  facts[1].start_ms = at("2026-03-10T02:00:41Z");  // by the clock
  facts[0].end_ms = at("2026-03-10T01:59:12Z");
  CHECK(count("place.travel") == 1);
}

TEST_CASE_METHOD(Cases, "a visit of two minutes is asked about, a closed door is not") {
  auto brief = visit("2026-03-10T02:00:00Z", 1);
  brief.end_ms = *brief.start_ms + 2 * kMinute;
  add(brief);
  auto nobody = brief;
  nobody.met = false;
  add(nobody);
  auto enough = brief;
  enough.end_ms = *brief.start_ms + 5 * kMinute;
  add(enough);
  REQUIRE(count("time.short") == 1);
  CHECK(says("2 phút"));
}

TEST_CASE_METHOD(
    Cases, "five households in half an hour is a burst; a market-day gathering and closed doors are not") {
  for (int i = 0; i < 5; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i);
    fact.start_ms = *fact.start_ms + i * 6 * kMinute;
    add(fact);
  }
  REQUIRE(count("time.burst") == 1);
  CHECK(report.found[0].records.size() == 5);
  CHECK(says("5 lần gặp"));

  // Eighty people came to the market: each household has its record, with one beginning and one place.
  facts.clear();
  for (int i = 0; i < 80; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i);
    fact.place = "cho dong dang";
    add(fact);
  }
  CHECK(count("time.burst") == 0);
  CHECK(count("place.travel") == 0);

  // They come one after another, and stay until the end.
  for (int i = 0; i < 80; ++i) {
    auto& fact = facts[static_cast<std::size_t>(i)];
    fact.start_ms = *fact.start_ms + i % 25 * kMinute;
    fact.end_ms = at("2026-03-10T04:00:00Z");
  }
  CHECK(count("time.burst") == 0);

  facts.clear();
  for (int i = 0; i < 9; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i);
    fact.start_ms = *fact.start_ms + i * 3 * kMinute;
    fact.met = i % 3 == 0;  // three of nine doors opened
    add(fact);
  }
  CHECK(count("time.burst") == 0);
}

TEST_CASE_METHOD(Cases, "six teams set out in one morning and one phone writes for all") {
  for (int i = 0; i < 6; ++i) {
    auto fact = visit("2026-03-10T01:00:00Z", i);
    fact.start_ms = *fact.start_ms + i * 3 * kMinute;
    fact.team = {"to " + std::to_string(i), "to " + std::to_string(i) + ", thanh vien"};
    add(fact);
  }
  CHECK(count("time.burst") == 0);
  for (std::size_t i = 0; i < 5; ++i) facts[i].team.insert("can bo dia chinh");  // who was at five of them
  REQUIRE(count("time.burst") == 1);
  CHECK(report.found[0].records.size() == 5);
  for (auto& fact : facts) fact.team.clear();  // nobody says who went
  REQUIRE(count("time.burst") == 1);
  CHECK(report.found[0].records.size() == 6);
}

}  // namespace places_test
