#include "app/root_keys.hpp"

#include "app/files.hpp"
#include "base/text.hpp"
#include "crypto/seal/passphrase.hpp"

namespace gandan::app {
namespace {
constexpr std::size_t kMaxKeyFile = 4096;  // bytes
}

Result<crypto::SigningKey> open_key_file(const std::string& file, std::string_view passphrase,
                                         std::string_view purpose) {
  GANDAN_TRY(const Bytes content, read_file(file, kMaxKeyFile));
  GANDAN_TRY(const std::string normal, nfc(passphrase));
  GANDAN_TRY(const auto seed, crypto::open_with_passphrase(content, normal, purpose));
  return crypto::SigningKey::from_seed(seed.view());
}

Result<Root> root_given(Session& s, Params& p) {
  const auto file = p.optional_path("root_key_file");
  const auto passphrase = p.optional_text("root_passphrase");
  const auto uri = p.optional_text("root_token");
  const auto pin = p.optional_text("token_pin");
  const auto missing = [&p](const char* name) { p.fault(name, "required", "Còn thiếu.", "Is missing."); };
  if (file && uri)
    p.fault("root_token", "choose_one", "Khoá gốc ở tệp hoặc ở thiết bị khoá, không cả hai.",
            "The root key is in a file or on a token, not both.");
  if (passphrase && !file) missing("root_key_file");
  if (file && !passphrase) missing("root_passphrase");
  if (pin && !uri) missing("root_token");
  if (uri && !pin) missing("token_pin");
  if (file && passphrase && !uri) {
    GANDAN_TRY(auto key, open_key_file(*file, *passphrase, kRootKeyPurpose));
    return Root(std::move(key));
  }
  if (uri && pin && !file) {
    if (s.seams.tokens == nullptr) return Code::token_none;
    GANDAN_TRY(auto token, s.seams.tokens->open(*uri, *pin));
    GANDAN_TRY(auto signer, token->signer());
    return Root(std::move(token), std::move(signer));
  }
  return Root();  // p.done() tells
}

Result<Bytes> seal_key(Session& s, const crypto::SigningKey& key, std::string_view passphrase,
                       std::string_view purpose) {
  const auto seed = key.seed();
  GANDAN_TRY(const std::string normal, nfc(passphrase));
  return crypto::seal_with_passphrase(seed.view(), normal, purpose,
                                      crypto::ScryptParams::fresh(*s.seams.random));
}

std::string new_passphrase(Params& p, std::string_view name) {
  std::string out = p.text(name);
  if (!out.empty() && code_points(out) < kLeastPassphrase)
    p.fault(name, "too_short", "Cần ít nhất 8 ký tự.", "Needs 8 characters at least.");
  return out;
}

}  // namespace gandan::app
