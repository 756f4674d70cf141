#include "vault/ingest.hpp"

#include "unit/vault/segments_fixture.hpp"

using namespace gandan;
using namespace gandan::test;
TEST_CASE_METHOD(Pair, "two devices that hold the same segments show the same documents") {
  const auto record = a->write(commune, {text("title", "gốc"), text("note", "1")});
  CHECK(b->take(*a).segments == 1);
  CHECK(b->document(record) == a->document(record));
  a->edit(commune, record, {text("title", "A sửa")});
  clock.advance(1000);
  b->edit(commune, record, {text("title", "B sửa"), text("note", "2")});
  a->take(*b);
  b->take(*a);
  CHECK(b->document(record) == a->document(record));
  CHECK(must(vault::projections_hash(*a->vault)) == must(vault::projections_hash(*b->vault)));
  CHECK(must(vault::counts(*a->vault)).conflicts == 1);
  const auto state = must(vault::load_state(*a->vault, record));
  CHECK(changelog::view(state).fields.at("title").heads.size() == 2);

  // A person chooses; the choice replaces both.
  a->edit(commune, record, {text("title", "thống nhất")});
  b->take(*a);
  CHECK(must(vault::counts(*b->vault)).conflicts == 0);
  CHECK(must(vault::projections_hash(*a->vault)) == must(vault::projections_hash(*b->vault)));
}

TEST_CASE_METHOD(Pair, "the same segments again change nothing") {
  a->write(commune, {text("title", "x")});
  b->take(*a);
  const auto before = must(vault::projections_hash(*b->vault));
  const auto again = b->take(*a);
  CHECK(again.segments == 0);
  CHECK(again.known == 1);
  CHECK(must(vault::projections_hash(*b->vault)) == before);
}

TEST_CASE_METHOD(Pair, "segments that come in the wrong order wait for the earlier ones") {
  const auto record = a->write(commune, {text("title", "1")});
  auto first = segments_of(*a);
  a->edit(commune, record, {text("title", "2")});
  a->edit(commune, record, {text("note", "3")});
  must(vault::seal(*a->vault));
  b->take(*a, false);  // statements: the feed opening
  auto all = segments_of(*a);
  auto c = enrolled("c", roster::Role::cadre, commune);
  must(sync::import_bundle(*c->vault, must(sync::export_enrolment(*b->vault))));
  CHECK(give(*c, {all[1]}).held == 1);
  CHECK(vault::find(*c->vault, record).error().code == Code::not_found);
  CHECK(give(*c, {all[0]}).segments == 2);
  CHECK(c->document(record) == a->document(record));
}

TEST_CASE_METHOD(Pair, "a changed, foreign or moved segment is refused, and what was there stays") {
  const auto record = a->write(commune, {text("title", "thật")});
  auto all = segments_of(*a);
  must(sync::import_bundle(*b->vault, must(sync::export_enrolment(*a->vault))));

  SECTION("any flipped byte") {
    for (std::size_t at = 0; at < all[0].bytes.size(); ++at) {
      auto changed = all[0];
      changed.bytes[at] ^= 1;
      CHECK(give(*b, {changed}).refused_count == 1);
    }
    CHECK(vault::find(*b->vault, record).error().code == Code::not_found);
  }
  SECTION("at another place of the feed") {
    auto moved = all[0];
    moved.sequence = 1;
    CHECK(give(*b, {moved}).refused.front().code == Code::bad_signature);
  }
  SECTION("in a feed that was never opened") {
    auto foreign = all[0];
    foreign.feed.bytes[0] ^= 1;
    CHECK(give(*b, {foreign}).refused.front().code == Code::unknown_feed);
  }
  CHECK(give(*b, all).segments == 1);
  CHECK(b->document(record) == a->document(record));
}

TEST_CASE_METHOD(Pair, "a device that signs twice at one place leaves evidence") {
  a->write(commune, {text("title", "một")});
  const auto first = segments_of(*a);
  must(sync::import_bundle(*b->vault, must(sync::export_enrolment(*a->vault))));
  CHECK(give(*b, first).segments == 1);
  // The same device writes its first segment anew, as a copied vault would.
  must(a->vault->db().run("DELETE FROM segment"));
  must(a->vault->db().run("UPDATE feed SET next = 0, head = ?", Hash{}));
  a->write(commune, {text("title", "hai")});
  const auto second = segments_of(*a);
  const auto report = give(*b, second);
  CHECK(report.refused.front().code == Code::fork);
  const auto findings = must(vault::findings(*b->vault));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "feed.fork");
}

TEST_CASE_METHOD(Pair, "what contradicts the ledger is evidence, whatever roster it names") {
  a->write(commune, {text("title", "một")});
  const auto first = segments_of(*a);
  must(sync::import_bundle(*b->vault, must(sync::export_enrolment(*a->vault))));
  auto ingest = must(vault::Ingest::begin(*b->vault));
  must(ingest->segment(first[0].feed, 0, first[0].previous, first[0].bytes,
                       vault::Receipt{11, clock.wall_ms()}));
  must(ingest->commit());
  // Anew, under an epoch that the ledger has not: no excuse, for the place is taken there.
  must(vault::rotate(*admin->vault, commune));
  for (auto* device : {a.get(), b.get()})
    must(sync::import_bundle(*device->vault, must(sync::export_enrolment(*admin->vault))));
  must(a->vault->db().run("DELETE FROM segment"));
  must(a->vault->db().run("UPDATE feed SET next = 0, head = ?", Hash{}));
  a->write(commune, {text("title", "hai")});
  CHECK(give(*b, segments_of(*a)).refused.front().code == Code::fork);
  CHECK(must(vault::findings(*b->vault)).size() == 1);
}

TEST_CASE_METHOD(Pair, "a revoked device's later segments are quarantined, its earlier ones stay") {
  const auto early = a->write(commune, {text("title", "trước")});
  const auto first = segments_of(*a);
  must(sync::import_bundle(*admin->vault, must(sync::export_bundle(*a->vault, {}))));
  remove_only(*admin, *a, commune, roster::RevokeReason::lost);
  const auto late = a->write(commune, {text("title", "sau")});

  // As the ledger has it: opening 10, first segment 11, revocation 12, second segment 13.
  const auto all = segments_of(*a);
  auto ingest = must(vault::Ingest::begin(*admin->vault));
  must(ingest->receipt(all[0].feed, 0, {11, clock.wall_ms()}));
  auto rows = must(admin->vault->db().query("SELECT bytes FROM statement ORDER BY position"));
  std::uint64_t index = 0;
  std::vector<Bytes> statements;
  while (must(rows.step())) statements.push_back(to_bytes(rows.blob(0)));
  for (const auto& statement : statements) {
    if (index + 1 == statements.size()) index = 12;
    must(ingest->statement(statement, vault::Receipt{index++, clock.wall_ms()}));
  }
  must(ingest->segment(all[1].feed, 1, all[1].previous, all[1].bytes, vault::Receipt{13, clock.wall_ms()}));
  const auto report = must(ingest->commit());
  CHECK(report.held == 1);
  CHECK(admin->document(early).find("trước") != std::string::npos);
  CHECK(vault::find(*admin->vault, late).error().code == Code::not_found);
  CHECK(must(vault::counts(*admin->vault)).held.at(vault::SegmentState::quarantined) == 1);
}

TEST_CASE_METHOD(Pair, "an op stamped after its receipt is suspect and never the shown head") {
  const auto record = a->write(commune, {text("title", "gốc")});
  must(sync::import_bundle(*b->vault, must(sync::export_bundle(*a->vault, {}))));
  b->edit(commune, record, {text("title", "đồng hồ đúng")});
  const auto honest = clock.wall_ms();
  clock.advance(40ll * 24 * 3'600'000);
  a->edit(commune, record, {text("title", "đồng hồ sai")});
  const auto all = segments_of(*a);
  clock.set(honest);
  auto ingest = must(vault::Ingest::begin(*b->vault));
  must(ingest->segment(all[1].feed, 1, all[1].previous, all[1].bytes, vault::Receipt{5, honest}));
  must(ingest->commit());
  CHECK(b->document(record).find("đồng hồ đúng") != std::string::npos);
  CHECK(must(vault::counts(*b->vault)).conflicts == 1);
}

TEST_CASE_METHOD(Pair, "a segment whose key is not here is kept, and read when the key comes") {
  auto late = device("late");
  const auto& identity = late->vault->identity();
  const auto record = a->write(commune, {text("title", "chờ khoá")});
  // It knows the realm, not the key.
  must(sync::import_bundle(*late->vault, must(sync::export_bundle(*a->vault, {}))));
  CHECK(must(vault::counts(*late->vault)).held.at(vault::SegmentState::no_key) == 1);
  must(vault::approve(*admin->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::cadre, commune));
  must(sync::import_bundle(*late->vault, must(sync::export_enrolment(*admin->vault))));
  CHECK(late->document(record) == a->document(record));
}
