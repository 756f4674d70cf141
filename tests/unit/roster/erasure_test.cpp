// Erasing personal data as the roster sees it: two devices of administrators, and the ledger's order.
#include "fixture.hpp"

namespace gandan::roster::test {

namespace {
struct Erasing : Chain {
  TestDevice second = device(Role::admin, top);
  TestDevice phone = device(Role::cadre, commune);
  FeedId feed = [this] {
    apply(by(phone, FeedBody{commune, 0}));
    return feed_id(realm, phone.id(), 0, commune);
  }();
  RecordId record = made_in(feed, 7);

  static RecordId made_in(const FeedId& feed, std::uint8_t n) {
    RecordId out;
    std::copy_n(feed.bytes.begin(), 10, out.bytes.begin());
    out.bytes[15] = n;
    return out;
  }
  Hash propose(const TestDevice& who, EraseReason reason = EraseReason::person) {
    const auto statement = by(who, EraseProposeBody{record, reason});
    apply(statement);
    return statement_hash(realm, statement);
  }
  bool erased() const { return roster->erased(record) != nullptr; }
};
}  // namespace

TEST_CASE_METHOD(Erasing,
                 "an erasure takes two administrators' devices, and is in effect from the ledger on") {
  CHECK(roster->founder(record)->id == feed);
  const auto proposal = propose(admin, EraseReason::order);
  CHECK_FALSE(erased());
  CHECK(refused(by(admin, EraseApproveBody{proposal})) == Code::erase_same_device);
  CHECK(refused(by(phone, EraseApproveBody{proposal})) == Code::not_authorized);
  CHECK(refused(by_root(EraseApproveBody{proposal})) == Code::not_authorized);
  CHECK(refused(by(second, EraseApproveBody{random_id<Hash>(random)})) == Code::erase_unknown);
  CHECK(refused(by(phone, EraseProposeBody{record, EraseReason::person})) == Code::not_authorized);
  CHECK(refused(by_root(EraseProposeBody{record, EraseReason::person})) == Code::not_authorized);
  CHECK(refused(by(admin, EraseProposeBody{random_id<RecordId>(random), EraseReason::person})) ==
        Code::unknown_feed);

  // By hand first: nothing is in effect until the ledger has it.
  const auto approval = by(second, EraseApproveBody{proposal});
  REQUIRE(roster->apply(approval, std::nullopt).ok());
  CHECK_FALSE(erased());
  REQUIRE(roster->apply(approval, 99).ok());
  REQUIRE(erased());
  CHECK(roster->erased(record)->reason == EraseReason::order);
  CHECK(roster->erased(record)->index == 99);
  CHECK(roster->erased(made_in(feed, 8)) == nullptr);
}

TEST_CASE_METHOD(Erasing, "the same signing key under another device is no second person") {
  const auto box = random_id<BoxPublicKey>(random);
  apply(by(admin, GrantBody{admin.key.public_key(), box, Role::admin, top}));
  const auto proposal = propose(admin);
  const auto twin = device_id(admin.key.public_key(), box);
  CHECK(refused(make(twin, admin.key, EraseApproveBody{proposal})) == Code::erase_same_device);
}

TEST_CASE_METHOD(Erasing, "an administrator of another unit neither proposes nor approves") {
  const auto other = add_unit(top);
  const auto elsewhere = device(Role::admin, other), here = device(Role::admin, commune);
  CHECK(refused(by(elsewhere, EraseProposeBody{record, EraseReason::person})) == Code::not_authorized);
  const auto proposal = propose(here);
  CHECK(refused(by(elsewhere, EraseApproveBody{proposal})) == Code::not_authorized);
  CHECK(refused(by(elsewhere, EraseWithdrawBody{proposal})) == Code::not_authorized);
  apply(by(second, EraseApproveBody{proposal}));
  CHECK(erased());
}

TEST_CASE_METHOD(Erasing, "what is withdrawn is not approved; what comes too late says nothing") {
  const auto proposal = propose(admin);
  const auto seen = roster->size();
  apply(by(admin, EraseWithdrawBody{proposal}));
  CHECK(refused(by(second, EraseApproveBody{proposal})) == Code::erase_withdrawn);
  apply(blind(second, EraseApproveBody{proposal}, seen));  // had not seen it: its chain goes on
  CHECK_FALSE(erased());

  const auto again = propose(admin);
  const auto before = roster->size();
  apply(by(second, EraseApproveBody{again}));
  REQUIRE(erased());
  const auto index = roster->erased(record)->index;
  apply(blind(admin, EraseWithdrawBody{again}, before));
  CHECK(erased());
  const auto third = device(Role::admin, top);
  apply(by(third, EraseApproveBody{again}));
  apply(by(second, EraseApproveBody{propose(admin)}));
  CHECK(roster->erased(record)->index == index);
  CHECK(roster->erased(record)->proposal == again);
}

TEST_CASE_METHOD(Erasing, "a proposal does not outlive its proposer's right") {
  const auto proposal = propose(second);
  apply(by(admin, RevokeBody{second.id(), top, RevokeReason::misuse}));
  apply(by(admin, EraseApproveBody{proposal}));
  CHECK_FALSE(erased());
}

TEST_CASE_METHOD(Erasing, "statements of erasure have one form, and reasons that are known") {
  for (const Body& body :
       {Body{EraseProposeBody{record, EraseReason::wrong_person}},
        Body{EraseApproveBody{random_id<Hash>(random)}}, Body{EraseWithdrawBody{random_id<Hash>(random)}}}) {
    const auto statement = by(admin, body);
    const Bytes bytes = encode_statement(statement);
    const auto back = decode_statement(bytes);
    REQUIRE(back.ok());
    CHECK(encode_statement(*back) == bytes);
    CHECK(back->body.index() == body.index());
  }
  for (const int reason : {0, 5}) {
    const auto unknown = by(admin, EraseProposeBody{record, static_cast<EraseReason>(reason)});
    CHECK(decode_statement(encode_statement(unknown)).error().code == Code::newer_format);
  }
  CHECK(erase_reason_from_name("order") == EraseReason::order);
  CHECK(erase_reason_name(EraseReason::retention) == "retention");
  CHECK_FALSE(erase_reason_from_name(""));
}

}  // namespace gandan::roster::test
