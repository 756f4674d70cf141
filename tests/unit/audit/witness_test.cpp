// Proofs under a checkpoint that witnesses cosigned: which one is taken, who is said to have cosigned, and
// that a forged line is refused.
#include "vault/witness.hpp"
#include "audit/proof.hpp"
#include "support/catch.hpp"
#include "unit/audit/ledger_realm.hpp"

namespace witness_proof_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr std::int64_t kTime = 1'790'000'000;

struct Witnessed : AuditedRealm {
  Witnessed() {
    second = enrolled("second", roster::Role::auditor, top);
    receive(*admin);
    deliver(*supervisor, true);
  }
  // What the device has verified, cosigned by it, lies in the supervisor's vault.
  void cosign(Device& witness, const vault::Vault::SeenCheckpoint& seen) {
    const auto& identity = witness.vault->identity();
    const auto key = protocol::witness_key(identity.id, identity.sign.public_key());
    const auto note = must(ledger::cosign_checkpoint(seen.note, key.name, identity.sign, kTime));
    must(vault::keep_cosigned(*supervisor->vault, {identity.id, seen.size, seen.root, kTime, note, false}));
  }
  Result<audit::ProofReport> check(ByteView proof) const { return audit::verify_proof(proof, fingerprint()); }
  audit::ProofReport proven(const RecordId& record) {
    return must(check(must(audit::prove(*supervisor->vault, record))));
  }
  // The proof with its checkpoint's note changed.
  Result<audit::ProofReport> with_note(const std::function<void(ledger::Note&)>& change) {
    const auto proof = must(audit::prove(*supervisor->vault, visit));
    auto file = must(audit::decode_proof_file(proof, [](ByteView) { return Status(); }));
    auto note = must(ledger::parse_note(file.checkpoint));
    change(note);
    file.checkpoint = ledger::print_note(note);
    return check(audit::encode_proof_file(file));
  }

  std::unique_ptr<Device> supervisor = audited_by();
  std::unique_ptr<Device> second;
};

}  // namespace

TEST_CASE_METHOD(Witnessed,
                 "a proof stands under the checkpoint that most witnesses cosigned, and names them") {
  CHECK(proven(visit).witnesses.empty());
  const auto one = checkpoint();
  cosign(*supervisor, one);
  const auto report = proven(visit);
  REQUIRE(report.witnesses.size() == 1);
  CHECK(report.witnesses[0].witness == supervisor->vault->identity().id);
  CHECK(report.witnesses[0].time_s == kTime);
  CHECK(report.ledger_size == one.size);

  a->edit(commune, meeting, {text("note", "ba mươi mốt hộ")});
  receive(*a);
  deliver(*supervisor, true);
  cosign(*second, one);  // two for the smaller one, which covers the visit
  const auto both = proven(visit);
  CHECK(both.witnesses.size() == 2);
  CHECK(both.ledger_size == one.size);
}

TEST_CASE_METHOD(Witnessed, "what was received behind every cosigned checkpoint is proven under the newest") {
  cosign(*supervisor, checkpoint());
  a->edit(commune, visit, {text("next", "mồng năm")});
  receive(*a);
  deliver(*supervisor, true);
  const auto late = proven(visit);
  CHECK(late.witnesses.empty());
  CHECK(late.ledger_size == log.size());
  CHECK(proven(meeting).witnesses.size() == 1);  // nothing of it lies behind
}

TEST_CASE_METHOD(Witnessed, "a cosignature of somebody who may witness no more is not taken") {
  cosign(*supervisor, checkpoint());
  cosign(*second, checkpoint());
  remove_only(*admin, *second, top, roster::RevokeReason::left);
  receive(*admin);
  deliver(*supervisor, true);
  const auto report = proven(visit);
  REQUIRE(report.witnesses.size() == 1);
  CHECK(report.witnesses[0].witness == supervisor->vault->identity().id);
}

TEST_CASE_METHOD(Witnessed, "a forged cosignature is refused, and a stranger's line says nothing") {
  cosign(*supervisor, checkpoint());
  const auto& identity = supervisor->vault->identity();
  const auto key = protocol::witness_key(identity.id, identity.sign.public_key());
  REQUIRE(with_note([](ledger::Note&) {}).ok());
  const auto refusal = [&](const std::function<void(ledger::Note&)>& change) {
    const auto checked = with_note(change);
    return checked.ok() ? Code::internal : checked.error().code;
  };
  CHECK(refusal([](ledger::Note& note) { note.signatures.back().signature.back() ^= 1; }) ==
        Code::bad_signature);
  // Another time than it signed.
  CHECK(refusal([](ledger::Note& note) { note.signatures.back().signature[7] ^= 1; }) == Code::bad_signature);
  // A line of the second witness, whom the file names, by another key: its own id, not its signature.
  CHECK(refusal([&](ledger::Note& note) {
          auto line = ledger::cosign_note(note.text, key.name, crypto::SigningKey::generate(random), kTime);
          line.key_id = ledger::key_id(key);
          note.signatures.push_back(line);
        }) == Code::bad_signature);
  const auto stranger = with_note([&](ledger::Note& note) {
    note.signatures.push_back(
        ledger::cosign_note(note.text, "witness.example", crypto::SigningKey::generate(random), kTime));
    // A cadre's phone may not witness, however well it signs.
    const auto& phone = a->vault->identity();
    note.signatures.push_back(ledger::cosign_note(
        note.text, protocol::witness_key(phone.id, phone.sign.public_key()).name, phone.sign, kTime));
  });
  REQUIRE(stranger.ok());
  CHECK(stranger->witnesses.size() == 1);
  const auto dropped = with_note([](ledger::Note& note) { note.signatures.pop_back(); });
  REQUIRE(dropped.ok());
  CHECK(dropped->witnesses.empty());
}

}  // namespace witness_proof_test
