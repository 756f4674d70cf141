// Search over a vault: what passes each filter, what ranks first, and that nothing in a query can go wrong.
#include "base/text.hpp"
#include "support/realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

using Ids = std::vector<RecordId>;

Ids ids(Device& device, std::string_view words, const vault::ListFilter& filter = {}) {
  Ids out;
  for (const auto& hit : must(vault::search(*device.vault, words, filter))) out.push_back(hit.row.id);
  return out;
}
std::string marked(const vault::Hit& hit) {
  std::string out;
  for (const auto& part : hit.snippet) out += part.hit ? "[" + part.text + "]" : part.text;
  return out;
}
void mark(Device& device, const UnitId& unit, const RecordId& record, const char* path) {
  changelog::Mark seen;
  seen.seen = must(vault::load_state(*device.vault, record)).seen();
  device.edit(unit, record, {{path, seen}});
}

}  // namespace

TEST_CASE("exact diacritics first, the rest of the alphabet behind, each hit with its place") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto road = phone->write(realm.commune, {text("a", "Mở Đường liên thôn")});
  const auto sun = phone->write(realm.commune, {text("a", "cây dương liễu")});
  const auto plain = phone->write(realm.commune, {text("a", "duong lien thon")});
  CHECK(ids(*phone, "đường") == Ids{road, plain, sun});
  CHECK(ids(*phone, "DƯƠNG") == Ids{sun, plain, road});
  CHECK(ids(*phone, "duong") == Ids{plain, sun, road});
  const auto hits = must(vault::search(*phone->vault, "duong", {}));
  CHECK(hits[0].exact);
  CHECK_FALSE(hits[1].exact);
  CHECK(marked(hits[2]) == "Mở [Đường] liên thôn");
  // Where the tone stands is a habit and no other word.
  const auto peace = phone->write(realm.commune, {text("a", "tổ hòa giải")});
  CHECK(must(vault::search(*phone->vault, "hoà giải", {})).front().exact);
  CHECK(ids(*phone, "hoá giải") == Ids{peace});
  CHECK_FALSE(must(vault::search(*phone->vault, "hoá giải", {})).front().exact);
}

TEST_CASE("the last word may be the beginning of one, be it a letter") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto land = phone->write(realm.commune, {text("a", "nghĩa trang thôn")});
  const auto other = phone->write(realm.commune, {text("a", "người dân xã")});
  for (const char* all : {"n", "ng"}) CHECK(ids(*phone, all) == Ids{other, land});
  for (const char* one : {"ngh", "nghi", "nghĩa", "trang th", "thôn n", "trang t"})
    CHECK(ids(*phone, one) == Ids{land});
  CHECK(ids(*phone, "dân x") == Ids{other});
  CHECK(ids(*phone, "ng dân").empty());  // only the last one
  // As a whole word it ranks first.
  const auto whole = phone->write(realm.commune, {text("a", "xả")});
  const auto later = phone->write(realm.commune, {text("a", "xảy ra")});
  CHECK(ids(*phone, "xả") == Ids{whole, later, other});
}

TEST_CASE("quotes hold words together, and so does what is typed without a space") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto together = phone->write(realm.commune, {text("a", "nhận hỗ trợ đất, số 12/CV-TU")});
  const auto apart = phone->write(realm.commune, {text("a", "hỗ phần, trợ phần, số 12 và CV của TU")});
  CHECK(ids(*phone, "hỗ trợ") == Ids{apart, together});
  CHECK(ids(*phone, "\"hỗ trợ\"") == Ids{together});
  CHECK(ids(*phone, "“ho tro” đất") == Ids{together});
  CHECK(ids(*phone, "\"trợ hỗ\"").empty());
  CHECK(ids(*phone, "12/CV") == Ids{together});
  CHECK(ids(*phone, "12 CV") == Ids{apart, together});
}

TEST_CASE("search keeps to kind, unit with its subtree, period, state and conflict") {
  Realm realm;
  const UnitId other_commune = must(vault::add_unit(*realm.admin->vault, realm.top));
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  auto second = realm.enrolled("second", roster::Role::cadre, realm.commune);
  auto office = realm.enrolled("office", roster::Role::office, realm.top);
  const auto add = [&](Device& device, const UnitId& unit, const char* kind, const char* day) {
    std::vector<vault::Change> changes = {text("kind", kind), text("a", "đất ruộng")};
    if (day[0] != 0) changes.push_back(text("day", day));
    return device.write(unit, changes);
  };
  auto far = realm.enrolled("far", roster::Role::cadre, other_commune);
  const auto a = add(*phone, realm.commune, "land_visit", "2026-02-28");
  const auto b = add(*phone, realm.commune, "land_meeting", "2026-03-01");
  const auto c = add(*phone, realm.commune, "land_visit", "2025-12-31");
  const auto d = add(*phone, realm.commune, "land_visit", "");
  const auto e = add(*far, other_commune, "landvisit", "2026-03-15");
  mark(*phone, realm.commune, b, "@final");
  mark(*phone, realm.commune, c, "@deleted");
  must(vault::seal(*phone->vault));
  second->take(*phone);
  phone->edit(realm.commune, a, {text("b", "máy A")});
  second->edit(realm.commune, a, {text("b", "máy B")});
  for (auto* from : {phone.get(), second.get(), far.get()}) {
    must(vault::seal(*from->vault));
    office->take(*from);
  }
  const auto found = [&](const vault::ListFilter& filter) {
    const auto in = ids(*office, "dat ruong", filter);
    return std::set<RecordId>(in.begin(), in.end());
  };
  using Set = std::set<RecordId>;
  vault::ListFilter f;
  CHECK(found(f) == Set{a, b, d, e});
  f.kind = "land_visit";  // the index sees no underscores, the answer does
  CHECK(found(f) == Set{a, d});
  f = {};
  f.unit = realm.commune;
  CHECK(found(f) == Set{a, b, d});
  f.unit = other_commune;
  CHECK(found(f) == Set{e});
  f.unit = realm.top;
  CHECK(found(f) == Set{a, b, d, e});
  f = {};
  f.from = "2026-02-28";
  f.until = "2026-03-01";
  CHECK(found(f) == Set{a, b});
  f.until = "2026-02-28";
  CHECK(found(f) == Set{a});
  f.until.clear();
  f.from = "2026-03-01";
  CHECK(found(f) == Set{b, e});
  f.from.clear();
  f.until = "2026-03-01";
  f.deleted = true;
  CHECK(found(f) == Set{a, b, c});
  f.from = "2025-01-01";
  f.until = "2025-12-31";
  CHECK(found(f) == Set{c});
  f.from = "2024-01-01";
  f.until = "2026-12-31";
  CHECK(found(f) == Set{a, b, c, e});
  f.from = "2030-01-01";
  f.until.clear();
  CHECK(found(f).empty());
  f.from.clear();
  f.until = "1999-01-01";
  CHECK(found(f).empty());
  f = {};
  f.standing = vault::Standing::draft;
  CHECK(found(f) == Set{a, d, e});
  f.standing = vault::Standing::finalized;
  CHECK(found(f) == Set{b});
  f.standing = vault::Standing::withdrawn;
  CHECK(found(f) == Set{c});
  f = {};
  f.conflicts = true;
  CHECK(found(f) == Set{a});
  f.standing = vault::Standing::finalized;
  CHECK(found(f).empty());
  // Lists take the same filter.
  f = {};
  f.standing = vault::Standing::withdrawn;
  const auto listed = must(vault::list(*office->vault, f));
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].id == c);
  // What changes later moves with it, and a rebuild says the same.
  const auto before = found({});
  must(vault::rebuild(*office->vault));
  CHECK(found({}) == before);
  f = {};
  f.standing = vault::Standing::finalized;
  CHECK(found(f) == Set{b});
}

TEST_CASE("offset and limit cut one list of hits into pages") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  for (int i = 0; i < 4; ++i) {
    phone->write(realm.commune, {text("a", "đất")});
    phone->write(realm.commune, {text("a", "dắt trâu")});
  }
  const Ids all = ids(*phone, "đất");
  REQUIRE(all.size() == 8);
  Ids paged;
  for (std::size_t at = 0; at < 12; at += 3) {
    vault::ListFilter filter;
    filter.limit = 3;
    filter.offset = at;
    for (const auto& id : ids(*phone, "đất", filter)) paged.push_back(id);
  }
  CHECK(paged == all);
}

TEST_CASE("what another program wrote in another normal form is found all the same") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const std::string nfd = "\xc4\x90u\xcc\x9bo\xcc\x9b\xcc\x80ng To\xcc\x82\xcc\x81";
  const auto foreign = phone->write(realm.commune, {text("a", nfd)});
  for (const std::string words : {"Đường Tố", "duong to", nfd.c_str()})
    CHECK(ids(*phone, words) == Ids{foreign});
  CHECK(must(vault::search(*phone->vault, "đường tố", {})).front().exact);
  CHECK(phone->document(foreign).find(nfd) != std::string::npos);  // and shown as it was written
}

TEST_CASE("no query is an error or more than a query") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto record =
      phone->write(realm.commune, {text("a", "sd kvisit y2026 đất AND NOT OR NEAR 中村 a_b")});
  const std::vector<std::string> odd = {"",
                                        " ",
                                        "\"",
                                        "\"\"",
                                        "AND",
                                        "OR",
                                        "NOT",
                                        "NEAR(a b)",
                                        "a*",
                                        "^a",
                                        "exact:đất",
                                        "-exact:a",
                                        "{exact folded}: a",
                                        "a + b",
                                        "(",
                                        ")",
                                        "'",
                                        "';--",
                                        "facets:sd",
                                        "🙂",
                                        "🙂 đất",
                                        "\xff\xfe",
                                        "đất\xff",
                                        std::string("đất\0\"", 7),
                                        "*",
                                        "**",
                                        "\"đất",
                                        "đất\"",
                                        "a\"b\"c",
                                        "𞤀𞤣𞤤",
                                        "\xcc\x80",
                                        "a\xcc\x80\xcc\x80",
                                        "中",
                                        "_",
                                        "a_b",
                                        "%",
                                        std::string(10'000, 'a'),
                                        std::string(10'000, '"'),
                                        std::string(10'000, '*'),
                                        std::string(3'000, '\xe1')};
  for (const auto& text : odd) {
    INFO(text.substr(0, 40));
    const auto hits = vault::search(*phone->vault, text, {});
    REQUIRE(hits.ok());
    CHECK(hits->size() <= 1);
  }
  std::string words;
  while (words.size() < 10'000) words += "đất \"AND NOT\" ";
  CHECK(ids(*phone, words) == Ids{record});
  // Words of the index that are no words of the record find nothing.
  for (const char* facet : {"pd", "sf", "kx"}) CHECK(ids(*phone, facet).empty());
  CHECK(ids(*phone, "sd AND kvisit") == Ids{record});
  CHECK(ids(*phone, "中村") == Ids{record});

  SeededRandom random(7);
  const std::vector<std::string> pieces = {"\"",     "*",      "^", ":",  "(", ")",        "AND", " OR ",
                                           " NOT ",  "NEAR",   "{", "}",  "+", "-",        "đất", "exact",
                                           "folded", "facets", " ", "\t", "a", "\xcc\x81", "\xff"};
  for (int i = 0; i < 2000; ++i) {
    std::uint8_t bytes[12];
    random.fill(bytes);
    std::string text;
    for (const auto b : bytes) text += pieces[b % pieces.size()];
    INFO(text);
    REQUIRE(vault::search(*phone->vault, text, {}).ok());
  }
  CHECK(must(vault::counts(*phone->vault)).records == 1);
}

TEST_CASE("records whose titles may be alike, also of a vault from before there was an index of them") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  const auto add = [&](const char* kind, const char* title, const char* day) {
    return phone->write(realm.commune, {text("kind", kind), text("title", title), text("day", day)});
  };
  const auto first = add("visit", "Vận động hộ H017 – Đường Hữu Nghị", "2026-03-01");
  const auto again = add("visit", "Vận động hộ H17, Đườg Hữu Nghị", "2026-03-02");
  const auto gone = add("visit", "Vận động hộ H17, Đường Hữu Nghị", "2026-03-03");
  add("visit", "Vận động hộ H018 – Đường Hữu Nghị", "2026-03-01");
  add("meeting", "Vận động hộ H017 – Đường Hữu Nghị", "2026-03-01");
  mark(*phone, realm.commune, gone, "@deleted");
  const auto alike = [&](const std::optional<std::string>& day) {
    Ids out;
    for (const auto& row :
         must(vault::alike_rows(*phone->vault, must(vault::find(*phone->vault, first)), day)))
      out.push_back(row.id);
    return out;
  };
  CHECK(alike(std::nullopt) == Ids{again, first});
  CHECK(alike("2026-03-01") == Ids{first});
  must(phone->vault->db().execute("UPDATE record SET alike_first = NULL, alike_second = NULL"));
  CHECK(alike(std::nullopt) == Ids{again, first});
  CHECK(must(phone->vault->db().integer("SELECT count(*) FROM record WHERE alike_first IS NULL")) == 0);
}
