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
    const std::uint64_t work =
        std::uint64_t{128} * (std::uint64_t{data[10]} << 8 | data[11]) * (data[12] | 1u);
    const bool costly = data[9] > 12 || (work << data[9]) > (1u << 19);
    if (costly) {
      // Above the bounds it is refused at once; what lies between them is a person's own choice.
      const std::uint64_t memory = data[9] > 31 ? UINT64_MAX : (work / (data[12] | 1u)) << data[9];
      if (memory <= 256u << 20) return 0;
    }
  }
  const test::HeapCeiling ceiling(3 << 20);  // of which scrypt's own 512 KiB
  const auto opened = open_with_passphrase(file, "mật khẩu", "root key");
  if (opened && opened->size() > passphrase_secret_max) std::abort();
  return 0;
}
