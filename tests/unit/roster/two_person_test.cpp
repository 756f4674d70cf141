// What takes more than one person, as the roster sees it: devices of administrators, and the ledger's order.
#include "erasing.hpp"

namespace gandan::roster::test {

TEST_CASE_METHOD(Erasing,
                 "an erasure takes two administrators' devices, and is in effect from the ledger on") {
  CHECK(roster->founder(record)->id == feed);
  const auto proposal = propose(admin, EraseReason::order);
  CHECK_FALSE(erased());
  CHECK(refused(by(admin, ApproveBody{proposal})) == Code::act_same_person);
  CHECK(refused(by(phone, ApproveBody{proposal})) == Code::not_authorized);
  CHECK(refused(by_root(ApproveBody{proposal})) == Code::not_authorized);
  // Of what never came: it says nothing, by hand and in the ledger, and a cadre says no such thing.
  const auto astray = by(second, ApproveBody{random_id<Hash>(random)});
  REQUIRE(roster->apply(astray, std::nullopt).ok());
  REQUIRE(roster->apply(astray, 98).ok());
  CHECK(refused(by(phone, ApproveBody{random_id<Hash>(random)})) == Code::not_authorized);
  CHECK(refused(by(phone, ProposeBody{EraseAct{record, EraseReason::person}})) == Code::not_authorized);
  CHECK(refused(by_root(ProposeBody{EraseAct{record, EraseReason::person}})) == Code::not_authorized);
  CHECK(refused(by(admin, ProposeBody{EraseAct{random_id<RecordId>(random), EraseReason::person}})) ==
        Code::unknown_feed);

  // By hand first: nothing is in effect until the ledger has it.
  const auto approval = by(second, ApproveBody{proposal});
  REQUIRE(roster->apply(approval, std::nullopt).ok());
  CHECK_FALSE(erased());
  REQUIRE(roster->apply(approval, 99).ok());
  REQUIRE(erased());
  CHECK(std::get<EraseAct>(roster->erased(record)->act).reason == EraseReason::order);
  CHECK(roster->erased(record)->index == 99);
  CHECK(roster->erased(made_in(feed, 8)) == nullptr);
}

TEST_CASE_METHOD(Erasing, "the same signing key under another device is no second person") {
  const auto box = random_id<BoxPublicKey>(random);
  apply(by(admin, GrantBody{admin.key.public_key(), box, Role::admin, top}));
  const auto proposal = propose(admin);
  const auto twin = device_id(admin.key.public_key(), box);
  CHECK(refused(make(twin, admin.key, ApproveBody{proposal})) == Code::act_same_person);
}

TEST_CASE_METHOD(Erasing, "an administrator of another unit neither proposes nor approves") {
  const auto other = add_unit(top);
  const auto elsewhere = device(Role::admin, other), here = device(Role::admin, commune);
  CHECK(refused(by(elsewhere, ProposeBody{EraseAct{record, EraseReason::person}})) == Code::not_authorized);
  const auto proposal = propose(here);
  CHECK(refused(by(elsewhere, ApproveBody{proposal})) == Code::not_authorized);
  CHECK(refused(by(elsewhere, WithdrawBody{proposal})) == Code::not_authorized);
  apply(by(second, ApproveBody{proposal}));
  CHECK(erased());
}

TEST_CASE_METHOD(Erasing, "what is withdrawn is not approved; what comes too late says nothing") {
  const auto proposal = propose(admin);
  const auto seen = roster->size();
  apply(by(admin, WithdrawBody{proposal}));
  CHECK(refused(by(second, ApproveBody{proposal})) == Code::act_withdrawn);
  apply(blind(second, ApproveBody{proposal}, seen));  // had not seen it: its chain goes on
  CHECK_FALSE(erased());

  const auto again = propose(admin);
  const auto before = roster->size();
  apply(by(second, ApproveBody{again}));
  REQUIRE(erased());
  const auto index = roster->erased(record)->index;
  apply(blind(admin, WithdrawBody{again}, before));
  CHECK(erased());
  const auto third = device(Role::admin, top);
  apply(by(third, ApproveBody{again}));
  apply(by(second, ApproveBody{propose(admin)}));
  CHECK(roster->erased(record)->index == index);
  CHECK(roster->erased(record)->hash == again);
}

TEST_CASE_METHOD(Erasing, "a proposal does not outlive its proposer's right") {
  const auto proposal = propose(second);
  apply(by(admin, RevokeBody{second.id(), top, RevokeReason::misuse}));
  apply(by(admin, ApproveBody{proposal}));
  CHECK_FALSE(erased());
}

TEST_CASE_METHOD(Erasing, "statements of erasure have one form, and reasons that are known") {
  for (const Body& body :
       {Body{ProposeBody{EraseAct{record, EraseReason::wrong_person}}},
        Body{ApproveBody{random_id<Hash>(random)}}, Body{WithdrawBody{random_id<Hash>(random)}},
        Body{HoldBody{record}}, Body{LiftBody{random_id<Hash>(random)}}}) {
    const auto statement = by(admin, body);
    const Bytes bytes = encode_statement(statement);
    const auto back = decode_statement(bytes);
    REQUIRE(back.ok());
    CHECK(encode_statement(*back) == bytes);
    CHECK(back->body.index() == body.index());
  }
  for (const int reason : {0, 5}) {
    const auto unknown = by(admin, ProposeBody{EraseAct{record, static_cast<EraseReason>(reason)}});
    CHECK(decode_statement(encode_statement(unknown)).error().code == Code::newer_format);
  }
  CHECK(erase_reason_from_name("order") == EraseReason::order);
  CHECK(erase_reason_name(EraseReason::retention) == "retention");
  CHECK_FALSE(erase_reason_from_name(""));
}

namespace {
// A realm in which grave acts take two persons.
struct Guarded : Chain {
  TestDevice second = device(Role::admin, top);
  TestDevice third = device(Role::admin, top);
  TestDevice phone = device(Role::cadre, commune);

  Guarded() { threshold(2); }
  Hash propose(const TestDevice& who, const Act& act) {
    const auto statement = by(who, ProposeBody{act});
    apply(statement);
    return statement_hash(realm, statement);
  }
  // Raising it from one takes one; after that, as many as it says.
  void threshold(std::uint8_t persons) {
    const auto proposal = propose(admin, ThresholdAct{persons});
    if (roster->threshold() != persons) apply(by(second, ApproveBody{proposal}));
    REQUIRE(roster->threshold() == persons);
  }
  Act admits(const TestDevice& device, const UnitId& unit, const DeviceId& person = {}) const {
    return AdminAct{device.key.public_key(), device.box, unit, person};
  }
  bool done(const Hash& proposal) const { return roster->proposal(proposal)->done.has_value(); }
};
}  // namespace

TEST_CASE_METHOD(Guarded, "where grave acts take two persons, no administrator does them alone") {
  const TestDevice fourth(random);
  CHECK(refused(by(admin, grant(fourth, Role::admin, commune))) == Code::needs_approval);
  CHECK(refused(by_root(grant(fourth, Role::admin, commune))) == Code::needs_approval);
  CHECK(refused(by(admin, RevokeBody{second.id(), top, RevokeReason::misuse})) == Code::needs_approval);
  apply(by(phone, FeedBody{commune, 0}));
  const FeedId feed = feed_id(realm, phone.id(), 0, commune);
  const Hash segment = random_id<Hash>(random);
  CHECK(refused(by(admin, AcceptBody{feed, 7, segment})) == Code::needs_approval);
  // What is not grave stays one person's.
  apply(by(admin, grant(fourth, Role::cadre, commune)));
  apply(by(admin, RevokeBody{phone.id(), commune, RevokeReason::lost}));

  const auto arrives = propose(admin, admits(fourth, commune));
  CHECK_FALSE(may(fourth, Right::administer, commune));
  CHECK(refused(by(admin, ApproveBody{arrives})) == Code::act_same_person);
  apply(by(second, ApproveBody{arrives}));
  CHECK(may(fourth, Right::administer, commune));
  CHECK_FALSE(may(fourth, Right::administer, top));
  CHECK(refused(by(fourth, ProposeBody{admits(phone, top)})) == Code::not_authorized);

  const auto accepts = propose(second, AcceptBody{feed, 7, segment});
  CHECK_FALSE(roster->accepted(feed, 7, segment));
  apply(by(fourth, ApproveBody{accepts}));  // its unit's administrator decides as well
  CHECK(roster->accepted(feed, 7, segment));

  const auto leaves = propose(second, RevokeBody{third.id(), top, RevokeReason::misuse});
  CHECK(may(third, Right::administer, top));
  CHECK_FALSE(roster->rotation_due(top));
  apply(by(admin, ApproveBody{leaves}));
  CHECK_FALSE(may(third, Right::administer, top));
  CHECK(roster->rotation_due(top));
  CHECK(roster->device(third.id())->grants.front().revoked_index == next_index - 1);
}

TEST_CASE_METHOD(Guarded, "what is proposed by one who may not, or about what is not there, is refused") {
  CHECK(refused(by(phone, ProposeBody{ThresholdAct{1}})) == Code::not_authorized);
  const auto local = device(Role::cadre, commune);
  CHECK(refused(by(admin, ProposeBody{RevokeBody{TestDevice(random).id(), top, RevokeReason::left}})) ==
        Code::unknown_device);
  CHECK(refused(by(admin, ProposeBody{RevokeBody{local.id(), top, RevokeReason::left}})) ==
        Code::bad_statement);
  CHECK(refused(by(admin, ProposeBody{admits(local, random_id<UnitId>(random))})) == Code::unknown_unit);
  CHECK(refused(by(admin, ProposeBody{admits(local, top, TestDevice(random).id())})) == Code::unknown_device);
  CHECK(refused(by(admin, ProposeBody{ThresholdAct{0}})) == Code::bad_statement);
  CHECK(refused(by(admin, ProposeBody{ThresholdAct{kMaxPersons + 1}})) == Code::bad_statement);
  apply(by(second, ApproveBody{propose(admin, ThresholdAct{4})}));  // nobody could ever lower it
  CHECK(roster->threshold() == 2);
}

TEST_CASE_METHOD(Guarded, "devices of one person approve as one") {
  const TestDevice tablet(random);
  apply(by(second, ApproveBody{propose(admin, admits(tablet, top, admin.id()))}));
  REQUIRE(may(tablet, Right::administer, top));
  CHECK(roster->person_of(tablet.id()) == admin.id());
  const auto proposal = propose(admin, ThresholdAct{1});
  CHECK(refused(by(tablet, ApproveBody{proposal})) == Code::act_same_person);
  const auto other = propose(tablet, RevokeBody{third.id(), top, RevokeReason::left});
  CHECK(refused(by(admin, ApproveBody{other})) == Code::act_same_person);
  CHECK_FALSE(done(other));
  apply(by(second, ApproveBody{other}));
  CHECK(done(other));
}

TEST_CASE_METHOD(Guarded, "the root key is a second person only where one is missing") {
  const auto proposal = propose(admin, RevokeBody{third.id(), top, RevokeReason::left});
  apply(by_root(ApproveBody{proposal}));
  CHECK_FALSE(done(proposal));  // there are enough who could
  apply(by(second, ApproveBody{proposal}));
  REQUIRE(done(proposal));

  apply(by(admin, ApproveBody{propose(second, RevokeBody{admin.id(), top, RevokeReason::lost})}));
  REQUIRE_FALSE(may(admin, Right::administer, top));
  const TestDevice fresh(random);
  const auto alone = propose(second, admits(fresh, top));
  CHECK_FALSE(done(alone));
  apply(by_root(ApproveBody{alone}));
  CHECK(may(fresh, Right::administer, top));
}

TEST_CASE_METHOD(
    Guarded,
    "what takes others by now, said by one who had not seen it, changes nothing and breaks no chain") {
  const TestDevice fresh(random);
  const auto seen = roster->size();
  threshold(3);
  apply(blind(third, grant(fresh, Role::admin, commune), seen));
  CHECK_FALSE(may(fresh, Right::administer, commune));
  apply(by(third, UnitBody{random_id<UnitId>(random), top, epoch()}));
  // Who may not say it, is refused as ever; what is about nobody as well.
  CHECK(refused(blind(phone, grant(fresh, Role::admin, commune), seen)) == Code::not_authorized);
  CHECK(refused(blind(third, RevokeBody{fresh.id(), top, RevokeReason::left}, seen)) == Code::unknown_device);
  const auto crossed = blind(third, RevokeBody{second.id(), top, RevokeReason::left}, seen);
  REQUIRE(roster->apply(crossed, std::nullopt).ok());
  REQUIRE(roster->apply(crossed, next_index++).ok());
  CHECK(may(second, Right::administer, top));

  // A phone that is lost, and became an administrator's meanwhile.
  const auto before = roster->size();
  const auto promoted = propose(admin, admits(phone, commune));
  apply(by(second, ApproveBody{promoted}));
  apply(by(third, ApproveBody{promoted}));
  REQUIRE(may(phone, Right::administer, commune));
  apply(blind(admin, RevokeBody{phone.id(), commune, RevokeReason::lost}, before));
  CHECK(may(phone, Right::administer, commune));
  CHECK(refused(by(admin, RevokeBody{phone.id(), commune, RevokeReason::lost})) == Code::needs_approval);

  // Two devices that became one person's meanwhile.
  const TestDevice tablet(random);
  const auto arrives = propose(admin, admits(tablet, top));
  apply(by(second, ApproveBody{arrives}));
  apply(by(third, ApproveBody{arrives}));
  const auto about = propose(tablet, ThresholdAct{2});
  const auto then = roster->size();
  const auto one = propose(second, admits(tablet, commune, admin.id()));
  apply(by(admin, ApproveBody{one}));
  apply(by(third, ApproveBody{one}));
  REQUIRE(roster->person_of(tablet.id()) == admin.id());
  apply(blind(admin, ApproveBody{about}, then));
  CHECK(refused(by(admin, ApproveBody{about})) == Code::act_same_person);
}

TEST_CASE_METHOD(Guarded, "nobody stops an act by withdrawing it but who proposed it, and the root") {
  const auto leaves = propose(admin, RevokeBody{third.id(), top, RevokeReason::misuse});
  CHECK(refused(by(third, WithdrawBody{leaves})) == Code::not_authorized);
  CHECK(refused(by(second, WithdrawBody{leaves})) == Code::not_authorized);
  apply(by_root(WithdrawBody{leaves}));
  CHECK(refused(by(second, ApproveBody{leaves})) == Code::act_withdrawn);
  const auto again = propose(admin, RevokeBody{third.id(), top, RevokeReason::misuse});
  apply(by(admin, WithdrawBody{again}));
  CHECK(refused(by(second, ApproveBody{again})) == Code::act_withdrawn);
}

TEST_CASE_METHOD(Guarded, "an old yes brings back nobody who was removed since") {
  const TestDevice fresh(random);
  const auto old = propose(second, admits(fresh, top));
  apply(by(second, ApproveBody{propose(admin, admits(fresh, top))}));
  apply(by(third, ApproveBody{propose(second, RevokeBody{fresh.id(), top, RevokeReason::misuse})}));
  REQUIRE_FALSE(may(fresh, Right::administer, top));
  apply(by(admin, ApproveBody{old}));
  CHECK_FALSE(may(fresh, Right::administer, top));
  CHECK_FALSE(done(old));
}

TEST_CASE_METHOD(
    Guarded, "a device with another's signing key becomes nobody's, and persons are followed to the first") {
  const Act twin = AdminAct{second.key.public_key(), random_id<BoxPublicKey>(random), top, admin.id()};
  CHECK(refused(by(admin, ProposeBody{twin})) == Code::bad_statement);
  const TestDevice tablet(random);
  apply(by(second, ApproveBody{propose(admin, admits(tablet, top, admin.id()))}));
  // "The administrator is the person of that phone" joins them all.
  apply(by(second, ApproveBody{propose(third, admits(phone, commune))}));
  apply(by(second, ApproveBody{propose(third, admits(admin, commune, phone.id()))}));
  CHECK(roster->person_of(tablet.id()) == roster->person_of(admin.id()));
  CHECK(roster->person_of(admin.id()) == phone.id());
}

TEST_CASE_METHOD(Guarded, "a threshold falls only by as many as it says") {
  threshold(3);
  const auto falls = propose(admin, ThresholdAct{1});
  apply(by(second, ApproveBody{falls}));
  CHECK(roster->threshold() == 3);
  CHECK(refused(by(second, ApproveBody{falls})) == Code::act_same_person);
  apply(by(third, ApproveBody{falls}));
  CHECK(roster->threshold() == 1);
}

TEST_CASE_METHOD(Guarded, "who was removed since says yes to nothing any more") {
  threshold(3);
  const TestDevice fresh(random);
  const auto proposal = propose(admin, admits(fresh, top));
  apply(by(third, ApproveBody{proposal}));
  const auto leaves = propose(admin, RevokeBody{third.id(), top, RevokeReason::misuse});
  apply(by(third, ApproveBody{leaves}));
  apply(by(second, ApproveBody{leaves}));
  REQUIRE_FALSE(may(third, Right::administer, top));
  apply(by(second, ApproveBody{proposal}));
  CHECK_FALSE(done(proposal));  // two are left of three
  apply(by_root(ApproveBody{proposal}));
  CHECK(done(proposal));
}

TEST_CASE_METHOD(Guarded, "approvals that had not seen each other leave the newcomer's keys to be mended") {
  threshold(3);
  const TestDevice fresh(random);
  const auto proposal = propose(admin, admits(fresh, top));
  const auto seen = roster->size();
  apply(by(second, ApproveBody{proposal}));
  apply(blind(third, ApproveBody{proposal}, seen));
  REQUIRE(may(fresh, Right::administer, top));
  CHECK(roster->epoch_missed(top, roster->device(fresh.id())->grants.front()));

  const TestDevice next(random);
  const auto known = propose(admin, admits(next, top));
  apply(by(second, ApproveBody{known}));
  apply(by(third, ApproveBody{known}));
  CHECK_FALSE(roster->epoch_missed(top, roster->device(next.id())->grants.front()));
}

TEST_CASE_METHOD(Guarded, "a removal that was approved by hand learns its place in the ledger") {
  const auto proposal = by(admin, ProposeBody{RevokeBody{third.id(), top, RevokeReason::misuse}});
  REQUIRE(roster->apply(proposal, std::nullopt).ok());
  const auto approval = by(second, ApproveBody{statement_hash(realm, proposal)});
  REQUIRE(roster->apply(approval, std::nullopt).ok());
  const auto& ended = roster->device(third.id())->grants.front();
  REQUIRE(ended.until);
  CHECK_FALSE(ended.revoked_index);
  REQUIRE(roster->apply(proposal, 70).ok());
  CHECK_FALSE(ended.revoked_index);
  REQUIRE(roster->apply(approval, 71).ok());
  CHECK(ended.revoked_index == 71);
  CHECK(roster->proposal(statement_hash(realm, proposal))->index == 71);
}

TEST_CASE_METHOD(Guarded, "a new root key speaks for the root, and the old one no more") {
  const auto next = crypto::SigningKey::generate(random);
  const auto proposal = propose(admin, RootKeyAct{next.public_key()});
  apply(by_root(ApproveBody{proposal}));
  CHECK(roster->root_key() == root_key.public_key());  // not by the key itself
  apply(by(second, ApproveBody{proposal}));
  CHECK(roster->root_key() == next.public_key());
  const TestDevice fresh(random);
  CHECK(refused(by_root(grant(fresh, Role::cadre, top))) == Code::unknown_device);
  apply(make(root_id(next.public_key()), next, grant(fresh, Role::cadre, top)));
  CHECK(may(fresh, Right::write, top));
}

TEST_CASE_METHOD(Guarded, "so many keepers as it takes replace a root key that is lost; fewer do not") {
  std::map<SignPublicKey, crypto::SigningKey> by_key;
  for (int i = 0; i < 3; ++i) {
    auto key = crypto::SigningKey::generate(random);
    by_key.emplace(key.public_key(), std::move(key));
  }
  RecoveryAct act{2, {}};
  for (const auto& [key, keeper] : by_key) act.keys.push_back(key);
  const auto named = propose(admin, act);
  CHECK(roster->recovery() == nullptr);
  apply(by(second, ApproveBody{named}));
  REQUIRE(roster->recovery() != nullptr);

  const auto next = crypto::SigningKey::generate(random);
  const auto signed_by = [&](std::vector<std::uint8_t> keepers, const SignPublicKey& over, const Hash& set) {
    RecoverBody body{next.public_key(), set, {}};
    const Bytes message = recovery_message(realm, set, root_key.public_key(), over);
    for (const auto i : keepers)
      body.signatures.push_back({i, by_key.at(act.keys[i % act.keys.size()]).sign(message)});
    return body;
  };
  const auto recovers = [&](const Body& body) { return make(root_id(next.public_key()), next, body); };
  const auto& own = next.public_key();
  CHECK(refused(recovers(signed_by({1}, own, named))) == Code::too_few_persons);
  CHECK(refused(recovers(signed_by({1, 1}, own, named))) == Code::bad_statement);
  CHECK(refused(recovers(signed_by({2, 0}, own, named))) == Code::bad_statement);
  CHECK(refused(recovers(signed_by({0, 3}, own, named))) == Code::bad_statement);
  CHECK(refused(recovers(signed_by({0, 1}, root_key.public_key(), named))) == Code::bad_signature);
  CHECK(refused(recovers(signed_by({0, 1}, own, random_id<Hash>(random)))) == Code::bad_statement);
  // Somebody else's key, or an administrator's device, does not hand it in.
  CHECK(refused(make(root_id(own), root_key, signed_by({0, 1}, own, named))) == Code::bad_signature);
  CHECK(refused(by(admin, signed_by({0, 1}, own, named))) == Code::unknown_device);

  apply(recovers(signed_by({0, 2}, own, named)));
  CHECK(roster->root_key() == own);
  // The new root alone, until a threshold is set; administrators go by the one that was.
  CHECK(roster->threshold() == 2);
  const TestDevice fresh(random);
  CHECK(refused(by(admin, grant(fresh, Role::admin, top))) == Code::needs_approval);
  apply(make(root_id(own), next, grant(fresh, Role::admin, top)));
  CHECK(may(fresh, Right::administer, top));
  apply(make(root_id(own), next, ProposeBody{RevokeBody{admin.id(), top, RevokeReason::lost}}));
  CHECK_FALSE(may(admin, Right::administer, top));
  apply(make(root_id(own), next, ProposeBody{ThresholdAct{2}}));
  CHECK(refused(make(root_id(own), next, grant(TestDevice(random), Role::admin, top))) ==
        Code::needs_approval);
  // A root key that was in force once does not come back.
  CHECK(refused(by(second, ProposeBody{RootKeyAct{root_key.public_key()}})) == Code::bad_statement);
  // The same signatures replace nothing again.
  CHECK(refused(recovers(signed_by({0, 2}, own, named))) == Code::bad_signature);
}

TEST_CASE_METHOD(Guarded, "recovery keys are different ones, and as many as it takes at least") {
  auto a = crypto::SigningKey::generate(random).public_key();
  auto b = crypto::SigningKey::generate(random).public_key();
  if (b < a) std::swap(a, b);
  for (const RecoveryAct& act : {RecoveryAct{0, {a, b}}, RecoveryAct{3, {a, b}}, RecoveryAct{1, {}},
                                 RecoveryAct{1, {a, a}}, RecoveryAct{1, {b, a}}})
    CHECK(refused(by(admin, ProposeBody{act})) == Code::bad_statement);
  std::vector<SignPublicKey> many(kMaxRecoveryKeys + 1);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].bytes[0] = static_cast<std::uint8_t>(i);
  CHECK(refused(by(admin, ProposeBody{RecoveryAct{1, many}})) == Code::bad_statement);
  CHECK(decode_statement(encode_statement(by(admin, ProposeBody{RecoveryAct{1, many}}))).error().code ==
        Code::too_large);
}

}  // namespace gandan::roster::test
