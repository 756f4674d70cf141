// A cadre's log of some days, from the phones over a server to a stranger's eyes.
#include "base/calendar.hpp"
#include "support/loopback.hpp"
#include "support/province.hpp"

namespace log_proof_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Logged : WithServer, Province {
  Logged()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    enrol("boss", "supervisor", "20");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    for (const char* name : {"admin", "p1", "p2", "boss"}) sync(name);
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}, {"keep_ledger", name == "boss"}});
  }
  std::string today() { return date_text(local_days(clock.wall_ms())); }
  json::object asked(const std::string& first, const std::string& last, json::object more = {}) {
    json::object out{
        {"holder", "CB-p1"}, {"from", first}, {"until", last}, {"out", folder.path("log.proof")}};
    for (const auto& one : more) out[one.key()] = one.value();
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(Logged, "a supervisor proves a cadre's visits of a period, and that no segment is missing") {
  clock.advance(kDayMs);
  const auto first = today();
  const auto one = visit("p1");
  sync("p1");
  clock.advance(kDayMs);
  const auto other = visit("p2");
  const auto two = visit("p1");
  for (const char* name : {"p1", "p2"}) sync(name);
  const auto last = today();
  sync("boss");
  CHECK(shell("boss").error("audit.prove", asked(first, last)) == "audit.no_map");
  clock.advance(kDayMs);
  visit("p1");
  sync("p1");  // and the server logs where all stand
  sync("boss");
  sync("boss");
  CHECK(shell("boss").error("audit.prove", asked(last, first)) == "request.bad");
  CHECK(shell("boss").error("audit.prove", asked(first, last, {{"kind", "nothing"}})) ==
        "record.unknown_kind");
  CHECK(shell("boss").error("audit.prove", asked(first, last, {{"holder", "CB-none"}})) == "not_found");
  const auto written = shell("boss").ok("audit.prove", asked(first, last));
  CHECK(text_at(written, "record").empty());
  const auto proven = shell("p2").ok(
      "audit.verify_proof", {{"file", folder.path("log.proof")}, {"root", text_at(written, "fingerprint")}});
  std::set<std::string> records;
  const json::value changes = at(proven, "changes");
  for (const auto& change : changes.get_array()) records.insert(text_at(change.get_object(), "record"));
  CHECK(records == std::set<std::string>{one, two});
  CHECK(records.count(other) == 0);
  CHECK(at(proven, "log.undisclosed").get_int64() > 0);
  const json::value feeds = at(proven, "log.feeds");
  CHECK(feeds.get_array().size() == 3);  // the two phones' and the administrator's, who named the unit
  CHECK(text_at(proven, "log.from") == instant_text(*parse_date(first) * kDayMs - kLocalOffsetMs));
  // The same for whom nothing was written; and a phone, which has no ledger, proves none.
  CHECK(shell("p1").error("audit.prove", asked(first, last, {{"out", folder.path("none.proof")}})) ==
        "audit.no_ledger");
  CHECK(shell("boss").ok("audit.verify").at("held") == json::value(true));
}

}  // namespace log_proof_test
