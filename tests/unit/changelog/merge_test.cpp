#include "changelog/merge.hpp"

#include <algorithm>

#include "generate.hpp"

namespace gandan::changelog::test {
namespace {

const FeedId kA = id_of<FeedId>(501), kB = id_of<FeedId>(502);
const RecordId kRecord = make_record_id(kA, 1);

Op op(const FeedId& feed, Hlc hlc, std::string path, Value value, std::vector<Stamp> replaces = {}) {
  Op out;
  out.record = kRecord;
  out.path = std::move(path);
  out.value = std::move(value);
  out.stamp = {hlc, feed};
  out.replaces = std::move(replaces);
  out.save = hlc;
  return out;
}
Op mark(const FeedId& feed, Hlc hlc, std::string path, Seen seen, std::vector<Stamp> replaces = {}) {
  return op(feed, hlc, std::move(path), Mark{std::move(seen), {}, {}}, std::move(replaces));
}
RecordState state_of(const std::vector<Op>& ops) {
  RecordState out;
  for (const auto& o : ops) out.add(o, false);
  return out;
}
std::string text(const FieldView& field) { return std::get<std::string>(field.shown()); }

// A record under many hands: edits that know some of the others, marks, suspects, twins.
struct Delivery {
  Op op;
  bool suspect;
};
std::vector<Delivery> any_history(std::uint64_t seed) {
  Seeded random(seed);
  std::vector<Delivery> out;
  const auto item = to_text(make_item_id(kA, 1));
  const auto nested = to_text(make_item_id(kB, 2));
  const std::vector<std::string> paths{"title",
                                       "note",
                                       "@kind",
                                       "@deleted",
                                       "@final",
                                       "items[" + item + "]",
                                       "items[" + item + "].text",
                                       "items[" + item + "]@deleted",
                                       "items[" + item + "].sub[" + nested + "]",
                                       "items[" + item + "].sub[" + nested + "]@deleted"};
  for (std::uint64_t i = 0, n = 1 + random.below(40); i < n; ++i) {
    const auto& path = paths[random.below(paths.size())];
    Op one = op(random.below(2) == 0 ? kA : kB, 1000 + i + random.below(3), path,
                std::string(1, static_cast<char>('a' + random.below(3))));
    if (path.find('@') != std::string::npos && path != "@kind" && random.below(4) != 0) {
      Mark m;
      m.seen[kA] = 990 + random.below(60);
      if (random.below(2) == 0) m.seen[kB] = 990 + random.below(60);
      one.value = m;
    }
    for (const auto& before : out) {
      if (before.op.path == path && before.op.stamp != one.stamp && random.below(3) == 0)
        one.replaces.push_back(before.op.stamp);
    }
    std::sort(one.replaces.begin(), one.replaces.end());
    one.replaces.erase(std::unique(one.replaces.begin(), one.replaces.end()), one.replaces.end());
    out.push_back({one, random.below(10) == 0});
  }
  // The same op is suspect or is not: by its segment.
  for (auto& a : out) {
    for (auto& b : out) {
      if (a.op == b.op) b.suspect = a.suspect;
    }
  }
  return out;
}

std::string show(const Fields& fields) {
  std::string out;
  for (const auto& [path, field] : fields) {
    out += std::string(path) + "=";
    for (const auto* head : field.heads) {
      out += std::to_string(head->stamp.hlc) + to_hex(head->stamp.feed.view().first(2)) +
             std::to_string(head->value.index());
      if (const auto* t = std::get_if<std::string>(&head->value)) out += *t;
      out += ",";
    }
    out += ";";
  }
  return out;
}
std::string show(const RecordView& v) {
  std::string out = show(v.marks) + "|" + show(v.fields) + "|" + show(v.signed_fields) + "|";
  if (v.deleted) out += "deleted by " + std::to_string(v.deleted_op->stamp.hlc);
  if (v.finalized) out += "final by " + std::to_string(v.final_op->stamp.hlc);
  for (const auto& [path, entry] : v.late)
    out += std::string(path) + "@" + std::to_string(entry->stamp.hlc) + " ";
  return out;
}

}  // namespace

TEST_CASE("merge does not depend on order, duplication or grouping") {
  check_property("merge", [](std::uint64_t seed) {
    auto history = any_history(seed);
    RecordState straight;
    for (const auto& d : history) straight.add(d.op, d.suspect);

    Seeded random(seed + 1);
    for (std::size_t i = 0, n = history.size(); i < n; ++i) {
      if (random.below(3) == 0) history.push_back(history[random.below(n)]);  // delivered twice
    }
    for (std::size_t i = history.size(); i > 1; --i) std::swap(history[i - 1], history[random.below(i)]);
    RecordState shuffled;
    for (const auto& d : history) {
      shuffled.add(d.op, d.suspect);
      if (random.below(4) == 0) shuffled = *RecordState::decode(shuffled.encode());  // stored in between
    }
    RC_ASSERT(shuffled.encode() == straight.encode());
    RC_ASSERT(show(view(shuffled)) == show(view(straight)));
    const auto stored = RecordState::decode(straight.encode());
    RC_ASSERT(stored.ok());
    RC_ASSERT(stored->encode() == straight.encode());
    RC_ASSERT(show(view(*stored)) == show(view(straight)));
    for (const auto& [path, cell] : straight.cells()) RC_ASSERT(!straight.heads(path).empty());
  });
}

TEST_CASE("an op that is taken away leaves no trace") {
  check_property("remove", [](std::uint64_t seed) {
    const auto history = any_history(seed);
    Seeded random(seed);
    const auto& gone = history[random.below(history.size())].op;
    RecordState with, without;
    for (const auto& d : history) with.add(d.op, d.suspect);
    for (const auto& d : history) {
      if (!(d.op == gone)) without.add(d.op, d.suspect);
    }
    with.remove(gone);
    RC_ASSERT(with.encode() == without.encode());
    with.remove(gone);
    RC_ASSERT(with.encode() == without.encode());
  });
}

TEST_CASE("damaged states give errors") {
  check_property("damage", [](std::uint64_t seed) {
    Seeded random(seed);
    RecordState state;
    for (const auto& d : any_history(seed)) state.add(d.op, d.suspect);
    Bytes bytes = state.encode();
    bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next());
    if (random.below(3) == 0) bytes.resize(random.below(bytes.size()));
    const auto back = RecordState::decode(bytes);
    if (back.ok()) RC_ASSERT(back->encode() == bytes);
  });
}

TEST_CASE("one head is the value, several are a conflict that a person's choice ends") {
  auto state = state_of({op(kA, 10, "title", std::string("a"))});
  CHECK(text(view(state).fields.at("title")) == "a");
  state.add(op(kA, 20, "title", std::string("b"), {{10, kA}}), false);
  state.add(op(kB, 30, "title", std::string("c"), {{10, kA}}), false);
  auto v = view(state);
  REQUIRE(v.fields.at("title").conflict());
  CHECK(text(v.fields.at("title")) == "c");
  REQUIRE(state.heads("title") == std::vector<Stamp>{{20, kA}, {30, kB}});
  state.add(op(kA, 40, "title", std::string("b"), state.heads("title")), false);
  v = view(state);
  CHECK_FALSE(v.fields.at("title").conflict());
  CHECK(text(v.fields.at("title")) == "b");
}

TEST_CASE("a suspect stamp is shown last, however late it claims to be") {
  auto state = state_of({op(kA, 20, "title", std::string("honest"))});
  const auto liar = op(kB, 9999, "title", std::string("from tomorrow"));
  state.add(liar, true);
  CHECK(text(view(state).fields.at("title")) == "honest");
  CHECK(view(state).fields.at("title").heads.size() == 2);
  state.add(liar, false);  // its segment's receipt came to light
  CHECK(text(view(state).fields.at("title")) == "from tomorrow");
}

TEST_CASE("a delete holds until an edit that it had not seen") {
  auto state = state_of({op(kA, 10, "@kind", std::string("visit")), op(kA, 11, "title", std::string("a"))});
  state.add(mark(kB, 20, "@deleted", state.seen()), false);
  CHECK(view(state).deleted);
  const auto edit = op(kA, 15, "title", std::string("b"), {{11, kA}});
  state.add(edit, false);
  CHECK_FALSE(view(state).deleted);
  state.add(mark(kB, 30, "@deleted", state.seen(), state.heads("@deleted")), false);
  CHECK(view(state).deleted);
  // An office's word or a number that had not seen it changes nothing of what it withdrew.
  state.add(op(kA, 31, "@review", std::string("accepted")), false);
  state.add(op(kA, 32, "@number", std::string("2026/1/BB")), false);
  CHECK(view(state).deleted);
  state.add(op(kA, 40, "@deleted", Null{}, state.heads("@deleted")), false);  // taken back
  CHECK_FALSE(view(state).deleted);
}

TEST_CASE("a deleted item hides what lies in it, and an unseen edit within brings it back") {
  const auto item = to_text(make_item_id(kA, 7));
  const auto other = to_text(make_item_id(kA, 8));
  const auto nested = to_text(make_item_id(kA, 9));
  const std::string at = "agenda[" + item + "]";
  auto state = state_of({op(kA, 10, at, std::string("m")), op(kA, 11, at + ".text", std::string("đường")),
                         op(kA, 12, at + ".votes[" + nested + "]", std::string("n")),
                         op(kA, 13, "agenda[" + other + "]", std::string("p")),
                         op(kA, 14, "title", std::string("t"))});
  const auto seen = state.seen();
  state.add(mark(kB, 20, at + ".votes[" + nested + "]@deleted", seen), false);
  CHECK(view(state).fields.size() == 4);
  state.add(mark(kB, 21, at + "@deleted", seen), false);
  auto v = view(state);
  CHECK(v.fields.size() == 2);
  CHECK(v.fields.count("agenda[" + other + "]") == 1);
  state.add(op(kA, 30, "title", std::string("u"), {{14, kA}}), false);  // elsewhere: does not revive
  CHECK(view(state).fields.size() == 2);
  state.add(op(kA, 31, at + ".votes[" + nested + "].count", std::int64_t{3}), false);
  v = view(state);
  CHECK(v.fields.size() == 6);  // the nested item had been deleted without this edit in view: it is back, too
  CHECK(v.fields.count(at) == 1);
}

TEST_CASE("a finalisation freezes what it has seen; later and unseen edits stand beside it") {
  const auto item = to_text(make_item_id(kA, 7));
  auto state =
      state_of({op(kA, 10, "title", std::string("a")), op(kA, 11, "items[" + item + "]", std::string("m")),
                op(kB, 12, "note", std::string("x"))});
  Seen seen = state.seen();
  seen.erase(kB);  // the author had not seen kB's note
  state.add(mark(kA, 20, "@final", seen), false);
  state.add(op(kB, 30, "title", std::string("b"), {{10, kA}}), false);
  state.add(mark(kB, 31, "items[" + item + "]@deleted", state.seen()), false);
  const auto v = view(state);
  REQUIRE(v.finalized);
  CHECK(v.final_op->stamp.hlc == 20);
  CHECK(text(v.signed_fields.at("title")) == "a");
  CHECK(v.signed_fields.count("note") == 0);
  CHECK(v.signed_fields.count("items[" + item + "]") == 1);
  CHECK(text(v.fields.at("title")) == "b");
  CHECK(v.fields.count("items[" + item + "]") == 0);
  REQUIRE(v.late.size() == 3);
  CHECK(v.late[0].first == "note");
  CHECK(v.late[1].first == "title");
  CHECK(v.late[2].first == "items[" + item + "]@deleted");
}

TEST_CASE("of two finalisations the first holds; a delete that had seen neither does not hide them") {
  auto state = state_of({op(kA, 10, "title", std::string("a"))});
  const auto seen = state.seen();
  state.add(mark(kB, 22, "@final", seen), false);
  state.add(mark(kA, 21, "@final", seen), false);
  state.add(mark(kA, 25, "@deleted", seen), false);
  const auto v = view(state);
  CHECK(v.final_op->stamp.hlc == 21);
  CHECK(v.marks.at("@final").heads.size() == 2);
  CHECK_FALSE(v.deleted);
}

TEST_CASE("a finalisation whose author dates it back is a conflict, never a silent rewriting") {
  auto state = state_of({op(kA, 10, "title", std::string("a"))});
  const auto seen = state.seen();
  state.add(mark(kA, 21, "@final", seen), false);
  CHECK(view(state).rival_finals() == nullptr);
  state.add(mark(kB, 5, "@final", seen), false);  // its clock was turned back
  const auto contested = view(state);
  REQUIRE(contested.rival_finals() != nullptr);
  CHECK(contested.rival_finals()->heads.size() == 2);
  // A person chooses one: it replaces both.
  auto chosen = mark(kA, 30, "@final", seen);
  chosen.replaces = state.heads("@final");
  state.add(chosen, false);
  CHECK(view(state).rival_finals() == nullptr);
  CHECK(view(state).finalized);
}

TEST_CASE("an older finalisation's fields stay readable after the next one replaced it") {
  auto state = state_of({op(kA, 10, "title", std::string("a"))});
  const Seen first = state.seen();
  state.add(mark(kA, 20, "@final", first), false);
  state.add(op(kA, 30, "title", std::string("b"), {{10, kA}}), false);
  state.add(mark(kA, 40, "@final", state.seen(), state.heads("@final")), false);
  const auto v = view(state);
  CHECK(v.final_op->stamp.hlc == 40);
  CHECK(text(v.signed_fields.at("title")) == "b");
  CHECK(v.late.empty());
  CHECK(text(fields_seen(state, first).at("title")) == "a");
}

TEST_CASE("an op that does not count replaces nothing") {
  const auto state = state_of({op(kA, 10, "@review", std::string("office")),
                               op(kB, 20, "@review", std::string("forger"), {{10, kA}}),
                               op(kA, 30, "@review", std::string("office again"), {{10, kA}})});
  const auto& cell = state.cells().at("@review");
  const auto of_a = [](const OpEntry& entry) { return entry.stamp.feed == kA; };
  const auto heads = heads_among(cell, of_a).heads;
  REQUIRE(heads.size() == 1);
  CHECK(std::get<std::string>(heads[0]->value) == "office again");
  CHECK(heads_among(cell, [](const OpEntry&) { return true; }).heads.size() == 2);
  CHECK(heads_among(cell, [](const OpEntry&) { return false; }).heads.empty());
}

TEST_CASE("the content hash covers kind, form, every field with all its heads, and nothing that came later") {
  const World world;
  const auto item = to_text(make_item_id(kA, 7));
  const std::vector<Op> base{op(kA, 10, "@kind", std::string("visit")),
                             op(kA, 11, "@schema", std::int64_t{1}), op(kA, 12, "title", std::string("a")),
                             op(kA, 13, "items[" + item + "]", std::string("m"))};
  auto state = state_of(base);
  const Seen seen = state.seen();
  const auto hash = [&](const RecordState& of) {
    return content_hash(world.realm, world.unit, kRecord, of, seen);
  };
  const Hash whole = hash(state);
  for (std::size_t left_out = 0; left_out < base.size(); ++left_out) {
    CAPTURE(left_out);
    auto less = base;
    less.erase(less.begin() + static_cast<std::ptrdiff_t>(left_out));
    CHECK(hash(state_of(less)) != whole);
  }
  CHECK(content_hash(world.realm, world.unit, make_record_id(kA, 2), state, seen) != whole);
  CHECK(content_hash(world.realm, id_of<UnitId>(9), kRecord, state, seen) != whole);
  CHECK(content_hash(id_of<RealmId>(9), world.unit, kRecord, state, seen) != whole);
  state.add(op(kA, 20, "title", std::string("b"), {{12, kA}}), false);
  state.add(op(kB, 12, "title", std::string("unseen")), false);
  state.add(mark(kB, 13, "@review", {}), false);
  CHECK(hash(state) == whole);
  auto conflict = base;
  conflict.push_back(op(kA, 9, "title", std::string("a")));  // the same text twice is another content
  CHECK(hash(state_of(conflict)) != whole);
}

TEST_CASE("forged stamps cannot make a field vanish") {
  // Two ops that replace each other, and two different ops under one stamp.
  auto ring = state_of(
      {op(kA, 10, "title", std::string("a"), {{20, kB}}), op(kB, 20, "title", std::string("b"), {{10, kA}})});
  CHECK(view(ring).fields.at("title").heads.size() == 2);
  auto twins = state_of({op(kA, 10, "title", std::string("a")), op(kA, 10, "title", std::string("b"))});
  CHECK(view(twins).fields.at("title").heads.size() == 2);
  CHECK(twins.heads("title").size() == 1);
  twins.add(op(kB, 20, "title", std::string("c"), twins.heads("title")), false);
  CHECK(view(twins).fields.at("title").heads.size() == 1);
}

}  // namespace gandan::changelog::test
