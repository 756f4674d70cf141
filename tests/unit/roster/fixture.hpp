// What the roster's tests share: devices from seeds, and a chain of statements that grows on a roster.
#pragma once

#include "roster/roster.hpp"
#include "support/catch.hpp"
#include "support/seams.hpp"

namespace gandan::roster::test {

using gandan::test::SeededRandom;

struct TestDevice {
  explicit TestDevice(Random& random)
      : key(crypto::SigningKey::generate(random)), box(random_id<BoxPublicKey>(random)) {}
  DeviceId id() const { return device_id(key.public_key(), box); }
  crypto::SigningKey key;
  BoxPublicKey box;
};

// A realm with an administrator of the province, one commune below, and the roster as one device has it.
// Statements are made on `roster` as it is and not applied; what must hold is said by the test.
struct Chain {
  explicit Chain(std::uint64_t seed = 1)
      : random(seed), root_key(crypto::SigningKey::generate(random)), admin(random) {
    RootBody body;
    body.root_key = root_key.public_key();
    body.nonce = random_id<Nonce>(random);
    body.ledger_key = crypto::SigningKey::generate(random).public_key();
    body.top = top = random_id<UnitId>(random);
    body.epoch = epoch();
    realm = realm_id(body.root_key, body.nonce);
    root.issuer = root_id(body.root_key);
    root.nonce = random_id<Nonce>(random);
    root.body = body;
    sign_statement(realm, root, root_key);
    auto started = Roster::start(root);
    REQUIRE(started.ok());
    roster.emplace(std::move(*started));
    all.push_back(root);
    apply(by_root(grant(admin, Role::admin, top)));
    commune = add_unit(top);
  }

  EpochPublic epoch(std::uint32_t number = 1) {
    return {number, random_id<Hash>(random), random_id<BoxPublicKey>(random)};
  }
  Body grant(const TestDevice& device, Role role, const UnitId& unit) const {
    return GrantBody{device.key.public_key(), device.box, role, unit};
  }
  Statement make(const DeviceId& issuer, const crypto::SigningKey& key, Body body) {
    Statement out;
    out.issuer = issuer;
    out.issuer_previous = roster->last_statement_of(issuer);
    out.roster_size = roster->size();
    out.roster_head = *roster->head(roster->size());
    out.nonce = random_id<Nonce>(random);
    out.body = std::move(body);
    sign_statement(realm, out, key);
    return out;
  }
  Statement by(const TestDevice& device, Body body) { return make(device.id(), device.key, std::move(body)); }
  // Said by somebody who has seen no more than the first `seen` statements of authority.
  Statement blind(const TestDevice& issuer, Body body, std::uint64_t seen) {
    auto out = by(issuer, std::move(body));
    out.roster_size = seen;
    out.roster_head = *roster->head(seen);
    sign_statement(realm, out, issuer.key);
    return out;
  }
  Statement by_root(Body body) { return make(root.issuer, root_key, std::move(body)); }

  Status give(const Statement& statement) { return roster->apply(statement, next_index); }
  void apply(const Statement& statement) {
    const auto applied = give(statement);
    INFO(info(applied.ok() ? Code::internal : applied.error().code).text);
    REQUIRE(applied.ok());
    all.push_back(statement);
    ++next_index;
  }
  // Why it is refused; nothing changes then.
  Code refused(const Statement& statement) {
    const auto size = roster->size();
    const auto head = roster->head(size);
    const auto devices = roster->devices().size();
    const auto units = roster->units().size();
    const auto last = roster->last_statement_of(statement.issuer);
    const auto applied = give(statement);
    REQUIRE_FALSE(applied.ok());
    CHECK(roster->size() == size);
    CHECK(roster->head(size) == head);
    CHECK(roster->devices().size() == devices);
    CHECK(roster->units().size() == units);
    CHECK(roster->last_statement_of(statement.issuer) == last);
    CHECK_FALSE(roster->knows(statement_hash(realm, statement)));
    return applied.error().code;
  }
  UnitId add_unit(const UnitId& parent) {
    const auto unit = random_id<UnitId>(random);
    apply(by(admin, UnitBody{unit, parent, epoch()}));
    return unit;
  }
  TestDevice device(Role role, const UnitId& unit) {
    TestDevice out(random);
    apply(by(admin, grant(out, role, unit)));
    return out;
  }
  bool may(const TestDevice& device, Right right, const UnitId& unit) const {
    return roster->may(device.id(), right, unit);
  }
  bool counts(const TestDevice& device, const UnitId& unit, std::uint64_t named_size,
              std::optional<std::uint64_t> index) const {
    return roster->counts(device.id(), unit, named_size, index);
  }

  SeededRandom random;
  crypto::SigningKey root_key;
  TestDevice admin;
  RealmId realm;
  UnitId top, commune;
  Statement root;
  std::optional<Roster> roster;
  std::vector<Statement> all;  // in the order in which they were applied
  std::uint64_t next_index = 1;
};

}  // namespace gandan::roster::test
