// Properties over random chains of statements. rapidcheck runs natively only.
#ifndef __EMSCRIPTEN__
#include <rapidcheck.h>

#include "fixture.hpp"

namespace gandan::roster::test {
namespace {

std::uint64_t below(std::uint64_t end) { return *rc::gen::inRange<std::uint64_t>(0, end); }

// What the roster should say, written as a list of who holds what.
struct Model {
  struct Held {
    DeviceId device;
    Role role;
    UnitId unit;
  };
  std::map<UnitId, UnitId> parents;
  std::vector<Held> held;
  std::vector<Held> ever;                       // held once
  std::set<std::pair<DeviceId, UnitId>> could;  // write, once

  bool within(UnitId unit, const UnitId& ancestor) const {
    for (; !unit.is_zero(); unit = parents.at(unit))
      if (unit == ancestor) return true;
    return false;
  }
  std::size_t depth(UnitId unit) const {
    std::size_t out = 0;
    for (unit = parents.at(unit); !unit.is_zero(); unit = parents.at(unit)) ++out;
    return out;
  }
  // Whether the unit, with all below it, may hang below the parent: 16 levels, the top among them.
  bool fits(const UnitId& unit, const UnitId& parent) const {
    std::size_t lowest = 0;
    for (const auto& [id, up] : parents)
      if (within(id, unit)) lowest = std::max(lowest, depth(id) - depth(unit));
    return depth(parent) + 1 + lowest < 16;
  }
  bool may(const DeviceId& device, Right right, const UnitId& unit) const {
    return std::any_of(held.begin(), held.end(), [&](const Held& h) {
      const bool has = right == Right::administer ? h.role == Role::admin : h.role != Role::auditor;
      return h.device == device && has && within(unit, h.unit);
    });
  }
};

struct World {
  Chain chain{static_cast<std::uint64_t>(below(1000)) + 10};
  std::vector<TestDevice> devices;
  std::vector<UnitId> units{chain.top, chain.commune};
  Model model;

  World() {
    for (int i = 0; i < 4; ++i) devices.emplace_back(chain.random);
    model.parents = {{chain.top, UnitId{}}, {chain.commune, chain.top}};
    model.held.push_back({chain.admin.id(), Role::admin, chain.top});
    for (const auto& id : units) model.could.insert({chain.admin.id(), id});
  }
  const UnitId& any_unit() const { return units[below(units.size())]; }

  // A random statement by a random device; whether it is accepted must be what the model says.
  void step() {
    const std::size_t who = below(devices.size() + 1);
    const TestDevice& issuer = who == devices.size() ? chain.admin : devices[who];
    const TestDevice& subject = devices[below(devices.size())];
    const UnitId unit = any_unit();
    const bool known = chain.roster->device(issuer.id()) != nullptr;
    bool expected = known && model.may(issuer.id(), Right::administer, unit);
    Body body;
    UnitId moved_to;
    const auto kind = below(6);
    const auto role = static_cast<Role>(1 + below(5));
    const auto fresh = random_id<UnitId>(chain.random);
    const auto holds = [&](const Model::Held& h) { return h.device == subject.id() && h.unit == unit; };
    if (kind == 0) {
      body = UnitBody{fresh, unit, chain.epoch()};
      std::size_t depth = 0;
      for (UnitId at = unit; !at.is_zero(); at = model.parents.at(at)) ++depth;
      expected = expected && depth < 16;
    } else if (kind == 1) {
      body = chain.grant(subject, role, unit);
    } else if (kind == 2) {
      body = RevokeBody{subject.id(), unit, RevokeReason::left};
      expected = expected && std::any_of(model.ever.begin(), model.ever.end(), holds);
    } else if (kind == 3) {
      const auto next = chain.roster->unit(unit)->epochs.back().number + 1;
      body = EpochBody{unit, chain.epoch(next)};
    } else if (kind == 4) {
      const auto& parent = any_unit();
      body = MoveBody{unit, parent};
      expected =
          known && unit != chain.top && model.may(issuer.id(), Right::administer, parent) &&
          model.may(issuer.id(), Right::administer, model.parents.at(unit)) &&
          (model.parents.at(unit) == parent || (!model.within(parent, unit) && model.fits(unit, parent)));
      moved_to = parent;
    } else {
      body = FeedBody{unit, chain.roster->next_incarnation(issuer.id(), unit)};
      expected = known && model.could.count({issuer.id(), unit}) != 0;
    }
    const auto statement = chain.by(issuer, body);
    RC_ASSERT(chain.give(statement).ok() == expected);
    if (!expected) return;
    chain.all.push_back(statement);
    ++chain.next_index;
    if (kind == 0) {
      model.parents[fresh] = unit;
      units.push_back(fresh);
    } else if (kind == 4) {
      model.parents[unit] = moved_to;
    } else if (kind == 1) {
      model.held.push_back({subject.id(), role, unit});
      model.ever.push_back(model.held.back());
    } else if (kind == 2) {
      model.held.erase(std::remove_if(model.held.begin(), model.held.end(), holds), model.held.end());
    }
    for (const auto& id : units) {
      for (const auto& each : devices)
        if (model.may(each.id(), Right::write, id)) model.could.insert({each.id(), id});
      if (model.may(chain.admin.id(), Right::write, id)) model.could.insert({chain.admin.id(), id});
    }
  }
};

// Everything that a roster answers, as text.
std::string answers(const Roster& roster, const World& world) {
  std::string out = std::to_string(roster.size()) + to_hex(roster.head(roster.size())->view());
  for (const auto& [id, unit] : roster.units()) {
    out += to_text(id) + to_text(unit.parent());
    for (const auto& epoch : unit.epochs)
      out += std::to_string(epoch.number) + to_hex(epoch.commitment.view());
  }
  for (const auto& [id, feed] : roster.feeds())
    out += to_text(id) + to_text(feed.device) + to_text(feed.unit);
  for (const auto& device : world.devices) {
    out += to_hex(roster.last_statement_of(device.id()).view());
    for (const auto& unit : world.units)
      for (std::uint64_t at = 0; at <= roster.size(); ++at) {
        for (const auto right : {Right::read, Right::write, Right::administer})
          out += roster.may(device.id(), right, unit, at) ? '1' : '0';
        for (const std::optional<std::uint64_t> index : {std::optional<std::uint64_t>(), {at}, {at + 3}})
          out += roster.counts(device.id(), unit, at, index) ? '1' : '0';
      }
  }
  return out;
}

}  // namespace

TEST_CASE("property: what is accepted, and who may do what, is what a simple model says") {
  CHECK(rc::check([] {
    World world;
    for (int i = 0; i < 25; ++i) world.step();
    for (const auto& device : world.devices)
      for (const auto& unit : world.units)
        for (const auto right : {Right::read, Right::write, Right::administer})
          RC_ASSERT(world.chain.may(device, right, unit) == world.model.may(device.id(), right, unit));
  }));
}

TEST_CASE("property: the roster is a function of the statements in their order and of nothing else") {
  CHECK(rc::check([] {
    World world;
    for (int i = 0; i < 25; ++i) world.step();
    const auto expected = answers(*world.chain.roster, world);
    // Again from the bytes, with every statement given twice and hostile ones in between.
    auto again = *Roster::start(world.chain.root);
    const TestDevice stranger(world.chain.random);
    for (std::size_t i = 1; i < world.chain.all.size(); ++i) {
      const auto statement = *decode_statement(encode_statement(world.chain.all[i]));
      auto forged = statement;
      sign_statement(world.chain.realm, forged, stranger.key);
      RC_ASSERT(!again.apply(forged, i).ok());
      RC_ASSERT(again.apply(statement, i).ok());
      RC_ASSERT(again.apply(statement, i + 1).ok());
    }
    RC_ASSERT(answers(again, world) == expected);
    // What was verified before needs no signature again, and says the same.
    auto trusted = *Roster::start(world.chain.root);
    for (std::size_t i = 1; i < world.chain.all.size(); ++i)
      RC_ASSERT(trusted.apply(world.chain.all[i], i, Signatures::verified_before).ok());
    RC_ASSERT(answers(trusted, world) == expected);
  }));
}

TEST_CASE("property: a statement out of its issuer's order, or left out, stops that issuer's later ones") {
  CHECK(rc::check([] {
    World world;
    for (int i = 0; i < 25; ++i) world.step();
    const auto& all = world.chain.all;
    const std::size_t left_out = 1 + below(all.size() - 1);
    auto roster = *Roster::start(world.chain.root);
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (i == left_out) continue;
      const bool applied = roster.apply(all[i], i).ok();
      if (i < left_out) RC_ASSERT(applied);
      if (i > left_out && all[i].issuer == all[left_out].issuer) RC_ASSERT(!applied);
    }
  }));
}

}  // namespace gandan::roster::test
#endif
