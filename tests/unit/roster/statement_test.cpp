// The bytes of statements, cards and join requests: golden lines, and what is refused.
#include "fixture.hpp"
#include "support/golden.hpp"

namespace gandan::roster::test {
namespace {

using gandan::test::Golden;
using gandan::test::refuses_other_lengths;
using gandan::test::with_byte;

// Every kind of statement, each by its issuer, in one chain.
std::vector<std::pair<std::string, Statement>> one_of_each(Chain& chain) {
  std::vector<std::pair<std::string, Statement>> out{{"root", chain.root}};
  out.emplace_back("grant", chain.all[1]);
  out.emplace_back("unit", chain.all[2]);
  const auto phone = chain.device(Role::cadre, chain.commune);
  chain.apply(chain.by(phone, FeedBody{chain.commune, 0}));
  out.emplace_back("feed", chain.all.back());
  chain.apply(chain.by(chain.admin, RevokeBody{phone.id(), chain.commune, RevokeReason::lost}));
  out.emplace_back("revoke", chain.all.back());
  chain.apply(chain.by(chain.admin, EpochBody{chain.commune, chain.epoch(2)}));
  out.emplace_back("epoch", chain.all.back());
  return out;
}

// Came later: it stands behind the others, so that their golden lines stay.
Statement schema_of(Chain& chain) {
  const std::vector<Hash> chunks{random_id<Hash>(chain.random), random_id<Hash>(chain.random)};
  chain.apply(
      chain.by(chain.admin, SchemaBody{1, random_id<Hash>(chain.random), kSchemaChunkBytes + 7, chunks}));
  return chain.all.back();
}

std::vector<std::pair<std::string, Statement>> later_ones(Chain& chain) {
  std::vector<std::pair<std::string, Statement>> out;
  const auto other = chain.add_unit(chain.top), below = chain.add_unit(chain.commune);
  chain.apply(chain.by(chain.admin, MoveBody{below, other}));
  out.emplace_back("move", chain.all.back());
  const auto phone = chain.device(Role::cadre, chain.commune);
  chain.apply(chain.by(phone, FeedBody{chain.commune, 0}));
  const FeedId feed = feed_id(chain.realm, phone.id(), 0, chain.commune);
  chain.apply(chain.by(chain.admin, AcceptBody{feed, 300, random_id<Hash>(chain.random)}));
  out.emplace_back("accept", chain.all.back());
  const auto second = chain.device(Role::admin, chain.top);
  RecordId record;
  std::copy_n(feed.bytes.begin(), 10, record.bytes.begin());
  const auto propose = [&] {
    chain.apply(chain.by(chain.admin, ProposeBody{EraseAct{record, EraseReason::order}}));
    return statement_hash(chain.realm, chain.all.back());
  };
  const auto proposal = propose();
  out.emplace_back("erase_propose", chain.all.back());
  chain.apply(chain.by(chain.admin, WithdrawBody{proposal}));
  out.emplace_back("withdraw", chain.all.back());
  chain.apply(chain.by(second, ApproveBody{propose()}));
  out.emplace_back("approve", chain.all.back());
  const TestDevice third(chain.random);
  const std::pair<const char*, Act> acts[] = {
      {"propose_administrator", AdminAct{third.key.public_key(), third.box, chain.top, second.id()}},
      {"propose_removal",
       RevokeBody{device_id(third.key.public_key(), third.box), chain.top, RevokeReason::misuse}},
      {"propose_acceptance", AcceptBody{feed, 301, random_id<Hash>(chain.random)}},
      {"propose_threshold", ThresholdAct{2}},
      {"propose_root_key", RootKeyAct{third.key.public_key()}}};
  for (const auto& [name, act] : acts) {
    chain.apply(chain.by(chain.admin, ProposeBody{act}));
    out.emplace_back(name, chain.all.back());
  }
  std::vector<crypto::SigningKey> keepers;
  for (int i = 0; i < 2; ++i) keepers.push_back(crypto::SigningKey::generate(chain.random));
  if (keepers[1].public_key() < keepers[0].public_key()) std::swap(keepers[0], keepers[1]);
  chain.apply(
      chain.by(second, ProposeBody{RecoveryAct{2, {keepers[0].public_key(), keepers[1].public_key()}}}));
  out.emplace_back("propose_recovery", chain.all.back());
  const Hash named = statement_hash(chain.realm, chain.all.back());
  chain.apply(chain.by(chain.admin, ApproveBody{named}));
  const auto root = crypto::SigningKey::generate(chain.random);
  const Bytes message = recovery_message(chain.realm, named, chain.root_key.public_key(), root.public_key());
  RecoverBody recover{root.public_key(), named, {}};
  for (std::uint8_t i = 0; i < 2; ++i)
    recover.signatures.push_back({i, keepers[std::size_t{i}].sign(message)});
  chain.apply(chain.make(root_id(root.public_key()), root, recover));
  out.emplace_back("recover", chain.all.back());
  chain.apply(chain.by(second, HoldBody{record}));
  out.emplace_back("hold", chain.all.back());
  chain.apply(chain.by(second, LiftBody{statement_hash(chain.realm, chain.all.back())}));
  out.emplace_back("lift", chain.all.back());
  return out;
}

bool same(const Statement& a, const Statement& b) { return encode_statement(a) == encode_statement(b); }

}  // namespace

TEST_CASE("golden bytes of statements, of what is derived from them, cards and join requests") {
  Golden golden("roster");
  Chain chain(60);
  for (const auto& [name, statement] : one_of_each(chain)) {
    CAPTURE(name);
    const Bytes bytes = golden.same("statement." + name, encode_statement(statement));
    const auto back = decode_statement(bytes);
    REQUIRE(back.ok());
    CHECK(same(*back, statement));
    golden.same("statement." + name + ".hash", statement_hash(chain.realm, *back).view());
  }
  golden.same("realm", chain.realm.view());
  golden.same("root.id", chain.root.issuer.view());
  golden.same("device.id", chain.admin.id().view());
  golden.same("feed.id", feed_id(chain.realm, chain.admin.id(), 3, chain.commune).view());
  golden.same("ledger.origin", as_bytes(ledger_origin(chain.realm)));
  golden.same("roster.head", chain.roster->head(chain.roster->size())->view());

  const RealmCard card{chain.root, random_id<RealmAddress>(chain.random)};
  const auto read_card = decode_card(golden.same("card", encode_card(card)));
  REQUIRE(read_card.ok());
  CHECK(read_card->address == card.address);
  CHECK(same(read_card->root, card.root));

  const auto request = make_join_request(chain.admin.key, chain.admin.box, "máy số 3");
  const auto read_request = decode_join_request(golden.same("join", encode_join_request(request)));
  REQUIRE(read_request.ok());
  CHECK(read_request->label == "máy số 3");
  CHECK(read_request->sign_key == chain.admin.key.public_key());
  CHECK(read_request->box_key == chain.admin.box);

  const Statement schema = schema_of(chain);
  const auto read_schema = decode_statement(golden.same("statement.schema", encode_statement(schema)));
  REQUIRE(read_schema.ok());
  CHECK(same(*read_schema, schema));
  for (const auto& [name, statement] : later_ones(chain)) {
    const auto back = decode_statement(golden.same("statement." + name, encode_statement(statement)));
    REQUIRE(back.ok());
    CHECK(same(*back, statement));
  }
}

TEST_CASE("statements that are cut, longer or of a later program are refused, each with its code") {
  Chain chain;
  auto every = one_of_each(chain);
  every.emplace_back("schema", schema_of(chain));
  for (auto& later : later_ones(chain)) every.push_back(std::move(later));
  for (const auto& [name, statement] : every) {
    CAPTURE(name);
    const Bytes bytes = encode_statement(statement);
    CHECK(bytes.size() <= kMaxStatementBytes);
    refuses_other_lengths(bytes, decode_statement);
    CHECK(decode_statement(with_byte(bytes, 0, 2)).error().code == Code::newer_format);
    CHECK(decode_statement(with_byte(bytes, 1, 0)).error().code == Code::newer_format);
    CHECK(decode_statement(with_byte(bytes, 1, 16)).error().code == Code::newer_format);
  }
  const auto code_of = [&](Body body) {
    return decode_statement(encode_statement(chain.by(chain.admin, std::move(body)))).error().code;
  };
  CHECK(code_of(chain.grant(chain.admin, static_cast<Role>(0), chain.top)) == Code::newer_format);
  CHECK(code_of(chain.grant(chain.admin, static_cast<Role>(6), chain.top)) == Code::newer_format);
  CHECK(code_of(RevokeBody{chain.admin.id(), chain.top, static_cast<RevokeReason>(0)}) == Code::newer_format);
  CHECK(code_of(RevokeBody{chain.admin.id(), chain.top, static_cast<RevokeReason>(5)}) == Code::newer_format);
  CHECK(decode_statement(Bytes(kMaxStatementBytes + 1)).error().code == Code::too_large);
}

TEST_CASE("the signature of a statement covers every byte before it, in one realm") {
  Chain chain;
  for (const auto& [name, statement] : one_of_each(chain)) {
    CAPTURE(name);
    const auto& key = statement.issuer == chain.root.issuer  ? chain.root_key.public_key()
                      : statement.issuer == chain.admin.id() ? chain.admin.key.public_key()
                                                             : SignPublicKey{};
    if (key.is_zero()) continue;  // by the phone, whose key is gone
    REQUIRE(verify_statement(chain.realm, statement, key));
    CHECK_FALSE(verify_statement(Chain(2).realm, statement, key));
    const Bytes bytes = encode_statement(statement);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      CAPTURE(at);
      const auto other = decode_statement(with_byte(bytes, at, static_cast<std::uint8_t>(bytes[at] ^ 1)));
      if (!other.ok()) continue;
      CHECK_FALSE(verify_statement(chain.realm, *other, key));
      CHECK(statement_hash(chain.realm, *other) != statement_hash(chain.realm, statement));
    }
  }
}

TEST_CASE("a card is refused when it is cut, changed, or holds no root statement") {
  Chain chain;
  const RealmCard card{chain.root, random_id<RealmAddress>(chain.random)};
  const Bytes bytes = encode_card(card);
  refuses_other_lengths(bytes, decode_card);
  CHECK(decode_card(with_byte(bytes, 0, 'G')).error().code == Code::malformed);
  CHECK(decode_card(with_byte(bytes, 12, 2)).error().code == Code::newer_format);
  // The address is the holder's own matter; everything of the statement is signed.
  CHECK(decode_card(with_byte(bytes, 13, static_cast<std::uint8_t>(bytes[13] ^ 1))).ok());
  for (const std::size_t at : {bytes.size() - 1, bytes.size() - 64, bytes.size() - 100})
    CHECK(decode_card(with_byte(bytes, at, static_cast<std::uint8_t>(bytes[at] ^ 1))).error().code ==
          Code::bad_signature);
  CHECK(decode_card(encode_card({chain.all[1], card.address})).error().code == Code::bad_statement);
  CHECK(decode_card(Bytes(2 * kMaxStatementBytes + 1)).error().code == Code::too_large);
}

TEST_CASE("a join request says nothing that its key did not sign") {
  SeededRandom random(3);
  const TestDevice device(random);
  const auto request = make_join_request(device.key, device.box, std::string(64, 'x'));
  const Bytes bytes = encode_join_request(request);
  REQUIRE(decode_join_request(bytes).ok());
  refuses_other_lengths(bytes, decode_join_request);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    CAPTURE(at);
    CHECK_FALSE(decode_join_request(with_byte(bytes, at, static_cast<std::uint8_t>(bytes[at] ^ 1))).ok());
  }
  CHECK(decode_join_request(with_byte(bytes, 12, 2)).error().code == Code::newer_format);
  CHECK(decode_join_request(
            encode_join_request(make_join_request(device.key, device.box, std::string(65, 'x'))))
            .error()
            .code == Code::too_large);
  CHECK(decode_join_request(Bytes(513)).error().code == Code::too_large);
  // A key of small order signs everything alike: it is nobody's.
  auto weak = request;
  weak.sign_key = SignPublicKey{};
  CHECK(decode_join_request(encode_join_request(weak)).error().code == Code::bad_signature);
}

TEST_CASE("roles have names, and names have roles") {
  for (const auto role : {Role::admin, Role::cadre, Role::office, Role::supervisor, Role::auditor})
    CHECK(role_from_name(role_name(role)) == role);
  CHECK(role_name(static_cast<Role>(0)).empty());
  CHECK(role_name(static_cast<Role>(6)).empty());
  CHECK_FALSE(role_from_name(""));
  CHECK_FALSE(role_from_name("root"));
}

}  // namespace gandan::roster::test
