// The proof of a report's figures: what a stranger counts again, what is refused, and that nothing else is
// disclosed.
#include "audit/log_proof.hpp"
#include "base/calendar.hpp"
#include "support/golden.hpp"
#include "unit/audit/ledger_realm.hpp"
#include "vault/journal.hpp"

using namespace gandan;
using namespace gandan::test;

namespace report_proof_test {
namespace {

constexpr std::int64_t kDay = 86'400'000;

// Two phones of a commune whose visits of a period were signed, and a draft of a third.
struct FiguresRealm : AuditedRealm {
  FiguresRealm() {
    supervisor = fresh_supervisor("supervisor");
    receive(*admin);
    clock.advance(kDay);
    today = local_days(clock.wall_ms());
    before = visit_of(*a, today - 20, "H00", 5);
    one = visit_of(*a, today, "H01", 3);
    two = visit_of(*b, today + 1, "H02", 4);
    three = visit_of(*b, today + 2, "H01", 1);
    draft = write_visit(*b, today + 2, "H09", 9);
    for (Device* device : {a.get(), b.get()}) receive(*device);
    log_map(map_now());
    size = log.size();
    root = checkpoint().root;
    roster_size = (*admin->vault->roster())->size();
    clock.advance(kDay);
    later = visit_of(*a, today + 1, "H05", 2);  // behind the report's checkpoint
    receive(*a);
    log_map(map_now());
    deliver(*supervisor, true);
  }
  RecordId write_visit(Device& device, std::int32_t on, const std::string& household, std::int64_t people) {
    auto feed = must(vault::open_feed(*device.vault, commune));
    vault::IdMaker ids(feed);
    const auto record = ids.record();
    must(vault::save(*device.vault, commune, record,
                     {text("@kind", "visit"),
                      {"on", changelog::Date{on}},
                      text("household", household),
                      {"people", people},
                      text("wish", "bí mật " + household)},
                     {}, ids));
    return record;
  }
  RecordId visit_of(Device& device, std::int32_t on, const std::string& household, std::int64_t people) {
    const auto record = write_visit(device, on, household, people);
    clock.advance(1000);
    changelog::Mark mark;
    mark.seen = must(vault::load_state(*device.vault, record)).seen();
    mark.content = Hash::from(Bytes(32, 7));
    auto feed = must(vault::open_feed(*device.vault, commune));
    vault::IdMaker ids(feed);
    must(vault::save(*device.vault, commune, record, {{"@final", mark}}, {}, ids));
    return record;
  }

  audit::ClaimedFigure figure(std::int64_t value, std::vector<RecordId> records) {
    audit::ClaimedFigure out;
    out.id = "visits";
    out.label_vi = "Lượt vận động";
    out.label_en = "Visits";
    out.value = value;
    out.kind = "visit";
    out.day = "on";
    out.records = std::move(records);
    std::sort(out.records.begin(), out.records.end());
    return out;
  }
  audit::ClaimedFigure visits() { return figure(3, {one, two, three}); }
  audit::ClaimedFigure people() {
    auto out = figure(8, {one, two, three});
    out.id = "people";
    out.sum = "people";
    out.paths = {"people"};
    return out;
  }
  audit::ClaimedFigure households() {
    auto out = figure(2, {one, two, three});
    out.id = "households";
    out.distinct = "household || ' / '";
    out.paths = {"household"};
    return out;
  }
  audit::ReportScope scope(std::vector<audit::ClaimedFigure> figures) {
    audit::ReportScope out;
    out.units = {commune};
    out.report = "period";
    out.version = 4;
    out.first = today - 1;
    out.last = today + 5;
    out.as_of = today;
    out.size = size;
    out.root = root;
    out.roster_size = roster_size;
    out.figures = std::move(figures);
    return out;
  }
  // The ops that a figure reads of the records that it names.
  std::set<audit::ShownOp> ops_of(const audit::ReportScope& of) {
    std::set<audit::ShownOp> out;
    for (const auto& each : of.figures)
      for (const auto& record : each.records) {
        const auto state = must(vault::load_state(*supervisor->vault, record));
        for (const auto& [path, cell] : state.cells())
          for (const auto& op : cell.ops)
            if (path == "@kind" || path == "@final" || path == each.day ||
                std::count(each.paths.begin(), each.paths.end(), path) != 0)
              out.insert({record, path, op.stamp});
      }
    return out;
  }
  Result<Bytes> try_prove(const audit::ReportScope& of, std::size_t most = audit::kMaxProofBytes) {
    return audit::prove_report(*supervisor->vault, of, ops_of(of), most);
  }
  audit::ReportFile proven(const audit::ReportScope& of) {
    return must(audit::decode_report_file(must(try_prove(of)), [](ByteView) { return Status(); }));
  }
  audit::ReportProof holds(const audit::ReportFile& file) {
    return must(audit::verify_report(audit::encode_report_file(file), fingerprint()));
  }
  Code refusal(const audit::ReportFile& file) {
    const auto checked = audit::verify_report(audit::encode_report_file(file), fingerprint());
    REQUIRE_FALSE(checked.ok());
    return checked.error().code;
  }
  // Claimed of a checkpoint that has more than the file's map: what came between is not shown.
  audit::ReportFile behind_its_map() {
    auto file = proven(scope({visits()}));
    a->write(commune, {text("t", "x")});
    receive(*a);
    const auto now = checkpoint();
    file.checkpoint = now.note;
    const auto place = [&](audit::Place& at) {
      at.path = must(ledger::inclusion_proof(at.index, log.size(), tree())).path;
    };
    place(file.map);
    for (auto& statement : file.statements)
      if (statement.place) place(*statement.place);
    for (auto& feed : file.feeds)
      for (auto& segment : feed.segments) place(segment.place);
    auto& named = file.named;
    named.erase(std::remove_if(named.begin(), named.end(),
                               [&](const auto& each) { return each.size == file.scope.size; }),
                named.end());
    for (auto& each : named)
      each.consistency = must(ledger::consistency_proof(each.size, log.size(), tree())).path;
    audit::NamedCheckpoint last;
    last.size = now.size;
    last.last = decltype(last.last)::from(ledger::entry_bytes(log.back().entry));
    last.inclusion = must(ledger::inclusion_proof(now.size - 1, now.size, tree())).path;
    named.push_back(last);
    file.scope.size = now.size;
    file.scope.root = now.root;
    return file;
  }
  Code unproven(const audit::ClaimedFigure& claimed) {
    const auto made = try_prove(scope({claimed}));
    REQUIRE_FALSE(made.ok());
    return made.error().code;
  }

  std::unique_ptr<Device> supervisor;
  std::int32_t today = 0;
  RecordId before, one, two, three, draft, later;
  std::uint64_t size = 0, roster_size = 0;
  Hash root;
};

}  // namespace

TEST_CASE_METHOD(FiguresRealm,
                 "a figure is counted again from what its records say, and nothing else is shown") {
  const auto all = scope({visits(), people(), households()});
  const auto proof = holds(proven(all));
  CHECK(proof.scope.figures.size() == 3);
  CHECK(proof.scope.figures[1].value == 8);
  CHECK(proof.units.count(commune) == 1);
  CHECK(proof.checkpoint_ms > 0);
  std::map<std::string, int> paths;
  for (const auto& op : proof.ops) ++paths[op.path];
  CHECK(paths ==
        std::map<std::string, int>{{"@final", 3}, {"@kind", 3}, {"household", 3}, {"on", 3}, {"people", 3}});
  CHECK(proof.undisclosed > 0);
  const Bytes file = must(try_prove(all));
  for (const std::string word : {"bí mật", "H00", "H05", "H09"})
    CHECK(as_text(file).find(word) == std::string_view::npos);
  CHECK(audit::is_report_proof(file));
  CHECK_FALSE(audit::is_log_proof(file));
  CHECK(audit::verify_log(file, fingerprint()).error().code == Code::newer_format);
  CHECK(audit::verify_report(file, Hash::from(Bytes(32, 1))).error().code == Code::wrong_realm);
  // Only what this figure reads.
  const auto fewer = holds(proven(scope({visits()})));
  CHECK(fewer.ops.size() == 9);
  // A figure of nothing is one, too: the logs are whole.
  CHECK(holds(proven(scope({figure(0, {})}))).ops.empty());
}

// tools/verify-proof and the command line are held against these, too: tests/integration/verify-proof.
TEST_CASE_METHOD(FiguresRealm, "golden bytes of a proof of figures") {
  Golden golden("audit");
  const auto fingerprint_now = Hash::from(golden("figures.fingerprint", fingerprint().view()));
  auto all = scope({visits(), people(), households()});
  all.file = Hash::from(Bytes(32, 0x5a));
  const Bytes kept = golden("figures", must(try_prove(all)));
  const auto proof = must(audit::verify_report(kept, fingerprint_now));
  CHECK(proof.ops.size() == 15);
  CHECK(proof.scope.file == Hash::from(Bytes(32, 0x5a)));
  const auto file = must(audit::decode_report_file(kept, [](ByteView) { return Status(); }));
  CHECK(audit::encode_report_file(file) == kept);
  for (std::size_t length = 0; length < kept.size(); length += 7)
    CHECK_FALSE(audit::verify_report(ByteView(kept).first(length), fingerprint_now).ok());
  const Bytes early = golden("figures.early_map", audit::encode_report_file(behind_its_map()));
  CHECK(audit::verify_report(early, fingerprint_now).error().code == Code::log_map_early);
  const auto claim = [](const audit::ReportProof& of) {
    audit::ReportFile only;
    only.scope = of.scope;
    return audit::encode_report_file(only);
  };
  for (std::size_t byte = 0; byte < kept.size(); byte += 3) {
    CAPTURE(byte);
    const auto other = audit::verify_report(
        with_byte(kept, byte, static_cast<std::uint8_t>(kept[byte] ^ 0x04)), fingerprint_now);
    // What is claimed may be another label or another day, of which it holds, too.
    CHECK((!other.ok() || claim(*other) != claim(proof)));
  }
}

TEST_CASE_METHOD(FiguresRealm, "a number that the records do not give is proven by nobody, nor believed") {
  CHECK(unproven(figure(4, {one, two, three})) == Code::proof_other_count);
  CHECK(unproven(figure(4, {one, two, three, before})) == Code::proof_other_count);  // of before the period
  CHECK(unproven(figure(4, {one, two, three, draft})) == Code::proof_other_count);
  CHECK(unproven(figure(4, {one, two, three, later})) == Code::not_received);  // not under that checkpoint
  CHECK(unproven(figure(4, {one, two, three, visit})) == Code::proof_other_count);  // of another kind
  auto any = figure(4, {one, two, three, before});
  any.any_time = true;
  CHECK(holds(proven(scope({any}))).ops.size() == 12);
  auto owed = figure(4, {one, two, three, draft});
  owed.drafts = true;
  CHECK(holds(proven(scope({owed}))).ops.size() == 11);
  auto file = proven(scope({visits(), people(), households()}));
  SECTION("another number") {
    for (auto& each : file.scope.figures) {
      const auto kept = each.value;
      each.value += 1;
      CHECK(refusal(file) == Code::proof_other_count);
      each.value = kept;
    }
    CHECK(holds(file).ops.size() == 15);
  }
  SECTION("a record less, and the number with it: its changes are left over") {
    auto& each = file.scope.figures;
    each = {each[0]};
    each[0].records.pop_back();
    each[0].value = 2;
    CHECK(refusal(file) == Code::bad_proof);
  }
  SECTION("a record more that is not shown") {
    auto& records = file.scope.figures[0].records;
    records.push_back(RecordId::from(Bytes(16, 255)));
    file.scope.figures[0].value = 4;
    CHECK(refusal(file) == Code::proof_other_count);
  }
  SECTION("a change that no figure reads") {
    file.scope.figures = {file.scope.figures[0]};
    CHECK(refusal(file) == Code::bad_proof);
  }
  SECTION("a change less") {
    for (auto& feed : file.feeds)
      for (auto& segment : feed.segments)
        if (!segment.ops.empty()) segment.ops.pop_back();
    CHECK_FALSE(audit::verify_report(audit::encode_report_file(file), fingerprint()).ok());
  }
  SECTION("another period") {
    file.scope.first = today + 1;
    CHECK(refusal(file) == Code::proof_other_count);
  }
  SECTION("the same figure twice, or a way of counting that nobody can repeat") {
    auto twice = file;
    twice.scope.figures[1] = twice.scope.figures[0];
    CHECK(refusal(twice) == Code::bad_proof);
    for (const char* formula :
         {"household || coalesce(x, '')", "household ||", "'open", "on", "1 + 1", "a b"}) {
      INFO(formula);
      auto other = file;
      other.scope.figures[2].distinct = formula;
      CHECK(refusal(other) == Code::bad_proof);
    }
    file.scope.figures[1].sum = "abs(people)";
    CHECK(refusal(file) == Code::bad_proof);
  }
}

TEST_CASE_METHOD(FiguresRealm, "figures that a proof file cannot hold are refused, and it says what to do") {
  auto many = write_too_much(*this, *a, commune, "wish", {});
  log_map(map_now());
  size = log.size();
  root = checkpoint().root;
  log_map(map_now());
  deliver(*supervisor, true);
  auto wishes = figure(static_cast<std::int64_t>(many.size()), std::move(many));
  wishes.id = wishes.distinct = "wish";
  wishes.paths = {"wish"};
  const auto made = try_prove(scope({visits(), wishes}), kFew);
  REQUIRE_FALSE(made.ok());
  REQUIRE(made.error().code == Code::report_proof_too_large);
  const auto& error = info(made.error().code);
  CHECK(std::string(error.text) == "audit.report_too_large");
  for (const char* way : {"từng đơn vị", "từng số liệu", "kỳ ngắn hơn"})
    CHECK(std::string(error.vi).find(way) != std::string::npos);
  for (const char* way : {"unit by unit", "one figure at a time", "shorter period"})
    CHECK(std::string(error.en).find(way) != std::string::npos);
  CHECK(try_prove(scope({visits()}), kFew).ok());  // as it says: one figure alone
}

TEST_CASE_METHOD(FiguresRealm, "what is claimed is one line that reads as it is written") {
  const auto whole = proven(scope({visits(), households()}));
  for (const std::string character :
       {"\n", "\r", "\t", "\x01", "\x1f", "\x7f", "\u0080", "\u0085", "\u009f", "\u061c", "\u200e", "\u200f",
        "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069"}) {
    const std::string text = "Visits" + character + "A witness cosigned";
    const auto refused = [&](const std::function<std::string&(audit::ReportScope&)>& at) {
      auto file = whole;
      at(file.scope) = text;
      CAPTURE(text);
      CHECK(refusal(file) == Code::bad_proof);
    };
    refused([](auto& of) -> std::string& { return of.report; });
    refused([](auto& of) -> std::string& { return of.figures[0].id; });
    refused([](auto& of) -> std::string& { return of.figures[0].label_vi; });
    refused([](auto& of) -> std::string& { return of.figures[0].label_en; });
    refused([](auto& of) -> std::string& { return of.figures[0].where; });
    refused([](auto& of) -> std::string& { return of.figures[1].paths[0]; });
    auto file = whole;
    file.scope.figures[1].distinct = "household || '" + text + "'";
    CHECK(refusal(file) == Code::bad_proof);
    // Nor does anybody write such a file.
    auto claimed = visits();
    claimed.label_vi = text;
    CHECK(audit::countable(claimed).error().code == Code::bad_proof);
    CHECK(unproven(claimed) == Code::bad_proof);
  }
  auto file = whole;
  file.scope.figures[0].where = "household <> 'Bản Chu – số 1' \u2026 \u20ab";  // what people write stays
  CHECK(holds(file).scope.figures[0].where == file.scope.figures[0].where);
}

TEST_CASE_METHOD(FiguresRealm, "the logs begin with the period, and no day is claimed that had not come") {
  const auto whole = proven(scope({visits()}));
  const auto begin = std::int64_t{whole.scope.first} * kDayMs - kLocalOffsetMs;
  CHECK(whole.scope.from_ms == begin);
  auto file = whole;
  file.scope.from_ms = begin + 1;
  CHECK(refusal(file) == Code::bad_proof);
  file.scope.first += 1;  // of which it begins early enough
  CHECK(holds(file).ops.size() == 9);
  file = whole;
  file.scope.as_of = local_days(holds(whole).checkpoint_ms);
  CHECK(holds(file).ops.size() == 9);
  file.scope.as_of += 1;
  CHECK(refusal(file) == Code::bad_proof);
}

TEST_CASE_METHOD(FiguresRealm,
                 "a record that is left out with its changes is counted among what is not shown") {
  const auto whole = proven(scope({visits()}));
  auto file = whole;
  for (auto& feed : file.feeds)
    for (auto& segment : feed.segments) {
      const auto stub = must(protocol::decode_stub(segment.stub));
      auto& ops = segment.ops;
      ops.erase(std::remove_if(ops.begin(), ops.end(),
                               [&](const audit::ProofOp& op) {
                                 const auto proof = must(changelog::decode_op_proof(op.bytes));
                                 return must(changelog::verify_op(realm(), stub, proof)).record == three;
                               }),
                ops.end());
    }
  auto& records = file.scope.figures[0].records;
  records.erase(std::find(records.begin(), records.end(), three));
  file.scope.figures[0].value = 2;
  CHECK(holds(file).undisclosed == holds(whole).undisclosed + 3);
}

TEST_CASE_METHOD(FiguresRealm, "what was changed behind a signature counts with what was signed") {
  a->edit(commune, one, {{"people", std::int64_t{30}}});
  receive(*a);
  log_map(map_now());
  deliver(*supervisor, true);
  auto all = scope({people()});
  all.size = log.size();
  all.root = checkpoint().root;
  auto ops = ops_of(all);  // the later edit among them
  CHECK(audit::prove_report(*supervisor->vault, all, ops).error().code == Code::proof_other_count);
  // Nor with the number that the edit would give.
  all.figures[0].value = 35;
  CHECK(audit::prove_report(*supervisor->vault, all, ops).error().code == Code::proof_other_count);
  all.figures[0].value = 8;
  std::set<audit::ShownOp> seen;
  for (const auto& op : ops) {
    const auto state = must(vault::load_state(*supervisor->vault, op.record));
    const auto& mark = std::get<changelog::Mark>(state.cells().at("@final").ops.back().value);
    if (op.path == "@final" || changelog::covers(mark.seen, op.stamp)) seen.insert(op);
  }
  CHECK(seen.size() + 1 == ops.size());
  CHECK(must(audit::verify_report(must(audit::prove_report(*supervisor->vault, all, seen)), fingerprint()))
            .ops.size() == 12);
}

TEST_CASE_METHOD(FiguresRealm,
                 "a proof stands on the report's checkpoint, on a map behind it, and on whole logs") {
  const auto whole = proven(scope({visits()}));
  auto file = whole;
  SECTION("another checkpoint") {
    file.scope.root = Hash::from(Bytes(32, 3));
    CHECK_FALSE(audit::verify_report(audit::encode_report_file(file), fingerprint()).ok());
    file = whole;
    file.scope.size -= 1;
    CHECK(refusal(file) == Code::bad_proof);
    file = whole;
    file.named.clear();
    CHECK(refusal(file) == Code::bad_proof);
  }
  SECTION("another roster") {
    file.scope.roster_size = 10'000;
    CHECK(refusal(file) == Code::bad_proof);
    file.scope.roster_size = 0;
    CHECK(refusal(file) == Code::bad_proof);
  }
  SECTION("no map that leaves nothing out") {
    receive(*a);
    auto newest = scope({visits()});
    a->write(commune, {text("t", "x")});
    receive(*a);
    deliver(*supervisor, true);
    newest.size = log.size();
    newest.root = checkpoint().root;
    CHECK(try_prove(newest).error().code == Code::no_map);
    log_map(map_now());
    deliver(*supervisor, true);
    CHECK(holds(proven(newest)).ops.size() == 9);
  }
  SECTION("a segment or a feed less") {
    std::size_t tried = 0;
    for (std::size_t f = 0; f < whole.feeds.size(); ++f)
      for (std::size_t s = 0; s < whole.feeds[f].segments.size(); ++s, ++tried) {
        file = whole;
        auto& segments = file.feeds[f].segments;
        segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(s));
        CHECK(refusal(file) == Code::log_segment_missing);
      }
    CHECK(tried > 2);
    file = whole;
    file.feeds.erase(file.feeds.begin());
    CHECK(refusal(file) == Code::log_feed_missing);
  }
  SECTION("another unit") {
    file.scope.units = {top};  // with all below it: feeds of others are missing, or all are there
    const auto above = audit::verify_report(audit::encode_report_file(file), fingerprint());
    CHECK((above.ok() || above.error().code == Code::log_feed_missing));
    file.scope.units = {UnitId::from(Bytes(16, 9))};
    CHECK(refusal(file) == Code::unknown_unit);
  }
}

}  // namespace report_proof_test
