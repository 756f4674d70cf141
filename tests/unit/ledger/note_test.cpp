// Signed notes against the vectors of golang.org/x/mod/sumdb/note (note_test.go) and the C2SP signed-note
// page.
#include "ledger/note.hpp"

#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

namespace {

const std::string kPeterVkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string kEnochVkey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string kPeterLine =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const std::string kEnochLine =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

crypto::SigningKey peter() {
  const auto key = from_base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");  // 0x01 ‖ seed
  return *crypto::SigningKey::from_seed(ByteView(*key).subspan(1));
}

// How many of the keys signed; -1 when the note is refused.
int signers(const std::string& note, const std::vector<NoteKey>& known) {
  const auto parsed = parse_note(note);
  if (!parsed.ok()) return -1;
  const auto verified = verify_note(*parsed, known);
  return verified.ok() ? static_cast<int>(verified->size()) : -1;
}

}  // namespace

TEST_CASE("verifier keys: known ones are read and printed, damaged ones are refused") {
  for (const std::string& vkey :
       {kPeterVkey, kEnochVkey,
        std::string("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")}) {
    const auto key = parse_vkey(vkey);
    REQUIRE(key.ok());
    CHECK(key->type == KeyType::ed25519);
    CHECK(print_vkey(*key) == vkey);
  }
  for (const char* bad : {
           "",
           "PeterNeumann",
           "PeterNeumann+c74f20a3",
           "PeterNeumann+c74f20a3+",
           "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW=",
           "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "PeterNeumann+c74f20a3+BRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
           "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
           "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
       })
    CHECK(parse_vkey(bad).error().code == Code::bad_key);
  CHECK(parse_vkey(std::string(1 << 20, 'a') + kPeterVkey).error().code == Code::bad_key);
}

TEST_CASE("a note is signed byte for byte as Go signs it") {
  Note note{kText, {}};
  note.signatures.push_back(sign_note(kText, "PeterNeumann", peter()));
  CHECK(print_note(note) == kText + "\n" + kPeterLine);
}

TEST_CASE("the example of the signed-note page") {
  const auto key = *parse_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  CHECK(signers("This is an example message.\n\n"
                "— example.com/foo "
                "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72"
                "IneyaQM=\n",
                {key}) == 1);
}

TEST_CASE("signatures of known keys must hold, those of others are ignored") {
  const NoteKey peter_key = *parse_vkey(kPeterVkey);
  const NoteKey enoch_key = *parse_vkey(kEnochVkey);
  const std::string both = kText + "\n" + kPeterLine + kEnochLine;
  CHECK(signers(both, {}) == 0);
  CHECK(signers(both, {peter_key}) == 1);
  CHECK(signers(both, {enoch_key}) == 1);
  CHECK(signers(both, {peter_key, enoch_key}) == 2);
  CHECK(signers(kText + "\n" + kPeterLine + kPeterLine, {peter_key}) == 1);

  std::string changed = both;
  changed[3] = 'Y';
  CHECK(signers(changed, {peter_key}) == -1);

  // Peter's line is spoilt; that matters to whoever knows Peter only.
  std::string spoilt = both;
  spoilt[spoilt.find("x08go") + 20] = 'A';
  CHECK(signers(spoilt, {peter_key}) == -1);
  CHECK(signers(spoilt, {peter_key, enoch_key}) == -1);
  CHECK(signers(spoilt, {enoch_key}) == 1);

  // Longer than an Ed25519 signature, under a known name and id.
  std::string longer = both;
  longer.insert(longer.find("x08go") + 20, "ABCD");
  CHECK(signers(longer, {peter_key}) == -1);
  CHECK(signers(longer, {enoch_key}) == 1);

  // One name, another key: ignored, although the name is known.
  std::string renamed = kText + "\n" + kEnochLine;
  renamed.replace(renamed.find("EnochRoot"), 9, "PeterNeumann");
  CHECK(signers(renamed, {peter_key, enoch_key}) == 0);
}

TEST_CASE("malformed notes are refused") {
  for (const std::string& bad : {
           std::string(),
           std::string("\n"),
           kText,
           kText + "\n",
           kText + kPeterLine,                                          // no empty line
           kText + "\n" + kPeterLine + "\n",                            // signatures are last
           kText + "\n" + kPeterLine.substr(0, kPeterLine.size() - 1),  // no newline at the end
           kText + "\n" + "x" + kPeterLine,
           kText + "\n" + "- PeterNeumann x08go/ZJkuBS9UG/SffcvIAQ\n",  // a hyphen
           kText + "\n" + "—PeterNeumann x08go/ZJkuBS9UG/SffcvIAQ\n",
           kText + "\n" + "— PeterNeumann\n",
           kText + "\n" + "— PeterNeumann \n",
           kText + "\n" + "—  x08go/ZJkuBS9UG/SffcvIAQ\n",
           kText + "\n" + "— Peter+Neumann x08go/ZJkuBS\n",
           kText + "\n" + "— Peter\xc2\xa0Neumann x08go/ZJkuBS\n",  // no-break space
           kText + "\n" + "— PeterNeumann x08g\n",                  // less than a key id
           kText + "\n" + "— PeterNeumann x08goA==\n",              // a key id and nothing
           kText + "\n" + "— PeterNeumann x08go/ZJkuB\n",           // no base64
           kText + "\n" + "— PeterNeumann x08go/ZJ kuBS\n",
           kText + "\r\n" + kPeterLine,
           "a\tb\n\n" + kPeterLine,
           "a\x01\n\n" + kPeterLine,
           "a\xff\n\n" + kPeterLine,
           "a\xc0\x80\n\n" + kPeterLine,          // overlong
           "a\xed\xa0\x80\n\n" + kPeterLine,      // surrogate
           "a\xf4\x90\x80\x80\n\n" + kPeterLine,  // beyond U+10FFFF
           kText + "\n" + kPeterLine + "\xe2\x80",
           std::string("a\0\n\n", 4) + kPeterLine,
       }) {
    INFO(bad);
    CHECK(parse_note(bad).error().code == Code::malformed);
  }
}

TEST_CASE("a note's text may contain empty lines and any language") {
  const std::string text = "Sổ cái\n\nxã Ia Đal 你好 \xf0\x9f\x8c\xbe\n";
  const auto note = parse_note(text + "\n" + kPeterLine);
  REQUIRE(note.ok());
  CHECK(note->text == text);
  CHECK(print_note(*note) == text + "\n" + kPeterLine);
}

TEST_CASE("notes are bounded") {
  std::string many = kText + "\n";
  for (std::size_t i = 0; i < kMaxNoteSignatures; ++i) many += kEnochLine;
  CHECK(parse_note(many).ok());
  CHECK(parse_note(many + kEnochLine).error().code == Code::too_large);
  CHECK(parse_note(std::string(kMaxNoteBytes, 'a') + "\n\n" + kPeterLine).error().code == Code::too_large);
}

TEST_CASE("names of keys") {
  CHECK(valid_key_name("example.org/gần-dân"));
  CHECK(valid_key_name(std::string(kMaxKeyName, 'a')));
  for (const char* bad : {"", "a b", "a+b", "a\nb", "a\x7f\x01", "a\xe2\x80\x83z", "a\xff"})
    CHECK_FALSE(valid_key_name(bad));
  CHECK_FALSE(valid_key_name(std::string(kMaxKeyName + 1, 'a')));
}

// C2SP tlog-cosignature: the message is put together here by hand.
TEST_CASE("a cosignature signs its time and the whole text") {
  const auto key = peter();
  const NoteKey witness{"witness.example/w1", KeyType::cosignature, key.public_key()};
  CHECK(parse_vkey(print_vkey(witness))->type == KeyType::cosignature);
  CHECK(key_id(witness) != key_id({witness.name, KeyType::ed25519, witness.key}));

  Note note{kText, {cosign_note(kText, witness.name, key, 1679315147)}};
  const Bytes& blob = note.signatures[0].signature;
  REQUIRE(blob.size() == 72);
  CHECK(to_hex(ByteView(blob).first(8)) == "00000000641850cb");
  const std::string message = "cosignature/v1\ntime 1679315147\n" + kText;
  CHECK(crypto::verify(key.public_key(), as_bytes(message), Signature::from(ByteView(blob).subspan(8))));

  const auto verified = verify_note(note, {&witness, 1});
  REQUIRE(verified.ok());
  REQUIRE(verified->size() == 1);
  CHECK((*verified)[0].time_s == 1679315147);

  note.signatures.push_back(cosign_note(kText, witness.name, key, 1679315150));
  CHECK((*verify_note(note, {&witness, 1}))[0].time_s == 1679315150);

  note.signatures[0].signature[7] ^= 1;  // another time
  CHECK(verify_note(note, {&witness, 1}).error().code == Code::bad_signature);
}
