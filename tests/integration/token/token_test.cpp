// Security tokens: a vault that opens with a token's AES or RSA key, a root key that never leaves its token.
#include <cstdlib>
#include <fstream>

#include "crypto/pkcs11/pkcs11.hpp"
#include "crypto/random.hpp"
#include "roster/roster.hpp"
#include "support/seams.hpp"
#include "support/shell.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr const char* kLedgerKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const std::string kPin = "1234";

// One SoftHSM token "office" with four keys; another one "other" with an AES key of the same name.
class Tokens {
 public:
  Tokens() {
    std::filesystem::create_directories(folder_.path("tokens"));
    std::ofstream(folder_.path("conf")) << "directories.tokendir = " << folder_.path("tokens")
                                        << "\nobjectstore.backend = file\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", folder_.path("conf").c_str(), 1);
    for (const char* label : {"office", "other"}) {
      run(std::string(GANDAN_SOFTHSM) + " --init-token --free --so-pin 5678 --pin " + kPin + " --label " +
          label);
      tool(label, "--keygen --key-type AES:32 --label vault --id 01");
    }
    tool("office", "--keypairgen --key-type rsa:2048 --label wrap --id 02");
    tool("office", "--keypairgen --key-type EC:edwards25519 --label root --id 03");
    tool("office", "--keypairgen --key-type EC:prime256v1 --label nist --id 04");
  }
  void tool(const std::string& token, const std::string& words) {
    run(std::string(GANDAN_PKCS11_TOOL) + " --module " GANDAN_SOFTHSM_MODULE " --login --pin " + kPin +
        " --token-label " + token + " " + words);
  }
  const crypto::Tokens& operator*() const { return *tokens_; }
  const crypto::Tokens* operator->() const { return tokens_.get(); }
  const crypto::Tokens* get() const { return tokens_.get(); }
  std::string path(const std::string& name) const { return folder_.path(name); }

 private:
  void run(const std::string& command) {
    INFO(command);
    REQUIRE(std::system((command + " >" + folder_.path("said") + " 2>&1").c_str()) == 0);
  }
  TempFolder folder_;
  std::unique_ptr<crypto::Tokens> tokens_ = crypto::pkcs11_tokens(GANDAN_SOFTHSM_MODULE);
};

template <class T>
T must(Result<T> result) {
  if (!result.ok()) FAIL(info(result.error().code).text << ": " << result.error().detail);
  return *std::move(result);
}

Code code(const Result<std::unique_ptr<crypto::Token>>& result) {
  return result.ok() ? Code::internal : result.error().code;
}

}  // namespace

TEST_CASE("a token's AES and RSA keys open what they sealed, and nothing else") {
  Tokens tokens;
  const Bytes secret(32, 9);
  for (const char* name : {"vault", "wrap"}) {
    INFO(name);
    const std::string uri = std::string("pkcs11:token=office;object=") + name;
    auto token = must(tokens->open(uri, kPin));
    const Bytes sealed = must(token->seal(secret, crypto::system_random()));
    CHECK(sealed.size() <= crypto::token_sealed_max);
    CHECK(sealed != must(token->seal(secret, crypto::system_random())));
    CHECK(equal(must(token->open(sealed)).view(), secret));
    for (std::size_t at = 0; at < sealed.size(); at += 7) {
      Bytes changed = sealed;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1);
      const auto opened = token->open(changed);
      CHECK((!opened.ok() || !equal(opened->view(), secret)));
    }
    CHECK(token->open({}).error().code == Code::token_key);
    auto other = must(tokens->open("pkcs11:token=other;object=vault", kPin));
    CHECK(other->open(sealed).error().code == Code::token_key);
  }
}

TEST_CASE("a token's Ed25519 key signs what everybody verifies") {
  Tokens tokens;
  auto token = must(tokens->open("pkcs11:token=office;object=root", kPin));
  const auto signer = must(token->signer());
  const Bytes message(300, 5);
  const Signature signature = must(signer->sign(message));
  CHECK(crypto::verify(signer->public_key(), message, signature));
  CHECK_FALSE(crypto::verify(signer->public_key(), Bytes(300, 6), signature));
  for (const char* name : {"vault", "wrap", "nist"})
    CHECK(
        must(tokens->open(std::string("pkcs11:token=office;object=") + name, kPin))->signer().error().code ==
        Code::token_key);
}

TEST_CASE("what is wrong with a token is said") {
  Tokens tokens;
  CHECK(code(tokens->open("pkcs11:token=office;object=vault", "4321")) == Code::token_pin);
  CHECK(code(tokens->open("pkcs11:token=nowhere;object=vault", kPin)) == Code::token_missing);
  CHECK(code(tokens->open("vault", kPin)) == Code::bad_request);
  CHECK(code(tokens->open("pkcs11:token=" + std::string(600, 'a'), kPin)) == Code::bad_request);
  // An address lies in clear beside the vault: it may neither name a program nor give the PIN away.
  CHECK(code(tokens->open("pkcs11:token=office;object=vault?module-path=/tmp/x.so", kPin)) ==
        Code::bad_request);
  CHECK(code(tokens->open("pkcs11:token=office;object=vault?pin-value=1234", kPin)) == Code::bad_request);
  CHECK(code(crypto::pkcs11_tokens("/nowhere.so")->open("pkcs11:token=office", kPin)) == Code::token_missing);
  auto token = must(tokens->open("pkcs11:token=office;object=nothing", kPin));
  CHECK(token->seal(Bytes(32), crypto::system_random()).error().code == Code::token_key);
}

TEST_CASE("an office's vault opens with its token, and a realm's root key never leaves one") {
  const Api api;
  Tokens tokens;
  Seams seams;
  seams.tokens = tokens.get();
  OpenOptions options;
  options.folder = tokens.path("so");
  options.passphrase = "mật khẩu dài";
  options.create = true;
  json::object founded;
  {
    Shell shell(api, options, seams);
    json::object params{{"name", "Lạng Sơn"},
                        {"ledger_key", kLedgerKey},
                        {"root_token", "pkcs11:token=office;object=root"},
                        {"token_pin", "4321"},
                        {"card_file", tokens.path("card")}};
    CHECK(shell.error("realm.create", params) == "token.wrong_pin");
    params["token_pin"] = kPin;
    params["root_token"] = "pkcs11:token=office;object=wrap";
    CHECK(shell.error("realm.create", params) == "token.no_key");
    CHECK_FALSE(std::filesystem::exists(tokens.path("card")));
    CHECK(at(shell.ok("device.info"), "enrolled") == json::value(false));
    params["root_token"] = "pkcs11:token=office;object=root";
    founded = shell.ok("realm.create", params);
    for (const char* key : {"vault", "wrap"})
      shell.ok("keys.add", {{"kind", "token"},
                            {"token", std::string("pkcs11:token=office;object=") + key},
                            {"token_pin", kPin}});
    CHECK(shell.error("keys.add", {{"kind", "token"},
                                   {"token", "pkcs11:token=office;object=root"},
                                   {"token_pin", kPin}}) == "token.no_key");
    shell.ok("keys.remove", {{"slot", 1}});                       // the passphrase
    shell.ok("keys.change", {{"slot", 2}, {"token_pin", kPin}});  // sealed anew by the same key
  }
  // The card is the root's: whoever has it verifies it, and it is under the token's key.
  const std::string bytes = file_text(tokens.path("card"));
  const auto card = must(roster::decode_card(as_bytes(bytes)));
  auto token = must(tokens->open("pkcs11:token=office;object=root", kPin));
  const auto& root = std::get<roster::RootBody>(card.root.body);
  CHECK(root.root_key == must(token->signer())->public_key());
  CHECK(text_at(founded, "fingerprint") ==
        to_hex(roster::statement_hash(roster::realm_id(root.root_key, root.nonce), card.root).view()));

  const auto opens = [&](const OpenOptions& with) {
    std::string error;
    const auto notebook = Notebook::open(with, seams, error);
    return notebook != nullptr ? std::string("opened") : text_at(json::parse(error).value(), "error.code");
  };
  OpenOptions with = options;
  with.create = false;
  CHECK(opens(with) == "vault.no_slot");
  with.passphrase.clear();
  with.token_pin = "4321";
  CHECK(opens(with) == "token.wrong_pin");
  with.token_pin = kPin;
  CHECK(opens(with) == "opened");
  seams.tokens = nullptr;
  CHECK(opens(with) == "token.none");
  seams.tokens = tokens.get();
  // One of the two keys is gone: the other one opens. Without both nothing does.
  tokens.tool("office", "--delete-object --type secrkey --id 01");
  CHECK(opens(with) == "opened");
  tokens.tool("office", "--delete-object --type privkey --id 02");
  {
    OpenOptions locked = options;
    locked.create = false;
    locked.locked = true;
    Shell shell(api, locked, seams);
    CHECK(shell.error("vault.unlock", {{"token_pin", kPin}}) == "token.no_key");
  }
}
