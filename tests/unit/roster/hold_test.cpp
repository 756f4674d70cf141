// Holds: who may say them, what they stop, and what they are worth where their author had not seen
// everything.
#include "erasing.hpp"

namespace gandan::roster::test {

namespace {
struct Holding : Erasing {
  TestDevice office = device(Role::office, top);

  Hash hold(const TestDevice& who) {
    const auto statement = by(who, HoldBody{record});
    apply(statement);
    return statement_hash(realm, statement);
  }
  const ProposalInfo& of(const Hash& proposal) const { return *roster->proposal(proposal); }
};
}  // namespace

TEST_CASE_METHOD(Holding, "an erasure whose last approval stands behind a hold has no effect, seen or not") {
  const auto proposal = propose(admin);
  const auto seen = roster->size();
  const auto held = hold(office);
  CHECK(roster->held(record));
  REQUIRE(roster->held_against(of(proposal)) != nullptr);
  CHECK(roster->held_against(of(proposal))->hash == held);
  const auto approval =
      blind(second, ApproveBody{proposal}, seen);  // a device that had not heard of the hold
  apply(approval);
  CHECK_FALSE(erased());
  CHECK(roster->effect_of(approval) == nullptr);
  // Nor once it is lifted, whoever else says yes: the approvers looked at a record that was not held.
  apply(by(office, LiftBody{held}));
  CHECK_FALSE(roster->held(record));
  const auto third = device(Role::admin, top);
  apply(by(third, ApproveBody{proposal}));
  CHECK_FALSE(erased());
  CHECK(roster->held_against(of(proposal)) != nullptr);
  const auto again = propose(admin);
  CHECK(roster->held_against(of(again)) == nullptr);
  apply(by(second, ApproveBody{again}));
  CHECK(erased());
  // Too late: what is erased is.
  apply(by(office, HoldBody{record}));
  CHECK(erased());
}

TEST_CASE_METHOD(Holding, "of several holds each is lifted by its name") {
  const auto one = hold(office), other = hold(admin);
  const auto before = roster->size();
  apply(by(office, LiftBody{one}));
  apply(blind(admin, LiftBody{one}, before));  // once more, unknowing: it says nothing
  CHECK(roster->held(record));
  apply(by(second, ApproveBody{propose(admin)}));
  CHECK_FALSE(erased());
  apply(by(office, LiftBody{other}));
  CHECK_FALSE(roster->held(record));
  CHECK(roster->holds(record).size() == 2);
  CHECK_FALSE(roster->held(made_in(feed, 8)));
  apply(by(second, ApproveBody{propose(admin)}));
  CHECK(erased());
}

// Its office knew of the move by hand alone, and names what the ledger had.
TEST_CASE_METHOD(Holding,
                 "a hold stands whose office got the unit behind the roster it names, and lost it since") {
  const auto first = add_unit(top), then = add_unit(top);
  const auto keeper = device(Role::office, first);
  const auto proposal = propose(admin);
  const auto seen = roster->size();
  CHECK(refused(blind(keeper, HoldBody{record}, seen)) == Code::not_authorized);
  apply(by(admin, MoveBody{commune, first}));
  apply(by(admin, MoveBody{commune, then}));
  const auto told = roster->size();
  CHECK(refused(by(keeper, HoldBody{record})) == Code::not_authorized);
  apply(blind(keeper, HoldBody{record}, seen));
  CHECK(roster->held(record));
  CHECK(refused(blind(keeper, HoldBody{record}, told)) == Code::not_authorized);
  apply(by(second, ApproveBody{proposal}));
  CHECK_FALSE(erased());
}

TEST_CASE_METHOD(Holding, "who may neither accept nor administer in the unit neither holds nor lifts") {
  const auto supervisor = device(Role::supervisor, top);
  const auto elsewhere = device(Role::office, add_unit(top));
  const auto held = hold(office);
  for (const TestDevice* who : std::initializer_list<const TestDevice*>{&phone, &supervisor, &elsewhere}) {
    CHECK(refused(by(*who, HoldBody{record})) == Code::not_authorized);
    CHECK(refused(by(*who, LiftBody{held})) == Code::not_authorized);
  }
  CHECK(refused(by_root(HoldBody{record})) == Code::not_authorized);
  const auto nobodys = random_id<RecordId>(random);
  CHECK(refused(by(phone, HoldBody{nobodys})) == Code::not_authorized);
  apply(by(office, HoldBody{nobodys}));  // says nothing; a server takes none such
  CHECK_FALSE(roster->held(nobodys));
  // Of a hold that came by hand and was never in the ledger: an office's next statement follows all the same.
  apply(by(office, LiftBody{random_id<Hash>(random)}));
  CHECK(refused(by(phone, LiftBody{random_id<Hash>(random)})) == Code::not_authorized);
  CHECK(roster->held(record));
}

TEST_CASE_METHOD(
    Holding, "a hold by who lost the right unseen stands, breaks no chain, and is not of who was removed") {
  const auto district = add_unit(top), other = add_unit(top);
  const auto keeper = device(Role::office, district);
  const auto place = add_unit(district);
  const auto writer = device(Role::cadre, place);
  apply(by(writer, FeedBody{place, 0}));
  const auto of = feed_id(realm, writer.id(), 0, place);
  const auto kept = made_in(of, 3), later = made_in(of, 4);
  const auto before = roster->size();
  apply(by(admin, MoveBody{place, other}));  // the keeper's device has not heard of it
  apply(blind(keeper, HoldBody{kept}, before));
  CHECK(roster->held(kept));
  apply(blind(keeper, LiftBody{roster->holds(kept).front().hash}, before));  // no longer his to lift
  CHECK(roster->held(kept));
  apply(by(keeper, FeedBody{district, 0}));                             // what he says behind it follows
  CHECK(refused(by(keeper, HoldBody{later})) == Code::not_authorized);  // and now he knows
  const auto seen = roster->size();
  apply(by(admin, RevokeBody{keeper.id(), district, RevokeReason::misuse}));
  apply(blind(keeper, HoldBody{later}, before));
  CHECK(roster->size() > seen);
  CHECK_FALSE(roster->held(later));
}

}  // namespace gandan::roster::test
