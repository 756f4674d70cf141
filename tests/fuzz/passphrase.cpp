// Passphrase files: what is refused is refused before any work is put into it. The checksum, which defends
// against nobody, is made right, so that mutations get behind it; files that ask for more than 512 KiB of
// scrypt are left alone.
#include <cstdlib>

#include "crypto/hash.hpp"
#include "crypto/seal/passphrase.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::crypto;
  static const bool warm = open_with_passphrase(Bytes(200), "a", "root key").ok();
  (void)warm;
  const ByteView in(data, size);
  {
    const test::HeapCeiling ceiling;  // as it came, the checksum is nearly always wrong
    if (size < 13 || data[9] > 12) (void)open_with_passphrase(in, "mật khẩu", "root key").ok();
  }
  Bytes file = to_bytes(in);
  append(file, sha256(in).view());
  if (size >= 13) {
    const std::uint64_t r = std::uint64_t{data[10]} << 8 | data[11], p = data[12] | 1u;
    const std::uint64_t n = data[9] > 31 ? UINT32_MAX : std::uint64_t{1} << data[9];
    // OpenSSL takes N blocks, one for each p and two to work in; its time is N times p.
    const bool costly = 128 * r * (n + p + 2) > (1u << 19) || 128 * r * n * p > (1u << 19);
    // Above the bounds it is refused at once; what lies between them is a person's own choice.
    if (costly && 128 * r * n <= 256u << 20) return 0;
  }
  const test::HeapCeiling ceiling(3 << 20);  // of which scrypt's own 512 KiB
  const auto opened = open_with_passphrase(file, "mật khẩu", "root key");
  if (opened && opened->size() > passphrase_secret_max) std::abort();
  return 0;
}
