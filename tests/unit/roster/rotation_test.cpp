// What the roster says of keys and of trees that change: which units must be rotated, who was missed, and
// what a moved unit's segments are worth.
#include "fixture.hpp"

namespace gandan::roster::test {

namespace {
struct Two : Chain {
  TestDevice second = device(Role::admin, top);
  UnitId below = add_unit(commune);
  UnitId other = add_unit(top);
  TestDevice phone = device(Role::cadre, commune);

  std::set<UnitId> due() const {
    std::set<UnitId> out;
    for (const auto& [id, unit] : roster->units())
      if (roster->rotation_due(id)) out.insert(id);
    return out;
  }
  std::uint32_t number(const UnitId& unit) const { return roster->unit(unit)->epochs.back().number; }
  const GrantInfo& last_grant(const TestDevice& of) const { return roster->device(of.id())->grants.back(); }
};
}  // namespace

TEST_CASE_METHOD(Two,
                 "a removal makes the unit and all below it due, until an epoch starts that knows of it") {
  CHECK(due().empty());
  const auto before = roster->size();
  apply(by(admin, RevokeBody{phone.id(), commune, RevokeReason::lost}));
  CHECK(due() == std::set<UnitId>{commune, below});
  // Started after the removal by somebody who had not seen it: wrapped for what the removed device can open.
  apply(blind(second, EpochBody{commune, epoch(2)}, before));
  CHECK(number(commune) == 2);
  CHECK(due() == std::set<UnitId>{commune, below});
  apply(by(admin, EpochBody{commune, epoch(3)}));
  CHECK(due() == std::set<UnitId>{below});
  apply(by(second, EpochBody{below, epoch(2)}));
  CHECK(due().empty());
  // A removal at the top reaches everything; an auditor read nothing, and takes nothing along.
  const auto auditor = device(Role::auditor, top), office = device(Role::office, top);
  apply(by(admin, RevokeBody{auditor.id(), top, RevokeReason::left}));
  CHECK(due().empty());
  apply(by(admin, RevokeBody{office.id(), top, RevokeReason::left}));
  CHECK(due() == std::set<UnitId>{top, commune, below, other});
}

TEST_CASE_METHOD(Two, "who reads a unit by another role still is no reason to rotate it") {
  apply(by(admin, grant(phone, Role::office, top)));
  apply(by(admin, RevokeBody{phone.id(), commune, RevokeReason::replaced}));
  CHECK(due().empty());
  apply(by(admin, RevokeBody{phone.id(), top, RevokeReason::left}));
  CHECK(due().size() == 4);
}

TEST_CASE_METHOD(Two, "of two epochs that had not seen each other the ledger's first one stands") {
  const auto seen = roster->size();
  apply(by(admin, EpochBody{commune, epoch(2)}));
  const auto stands = roster->unit(commune)->epochs.back().commitment;
  // The second administrator's chain goes on: its 2, and the 3 that it built on that one, say nothing.
  for (const std::uint32_t next : {2u, 3u, 4u}) apply(blind(second, EpochBody{commune, epoch(next)}, seen));
  CHECK(number(commune) == 2);
  CHECK(roster->unit(commune)->epochs.back().commitment == stands);
  apply(by(second, EpochBody{commune, epoch(3)}));
  CHECK(number(commune) == 3);
  // Two of one issuer without the ledger between them build on each other.
  const auto blind_to = roster->size();
  apply(by(second, EpochBody{commune, epoch(4)}));
  apply(blind(second, EpochBody{commune, epoch(5)}, blind_to));
  CHECK(number(commune) == 5);
}

TEST_CASE_METHOD(Two, "a grant and an epoch that had not seen each other leave a device without the secret") {
  CHECK_FALSE(roster->epoch_missed(commune, last_grant(phone)));
  const auto seen = roster->size();
  TestDevice early(random), late(random);
  apply(by(second, grant(early, Role::cadre, commune)));
  apply(blind(admin, EpochBody{commune, epoch(2)}, seen));
  apply(blind(second, grant(late, Role::cadre, commune), seen + 1));
  CHECK(roster->epoch_missed(commune, last_grant(early)));
  CHECK(roster->epoch_missed(commune, last_grant(late)));
  CHECK_FALSE(roster->epoch_missed(commune, last_grant(phone)));
  const auto informed = device(Role::cadre, commune);
  CHECK_FALSE(roster->epoch_missed(commune, last_grant(informed)));
  const auto auditor = device(Role::auditor, commune);
  CHECK_FALSE(roster->epoch_missed(commune, last_grant(auditor)));
  // The next epoch's issuer knows of all of them.
  apply(by(admin, EpochBody{commune, epoch(3)}));
  for (const auto* each : {&early, &late}) CHECK_FALSE(roster->epoch_missed(commune, last_grant(*each)));
}

TEST_CASE_METHOD(Two,
                 "a moved unit is read and administered by its new parent, and its past stays what it was") {
  const auto old_office = add_unit(top), new_office = add_unit(top);
  apply(by(admin, MoveBody{commune, old_office}));
  CHECK(due() == std::set<UnitId>{commune, below});
  apply(by(admin, EpochBody{commune, epoch(2)}));
  apply(by(admin, EpochBody{below, epoch(2)}));
  const auto old_clerk = device(Role::office, old_office), new_clerk = device(Role::office, new_office);
  const auto local = device(Role::admin, old_office);
  const auto named = roster->size();
  CHECK(counts(old_clerk, below, named, 500));
  CHECK_FALSE(counts(new_clerk, below, named, 500));
  const auto moved_at = next_index;
  apply(by(admin, MoveBody{commune, new_office}));

  CHECK(due() == std::set<UnitId>{commune, below});
  CHECK(may(new_clerk, Right::read, below));
  CHECK_FALSE(may(old_clerk, Right::read, below));
  CHECK(roster->may(old_clerk.id(), Right::read, below, named));
  CHECK(may(phone, Right::write, commune));
  CHECK(roster->unit(commune)->parent() == new_office);
  // The old office's own: what was received before the move counts, what came afterwards does not.
  CHECK(counts(old_clerk, below, named, moved_at - 1));
  CHECK_FALSE(counts(old_clerk, below, named, moved_at));
  CHECK_FALSE(counts(old_clerk, below, named, std::nullopt));
  CHECK(counts(phone, commune, named, moved_at + 1));
  CHECK(counts(admin, commune, named, moved_at + 1));  // still above it, by another way
  CHECK(refused(by(local, grant(TestDevice(random), Role::cadre, commune))) == Code::not_authorized);
}

TEST_CASE_METHOD(Two, "a unit moves nowhere that it cannot lie, and only by who administers both parents") {
  const auto local = device(Role::admin, commune);
  CHECK(refused(by(admin, MoveBody{top, commune})) == Code::not_authorized);
  CHECK(refused(by(admin, MoveBody{commune, commune})) == Code::bad_statement);
  CHECK(refused(by(admin, MoveBody{commune, below})) == Code::bad_statement);
  CHECK(refused(by(admin, MoveBody{random_id<UnitId>(random), top})) == Code::unknown_unit);
  CHECK(refused(by(admin, MoveBody{commune, random_id<UnitId>(random)})) == Code::unknown_unit);
  CHECK(refused(by(local, MoveBody{below, other})) == Code::not_authorized);
  CHECK(refused(by(local, MoveBody{commune, other})) == Code::not_authorized);
  CHECK(refused(by(phone, MoveBody{below, other})) == Code::not_authorized);
  auto deep = other;
  for (int level = 2; level < 15; ++level) deep = add_unit(deep);
  CHECK(refused(by(admin, MoveBody{commune, deep})) == Code::bad_statement);  // `below` would be too deep
  apply(by(admin, MoveBody{below, deep}));
  apply(by(admin, MoveBody{below, deep}));  // where it lies already: it says nothing
  CHECK(roster->moves() == 1);
}

TEST_CASE_METHOD(Two, "a segment that an administrator accepted counts, that one and no other") {
  apply(by(phone, FeedBody{commune, 0}));
  const FeedId feed = feed_id(realm, phone.id(), 0, commune);
  const Hash hash = random_id<Hash>(random);
  CHECK(refused(by(phone, AcceptBody{feed, 7, hash})) == Code::not_authorized);
  CHECK(refused(by(admin, AcceptBody{random_id<FeedId>(random), 7, hash})) == Code::unknown_feed);
  CHECK_FALSE(roster->accepted(feed, 7, hash));
  apply(by(admin, AcceptBody{feed, 7, hash}));
  CHECK(roster->accepted(feed, 7, hash));
  CHECK_FALSE(roster->accepted(feed, 8, hash));
  CHECK_FALSE(roster->accepted(feed, 7, random_id<Hash>(random)));
}

}  // namespace gandan::roster::test
