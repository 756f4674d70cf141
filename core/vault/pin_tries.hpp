// Wrong tries at PINs, counted in a file of their own (vault.tries) while the vault is closed. A try is
// counted before it is made, so that ending the program does not give it back. Bytes: schema/wire/keys.md.
//
//   5 wrong: wait 30 s, then twice as long each time; 10 wrong: blocked until the vault was opened otherwise
//
// Each count bears a MAC under a key from the PIN's second secret: whoever has the file alone cannot set it
// back. A count that is missing or does not hold is one that blocks. What no file can tell: an older copy of
// itself.
//
// Threading: functions; callers hold the folder's lock.
#pragma once

#include <string>

#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace gandan::vault {

constexpr std::uint32_t kFreeTries = 5;
constexpr std::uint32_t kMaxTries = 10;
constexpr std::int64_t kFirstWaitMs = 30'000;

using TriesKey = crypto::Secret<32>;
TriesKey tries_key(ByteView second_secret);

// Counts one more and returns when that is on the disk. Code::pin_wait (detail: seconds that are left),
// Code::pin_blocked: nothing was counted. Code::disk_full, disk_failed.
Status count_try(const std::string& folder, std::uint32_t slot, const TriesKey& key, std::int64_t now_ms);
// No wrong tries: after the right PIN, for a new slot, after the vault was opened otherwise. Writes nothing
// when it says so already.
Status forget_tries(const std::string& folder, std::uint32_t slot, const TriesKey& key);
Status drop_tries(const std::string& folder, std::uint32_t slot);  // of a slot that is removed

}  // namespace gandan::vault
