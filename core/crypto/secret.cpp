#include "crypto/secret.hpp"

#include <openssl/crypto.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <new>

namespace gandan::crypto {
namespace {

constexpr std::size_t arena_max = std::size_t{1} << 20;  // bytes: some 10,000 epochs' secrets
constexpr std::size_t arena_min = std::size_t{1} << 16;
constexpr std::size_t smallest_block = 32;

// Written once, by lock_secret_memory.
std::size_t arena_size = 0;
SecretMemory arena_kind = SecretMemory::ordinary;

// A quarter stays for the private keys that OpenSSL itself puts there: without room they could not be made.
bool has_room(std::size_t size) {
  return arena_size != 0 && CRYPTO_secure_used() + size <= arena_size - arena_size / 4;
}

}  // namespace

SecretBlock::SecretBlock(std::size_t size) : size_(size) {
  if (size == 0) return;
  if (has_room(size)) at_ = static_cast<std::uint8_t*>(OPENSSL_secure_zalloc(size));
  if (at_ == nullptr) at_ = static_cast<std::uint8_t*>(OPENSSL_zalloc(size));
  if (at_ == nullptr) throw std::bad_alloc();
}

SecretBlock::~SecretBlock() {
  if (at_ != nullptr) OPENSSL_secure_clear_free(at_, size_);  // of either kind
}

SecretMemory lock_secret_memory() {
  if (arena_size != 0) return arena_kind;
  std::size_t size = arena_max;
  rlimit limit{};
#ifdef RLIMIT_MEMLOCK
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0)
    while (size > arena_min && limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur) size /= 2;
#endif
  const int made = CRYPTO_secure_malloc_init(size, smallest_block);
  if (made == 0) return SecretMemory::ordinary;
  arena_size = size;
  arena_kind = made == 1 ? SecretMemory::locked : SecretMemory::not_locked;
  return arena_kind;
}

void cleanse(std::span<std::uint8_t> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

void forbid_memory_dumps() {
  const rlimit none{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
  // The sanitizers look into their own process, and would find themselves shut out.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

bool constant_time_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace gandan::crypto
