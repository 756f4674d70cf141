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

Result<std::optional<crypto::SigningKey>> root_key_given(Params& p) {
  const auto file = p.optional_path("root_key_file");
  const auto passphrase = p.optional_text("root_passphrase");
  if (!file && !passphrase) return std::optional<crypto::SigningKey>();
  if (!file) p.fault("root_key_file", "required", "Còn thiếu.", "Is missing.");
  if (!passphrase) p.fault("root_passphrase", "required", "Còn thiếu.", "Is missing.");
  if (!file || !passphrase) return std::optional<crypto::SigningKey>();  // p.done() tells
  GANDAN_TRY(auto key, open_key_file(*file, *passphrase, kRootKeyPurpose));
  return std::optional<crypto::SigningKey>(std::move(key));
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
