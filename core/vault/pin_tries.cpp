#include "vault/pin_tries.hpp"

#include "base/codec.hpp"
#include "crypto/kdf.hpp"
#include "vault/files.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kDomain = "gandan/pin-tries/v1";
constexpr std::uint8_t kTriesVersion = 1;
constexpr std::size_t kFileMax = 8 * 1024;  // bytes

struct Tries {
  std::uint32_t wrong = 0;
  std::int64_t last_ms = 0;  // of the last one
  Hash mac;
  template <class A>
  void serialize(A& a) {
    a(wrong, last_ms, mac);
  }
};
struct TriesFile {
  std::uint8_t version = kTriesVersion;
  std::map<std::uint32_t, Tries> slots;
  template <class A>
  void serialize(A& a) {
    a(version, slots);
  }
};

std::string path(const std::string& folder) { return folder + "/vault.tries"; }

Hash mac_of(std::uint32_t slot, const Tries& tries, const TriesKey& key) {
  Bytes message = to_bytes(as_bytes(kDomain));
  append(message, encode(slot));
  append(message, encode(tries.wrong));
  append(message, encode(tries.last_ms));
  return crypto::hmac_sha256(key.view(), message);
}

// What cannot be read has no counts, and a PIN without a count is blocked.
Result<TriesFile> read(const std::string& folder) {
  const auto bytes = read_file(path(folder), kFileMax);
  if (!bytes && bytes.error().code != Code::not_found && bytes.error().code != Code::too_large)
    return bytes.error();
  if (!bytes) return TriesFile();
  auto file = decode<TriesFile>(*bytes);
  return file && file->version == kTriesVersion ? *file : TriesFile();
}

Status write(const std::string& folder, const TriesFile& file) {
  return write_file_atomically(path(folder), encode(file));
}

const Tries* find(const TriesFile& file, std::uint32_t slot, const TriesKey& key) {
  const auto found = file.slots.find(slot);
  if (found == file.slots.end()) return nullptr;
  return found->second.mac == mac_of(slot, found->second, key) ? &found->second : nullptr;
}

Status put(const std::string& folder, TriesFile& file, std::uint32_t slot, const TriesKey& key, Tries tries) {
  tries.mac = mac_of(slot, tries, key);
  file.slots[slot] = tries;
  return write(folder, file);
}

}  // namespace

TriesKey tries_key(ByteView second_secret) {
  return crypto::hkdf_sha256<32>(second_secret, {}, as_bytes(kDomain));
}

Status count_try(const std::string& folder, std::uint32_t slot, const TriesKey& key, std::int64_t now_ms) {
  GANDAN_TRY(auto file, read(folder));
  const Tries* known = find(file, slot, key);
  if (known == nullptr || known->wrong >= kMaxTries) return Code::pin_blocked;
  if (known->wrong >= kFreeTries) {
    const std::int64_t wait = kFirstWaitMs << (known->wrong - kFreeTries);
    // A clock that was set back does not shorten the wait, nor make it longer than it is.
    const std::int64_t passed = now_ms - known->last_ms;
    const std::int64_t left = passed < 0 ? wait : wait - passed;
    if (left > 0) {
      const std::string seconds = std::to_string((left + 999) / 1000);
      return Error{Code::pin_wait,
                   seconds + " s",
                   {{"pin", "wait", "Chờ " + seconds + " giây.", "Wait " + seconds + " seconds."}}};
    }
  }
  return put(folder, file, slot, key, {known->wrong + 1, now_ms, {}});
}

Status forget_tries(const std::string& folder, std::uint32_t slot, const TriesKey& key) {
  GANDAN_TRY(auto file, read(folder));
  const Tries* known = find(file, slot, key);
  if (known != nullptr && known->wrong == 0) return {};
  return put(folder, file, slot, key, {});
}

Status drop_tries(const std::string& folder, std::uint32_t slot) {
  GANDAN_TRY(auto file, read(folder));
  return file.slots.erase(slot) == 0 ? Status() : write(folder, file);
}

}  // namespace gandan::vault
