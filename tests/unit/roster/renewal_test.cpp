// The realm's policy, who counts as removed by it, and the renewals that administrators sign.
#include "roster/renewal.hpp"

#include "fixture.hpp"
#include "support/golden.hpp"

namespace gandan::roster::test {
namespace {

using gandan::test::Golden;
using gandan::test::refuses_other_lengths;
using gandan::test::with_byte;

Renewal renewal_by(Chain& chain, const TestDevice& issuer, const DeviceId& device, std::int64_t time_ms) {
  Renewal out{device, issuer.id(), time_ms, {}};
  REQUIRE(sign_renewal(chain.realm, out, crypto::KeySigner(issuer.key)).ok());
  return out;
}
Code refused_renewal(const Chain& chain, const Renewal& renewal) {
  const auto checked = check_renewal(*chain.roster, renewal);
  REQUIRE_FALSE(checked.ok());
  return checked.error().code;
}

}  // namespace

TEST_CASE("golden bytes of a policy and of a renewal, and what is refused") {
  Golden golden("roster");
  Chain chain(61);
  const auto phone = chain.device(Role::cadre, chain.commune);
  chain.apply(chain.by(chain.admin, ProposeBody{PolicyAct{300, true}}));
  const Bytes policy = golden.same("statement.propose_policy", encode_statement(chain.all.back()));
  const auto read = decode_statement(policy);
  REQUIRE(read.ok());
  const auto& act = std::get<PolicyAct>(std::get<ProposeBody>(read->body).act);
  CHECK(act.lease_days == 300);
  CHECK(act.wipe);

  const auto renewal = renewal_by(chain, chain.admin, phone.id(), 1'790'000'000'000);
  const Bytes bytes = golden.same("renewal", encode_renewal(renewal));
  const auto back = decode_renewal(bytes);
  REQUIRE(back.ok());
  CHECK(encode_renewal(*back) == bytes);
  CHECK(check_renewal(*chain.roster, *back).ok());
  refuses_other_lengths(bytes, decode_renewal);
  CHECK(decode_renewal(with_byte(bytes, 0, 2)).error().code == Code::newer_format);
  // Whatever is changed in it, the signature says so.
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    CAPTURE(i);
    const auto changed = decode_renewal(with_byte(bytes, i, static_cast<std::uint8_t>(bytes[i] ^ 1)));
    CHECK_FALSE((changed.ok() && check_renewal(*chain.roster, *changed).ok()));
  }
  Renewal early = renewal;
  early.time_ms = -1;
  CHECK(decode_renewal(encode_renewal(early)).error().code == Code::malformed);
  early.time_ms = kMaxRenewalTime + 1;
  CHECK(decode_renewal(encode_renewal(early)).error().code == Code::malformed);
}

TEST_CASE(
    "a device is renewed by the administrators of its unit and above, by the root, and by nobody else") {
  Chain chain(62);
  const auto other_unit = chain.add_unit(chain.top);
  const auto phone = chain.device(Role::cadre, chain.commune);
  const auto local = chain.device(Role::admin, chain.commune);
  const auto neighbour = chain.device(Role::admin, other_unit);
  const auto office = chain.device(Role::office, chain.top);
  const TestDevice stranger(chain.random);
  CHECK(check_renewal(*chain.roster, renewal_by(chain, chain.admin, phone.id(), 1)).ok());
  CHECK(check_renewal(*chain.roster, renewal_by(chain, local, phone.id(), 1)).ok());
  CHECK(check_renewal(*chain.roster, renewal_by(chain, chain.admin, local.id(), 1)).ok());
  CHECK(refused_renewal(chain, renewal_by(chain, neighbour, phone.id(), 1)) == Code::not_authorized);
  CHECK(refused_renewal(chain, renewal_by(chain, office, phone.id(), 1)) == Code::not_authorized);
  CHECK(refused_renewal(chain, renewal_by(chain, phone, phone.id(), 1)) == Code::not_authorized);
  CHECK(refused_renewal(chain, renewal_by(chain, local, local.id(), 1)) == Code::not_authorized);
  CHECK(refused_renewal(chain, renewal_by(chain, stranger, phone.id(), 1)) == Code::unknown_device);
  CHECK(refused_renewal(chain, renewal_by(chain, chain.admin, stranger.id(), 1)) == Code::not_authorized);

  Renewal by_root{chain.admin.id(), chain.root.issuer, 1, {}};
  REQUIRE(sign_renewal(chain.realm, by_root, crypto::KeySigner(chain.root_key)).ok());
  CHECK(check_renewal(*chain.roster, by_root).ok());
  // Signed for another realm, or under somebody else's name.
  Renewal elsewhere{phone.id(), chain.admin.id(), 1, {}};
  REQUIRE(sign_renewal(RealmId{}, elsewhere, crypto::KeySigner(chain.admin.key)).ok());
  CHECK(refused_renewal(chain, elsewhere) == Code::bad_signature);
  Renewal forged{phone.id(), chain.admin.id(), 1, {}};
  REQUIRE(sign_renewal(chain.realm, forged, crypto::KeySigner(stranger.key)).ok());
  CHECK(refused_renewal(chain, forged) == Code::bad_signature);

  chain.apply(chain.by(chain.admin, RevokeBody{local.id(), chain.commune, RevokeReason::left}));
  CHECK(refused_renewal(chain, renewal_by(chain, local, phone.id(), 1)) == Code::not_authorized);
  chain.apply(chain.by(chain.admin, RevokeBody{phone.id(), chain.commune, RevokeReason::lost}));
  CHECK(refused_renewal(chain, renewal_by(chain, chain.admin, phone.id(), 1)) == Code::not_authorized);
}

TEST_CASE("the policy is the last one in effect, said by as many of the top's administrators as it takes") {
  Chain chain(63);
  const auto local = chain.device(Role::admin, chain.commune);
  const auto second = chain.device(Role::admin, chain.top);
  CHECK(chain.roster->policy().lease_days == 0);
  CHECK_FALSE(chain.roster->policy().wipe);
  CHECK_FALSE(chain.roster->policy_logged());
  CHECK(chain.refused(chain.by(local, ProposeBody{PolicyAct{30, true}})) == Code::not_authorized);
  CHECK(chain.refused(chain.by(chain.admin, ProposeBody{PolicyAct{kMaxLeaseDays + 1, false}})) ==
        Code::bad_statement);
  // By hand it is in force, and not in the ledger; the ledger's word comes later.
  const auto by_hand = chain.by(chain.admin, ProposeBody{PolicyAct{30, true}});
  REQUIRE(chain.roster->apply(by_hand, std::nullopt).ok());
  CHECK(chain.roster->policy().lease_days == 30);
  CHECK_FALSE(chain.roster->policy_logged());
  REQUIRE(chain.roster->apply(by_hand, chain.next_index++).ok());
  CHECK(chain.roster->policy_logged());

  chain.apply(chain.by(second, ProposeBody{PolicyAct{0, true}}));
  CHECK(chain.roster->policy().lease_days == 0);
  CHECK(chain.roster->policy().wipe);
  chain.apply(chain.by(chain.admin, ProposeBody{ThresholdAct{2}}));
  chain.apply(chain.by(chain.admin, ProposeBody{PolicyAct{7, false}}));
  CHECK(chain.roster->policy().lease_days == 0);
  const Hash proposed = statement_hash(chain.realm, chain.all.back());
  chain.apply(chain.by(second, ApproveBody{proposed}));
  CHECK(chain.roster->policy().lease_days == 7);
  CHECK_FALSE(chain.roster->policy().wipe);
}

TEST_CASE("a device is removed when its last role ended: by whom, and from which place in the ledger on") {
  Chain chain(64);
  const auto other_unit = chain.add_unit(chain.top);
  const auto phone = chain.device(Role::cadre, chain.commune);
  const auto local = chain.device(Role::admin, chain.commune);
  chain.apply(chain.by(chain.admin, chain.grant(phone, Role::cadre, other_unit)));
  const auto& roster = *chain.roster;
  CHECK_FALSE(roster.removal(phone.id()));
  CHECK_FALSE(roster.removal(TestDevice(chain.random).id()));
  const auto first = chain.next_index;
  chain.apply(chain.by(local, RevokeBody{phone.id(), chain.commune, RevokeReason::left}));
  CHECK_FALSE(roster.removal(phone.id()));
  const auto last = chain.by(chain.admin, RevokeBody{phone.id(), other_unit, RevokeReason::left});
  REQUIRE(chain.roster->apply(last, std::nullopt).ok());
  REQUIRE(roster.removal(phone.id()));
  CHECK(roster.removal(phone.id())->by == chain.admin.id());
  CHECK(roster.removal(phone.id())->from == roster.size());
  CHECK_FALSE(roster.removal(phone.id())->index);  // not all of it is in the ledger
  REQUIRE(chain.roster->apply(last, first + 5).ok());
  CHECK(roster.removal(phone.id())->index == first + 5);
  chain.apply(chain.by(chain.admin, chain.grant(phone, Role::cadre, other_unit)));
  CHECK_FALSE(roster.removal(phone.id()));
}

}  // namespace gandan::roster::test
