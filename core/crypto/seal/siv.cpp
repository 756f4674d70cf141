// OpenSSL 3.0 has a SIV cipher of its own: it fetches a MAC for each key and runs CMAC block by block, and
// before 3.0.10 it skipped empty associated data (CVE-2023-2975). This one is S2V over AES-CBC and AES-CTR of
// the EVP interface; the tests hold it against OpenSSL's and the published vectors.
#include "crypto/seal/siv.hpp"

#include <cstdlib>

#include "crypto/openssl.hpp"

namespace gandan::crypto {
namespace {

constexpr std::size_t block_size = 16;  // of AES, bytes
using Block = std::array<std::uint8_t, block_size>;

struct Ciphers {
  Cipher cbc, ctr;
};

const Ciphers& ciphers(std::size_t key_bits) {
  const auto fetch = [](const char* cbc, const char* ctr) {
    return Ciphers{expect(Cipher(EVP_CIPHER_fetch(nullptr, cbc, nullptr))),
                   expect(Cipher(EVP_CIPHER_fetch(nullptr, ctr, nullptr)))};
  };
  static const Ciphers aes128 = fetch("AES-128-CBC", "AES-128-CTR");
  static const Ciphers aes192 = fetch("AES-192-CBC", "AES-192-CTR");
  static const Ciphers aes256 = fetch("AES-256-CBC", "AES-256-CTR");
  return key_bits == 256 ? aes256 : key_bits == 192 ? aes192 : aes128;
}

void exclusive_or(Block& into, const std::uint8_t* with) {
  for (std::size_t i = 0; i < block_size; ++i) into[i] ^= with[i];
}

// Multiplication by x in GF(2^128), RFC 5297 section 2.3, without a branch on the secret bit.
void double_block(Block& block) {
  const auto reduce = static_cast<std::uint8_t>(-(block[0] >> 7) & 0x87);
  for (std::size_t i = 0; i + 1 < block_size; ++i) {
    block[i] = static_cast<std::uint8_t>((block[i] << 1) | (block[i + 1] >> 7));
  }
  block[block_size - 1] = static_cast<std::uint8_t>((block[block_size - 1] << 1) ^ reduce);
}

// AES-CMAC, RFC 4493: the last block of a CBC encryption whose last plaintext block is masked.
class Cmac {
 public:
  Cmac(const EVP_CIPHER* cbc, ByteView key) : context_(expect(CipherContext(EVP_CIPHER_CTX_new()))) {
    const Block zero{};
    expect(EVP_EncryptInit_ex2(context_.get(), cbc, key.data(), zero.data(), nullptr) == 1);
    expect(EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1);
    whole_mask_ = encrypt(zero);
    double_block(whole_mask_);
    padded_mask_ = whole_mask_;
    double_block(padded_mask_);
  }
  Cmac(const Cmac&) = delete;
  Cmac& operator=(const Cmac&) = delete;
  ~Cmac() {
    cleanse(whole_mask_);
    cleanse(padded_mask_);
  }

  Block operator()(ByteView message) {
    restart();
    return finish(message);
  }
  // Of the message with `mask` added to its last block; at least one block. RFC 5297's xorend.
  Block masked(ByteView message, const Block& mask) {
    restart();
    // What the mask touches, and the whole block that it may begin in, is copied; the rest is not.
    const std::size_t head = (message.size() - block_size) / block_size * block_size;
    chain(message.first(head));
    std::array<std::uint8_t, 2 * block_size> tail;
    const std::size_t size = message.size() - head;
    std::copy_n(message.begin() + static_cast<std::ptrdiff_t>(head), size, tail.begin());
    for (std::size_t i = 0; i < block_size; ++i) tail[size - block_size + i] ^= mask[i];
    const Block out = finish({tail.data(), size});
    cleanse(tail);
    return out;
  }

 private:
  void restart() {
    const Block zero{};
    expect(EVP_EncryptInit_ex2(context_.get(), nullptr, nullptr, zero.data(), nullptr) == 1);
  }
  Block encrypt(const Block& block) {
    Block out;
    int size = 0;
    expect(EVP_EncryptUpdate(context_.get(), out.data(), &size, block.data(), block_size) == 1);
    return out;
  }
  void chain(ByteView blocks) {
    std::array<std::uint8_t, 2048> discarded;
    while (!blocks.empty()) {
      const std::size_t n = std::min(blocks.size(), discarded.size());
      int size = 0;
      expect(EVP_EncryptUpdate(context_.get(), discarded.data(), &size, blocks.data(), static_cast<int>(n)) ==
             1);
      blocks = blocks.subspan(n);
    }
  }
  Block finish(ByteView message) {
    const std::size_t head = message.empty() ? 0 : (message.size() - 1) / block_size * block_size;
    chain(message.first(head));
    Block last{};
    const std::size_t size = message.size() - head;
    std::copy_n(message.begin() + static_cast<std::ptrdiff_t>(head), size, last.begin());
    if (size < block_size) last[size] = 0x80;
    exclusive_or(last, size == block_size ? whole_mask_.data() : padded_mask_.data());
    const Block out = encrypt(last);
    cleanse(last);
    return out;
  }

  CipherContext context_;
  Block whole_mask_, padded_mask_;  // RFC 4493's K1 and K2
};

// RFC 5297 section 2.4. The plaintext is the last string, also when it is empty.
Block s2v(const EVP_CIPHER* cbc, ByteView key, AssociatedData ads, ByteView plaintext) {
  if (ads.strings().size() > 126) std::abort();
  Cmac cmac(cbc, key);
  Block d = cmac(Block{});
  for (const ByteView string : ads.strings()) {
    double_block(d);
    exclusive_or(d, cmac(string).data());
  }
  if (plaintext.size() >= block_size) return cmac.masked(plaintext, d);
  double_block(d);
  for (std::size_t i = 0; i < plaintext.size(); ++i) d[i] ^= plaintext[i];
  d[plaintext.size()] ^= 0x80;
  return cmac(d);
}

// RFC 5297 section 2.5: the counter starts at the tag without its bits 31 and 63.
void apply_ctr(const EVP_CIPHER* ctr, ByteView key, Block tag, ByteView in, std::uint8_t* out) {
  tag[8] &= 0x7f;
  tag[12] &= 0x7f;
  const CipherContext context = expect(CipherContext(EVP_CIPHER_CTX_new()));
  expect(EVP_EncryptInit_ex2(context.get(), ctr, key.data(), tag.data(), nullptr) == 1);
  while (!in.empty()) {
    const std::size_t n = std::min(in.size(), std::size_t{1} << 30);  // EVP counts in int
    int size = 0;
    expect(EVP_EncryptUpdate(context.get(), out, &size, in.data(), static_cast<int>(n)) == 1);
    in = in.subspan(n);
    out += n;
  }
}

Bytes seal(ByteView key, AssociatedData ads, ByteView plaintext) {
  const ByteView mac_key = key.first(key.size() / 2), ctr_key = key.last(key.size() / 2);
  const Ciphers& aes = ciphers(mac_key.size() * 8);
  const Block tag = s2v(aes.cbc.get(), mac_key, ads, plaintext);
  Bytes out(siv_overhead + plaintext.size());
  std::copy(tag.begin(), tag.end(), out.begin());
  apply_ctr(aes.ctr.get(), ctr_key, tag, plaintext, out.data() + siv_overhead);
  return out;
}

Result<Bytes> open(ByteView key, AssociatedData ads, ByteView sealed) {
  if (sealed.size() < siv_overhead) return Code::truncated;
  const ByteView mac_key = key.first(key.size() / 2), ctr_key = key.last(key.size() / 2);
  const Ciphers& aes = ciphers(mac_key.size() * 8);
  Block tag;
  std::copy_n(sealed.begin(), siv_overhead, tag.begin());
  Bytes out(sealed.size() - siv_overhead);
  apply_ctr(aes.ctr.get(), ctr_key, tag, sealed.subspan(siv_overhead), out.data());
  if (!constant_time_equal(s2v(aes.cbc.get(), mac_key, ads, out), tag)) {
    cleanse(out);
    return Code::cannot_open;
  }
  return out;
}

}  // namespace

Bytes siv_seal(const Secret<64>& key, AssociatedData ads, ByteView plaintext) {
  return seal(key.view(), ads, plaintext);
}
Bytes siv_seal(const Secret<48>& key, AssociatedData ads, ByteView plaintext) {
  return seal(key.view(), ads, plaintext);
}
Bytes siv_seal(const Secret<32>& key, AssociatedData ads, ByteView plaintext) {
  return seal(key.view(), ads, plaintext);
}
Result<Bytes> siv_open(const Secret<64>& key, AssociatedData ads, ByteView sealed) {
  return open(key.view(), ads, sealed);
}
Result<Bytes> siv_open(const Secret<48>& key, AssociatedData ads, ByteView sealed) {
  return open(key.view(), ads, sealed);
}
Result<Bytes> siv_open(const Secret<32>& key, AssociatedData ads, ByteView sealed) {
  return open(key.view(), ads, sealed);
}

}  // namespace gandan::crypto
