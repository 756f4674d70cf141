#include "vault/journal.hpp"

#include "support/realm.hpp"
#include "vault/attachments.hpp"

using namespace gandan;
using namespace gandan::test;

TEST_CASE("what was saved is there after closing, sealed or not") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto record = phone->write(realm.commune, {text("kind", "visit"), text("title", "Hộ H07 đồng ý")});
  const auto before = phone->document(record);
  phone->reopen();
  CHECK(phone->document(record) == before);
  CHECK(must(vault::counts(*phone->vault)).pending_ops == 2);
  CHECK(must(vault::seal(*phone->vault)) == 1);
  CHECK(must(vault::seal(*phone->vault)) == 0);
  phone->reopen();
  CHECK(phone->document(record) == before);
  CHECK(must(vault::counts(*phone->vault)).pending_ops == 0);
}

TEST_CASE("256 pending ops are sealed by themselves, and so is what has waited ten minutes") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto record = phone->write(realm.commune, {text("title", "a")});
  for (int i = 0; i < 254; ++i) phone->edit(realm.commune, record, {text("title", std::to_string(i))});
  CHECK(must(vault::counts(*phone->vault)).pending_ops == 255);
  phone->edit(realm.commune, record, {text("title", "last")});
  CHECK(must(vault::counts(*phone->vault)).pending_ops == 0);

  phone->edit(realm.commune, record, {text("title", "b")});
  CHECK(must(vault::seal_if_due(*phone->vault)) == 0);
  realm.clock.advance(10 * 60'000);
  CHECK(must(vault::seal_if_due(*phone->vault)) == 1);
}

TEST_CASE("projections are rebuilt byte-equal from segments and pending ops") {
  Realm realm;
  auto a = realm.enrolled("a", roster::Role::cadre, realm.commune);
  auto b = realm.enrolled("b", roster::Role::cadre, realm.commune);
  const auto record = a->write(realm.commune, {text("title", "gốc"), text("wish", "tái định cư")});
  b->take(*a);
  a->edit(realm.commune, record, {text("title", "máy A")});
  b->edit(realm.commune, record, {text("title", "máy B")});
  a->take(*b);
  a->edit(realm.commune, record, {text("wish", "còn chờ")});  // pending
  const auto before = must(vault::projections_hash(*a->vault));
  must(a->vault->db().run("UPDATE record SET document = 'x'"));
  CHECK(must(vault::projections_hash(*a->vault)) != before);
  const auto report = must(vault::rebuild(*a->vault));
  CHECK(report.records == 1);
  CHECK(must(vault::projections_hash(*a->vault)) == before);
  CHECK(must(vault::search(*a->vault, "con cho", {})).size() == 1);
}

TEST_CASE("search finds with and without diacritics, exact ones first") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto road = phone->write(realm.commune, {text("title", "Mở Đường liên thôn")});
  const auto sun = phone->write(realm.commune, {text("title", "dương liễu")});
  for (const char* word : {"Đường", "đường", "duong", "DUONG", "dương"})
    CHECK(must(vault::search(*phone->vault, word, {})).size() == 2);
  CHECK(must(vault::search(*phone->vault, "đường", {})).front().row.id == road);
  CHECK(must(vault::search(*phone->vault, "dương", {})).front().row.id == sun);
  CHECK(must(vault::search(*phone->vault, "lien th", {})).size() == 1);
  for (const char* odd : {"", "\"", "AND", "exact:", "* ( ) NEAR", "'; DROP TABLE record"})
    CHECK(vault::search(*phone->vault, odd, {}).ok());
}

TEST_CASE("among equals search shows the newest first, up to the limit, and only what passes the filter") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  std::vector<RecordId> roads;
  for (int i = 0; i < 5; ++i) roads.push_back(phone->write(realm.commune, {text("title", "đường bản")}));
  const auto folded = phone->write(realm.commune, {text("title", "dường ban")});
  const auto ids = [&](std::string_view words, vault::ListFilter filter) {
    std::vector<RecordId> out;
    for (const auto& hit : must(vault::search(*phone->vault, words, filter))) out.push_back(hit.row.id);
    return out;
  };
  std::vector<RecordId> newest_first(roads.rbegin(), roads.rend());
  newest_first.push_back(folded);  // newer, and its diacritics differ
  CHECK(ids("đường bản", {}) == newest_first);
  CHECK(ids("đường b", {}) == newest_first);
  vault::ListFilter filter;
  filter.limit = 2;
  CHECK(ids("đường", filter) == std::vector<RecordId>{roads[4], roads[3]});
  filter.limit = 6;
  CHECK(ids("đường", filter) == newest_first);
  filter.unit = realm.commune;
  CHECK(ids("duong", filter).size() == 6);
  filter.unit = UnitId{};
  CHECK(ids("duong", filter).empty());
  filter = {};
  filter.kind = "another";
  CHECK(ids("duong", filter).empty());
}

TEST_CASE("lists are in the order of dates, newest first, and filters narrow them") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  std::vector<RecordId> made;
  for (const char* title : {"a", "b", "c", "d"})
    made.push_back(phone->write(realm.commune, {text("title", title)}));
  // The test's documents have no dates: said here.
  const auto say = [&](const RecordId& id, const char* kind, const char* date, int flags) {
    must(phone->vault->db().run("UPDATE record SET kind = ?, date = ?, flags = ? WHERE id = ?", kind, date,
                                flags, id));
  };
  say(made[0], "meeting", "2026-03-01", vault::kConflict);
  say(made[1], "visit", "2026-03-01", 0);
  say(made[2], "visit", "2026-01-15", vault::kDeleted | vault::kConflict);
  say(made[3], "visit", "", vault::kFinalized);
  const auto ids = [&](const vault::ListFilter& filter) {
    std::vector<RecordId> out;
    for (const auto& row : must(vault::list(*phone->vault, filter))) out.push_back(row.id);
    return out;
  };
  using Ids = std::vector<RecordId>;
  vault::ListFilter filter;
  CHECK(ids(filter) == Ids{made[1], made[0], made[3]});
  filter.deleted = true;
  CHECK(ids(filter) == Ids{made[1], made[0], made[2], made[3]});
  filter.conflicts = true;
  CHECK(ids(filter) == Ids{made[0], made[2]});
  filter.kind = "visit";
  CHECK(ids(filter) == Ids{made[2]});
  filter = {};
  filter.kind = "visit";
  CHECK(ids(filter) == Ids{made[1], made[3]});
  filter.from = "2026-02-01";
  CHECK(ids(filter) == Ids{made[1]});
  filter = {};
  filter.until = "2026-12-31";
  CHECK(ids(filter) == Ids{made[1], made[0]});
  filter.limit = 1;
  filter.offset = 1;
  CHECK(ids(filter) == Ids{made[0]});
  const auto counts = must(vault::counts(*phone->vault));
  CHECK(counts.records == 3);
  CHECK(counts.conflicts == 2);
}

TEST_CASE("attachments come back whole, and a changed chunk does not open") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  Bytes photo(300'000);
  realm.random.fill(photo);
  const auto blob =
      must(vault::keep_attachment(*phone->vault, realm.commune, "anh.jpg", "image/jpeg", photo));
  CHECK(blob.chunks.size() == 3);
  CHECK(must(vault::read_attachment(*phone->vault, blob)) == photo);
  must(phone->vault->db().run("UPDATE chunk SET data = zeroblob(1000) WHERE hash = ?", blob.chunks[1]));
  CHECK(vault::read_attachment(*phone->vault, blob).error().code == Code::cannot_open);
  CHECK(vault::keep_attachment(*phone->vault, realm.commune, "x", "y", Bytes(vault::kMaxAttachmentBytes + 1))
            .error()
            .code == Code::attachment_too_large);
}
