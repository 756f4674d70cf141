// Checkpoints and the proof texts that carry them. tests/integration/tlog lets Go's verifier judge the same
// bytes.
#include "ledger/checkpoint.hpp"

#include "ledger/entry.hpp"
#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {

const std::string kOrigin = "gandan.example/ledger/5f3c";

crypto::SigningKey log_key() {
  Bytes seed(32, 7);
  return *crypto::SigningKey::from_seed(seed);
}
NoteKey log_vkey() { return {kOrigin, KeyType::ed25519, log_key().public_key()}; }

Checkpoint example() { return {kOrigin, 300, crypto::sha256(as_bytes("root"))}; }

std::string signed_text(const std::string& text, const std::string& name = kOrigin) {
  return print_note({text, {sign_note(text, name, log_key())}});
}

}  // namespace

TEST_CASE("the text of a checkpoint") {
  CHECK(checkpoint_text(example()) ==
        "gandan.example/ledger/5f3c\n"
        "300\n"
        "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n");
  // The example of the C2SP tlog-checkpoint page.
  const std::string page =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const auto parsed = parse_checkpoint_text(page);
  REQUIRE(parsed.ok());
  CHECK(parsed->size == 20852163);
  CHECK(checkpoint_text(*parsed) == page);
}

// Computed with golang.org/x/mod/sumdb/note from the same seed.
TEST_CASE("a signed checkpoint, byte for byte") {
  CHECK(sign_checkpoint(example(), log_key()) ==
        checkpoint_text(example()) +
            "\n— gandan.example/ledger/5f3c "
            "sNXSsiDUq8yZ2RwQ9Z1fNti8TmE4GafQ6+N3eWIUHnYdhYKYYxHTwiM40ZawMoXGSAPXboeVQvrAO5E7BHWvxk9y6Q4=\n");
  CHECK(print_vkey(log_vkey()) ==
        "gandan.example/ledger/5f3c+b0d5d2b2+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs");
}

TEST_CASE("a checkpoint opens for the key and the origin it was signed under") {
  const std::string note = sign_checkpoint(example(), log_key());
  const auto opened = open_checkpoint(note, log_vkey());
  REQUIRE(opened.ok());
  CHECK(*opened == example());

  NoteKey other = log_vkey();
  other.name = "gandan.example/ledger/other";
  CHECK(open_checkpoint(note, other).error().code == Code::bad_signature);
  other = log_vkey();
  other.key.bytes[3] ^= 1;
  CHECK(open_checkpoint(note, other).error().code == Code::bad_signature);

  // Rightly signed, for another log.
  CHECK(open_checkpoint(signed_text("elsewhere\n300\n" + to_base64(Hash{}.view()) + "\n"), log_vkey())
            .error()
            .code == Code::bad_checkpoint);
}

TEST_CASE("any changed character of a signed checkpoint is noticed") {
  const std::string note = sign_checkpoint(example(), log_key());
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    const auto opened = open_checkpoint(changed, log_vkey());
    INFO(i);
    CHECK_FALSE(opened.ok());
  }
  for (std::size_t length = 0; length < note.size(); ++length)
    CHECK_FALSE(open_checkpoint(std::string_view(note).substr(0, length), log_vkey()).ok());
}

TEST_CASE("what is signed must be a checkpoint in its one form") {
  const std::string root = to_base64(crypto::sha256(as_bytes("root")).view());
  const auto refused = [](const std::string& text) {
    const auto opened = open_checkpoint(signed_text(text), log_vkey());
    return !opened.ok() && opened.error().code == Code::bad_checkpoint;
  };
  CHECK(refused(kOrigin + "\n"));
  CHECK(refused(kOrigin + "\n300\n"));
  CHECK(refused("\n300\n" + root + "\n"));
  for (const char* size : {"", "0300", "+300", "-1", "300 ", "3e2", "0x12c", "4611686018427387905",
                           "9223372036854775808", "18446744073709551616", "99999999999999999999999"})
    CHECK(refused(kOrigin + "\n" + size + "\n" + root + "\n"));
  CHECK(refused(kOrigin + "\n300\n" + root.substr(1) + "\n"));
  CHECK(refused(kOrigin + "\n300\n" + root + "AAAA\n"));
  CHECK(refused(kOrigin + "\n300\n" + root + " \n"));
  CHECK(refused(kOrigin + "\n0\n" + root + "\n"));
  CHECK(refused(kOrigin + "\n300\n" + root + "\n\n"));
  CHECK(refused(kOrigin + "\n300\n" + root + "\nextension\n\nextension\n"));
  CHECK_FALSE(parse_checkpoint_text(kOrigin + "\n300\n" + root).ok());
  CHECK_FALSE(parse_checkpoint_text(kOrigin + "\n300\n" + root + "\nunterminated").ok());

  CHECK(open_checkpoint(signed_text(kOrigin + "\n300\n" + root + "\nextension\n"), log_vkey()).ok());
  CHECK(open_checkpoint(signed_text(kOrigin + "\n4611686018427387904\n" + root + "\n"), log_vkey()).ok());
  CHECK(open_checkpoint(sign_checkpoint({kOrigin, 0, empty_root()}, log_key()), log_vkey())->size == 0);
}

TEST_CASE("witnesses add their lines; lines of unknown keys change nothing") {
  const auto witness_key = *crypto::SigningKey::from_seed(Bytes(32, 9));
  const NoteKey witness{"witness.example/w1", KeyType::cosignature, witness_key.public_key()};
  const NoteKey stranger{"witness.example/w2", KeyType::cosignature, log_key().public_key()};
  const std::string note = sign_checkpoint(example(), log_key());
  const std::string cosigned = *cosign_checkpoint(note, witness.name, witness_key, 1'700'000'000);

  CHECK(cosigned.substr(0, note.size()) == note);
  CHECK(*open_checkpoint(cosigned, log_vkey()) == example());
  CHECK(open_checkpoint(note + "— unknown.example AAAAAAAA\n", log_vkey()).ok());

  const NoteKey known[] = {stranger, witness};
  const auto found = cosignatures(cosigned, known);
  REQUIRE(found.ok());
  REQUIRE(found->size() == 1);
  CHECK((*found)[0].key == 1);
  CHECK((*found)[0].time_s == 1'700'000'000);
  CHECK(cosignatures(note, known)->empty());

  // A witness alone does not make a checkpoint of this log.
  const Note parsed = *parse_note(cosigned);
  CHECK(open_checkpoint(print_note({parsed.text, {parsed.signatures[1]}}), log_vkey()).error().code ==
        Code::bad_signature);
}

TEST_CASE("a ledger proof, as text, convinces whoever holds the log's key") {
  std::vector<Hash> leaves;
  Entry entry{EntryType::segment, {}, 0};
  for (int i = 0; i < 11; ++i) {
    entry.receipt_ms = 1000 + i;
    leaves.push_back(entry_leaf(entry));
  }
  const MemoryTree tree(leaves);
  const LedgerProof proof{to_bytes(as_bytes("extra")), *inclusion_proof(10, 11, tree),
                          sign_checkpoint({kOrigin, 11, *root_at(11, tree)}, log_key())};
  const std::string text = print_ledger_proof(proof);
  CHECK(text == "c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 10\n" +
                    to_base64(proof.inclusion.path[0].view()) + "\n" +
                    to_base64(proof.inclusion.path[1].view()) + "\n\n" + proof.checkpoint);

  const auto parsed = parse_ledger_proof(text);
  REQUIRE(parsed.ok());
  CHECK(print_ledger_proof(*parsed) == text);
  CHECK(as_text(parsed->extra) == "extra");
  CHECK(verify_ledger_proof(*parsed, leaves[10], log_vkey())->size == 11);
  CHECK(verify_ledger_proof(*parsed, leaves[9], log_vkey()).error().code == Code::bad_proof);

  // Every cut and every changed character is refused, by its syntax or by its hashes; only `extra` is free.
  const std::size_t authentic = text.find("index");
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK_FALSE(parse_ledger_proof(text.substr(0, i)).ok());
    if (i >= 22 && i < authentic) continue;
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    const auto read = parse_ledger_proof(changed);
    INFO(i);
    CHECK_FALSE((read.ok() && verify_ledger_proof(*read, leaves[10], log_vkey()).ok()));
  }

  CHECK(parse_ledger_proof("c2sp.org/tlog-proof@v1\nindex 00\n\n" + proof.checkpoint).error().code ==
        Code::malformed);
  CHECK(parse_ledger_proof("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n" + proof.checkpoint).error().code ==
        Code::malformed);
  std::string long_path = "c2sp.org/tlog-proof@v1\nindex 0\n";
  for (int i = 0; i < 63; ++i) long_path += to_base64(Hash{}.view()) + "\n";
  CHECK(parse_ledger_proof(long_path + "\n" + proof.checkpoint).error().code == Code::malformed);
  CHECK(parse_ledger_proof(std::string(1 << 20, 'a')).error().code == Code::too_large);
}
