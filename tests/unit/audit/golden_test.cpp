// Golden bytes of a proof file, and what is refused of it.
#include "support/golden.hpp"
#include "audit/proof.hpp"
#include "unit/audit/ledger_realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct SmallRealm : LedgerRealm {
  SmallRealm() : LedgerRealm(60) {
    receive(*admin);
    deliver(*phone, false);
    // Two ops in one segment, and one alone: both small enough to be stored, not compressed, so that they are
    // the same with every zstd.
    record = phone->write(commune, {text("t", "a"), text("u", "b")});
    receive(*phone);
    deliver(*phone, false);
    phone->edit(commune, record, {text("t", "c")});
    receive(*phone);
    receive(*admin);
    deliver(*supervisor, true);
  }
  Bytes prove() { return must(audit::prove(*supervisor->vault, record)); }
  // The file with its last segment signed by that key, in a ledger that has it so.
  audit::ProofFile signed_by(audit::ProofFile file, const crypto::SigningKey& key) {
    auto& last = file.segments.back();
    auto stub = must(protocol::decode_stub(last.stub));
    stub.signature =
        key.sign(protocol::signed_message(realm(), stub.header, stub.previous, stub.ciphertext_hash));
    last.stub = protocol::encode_stub(stub);
    log[last.place.index].entry.hash = protocol::segment_hash(realm(), stub);
    file.checkpoint = checkpoint().note;
    const auto leaves = tree();
    const auto place = [&](audit::Place& one) {
      one.path = must(ledger::inclusion_proof(one.index, log.size(), leaves)).path;
    };
    for (auto& statement : file.statements)
      if (statement.place) place(*statement.place);
    for (auto& segment : file.segments) place(segment.place);
    for (auto& named : file.named)
      named.consistency = must(ledger::consistency_proof(named.size, log.size(), leaves)).path;
    return file;
  }

  std::unique_ptr<Device> phone = enrolled("phone", roster::Role::cadre, commune);
  std::unique_ptr<Device> supervisor = enrolled("supervisor", roster::Role::supervisor, top);
  RecordId record;
};

}  // namespace

TEST_CASE("golden bytes of a proof file") {
  Golden golden("audit");
  SmallRealm realm;
  const Bytes kept = golden.same("proof", realm.prove());
  const auto fingerprint = Hash::from(golden.same("proof.fingerprint", realm.fingerprint().view()));
  const auto report = must(audit::verify_proof(kept, fingerprint));
  REQUIRE(report.ops.size() == 3);
  CHECK(report.ops[0].replaced);
  CHECK(report.ops[2].path == "t");
  CHECK(std::get<std::string>(report.ops[2].value) == "c");
  const auto file = must(audit::decode_proof_file(kept, [](ByteView) { return Status(); }));
  CHECK(audit::encode_proof_file(file) == kept);
  REQUIRE(file.segments.size() == 2);
  CHECK(file.named.size() == 2);
}

// tools/verify-proof and the command line are held against it, too: tests/integration/verify-proof. A server
// took in, and proves, a change in a phone's log that the phone never signed: all but the signature is right.
TEST_CASE("golden bytes of a proof of a change that its author did not sign") {
  Golden golden("audit");
  SmallRealm realm;
  const auto root = Hash::from(golden.same("proof.fingerprint", realm.fingerprint().view()));
  const auto file = must(audit::decode_proof_file(realm.prove(), [](ByteView) { return Status(); }));
  CHECK(must(audit::verify_proof(audit::encode_proof_file(file), root)).ops.size() == 3);
  auto forged = realm.signed_by(file, realm.phone->vault->identity().sign);
  CHECK(must(audit::verify_proof(audit::encode_proof_file(forged), root)).ops.size() == 3);
  forged = realm.signed_by(file, realm.supervisor->vault->identity().sign);
  const Bytes kept = golden.same("proof.unsigned", audit::encode_proof_file(forged));
  const auto checked = audit::verify_proof(kept, root);
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.error().code == Code::bad_signature);
}

TEST_CASE_METHOD(SmallRealm, "a proof file is refused when it is cut, longer, or changed anywhere") {
  const Bytes proof = prove();
  const auto check = [&](ByteView bytes) { return audit::verify_proof(bytes, fingerprint()); };
  REQUIRE(check(proof).ok());
  refuses_other_lengths(proof, check);
  CHECK(check(with_byte(proof, 13, 2)).error().code == Code::newer_format);
  CHECK(check(with_byte(proof, 0, 'G')).error().code == Code::malformed);
  for (std::size_t at = 0; at < proof.size(); ++at) {
    CAPTURE(at);
    CHECK_FALSE(check(with_byte(proof, at, static_cast<std::uint8_t>(proof[at] ^ 0x01))).ok());
  }
  CHECK_FALSE(audit::verify_proof(proof, Hash{}).ok());
}
