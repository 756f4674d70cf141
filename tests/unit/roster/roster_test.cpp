// Authority: who may do what, and that statements which were forged, replayed, reordered or come from
// elsewhere say nothing.
#include "roster/roster.hpp"

#include "crypto/hash.hpp"
#include "fixture.hpp"

namespace gandan::roster::test {

TEST_CASE_METHOD(Chain, "a realm starts from its root statement alone") {
  CHECK(roster->realm() == realm);
  CHECK(roster->fingerprint() == statement_hash(realm, root));
  CHECK(Roster::start(all[1]).error().code == Code::bad_statement);
  const auto code = [&](auto change) {
    Statement other = root;
    auto& body = std::get<RootBody>(other.body);
    change(other, body);
    sign_statement(realm_id(body.root_key, body.nonce), other, root_key);
    return Roster::start(other).error().code;
  };
  CHECK(code([](Statement& s, RootBody&) { s.issuer.bytes[0] ^= 1; }) == Code::bad_statement);
  CHECK(code([](Statement& s, RootBody&) { s.issuer_previous.bytes[0] = 1; }) == Code::bad_statement);
  CHECK(code([](Statement& s, RootBody&) { s.roster_size = 1; }) == Code::bad_statement);
  CHECK(code([](Statement& s, RootBody&) { s.roster_head.bytes[0] = 1; }) == Code::bad_statement);
  CHECK(code([](Statement&, RootBody& b) { b.epoch.number = 2; }) == Code::bad_statement);
  CHECK(code([](Statement&, RootBody& b) { b.top = UnitId{}; }) == Code::bad_statement);
  // Another root key makes another realm, whose root statement this key did not sign.
  CHECK(code([](Statement&, RootBody& b) { b.root_key.bytes[0] ^= 1; }) == Code::bad_signature);
  Statement flipped = root;
  flipped.signature.bytes[5] ^= 1;
  CHECK(Roster::start(flipped).error().code == Code::bad_signature);
  CHECK(refused(by_root(std::get<RootBody>(root.body))) == Code::bad_statement);
}

TEST_CASE_METHOD(Chain, "roles give their rights in their unit and below, and nowhere else") {
  const auto village_side = add_unit(commune);
  const auto other = add_unit(top);
  struct Row {
    Role role;
    bool read, write, administer;
  };
  for (const auto& row : {Row{Role::admin, true, true, true}, Row{Role::cadre, true, true, false},
                          Row{Role::office, true, true, false}, Row{Role::supervisor, true, true, false},
                          Row{Role::auditor, false, false, false}}) {
    CAPTURE(role_name(row.role));
    const auto holder = device(row.role, commune);
    for (const auto& unit : {commune, village_side}) {
      CHECK(may(holder, Right::read, unit) == row.read);
      CHECK(may(holder, Right::write, unit) == row.write);
      CHECK(may(holder, Right::administer, unit) == row.administer);
    }
    for (const auto& unit : {top, other, random_id<UnitId>(random)})
      for (const auto right : {Right::read, Right::write, Right::administer})
        CHECK_FALSE(may(holder, right, unit));
    CHECK(roster->readable_units(holder.id()) ==
          (row.read ? std::set<UnitId>{commune, village_side} : std::set<UnitId>{}));
  }
  CHECK_FALSE(may(TestDevice(random), Right::read, commune));
}

TEST_CASE_METHOD(Chain, "administration can be handed down and never upwards or sideways") {
  const auto other = add_unit(top);
  const auto local = device(Role::admin, commune);
  TestDevice phone(random);
  apply(by(local, grant(phone, Role::cadre, commune)));
  const auto below = random_id<UnitId>(random);
  apply(by(local, UnitBody{below, commune, epoch()}));
  apply(by(local, EpochBody{commune, epoch(2)}));
  apply(by(local, RevokeBody{phone.id(), commune, RevokeReason::left}));

  CHECK(refused(by(local, grant(phone, Role::admin, top))) == Code::not_authorized);
  CHECK(refused(by(local, grant(phone, Role::cadre, other))) == Code::not_authorized);
  CHECK(refused(by(local, UnitBody{random_id<UnitId>(random), top, epoch()})) == Code::not_authorized);
  CHECK(refused(by(local, EpochBody{top, epoch(2)})) == Code::not_authorized);
  CHECK(refused(by(local, RevokeBody{admin.id(), top, RevokeReason::misuse})) == Code::not_authorized);
  // What it has not, it cannot take: the province's administrator holds no role in the commune itself.
  CHECK(refused(by(local, RevokeBody{admin.id(), commune, RevokeReason::misuse})) == Code::bad_statement);
  for (const auto role : {Role::cadre, Role::office, Role::supervisor, Role::auditor}) {
    CAPTURE(role_name(role));
    const auto holder = device(role, commune);
    CHECK(refused(by(holder, grant(TestDevice(random), Role::cadre, commune))) == Code::not_authorized);
    CHECK(refused(by(holder, RevokeBody{local.id(), commune, RevokeReason::lost})) == Code::not_authorized);
    CHECK(refused(by(holder, UnitBody{random_id<UnitId>(random), commune, epoch()})) == Code::not_authorized);
    CHECK(refused(by(holder, EpochBody{commune, epoch(3)})) == Code::not_authorized);
  }
  // The root key stands above all.
  apply(by_root(RevokeBody{admin.id(), top, RevokeReason::lost}));
  CHECK(refused(by(admin, grant(phone, Role::cadre, commune))) == Code::not_authorized);
  apply(by(local, grant(phone, Role::cadre, commune)));
}

TEST_CASE_METHOD(Chain, "units, epochs, devices and feeds are made once, in order, under what exists") {
  CHECK(refused(by(admin, UnitBody{commune, top, epoch()})) == Code::bad_statement);
  CHECK(refused(by(admin, UnitBody{UnitId{}, top, epoch()})) == Code::bad_statement);
  CHECK(refused(by(admin, UnitBody{random_id<UnitId>(random), random_id<UnitId>(random), epoch()})) ==
        Code::unknown_unit);
  CHECK(refused(by(admin, UnitBody{random_id<UnitId>(random), top, epoch(2)})) == Code::bad_statement);
  auto deep = commune;
  for (int level = 2; level < 16; ++level) deep = add_unit(deep);
  CHECK(refused(by(admin, UnitBody{random_id<UnitId>(random), deep, epoch()})) == Code::bad_statement);

  CHECK(refused(by(admin, EpochBody{commune, epoch(1)})) == Code::bad_statement);
  apply(by(admin, EpochBody{commune, epoch(3)}));  // not the next: it says nothing
  CHECK(roster->unit(commune)->epochs.size() == 1);
  apply(by(admin, EpochBody{commune, epoch(2)}));
  apply(by(admin, EpochBody{commune, epoch(2)}));
  CHECK(roster->unit(commune)->epochs.size() == 2);
  CHECK(refused(by(admin, EpochBody{random_id<UnitId>(random), epoch(2)})) == Code::unknown_unit);

  const auto phone = device(Role::cadre, commune);
  CHECK(refused(by(phone, FeedBody{commune, 1})) == Code::bad_statement);
  apply(by(phone, FeedBody{commune, 0}));
  CHECK(refused(by(phone, FeedBody{commune, 0})) == Code::bad_statement);
  apply(by(phone, FeedBody{commune, 1}));
  CHECK(roster->next_incarnation(phone.id(), commune) == 2);
  CHECK(refused(by(phone, FeedBody{top, 0})) == Code::not_authorized);
  CHECK(refused(by(phone, FeedBody{random_id<UnitId>(random), 0})) == Code::unknown_unit);
  const auto* feed = roster->feed(feed_id(realm, phone.id(), 1, commune));
  REQUIRE(feed != nullptr);
  CHECK(feed->device == phone.id());
  CHECK(feed->unit == commune);
  CHECK(feed->incarnation == 1);

  CHECK(refused(by(admin, RevokeBody{TestDevice(random).id(), commune, RevokeReason::left})) ==
        Code::unknown_device);
  CHECK(refused(by(admin, RevokeBody{phone.id(), top, RevokeReason::left})) == Code::bad_statement);
}

TEST_CASE_METHOD(Chain, "feed openings do not advance the roster head; everything else does") {
  const auto phone = device(Role::cadre, commune);
  const auto size = roster->size();
  apply(by(phone, FeedBody{commune, 0}));
  CHECK(roster->size() == size);
  const Hash before = *roster->head(size);
  apply(by(admin, EpochBody{commune, epoch(2)}));
  CHECK(roster->size() == size + 1);
  CHECK(roster->head(size) == before);
  CHECK(*roster->head(size + 1) ==
        crypto::tagged_hash("gandan/roster-head/v1", realm,
                            {before.view(), statement_hash(realm, all.back()).view()}));
  CHECK(roster->head(0)->is_zero());
  CHECK_FALSE(roster->head(size + 2));
  // A device may open a feed and then say something of authority: one chain per issuer.
  const auto second = device(Role::admin, commune);
  apply(by(second, FeedBody{commune, 0}));
  apply(by(second, grant(TestDevice(random), Role::cadre, commune)));
}

TEST_CASE_METHOD(Chain, "a revocation ends a role from its place on, for the roster and for the ledger") {
  const auto phone = device(Role::cadre, commune);
  const auto named = roster->size();
  CHECK(counts(phone, commune, named, 100));
  CHECK_FALSE(counts(phone, commune, named - 1, 100));
  CHECK(counts(phone, commune, named, std::nullopt));  // by hand: provisional, as of the roster it names
  const auto revoked_at = next_index;
  apply(by(admin, RevokeBody{phone.id(), commune, RevokeReason::lost}));
  CHECK_FALSE(may(phone, Right::write, commune));
  CHECK(roster->may(phone.id(), Right::write, commune, named));
  CHECK(roster->readable_units(phone.id()).empty());
  // It had not heard: what stands before the revocation counts, what stands behind it does not.
  CHECK(counts(phone, commune, named, revoked_at - 1));
  CHECK_FALSE(counts(phone, commune, named, revoked_at));
  CHECK_FALSE(counts(phone, commune, named, revoked_at + 1));
  // By hand there is no index, and nothing else shows that it lies before the revocation.
  CHECK_FALSE(counts(phone, commune, named, std::nullopt));
  CHECK_FALSE(counts(phone, commune, roster->size(), std::nullopt));
  // Its feed may be opened still, for what it wrote before; that lets nothing count.
  apply(by(phone, FeedBody{commune, 0}));
  CHECK(refused(by(phone, FeedBody{top, 0})) == Code::not_authorized);
  // Somebody else's came first: it takes its place and changes nothing.
  apply(by(admin, RevokeBody{phone.id(), commune, RevokeReason::lost}));
  CHECK(counts(phone, commune, named, revoked_at - 1));

  // Given again, it holds again: for what names the new grant.
  apply(by(admin, grant(phone, Role::cadre, commune)));
  CHECK(may(phone, Right::write, commune));
  CHECK(counts(phone, commune, roster->size(), next_index));
  CHECK_FALSE(counts(phone, commune, named, next_index));
}

TEST_CASE_METHOD(
    Chain,
    "offices accept and ask, supervisors ask, cadres and auditors neither; at the roster that is named") {
  const auto sibling = add_unit(top);
  const auto before = roster->size();
  const auto cadre = device(Role::cadre, commune), office = device(Role::office, top),
             supervisor = device(Role::supervisor, top), auditor = device(Role::auditor, top),
             local = device(Role::office, commune);
  const auto rights = [&](const TestDevice& d, const UnitId& unit) {
    return std::string(may(d, Right::accept, unit) ? "accept " : "") +
           (may(d, Right::ask, unit) ? "ask" : "");
  };
  CHECK(rights(cadre, commune).empty());
  CHECK(rights(auditor, commune).empty());
  CHECK(rights(supervisor, commune) == "ask");
  CHECK(rights(office, commune) == "accept ask");
  CHECK(rights(admin, commune) == "accept ask");
  CHECK(rights(local, commune) == "accept ask");
  CHECK(rights(local, sibling).empty());
  const auto accepts = [&](std::uint64_t named, std::optional<std::uint64_t> index) {
    return roster->counts(office.id(), commune, named, index, Right::accept);
  };
  const auto named = roster->size();
  CHECK_FALSE(accepts(before, 100));
  CHECK(accepts(named, 100));
  CHECK_FALSE(roster->counts(cadre.id(), commune, named, 100, Right::accept));
  const auto revoked_at = next_index;
  apply(by(admin, RevokeBody{office.id(), top, RevokeReason::left}));
  apply(by(admin, grant(office, Role::cadre, commune)));  // writes on, and accepts no more
  CHECK(accepts(named, revoked_at - 1));
  CHECK_FALSE(accepts(named, revoked_at));
  CHECK(counts(office, commune, roster->size(), next_index));
  CHECK_FALSE(accepts(roster->size(), next_index));
}

TEST_CASE_METHOD(
    Chain,
    "an administrator of the top unit issues schemas, dense from 1, with as many chunks as they need") {
  const auto local = device(Role::admin, commune);
  const auto office = device(Role::office, top);
  const auto schema = [&](std::uint32_t number, std::uint64_t size, std::size_t chunks) {
    SchemaBody out{number, random_id<Hash>(random), size, {}};
    for (std::size_t i = 0; i < chunks; ++i) out.chunks.push_back(random_id<Hash>(random));
    return out;
  };
  CHECK(refused(by(local, schema(1, 100, 1))) == Code::not_authorized);
  CHECK(refused(by(office, schema(1, 100, 1))) == Code::not_authorized);
  CHECK(refused(by(admin, schema(2, 100, 1))) == Code::bad_statement);
  CHECK(refused(by(admin, schema(0, 100, 1))) == Code::bad_statement);
  CHECK(refused(by(admin, schema(1, 0, 0))) == Code::bad_statement);
  CHECK(refused(by(admin, schema(1, kSchemaChunkBytes, 2))) == Code::bad_statement);
  CHECK(refused(by(admin, schema(1, kSchemaChunkBytes + 1, 1))) == Code::bad_statement);
  const auto first = schema(1, kSchemaChunkBytes + 1, 2);
  CHECK_FALSE(roster->is_schema_chunk(first.chunks[1]));
  apply(by(admin, first));
  apply(by_root(schema(2, kSchemaChunkBytes * kMaxSchemaChunks, kMaxSchemaChunks)));
  CHECK(encode_statement(all.back()).size() <= kMaxStatementBytes);
  CHECK(refused(by(admin, schema(2, 100, 1))) == Code::bad_statement);
  CHECK(refused(by(admin, schema(3, kSchemaChunkBytes * kMaxSchemaChunks + 1, kMaxSchemaChunks + 1))) ==
        Code::bad_statement);
  REQUIRE(roster->schemas().size() == 2);
  CHECK(roster->schemas()[0].body.hash == first.hash);
  CHECK(roster->schemas()[0].issuer == admin.id());
  CHECK(roster->is_schema_chunk(first.chunks[1]));
}

TEST_CASE_METHOD(Chain, "of two sets of forms with one number the later waits to be issued again") {
  const auto other = device(Role::admin, top);
  const auto schema = [&](std::uint32_t number) {
    return SchemaBody{number, random_id<Hash>(random), 100, {random_id<Hash>(random)}};
  };
  const auto seen = roster->size();
  const auto first = schema(1), second = schema(1), third = schema(2);
  apply(by(admin, first));
  apply(blind(other, second, seen));  // without having seen it
  REQUIRE(roster->schemas().size() == 1);
  CHECK(roster->schemas()[0].body.hash == first.hash);
  REQUIRE(roster->overtaken_schemas().size() == 1);
  CHECK(roster->overtaken_schemas()[0].body.hash == second.hash);
  CHECK(roster->is_schema_chunk(second.chunks[0]));
  apply(blind(other, third, seen));  // its issuer's chain goes on
  CHECK(roster->schemas().size() == 2);
  CHECK(refused(by(other, schema(2))) == Code::bad_statement);  // who has seen it takes the next number
  CHECK(refused(blind(admin, schema(4), seen)) == Code::bad_statement);
}

TEST_CASE_METHOD(Chain, "a role that ends leaves the other roles of the device") {
  const auto phone = device(Role::cadre, commune);
  apply(by(admin, grant(phone, Role::office, top)));
  apply(by(admin, RevokeBody{phone.id(), commune, RevokeReason::left}));
  CHECK(may(phone, Right::write, commune));  // by its role in the province
  CHECK(counts(phone, commune, roster->size(), next_index));
  apply(by(admin, RevokeBody{phone.id(), top, RevokeReason::left}));
  CHECK_FALSE(may(phone, Right::write, commune));
}

TEST_CASE_METHOD(Chain, "forged statements: another signer, another issuer, another realm") {
  const auto phone = device(Role::cadre, commune);
  const TestDevice stranger(random);
  CHECK(refused(by(stranger, FeedBody{commune, 0})) == Code::unknown_device);
  auto forged = by(admin, grant(stranger, Role::admin, top));
  sign_statement(realm, forged, stranger.key);
  CHECK(refused(forged) == Code::bad_signature);
  sign_statement(realm, forged, phone.key);
  CHECK(refused(forged) == Code::bad_signature);
  sign_statement(Chain(7).realm, forged, admin.key);
  CHECK(refused(forged) == Code::bad_signature);
  auto changed = by(admin, grant(stranger, Role::cadre, commune));
  std::get<GrantBody>(changed.body).role = Role::admin;
  CHECK(refused(changed) == Code::bad_signature);
  // In the root's name.
  auto usurped = by_root(grant(stranger, Role::admin, top));
  sign_statement(realm, usurped, admin.key);
  CHECK(refused(usurped) == Code::bad_signature);
}

TEST_CASE("two realms of the same keys have nothing in common") {
  // The same seed gives the same keys; the second realm's nonce is another one.
  Chain one(5), other(5);
  auto body = std::get<RootBody>(other.root.body);
  body.nonce.bytes[0] ^= 1;
  Statement root = other.root;
  root.body = body;
  const auto realm = realm_id(body.root_key, body.nonce);
  sign_statement(realm, root, other.root_key);
  auto roster = Roster::start(root);
  REQUIRE(roster.ok());
  CHECK(roster->realm() != one.realm);
  CHECK(roster->fingerprint() != one.roster->fingerprint());
  for (std::size_t i = 1; i < one.all.size(); ++i) CHECK_FALSE(roster->apply(one.all[i], i).ok());
  CHECK(roster->size() == 1);
  CHECK(feed_id(realm, one.admin.id(), 0, one.commune) != feed_id(one.realm, one.admin.id(), 0, one.commune));
}

TEST_CASE_METHOD(Chain, "a replayed statement is known and changes nothing") {
  const auto phone = device(Role::cadre, commune);
  apply(by(phone, FeedBody{commune, 0}));
  apply(by(admin, RevokeBody{phone.id(), commune, RevokeReason::lost}));
  const auto size = roster->size();
  const auto grants = roster->device(phone.id())->grants.size();
  for (const auto& statement : all) {
    if (std::holds_alternative<RootBody>(statement.body)) continue;
    CHECK(roster->apply(statement, next_index).ok());
  }
  CHECK(roster->size() == size);
  CHECK(roster->device(phone.id())->grants.size() == grants);
  CHECK_FALSE(may(phone, Right::write, commune));
}

TEST_CASE_METHOD(Chain, "dropping or reordering an issuer's statements is noticed") {
  TestDevice a(random), b(random);
  const auto first = by(admin, grant(a, Role::cadre, commune));
  Chain same_start;  // the same seed: the same realm
  REQUIRE(same_start.realm == realm);
  apply(first);
  const auto second = by(admin, grant(b, Role::cadre, commune));
  apply(second);
  CHECK(same_start.refused(second) == Code::bad_statement);  // the first was dropped
  same_start.apply(first);
  same_start.apply(second);
  CHECK(same_start.roster->head(same_start.roster->size()) == roster->head(roster->size()));
  // Two statements that both follow the same one: an issuer's chain does not fork.
  const auto third = by(admin, EpochBody{commune, epoch(2)});
  const auto rival = by(admin, EpochBody{top, epoch(2)});
  apply(third);
  CHECK(refused(rival) == Code::bad_statement);
}

TEST_CASE_METHOD(Chain, "a statement names a roster head that existed") {
  const auto phone = device(Role::cadre, commune);
  const auto code = [&](std::uint64_t size, const Hash& head) {
    auto statement = by(admin, EpochBody{commune, epoch(2)});
    statement.roster_size = size;
    statement.roster_head = head;
    sign_statement(realm, statement, admin.key);
    return refused(statement);
  };
  CHECK(code(roster->size() + 1, *roster->head(roster->size())) == Code::bad_statement);
  CHECK(code(roster->size(), random_id<Hash>(random)) == Code::bad_statement);
  CHECK(code(roster->size() - 1, *roster->head(roster->size())) == Code::bad_statement);
  // An older one is fine: another administrator was faster, and this one had not heard.
  auto late = by(admin, EpochBody{commune, epoch(2)});
  late.roster_size = 3;
  late.roster_head = *roster->head(3);
  sign_statement(realm, late, admin.key);
  apply(late);
}

TEST_CASE_METHOD(Chain, "a known revocation learns its own place in the ledger, and no other's") {
  TestDevice phone(random);
  const auto by_hand = [&](const Statement& statement) {
    REQUIRE(roster->apply(statement, std::nullopt).ok());
    return statement;
  };
  by_hand(by(admin, grant(phone, Role::cadre, commune)));
  const auto first_size = roster->size();
  const auto first = by_hand(by(admin, RevokeBody{phone.id(), commune, RevokeReason::left}));
  by_hand(by(admin, grant(phone, Role::cadre, commune)));
  const auto second_size = roster->size();
  const auto second = by_hand(by(admin, RevokeBody{phone.id(), commune, RevokeReason::lost}));
  // Neither is in the ledger yet.
  CHECK(counts(phone, commune, first_size, 50));
  CHECK(counts(phone, commune, second_size, 50));
  CHECK(roster->apply(first, 10).ok());
  CHECK_FALSE(counts(phone, commune, first_size, 10));
  CHECK(counts(phone, commune, first_size, 9));
  CHECK(counts(phone, commune, second_size, 50));
  CHECK(roster->apply(second, 60).ok());
  CHECK(counts(phone, commune, second_size, 59));
  CHECK_FALSE(counts(phone, commune, second_size, 60));
  // Told once, it stays.
  CHECK(roster->apply(second, 90).ok());
  CHECK_FALSE(counts(phone, commune, second_size, 70));
}

TEST_CASE_METHOD(Chain, "a device's keys never change under its id") {
  const auto phone = device(Role::cadre, commune);
  const auto before = *roster->device(phone.id());
  apply(by(admin, grant(phone, Role::office, top)));
  CHECK(roster->device(phone.id())->sign_key == before.sign_key);
  CHECK(roster->device(phone.id())->box_key == before.box_key);
  // Either key alone makes another device.
  TestDevice other(random);
  other.box = phone.box;
  CHECK(other.id() != phone.id());
  CHECK(device_id(phone.key.public_key(), other.box) == phone.id());
  CHECK(device_id(phone.key.public_key(), random_id<BoxPublicKey>(random)) != phone.id());
}

}  // namespace gandan::roster::test
