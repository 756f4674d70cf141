// Facts by hand, for labelled cases: who is accused, and which honest records that look odd are not.
// Thresholds are those that ship.
#pragma once

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "support/catch.hpp"
#include "support/seams.hpp"

namespace gandan::test {

using namespace gandan::audit;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

inline std::int64_t at(const char* instant) { return *parse_instant(instant); }
inline std::int32_t day(const char* date) { return *parse_date(date); }

template <class Id>
Id id_of(int n) {
  Id out{};
  out.bytes[0] = static_cast<std::uint8_t>(n + 1);
  out.bytes[1] = static_cast<std::uint8_t>(n / 200);
  return out;
}
inline changelog::Stamp stamp(std::int64_t ms, int feed = 1) {
  return {static_cast<std::uint64_t>(ms) << 16, id_of<FeedId>(feed)};
}
// Degrees; about 1.1 m is 1e-5.
inline changelog::Position position(double north, double east, double accuracy_m = 10) {
  return {static_cast<std::int32_t>(north * 1e7), static_cast<std::int32_t>(east * 1e7),
          static_cast<std::uint32_t>(accuracy_m * 100)};
}

class Cases {
 public:
  Cases() : catalog(std::move(records::Catalog::builtin(clock)).value()) {
    question.from = day("2026-03-01");
    question.until = day("2026-03-31");
  }

  // A signed visit of author 1 in March, written down as it ended; tests change what they are about.
  Fact visit(const char* start, int household, int author = 1) {
    Fact fact;
    fact.kind = "mobilisation_visit";
    fact.finalized = true;
    fact.author = {id_of<DeviceId>(author), id_of<HolderId>(author)};
    fact.start_ms = at(start);
    fact.end_ms = *fact.start_ms + 40 * kMinute;
    fact.day = local_days(*fact.start_ms);
    fact.subject = "H" + std::to_string(household);
    fact.project = "ho na tam";
    fact.place = "nha ho " + fact.subject;
    fact.outcome = "considering";
    fact.made = fact.entered = fact.signed_at = stamp(*fact.end_ms, author);
    fact.first_signed_ms = *fact.end_ms;
    return fact;
  }
  Fact& add(Fact fact) {
    fact.id = id_of<RecordId>(static_cast<int>(facts.size()));
    facts.push_back(std::move(fact));
    return facts.back();
  }

  // How often the indicator speaks, with what was gathered; the findings stay in `report`.
  std::size_t count(const char* indicator) {
    question.indicators = {indicator};
    Scope scope(catalog->indicators(), question);
    scope.facts = facts;
    scope.ledger = ledger;
    scope.titles = titles;
    scope.now_ms = now_ms;
    for (std::size_t i = 0; i < named.size(); ++i)
      scope.note_named(named[i], id_of<RecordId>(static_cast<int>(i)));
    find_late(scope);
    find_places(scope);
    find_times(scope);
    find_alike_texts(scope);
    find_same_photos(scope, nullptr);
    find_without_evidence(scope);
    find_rewrites(scope, *catalog);
    CHECK(find_broken_rules(scope, helpers).ok());
    find_promises(scope);
    find_unvisited(scope);
    find_same_outcomes(scope, *catalog);
    find_in_feeds(scope, helpers, forks);
    report = std::move(scope.report);
    for (const auto& found : report.found) {
      CHECK(found.about->id == indicator);
      // A value that is missing, or one that the sentence does not have, would not explain anything.
      CHECK(found.message.vi.find("…") == std::string::npos);
      CHECK(found.message.en.find("…") == std::string::npos);
      CHECK(found.message.vi.find('{') == std::string::npos);
    }
    return report.found.size();
  }
  bool says(const char* words) const {
    return !report.found.empty() && report.found.front().message.vi.find(words) != std::string::npos;
  }

  // A feed of the ledger: segments of one op each.
  struct Sealed {
    std::int64_t written;
    std::int64_t received;
    std::uint64_t checkpoint;
    bool waited = false;
    std::optional<std::uint64_t> index = {};  // in the ledger
  };
  void log(int feed, const std::vector<Sealed>& segments) {
    LedgerTimes::Feed out;
    out.id = id_of<FeedId>(feed);
    out.device = id_of<DeviceId>(feed);
    for (const auto& one : segments) {
      LedgerTimes::Segment segment;
      segment.sequence = out.segments.size();
      segment.last = static_cast<std::uint64_t>(one.written) << 16;
      segment.received_ms = one.received;
      segment.checkpoint = one.checkpoint;
      segment.waited = one.waited;
      segment.index = one.index;
      out.segments.push_back(segment);
    }
    out.next = out.segments.size();
    ledger.add(std::move(out));
  }

  FakeClock clock{at("2026-04-20T02:00:00Z")};
  std::unique_ptr<records::Catalog> catalog;
  Question question;
  std::int64_t now_ms = at("2026-04-20T02:00:00Z");
  std::vector<Fact> facts;
  LedgerTimes ledger;
  std::map<RecordId, std::string> titles;
  std::vector<Named> named;
  std::vector<std::pair<FeedId, std::uint64_t>> forks;
  Helpers helpers;
  Report report;
};

}  // namespace gandan::test
