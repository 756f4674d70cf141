// What a server may say, and what a device takes of it. Each case is an honest exchange with one lie; the
// device keeps nothing of such an answer but what the lie was, and the next honest one makes up for it.
#include "hand_server.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct Exchanges : HandServer {
  Exchanges() {
    must(sync(*admin));
    record = a->write(commune, {text("title", "một")});
    must(vault::seal(*a->vault));
    a->edit(commune, record, {text("title", "hai")});
    must(vault::seal(*a->vault));
    a->edit(commune, record, {text("note", "ba")});
  }

  // A sync of `device` with that lie in it: the error, and the finding that is kept of it.
  Code lie(Device& device, std::function<void(Answer&)> how, bool keep_ledger = false) {
    const auto before = state(device);
    twist = std::move(how);
    const auto result = sync(device, keep_ledger);
    twist = nullptr;
    REQUIRE_FALSE(result.ok());
    CHECK(state(device) == before);
    return result.error().code;
  }
  bool found(Device& device, std::string_view code) {
    for (const auto& finding : must(vault::findings(*device.vault)))
      if (finding.code == code) return true;
    return false;
  }
  // All that an answer may change, as text; what is pending or sealed counts as the same.
  static std::string state(Device& device) {
    auto& vault = *device.vault;
    auto& db = vault.db();
    std::string out = std::to_string(must(vault.checkpoint()).size);
    for (const char* sql :
         {"SELECT count(*) FROM segment WHERE ledger_index IS NOT NULL", "SELECT count(*) FROM statement",
          "SELECT count(*) FROM statement WHERE ledger_index IS NOT NULL", "SELECT count(*) FROM wrap",
          "SELECT sum(next) FROM cursor", "SELECT sum(sent_next) FROM feed", "SELECT count(*) FROM leaf"})
      out += " " + std::to_string(must(db.integer(sql)).value_or(-1));
    out += " " + std::to_string(must(vault.meta_number("statements_next", 0)));
    return out + " " + to_hex(must(vault::projections_hash(vault)).view());
  }
  // After the lie an honest exchange goes as if nothing had been.
  void honest(Device& device) {
    const auto report = must(sync(device));
    CHECK(report.ingest.refused_count == 0);
    CHECK(must(vault::counts(*device.vault)).unsent_segments == 0);
  }

  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);
  std::unique_ptr<Device> supervisor = enrolled("supervisor", roster::Role::supervisor, top);
  RecordId record;
};

}  // namespace

TEST_CASE_METHOD(Exchanges, "an honest exchange pushes, proves every receipt, and pulls") {
  const auto pushed = must(sync(*a));
  CHECK(pushed.exchanges == 1);
  CHECK(pushed.segments_sent == 3);
  CHECK(must(vault::counts(*a->vault)).unsent_segments == 0);
  CHECK(must(a->vault->db().integer("SELECT count(*) FROM segment WHERE ledger_index IS NULL")) == 0);
  const auto pulled = must(sync(*office));
  CHECK(pulled.ingest.segments == 3);
  CHECK(office->document(record) == a->document(record));
  CHECK(must(sync(*supervisor, true)).ledger_size == log.size());
  CHECK(must(supervisor->vault->db().integer("SELECT count(*) FROM leaf")) ==
        static_cast<std::int64_t>(log.size()));
  CHECK(must(vault::findings(*a->vault)).empty());
  const auto again = must(sync(*a));
  CHECK(again.exchanges == 1);
  CHECK(segments_received == 0);
}

TEST_CASE_METHOD(Exchanges,
                 "a receipt holds for the segment that this device sealed, and for no other entry") {
  // The head of the feed is said to be some other entry of the ledger, with a proof that holds for that one.
  const auto other_entry = [&](Answer& answer) {
    auto& own = answer.welcome.own.at(0);
    own.head.hash = log[1].entry.hash;
    own.index = 1;
    own.receipt_ms = log[1].entry.receipt_ms;
    own.proof = must(ledger::inclusion_proof(1, log.size(), tree()));
  };
  CHECK(lie(*a, other_entry) == Code::not_in_ledger);  // a statement is no segment
  // Another segment of the same feed in the head's place.
  const auto other_segment = [&](Answer& answer) {
    auto& own = answer.welcome.own.at(0);
    const auto index = log.size() - 3;
    REQUIRE(log[index].segment());
    own.head.hash = log[index].entry.hash;
    own.index = index;
    own.receipt_ms = log[index].entry.receipt_ms;
    own.proof = must(ledger::inclusion_proof(index, log.size(), tree()));
  };
  exchanges = 0;
  CHECK(lie(*a, other_segment) == Code::fork);
  CHECK(exchanges == 2);  // it asked for what a restored phone would lack, and sent nothing with that
  CHECK(segments_received == 0);
  CHECK(found(*a, "feed.fork"));
  CHECK(lie(*a, [](Answer& answer) { ++answer.welcome.own.at(0).receipt_ms; }) == Code::not_in_ledger);
  CHECK(lie(*a, [](Answer& answer) { ++answer.welcome.own.at(0).index; }) == Code::not_in_ledger);
  CHECK(lie(*a, [](Answer& answer) { answer.welcome.own.at(0).proof.path.pop_back(); }) ==
        Code::not_in_ledger);
  CHECK(lie(*a, [](Answer& answer) { answer.welcome.own.at(0).proof.path.clear(); }) == Code::not_in_ledger);
  CHECK(found(*a, "ledger.missing"));
  CHECK(lie(*a, [&](Answer& answer) { answer.welcome.own.at(0).head.feed = random_id<FeedId>(random); }) ==
        Code::bad_proof);
  honest(*a);
}

TEST_CASE_METHOD(Exchanges, "receipts of all segments are proven, not the head's alone") {
  const auto of_first = [](Answer& answer) -> protocol::ReceiptRun& {
    return answer.receipts.at(0).runs.at(0);
  };
  CHECK(lie(*a, [&](Answer& x) { --of_first(x).receipt_ms[0]; }) == Code::not_in_ledger);
  CHECK(lie(*a, [&](Answer& x) { of_first(x).indexes[0] -= 1; }) == Code::not_in_ledger);
  CHECK(lie(*a, [&](Answer& x) {
          std::swap(x.receipts[0].runs[0].indexes, x.receipts[0].runs[1].indexes);
        }) == Code::not_in_ledger);
  CHECK(lie(*a, [&](Answer& x) { x.receipts[0].runs[1] = x.receipts[0].runs[0]; }) == Code::not_in_ledger);
  CHECK(lie(*a, [&](Answer& x) { x.receipts[0].path.clear(); }) == Code::not_in_ledger);
  CHECK(lie(*a, [&](Answer& x) { x.receipts[0].path.push_back(Hash{}); }) == Code::not_in_ledger);
  CHECK(lie(*a, [&](Answer& x) { x.receipts[0].path.back().bytes[0] ^= 1; }) == Code::not_in_ledger);
  CHECK(lie(*a, [&](Answer& x) { of_first(x).indexes[0] = log.size(); }) == Code::not_in_ledger);
  honest(*a);
}

TEST_CASE_METHOD(Exchanges, "receipts of foreign feeds, and of what was never sent, are refused") {
  honest(*a);
  must(sync(*office));
  const auto theirs = log.size() - 1;
  REQUIRE(log[theirs].segment());
  office->write(commune, {text("title", "văn phòng")});
  // With a proof that holds: the office has the segment, and did not ask about it.
  const auto foreign = [&](Answer& answer) {
    protocol::Receipts receipts;
    receipts.runs.push_back(
        {log[theirs].feed, log[theirs].sequence, {theirs}, {log[theirs].entry.receipt_ms}});
    const std::uint64_t index = theirs;
    receipts.path = must(ledger::batch_inclusion_proof({&index, 1}, log.size(), tree()));
    answer.receipts.push_back(receipts);
  };
  CHECK(lie(*office, foreign) == Code::bad_proof);
  CHECK(lie(*office, [](Answer& answer) { ++answer.receipts.at(0).runs.at(0).first; }) == Code::bad_proof);
  CHECK(lie(*office, [&](Answer& answer) { answer.receipts.at(0).runs.at(0).feed = log[theirs].feed; }) ==
        Code::bad_proof);
  CHECK(lie(*office, [&](Answer& answer) {
          protocol::OwnReceipt own;
          own.head.feed = log[theirs].feed;
          answer.welcome.own.push_back(own);
        }) == Code::bad_proof);
  honest(*office);
}

TEST_CASE_METHOD(Exchanges,
                 "what was proven to be received stays so: the server falls behind, and is caught") {
  honest(*a);
  a->edit(commune, record, {text("title", "bốn")});
  CHECK(lie(*a, [](Answer& answer) {
          answer.welcome.own.at(0) = {answer.welcome.own.at(0).head, 0, 0, {}};
          answer.welcome.own[0].head.next = 0;
        }) == Code::not_in_ledger);
  const auto behind = [&](Answer& answer) {
    auto& own = answer.welcome.own.at(0);
    for (std::size_t i = 0; i < log.size(); ++i)
      if (log[i].segment() && log[i].feed == own.head.feed && log[i].sequence == 1) {
        own.head = {own.head.feed, 2, log[i].entry.hash};
        own.index = i;
        own.receipt_ms = log[i].entry.receipt_ms;
        own.proof = must(ledger::inclusion_proof(i, log.size(), tree()));
      }
  };
  CHECK(lie(*a, behind) == Code::not_in_ledger);
  CHECK(found(*a, "ledger.missing"));
  honest(*a);
}

TEST_CASE_METHOD(Exchanges, "the checkpoint is this ledger's, signed, and continues the last one") {
  const auto text_of = [&](const ledger::Checkpoint& checkpoint, const crypto::SigningKey& key) {
    return ledger::sign_checkpoint(checkpoint, key);
  };
  const auto origin = roster::ledger_origin(realm());
  const auto root = [&] { return must(ledger::root_at(log.size(), tree())); };
  CHECK(lie(*a, [](Answer& x) { x.welcome.checkpoint.clear(); }) == Code::malformed);
  CHECK(lie(*a, [](Answer& x) { x.welcome.checkpoint.back() = 'x'; }) == Code::malformed);
  CHECK(lie(*a, [&](Answer& x) {
          x.welcome.checkpoint = text_of({origin, log.size(), root()}, a->vault->identity().sign);
        }) == Code::bad_signature);
  CHECK(found(*a, "crypto.bad_signature"));
  // Another realm's ledger under the same key.
  const auto elsewhere = roster::ledger_origin(random_id<RealmId>(random));
  CHECK(lie(*a, [&](Answer& x) {
          x.welcome.checkpoint = text_of({elsewhere, log.size(), root()}, ledger_key);
        }) == Code::bad_signature);
  honest(*a);
  const auto seen = must(a->vault->checkpoint());

  const auto smaller = seen.size - 1;
  CHECK(
      lie(*a, [&](Answer& x) {
        x.welcome.checkpoint = text_of({origin, smaller, must(ledger::root_at(smaller, tree()))}, ledger_key);
      }) == Code::ledger_went_back);
  CHECK(lie(*a, [&](Answer& x) {
          x.welcome.checkpoint = text_of({origin, seen.size, log[0].entry.hash}, ledger_key);
        }) == Code::ledger_rewritten);
  office->write(commune, {text("title", "thêm")});
  must(sync(*office));
  CHECK(lie(*a, [](Answer& x) { x.welcome.consistency.path.clear(); }) == Code::ledger_rewritten);
  CHECK(lie(*a, [](Answer& x) { x.welcome.consistency.path.back().bytes[7] ^= 1; }) ==
        Code::ledger_rewritten);
  CHECK(lie(*a, [](Answer& x) { x.welcome.consistency.path.push_back(Hash{}); }) == Code::ledger_rewritten);
  CHECK(lie(*a, [&](Answer& x) {
          x.welcome.checkpoint = text_of({origin, log.size(), log[1].entry.hash}, ledger_key);
        }) == Code::ledger_rewritten);
  CHECK(found(*a, "ledger.went_back"));
  CHECK(found(*a, "ledger.rewritten"));
  honest(*a);
}

TEST_CASE_METHOD(Exchanges, "places and cursors lie under the checkpoint") {
  honest(*a);
  CHECK(lie(*office, [&](Answer& x) { x.runs.at(0).pulled.at(0).index = log.size(); }) == Code::bad_proof);
  CHECK(lie(*office, [&](Answer& x) { x.statements.back().index = log.size(); }) == Code::bad_proof);
  CHECK(lie(*office, [&](Answer& x) { x.done.cursors.begin()->second = log.size() + 1; }) == Code::bad_proof);
  CHECK(lie(*office, [&](Answer& x) { x.done.statements_next = log.size() + 1; }) == Code::bad_proof);
  CHECK(lie(*office, [&](Answer& x) { x.done.wraps_next = UINT64_MAX; }) == Code::malformed);
  CHECK(lie(*office, [&](Answer& x) { x.runs.at(0).pulled.at(0).receipt_ms = -5; }) == Code::malformed);
  CHECK(found(*office, "ledger.bad_proof"));
  must(sync(*office));
  CHECK(office->document(record) == a->document(record));
}

TEST_CASE_METHOD(Exchanges, "a supervisor's ledger has no gap, and gives the signed root") {
  honest(*a);
  CHECK(lie(
            *supervisor, [](Answer& x) { ++x.leaves.at(0).first; }, true) == Code::bad_proof);
  CHECK(lie(
            *supervisor, [](Answer& x) { x.leaves.push_back(x.leaves.at(0)); }, true) == Code::bad_proof);
  CHECK(lie(
            *supervisor, [](Answer& x) { append(x.leaves.at(0).entries, Bytes(42, 1)); }, true) ==
        Code::bad_proof);
  CHECK(lie(
            *supervisor, [](Answer& x) { x.leaves.at(0).entries[50] ^= 1; }, true) == Code::ledger_rewritten);
  CHECK(lie(
            *supervisor, [](Answer& x) { x.leaves.at(0).entries.pop_back(); }, true) == Code::malformed);
  CHECK(lie(*a, [](Answer& x) { x.leaves.push_back({0, Bytes(42)}); }) == Code::bad_proof);

  // The lie in a first part, which alone gives no root; the rest brings it out, and all of it goes.
  bool first = true;
  twist = [&](Answer& answer) {
    auto& entries = answer.leaves.at(0).entries;
    if (std::exchange(first, false)) {
      entries.resize(2 * ledger::kEntryBytes);
      entries[45] ^= 1;
      answer.done.more = true;
    }
  };
  CHECK(sync(*supervisor, true).error().code == Code::ledger_rewritten);
  twist = nullptr;
  CHECK(must(supervisor->vault->db().integer("SELECT count(*) FROM leaf")) == 0);
  must(sync(*supervisor, true));
  CHECK(must(audit::verify(*supervisor->vault)).whole_ledger);
  // In parts, honestly.
  office->write(commune, {text("title", "nữa")});
  must(sync(*office));
  first = true;
  twist = [&](Answer& answer) {
    if (!std::exchange(first, false)) return;
    answer.leaves.at(0).entries.resize(ledger::kEntryBytes);
    answer.done.more = true;
  };
  CHECK(must(sync(*supervisor, true)).exchanges == 3);  // the last one brings its cosignature
  CHECK(must(audit::verify(*supervisor->vault)).whole_ledger);
}

TEST_CASE_METHOD(Exchanges, "segments out of their order, changed, or of strangers are refused one by one") {
  honest(*a);
  const auto refused = [&](std::function<void(Answer&)> how) {
    auto device = enrolled("d" + std::to_string(exchanges), roster::Role::office, top);
    must(sync(*admin));
    twist = std::move(how);
    const auto report = must(sync(*device));
    twist = nullptr;
    device->reopen();  // what was taken is taken for good
    // An honest answer makes up for all of it.
    must(sync(*device));
    CHECK(device->document(record) == a->document(record));
    CHECK(device->vault->confirmed_roster_size() == must(device->vault->roster())->size());
    must(sync(*device));
    for (const auto& [unit, next] : hello.cursors) CHECK(next == log.size());
    return report.ingest.refused.empty() ? Code::internal : report.ingest.refused.front().code;
  };
  CHECK(refused([](Answer&) {}) == Code::internal);
  CHECK(refused([](Answer& x) { x.runs.at(1).pulled.at(0).segment[40] ^= 1; }) == Code::bad_signature);
  CHECK(refused([](Answer& x) { std::swap(x.runs.at(0).pulled, x.runs.at(1).pulled); }) ==
        Code::bad_signature);
  CHECK(refused([](Answer& x) { x.runs.at(1).run.previous->bytes[0] ^= 1; }) == Code::bad_signature);
  CHECK(refused([](Answer& x) { ++x.runs.at(1).run.first; }) == Code::bad_signature);
  CHECK(refused([](Answer& x) { x.runs.at(0).pulled.at(0).segment.clear(); }) == Code::truncated);
  CHECK(refused([&](Answer& x) { x.runs.at(0).run.feed = random_id<FeedId>(random); }) == Code::unknown_feed);
  // Left out, and the cursor past it: what came after it waits, and the next answer closes the gap.
  CHECK(refused([](Answer& x) { x.runs.erase(x.runs.begin()); }) == Code::internal);
  CHECK(refused([&](Answer& x) { x.statements.at(1).statement.back() ^= 1; }) == Code::bad_signature);
  CHECK(refused([&](Answer& x) { x.statements.erase(x.statements.begin() + 1); }) == Code::unknown_device);
  CHECK(refused([&](Answer& x) { std::reverse(x.statements.begin(), x.statements.end()); }) ==
        Code::bad_statement);
  // Later ones first: they wait, and are used when the first comes.
  auto device = enrolled("patient", roster::Role::office, top);
  must(sync(*admin));
  twist = [](Answer& x) { std::reverse(x.runs.begin(), x.runs.end()); };
  const auto report = must(sync(*device));
  twist = nullptr;
  CHECK(report.ingest.refused_count == 0);
  CHECK(device->document(record) == a->document(record));
}

TEST_CASE_METHOD(Exchanges, "frames that are cut, too long, out of order or left over end the exchange") {
  const auto broken = [&](std::function<void(Bytes&)> how) {
    const auto before = state(*a);
    bend = std::move(how);
    const auto result = sync(*a);
    bend = nullptr;
    REQUIRE_FALSE(result.ok());
    CHECK(state(*a) == before);
    return result.error().code;
  };
  CHECK(broken([](Bytes& b) { b.clear(); }) == Code::connection_lost);
  CHECK(broken([](Bytes& b) { b.pop_back(); }) == Code::connection_lost);
  CHECK(broken([](Bytes& b) { b.resize(b.size() / 2); }) == Code::connection_lost);
  CHECK(broken([](Bytes& b) {
          b.push_back(6);
          b.push_back(0);
        }) == Code::malformed);
  CHECK(broken([](Bytes& b) { b.insert(b.begin(), {20, 0}); }) == Code::malformed);
  CHECK(broken([](Bytes& b) { b = {16, 0xff, 0xff, 0xff, 0x7f}; }) == Code::too_large);
  CHECK(broken([](Bytes& b) { b = {16, 0x81, 0x80, 0x06}; }) == Code::too_large);
  CHECK(broken([](Bytes& b) { b = {16, 0x80, 0x00}; }) == Code::not_canonical);
  CHECK(broken([](Bytes& b) { b = {99, 0}; }) == Code::malformed);
  CHECK(broken([](Bytes& b) { append(b, Bytes(b)); }) == Code::malformed);
  // After all of this nothing is lost, and the first honest answer asks for nothing twice.
  honest(*a);
  must(sync(*office));
  CHECK(office->document(record) == a->document(record));
}

TEST_CASE_METHOD(Exchanges, "cut at every byte, an answer leaves nothing half taken") {
  must(sync(*a));
  const Bytes whole = [&] {
    Bytes out;
    bend = [&](Bytes& b) {
      out = b;
      b.clear();
    };
    CHECK(sync(*office).error().code == Code::connection_lost);
    bend = nullptr;
    return out;
  }();
  const auto before = state(*office);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    bend = [&](Bytes& b) { b.resize(std::min(size, b.size())); };
    CHECK(sync(*office).error().code == Code::connection_lost);
    REQUIRE(state(*office) == before);
  }
  bend = nullptr;
  must(sync(*office));
  CHECK(office->document(record) == a->document(record));
}

TEST_CASE_METHOD(Exchanges, "a server that promises more and brings nothing does not hold a phone for ever") {
  honest(*a);
  twist = [](Answer& x) { x.done.more = true; };
  CHECK(sync(*a).error().code == Code::server_refused);
  CHECK(exchanges < 10);
  // Nor one that takes what is pushed and never says so.
  a->edit(commune, record, {text("title", "năm")});
  twist = [](Answer& x) {
    x.done.more = true;
    x.receipts.clear();
    x.welcome.own.clear();
    x.statements.clear();
    x.done.cursors.clear();
    x.done.statements_next = 0;
  };
  const auto start = exchanges;
  CHECK(sync(*a).error().code == Code::server_refused);
  CHECK(exchanges - start < 10);
  twist = nullptr;
  honest(*a);
}

TEST_CASE_METHOD(Exchanges, "refusals are errors with their code, and an expired token signs anew once") {
  twist = [](Answer& x) { x.refusal = protocol::Refusal{"clock.off", 5}; };
  CHECK(sync(*a).error().code == Code::clock_off);
  twist = [](Answer& x) { x.refusal = protocol::Refusal{"some.later_code", 5}; };
  CHECK(sync(*a).error().code == Code::server_refused);
  twist = nullptr;
  honest(*a);
  CHECK(hello.token == Bytes(56, 1));  // after the answer to a probe
  must(sync(*office));
  CHECK(hello.token.empty());
  must(sync(*office));
  CHECK(hello.token == Bytes(56, 1));
  bool first = true;
  twist = [&](Answer& x) {
    if (std::exchange(first, false)) x.refusal = protocol::Refusal{"net.token_expired", 5};
  };
  must(sync(*a));
  CHECK(hello.token.empty());
  CHECK(crypto::verify(a->vault->identity().sign.public_key(),
                       protocol::hello_message(realm(), ledger_key.public_key(), hello), hello.signature));
  twist = [](Answer& x) { x.refusal = protocol::Refusal{"net.token_expired", 5}; };
  const auto start = exchanges;
  CHECK(sync(*a).error().code == Code::token_expired);
  CHECK(exchanges - start == 2);
  // What is no token is not kept: with it no Hello would ever fit again.
  twist = [](Answer& x) { x.welcome.token.resize(5000); };
  CHECK(sync(*a).error().code == Code::too_large);
}

TEST_CASE_METHOD(Exchanges, "what a later program made is asked for again, and holds nothing else up") {
  honest(*a);
  const auto b = enrolled("b", roster::Role::cadre, commune);
  must(sync(*admin));
  const auto other = b->write(commune, {text("title", "máy khác")});
  must(sync(*b));
  const auto newer_segment = log.size() - 4;
  twist = [&](Answer& x) {
    for (auto& run : x.runs)
      for (auto& pulled : run.pulled)
        if (pulled.index == newer_segment) pulled.segment[0] = 2;
  };
  REQUIRE(log[newer_segment].segment());
  must(sync(*office));
  CHECK(office->document(other) == b->document(other));
  must(sync(*office));
  CHECK(hello.cursors.at(commune) == newer_segment);
  twist = nullptr;  // the program is a newer one now
  must(sync(*office));
  CHECK(office->document(record) == a->document(record));
  must(sync(*office));
  CHECK(hello.cursors.at(commune) == log.size());

  // The same for statements.
  const auto unit = must(vault::add_unit(*admin->vault, top));
  must(sync(*admin));
  const auto newer_statement = log.size() - 1;
  twist = [&](Answer& x) {
    for (auto& statement : x.statements)
      if (statement.index == newer_statement) statement.statement[1] = 99;
  };
  must(sync(*office));
  must(sync(*office));
  CHECK(hello.statements_from == newer_statement);
  twist = nullptr;
  must(sync(*office));
  CHECK(must(office->vault->roster())->unit(unit) != nullptr);
}

TEST_CASE_METHOD(Exchanges, "whatever byte of an answer is changed, the device is whole and goes on") {
  must(sync(*a));
  a->edit(commune, record, {text("note", "bảy")});
  Bytes sample;
  bend = [&](Bytes& b) {
    sample = b;
    b.clear();
  };
  CHECK_FALSE(sync(*office).ok());
  const auto before = state(*office);
  for (std::size_t at = 0; at < sample.size(); at += 3) {
    bend = [&](Bytes& b) { b[at % b.size()] ^= static_cast<std::uint8_t>(1 + at % 255); };
    const auto result = sync(*office);
    if (!result.ok()) {
      REQUIRE(state(*office) == before);
      continue;
    }
    // A lie that costs nothing but itself: refused, or unproven and up to audits. Start over.
    office = enrolled("office" + std::to_string(at), roster::Role::office, top);
    bend = nullptr;
    must(sync(*admin));
    break;
  }
  bend = nullptr;
  honest(*a);
  must(sync(*office));
  CHECK(office->document(record) == a->document(record));
}
