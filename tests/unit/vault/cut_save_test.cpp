// A save is applied whole or not at all, also when a segment ends inside it and its parts meet different
// verdicts; and a record belongs to the unit of the feed that made it, whoever writes in it and in whatever
// order that comes.
#include "unit/vault/segments_fixture.hpp"
#include "vault/segments.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct CutSave : Pair {
  CutSave() {
    // More ops than a segment holds, in one save.
    std::vector<vault::Change> changes;
    for (int i = 0; i < 300; ++i) changes.push_back(text("f" + std::to_string(i), std::to_string(i)));
    record = a->write(commune, changes);
    parts = segments_of(*a);
    REQUIRE(parts.size() == 2);
    must(sync::import_bundle(*admin->vault, must(sync::export_enrolment(*a->vault))));
  }

  // The revocation of `a` as the ledger has it: behind the first part, ahead of the second.
  void revoke_between() {
    if (!revoked) remove_only(*admin, *a, commune, roster::RevokeReason::lost);
    revoked = true;
    auto rows = must(admin->vault->db().query("SELECT bytes FROM statement ORDER BY position"));
    std::vector<Bytes> statements;
    while (must(rows.step())) statements.push_back(to_bytes(rows.blob(0)));
    auto ingest = must(vault::Ingest::begin(*admin->vault));
    for (std::uint64_t i = 0; i < statements.size(); ++i)
      must(ingest->statement(statements[i],
                             vault::Receipt{i + 1 == statements.size() ? 50 : i, clock.wall_ms()}));
    must(ingest->commit());
  }
  bool shown() { return vault::find(*admin->vault, record).ok(); }
  void rebuild_changes_nothing() {
    const auto before = must(vault::projections_hash(*admin->vault));
    must(vault::rebuild(*admin->vault));
    CHECK(must(vault::projections_hash(*admin->vault)) == before);
  }
  vault::Receipt at(std::uint64_t index) { return {index, clock.wall_ms()}; }

  RecordId record;
  std::vector<Received> parts;
  bool revoked = false;
};

}  // namespace

TEST_CASE_METHOD(CutSave, "a save cut by a segment's end is shown when its last part is there") {
  CHECK(give(*admin, {parts[0]}, at(40)).ops == 0);
  CHECK_FALSE(shown());
  rebuild_changes_nothing();
  CHECK(give(*admin, {parts[1]}, at(60)).ops == 300);
  CHECK(shown());
  rebuild_changes_nothing();
}

TEST_CASE_METHOD(CutSave, "a save whose second part came after the revocation is not shown at all") {
  give(*admin, {parts[0]}, at(40));
  revoke_between();
  CHECK(give(*admin, {parts[1]}, at(60)).held == 1);
  CHECK_FALSE(shown());
  CHECK(must(vault::counts(*admin->vault)).held.at(vault::SegmentState::quarantined) == 1);
  rebuild_changes_nothing();
}

TEST_CASE_METHOD(CutSave,
                 "a save that was shown goes as a whole when a receipt puts its end behind the revocation") {
  give(*admin, parts);
  CHECK(shown());
  revoke_between();
  CHECK_FALSE(shown());  // carried by hand: nothing shows that it lies before the revocation
  auto ingest = must(vault::Ingest::begin(*admin->vault));
  must(ingest->receipt(parts[0].feed, 0, at(40)));
  must(ingest->receipt(parts[1].feed, 1, at(60)));
  must(ingest->commit());
  CHECK_FALSE(shown());
  rebuild_changes_nothing();
}

TEST_CASE_METHOD(
    CutSave, "what was quarantined for want of a receipt comes back when that lies before the revocation") {
  give(*admin, parts);
  revoke_between();
  CHECK_FALSE(shown());
  auto ingest = must(vault::Ingest::begin(*admin->vault));
  must(ingest->receipt(parts[0].feed, 0, at(40)));
  must(ingest->receipt(parts[1].feed, 1, at(45)));
  must(ingest->commit());
  CHECK(shown());
  rebuild_changes_nothing();
}

TEST_CASE_METHOD(CutSave,
                 "a bundle from a device whose revocation is in the ledger adds nothing to the records") {
  revoke_between();
  CHECK(give(*admin, parts).held == 2);
  CHECK_FALSE(shown());
  CHECK(must(vault::counts(*admin->vault)).held.at(vault::SegmentState::quarantined) == 2);
  rebuild_changes_nothing();
}

TEST_CASE_METHOD(CutSave, "a save goes as a whole when the part that no longer counts is its beginning") {
  give(*admin, parts);
  revoke_between();
  auto ingest = must(vault::Ingest::begin(*admin->vault));
  must(ingest->receipt(parts[0].feed, 0, at(60)));
  must(ingest->commit());
  CHECK_FALSE(shown());
  rebuild_changes_nothing();
}

TEST_CASE_METHOD(CutSave, "each part of a save is suspect by its own receipt") {
  const auto honest = clock.wall_ms();
  auto ingest = must(vault::Ingest::begin(*admin->vault));
  must(ingest->segment(parts[0].feed, 0, parts[0].previous, parts[0].bytes,
                       vault::Receipt{40, honest - 3'600'000}));
  must(ingest->segment(parts[1].feed, 1, parts[1].previous, parts[1].bytes, vault::Receipt{60, honest}));
  must(ingest->commit());
  const auto state = must(vault::load_state(*admin->vault, record));
  std::size_t suspects = 0;
  for (const auto& [path, cell] : state.cells()) suspects += cell.ops.front().suspect;
  CHECK(suspects == 256);
  rebuild_changes_nothing();
}

TEST_CASE_METHOD(Pair, "whoever comes first, a record stays in the unit of the feed that made it") {
  const auto other = must(vault::add_unit(*admin->vault, top));
  auto stranger = enrolled("stranger", roster::Role::cadre, other);
  const auto record = a->write(commune, {text("title", "thật")});
  // The stranger writes under the same id in its own unit, as an honest program never would.
  const auto feed = must(vault::open_feed(*stranger->vault, other));
  must(sync::import_bundle(*stranger->vault, must(sync::export_enrolment(*a->vault))));
  must(
      vault::save(*stranger->vault, other, record, {text("title", "giả")}, HolderId{}, vault::IdMaker(feed)));
  CHECK(vault::find(*stranger->vault, record).error().code == Code::not_found);
  const auto forged = segments_of(*stranger);
  const auto honest = segments_of(*a);
  for (auto* from : {stranger.get(), a.get()})
    must(sync::import_bundle(*admin->vault, must(sync::export_enrolment(*from->vault))));

  SECTION("the forger first") {
    give(*admin, forged);
    give(*admin, honest);
  }
  SECTION("the maker first") {
    give(*admin, honest);
    give(*admin, forged);
  }
  CHECK(must(vault::find(*admin->vault, record)).unit == commune);
  CHECK(admin->document(record) == a->document(record));
}

TEST_CASE_METHOD(Pair, "what writes in a record that nobody here made waits until its feed is known") {
  const auto record = a->write(commune, {text("title", "gốc")});
  b->take(*a);
  b->edit(commune, record, {text("title", "sửa")});
  const auto edits = segments_of(*b);
  const auto made = segments_of(*a);
  // Only b's opening is known here: the statements of a's feed come later.
  auto rows = must(b->vault->db().query("SELECT bytes FROM statement ORDER BY position"));
  std::vector<Bytes> statements;
  while (must(rows.step())) statements.push_back(to_bytes(rows.blob(0)));
  auto c = enrolled("c", roster::Role::cadre, commune);
  const auto is_opening_of = [&](const Bytes& bytes, Device& device) {
    const auto statement = must(roster::decode_statement(bytes));
    return std::holds_alternative<roster::FeedBody>(statement.body) &&
           statement.issuer == device.vault->identity().id;
  };
  const auto tell = [&](Device& whose) {
    auto ingest = must(vault::Ingest::begin(*c->vault));
    for (const auto& bytes : statements)
      if (is_opening_of(bytes, whose)) must(ingest->statement(bytes, std::nullopt));
    return must(ingest->commit());
  };
  tell(*b);
  CHECK(give(*c, edits).held == 1);
  CHECK(must(vault::counts(*c->vault)).held.at(vault::SegmentState::unknown_record) == 1);
  tell(*a);
  give(*c, made);
  CHECK(c->document(record) == b->document(record));
  CHECK(must(vault::counts(*c->vault)).held.empty());
}
