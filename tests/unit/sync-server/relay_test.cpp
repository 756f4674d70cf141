// What the relay takes, what it refuses and what it answers, without a network.
#include "party.hpp"

namespace gandan::server::test {

TEST_CASE("a first sync introduces an administrator, then phones push and offices pull") {
  Party party;
  auto& server = party.server;
  const auto pushed = [&] {
    auto request = party.push(3);
    return server.send(request);
  }();
  CHECK(pushed.refused() == "");
  check_own(pushed, party.feed);
  REQUIRE(pushed.receipts.size() == 1);
  CHECK(pushed.receipts[0].indexes.size() == 3);
  CHECK(pushed.welcome.token.size() == kTokenBytes);
  CHECK(pushed.segments.empty());  // its own come not back
  CHECK(pushed.statements.size() == server.realm.statements.size() + 1);
  REQUIRE(pushed.done);
  CHECK(pushed.done->cursors.at(server.realm.commune) == pushed.checkpoint.size);

  auto& office = server.realm.device(roster::Role::office, server.realm.top);
  introduce(server);
  RequestBuilder pull(server.realm, office);
  pull.hello.checkpoint_size = pushed.checkpoint.size;
  pull.hello.statements_from = pushed.done->statements_next;
  pull.hello.leaves_from = 0;
  const auto pulled = server.send(pull);
  REQUIRE(pulled.segments.size() == 3);
  CHECK(pulled.runs.size() == 1);
  CHECK(pulled.segments[2].sequence == 2);
  CHECK(pulled.statements.size() == 1);
  CHECK(ledger::verify_consistency(pushed.checkpoint.size, pushed.checkpoint.root, pulled.checkpoint.size,
                                   pulled.checkpoint.root, pulled.welcome.consistency.path)
            .ok());
  // The leaves give the root, and name the segments.
  std::vector<Hash> leaves;
  for (std::size_t at = 0; at < pulled.leaves.size(); at += ledger::kEntryBytes)
    leaves.push_back(ledger::leaf_hash(ByteView(pulled.leaves).subspan(at, ledger::kEntryBytes)));
  CHECK(leaves.size() == pulled.checkpoint.size);
  CHECK(ledger::root_of(leaves) == pulled.checkpoint.root);

  // With a token, nothing new: one round trip, few bytes.
  RequestBuilder again(server.realm, office);
  again.hello.token = pulled.welcome.token;
  again.hello.cursors = pulled.done->cursors;
  again.hello.statements_from = pulled.done->statements_next;
  again.hello.checkpoint_size = pulled.checkpoint.size;
  const auto nothing = server.send(again);
  CHECK(nothing.refused() == "");
  CHECK(nothing.segments.empty());
  CHECK(nothing.statements.empty());
  CHECK(nothing.welcome.token.empty());
  CHECK(nothing.bytes < 600);

  server.stop();
  const auto report = party.verify();
  for (const auto& finding : report.findings) INFO(finding.what);
  CHECK(report.findings.empty());
  CHECK(report.segments == 3);
}

TEST_CASE("a replay succeeds and adds nothing; a fork, a gap and a swap are refused") {
  Party party;
  auto& realm = party.server.realm;
  const auto start = party.feed;
  auto request = party.push(2);
  const Bytes body = party.server.body(request);
  const auto first = party.server.send(body);
  const auto replay = party.server.send(body);
  CHECK(replay.checkpoint == first.checkpoint);
  CHECK(replay.receipts[0].indexes == first.receipts[0].indexes);
  CHECK(replay.receipts[0].receipt_ms == first.receipts[0].receipt_ms);

  auto forked_feed = start;
  auto fork = party.request();
  fork.run(start.id, 0, Hash{});
  fork.segment(realm.segment(party.phone, forked_feed));
  CHECK(party.server.send(fork).rejected() == "feed.fork");

  auto ahead = party.feed;
  realm.segment(party.phone, ahead);
  auto gap = party.request();
  gap.run(ahead.id, ahead.next, ahead.hash);
  gap.segment(realm.segment(party.phone, ahead));
  CHECK(party.server.send(gap).rejected() == "feed.broken_chain");

  auto swapped_feed = party.feed;
  auto swapped = party.request();
  swapped.run(swapped_feed.id, swapped_feed.next, swapped_feed.hash);
  const Bytes one = realm.segment(party.phone, swapped_feed);
  const Bytes two = realm.segment(party.phone, swapped_feed);
  swapped.segment(two).segment(one);
  CHECK(party.server.send(swapped).rejected() == "crypto.bad_signature");
  CHECK(party.server.send(party.server.body(request)).checkpoint == first.checkpoint);
}

TEST_CASE("strangers, foreign realms, unknown feeds and wrong units get nothing in") {
  Party party;
  auto& realm = party.server.realm;
  TestDevice stranger(realm.random);
  RequestBuilder request(realm, stranger);
  CHECK(party.server.send(request).refused() == "roster.not_enrolled");
  // Statements that do not make it known do not help.
  request.statements(realm.statements);
  CHECK(party.server.send(request).refused() == "roster.not_enrolled");

  TestRealm other(party.server.key.public_key(), 2);
  RequestBuilder foreign(other, other.admin);
  CHECK(party.server.send(foreign).not_found);

  // A known device whose Hello somebody else signed.
  RequestBuilder stolen(realm, stranger);
  stolen.hello.device = party.phone.id();
  CHECK(party.server.send(stolen).refused() == "roster.not_enrolled");

  auto unopened = party.feed;
  unopened.id = random_id<FeedId>(realm.random);
  auto unknown = party.request();
  unknown.run(unopened.id, 0, Hash{});
  unknown.segment(realm.segment(party.phone, unopened));
  CHECK(party.server.send(unknown).rejected() == "feed.unknown");

  // A stranger's segment in a known feed.
  auto feed = party.feed;
  auto forged = party.request();
  forged.run(feed.id, feed.next, feed.hash);
  forged.segment(realm.segment(stranger, feed));
  CHECK(party.server.send(forged).rejected() == "crypto.bad_signature");

  // A feed in a unit where the device may not write is never opened.
  const UnitId elsewhere = realm.unit(realm.top);
  roster::Statement opening;
  opening.issuer = party.phone.id();
  opening.issuer_previous = realm.roster->last_statement_of(party.phone.id());
  opening.roster_size = realm.roster->size();
  opening.roster_head = *realm.roster->head(opening.roster_size);
  opening.body = roster::FeedBody{elsewhere, 0};
  roster::sign_statement(realm.id, opening, party.phone.key);
  auto wrong_unit = party.request();
  wrong_unit.add(FrameType::statement, realm.statements.back())
      .add(FrameType::statement, roster::encode_statement(opening));
  const auto refused = party.server.send(wrong_unit);
  CHECK(refused.rejected() == "roster.not_authorized");
  CHECK(refused.welcome.rejected[0].feed.is_zero());
  CHECK(refused.welcome.rejected[0].sequence == 2);
}

TEST_CASE("a set of forms is taken from an administrator of the top unit only") {
  Party party;
  auto& realm = party.server.realm;
  const TestDevice& local = realm.device(roster::Role::admin, realm.commune);
  introduce(party.server);
  const auto before = realm.statements.size();
  const auto schema = [&](const TestDevice& by) {
    roster::Statement statement;
    statement.issuer = by.id();
    statement.issuer_previous = realm.roster->last_statement_of(by.id());
    statement.roster_size = realm.roster->size();
    statement.roster_head = *realm.roster->head(statement.roster_size);
    statement.body = roster::SchemaBody{1, Hash{}, 7, {crypto::sha256(as_bytes("a set"))}};
    roster::sign_statement(realm.id, statement, by.key);
    RequestBuilder request(realm, by);
    request.add(FrameType::statement, roster::encode_statement(statement));
    return party.server.send(request);
  };
  CHECK(schema(local).rejected() == "roster.not_authorized");
  CHECK(schema(party.phone).rejected() == "roster.not_authorized");
  CHECK(schema(realm.admin).rejected() == "");
  CHECK(realm.statements.size() == before);
}

TEST_CASE("what a segment names must be known, and only grows along a feed") {
  Party party;
  auto& realm = party.server.realm;
  auto request = party.push(1);
  const auto first = party.server.send(request);

  realm.checkpoint_size = first.checkpoint.size;
  realm.checkpoint_root = first.checkpoint.root;
  auto named = party.push(1);
  CHECK(party.server.send(named).rejected() == "");

  realm.checkpoint_size = 2;  // smaller than before, with its true root
  realm.checkpoint_root = must(party.server.relay->find(realm.card.address)->published().tree->root_at(2));
  auto feed = party.feed;
  auto shrunk = party.request();
  shrunk.run(feed.id, feed.next, feed.hash).segment(realm.segment(party.phone, feed));
  CHECK(party.server.send(shrunk).rejected() == "feed.broken_chain");

  realm.checkpoint_size = 1000;
  feed = party.feed;
  auto future = party.request();
  future.run(feed.id, feed.next, feed.hash).segment(realm.segment(party.phone, feed));
  CHECK(party.server.send(future).rejected() == "ledger.bad_checkpoint");

  realm.checkpoint_size = first.checkpoint.size;
  realm.checkpoint_root = Hash{};  // the true size with a wrong root: the signature is over something else
  feed = party.feed;
  auto lied = party.request();
  lied.run(feed.id, feed.next, feed.hash).segment(realm.segment(party.phone, feed));
  CHECK(party.server.send(lied).rejected() == "crypto.bad_signature");

  // A roster before the phone was granted its role.
  realm.checkpoint_root = first.checkpoint.root;
  realm.roster_size = 2;
  auto other = realm.open_feed(party.phone, realm.commune);
  auto stale = party.request();
  stale.add(FrameType::statement, realm.statements.back());
  stale.run(other.id, 0, Hash{}).segment(realm.segment(party.phone, other));
  CHECK(party.server.send(stale).rejected() == "roster.not_authorized");

  // Roots of what pulled segments name come along.
  auto& office = realm.device(roster::Role::office, realm.top);
  introduce(party.server);
  RequestBuilder pull(realm, office);
  const auto pulled = party.server.send(pull);
  REQUIRE(pulled.roots.size() == 1);
  CHECK(pulled.roots.at(first.checkpoint.size) == first.checkpoint.root);
}

TEST_CASE("a removed device gets one refusal and nothing else, with a token too") {
  Party party;
  auto request = party.push(1);
  const auto before = party.server.send(request);
  party.server.realm.revoke(party.phone, party.server.realm.commune);
  introduce(party.server);
  auto feed = party.feed;
  RequestBuilder late = party.request();
  late.run(feed.id, feed.next, feed.hash).segment(party.server.realm.segment(party.phone, feed));
  CHECK(party.server.send(late).refused() == "roster.not_authorized");
  late.hello.token = before.welcome.token;
  const auto answer = party.server.send(late);
  CHECK(answer.refused() == "roster.not_authorized");
  CHECK(answer.bytes < 64);

  // Its segments do not get in through somebody else either.
  RequestBuilder carried(party.server.realm, party.server.realm.admin);
  feed = party.feed;
  carried.run(feed.id, feed.next, feed.hash).segment(party.server.realm.segment(party.phone, feed));
  CHECK(party.server.send(carried).rejected() == "roster.not_authorized");
}

TEST_CASE(
    "a removed device that asks gets the statements up to its removal, and nothing of what came after") {
  Party party;
  auto& realm = party.server.realm;
  auto& office = realm.device(roster::Role::office, realm.top);
  introduce(party.server);
  auto push = party.push(2);
  const auto before = party.server.send(push);
  CHECK(before.rejected() == "");
  realm.revoke(party.phone, realm.commune);
  const auto removal = realm.statements.size();
  realm.by_admin(roster::EpochBody{realm.commune, realm.epoch(2)});
  realm.device(roster::Role::cadre, realm.commune);
  introduce(party.server);
  auto other = realm.open_feed(office, realm.commune);
  introduce(party.server);
  RequestBuilder theirs(realm, office);
  theirs.run(other.id, 0, std::nullopt).segment(realm.segment(office, other));
  CHECK(party.server.send(theirs).rejected() == "");

  const auto ask = [&](bool token) {
    RequestBuilder out = party.request();
    out.hello.own.push_back({party.feed.id, 0, Hash{}});
    out.hello.own.push_back({other.id, 0, Hash{}});
    out.hello.leaves_from = 0;
    out.hello.cursors[realm.commune] = 0;
    if (token) out.hello.token = before.welcome.token;
    out.add(FrameType::removal, {});
    return out;
  };
  for (const bool token : {false, true}) {
    CAPTURE(token);
    auto request = ask(token);
    const auto answer = party.server.send(request);
    REQUIRE(answer.refused() == "");
    REQUIRE(answer.statements.size() == removal + 1);  // the root's is the first
    for (std::size_t i = 0; i < removal; ++i)
      CHECK(answer.statements[i + 1].statement == realm.statements[i]);
    CHECK(answer.welcome.token.empty());
    CHECK(answer.welcome.own.empty());
    CHECK(answer.receipts.empty());
    CHECK(answer.wraps.empty());
    CHECK(answer.keys.empty());
    CHECK_FALSE(answer.keys_next);
    CHECK(answer.segments.empty());
    CHECK(answer.roots.empty());
    CHECK(answer.leaves.empty());
    CHECK_FALSE(answer.witnessed);
    REQUIRE(answer.done);
    CHECK(answer.done->cursors.empty());
    CHECK(answer.done->statements_next == answer.statements.back().index + 1);
    CHECK_FALSE(answer.done->more);
    // From there on there is nothing.
    auto again = ask(token);
    again.hello.statements_from = answer.done->statements_next;
    CHECK(party.server.send(again).statements.empty());
    CHECK(party.server.send(again).done->statements_next == answer.done->statements_next);
  }

  // Nobody else hears of it, and nothing comes in by the way.
  auto forged = ask(false);
  Bytes body = party.server.body(forged);
  body[body.size() - 6] ^= 1;  // within the signature
  CHECK(party.server.send(body).refused() == "roster.not_enrolled");
  auto with_more = ask(false);
  with_more.add(FrameType::keys_from, protocol::encode(protocol::KeyCursor{0}));
  CHECK(party.server.send(with_more).refused() == "roster.not_authorized");
  auto alone = party.request();
  CHECK(party.server.send(alone).refused() == "roster.not_authorized");
  // To a member it says nothing.
  RequestBuilder member(realm, office);
  member.add(FrameType::removal, {});
  const auto as_ever = party.server.send(member);
  CHECK(as_ever.refused() == "");
  CHECK(as_ever.statements.size() == realm.statements.size() + 1);
}

TEST_CASE(
    "what was sealed before a role ended and was given again gets in, and the store's own check agrees") {
  Party party;
  auto& realm = party.server.realm;
  const auto sealed_at = realm.roster->size();
  realm.revoke(party.phone, realm.commune);
  realm.by_admin(
      roster::GrantBody{party.phone.key.public_key(), party.phone.box, roster::Role::cadre, realm.commune});
  introduce(party.server);
  realm.roster_size = sealed_at;
  auto request = party.push(1);
  CHECK(party.server.send(request).rejected() == "");
  realm.roster_size = 0;
  auto newer = party.push(1);
  CHECK(party.server.send(newer).rejected() == "");
  party.server.stop();
  for (const auto& finding : party.verify().findings) FAIL_CHECK(finding.what);
}

TEST_CASE("a third device's segments arrive through a carrier, who hears of it") {
  Party party;
  auto& realm = party.server.realm;
  auto& carrier = realm.device(roster::Role::cadre, realm.unit(realm.top));
  introduce(party.server);
  RequestBuilder request(realm, carrier);
  request.hello.own.push_back({party.feed.id, 0, {}});
  request.run(party.feed.id, 0, std::nullopt);
  for (int i = 0; i < 5; ++i) request.segment(realm.segment(party.phone, party.feed));
  const auto response = party.server.send(request);
  check_own(response, party.feed);
  CHECK(response.receipts[0].indexes.size() == 5);
  CHECK(response.segments.empty());  // another commune's: not the carrier's to read
}

TEST_CASE("clocks, tokens and versions") {
  Party party;
  auto& server = party.server;
  auto request = party.request();
  const auto body = [&](std::int64_t off) {
    return request.bytes(server.clock.wall_ms() + off, server.key.public_key());
  };
  CHECK(server.send(body(protocol::kMaxClockSkewMs - 1)).refused() == "");
  const auto late = server.send(body(protocol::kMaxClockSkewMs + 1));
  CHECK(late.refused() == "clock.off");
  CHECK(late.refusal->server_ms == server.clock.wall_ms());
  CHECK(server.send(body(-protocol::kMaxClockSkewMs - 1)).refused() == "clock.off");

  const auto token = server.send(body(0)).welcome.token;
  request.hello.token = token;
  CHECK(server.send(request).refused() == "");
  server.clock.advance(protocol::kTokenLifeMs * 3 / 4 + 1000);
  CHECK(server.send(request).welcome.token.size() == kTokenBytes);  // renewed before it ends
  server.clock.advance(protocol::kTokenLifeMs / 4);
  CHECK(server.send(request).refused() == "net.token_expired");
  request.hello.token[40] ^= 1;
  CHECK(server.send(request).refused() == "net.token_expired");
  RequestBuilder other(server.realm, server.realm.admin);
  other.hello.token = token;
  CHECK(server.send(other).refused() == "net.token_expired");
}

TEST_CASE("a body may come byte by byte, break off, or be nonsense") {
  Party party;
  auto& server = party.server;
  auto request = party.push(2);
  CHECK(server.send(server.body(request), 1).receipts[0].indexes.size() == 2);

  // Cut in the middle of the third of four segments: two more are durable.
  const std::uint64_t before = party.feed.next;
  auto cut = party.push(4, 500);
  const Bytes whole = server.body(cut);
  server.send_cut(ByteView(whole).first(whole.size() - 2 - 700));
  auto ask = party.request();
  ask.hello.own.push_back({party.feed.id, 0, {}});
  const auto durable = [&] {  // nobody waited for the commits: a stop does
    server.stop();
    server.start();
    return server.send(ask).welcome.own[0].head.next;
  };
  CHECK(durable() == before + 2);
  const auto truncated = server.send(ByteView(whole).first(whole.size() - 2));
  CHECK(truncated.refused() == "format.truncated");
  CHECK(durable() == before + 4);

  CHECK(server.send(Bytes{0xff, 0x01, 0x02}).refused() == "format.malformed");
  CHECK(server.send(Bytes{0x01, 0xff, 0xff, 0xff, 0x7f}).refused() == "format.too_large");
  CHECK(server.send(Bytes{0x01, 0x03, 1, 2, 3}).refused() != "");
  auto garbage = party.request();
  garbage.run(party.feed.id, party.feed.next, party.feed.hash).segment(Bytes(300, 0xee));
  CHECK(server.send(garbage).rejected() != "");
  auto oversize = party.request();
  auto feed = party.feed;
  oversize.run(feed.id, feed.next, feed.hash)
      .segment(server.realm.segment(party.phone, feed, protocol::kMaxSealedBytes + 1));
  CHECK(server.send(oversize).rejected() == "format.too_large");
}

TEST_CASE("the quota holds") {
  Party party(4'000);
  auto small = party.push(1);
  CHECK(party.server.send(small).rejected() == "");
  auto large = party.push(1, 4'000);
  CHECK(party.server.send(large).rejected() == "server.quota");
}

TEST_CASE("a response is cut at max_response and goes on where it was cut") {
  Party party;
  auto& realm = party.server.realm;
  auto& second = realm.device(roster::Role::cadre, realm.commune);
  auto second_feed = realm.open_feed(second, realm.commune);
  auto& office = realm.device(roster::Role::office, realm.top);
  introduce(party.server);
  constexpr int kRounds = 10, kEach = 6;
  for (int i = 0; i < kRounds; ++i) {  // two phones in turns, so that their segments lie mixed in the ledger
    auto request = party.push(kEach, 6'000);
    CHECK(party.server.send(request).rejected() == "");
    RequestBuilder other(realm, second);
    other.run(second_feed.id, second_feed.next, second_feed.hash);
    for (int k = 0; k < kEach; ++k) other.segment(realm.segment(second, second_feed, 6'000));
    CHECK(party.server.send(other).rejected() == "");
  }
  RequestBuilder pull(realm, office);
  pull.hello.max_response = 200'000;
  std::map<FeedId, std::uint64_t> next;
  std::size_t rounds = 0, runs = 0;
  for (bool more = true; more; ++rounds) {
    REQUIRE(rounds < 20);
    const auto part = party.server.send(pull);
    REQUIRE(part.done);
    CHECK(part.bytes < 210'000);
    for (const auto& segment : part.segments) CHECK(segment.sequence == next[segment.feed]++);
    runs += part.runs.size();
    pull.hello.cursors = part.done->cursors;
    pull.hello.statements_from = part.done->statements_next;
    pull.hello.wraps_from = part.done->wraps_next;
    more = part.done->more;
  }
  CHECK(rounds >= 4);
  CHECK(next[party.feed.id] == kRounds * kEach);
  CHECK(next[second_feed.id] == kRounds * kEach);
  CHECK(runs < 60);  // fewer than if the ledger's order were kept
}

}  // namespace gandan::server::test
