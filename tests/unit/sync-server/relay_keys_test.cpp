// What the relay keeps for devices that it cannot read: keys of records, wraps, and the acts that end them.
#include "party.hpp"

namespace gandan::server::test {

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

TEST_CASE("wraps go to whom they are for, from administrators, and from members to those") {
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
  ask.hello.wraps_from = std::uint64_t{1} << 40;  // what another server said, or one that lied
  CHECK(party.server.send(ask).done->wraps_next == 2);
  auto forbidden = party.request();
  forbidden.add(FrameType::wrap, wrap(other.id()));
  CHECK(party.server.send(forbidden).rejected() == "roster.not_authorized");
  // A secret that no administrator may have: from whoever has it by a role in the unit.
  auto up = party.request();
  up.add(FrameType::wrap, wrap(realm.admin.id()));
  CHECK(party.server.send(up).rejected() == "");
  auto& elsewhere = realm.device(roster::Role::cadre, realm.top);
  introduce(party.server);
  RequestBuilder from_elsewhere(realm, elsewhere);
  from_elsewhere.add(FrameType::wrap, wrap(realm.admin.id()));
  CHECK(party.server.send(from_elsewhere).rejected() == "roster.not_authorized");
}

TEST_CASE(
    "of a wrap for nobody who reads the unit nothing is kept, nor more of one secret than anybody needs") {
  Party party;
  auto& realm = party.server.realm;
  auto& local = realm.device(roster::Role::admin, realm.commune);
  auto& auditor = realm.device(roster::Role::auditor, realm.commune);
  auto& above = realm.device(roster::Role::office, realm.top);  // which reads by the unit's parent
  introduce(party.server);
  protocol::Wrap wrap;
  wrap.unit = realm.commune;
  wrap.epoch = 1;
  wrap.kind = protocol::WrapKind::parent;
  wrap.recipient = protocol::RecipientId::from(realm.top.view());
  wrap.recipient_epoch = 1;
  wrap.ct.resize(protocol::kWrapCiphertextBytes);
  const auto sent = [&](TestDevice& by, const protocol::Wrap& out) {
    auto copy = out;
    copy.enc = random_id<BoxPublicKey>(realm.random);
    RequestBuilder send(realm, by);
    send.add(FrameType::wrap, protocol::encode_wrap(copy));
    return party.server.send(send).rejected();
  };
  const auto kept = [&] {
    auto ask = party.request();
    return party.server.send(ask).done->wraps_next;
  };
  const auto of_changed = [&](auto change) {
    auto copy = wrap;
    change(copy);
    const auto before = kept();
    const auto answer = sent(local, copy);
    CHECK(kept() - before == (answer.empty() ? 1 : 0));
    return answer;
  };
  const auto to = [](protocol::Wrap& w, protocol::WrapKind kind, ByteView recipient, std::uint32_t epoch) {
    w.kind = kind;
    w.recipient = protocol::RecipientId::from(recipient);
    w.recipient_epoch = epoch;
  };
  using protocol::WrapKind;
  CHECK(of_changed([](auto& w) { w.epoch = 2; }) == "roster.unknown_unit");
  CHECK(of_changed([](auto& w) { w.recipient_epoch = 2; }) == "roster.unknown_unit");
  CHECK(of_changed([&](auto& w) { to(w, WrapKind::parent, realm.commune.view(), 1); }) ==
        "roster.unknown_unit");
  CHECK(of_changed([&](auto& w) { to(w, WrapKind::next_epoch, realm.commune.view(), 1); }) ==
        "roster.unknown_unit");
  CHECK(of_changed([&](auto& w) { to(w, WrapKind::device, realm.admin.id().view(), 0); }) == "");
  CHECK(of_changed([&](auto& w) { to(w, WrapKind::device, above.id().view(), 0); }) ==
        "roster.unknown_device");
  CHECK(of_changed([&](auto& w) { to(w, WrapKind::device, auditor.id().view(), 0); }) ==
        "roster.unknown_device");
  CHECK(of_changed([&](auto& w) { to(w, WrapKind::device, party.phone.id().view(), 0); }) == "");

  // The same one, once the ledger has what it goes with.
  auto& fresh = realm.device(roster::Role::cadre, realm.commune);
  const auto for_fresh = [&](auto& w) { to(w, WrapKind::device, fresh.id().view(), 0); };
  CHECK(of_changed(for_fresh) == "roster.unknown_device");
  introduce(party.server);
  CHECK(of_changed(for_fresh) == "");

  std::string last;
  int taken = 0;
  for (; taken < 20 && last.empty(); ++taken) last = sent(local, wrap);
  CHECK(last == "format.too_large");
  CHECK(taken == kMaxWrapCopies + 1);
  CHECK(sent(realm.admin, wrap) == "");  // another one's room is his own
}

}  // namespace gandan::server::test
