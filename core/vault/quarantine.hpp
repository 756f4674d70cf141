// Quarantine: segments that are what their authors signed, and came after these were removed. They are kept
// and count nowhere; an administrator who looked at one can accept it, by a statement that names its hash.
//
// Threading: as the vault's.
#pragma once

#include "changelog/op.hpp"
#include "vault/vault.hpp"

namespace gandan::vault {

struct Quarantined {
  FeedId feed;
  std::uint64_t sequence = 0;
  Hash hash;
  DeviceId device;
  UnitId unit;
  std::vector<changelog::Op> ops;  // empty: it does not open here
};
// In the order of their feeds and places.
Result<std::vector<Quarantined>> quarantined(Vault& vault);

// Whether the segment of an acceptance is here, kept apart or not; and which stand before it in its feed and
// are kept apart.
Result<bool> have_segment(Vault& vault, const roster::AcceptBody& accept);
Result<std::vector<Hash>> quarantined_before(Vault& vault, const roster::AcceptBody& accept);

// All of them or none: Code::not_authorized, unknown_feed.
Status accept(Vault& vault, std::span<const Quarantined> chosen);

}  // namespace gandan::vault
