// The ledger's order decides: for the roster, for whose segments count, and which of two segments of one
// author at one place stands.
#include "support/realm.hpp"
#include "unit/vault/segments_fixture.hpp"
#include "vault/segments.hpp"

namespace order_test {

using namespace gandan;
using namespace gandan::test;

namespace {

// Statements that the device has and the ledger has not, in their order.
std::vector<Bytes> provisional_of(Device& device) {
  std::vector<Bytes> out;
  auto rows = must(
      device.vault->db().query("SELECT bytes FROM statement WHERE ledger_index IS NULL ORDER BY position"));
  while (must(rows.step())) out.push_back(to_bytes(rows.blob(0)));
  return out;
}

struct Sent {
  FeedId feed;
  std::uint64_t sequence;
  Hash previous;
  std::uint64_t size;  // of the checkpoint it names
  Hash root;
  Bytes bytes;
};
std::vector<Sent> sent_by(Device& from) {
  must(vault::seal(*from.vault));
  std::vector<Sent> out;
  auto rows =
      must(from.vault->db().query("SELECT feed.id, sequence, previous, root, bytes FROM segment JOIN feed ON "
                                  "feed.number = segment.feed ORDER BY segment.feed, sequence"));
  while (must(rows.step()))
    out.push_back({FeedId::from(rows.blob(0)), static_cast<std::uint64_t>(rows.integer(1)),
                   Hash::from(rows.blob(2)),
                   must(protocol::decode_in_run(rows.blob(4))).header.checkpoint_size,
                   Hash::from(rows.blob(3)), to_bytes(rows.blob(4))});
  return out;
}

// Two administrators of one realm; a ledger that is written by the test.
struct TwoAdmins : Realm {
  TwoAdmins() {
    second = enrolled("second", roster::Role::admin, top);
    log(*admin);
    deliver(*admin);
    deliver(*second);
  }
  // Takes what the device has provisional into the ledger, in its order.
  void log(Device& from) {
    for (auto& bytes : provisional_of(from))
      if (std::find(ledger.begin(), ledger.end(), bytes) == ledger.end()) ledger.push_back(std::move(bytes));
  }
  vault::IngestReport deliver(Device& to) {
    auto ingest = must(vault::Ingest::begin(*to.vault));
    for (std::size_t i = 0; i < ledger.size(); ++i)
      must(ingest->statement(ledger[i], vault::Receipt{i, 1'790'000'000'000 + static_cast<std::int64_t>(i)}));
    return must(ingest->commit());
  }
  Hash head(Device& device) const {
    const auto* roster = must(device.vault->roster());
    return *roster->head(roster->size());
  }
  std::vector<Bytes> ledger;
  std::unique_ptr<Device> second;
};

}  // namespace

TEST_CASE_METHOD(TwoAdmins, "the roster in memory follows the ledger's order, not the order of arrival") {
  const auto mine = must(vault::add_unit(*admin->vault, top));
  const auto mine_too = must(vault::add_unit(*admin->vault, mine));
  const auto theirs = must(vault::add_unit(*second->vault, top));
  log(*second);  // is faster
  log(*admin);
  for (auto* device : {admin.get(), second.get()}) {
    const auto report = deliver(*device);
    CHECK(report.refused_count == 0);
    const auto* roster = must(device->vault->roster());
    for (const auto& unit : {mine, mine_too, theirs}) CHECK(roster->unit(unit) != nullptr);
    CHECK(device->vault->confirmed_roster_size() == roster->size());
  }
  CHECK(head(*admin) == head(*second));
  for (auto* device : {admin.get(), second.get()}) {
    const auto before = head(*device);
    device->reopen();
    CHECK(head(*device) == before);
  }
}

TEST_CASE_METHOD(TwoAdmins,
                 "several statements made offline survive another administrator's that came before them") {
  // What each names of the roster is what the ledger had: no head with the others in it, which now never was.
  for (int i = 0; i < 5; ++i) must(vault::add_unit(*admin->vault, top));
  must(vault::add_unit(*second->vault, top));
  log(*second);
  log(*admin);
  auto reader = enrolled("reader", roster::Role::office, top);
  auto fresh = device("fresh");
  must(fresh->vault->join(card));
  const auto report = deliver(*fresh);
  CHECK(report.refused_count == 0);
  CHECK(must(fresh->vault->roster())->units().size() == 8);
}

TEST_CASE_METHOD(
    TwoAdmins,
    "who carries an overtaken segment that he cannot read takes its author's second seal instead") {
  const auto elsewhere = must(vault::add_unit(*admin->vault, top));
  auto carrier = enrolled("carrier", roster::Role::cadre, elsewhere);
  log(*admin);
  for (auto* device : {admin.get(), second.get(), carrier.get()}) deliver(*device);
  auto phone = enrolled("phone", roster::Role::cadre, commune);  // its grant is provisional
  phone->write(commune, {text("title", "một")});
  const auto overtaken = segments_of(*phone);
  carrier->take(*phone);
  must(vault::add_unit(*second->vault, top));
  log(*second);
  log(*admin);
  log(*phone);
  deliver(*phone);
  const auto again = segments_of(*phone);
  REQUIRE(again.size() == 1);
  REQUIRE(again[0].bytes != overtaken[0].bytes);
  deliver(*carrier);
  CHECK(carrier->take(*phone).refused_count == 0);
  const auto carried = segments_of(*carrier);
  REQUIRE(carried.size() == 1);
  CHECK(carried[0].bytes == again[0].bytes);
}

TEST_CASE_METHOD(TwoAdmins, "an administrator is told, once, which of his acts another one's had overtaken") {
  const auto one = must(vault::add_unit(*admin->vault, top));
  const auto other = must(vault::add_unit(*admin->vault, top));
  log(*admin);
  deliver(*admin);
  deliver(*second);
  must(vault::move_unit(*admin->vault, one, other));
  must(vault::move_unit(*second->vault, other, one));  // the two together would be a ring
  log(*second);
  const auto report = deliver(*admin);
  REQUIRE(report.refused.size() == 1);
  CHECK(report.refused.front().code == Code::overtaken);
  const auto told = [&] {
    const auto findings = must(vault::findings(*admin->vault));
    return std::count_if(findings.begin(), findings.end(),
                         [](const auto& finding) { return finding.code == "roster.overtaken"; });
  };
  CHECK(told() == 1);
  CHECK(must(admin->vault->roster())->unit(other)->parent() == one);
  must(vault::add_unit(*second->vault, top));
  log(*second);
  CHECK(deliver(*admin).refused_count == 0);
  CHECK(told() == 1);
}

TEST_CASE_METHOD(
    TwoAdmins, "what was sealed under a roster that never came to be is sealed again, and nothing is lost") {
  // A phone that was approved by hand writes before the ledger knows of it.
  auto phone = enrolled("phone", roster::Role::cadre, commune);
  const auto record = phone->write(commune, {text("title", "một"), text("note", "hai")});
  must(vault::seal(*phone->vault));
  phone->edit(commune, record, {text("title", "ba")});
  const auto before = sent_by(*phone);
  REQUIRE(before.size() == 2);
  phone->edit(commune, record, {text("note", "bốn")});  // pending
  const auto document = phone->document(record);
  must(vault::add_unit(*second->vault, top));
  log(*second);
  log(*admin);
  log(*phone);
  deliver(*phone);
  CHECK(phone->document(record) == document);
  const auto after = sent_by(*phone);
  REQUIRE_FALSE(after.empty());
  CHECK(after[0].bytes != before[0].bytes);
  // Whoever has the ledger's order can verify and read what is sealed now, and could not what was.
  const auto give = [&](Device& to, const std::vector<Sent>& sent) {
    auto ingest = must(vault::Ingest::begin(*to.vault));
    for (const auto& s : sent)
      (void)must(ingest->segment(s.feed, s.sequence, s.previous, s.bytes, std::nullopt));
    return must(ingest->commit());
  };
  deliver(*second);
  CHECK(give(*second, before).refused_count == before.size());
  CHECK(give(*second, after).refused_count == 0);
  CHECK(second->document(record) == document);
  // Stamps are what they were: whoever had the ops by hand has them once.
  must(vault::rebuild(*phone->vault));
  CHECK(phone->document(record) == document);
  CHECK(must(vault::counts(*phone->vault)).conflicts == 0);
}

TEST_CASE_METHOD(
    TwoAdmins, "whoever took the overtaken segments by hand gets their ops from the ledger, without a fork") {
  const auto record = admin->write(commune, {text("title", "gốc")});
  auto phone = enrolled("phone", roster::Role::cadre, commune);  // its grant is provisional
  const auto theirs = phone->write(commune, {text("title", "từ máy mới")});
  auto office = enrolled("office", roster::Role::office, top);
  office->take(*admin);
  office->take(*phone);
  REQUIRE(office->document(theirs).find("từ máy mới") != std::string::npos);
  const auto old = sent_by(*phone);

  must(vault::add_unit(*second->vault, top));
  log(*second);
  log(*admin);
  log(*phone);
  deliver(*phone);
  // The office hears the ledger's order: what the phone had signed names a roster that never was.
  deliver(*office);
  CHECK(must(vault::counts(*office->vault)).held[vault::SegmentState::quarantined] == 1);
  const auto again = sent_by(*phone);
  REQUIRE(again.size() == old.size());
  REQUIRE(again[0].bytes != old[0].bytes);
  auto ingest = must(vault::Ingest::begin(*office->vault));
  must(ingest->segment(again[0].feed, 0, again[0].previous, again[0].bytes,
                       vault::Receipt{50, clock.wall_ms()}));
  CHECK(must(ingest->commit()).refused_count == 0);
  CHECK(office->document(theirs).find("từ máy mới") != std::string::npos);
  CHECK(must(vault::counts(*office->vault)).held.empty());
  for (const auto& finding : must(vault::findings(*office->vault)))
    FAIL_CHECK(finding.code << " " << finding.detail);
  CHECK(admin->document(record).find("gốc") != std::string::npos);
}

TEST_CASE_METHOD(TwoAdmins,
                 "a verdict changes with the order of the statements, and ops come and go with it") {
  // The second administrator is removed by the root, which the first hears of by hand only later.
  auto phone = device("phone");
  const auto& identity = phone->vault->identity();
  must(vault::approve(*second->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, commune));
  must(sync::import_bundle(*phone->vault, must(sync::export_enrolment(*second->vault))));
  const auto record = phone->write(commune, {text("title", "theo quyết định chưa vào sổ")});
  admin->take(*phone);
  CHECK(admin->document(record).find("theo") != std::string::npos);
  // In the ledger the removal comes first: the approval never was, and with it the feed and all that is in
  // it.
  remove_only(*admin, *second, top, roster::RevokeReason::misuse);
  const auto removal = provisional_of(*admin).back();
  ledger.push_back(removal);
  deliver(*admin);
  CHECK(vault::find(*admin->vault, record).error().code == Code::not_found);
  CHECK(must(vault::counts(*admin->vault)).held[vault::SegmentState::quarantined] == 1);
  admin->reopen();
  CHECK(vault::find(*admin->vault, record).error().code == Code::not_found);
  CHECK(must(vault::rebuild(*admin->vault)).records == must(vault::counts(*admin->vault)).records);
}

TEST_CASE_METHOD(TwoAdmins, "a statement's place in the ledger is told once and never moves back") {
  const auto size = ledger.size();
  must(vault::add_unit(*admin->vault, top));
  log(*admin);
  auto ingest = must(vault::Ingest::begin(*admin->vault));
  must(ingest->statement(ledger.back(), vault::Receipt{size + 3, 1'790'000'100'000}));
  must(ingest->statement(ledger.back(), vault::Receipt{size + 3, 1'790'000'100'000}));
  must(ingest->statement(ledger.back(), vault::Receipt{size + 4, 1'790'000'100'000}));
  must(vault::add_unit(*second->vault, top));
  const auto late = provisional_of(*second).back();
  must(ingest->statement(late, vault::Receipt{size + 1, 1'790'000'050'000}));
  must(ingest->statement(late, vault::Receipt{size + 3, 1'790'000'100'000}));
  const auto report = must(ingest->commit());
  REQUIRE(report.refused.size() == 3);
  CHECK(report.refused[0].code == Code::receipt_changed);
  CHECK(report.refused[1].code == Code::bad_statement);
  CHECK(report.refused[2].code == Code::bad_statement);
  CHECK(must(vault::findings(*admin->vault)).front().code == "ledger.receipt_changed");
}

TEST_CASE_METHOD(TwoAdmins,
                 "what stands behind a statement of a later program waits, and is taken by that program") {
  const auto known = ledger;
  for (int i = 0; i < 3; ++i) must(vault::add_unit(*second->vault, top));
  log(*second);
  const auto whole = ledger;
  const std::size_t middle = known.size() + 1;
  ledger[middle][1] = 99;  // the kind of statement
  const auto units = [&] { return must(admin->vault->roster())->units().size(); };
  const auto before = units();
  for (int i = 0; i < 2; ++i) {  // each contact shows them again
    const auto report = deliver(*admin);
    REQUIRE(report.refused.size() == 1);
    CHECK(report.refused[0].code == Code::newer_format);
    CHECK(units() == before + 1);
  }
  ledger = whole;
  CHECK(deliver(*admin).refused_count == 0);
  CHECK(units() == before + 3);
  CHECK(head(*admin) == head(*second));
}

TEST_CASE_METHOD(Realm, "a false claim of a checkpoint's root spoils nothing that comes after it") {
  auto a = enrolled("a", roster::Role::cadre, commune);
  auto b = enrolled("b", roster::Role::cadre, commune);
  const Hash root = random_id<Hash>(random), wrong = random_id<Hash>(random);
  must(a->vault->set_checkpoint({40, root, "a note"}));
  const auto record = a->write(commune, {text("title", "có gốc")});
  const auto sent = sent_by(*a);
  REQUIRE(sent[0].size == 40);
  must(sync::import_bundle(*b->vault, must(sync::export_enrolment(*admin->vault))));
  must(sync::import_bundle(*b->vault, must(sync::export_enrolment(*a->vault))));
  const auto give = [&](std::optional<Hash> claim) {
    auto ingest = must(vault::Ingest::begin(*b->vault));
    if (claim) must(ingest->root(40, *claim));
    must(ingest->segment(sent[0].feed, 0, sent[0].previous, sent[0].bytes, std::nullopt));
    return must(ingest->commit());
  };
  CHECK(give(std::nullopt).refused.at(0).code == Code::bad_checkpoint);
  CHECK(give(wrong).refused.at(0).code == Code::bad_signature);
  CHECK(give(root).segments == 1);
  CHECK(b->document(record).find("có gốc") != std::string::npos);
  CHECK(give(wrong).refused.at(0).code == Code::bad_signature);
  CHECK(give(root).known == 1);
  // Against what this device verified itself, a wrong claim is worth nothing either.
  auto c = enrolled("c", roster::Role::cadre, commune);
  must(sync::import_bundle(*c->vault, must(sync::export_enrolment(*a->vault))));
  must(c->vault->set_checkpoint({40, root, "a note"}));
  auto ingest = must(vault::Ingest::begin(*c->vault));
  must(ingest->root(40, wrong));
  must(ingest->segment(sent[0].feed, 0, sent[0].previous, sent[0].bytes, std::nullopt));
  CHECK(must(ingest->commit()).segments == 1);
}

TEST_CASE_METHOD(Realm, "of two segments at one place the ledger's stands, and the other is evidence") {
  auto a = enrolled("a", roster::Role::cadre, commune);
  auto b = enrolled("b", roster::Role::cadre, commune);
  const auto record = a->write(commune, {text("title", "đầu")});
  must(vault::seal(*a->vault));
  // The author, or a thief with a copy of the phone, seals two different things at the same place.
  a->vault.reset();
  std::filesystem::copy(folder.path("a"), folder.path("twin"), std::filesystem::copy_options::recursive);
  a = std::make_unique<Device>(folder.path("a"), vault::Seams{clock, random}, Device::existing);
  Device twin(folder.path("twin"), {clock, random, nullptr}, Device::existing);
  a->edit(commune, record, {text("title", "cho máy chủ")});
  clock.advance(1000);
  twin.edit(commune, record, {text("title", "cho thôn")});
  twin.edit(commune, record, {text("note", "và thêm")});
  b->take(twin);
  REQUIRE(b->document(record).find("cho thôn") != std::string::npos);
  const auto logged = sent_by(*a);
  auto ingest = must(vault::Ingest::begin(*b->vault));
  for (std::size_t i = 0; i < logged.size(); ++i)
    must(ingest->segment(logged[i].feed, logged[i].sequence, logged[i].previous, logged[i].bytes,
                         vault::Receipt{20 + i, clock.wall_ms()}));
  CHECK(must(ingest->commit()).refused_count == 0);
  CHECK(b->document(record) == a->document(record));
  CHECK(must(vault::findings(*b->vault)).at(0).code == "feed.fork");
  const auto shown = must(vault::projections_hash(*b->vault));
  must(vault::rebuild(*b->vault));
  CHECK(must(vault::projections_hash(*b->vault)) == shown);
  // What the ledger has, nothing that comes by hand displaces.
  CHECK(b->take(twin).refused_count == 0);  // it is known as what lost its place
  CHECK(b->document(record) == a->document(record));
  // A device's own segment makes room, too; what it says goes out again in another feed.
  auto into_twin = must(vault::Ingest::begin(*twin.vault));
  must(into_twin->segment(logged.back().feed, logged.back().sequence, logged.back().previous,
                          logged.back().bytes, vault::Receipt{21, clock.wall_ms()}));
  const auto report = must(into_twin->commit());
  CHECK(report.refused_count == 0);
  CHECK(report.restored.value().fetched == 1);
  CHECK(report.restored.value().kept == 2);
  CHECK(must(vault::findings(*twin.vault)).at(0).code == "feed.restored");
  CHECK(twin.document(record).find("và thêm") != std::string::npos);
  CHECK(must(vault::counts(*twin.vault)).conflicts == 1);
}

TEST_CASE_METHOD(Realm,
                 "wraps that are for this device and hold nothing are thrown away, others are carried on") {
  auto a = enrolled("a", roster::Role::cadre, commune);
  auto b = enrolled("b", roster::Role::cadre, commune);
  const auto count = [&](Device& device) {
    return must(device.vault->db().integer("SELECT count(*) FROM wrap")).value_or(0);
  };
  const auto garbage = [&](const DeviceId& recipient, std::uint32_t epoch) {
    return protocol::encode_wrap({commune, epoch, protocol::WrapKind::device,
                                  protocol::RecipientId::from(recipient.view()), 0,
                                  random_id<BoxPublicKey>(random), Bytes(protocol::kWrapCiphertextBytes, 1)});
  };
  must(sync::import_bundle(*a->vault, must(sync::export_enrolment(*admin->vault))));
  const auto before = count(*a);
  const auto second =
      must(vault::issue(*admin->vault, roster::EpochBody{commune, {2, Hash{}, BoxPublicKey{}}}));
  auto ingest = must(vault::Ingest::begin(*a->vault));
  must(ingest->statement(roster::encode_statement(second), std::nullopt));
  for (int i = 0; i < 20; ++i)
    must(ingest->wrap(garbage(a->vault->identity().id, 2), vault::WrapState::carried));
  must(ingest->wrap(garbage(b->vault->identity().id, 2), vault::WrapState::carried));
  must(ingest->commit());
  CHECK(count(*a) == before + 1);
  CHECK(a->vault->keyring().latest(commune) == 1u);
}

}  // namespace order_test
