// Lease: how long this device works without contact, where the realm's policy says so. Contact is a whole
// sync (by the server's clock) or an administrator's renewal (by his).
//
//   ends = last contact + days of the policy        over: the time has come, by the latest time that was seen
//
// A device's clock can be set back, so time never goes back here: the latest of its wall clock, of what was
// noted in the vault (every ten minutes of use, and when the program goes on), and of what the monotonic
// clock counted since the program's first look. A sync alone sets it anew, also back, for a clock that once
// ran ahead and was set right. What that leaves open stands in THREATS.md.
//
// Threading: as the vault's.
#pragma once

#include "roster/renewal.hpp"
#include "vault/vault.hpp"

namespace gandan::vault {

// The latest time that this program saw, and what the monotonic clock said then. Fresh: nothing yet.
struct TimeSeen {
  std::int64_t at_ms = 0;
  std::int64_t monotonic_ms = 0;
};

struct Lease {
  std::uint16_t days = 0;
  std::int64_t contact_ms = 0;
  std::int64_t now_ms = 0;

  std::int64_t ends_ms() const { return contact_ms + std::int64_t{days} * 24 * 3'600'000; }
  bool over() const { return now_ms >= ends_ms(); }
};

// The lease that binds this device, at the latest time seen; notes that time. Nothing: the policy knows none,
// or the device holds no role. Where there was no contact yet, it starts now, by this device's clock.
Result<std::optional<Lease>> lease(Vault& vault, TimeSeen& seen);

// A whole sync with a server whose clock said so. What it says is its word alone, so it moves time forward,
// and back no further than this device's own clock stands: whoever says too little does no more harm than who
// says nothing. False: it is not believed, for it is no time, or lies before a receipt of this device that
// its ledger's key vouches for; that is told once (Code::receipt_back).
Result<bool> note_contact(Vault& vault, std::int64_t server_ms);

// Takes a renewal: contact when it was signed, but never later than now, for its issuer's clock may run
// ahead; what such a clock signed keeps no later one out. Code::renewal_other for another device's,
// renewal_old when it is not later than the last contact or was used before, so that none counts twice; else
// roster::check_renewal's.
Status renew(Vault& vault, TimeSeen& seen, const roster::Renewal& renewal);

}  // namespace gandan::vault
