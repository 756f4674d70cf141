// Evidence that a server signed two ledgers: its bytes, and that nobody can make it up.
#include "audit/split_view.hpp"

#include "support/golden.hpp"
#include "sync/witness.hpp"
#include "unit/audit/ledger_realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct Accused : LedgerRealm {
  Accused() : LedgerRealm(60) {
    must(sync::keep_contradiction(*admin->vault, {note(9, 1), note(9, 2)}));
    must(sync::keep_contradiction(*admin->vault, {note(12, 3), note(9, 1)}));
  }
  vault::CarriedCheckpoint note(std::uint64_t size, std::uint8_t root) {
    return note(size, root, ledger_key);
  }
  vault::CarriedCheckpoint note(std::uint64_t size, std::uint8_t root, const crypto::SigningKey& key) {
    const Hash hash = Hash::from(Bytes(32, root));
    return {size, hash, ledger::sign_checkpoint({roster::ledger_origin(realm()), size, hash}, key)};
  }
  Bytes file(const vault::CarriedCheckpoint& first, const vault::CarriedCheckpoint& second) {
    return audit::encode_split_view_file({roster::encode_statement(card.root), {{first.note, second.note}}});
  }
};

}  // namespace

TEST_CASE_METHOD(Accused, "golden bytes of evidence, which a stranger checks with the fingerprint alone") {
  Golden golden("audit");
  const Bytes kept = golden.same("split_view", must(audit::split_view_evidence(*admin->vault)));
  const auto report = must(audit::verify_split_view(kept, fingerprint()));
  REQUIRE(report.pairs.size() == 2);
  CHECK(report.pairs[0].convicts);
  CHECK(report.pairs[0].first_root != report.pairs[0].second_root);
  CHECK_FALSE(report.pairs[1].convicts);
  CHECK(report.pairs[1].first_size == 9);
  CHECK(report.pairs[1].second_size == 12);
  CHECK(must(vault::findings(*admin->vault)).size() == 2);
  // Found again it is no news.
  must(sync::keep_contradiction(*admin->vault, {note(9, 2), note(9, 1)}));
  CHECK(must(vault::split_views(*admin->vault)).size() == 2);
  CHECK(must(vault::findings(*admin->vault)).size() == 2);
}

TEST_CASE_METHOD(Accused,
                 "evidence is refused when it is cut, longer, changed anywhere, or of another realm") {
  const Bytes good = file(note(9, 1), note(9, 2));
  const auto check = [&](ByteView bytes) { return audit::verify_split_view(bytes, fingerprint()); };
  REQUIRE(check(good).ok());
  refuses_other_lengths(good, check);
  for (std::size_t at = 0; at < good.size(); ++at) {
    CAPTURE(at);
    CHECK_FALSE(check(with_byte(good, at, static_cast<std::uint8_t>(good[at] ^ 0x01))).ok());
  }
  CHECK(audit::verify_split_view(good, Hash{}).error().code == Code::wrong_realm);
}

TEST_CASE_METHOD(Accused, "nobody but the ledger's key can be the accuser's witness") {
  const auto check = [&](const Bytes& bytes) {
    const auto report = audit::verify_split_view(bytes, fingerprint());
    return report.ok() ? Code::internal : report.error().code;
  };
  const auto stranger = crypto::SigningKey::generate(random);
  CHECK(check(file(note(9, 1), note(9, 2))) == Code::internal);
  CHECK(check(file(note(9, 1), note(9, 2, stranger))) == Code::bad_signature);
  CHECK(check(file(note(9, 1), note(9, 2, admin->vault->identity().sign))) == Code::bad_signature);
  CHECK(check(file(note(9, 1), note(9, 1))) == Code::bad_proof);
  CHECK(check(audit::encode_split_view_file({roster::encode_statement(card.root), {}})) == Code::malformed);
  auto fresh = device("fresh");
  const auto none = audit::split_view_evidence(*fresh->vault);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().code == Code::no_evidence);
  enrol(*fresh, roster::Role::cadre, commune);  // its bundle hands the evidence on
  CHECK(audit::split_view_evidence(*fresh->vault).ok());
}
