// What the relay takes of witnesses, and what it hands out, without a network.
#include "protocol/witness.hpp"

#include "relay/verify.hpp"
#include "support/wire_server.hpp"

namespace gandan::server::test {
namespace {

struct Watched {
  Watched()
      : supervisor(server.realm.device(roster::Role::supervisor, server.realm.top)),
        phone(server.realm.device(roster::Role::cadre, server.realm.commune)) {
    RequestBuilder request(server.realm, server.realm.admin);
    server.send(request.statements(server.realm.statements));
  }
  // The newest checkpoint, as the log signed it.
  std::string note() {
    RequestBuilder request(server.realm, phone);
    return server.send(request).welcome.checkpoint;
  }
  std::string cosign(const std::string& note, const TestDevice& device, std::int64_t time_s) {
    const auto key = protocol::witness_key(device.id(), device.key.public_key());
    return must(ledger::cosign_checkpoint(note, key.name, device.key, time_s));
  }
  Response say(const TestDevice& device, std::string cosigned, std::vector<std::uint64_t> sizes = {}) {
    RequestBuilder request(server.realm, device);
    request.add(FrameType::witness,
                protocol::encode(protocol::Witness{std::move(cosigned), std::move(sizes)}));
    return server.send(request);
  }
  std::int64_t now_s() { return server.clock.wall_ms() / 1000; }
  void grow() {
    server.realm.device(roster::Role::cadre, server.realm.commune);
    RequestBuilder request(server.realm, server.realm.admin);
    server.send(request.statements(server.realm.statements));
  }

  TestServer server;
  TestDevice& supervisor;
  TestDevice& phone;
};

}  // namespace

TEST_CASE_METHOD(Watched, "a cosignature is taken, handed out with its proof, and outlives a restart") {
  CHECK_FALSE(server.send(*std::make_unique<RequestBuilder>(server.realm, phone)).witnessed);  // not asked
  const auto seen = note();
  const auto told = say(supervisor, cosign(seen, supervisor, now_s()));
  CHECK(told.rejected().empty());
  REQUIRE(told.witnessed);
  REQUIRE(told.witnessed->cosigned.size() == 1);
  grow();
  server.stop();
  server.start();
  const auto later = say(phone, {}, {1, told.checkpoint.size});
  REQUIRE(later.witnessed);
  REQUIRE(later.witnessed->cosigned.size() == 1);
  const auto& one = later.witnessed->cosigned[0];
  const auto checkpoint = must(ledger::open_checkpoint(one.note, server.note_key()));
  CHECK(checkpoint == told.checkpoint);
  CHECK(later.checkpoint.size > checkpoint.size);
  must(ledger::verify_consistency(checkpoint.size, checkpoint.root, later.checkpoint.size,
                                  later.checkpoint.root, one.consistency.path));
  const auto key = protocol::witness_key(supervisor.id(), supervisor.key.public_key());
  CHECK(must(ledger::cosignatures(one.note, {&key, 1})).size() == 1);
  REQUIRE(later.witnessed->proofs.size() == 2);
  must(ledger::verify_consistency(checkpoint.size, checkpoint.root, later.checkpoint.size,
                                  later.checkpoint.root, later.witnessed->proofs[1].path));
  {
    const Signer signer(must(load_ledger_key(server.data())), server.data());
    const auto store = server.open();
    CHECK(must(store->cosignatures(1)).size() == 1);
    CHECK(must(verify_store(*store, signer)).findings.empty());
    Batch lie;  // a cosigned checkpoint that the entries do not give
    lie.progress = must(store->progress(1));
    lie.cosignatures.push_back(
        {supervisor.id(), 1,
         ledger::sign_checkpoint({server.note_key().name, 1, Hash::from(Bytes(32, 7))}, server.key)});
    if (store->shared()) ++lie.progress.version;
    must(store->hold(1));
    must(store->commit(1, lie));
    const auto report = must(verify_store(*store, signer));
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].code == Code::ledger_rewritten);
  }
  // Of a size that never was there is nothing to show.
  CHECK(say(phone, {}, {1'000'000}).witnessed->proofs.at(0).path.empty());
}

TEST_CASE_METHOD(Watched, "what is no witness's word on this ledger is rejected by name") {
  const auto seen = note();
  const auto rejected = [&](const TestDevice& device, const std::string& cosigned) {
    const auto response = say(device, cosigned);
    CHECK(response.refused().empty());
    CHECK(response.witnessed->cosigned.empty());
    return response.rejected();
  };
  const auto good = cosign(seen, supervisor, now_s());
  CHECK(rejected(phone, cosign(seen, phone, now_s())) == "roster.not_authorized");
  CHECK(rejected(phone, good) == "roster.not_authorized");  // another one's word
  CHECK(rejected(supervisor, seen) == "crypto.bad_signature");
  CHECK(rejected(supervisor, cosign(seen, phone, now_s())) == "crypto.bad_signature");
  CHECK(rejected(supervisor, cosign(seen, supervisor, now_s() + 3600)) == "clock.off");
  CHECK(rejected(supervisor, "nonsense") == "format.malformed");
  // Signed by this server's key, and not of this ledger.
  const auto origin = server.note_key().name;
  const auto other = [&](std::uint64_t size) {
    return ledger::sign_checkpoint({origin, size, Hash::from(Bytes(32, 7))}, server.key);
  };
  CHECK(rejected(supervisor, cosign(other(1), supervisor, now_s())) == "ledger.bad_checkpoint");
  CHECK(rejected(supervisor, cosign(other(5000), supervisor, now_s())) == "ledger.bad_checkpoint");
  const auto stranger = crypto::SigningKey::generate(server.realm.random);
  CHECK(rejected(supervisor, cosign(ledger::sign_checkpoint({origin, 1, Hash{}}, stranger), supervisor,
                                    now_s())) == "crypto.bad_signature");
  CHECK(say(supervisor, good).rejected().empty());
}

TEST_CASE_METHOD(Watched, "the larger one stays, and one size has one note for all its witnesses") {
  auto& auditor = server.realm.device(roster::Role::auditor, server.realm.top);
  grow();
  const auto first = cosign(note(), supervisor, now_s());
  grow();
  const auto second = note();
  say(supervisor, cosign(second, supervisor, now_s()));
  CHECK(say(supervisor, first).rejected().empty());  // an older one changes nothing
  const auto told = say(auditor, cosign(second, auditor, now_s()));
  REQUIRE(told.witnessed->cosigned.size() == 1);
  const ledger::NoteKey keys[] = {protocol::witness_key(supervisor.id(), supervisor.key.public_key()),
                                  protocol::witness_key(auditor.id(), auditor.key.public_key())};
  CHECK(must(ledger::cosignatures(told.witnessed->cosigned[0].note, keys)).size() == 2);
  // Who is removed is heard no more.
  server.realm.revoke(auditor, server.realm.top);
  RequestBuilder request(server.realm, server.realm.admin);
  server.send(request.statements(server.realm.statements));
  const auto after = say(phone, {});
  REQUIRE(after.witnessed->cosigned.size() == 1);
  CHECK(must(ledger::cosignatures(after.witnessed->cosigned[0].note, keys)).size() == 1);
}

}  // namespace gandan::server::test
