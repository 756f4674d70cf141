#include "support/catch.hpp"
#include "unit/audit/ledger_realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

std::string listed(const audit::VerifyReport& report) {
  std::string out;
  for (const auto& finding : report.findings)
    out += std::string(info(finding.code).text) + " " + finding.subject + ": " + finding.detail + "\n";
  return out;
}
bool found(const audit::VerifyReport& report, Code code) {
  for (const auto& finding : report.findings)
    if (finding.code == code) return true;
  return false;
}
audit::VerifyReport verified(Device& device) { return must(audit::verify(*device.vault)); }

}  // namespace

TEST_CASE_METHOD(AuditedRealm, "what an honest server hands out holds, on every device") {
  auto supervisor = audited_by();
  const auto report = verified(*supervisor);
  INFO(listed(report));
  CHECK(report.findings.empty());
  CHECK(report.fingerprint == fingerprint());
  CHECK(report.feeds == 2);
  CHECK(report.segments == 4);
  CHECK(report.statements + report.segments == log.size());
  CHECK(report.ledger_size == log.size());
  CHECK(report.ledger_entries == log.size());
  CHECK(report.unseen_entries == 0);
  CHECK(report.whole_ledger);

  // A phone keeps no entries: it checks its feeds, and says that it did not see the ledger.
  const auto phone = verified(*a);
  INFO(listed(phone));
  CHECK(phone.findings.empty());
  CHECK(phone.segments == 4);
  CHECK_FALSE(phone.whole_ledger);
}

TEST_CASE_METHOD(AuditedRealm, "verify finds what a dishonest server does") {
  auto supervisor = fresh_supervisor("auditor");
  receive(*admin);
  const auto first = nth_segment(0);  // a's, followed by others
  const auto last = nth_segment(3);

  SECTION("a segment withheld in the middle of a feed") {
    log[first].handed_out = false;
    deliver(*supervisor, true);
    const auto report = verified(*supervisor);
    CHECK(found(report, Code::withheld));
    CHECK(found(report, Code::broken_chain));
    CHECK(report.unseen_entries == 1);
  }
  SECTION("the last segment withheld") {
    log[last].handed_out = false;
    deliver(*supervisor, true);
    const auto report = verified(*supervisor);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].code == Code::withheld);
    CHECK(report.findings[0].subject == "ledger #" + std::to_string(last));
  }
  SECTION("the newest segment removed, and the ledger made anew without it") {
    log.erase(log.begin() + static_cast<std::ptrdiff_t>(last));
    deliver(*supervisor, true);
    // Only its author saw the ledger with it, and has the signed checkpoint: sync tells there, not verify
    // here.
    CHECK(verified(*supervisor).findings.empty());
  }
  SECTION("a segment that others built on removed, and the ledger made anew without it") {
    log.erase(log.begin() + static_cast<std::ptrdiff_t>(nth_segment(1)));  // b's only one
    deliver(*supervisor, true);
    CHECK(found(verified(*supervisor), Code::ledger_rewritten));
  }
  SECTION("a receipt time changed where it is handed out") {
    log[first].told_ms -= 86'400'000;
    deliver(*supervisor, true);
    const auto report = verified(*supervisor);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].code == Code::receipt_changed);
    CHECK(report.findings[0].subject.find("#0") != std::string::npos);
  }
  SECTION("a receipt time changed in the ledger too, under the old signature") {
    const auto honest = checkpoint();
    log[first].told_ms = log[first].entry.receipt_ms += 1;
    deliver(*supervisor, true, honest);
    const auto report = verified(*supervisor);
    CHECK(found(report, Code::ledger_rewritten));
    CHECK_FALSE(report.whole_ledger);
  }
  SECTION("a receipt time changed in the ledger too, and signed anew") {
    log[first].told_ms = log[first].entry.receipt_ms += 1;
    deliver(*supervisor, true);
    // Later segments name the root that their authors had seen.
    CHECK(found(verified(*supervisor), Code::ledger_rewritten));
  }
  SECTION("an entry dated back from the beginning") {
    log[last].told_ms = log[last].entry.receipt_ms -= 86'400'000;
    deliver(*supervisor, true);
    CHECK(found(verified(*supervisor), Code::receipt_back));
  }
  SECTION("two segments swapped") {
    std::swap(log[first].body, log[last].body);
    CHECK(deliver(*supervisor, true).refused_count != 0);
    const auto report = verified(*supervisor);
    CHECK(found(report, Code::withheld));
  }
  SECTION("two entries swapped") {
    std::swap(log[first].entry.hash, log[last].entry.hash);
    deliver(*supervisor, true);
    const auto report = verified(*supervisor);
    CHECK(found(report, Code::not_in_ledger));
    CHECK(found(report, Code::ledger_rewritten));
  }
  SECTION("the ledger's entries cut") {
    const auto whole = checkpoint();
    deliver(*supervisor, true);
    must(supervisor->vault->db().run("DELETE FROM leaf WHERE idx >= ?", log.size() - 2));
    const auto report = verified(*supervisor);
    CHECK(found(report, Code::ledger_incomplete));
    CHECK_FALSE(report.whole_ledger);
  }
  SECTION("a statement withheld") {
    for (auto& item : log)
      if (!item.segment()) item.handed_out = &item != &log.back();
    deliver(*supervisor, true);
    must(supervisor->vault->db().run("DELETE FROM statement WHERE hash = ?", log.back().entry.hash));
    CHECK(found(verified(*supervisor), Code::withheld));
  }
}

TEST_CASE_METHOD(AuditedRealm, "verify trusts nothing that was noted on arrival") {
  auto supervisor = audited_by();
  auto& db = supervisor->vault->db();
  const auto feed = must(db.integer("SELECT min(feed) FROM segment"));  // a's: #0 … #2
  const auto before = verified(*supervisor);
  REQUIRE(before.findings.empty());
  const auto change = [&](const char* sql) { must(db.run(sql, *feed)); };

  SECTION("a segment gone") {
    change("DELETE FROM segment WHERE feed = ? AND sequence = 1");
    CHECK(found(verified(*supervisor), Code::broken_chain));
    CHECK(found(verified(*supervisor), Code::withheld));
  }
  SECTION("the last segment gone") {
    change("DELETE FROM segment WHERE feed = ? AND sequence = 2");
    CHECK(found(verified(*supervisor), Code::broken_chain));
  }
  SECTION("a feed gone") {
    change("DELETE FROM segment WHERE feed = ?");
    CHECK(found(verified(*supervisor), Code::broken_chain));
  }
  SECTION("any byte of a segment changed") {
    auto row = must(db.query("SELECT bytes FROM segment WHERE feed = ? AND sequence = 1", *feed));
    REQUIRE(must(row.step()));
    const Bytes honest = to_bytes(row.blob(0));
    row.reset();
    for (std::size_t at = 0; at < honest.size(); at += 7) {
      Bytes bytes = honest;
      bytes[at] ^= 0x10;
      must(db.run("UPDATE segment SET bytes = ? WHERE feed = ? AND sequence = 1", ByteView(bytes), *feed));
      CHECK_FALSE(verified(*supervisor).findings.empty());
    }
  }
  SECTION("two segments exchanged") {
    change("UPDATE segment SET sequence = 9 WHERE feed = ? AND sequence = 1");
    change("UPDATE segment SET sequence = 1 WHERE feed = ? AND sequence = 2");
    change("UPDATE segment SET sequence = 2 WHERE feed = ? AND sequence = 9");
    CHECK(found(verified(*supervisor), Code::bad_signature));
  }
  SECTION("a noted hash, predecessor or root") {
    for (const char* sql : {"UPDATE segment SET hash = zeroblob(32) WHERE feed = ? AND sequence = 1",
                            "UPDATE segment SET previous = zeroblob(32) WHERE feed = ? AND sequence = 1",
                            "UPDATE segment SET root = zeroblob(32) WHERE feed = ? AND sequence = 1",
                            "UPDATE segment SET root = x'' WHERE feed = ? AND sequence = 1"}) {
      change(sql);
      CHECK_FALSE(verified(*supervisor).findings.empty());
    }
  }
  SECTION("a receipt time") {
    change("UPDATE segment SET receipt_ms = receipt_ms + 1 WHERE feed = ? AND sequence = 1");
    const auto report = verified(*supervisor);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].code == Code::receipt_changed);
  }
  SECTION("a place in the ledger") {
    change("UPDATE segment SET ledger_index = ledger_index + 1000 WHERE feed = ? AND sequence = 2");
    CHECK(found(verified(*supervisor), Code::not_in_ledger));
  }
  SECTION("a verdict") {
    change("UPDATE segment SET state = 5 WHERE feed = ? AND sequence = 1");
    CHECK(found(verified(*supervisor), Code::not_authorized));
  }
  SECTION("a statement's signature") {
    must(db.run(
        "UPDATE statement SET bytes = substr(bytes, 1, length(bytes) - 1) || x'ff' WHERE position = 3"));
    CHECK(found(verified(*supervisor), Code::bad_signature));
  }
  SECTION("a statement gone") {
    must(db.run("DELETE FROM statement WHERE position = 3"));
    CHECK_FALSE(verified(*supervisor).findings.empty());
  }
  SECTION("a statement's receipt") {
    must(db.run("UPDATE statement SET receipt_ms = receipt_ms + 1 WHERE position = 3"));
    CHECK(found(verified(*supervisor), Code::receipt_changed));
  }
  SECTION("any entry of the ledger changed") {
    for (std::size_t i = 0; i < log.size(); ++i) {
      auto entry = log[i].entry;
      entry.receipt_ms += 1;
      must(db.run("UPDATE leaf SET entry = ? WHERE idx = ?", ByteView(ledger::entry_bytes(entry)), i));
      CHECK(found(verified(*supervisor), Code::ledger_rewritten));
      must(db.run("UPDATE leaf SET entry = ? WHERE idx = ?", ByteView(ledger::entry_bytes(log[i].entry)), i));
    }
    must(db.run("UPDATE leaf SET entry = x'00' WHERE idx = 1"));
    CHECK(found(verified(*supervisor), Code::malformed));
  }
  SECTION("a checkpoint of another key") {
    auto state = checkpoint();
    state.note = ledger::sign_checkpoint({roster::ledger_origin(realm()), state.size, state.root},
                                         crypto::SigningKey::generate(random));
    must(supervisor->vault->set_checkpoint(state));
    CHECK(found(verified(*supervisor), Code::bad_signature));
    CHECK(verified(*supervisor).ledger_size == 0);
  }
  SECTION("a checkpoint that is not the one that was noted") {
    auto state = checkpoint();
    state.root = Hash{};
    must(supervisor->vault->set_checkpoint(state));
    CHECK(found(verified(*supervisor), Code::bad_checkpoint));
  }
}

TEST_CASE_METHOD(AuditedRealm, "a revoked author's segment is kept apart, and that is as it should be") {
  remove_only(*admin, *b, commune, roster::RevokeReason::lost);
  receive(*admin);
  b->edit(commune, visit, {text("wish", "viết sau khi bị thu hồi")});
  receive(*b);  // a server that does not look
  auto supervisor = audited_by();
  const auto report = verified(*supervisor);
  INFO(listed(report));
  CHECK(report.findings.empty());
  CHECK(report.quarantined == 1);
  CHECK(report.unseen_entries == 0);
  must(supervisor->vault->db().run("UPDATE segment SET state = 0"));
  CHECK(found(verified(*supervisor), Code::not_authorized));
}

TEST_CASE_METHOD(AuditedRealm, "what was noticed on arrival stays a finding") {
  auto supervisor = audited_by();
  const auto feed = must(b->vault->own_feed(commune));
  must(supervisor->vault->add_finding(Code::fork, &feed->id, 0, "two segments", {}));
  const auto report = verified(*supervisor);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].code == Code::fork);
  CHECK(report.findings[0].subject.find(to_text(feed->id)) != std::string::npos);
}

TEST_CASE_METHOD(AuditedRealm,
                 "who reads one commune only is not told that another's segments are withheld") {
  const auto other = must(vault::add_unit(*admin->vault, top));
  auto far = enrolled("far", roster::Role::cadre, other);
  auto local = enrolled("local", roster::Role::supervisor, commune);
  receive(*admin);
  deliver(*far, false);
  far->write(other, {text("title", "xã khác")});
  receive(*far);
  for (auto& item : log)
    if (item.segment() && item.feed == must(far->vault->own_feed(other))->id) item.handed_out = false;
  deliver(*local, true);
  const auto report = verified(*local);
  INFO(listed(report));
  CHECK(report.findings.empty());
  CHECK(report.unseen_entries == 1);
  CHECK(report.whole_ledger);
}

TEST_CASE_METHOD(AuditedRealm, "what was carried by hand is provisional, not wrong") {
  auto supervisor = audited_by();
  deliver(*a, false);
  a->edit(commune, visit, {text("wish", "gửi bằng tệp")});
  supervisor->take(*a);
  auto report = verified(*supervisor);
  INFO(listed(report));
  CHECK(report.findings.empty());
  CHECK(report.segments == 5);
  // Its entry is in the ledger already, and its receipt on the way.
  receive(*a);
  auto ingest = must(vault::Ingest::begin(*supervisor->vault));
  must(ingest->leaves(log.size() - 1, ledger::entry_bytes(log.back().entry)));
  must(ingest->commit());
  must(supervisor->vault->set_checkpoint(checkpoint()));
  report = verified(*supervisor);
  INFO(listed(report));
  CHECK(report.findings.empty());
  CHECK(report.unseen_entries == 0);
}

TEST_CASE("verify needs a realm") {
  Realm realm;
  CHECK(audit::verify(*realm.device("stranger")->vault).error().code == Code::not_enrolled);
}
