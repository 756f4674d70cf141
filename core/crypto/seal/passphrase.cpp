#include "crypto/seal/passphrase.hpp"

#include <openssl/params.h>

#include "crypto/hash.hpp"
#include "crypto/openssl.hpp"
#include "crypto/seal/siv.hpp"

namespace gandan::crypto {
namespace {

// A first byte beyond ASCII and both line ends, as in PNG: a transfer as text is noticed at once.
constexpr std::array<std::uint8_t, 8> magic = {0x89, 'G', 'D', 'P', '\r', '\n', 0x1a, '\n'};
constexpr std::uint8_t version = 1;
constexpr std::string_view domain = "gandan/passphrase-file/v1";
constexpr std::size_t salt_max = 64;     // bytes
constexpr std::size_t purpose_max = 64;  // bytes
// magic, version, log2 N, r (2), p, length of salt, length of purpose; tag; checksum
constexpr std::size_t file_min = 8 + 1 + 1 + 2 + 1 + 1 + 1 + siv_overhead + Hash::size;
constexpr std::size_t file_max = file_min + salt_max + purpose_max + passphrase_secret_max;

Result<SivKey> file_key(std::string_view passphrase, const ScryptParams& params) {
  const auto key = scrypt(passphrase, params, SivKey::size);
  if (!key.ok()) return key.error();
  return SivKey::from(key->view());
}

struct Header {
  ScryptParams params;
  std::string_view purpose;
  ByteView bytes;   // all of the header
  ByteView sealed;  // what follows it
};

// Precondition: `in` is a whole file without its checksum, of file_min bytes or more with it.
Result<Header> parse(ByteView in) {
  Header out;
  const ByteView all = in;
  const auto take = [&in](std::size_t n) {
    const ByteView taken = in.first(n);
    in = in.subspan(n);
    return taken;
  };
  take(magic.size());
  if (take(1)[0] != version) return Code::newer_format;
  const std::uint8_t log2_n = take(1)[0];
  if (log2_n > 31) return Error{Code::too_large, "scrypt N"};
  out.params.n = std::uint32_t{1} << log2_n;
  const ByteView r = take(2);
  out.params.r = static_cast<std::uint32_t>(r[0] << 8 | r[1]);
  out.params.p = take(1)[0];
  const std::size_t salt_size = take(1)[0];
  if (salt_size > in.size()) return Code::truncated;
  out.params.salt = to_bytes(take(salt_size));
  if (in.empty()) return Code::truncated;
  const std::size_t purpose_size = take(1)[0];
  if (purpose_size > in.size()) return Code::truncated;
  out.purpose = as_text(take(purpose_size));
  if (in.size() < siv_overhead) return Code::truncated;
  out.bytes = all.first(all.size() - in.size());
  out.sealed = in;
  GANDAN_CHECK(validate(out.params));
  return out;
}

}  // namespace

ScryptParams ScryptParams::fresh(Random& random) {
  ScryptParams out;
  out.salt.resize(16);
  random.fill(out.salt);
  return out;
}

Status validate(const ScryptParams& params) {
  const std::uint64_t n = params.n, r = params.r, p = params.p;
  if (n < 2 || (n & (n - 1)) != 0 || r == 0 || p == 0) return Error{Code::malformed, "scrypt parameters"};
  if (r == 1 && n >= 65536) return Error{Code::malformed, "scrypt N for r = 1"};  // N < 2^(128·r/8)
  // r first: with it bounded, none of the products below can overflow.
  if (r > scrypt_memory_max / 128 || 128 * n * r > scrypt_memory_max)
    return Error{Code::too_large, "scrypt memory"};
  if (p > 16 || 128 * n * r * p > scrypt_memory_max * 4) return Error{Code::too_large, "scrypt work"};
  if (params.salt.size() > salt_max) return Error{Code::too_large, "scrypt salt"};
  return {};
}

Result<SecretBytes> scrypt(std::string_view passphrase, const ScryptParams& params, std::size_t length) {
  GANDAN_CHECK(validate(params));
  if (length == 0 || length > scrypt_length_max) return Error{Code::too_large, "scrypt output"};
  static const Kdf kdf = expect(Kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr)));
  const KdfContext context = expect(KdfContext(EVP_KDF_CTX_new(kdf.get())));
  std::uint64_t n = params.n, memory = scrypt_memory_max + (scrypt_memory_max >> 2);  // with p's blocks
  std::uint32_t r = params.r, p = params.p;
  // OSSL_PARAM takes what it only reads as non-const.
  void* pass = const_cast<char*>(passphrase.empty() ? "" : passphrase.data());
  void* salt = params.salt.empty() ? pass : const_cast<std::uint8_t*>(params.salt.data());
  const OSSL_PARAM list[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, pass, passphrase.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt, params.salt.size()),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
      OSSL_PARAM_construct_end()};
  const QuietErrors quiet;
  SecretBytes out(length);
  if (EVP_KDF_derive(context.get(), out.data().data(), length, list) != 1) {
    return Error{Code::crypto_failed, "scrypt: not enough memory"};
  }
  return out;
}

Result<Bytes> seal_with_passphrase(ByteView secret, std::string_view passphrase, std::string_view purpose,
                                   const ScryptParams& params) {
  if (secret.size() > passphrase_secret_max) return Code::too_large;
  if (purpose.empty() || purpose.size() > purpose_max) return Error{Code::bad_request, "purpose"};
  GANDAN_CHECK(validate(params));
  if (params.r > 0xffff) return Error{Code::too_large, "scrypt r"};
  std::uint8_t log2_n = 0;
  while ((std::uint32_t{1} << log2_n) < params.n) ++log2_n;

  Bytes out(magic.begin(), magic.end());
  out.push_back(version);
  out.push_back(log2_n);
  out.push_back(static_cast<std::uint8_t>(params.r >> 8));
  out.push_back(static_cast<std::uint8_t>(params.r));
  out.push_back(static_cast<std::uint8_t>(params.p));
  out.push_back(static_cast<std::uint8_t>(params.salt.size()));
  append(out, params.salt);
  out.push_back(static_cast<std::uint8_t>(purpose.size()));
  append(out, as_bytes(purpose));

  const auto key = file_key(passphrase, params);
  if (!key.ok()) return key.error();
  const Bytes sealed = siv_seal(*key, {as_bytes(domain), out}, secret);
  append(out, sealed);
  append(out, sha256(out).view());
  return out;
}

Result<SecretBytes> open_with_passphrase(ByteView file, std::string_view passphrase,
                                         std::string_view purpose) {
  if (file.size() < file_min) return Code::truncated;
  if (file.size() > file_max) return Code::too_large;
  if (!equal(file.first(magic.size()), magic)) return Error{Code::malformed, "not a passphrase file"};
  // The checksum is no defence against people: it tells damage from a wrong passphrase.
  const ByteView body = file.first(file.size() - Hash::size);
  if (!equal(sha256(body).view(), file.last(Hash::size))) return Error{Code::malformed, "checksum"};
  GANDAN_TRY(const Header header, parse(body));
  if (header.purpose != purpose) return Error{Code::malformed, "made for another purpose"};

  const auto key = file_key(passphrase, header.params);
  if (!key.ok()) return key.error();
  auto opened = siv_open(*key, {as_bytes(domain), header.bytes}, header.sealed);
  if (!opened.ok()) return Code::wrong_passphrase;
  SecretBytes out{ByteView(*opened)};
  cleanse(*opened);
  return out;
}

}  // namespace gandan::crypto
