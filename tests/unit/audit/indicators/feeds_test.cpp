// feed.gap, feed.fork, feed.tail; and the data of the indicators.
#include "cases.hpp"

namespace feeds_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Logs : Cases {
  // Feed 1 of another device: written and received in March, the last one on the 5th.
  Logs() {
    log(1, {{at("2026-03-02T02:00:00Z"), at("2026-03-02T03:00:00Z"), 0},
            {at("2026-03-05T02:00:00Z"), at("2026-03-05T03:00:00Z"), 0}});
    log(2, {{at("2026-03-08T02:00:00Z"), at("2026-03-08T03:00:00Z"), 0}});
    forks.clear();
  }
  LedgerTimes::Feed feed(int n) { return ledger.feeds().at(id_of<FeedId>(n)); }
};

}  // namespace

TEST_CASE_METHOD(Logs, "records that name what a device wrote later show that its tail is withheld") {
  named = {{stamp(at("2026-03-06T02:00:00Z"), 1), stamp(at("2026-03-08T02:00:00Z"), 2)}};
  REQUIRE(count("feed.tail") == 1);
  CHECK(report.found[0].records.size() == 1);
  CHECK(says("06/03/2026"));
  // What is here, or came within two weeks, or lies here unopened, is no withheld tail.
  named[0].what = stamp(at("2026-03-05T02:00:00Z"), 1);
  CHECK(count("feed.tail") == 0);
  named[0].what = stamp(at("2026-03-06T02:00:00Z"), 1);
  now_ms = at("2026-03-15T02:00:00Z");
  CHECK(count("feed.tail") == 0);
  now_ms = at("2026-04-20T02:00:00Z");
  auto held = feed(1);
  held.whole = false;
  held.segments.push_back({2, 0, at("2026-03-07T03:00:00Z"), 0, false, vault::SegmentState::no_key});
  ledger.add(held);
  CHECK(count("feed.tail") == 0);
}

TEST_CASE_METHOD(Logs, "a tail that was named by hand alone is on its way") {
  auto carried = feed(2);
  carried.segments[0].received_ms.reset();
  ledger.add(carried);
  named = {{stamp(at("2026-03-06T02:00:00Z"), 1), stamp(at("2026-03-08T02:00:00Z"), 2)}};
  CHECK(count("feed.tail") == 0);
}

TEST_CASE_METHOD(Logs, "a gap before what was received, once it is a week old") {
  auto gap = feed(1);
  gap.segments[1].sequence = 4;
  gap.next = 1;
  gap.whole = false;
  ledger.add(gap);
  REQUIRE(count("feed.gap") == 1);
  CHECK(says("từ 1 đến 3"));
  now_ms = at("2026-03-09T02:00:00Z");
  CHECK(count("feed.gap") == 0);
  now_ms = at("2026-04-20T02:00:00Z");
  gap.segments[1].received_ms.reset();  // a bundle that carried a part
  ledger.add(gap);
  CHECK(count("feed.gap") == 0);
}

TEST_CASE_METHOD(Logs, "a fork is shown with its place, and says that it may be a restored phone") {
  forks = {{id_of<FeedId>(1), 1}};
  REQUIRE(count("feed.fork") == 1);
  CHECK(report.found[0].feed == id_of<FeedId>(1));
  CHECK(report.found[0].sequence == 1);
  CHECK(says("khôi phục từ bản sao"));
}

TEST_CASE_METHOD(Cases, "every indicator of the program ships, with a question and no sealed field") {
  const auto& indicators = catalog->indicators();
  for (const auto& known : records::known_indicators()) {
    const auto found = std::find_if(indicators.all.begin(), indicators.all.end(),
                                    [&](const auto& one) { return one.id == known.id; });
    INFO(known.id);
    REQUIRE(found != indicators.all.end());
    CHECK(found->says.en != found->says.vi + " ");
  }
  CHECK(indicators.all.size() == records::known_indicators().size());
  CHECK(indicators.kinds.count("denunciation") == 0);  // counted, and shown nowhere
}

TEST_CASE_METHOD(Cases, "a province's thresholds hold there, and the others' elsewhere") {
  auto files = records::builtin_schema();
  for (auto& file : files)
    if (file.path == "rules/indicators.json") {
      const std::string from = "\"time.short\", \"version\": 1, \"severity\": \"warning\"";
      const auto at = file.text.find(from);
      REQUIRE(at != std::string::npos);
      file.text.replace(
          at, from.size(),
          from + ", \"provinces\": {\"20\": {\"severity\": \"info\", \"values\": {\"minutes\": 10}}}");
    }
  catalog = std::move(records::Catalog::load(files, clock)).value();
  auto fact = visit("2026-03-10T02:00:00Z", 1);
  fact.end_ms = *fact.start_ms + 7 * kMinute;
  add(fact);
  CHECK(count("time.short") == 0);
  question.province = "20";
  REQUIRE(count("time.short") == 1);
  CHECK(report.found[0].severity == records::Severity::info);
}

TEST_CASE_METHOD(Cases, "what indicators ask is checked when it is loaded") {
  const auto fault = [&](const std::string& from, const std::string& to) {
    auto files = records::builtin_schema();
    for (auto& file : files) {
      if (file.path != "rules/indicators.json") continue;
      const auto at = file.text.find(from);
      REQUIRE(at != std::string::npos);
      file.text.replace(at, from.size(), to);
    }
    const auto loaded = records::Catalog::load(files, clock);
    REQUIRE_FALSE(loaded.ok());
    std::string out;
    for (const auto& one : loaded.error().fields) out += one.path + ": " + one.en + "\n";
    return out;
  };
  CHECK(fault("\"time.short\"", "\"time.long\"").find("no such indicator") != std::string::npos);
  CHECK(fault("\"minutes\": 5", "\"minute\": 5").find("threshold minutes is missing") != std::string::npos);
  CHECK(fault("{minutes} phút, mà đã", "{minute} phút, mà đã").find("no value {minute}") !=
        std::string::npos);
  CHECK(fault("\"outcome\": [\"outcome\"]", "\"outcome\": [\"outcomes\"]").find("no field outcomes") !=
        std::string::npos);
  CHECK(fault("\"project\": [\"project\"]", "\"projects\": [\"project\"]").find("no such column") !=
        std::string::npos);
  CHECK(fault("\"citizen_reception\": {\n      \"start\": [\"received_at\"],",
              "\"citizen_reception\": {\n      \"start\": [\"received_at\"], \"texts\": [\"person_name\"],")
            .find("sealed or personal") != std::string::npos);
  CHECK(fault("\"l10.art20.signatures\",", "\"l10.art20.signature\",").find("no rule") != std::string::npos);
  CHECK(fault("\"nobody\": [\"met=nobody\"]", "\"nobody\": [\"met\"]").find("FIELD=value") !=
        std::string::npos);
}

}  // namespace feeds_test
