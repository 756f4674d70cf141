// The log of a person and a period: what a stranger sees of it, and that nothing can be left out unseen.
#include "audit/log_proof.hpp"

#include "support/golden.hpp"
#include "unit/audit/ledger_realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace log_test {
namespace {

constexpr std::int64_t kDay = 86'400'000;

// Two phones of a commune that wrote before the period, and two persons who use them in it.
struct LogRealm : AuditedRealm {
  LogRealm() {
    supervisor = fresh_supervisor("supervisor");
    receive(*admin);
    clock.advance(kDay);
    scope = {commune, first, clock.wall_ms(), clock.wall_ms() + 10 * kDay};
    clock.advance(kDay);
    seen = save(*a, first, {text("title", "Thăm hộ H08"), text("wish", "nhận đất")});
    save(*a, second, {text("title", "Thăm hộ H09")});
    receive(*a);
    clock.advance(kDay);
    save(*b, first, {text("title", "Thăm hộ H10")});
    receive(*b);
    clock.advance(kDay);
    save(*a, second, {text("title", "Thăm hộ H11")});
    receive(*a);
    early = log_map(map_now());
    clock.advance(7 * kDay);  // the period is over
    late = enrolled("late", roster::Role::cadre, commune);
    receive(*admin);
    deliver(*late, false);
    save(*late, second, {text("title", "Họp thôn")});
    receive(*late);
    at = log_map(map_now());
  }
  RecordId save(Device& device, const HolderId& holder, const std::vector<vault::Change>& changes) {
    auto feed = must(vault::open_feed(*device.vault, commune));
    vault::IdMaker ids(feed);
    const auto record = ids.record();
    must(vault::save(*device.vault, commune, record, changes, holder, ids));
    return record;
  }
  Result<Bytes> try_prove(const audit::LogScope& of, std::size_t most = audit::kMaxProofBytes) {
    deliver(*supervisor, true);
    return audit::prove_log(
        *supervisor->vault, of, [](const RecordId&) { return true; }, most);
  }
  audit::LogFile proven(const audit::LogScope& of) {
    return must(audit::decode_log_file(must(try_prove(of)), [](ByteView) { return Status(); }));
  }
  audit::LogReport holds(const audit::LogFile& file) {
    return must(audit::verify_log(audit::encode_log_file(file), fingerprint()));
  }
  Code refusal(const audit::LogFile& file) {
    const auto checked = audit::verify_log(audit::encode_log_file(file), fingerprint());
    REQUIRE_FALSE(checked.ok());
    return checked.error().code;
  }
  audit::LogFeed& of(audit::LogFile& file, Device& device) {
    const auto id = must(device.vault->own_feed(commune))->id;
    for (auto& feed : file.feeds)
      if (feed.feed == id) return feed;
    FAIL("no such feed");
    return file.feeds[0];
  }

  // Under a map whose head of a's feed is another: a server that lies, and signs it.
  audit::LogFile under_a_lie() {
    auto file = proven(scope);
    auto lines = map_now().lines();
    const auto id = must(a->vault->own_feed(commune))->id;
    for (auto& line : lines)
      if (line.feed == id) line.head = Hash::from(Bytes(32, 9));
    const ledger::FeedMap lie(std::move(lines));
    log[at].entry.hash = lie.hash(realm());
    file.checkpoint = checkpoint().note;
    file.lines.clear();
    for (const auto& line : lie.lines()) append(file.lines, ledger::feed_line_bytes(line));
    const auto place = [&](audit::Place& one) {
      one.path = must(ledger::inclusion_proof(one.index, log.size(), tree())).path;
    };
    place(file.map);
    for (auto& statement : file.statements)
      if (statement.place) place(*statement.place);
    for (auto& feed : file.feeds)
      for (auto& segment : feed.segments) place(segment.place);
    for (auto& named : file.named)
      named.consistency = must(ledger::consistency_proof(named.size, log.size(), tree())).path;
    return file;
  }

  const HolderId first = HolderId::from(Bytes(16, 1)), second = HolderId::from(Bytes(16, 2));
  std::unique_ptr<Device> supervisor, late;
  RecordId seen;
  audit::LogScope scope;
  std::uint64_t early = 0, at = 0;
};

}  // namespace

TEST_CASE_METHOD(LogRealm, "a log shows a person's changes of a period, and counts what it does not show") {
  const auto report = holds(proven(scope));
  CHECK(report.fingerprint == fingerprint());
  CHECK(report.map_index == at);
  CHECK(report.map_ms >= scope.until_ms);
  CHECK(report.ledger_size == log.size());
  std::set<std::string> values;
  for (const auto& op : report.ops) {
    CHECK(op.holder == first);
    if (op.path == "title" || op.path == "wish") values.insert(std::get<std::string>(op.value));
  }
  CHECK(values == std::set<std::string>{"Thăm hộ H08", "nhận đất", "Thăm hộ H10"});
  // a, b and the late phone have feeds; whoever may write there besides has none, and that is shown, too.
  REQUIRE(report.feeds.size() == 3);
  CHECK(report.devices == 5);
  std::uint64_t segments = 0, ops = 0, shown = 0;
  for (const auto& feed : report.feeds) {
    segments += feed.segments;
    ops += feed.ops;
    shown += feed.shown;
  }
  CHECK(segments == 4);
  CHECK(shown == report.ops.size());
  CHECK(report.undisclosed == ops - shown);
  CHECK(report.undisclosed == 3);
  // Nothing of the others' is in the file.
  const Bytes file = must(try_prove(scope));
  for (const std::string word : {"Thăm hộ H09", "Thăm hộ H11", "Họp thôn", "Thăm hộ H07"})
    CHECK(as_text(file).find(word) == std::string_view::npos);
  CHECK(audit::is_log_proof(file));
  CHECK(audit::verify_log(file, Hash::from(Bytes(32, 1))).error().code == Code::wrong_realm);
  CHECK_FALSE(audit::verify_proof(file, fingerprint()).ok());
  // Somebody who wrote nothing has a log, too.
  auto nobody = scope;
  nobody.holder = HolderId::from(Bytes(16, 3));
  CHECK(holds(proven(nobody)).ops.empty());
  CHECK(holds(proven(nobody)).undisclosed == ops);
}

// tools/verify-proof and the command line are held against these, too: tests/integration/verify-proof.
TEST_CASE_METHOD(LogRealm, "golden bytes of a log's proof") {
  Golden golden("audit");
  const auto root = Hash::from(golden("log.fingerprint", fingerprint().view()));
  const Bytes kept = golden("log", must(try_prove(scope)));
  const auto report = must(audit::verify_log(kept, root));
  CHECK(report.ops.size() == 3);
  CHECK(report.undisclosed == 3);
  const auto file = must(audit::decode_log_file(kept, [](ByteView) { return Status(); }));
  CHECK(audit::encode_log_file(file) == kept);
  const Bytes lie = golden("log.other_head", audit::encode_log_file(under_a_lie()));
  CHECK(audit::verify_log(lie, root).error().code == Code::log_other_head);
  for (std::size_t size = 0; size < kept.size(); size += 7)
    CHECK_FALSE(audit::verify_log(ByteView(kept).first(size), root).ok());
  for (std::size_t byte = 0; byte < kept.size(); byte += 3) {
    CAPTURE(byte);
    const auto other =
        audit::verify_log(with_byte(kept, byte, static_cast<std::uint8_t>(kept[byte] ^ 0x04)), root);
    // What is claimed may be another period, of which it holds, too.
    CHECK((!other.ok() || other->scope.from_ms != report.scope.from_ms ||
           other->scope.until_ms != report.scope.until_ms));
  }
}

TEST_CASE_METHOD(LogRealm, "a log that a proof file cannot hold is refused, and says what to do") {
  write_too_much(*this, *a, commune, "wish", second);
  log_map(map_now());
  scope.until_ms = clock.wall_ms();
  log_map(map_now());
  auto other = scope;
  other.holder = second;
  CHECK(try_prove(other).ok());
  const auto made = try_prove(other, kFew);
  REQUIRE_FALSE(made.ok());
  REQUIRE(made.error().code == Code::log_too_large);
  const auto& error = info(made.error().code);
  CHECK(std::string(error.text) == "audit.log_too_large");
  CHECK(std::string(error.vi).find("chia thành nhiều kỳ ngắn hơn") != std::string::npos);
  CHECK(std::string(error.en).find("shorter periods") != std::string::npos);
}

TEST_CASE_METHOD(LogRealm, "a change that whoever hands a log on leaves out is counted as not shown") {
  auto file = proven(scope);
  std::size_t dropped = 0;
  for (auto& feed : file.feeds)
    for (auto& segment : feed.segments)
      if (segment.ops.size() > 1 && dropped++ == 0) segment.ops.pop_back();
  REQUIRE(dropped > 0);
  const auto report = holds(file);
  CHECK(report.ops.size() == 2);
  CHECK(report.undisclosed == 4);
}

TEST_CASE_METHOD(LogRealm, "a log with a segment less is refused") {
  const auto whole = proven(scope);
  std::size_t tried = 0;
  for (std::size_t f = 0; f < whole.feeds.size(); ++f)
    for (std::size_t s = 0; s < whole.feeds[f].segments.size(); ++s, ++tried) {
      auto file = whole;
      auto& segments = file.feeds[f].segments;
      segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(s));
      const Code code = refusal(file);
      // The checkpoint that only it named is left over, where the chain itself would do.
      CHECK(code == Code::log_segment_missing);
    }
  CHECK(tried == 6);  // four in the period, and one before it of each phone that wrote earlier
  auto file = whole;
  for (auto& feed : file.feeds) feed.segments.clear();
  CHECK(refusal(file) == Code::log_segment_missing);
}

TEST_CASE_METHOD(LogRealm, "a log with a feed or a device less is refused") {
  auto file = proven(scope);
  SECTION("a feed") {
    file.feeds.erase(file.feeds.begin());
    CHECK(refusal(file) == Code::log_feed_missing);
  }
  SECTION("a device, its role, its opening and its feed") {
    const auto id = must(late->vault->own_feed(commune))->id;
    for (std::size_t i = 0; i < file.feeds.size(); ++i)
      if (file.feeds[i].feed == id) file.feeds.erase(file.feeds.begin() + static_cast<std::ptrdiff_t>(i));
    const auto about = [&](const audit::ProofStatement& one) {
      const auto statement = must(roster::decode_statement(one.bytes));
      if (statement.issuer == late->vault->identity().id) return true;
      const auto* grant = std::get_if<roster::GrantBody>(&statement.body);
      return grant != nullptr &&
             roster::device_id(grant->sign_key, grant->box_key) == late->vault->identity().id;
    };
    const auto before = file.statements.size();
    file.statements.erase(std::remove_if(file.statements.begin(), file.statements.end(), about),
                          file.statements.end());
    CHECK(file.statements.size() == before - 2);
    CHECK(refusal(file) == Code::log_device_missing);
  }
}

TEST_CASE_METHOD(LogRealm, "a log under another map than the one it needs is refused") {
  SECTION("one of before the period's end") {
    auto within = scope;
    within.until_ms = log[early].entry.receipt_ms;
    deliver(*supervisor, true);
    log.erase(log.begin() + static_cast<std::ptrdiff_t>(at));
    deliver(*supervisor, true);
    auto file = proven(within);
    CHECK(holds(file).map_index == early);
    file.scope.until_ms = scope.until_ms;
    CHECK(refusal(file) == Code::log_map_early);
    CHECK(try_prove(scope).error().code == Code::no_map);
  }
  SECTION("the lines of another one") {
    const auto whole = proven(scope);
    auto file = whole;
    file.lines.clear();
    auto lines = map_now().lines();
    lines[0].next += 1;
    for (const auto& line : lines) append(file.lines, ledger::feed_line_bytes(line));
    CHECK(refusal(file) == Code::log_other_map);
    file = whole;
    file.lines.resize(file.lines.size() - ledger::kFeedLineBytes);
    CHECK(refusal(file) == Code::log_other_map);
    file = whole;
    file.map.index = early;
    CHECK(refusal(file) == Code::log_other_map);
    file = whole;
    file.map.receipt_ms += 1;
    CHECK(refusal(file) == Code::log_other_map);
  }
  SECTION("a head that is not the map's") { CHECK(refusal(under_a_lie()) == Code::log_other_head); }
}

TEST_CASE_METHOD(LogRealm, "a log shows no change of another person or another time") {
  auto other = scope;
  other.holder = second;
  const auto others = proven(other);
  auto file = proven(scope);
  SECTION("of another person") {
    of(file, *a).segments.back().ops = of(const_cast<audit::LogFile&>(others), *a).segments.back().ops;
    file.named = others.named;
    CHECK(refusal(file) == Code::bad_proof);
  }
  SECTION("said to be another person's") {
    file.scope.holder = second;
    CHECK(refusal(file) == Code::bad_proof);
  }
  SECTION("from outside the period") {
    file.scope.from_ms = scope.from_ms + 3 * kDay / 2;  // behind the first visit
    CHECK_FALSE(audit::verify_log(audit::encode_log_file(file), fingerprint()).ok());
  }
  SECTION("a change twice") {
    auto& ops = of(file, *a).segments[1].ops;
    REQUIRE_FALSE(ops.empty());
    ops.push_back(ops.back());
    CHECK(refusal(file) == Code::bad_proof);
  }
  SECTION("a feed of another unit, or twice") {
    file.feeds.push_back(file.feeds.back());
    CHECK(refusal(file) == Code::bad_proof);
    file.feeds.back().feed = FeedId::from(Bytes(16, 255));
    CHECK(refusal(file) == Code::bad_proof);
  }
}

}  // namespace log_test
