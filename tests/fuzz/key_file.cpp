// Key files: read before anybody is known. The checksum, which defends against nobody, is made right, so that
// mutations get behind it. What is taken is what its writer wrote, byte for byte.
#include <cstdlib>

#include "crypto/hash.hpp"
#include "fuzz/seeds.hpp"
#include "support/heap_meter.hpp"
#include "vault/key_file.hpp"

namespace {

using namespace gandan;

Bytes example() {
  vault::KeyFile file;
  file.generation = 3;
  vault::KeySlot slot;
  for (const auto kind : {vault::SlotKind::passphrase, vault::SlotKind::keystore, vault::SlotKind::recovery,
                          vault::SlotKind::pin, vault::SlotKind::token}) {
    slot.number = ++file.last_number;
    slot.kind = kind;
    slot.sealed = Bytes(48);
    slot.label = "CB01";
    if (kind == vault::SlotKind::token) slot.token_uri = "pkcs11:token=office;object=vault";
    file.slots.push_back(slot);
  }
  return vault::encode_key_file(file, Bytes(32));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool seeded = [] {
    const Bytes file = example();
    fuzz::seed("all_kinds", Bytes(file.begin(), file.end() - static_cast<std::ptrdiff_t>(Hash::size)));
    return vault::decode_key_file(example()).ok();
  }();
  if (!seeded) std::abort();
  Bytes file(data, data + size);
  append(file, crypto::sha256(file).view());
  const test::HeapCeiling ceiling;
  const auto read = vault::decode_key_file(file);
  if (!read) {
    if (read.error().code != Code::vault_damaged && read.error().code != Code::vault_newer) std::abort();
    return 0;
  }
  if (read->generation == 0) return 0;  // of a program before slots: a passphrase file, see passphrase.cpp
  (void)vault::is_authentic(*read, Bytes(32));
  const Bytes again = vault::encode_key_file(*read, Bytes(32));
  const std::size_t body = file.size() - 2 * Hash::size;
  if (again.size() != file.size() || !equal(ByteView(again).first(body), ByteView(file).first(body)))
    std::abort();
  return 0;
}
