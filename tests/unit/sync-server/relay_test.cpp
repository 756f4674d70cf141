// What the relay takes, what it refuses and what it answers, without a network.
#include <fstream>

#include "relay/verify.hpp"
#include "support/wire_server.hpp"

namespace gandan::server::test {
namespace {

// Admin introduces everything made so far; afterwards the realm's devices are known.
Response introduce(TestServer& server) {
  RequestBuilder request(server.realm, server.realm.admin);
  request.statements(server.realm.statements);
  auto response = server.send(request);
  CHECK(response.refused() == "");
  CHECK(response.rejected() == "");
  return response;
}

struct Party {  // a server with a phone that has a feed
  explicit Party(std::uint64_t quota = 0)
      : server(quota), phone(server.realm.device(roster::Role::cadre, server.realm.commune)) {
    feed = server.realm.open_feed(phone, server.realm.commune);
    introduce(server);
  }
  RequestBuilder request() { return RequestBuilder(server.realm, phone); }
  // Pushes `count` more segments; the head is stated, so the run elides its predecessor.
  RequestBuilder push(std::size_t count, std::size_t size = 120) {
    auto out = request();
    out.hello.own.push_back({feed.id, feed.next, feed.hash});
    out.run(feed.id, feed.next, std::nullopt);
    for (std::size_t i = 0; i < count; ++i) out.segment(server.realm.segment(phone, feed, size));
    return out;
  }
  VerifyReport verify() {
    const Signer signer(must(load_ledger_key(server.data())), server.data());
    const auto store = server.open();
    return must(verify_store(*store, signer));
  }
  TestServer server;
  TestDevice& phone;
  TestFeed feed;
};

void check_own(const Response& response, const TestFeed& feed) {
  REQUIRE(response.welcome.own.size() == 1);
  const auto& own = response.welcome.own[0];
  CHECK(own.head.feed == feed.id);
  CHECK(own.head.next == feed.next);
  CHECK(own.head.hash == feed.hash);
  const auto leaf = ledger::entry_leaf({ledger::EntryType::segment, own.head.hash, own.receipt_ms});
  CHECK(ledger::verify_inclusion(leaf, own.index, response.checkpoint.size, response.checkpoint.root,
                                 own.proof.path)
            .ok());
}

}  // namespace

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

TEST_CASE("a server is set up in a folder of its own, and what an interrupted set-up left is finished") {
  const gandan::test::TempFolder folder;
  const std::string data = folder.path("data");
  SeededRandom random(3);
  std::filesystem::create_directories(data);
  must(replace_file(std::filesystem::path(data) / "letters.txt", as_bytes("x"), false));
  CHECK(init_server(data, "test", random).error().code == Code::folder_in_use);
  CHECK(std::filesystem::exists(data + "/letters.txt"));
  CHECK_FALSE(std::filesystem::exists(data + "/server.db"));
  std::filesystem::remove(data + "/letters.txt");
  REQUIRE(init_server(data, "test", random).ok());
  CHECK(init_server(data, "test", random).error().code == Code::server_set_up);
  std::filesystem::remove(data + "/ledger-key");
  CHECK(init_server(data, "test", random).ok());
}

TEST_CASE("a realm is admitted again by its own card alone") {
  TestServer server;
  const auto key = must(load_ledger_key(server.data()));
  const auto store = server.open();
  auto card = server.realm.card;
  CHECK(admit_realm(*store, key, roster::encode_card(card), 5).ok());
  CHECK(must(store->realms()).front().quota == 5);
  card.address = roster::RealmAddress::from(Bytes(roster::RealmAddress::size, 7));
  CHECK(admit_realm(*store, key, roster::encode_card(card), 6).error().code == Code::other_card);
  TestRealm second(server.key.public_key(), 77);
  auto other = second.card;
  other.address = server.realm.card.address;
  CHECK(admit_realm(*store, key, roster::encode_card(other), 6).error().code == Code::other_card);
  CHECK(must(store->realms()).size() == 1);
  CHECK(must(store->realms()).front().quota == 5);
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
  CHECK(party.server.send(stolen).refused() == "crypto.bad_signature");

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
  CHECK(party.server.send(body).refused() == "crypto.bad_signature");
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

namespace {

RecordId record_of(const FeedId& feed, std::uint8_t n) {
  RecordId out;
  std::copy_n(feed.bytes.begin(), 10, out.bytes.begin());
  out.bytes[15] = n;
  return out;
}
protocol::RecordKeyEntry key_entry(TestRealm& realm, const UnitId& unit, const RecordId& record,
                                   std::uint32_t epoch = 1) {
  protocol::RecordKeyEntry out{unit, record, random_id<KeyId>(realm.random), epoch, {}};
  realm.random.fill(out.ct.bytes);
  return out;
}

}  // namespace

TEST_CASE("keys of records go to who may read their unit, from who may write there") {
  Party party;
  auto& server = party.server;
  auto& realm = server.realm;
  auto& office = realm.device(roster::Role::office, realm.top);
  auto& auditor = realm.device(roster::Role::auditor, realm.top);
  const auto desk = realm.open_feed(office, realm.top);
  introduce(server);
  const auto record = record_of(party.feed.id, 1);
  const auto entry = [&](const UnitId& unit, std::uint32_t epoch = 1) {
    return key_entry(realm, unit, record, epoch);
  };
  const auto push = [&](const TestDevice& by, const Bytes& bytes) {
    RequestBuilder request(realm, by);
    request.add(FrameType::key, bytes);
    const auto response = server.send(request);
    // What the server has comes back, and that is how a device knows.
    CHECK(response.keys.size() == (response.refused() + response.rejected() == "" ? 1 : 0));
    return response.refused() + response.rejected();
  };
  const auto pull = [&](const TestDevice& by, std::uint64_t from, std::uint32_t room = 1u << 20) {
    RequestBuilder request(realm, by);
    request.hello.max_response = room;
    request.add(FrameType::keys_from, protocol::encode(protocol::KeyCursor{from}));
    return server.send(request);
  };
  const auto first = entry(realm.commune);
  const Bytes bytes = protocol::encode_record_key(first);
  CHECK(push(party.phone, bytes) == "");
  CHECK(push(party.phone, bytes) == "");
  auto squat = first;  // the same name by another device takes nobody's place, whoever comes first
  squat.ct.bytes[0] ^= 1;
  const Bytes beside = protocol::encode_record_key(squat);
  CHECK(push(office, beside) == "");
  const Bytes top = protocol::encode_record_key(key_entry(realm, realm.top, record_of(desk.id, 1)));
  CHECK(push(office, top) == "");

  CHECK(push(auditor, protocol::encode_record_key(entry(realm.commune))) == "roster.not_authorized");
  CHECK(push(party.phone, top) == "roster.not_authorized");
  CHECK(push(party.phone, protocol::encode_record_key(entry(realm.commune, 2))) == "format.malformed");
  CHECK(push(party.phone, protocol::encode_record_key(entry(random_id<UnitId>(realm.random)))) ==
        "roster.unknown_unit");
  // A record's unit follows from its id, and there is no other.
  CHECK(push(office, protocol::encode_record_key(entry(realm.top))) == "format.malformed");
  CHECK(push(party.phone, protocol::encode_record_key(key_entry(
                              realm, realm.commune, random_id<RecordId>(realm.random)))) == "feed.unknown");
  CHECK(push(party.phone, Bytes(bytes.begin(), bytes.end() - 1)) == "format.truncated");

  CHECK(pull(party.phone, 0).keys == std::vector<Bytes>{bytes, beside});
  CHECK(pull(office, 0).keys == std::vector<Bytes>{bytes, beside, top});
  CHECK(pull(office, 0).keys_next == 3);
  CHECK(pull(office, 2).keys == std::vector<Bytes>{top});
  CHECK(pull(office, 3).keys.empty());
  CHECK(pull(office, INT64_MAX).keys_next == 3);  // no server is asked about what it has not
  RequestBuilder plain(realm, office);            // who does not ask gets none
  const auto unasked = server.send(plain);
  CHECK(unasked.keys.empty());
  CHECK_FALSE(unasked.keys_next);

  // Bounds: of one device for one record, and of one request. Nobody uses up another one's.
  for (std::size_t i = 1; i < protocol::kMaxKeysPerRecord; ++i)
    REQUIRE(push(party.phone, protocol::encode_record_key(entry(realm.commune))) == "");
  CHECK(push(party.phone, protocol::encode_record_key(entry(realm.commune))) == "format.too_large");
  CHECK(push(office, protocol::encode_record_key(entry(realm.commune))) == "");
  RequestBuilder many(realm, party.phone);
  for (std::size_t i = 0; i <= kMaxKeysPerRequest; ++i) many.add(FrameType::key, bytes);
  CHECK(server.send(many).refused() == "format.too_large");

  // None of it is in the ledger, and it is there after a restart.
  CHECK(pull(office, 0).checkpoint.size == realm.statements.size() + 1);
  server.stop();
  server.start();
  CHECK(pull(office, 0).keys.size() == protocol::kMaxKeysPerRecord + 3);
  CHECK(pull(office, 9).keys_next == protocol::kMaxKeysPerRecord + 3);

  // Transferred: what was written in the former unit may have been accepted, and its keys come, also back.
  const auto elsewhere = realm.unit(realm.top);
  realm.by_admin(
      roster::GrantBody{party.phone.key.public_key(), party.phone.box, roster::Role::cadre, elsewhere});
  realm.revoke(party.phone, realm.commune);
  introduce(server);
  CHECK(push(party.phone, protocol::encode_record_key(
                              key_entry(realm, realm.commune, record_of(party.feed.id, 2)))) == "");
  CHECK(pull(party.phone, 0).keys.empty());
}

TEST_CASE("no key comes under the id of a record whose maker's segments are refused in the same request") {
  Party party;
  auto& server = party.server;
  auto& realm = server.realm;
  auto copy = party.feed;  // what a restored vault goes on with
  auto first = party.push(1);
  CHECK(server.send(first).rejected() == "");
  const auto key = protocol::encode_record_key(key_entry(realm, realm.commune, record_of(party.feed.id, 0)));
  auto request = party.request();
  request.add(FrameType::keys_from, protocol::encode(protocol::KeyCursor{0}));
  request.run(copy.id, 0, std::nullopt).segment(realm.segment(party.phone, copy));
  request.add(FrameType::key, key);
  const auto response = server.send(request);
  std::vector<std::string> codes;
  for (const auto& one : response.welcome.rejected) codes.push_back(one.code);
  CHECK(codes == std::vector<std::string>{"feed.fork", "feed.broken_chain"});
  CHECK(response.keys.empty());
  auto later = party.request();
  later.add(FrameType::keys_from, protocol::encode(protocol::KeyCursor{0}));
  CHECK(server.send(later).keys.empty());
}

TEST_CASE("what the log has of deleted keys goes with a later commit where a reader was in the way") {
  if (on_postgresql()) return;  // it is SQLite's log
  Party party;
  auto& server = party.server;
  auto& realm = server.realm;
  auto& second = realm.device(roster::Role::admin, realm.top);
  introduce(server);
  const auto erased = key_entry(realm, realm.commune, record_of(party.feed.id, 1));
  auto push = party.request();
  push.add(FrameType::key, protocol::encode_record_key(erased));
  CHECK(server.send(push).rejected() == "");
  for (std::uint8_t n = 2; n < 40; ++n) {
    auto more = party.request();
    for (std::size_t i = 0; i < protocol::kMaxKeysPerRecord; ++i)
      more.add(FrameType::key,
               protocol::encode_record_key(key_entry(realm, realm.commune, record_of(party.feed.id, n))));
    CHECK(server.send(more).rejected() == "");
  }
  const auto in_files = [&] { return server.files_hold(erased.ct.view()); };
  CHECK(in_files());
  const Bytes proposal = realm.by_admin(
      roster::ProposeBody{roster::EraseAct{record_of(party.feed.id, 1), roster::EraseReason::person}});
  const Hash name = roster::statement_hash(realm.id, must(roster::decode_statement(proposal)));
  RequestBuilder approve(realm, second);
  approve.add(FrameType::statement, proposal);
  approve.add(FrameType::statement, realm.make(second.id(), second.key, roster::ApproveBody{name}));
  {
    storage::Options options;
    options.path = server.data() + "/server.db";
    options.mode = storage::Mode::read_only;
    options.exclusive = false;
    auto reader = must(storage::Database::open(options));
    must(reader.execute("BEGIN"));
    CHECK(must(reader.integer("SELECT count(*) FROM record_key")) == 38 * protocol::kMaxKeysPerRecord + 1);
    CHECK(server.send(approve).rejected() == "");
    CHECK(in_files());
  }
  auto next = party.push(1);
  CHECK(server.send(next).rejected() == "");
  CHECK_FALSE(in_files());
  // The others were written anew, and the pages where they lay are free, and zeros.
  server.stop();
  storage::Options options;
  options.path = server.data() + "/server.db";
  auto db = must(storage::Database::open(options));
  CHECK(must(db.integer("PRAGMA freelist_count")).value() > 5);
  CHECK(must(db.integer("SELECT count(*) FROM record_key")) == 38 * protocol::kMaxKeysPerRecord);
}

TEST_CASE("an erasure deletes its record's keys with the approval, and no key of it comes again") {
  Party party;
  auto& server = party.server;
  auto& realm = server.realm;
  auto& second = realm.device(roster::Role::admin, realm.top);
  introduce(server);
  const auto entry = [&](std::uint8_t n) {
    return key_entry(realm, realm.commune, record_of(party.feed.id, n));
  };
  const auto erased = entry(1), kept = entry(2);
  auto push = party.request();
  for (const auto& one : {erased, kept}) push.add(FrameType::key, protocol::encode_record_key(one));
  CHECK(server.send(push).rejected() == "");
  const auto keys = [&] {
    auto request = party.request();
    request.add(FrameType::keys_from, protocol::encode(protocol::KeyCursor{0}));
    return server.send(request).keys;
  };
  CHECK(keys().size() == 2);

  const Bytes proposal = realm.by_admin(
      roster::ProposeBody{roster::EraseAct{record_of(party.feed.id, 1), roster::EraseReason::person}});
  const Hash name = roster::statement_hash(realm.id, must(roster::decode_statement(proposal)));
  RequestBuilder propose(realm, realm.admin);
  propose.add(FrameType::statement, proposal);
  CHECK(server.send(propose).rejected() == "");
  CHECK(keys().size() == 2);
  // By the server's own judgement: the proposer's approval is refused, whatever a device thinks of it.
  const auto own = realm.sign(realm.admin.id(), realm.admin.key, roster::ApproveBody{name});
  RequestBuilder forged(realm, realm.admin);
  forged.add(FrameType::statement, roster::encode_statement(own));
  CHECK(server.send(forged).rejected() == "act.same_person");
  CHECK(keys().size() == 2);

  RequestBuilder approve(realm, second);
  approve.add(FrameType::statement, realm.make(second.id(), second.key, roster::ApproveBody{name}));
  // In the same request, behind it: refused as any later one.
  approve.add(FrameType::key, protocol::encode_record_key(entry(1)));
  CHECK(server.send(approve).rejected() == "record.erased");
  CHECK(keys() == std::vector<Bytes>{protocol::encode_record_key(kept)});
  auto again = party.request();
  again.add(FrameType::key, protocol::encode_record_key(erased));
  CHECK(server.send(again).rejected() == "record.erased");
  // Nothing of it is left in the store's files, nor after a restart.
  server.stop();
  CHECK_FALSE(server.files_hold(erased.ct.view()));
  CHECK(server.files_hold(kept.ct.view()));
  server.start();
  CHECK(keys().size() == 1);
}

TEST_CASE("a hold is taken behind the opening of its record's feed, for everybody judges it by that") {
  Party party;
  auto& realm = party.server.realm;
  introduce(party.server);
  const auto held = [&](const RecordId& record) {
    RequestBuilder request(realm, realm.admin);
    request.add(FrameType::statement, roster::encode_statement(realm.sign(realm.admin.id(), realm.admin.key,
                                                                          roster::HoldBody{record})));
    return party.server.send(request).rejected();
  };
  CHECK(held(random_id<RecordId>(realm.random)) == "feed.unknown");
  CHECK(held(record_of(party.feed.id, 1)) == "");
}

TEST_CASE("what takes two administrators, the server takes from no single one") {
  Party party;
  auto& server = party.server;
  auto& realm = server.realm;
  auto& second = realm.device(roster::Role::admin, realm.top);
  realm.by_admin(roster::ProposeBody{roster::ThresholdAct{2}});
  introduce(server);
  const auto alone = [&](roster::Body body) {
    RequestBuilder request(realm, realm.admin);
    request.add(FrameType::statement,
                roster::encode_statement(realm.sign(realm.admin.id(), realm.admin.key, std::move(body))));
    return server.send(request).rejected();
  };
  const roster::RevokeBody removal{second.id(), realm.top, roster::RevokeReason::misuse};
  const TestDevice friendly(realm.random);
  CHECK(alone(removal) == "act.needs_approval");
  CHECK(alone(roster::GrantBody{friendly.key.public_key(), friendly.box, roster::Role::admin,
                                realm.commune}) == "act.needs_approval");
  CHECK(alone(roster::AcceptBody{party.feed.id, 3, {}}) == "act.needs_approval");
  // Proposed, it changes nothing for the one it is about.
  CHECK(alone(roster::ProposeBody{removal}) == "");
  RequestBuilder still(realm, second);
  CHECK(server.send(still).rejected() == "");
}

TEST_CASE("wraps go to whom they are for, from administrators only") {
  Party party;
  auto& realm = party.server.realm;
  const auto wrap = [&](const DeviceId& recipient) {
    protocol::Wrap out;
    out.unit = realm.commune;
    out.epoch = 1;
    out.kind = protocol::WrapKind::device;
    out.recipient = protocol::RecipientId::from(recipient.view());
    out.enc = random_id<BoxPublicKey>(realm.random);
    out.ct.resize(protocol::kWrapCiphertextBytes);
    return protocol::encode_wrap(out);
  };
  auto& other = realm.device(roster::Role::cadre, realm.commune);
  introduce(party.server);
  RequestBuilder send(realm, realm.admin);
  const Bytes mine = wrap(party.phone.id());
  send.add(FrameType::wrap, mine).add(FrameType::wrap, wrap(other.id())).add(FrameType::wrap, mine);
  CHECK(party.server.send(send).rejected() == "");
  auto ask = party.request();
  const auto got = party.server.send(ask);
  REQUIRE(got.wraps.size() == 1);
  CHECK(got.wraps[0] == mine);
  CHECK(got.done->wraps_next == 2);
  ask.hello.wraps_from = 2;
  CHECK(party.server.send(ask).wraps.empty());
  auto forbidden = party.request();
  forbidden.add(FrameType::wrap, wrap(other.id()));
  CHECK(party.server.send(forbidden).rejected() == "roster.not_authorized");
}

TEST_CASE("what was acknowledged is there after a restart, and the checkpoint goes on") {
  Party party;
  ledger::Checkpoint last;
  for (int i = 0; i < 3; ++i) {
    auto request = party.push(200);  // over the edge of a tile
    const auto response = party.server.send(request);
    CHECK(response.rejected() == "");
    check_own(response, party.feed);
    party.server.stop();
    party.server.start();
    auto ask = party.request();
    ask.hello.checkpoint_size = last.size;
    ask.hello.own.push_back({party.feed.id, party.feed.next, party.feed.hash});
    const auto after = party.server.send(ask);
    CHECK(after.checkpoint == response.checkpoint);
    check_own(after, party.feed);
    if (last.size > 0)
      CHECK(ledger::verify_consistency(last.size, last.root, after.checkpoint.size, after.checkpoint.root,
                                       after.welcome.consistency.path)
                .ok());
    last = after.checkpoint;
  }
  party.server.stop();
  CHECK(party.verify().findings.empty());
}

TEST_CASE("a store older than the signer's memory is not opened") {
  Party party;
  auto first = party.push(1);
  CHECK(party.server.send(first).rejected() == "");
  party.server.stop();
  party.server.back_up();
  party.server.start();
  auto second = party.push(1);
  CHECK(party.server.send(second).rejected() == "");
  party.server.stop();
  party.server.restore();
  const auto reopened = Relay::open(party.server.options(), party.server.clock);
  REQUIRE(!reopened.ok());
  CHECK(reopened.error().code == Code::ledger_behind);
  const auto report = party.verify();
  REQUIRE(!report.findings.empty());
  CHECK(report.findings[0].code == Code::ledger_behind);
}

TEST_CASE("verify names what was changed in a store") {
  Party party;
  auto request = party.push(5);
  CHECK(party.server.send(request).rejected() == "");
  party.server.stop();
  const auto attack = [&](const std::string& sql) { party.server.sql(sql); };
  const auto codes = [&] {
    std::set<Code> out;
    for (const auto& finding : party.verify().findings) out.insert(finding.code);
    return out;
  };
  CHECK(codes().empty());
  SECTION("a segment removed") {
    attack("DELETE FROM segment WHERE seq = 2");
    CHECK(codes() == std::set<Code>{Code::broken_chain, Code::not_in_ledger});
  }
  SECTION("a receipt time changed") {
    attack("UPDATE segment SET receipt = receipt - 86400000 WHERE seq = 2");
    CHECK(codes() == std::set<Code>{Code::receipt_changed});
  }
  SECTION("two segments swapped") {
    attack(
        "UPDATE segment SET seq = 99 WHERE seq = 1; UPDATE segment SET seq = 1 WHERE seq = 2;"
        "UPDATE segment SET seq = 2 WHERE seq = 99");
    CHECK(codes().count(Code::broken_chain) == 1);
  }
  SECTION("a flipped byte") {
    party.server.sql("UPDATE segment SET bytes = zeroblob(length(bytes)) WHERE seq = 4",
                     "UPDATE segment SET bytes = decode(repeat('00', length(bytes)), 'hex') WHERE seq = 4");
    CHECK(!codes().empty());
  }
  SECTION("an entry cut off") {
    attack(
        "DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry);"
        "DELETE FROM segment WHERE seq = 4; UPDATE feed SET next = 4");
    party.server.sql("UPDATE realm SET size = size - 1", "UPDATE ledger SET size = size - 1");
    CHECK(codes().count(Code::ledger_behind) == 1);
  }
}

TEST_CASE("many connections at once push to one realm, and nothing is lost or doubled") {
  TestServer server;
  constexpr int kPhones = 6, kPushes = 20;
  std::vector<TestDevice*> phones;
  std::vector<TestFeed> feeds;
  for (int i = 0; i < kPhones; ++i) {
    phones.push_back(&server.realm.device(roster::Role::cadre, server.realm.commune));
    feeds.push_back(server.realm.open_feed(*phones.back(), server.realm.commune));
  }
  introduce(server);
  std::vector<std::vector<Bytes>> bodies(kPhones);
  for (int i = 0; i < kPhones; ++i)
    for (int k = 0; k < kPushes; ++k) {
      RequestBuilder request(server.realm, *phones[i]);
      request.hello.own.push_back({feeds[i].id, feeds[i].next, feeds[i].hash});
      request.run(feeds[i].id, feeds[i].next, std::nullopt)
          .segment(server.realm.segment(*phones[i], feeds[i]));
      bodies[i].push_back(server.body(request));
    }
  std::vector<std::uint64_t> reached(kPhones);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kPhones; ++i)
      threads.emplace_back([&, i] {
        for (const auto& body : bodies[i]) {
          const auto response = server.send(body, 77);
          if (response.welcome.own.size() == 1) reached[i] = response.welcome.own[0].head.next;
        }
      });
  }
  for (const auto next : reached) CHECK(next == kPushes);
  CHECK(server.relay->counters().segments_accepted == kPhones * kPushes);
  server.stop();
  const Signer signer(must(load_ledger_key(server.data())), server.data());
  const auto store = server.open();
  const auto report = must(verify_store(*store, signer));
  CHECK(report.findings.empty());
  CHECK(report.segments == kPhones * kPushes);
}

}  // namespace gandan::server::test
