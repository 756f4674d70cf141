#include "crypto/seal/hpke.hpp"

#include <algorithm>
#include <cstdlib>

#include "crypto/kdf.hpp"
#include "crypto/openssl.hpp"

namespace gandan::crypto {
namespace {

constexpr std::size_t tag_size = 16;    // of all three AEADs, bytes
constexpr std::size_t nonce_size = 12;  // likewise
constexpr std::array<std::uint8_t, 5> kem_suite = {'K', 'E', 'M', 0x00, 0x20};
constexpr std::array<std::uint8_t, 1> base_mode = {0x00};

// --- the labelled KDF, RFC 9180 section 4
Secret<32> secret_of(Hash hash) {
  Secret<32> out;
  std::copy_n(hash.bytes.begin(), Hash::size, out.data().begin());
  cleanse(hash.bytes);
  return out;
}

Secret<32> labeled_extract(ByteView suite, ByteView salt, std::string_view label, ByteView ikm) {
  return secret_of(HmacKey(salt).mac({as_bytes("HPKE-v1"), suite, as_bytes(label), ikm}));
}

void labeled_expand(ByteView suite, const Secret<32>& prk, std::string_view label,
                    std::initializer_list<ByteView> info, std::span<std::uint8_t> out) {
  if (info.size() > 3) std::abort();
  const std::array<std::uint8_t, 2> length = {static_cast<std::uint8_t>(out.size() >> 8),
                                              static_cast<std::uint8_t>(out.size())};
  std::array<ByteView, 3> parts;
  std::copy(info.begin(), info.end(), parts.begin());
  HmacKey(prk.view())
      .expand({length, as_bytes("HPKE-v1"), suite, as_bytes(label), parts[0], parts[1], parts[2]}, out);
}

// --- DHKEM, section 4.1
Secret<32> extract_and_expand(const Secret<32>& dh, const BoxPublicKey& enc, const BoxPublicKey& recipient) {
  const Secret<32> prk = labeled_extract(kem_suite, {}, "eae_prk", dh.view());
  Secret<32> out;
  labeled_expand(kem_suite, prk, "shared_secret", {enc.view(), recipient.view()}, out.data());
  return out;
}

// --- the key schedule of the base mode, section 5.1, and the one message, number 0: its nonce is the base
// nonce
struct AeadKey {
  const EVP_CIPHER* cipher = nullptr;
  Secret<32> key;  // AES-128 uses the first half
  std::array<std::uint8_t, nonce_size> nonce{};
};

const EVP_CIPHER* algorithm(HpkeAead aead) {
  const auto fetch = [](const char* name) {
    return expect(Cipher(EVP_CIPHER_fetch(nullptr, name, nullptr)));
  };
  static const Cipher aes128 = fetch("AES-128-GCM"), aes256 = fetch("AES-256-GCM"),
                      chacha = fetch("ChaCha20-Poly1305");
  switch (aead) {
    case HpkeAead::aes_128_gcm:
      return aes128.get();
    case HpkeAead::aes_256_gcm:
      return aes256.get();
    case HpkeAead::chacha20_poly1305:
      return chacha.get();
  }
  std::abort();
}

AeadKey key_schedule(const Secret<32>& shared_secret, ByteView info, HpkeAead aead) {
  const auto id = static_cast<std::uint16_t>(aead);
  const std::array<std::uint8_t, 10> suite = {'H',
                                              'P',
                                              'K',
                                              'E',
                                              0x00,
                                              0x20,  // KEM
                                              0x00,
                                              0x01,  // KDF
                                              static_cast<std::uint8_t>(id >> 8),
                                              static_cast<std::uint8_t>(id)};
  const Secret<32> psk_id_hash = labeled_extract(suite, {}, "psk_id_hash", {});
  const Secret<32> info_hash = labeled_extract(suite, {}, "info_hash", info);
  const Secret<32> secret = labeled_extract(suite, shared_secret.view(), "secret", {});
  AeadKey out;
  out.cipher = algorithm(aead);
  const std::size_t key_size = aead == HpkeAead::aes_128_gcm ? 16 : 32;
  const std::initializer_list<ByteView> context = {base_mode, psk_id_hash.view(), info_hash.view()};
  labeled_expand(suite, secret, "key", context, std::span<std::uint8_t>(out.key.data()).first(key_size));
  labeled_expand(suite, secret, "base_nonce", context, out.nonce);
  return out;
}

bool fits(ByteView a, ByteView b) {  // EVP counts in int
  constexpr std::size_t limit = std::size_t{1} << 30;
  return a.size() <= limit && b.size() <= limit;
}

Bytes aead_seal(const AeadKey& key, ByteView aad, ByteView plaintext) {
  const CipherContext context = expect(CipherContext(EVP_CIPHER_CTX_new()));
  EVP_CIPHER_CTX* c = context.get();
  Bytes out(plaintext.size() + tag_size);
  int size = 0;
  expect(EVP_EncryptInit_ex2(c, key.cipher, key.key.view().data(), key.nonce.data(), nullptr) == 1);
  expect(aad.empty() || EVP_EncryptUpdate(c, nullptr, &size, aad.data(), static_cast<int>(aad.size())) == 1);
  expect(plaintext.empty() ||
         EVP_EncryptUpdate(c, out.data(), &size, plaintext.data(), static_cast<int>(plaintext.size())) == 1);
  expect(EVP_EncryptFinal_ex(c, out.data() + plaintext.size(), &size) == 1);
  expect(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, tag_size, out.data() + plaintext.size()) == 1);
  return out;
}

Result<SecretBytes> aead_open(const AeadKey& key, ByteView aad, ByteView ct) {
  const CipherContext context = expect(CipherContext(EVP_CIPHER_CTX_new()));
  EVP_CIPHER_CTX* c = context.get();
  const ByteView body = ct.first(ct.size() - tag_size);
  Bytes tag = to_bytes(ct.last(tag_size));  // the control call takes it non-const
  SecretBytes out(body.size());
  int size = 0;
  expect(EVP_DecryptInit_ex2(c, key.cipher, key.key.view().data(), key.nonce.data(), nullptr) == 1);
  expect(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) == 1);
  expect(aad.empty() || EVP_DecryptUpdate(c, nullptr, &size, aad.data(), static_cast<int>(aad.size())) == 1);
  expect(body.empty() ||
         EVP_DecryptUpdate(c, out.data().data(), &size, body.data(), static_cast<int>(body.size())) == 1);
  std::uint8_t rest[tag_size];
  if (EVP_DecryptFinal_ex(c, rest, &size) != 1) return Code::cannot_open;
  return out;
}

KeyHandle x25519_public(const BoxPublicKey& key) {
  KeyHandle out(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "X25519", nullptr, key.bytes.data(), BoxPublicKey::size));
  expect(out != nullptr);
  return out;
}

}  // namespace

BoxKey BoxKey::generate(Random& random) {
  Secret<32> seed;
  random.fill(seed.data());
  return *from_seed(seed.view());
}

BoxKey BoxKey::derive(ByteView ikm) {
  const Secret<32> prk = labeled_extract(kem_suite, {}, "dkp_prk", ikm);
  Secret<32> seed;
  labeled_expand(kem_suite, prk, "sk", {}, seed.data());
  return *from_seed(seed.view());
}

Result<BoxKey> BoxKey::from_seed(ByteView seed) {
  auto secret = Secret<32>::from(seed);
  if (!secret.ok()) return secret.error();
  KeyHandle key(EVP_PKEY_new_raw_private_key_ex(nullptr, "X25519", nullptr, seed.data(), seed.size()));
  expect(key != nullptr);
  BoxPublicKey public_key;
  std::size_t size = BoxPublicKey::size;
  expect(EVP_PKEY_get_raw_public_key(key.get(), public_key.bytes.data(), &size) == 1);
  return BoxKey(std::move(key), *std::move(secret), public_key);
}

Result<Secret<32>> BoxKey::agree(const BoxPublicKey& theirs) const {
  const QuietErrors quiet;
  const KeyHandle peer = x25519_public(theirs);
  const PkeyContext context = expect(PkeyContext(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)));
  expect(EVP_PKEY_derive_init(context.get()) == 1);
  expect(EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1);
  Secret<32> out;
  std::size_t size = out.size;
  const bool derived = EVP_PKEY_derive(context.get(), out.data().data(), &size) == 1;
  // OpenSSL refuses the all-zero result itself; checked here too, as the RFC wants it from us.
  if (!derived || constant_time_equal(out.view(), Secret<32>().view())) {
    return Error{Code::bad_key, "X25519 key of small order"};
  }
  return out;
}

Result<HpkeSealed> hpke_seal(const BoxPublicKey& recipient, ByteView info, ByteView aad, ByteView plaintext,
                             Random& random, HpkeAead aead) {
  if (!fits(aad, plaintext)) return Code::too_large;
  Secret<32> ikm;
  random.fill(ikm.data());
  const BoxKey ephemeral = BoxKey::derive(ikm.view());
  const auto dh = ephemeral.agree(recipient);
  if (!dh.ok()) return dh.error();
  const Secret<32> shared = extract_and_expand(*dh, ephemeral.public_key(), recipient);
  return HpkeSealed{ephemeral.public_key(), aead_seal(key_schedule(shared, info, aead), aad, plaintext)};
}

Result<SecretBytes> hpke_open(const BoxKey& key, const BoxPublicKey& enc, ByteView info, ByteView aad,
                              ByteView ct, HpkeAead aead) {
  if (ct.size() < tag_size) return Code::truncated;
  if (!fits(aad, ct)) return Code::too_large;
  const QuietErrors quiet;
  const auto dh = key.agree(enc);
  if (!dh.ok()) return Code::cannot_open;
  const Secret<32> shared = extract_and_expand(*dh, enc, key.public_key());
  return aead_open(key_schedule(shared, info, aead), aad, ct);
}

}  // namespace gandan::crypto
