// The ways to open a vault: slots, their changes, and what is refused.
#include "vault/unlock.hpp"

#include <fstream>
#if !defined(__EMSCRIPTEN__)
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#endif

#include "crypto/random.hpp"
#include "support/golden.hpp"
#include "support/realm.hpp"
#include "vault/files.hpp"
#include "vault/recovery_code.hpp"

using namespace gandan;
using namespace gandan::test;
using namespace gandan::vault;

namespace {

const Bytes kKeystore(32, 7), kOtherKeystore(32, 8);

HolderId holder(std::uint8_t n) {
  HolderId out;
  out.bytes.fill(n);
  return out;
}

struct Fixture {
  TempFolder folder;
  FakeClock clock;
  PlainProjector projector;
  std::string path = folder.path("v");
  vault::Seams seams{clock, crypto::system_random()};

  std::unique_ptr<Vault> make() { return must(Vault::create(path, "mot hai ba bon", projector, seams)); }
  Result<std::unique_ptr<Vault>> open(const Credential& by) {
    return Vault::open(path, by, projector, seams);
  }
  Code code(const Credential& by) {
    auto opened = open(by);
    REQUIRE_FALSE(opened.ok());
    return opened.error().code;
  }
  std::string file(const char* name = "vault.key") const {
    std::ifstream in(path + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const std::string& content, const char* name = "vault.key") const {
    std::ofstream(path + "/" + name, std::ios::binary) << content;
  }
  static ByPin pin(std::string_view digits, std::uint8_t who, ByteView keystore = kKeystore) {
    return {digits, holder(who), keystore, {}};
  }
};

std::string summed(std::string file) {
  const std::string body = file.substr(0, file.size() - 32);
  return body + std::string(as_text(crypto::sha256(as_bytes(body)).view()));
}

}  // namespace

TEST_CASE("a vault opens by each of its slots, and by none that was removed") {
  Fixture f;
  std::uint32_t keystore = 0, recovery = 0;
  const std::string code = new_recovery_code(crypto::system_random());
  {
    auto vault = f.make();
    keystore = must(vault->add_slot(ByKeystore{kKeystore}, "máy 1"));
    recovery = must(vault->add_slot(ByRecovery{code}, ""));
    must(vault->add_slot(ByPassphrase{"nam sau bay tam"}, ""));
  }
  const std::string pages = f.file("vault.db");
  for (const Credential& by :
       {Credential(ByPassphrase{"mot hai ba bon"}), Credential(ByPassphrase{"nam sau bay tam"}),
        Credential(ByKeystore{kKeystore}), Credential(ByRecovery{code})})
    (void)must(f.open(by));
  CHECK(f.file("vault.db") == pages);
  CHECK(f.code(ByKeystore{kOtherKeystore}) == Code::wrong_keystore);
  CHECK(f.code(ByRecovery{new_recovery_code(crypto::system_random())}) == Code::wrong_recovery);
  CHECK(f.code(ByPassphrase{"mot hai ba"}) == Code::wrong_passphrase);
  {
    auto vault = must(f.open(ByKeystore{kKeystore}));
    CHECK(vault->unlocked().slot == keystore);
    must(vault->remove_slot(recovery));
    must(vault->remove_slot(1));
    CHECK(vault->remove_slot(recovery).error().code == Code::no_slot);
  }
  CHECK(f.code(ByRecovery{code}) == Code::no_slot);
  CHECK(f.code(ByPassphrase{"mot hai ba bon"}) == Code::wrong_passphrase);
  (void)must(f.open(ByPassphrase{"nam sau bay tam"}));
}

TEST_CASE("a forgotten passphrase: the recovery code opens, and a new passphrase takes its place") {
  Fixture f;
  const std::string code = new_recovery_code(crypto::system_random());
  must(f.make()->add_slot(ByRecovery{code}, ""));
  std::string typed = code;  // as people type
  std::replace(typed.begin(), typed.end(), ' ', '-');
  must(must(f.open(ByRecovery{typed}))->change_slot(1, ByPassphrase{"moi tinh tuoi"}));
  CHECK(f.code(ByPassphrase{"mot hai ba bon"}) == Code::wrong_passphrase);
  (void)must(f.open(ByPassphrase{"moi tinh tuoi"}));
  (void)must(f.open(ByRecovery{code}));
}

TEST_CASE("the last way to open without a PIN cannot be removed") {
  Fixture f;
  auto vault = f.make();
  must(vault->add_slot(Fixture::pin("482913", 1), "CB01"));
  CHECK(vault->remove_slot(1).error().code == Code::last_slot);
  const auto second = must(vault->add_slot(ByPassphrase{"nam sau bay tam"}, ""));
  must(vault->remove_slot(1));
  CHECK(vault->remove_slot(second).error().code == Code::last_slot);
}

TEST_CASE("a key file of a program before slots opens, and keeps its passphrase when slots come") {
  Fixture f;
  crypto::SecretBytes key(32);
  {
    auto vault = f.make();
    std::copy_n(vault->unlocked().key.view().begin(), 32, key.data().begin());
  }
  f.put(std::string(
      as_text(must(crypto::seal_with_passphrase(key.view(), "mat khau cu", "gandan vault key",
                                                crypto::ScryptParams::fresh(crypto::system_random()))))));
  {
    auto vault = must(f.open(ByPassphrase{"mat khau cu"}));
    must(vault->add_slot(ByKeystore{kKeystore}, ""));
  }
  (void)must(f.open(ByKeystore{kKeystore}));
  (void)must(f.open(ByPassphrase{"mat khau cu"}));
}

TEST_CASE("a changed key file is refused, and damage is told from it") {
  Fixture f;
  {
    auto vault = f.make();
    must(vault->add_slot(ByKeystore{kKeystore}, "may"));
    must(vault->add_slot(Fixture::pin("482913", 1, kOtherKeystore), "CB01"));
  }
  const std::string file = f.file();
  std::size_t refused = 0;
  for (std::size_t at = 9; at + 32 < file.size(); ++at) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    f.put(changed);
    CHECK(f.code(ByKeystore{kKeystore}) == Code::vault_damaged);  // the checksum
    // Somebody who makes the checksum right: nothing opens it any more.
    f.put(summed(changed));
    const Code code = f.code(ByKeystore{kKeystore});
    INFO(at << " " << info(code).text);
    refused += code == Code::keys_changed ? 1 : 0;
    CHECK((code == Code::keys_changed || code == Code::vault_damaged || code == Code::wrong_keystore ||
           code == Code::no_slot));
  }
  CHECK(refused > 100);  // most of it is bound by the MAC alone
  CHECK(f.file() == summed([&] {
          std::string changed = file;
          changed[file.size() - 33] = static_cast<char>(changed[file.size() - 33] ^ 1);
          return changed;
        }()));  // nothing was written over
  f.put(file);
  (void)must(f.open(ByKeystore{kKeystore}));
}

TEST_CASE("an older key file that was put back is noticed, once") {
  Fixture f;
  const auto findings = [](Vault& vault) {
    return must(vault.db().integer("SELECT count(*) FROM finding WHERE code = 'vault.keys_older'")).value();
  };
  std::string before;
  {
    auto vault = f.make();
    must(vault->add_slot(ByPassphrase{"nam sau bay tam"}, ""));
    before = f.file();
    must(vault->remove_slot(1));
    CHECK(findings(*vault) == 0);
  }
  CHECK(findings(*must(f.open(ByPassphrase{"nam sau bay tam"}))) == 0);
  f.put(before);
  CHECK(findings(*must(f.open(ByPassphrase{"mot hai ba bon"}))) == 1);
  CHECK(findings(*must(f.open(ByPassphrase{"mot hai ba bon"}))) == 1);
}

TEST_CASE("a key file that was cut while it was replaced is whole") {
  Fixture f;
  (void)f.make();
  f.put("half", "vault.key.new");  // what a kill before the rename leaves
  {
    auto vault = must(f.open(ByPassphrase{"mot hai ba bon"}));
    must(vault->change_passphrase("mot hai ba bon", "nam sau bay tam"));
  }
  (void)must(f.open(ByPassphrase{"nam sau bay tam"}));
}

#if !defined(__EMSCRIPTEN__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a kill while slots change leaves a vault that opens") {
  Fixture f;
  must(f.make()->add_slot(ByKeystore{kKeystore}, ""));
  for (int round = 0; round < 12; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto vault = f.open(ByKeystore{kKeystore});
      if (!vault.ok()) ::_exit(1);
      for (int i = 0; i < 10'000; ++i)
        if (!(*vault)->change_slot(2, ByKeystore{kKeystore}).ok()) ::_exit(2);
      ::_exit(3);
    }
    ::usleep(static_cast<useconds_t>(20'000 + 1'700 * round));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    auto vault = must(f.open(ByKeystore{kKeystore}));
    CHECK(must(read_keys(f.path)).slots.size() == 2);
    CHECK(must(vault->db().integer("SELECT count(*) FROM finding")).value() == 0);
  }
  (void)must(f.open(ByPassphrase{"mot hai ba bon"}));
}
#endif

TEST_CASE(
    "wrong PINs are counted before they are looked at: five, then waiting, ten, then another way only") {
  Fixture f;
  must(f.make()->add_slot(Fixture::pin("482913", 1), "CB01"));
  for (int i = 0; i < 5; ++i) CHECK(f.code(Fixture::pin("000001", 1)) == Code::wrong_pin);
  CHECK(f.code(Fixture::pin("482913", 1)) == Code::pin_wait);  // the right one has to wait, too
  f.clock.advance(29'000);
  CHECK(f.code(Fixture::pin("482913", 1)) == Code::pin_wait);
  f.clock.advance(1'000);
  (void)must(f.open(Fixture::pin("482913", 1)));
  // The right one begins anew.
  std::int64_t wait = 30'000;
  for (int i = 0; i < 10; ++i) {
    CHECK(f.code(Fixture::pin("000001", 1)) == Code::wrong_pin);
    if (i < 4) continue;
    if (i < 9) CHECK(f.code(Fixture::pin("000001", 1)) == Code::pin_wait);
    f.clock.advance(wait);
    wait *= 2;
  }
  f.clock.advance(1'000'000'000);
  CHECK(f.code(Fixture::pin("482913", 1)) == Code::pin_blocked);
  (void)must(f.open(ByPassphrase{"mot hai ba bon"}));  // gives the tries back
  (void)must(f.open(Fixture::pin("482913", 1)));
}

TEST_CASE("the count of wrong PINs cannot be set back by who has the files") {
  Fixture f;
  must(f.make()->add_slot(Fixture::pin("482913", 1), "CB01"));
  CHECK(f.code(Fixture::pin("000001", 1)) == Code::wrong_pin);
  const std::string one_wrong = f.file("vault.tries");
  SECTION("removed") {
    std::filesystem::remove(f.path + "/vault.tries");
    CHECK(f.code(Fixture::pin("482913", 1)) == Code::pin_blocked);
  }
  SECTION("changed") {
    for (std::size_t at = 0; at < one_wrong.size(); ++at) {
      std::string changed = one_wrong;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      f.put(changed, "vault.tries");
      CHECK(f.code(Fixture::pin("482913", 1)) == Code::pin_blocked);
    }
  }
  SECTION("of another slot") {
    must(must(f.open(ByPassphrase{"mot hai ba bon"}))->add_slot(Fixture::pin("739150", 2), "CB02"));
    std::string swapped = f.file("vault.tries");
    std::swap(swapped[2], swapped[2 + (swapped.size() - 2) / 2]);  // the two slots' numbers
    f.put(swapped, "vault.tries");
    CHECK(f.code(Fixture::pin("482913", 1)) == Code::pin_blocked);
  }
  (void)must(f.open(ByPassphrase{"mot hai ba bon"}));
  (void)must(f.open(Fixture::pin("482913", 1)));
}

TEST_CASE("a PIN alone opens nothing: it needs the keystore, or an opening since the program started") {
  Fixture f;
  auto vault = f.make();
  must(vault->add_slot(Fixture::pin("482913", 1), "CB01"));
  const auto secret = must(vault->session_secret());
  must(vault->add_slot(ByPin{"739150", holder(2), {}, secret.view()}, "CB02"));
  CHECK(vault->add_slot(ByPin{"739150", holder(3), {}, {}}, "CB03").error().code == Code::pin_alone);
  CHECK(vault->add_slot(Fixture::pin("111222", 1), "CB01").error().code == Code::holder_pin);
  // Beside a slot that the same keystore secret opens, a PIN would be for show.
  CHECK(vault->add_slot(ByKeystore{kKeystore}, "").error().code == Code::pin_alone);
  must(vault->add_slot(ByKeystore{kOtherKeystore}, ""));
  CHECK(vault->add_slot(ByPin{"739150", holder(3), kOtherKeystore, {}}, "CB03").error().code ==
        Code::pin_alone);
  vault.reset();
  CHECK(f.code(Fixture::pin("482913", 1, {})) == Code::pin_alone);
  CHECK(f.code(ByPin{"739150", holder(2), {}, {}}) == Code::pin_alone);
  CHECK(f.code(ByPin{"739150", holder(2), kKeystore, {}}) == Code::pin_alone);
  CHECK(f.code(Fixture::pin("482913", 1, Bytes(32, 9))) == Code::wrong_keystore);  // and no try is counted
  CHECK(f.code(Fixture::pin("482913", 4)) == Code::no_slot);
  vault = must(f.open(ByPin{"739150", holder(2), {}, secret.view()}));
  CHECK(vault->unlocked().holder == holder(2));
}

TEST_CASE("a recovery code says which of its groups was mistyped") {
  SeededRandom random(3);
  const std::string code = new_recovery_code(random);
  CHECK(must(read_recovery_code(code)).size() == 40);
  CHECK(as_text(must(read_recovery_code(" " + code + "\n")).view()) ==
        as_text(must(read_recovery_code(code)).view()));
  CHECK(read_recovery_code("").error().fields.empty());
  CHECK(read_recovery_code(code.substr(1)).error().code == Code::wrong_recovery);
  CHECK(read_recovery_code(code + "1").error().code == Code::wrong_recovery);
  CHECK(read_recovery_code("x" + code.substr(1)).error().code == Code::wrong_recovery);
  // Each single digit.
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code[at] == ' ') continue;
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string typed = code;
      if (typed[at] == digit) continue;
      typed[at] = digit;
      const auto read = read_recovery_code(typed);
      REQUIRE_FALSE(read.ok());
      REQUIRE(read.error().fields.size() == 1);
      CHECK(read.error().fields[0].path == "group." + std::to_string(at / 7 + 1));
    }
  }
}

TEST_CASE("the key file has these bytes") {
  Golden golden("vault");
  SeededRandom random(5);
  FakeClock clock;
  Bytes key(32);
  random.fill(key);
  KeyFile file;
  file.generation = 1;
  crypto::ScryptParams cheap;
  cheap.n = 16;
  KeySlot passphrase;
  passphrase.number = 1;
  passphrase.label = "nhãn";
  passphrase.made_ms = 1'790'000'000'000;
  cheap.salt = Bytes(16, 1);
  passphrase.sealed = must(crypto::seal_with_passphrase(key, "mật khẩu", "gandan vault key", cheap));
  must(add_to(file, passphrase));
  must(add_to(file, must(make_slot(ByKeystore{kKeystore}, 2, "", key, {random, clock}))));
  must(add_to(file, must(make_slot(ByRecovery{new_recovery_code(random)}, 3, "", key, {random, clock}))));
  must(add_to(file, must(make_slot(Fixture::pin("482913", 1), 4, "CB01", key, {random, clock}))));
  KeySlot token = must(make_slot(ByKeystore{kKeystore}, 5, "", key, {random, clock}));
  token.kind = SlotKind::token;
  token.token_uri = "pkcs11:token=office;object=vault";
  token.token_sealed = Bytes(61, 2);
  must(add_to(file, token));
  const Bytes bytes = golden.same("key_file", encode_key_file(file, key));
  const KeyFile read = must(decode_key_file(bytes));
  CHECK(is_authentic(read, key));
  CHECK_FALSE(is_authentic(read, Bytes(32)));
  REQUIRE(read.slots.size() == 5);
  CHECK(read.slots[4].token_uri == token.token_uri);
  CHECK(read.slots[3].holder == holder(1));
  CHECK(equal(encode_key_file(read, key), bytes));
  refuses_other_lengths(bytes, [](ByteView in) { return decode_key_file(in); });
  CHECK(decode_key_file(with_byte(bytes, 8, 2)).error().code == Code::vault_damaged);
  CHECK(decode_key_file(as_bytes(summed(std::string(as_text(with_byte(bytes, 8, 2)))))).error().code ==
        Code::vault_newer);
}
