// late.entry, clock.ahead, clock.behind.
#include "cases.hpp"

namespace late_test {

using namespace gandan;
using namespace gandan::test;

TEST_CASE_METHOD(Cases,
                 "what was written down long after it happened is late; what was kept on a phone is not") {
  auto late = visit("2026-03-02T02:00:00Z", 1);
  late.entered = stamp(at("2026-03-20T10:00:00Z"));
  add(late);
  auto next_day = visit("2026-03-02T02:00:00Z", 2);
  next_day.entered = stamp(at("2026-03-03T10:00:00Z"));
  add(next_day);
  // No signal for six weeks: written at once, received in April.
  add(visit("2026-03-02T04:00:00Z", 3, 2));
  log(2, {{at("2026-03-02T05:00:00Z"), at("2026-04-15T02:00:00Z"), 0}});
  REQUIRE(count("late.entry") == 1);
  CHECK(report.found[0].records == std::vector{facts[0].id});
  CHECK(says("chậm 18 ngày"));
}

TEST_CASE_METHOD(Cases, "the receipt speaks for a phone whose clock ran ahead") {
  auto ahead = visit("2026-03-02T02:00:00Z", 1);
  ahead.entered = ahead.signed_at = stamp(at("2026-03-25T02:00:00Z"));  // three weeks ahead
  add(ahead);
  log(1, {{at("2026-03-25T02:00:00Z"), at("2026-03-02T06:00:00Z"), 0}});
  CHECK(count("late.entry") == 0);
  REQUIRE(count("clock.ahead") == 1);
  CHECK(says("02/03/2026 13:00"));
}

TEST_CASE_METHOD(Cases, "a clock some minutes ahead, or set by another time zone, is no matter") {
  auto minutes = visit("2026-03-02T02:00:00Z", 1);
  minutes.signed_at = stamp(at("2026-03-02T06:25:00Z"));
  add(minutes);
  auto zone = visit("2026-03-02T02:00:00Z", 2, 2);
  zone.signed_at = stamp(at("2026-03-02T13:00:00Z"), 2);
  add(zone);
  log(1, {{at("2026-03-02T06:25:00Z"), at("2026-03-02T06:00:00Z"), 0}});
  log(2, {{at("2026-03-02T13:00:00Z"), at("2026-03-02T06:00:00Z"), 0}});
  CHECK(count("clock.ahead") == 0);
}

TEST_CASE_METHOD(Cases,
                 "a clock that was set back to the day of the visit is contradicted by the checkpoint") {
  for (std::uint64_t i = 0; i < 100; ++i)
    ledger.received(i, at("2026-03-20T02:00:00Z") + static_cast<std::int64_t>(i));
  ledger.settle();
  auto back = visit("2026-03-02T02:00:00Z", 1);
  back.entered = stamp(at("2026-03-02T03:00:00Z"));
  add(back);
  log(1, {{at("2026-03-01T00:00:00Z"), at("2026-03-01T01:00:00Z"), 0},
          {at("2026-03-02T03:00:00Z"), at("2026-03-21T02:00:00Z"), 100}});
  CHECK(count("late.entry") == 0);
  REQUIRE(count("clock.behind") == 1);
  CHECK(says("chậm ít nhất 18 ngày"));
  CHECK(report.found[0].severity == records::Severity::violation);
}

TEST_CASE_METHOD(Cases, "a battery that died, a key that was waited for and a quiet month accuse nobody") {
  for (std::uint64_t i = 0; i < 100; ++i)
    ledger.received(i, at("2026-03-20T02:00:00Z") + static_cast<std::int64_t>(i));
  ledger.settle();
  // The clock fell back to the factory's day and was put right an hour later.
  auto battery = visit("2026-03-20T08:00:00Z", 1);
  battery.entered = stamp(at("2020-01-01T00:10:00Z"));
  battery.signed_at = stamp(at("2026-03-20T10:00:00Z"));
  add(battery);
  log(1, {{at("2019-12-31T00:00:00Z"), at("2026-03-20T01:00:00Z"), 0},
          {at("2020-01-01T00:10:00Z"), at("2026-03-21T02:00:00Z"), 100},
          {at("2026-03-20T10:00:00Z"), at("2026-03-21T02:00:00Z"), 100}});
  // It knew of a new key on the 20th, got it on the 21st, and sealed then what was two weeks old.
  auto waited = visit("2026-03-02T02:00:00Z", 2, 2);
  add(waited);
  log(2, {{at("2026-03-01T00:00:00Z"), at("2026-03-01T01:00:00Z"), 0},
          {at("2026-03-02T02:40:00Z"), at("2026-03-21T02:00:00Z"), 100, true}});
  // So is all that it sealed in that moment, in however many segments; what came days later is not.
  auto second = visit("2026-03-03T02:00:00Z", 4, 4);
  add(second);
  log(4, {{at("2026-03-01T00:00:00Z"), at("2026-03-01T01:00:00Z"), 0},
          {at("2026-03-02T02:40:00Z"), at("2026-03-21T02:00:00Z"), 90, true},
          {at("2026-03-03T02:40:00Z"), at("2026-03-21T02:00:00Z"), 90},
          {at("2026-03-04T02:40:00Z"), at("2026-03-21T09:00:00Z"), 100}});
  // Offline since before the visit: the checkpoint that it names is old.
  add(visit("2026-03-02T02:00:00Z", 3, 3));
  log(3, {{at("2026-03-02T02:40:00Z"), at("2026-04-10T02:00:00Z"), 0}});
  CHECK(count("clock.behind") == 0);
  CHECK(count("late.entry") == 0);
  CHECK(count("clock.ahead") == 0);
}

TEST_CASE_METHOD(Cases, "what a phone seals after the checkpoint has moved on waited for no key") {
  for (std::uint64_t i = 0; i < 100; ++i)
    ledger.received(i, at("2026-03-20T02:00:00Z") + static_cast<std::int64_t>(i));
  ledger.settle();
  add(visit("2026-03-04T02:00:00Z", 1));
  log(1, {{at("2026-03-02T02:40:00Z"), at("2026-03-21T02:00:00Z"), 90, true},
          {at("2026-03-04T02:40:00Z"), at("2026-03-21T09:00:00Z"), 100}});
  CHECK(count("clock.behind") == 1);
}

TEST_CASE_METHOD(Cases,
                 "a clock further back than the act itself does not excuse what the ledger proves late") {
  for (std::uint64_t i = 0; i < 100; ++i)
    ledger.received(i, at("2026-03-20T02:00:00Z") + static_cast<std::int64_t>(i));
  ledger.settle();
  auto back = visit("2026-03-02T02:00:00Z", 1);
  back.entered = stamp(at("2026-03-01T03:00:00Z"));  // a day before the visit
  add(back);
  log(1, {{at("2026-02-01T00:00:00Z"), at("2026-02-01T01:00:00Z"), 0},
          {at("2026-03-01T03:00:00Z"), at("2026-03-21T02:00:00Z"), 100}});
  REQUIRE(count("late.entry") == 1);  // late it is; that somebody meant it to look timely nobody can say
  CHECK(says("chậm ít nhất 18 ngày"));
  CHECK(says("đồng hồ sai"));
  CHECK(report.found[0].severity == records::Severity::warning);
  CHECK(count("clock.behind") == 0);

  facts[0].entered = stamp(at("2026-02-01T00:00:00Z"));  // the ledger has nothing against it
  CHECK(count("late.entry") == 0);
}

TEST_CASE_METHOD(Cases, "a plan that was sealed before the act is no late entry") {
  for (std::uint64_t i = 0; i < 100; ++i)
    ledger.received(i, at("2026-03-20T02:00:00Z") + static_cast<std::int64_t>(i));
  ledger.settle();
  auto planned = visit("2026-03-25T02:00:00Z", 1);
  planned.entered = stamp(at("2026-03-21T01:00:00Z"));
  add(planned);
  log(1, {{at("2026-03-21T01:00:00Z"), at("2026-04-10T02:00:00Z"), 100}});
  CHECK(count("late.entry") == 0);
}

namespace {

changelog::Op start_op(const char* written, const char* start) {
  changelog::Op op;
  op.record = id_of<RecordId>(1);
  op.path = "start";
  op.value = changelog::Instant{at(start)};
  op.stamp = stamp(at(written));
  op.save = op.stamp.hlc;
  return op;
}

}  // namespace

TEST_CASE_METHOD(Cases, "an entry is as old as the day that stands, not as the draft that it was made of") {
  const auto& parts = catalog->indicators().kinds.at("mobilisation_visit");
  changelog::RecordState state;
  state.add(start_op("2026-01-05T03:00:00Z", "2026-01-05T02:00:00Z"), false);
  state.add(start_op("2026-03-20T03:00:00Z", "2026-03-02T02:00:00Z"), false);
  state.add(start_op("2026-03-25T03:00:00Z", "2026-03-02T04:00:00Z"), false);  // the hour was wrong
  Fact fact = visit("2026-03-02T04:00:00Z", 1);
  read_entered(parts, state, fact);
  CHECK(fact.entered == stamp(at("2026-03-20T03:00:00Z")));
  add(fact);
  REQUIRE(count("late.entry") == 1);
  CHECK(says("chậm 18 ngày"));

  fact.day.reset();
  read_entered(parts, state, fact);
  CHECK(fact.entered.hlc == 0);
}

TEST_CASE_METHOD(Cases, "what the ledger proves is never more than what it has") {
  ledger.received(3, 3000);
  ledger.received(6, 6500);
  ledger.received(7, 7000);
  ledger.settle();
  log(1, {{1000, 9000, 8}, {2000, 9500, 6}, {3000, 9600, 2}});
  CHECK(ledger.of(stamp(1000)).not_before_ms == 7000);  // entry 7 is the checkpoint's last
  CHECK(ledger.of(stamp(2000)).not_before_ms == 3000);  // entry 5 is not here: the one below is sure
  CHECK_FALSE(ledger.of(stamp(3000)).not_before_ms);
  CHECK(ledger.of(stamp(1500)).received_ms == 9500);  // in the first segment that ends behind it
  CHECK_FALSE(ledger.of(stamp(4000)).sealed);         // pending
  CHECK_FALSE(ledger.of(stamp(1000, 9)).sealed);      // a feed that is not here
}

}  // namespace late_test
