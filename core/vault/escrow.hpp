// Escrow: the secret of the top unit's current epoch in n shares, of which any k give it back. Whoever has it
// reads the whole realm, so it is what a province needs when all its administrators' devices are gone, and
// the shares are kept apart: printed, or sealed for the devices of their keepers. Bytes: schema/wire/keys.md.
//
// A share says of itself whose it is and bears a checksum against mistyping. That the secret which comes out
// is the right one, the epoch's commitment in the roster says.
//
// Threading: as the vault's.
#pragma once

#include "crypto/seal/shamir.hpp"
#include "vault/vault.hpp"

namespace gandan::vault {

constexpr std::size_t kMaxShares = 16;

struct EscrowShare {
  FixedBytes<8, struct RealmMarkTag> realm;  // the realm id's first bytes
  std::uint32_t epoch = 0;                   // of the top unit
  std::uint8_t threshold = 0;
  std::uint8_t count = 0;
  FixedBytes<4, struct EscrowSetTag> set;  // of one making; shares of two do not go together
  crypto::ShamirShare share;
};

// "gandan-escrow v1" and hexadecimal digits in groups of four.
std::string share_text(const EscrowShare& share);
Result<EscrowShare> read_share(std::string_view text);  // Code::malformed: mistyped, or something else

// The same for one device, which alone can read it: "gandan-escrow-sealed v1".
Result<std::string> sealed_share_text(const RealmId& realm, const EscrowShare& share, const DeviceId& device,
                                      const BoxPublicKey& key, Random& random);
bool is_sealed_share(std::string_view text);
Result<EscrowShare> open_share(Vault& vault,
                               std::string_view text);  // Code::cannot_open for another device's

// What this device knows of the escrow that it made last.
struct EscrowMade {
  std::uint32_t epoch = 0;
  std::uint8_t threshold = 0;
  std::uint8_t count = 0;
  std::int64_t made_ms = 0;
  template <class A>
  void serialize(A& a) {
    a(epoch, threshold, count, made_ms);
  }
};
Result<std::optional<EscrowMade>> escrow_made(Vault& vault);
// When the shares are where they are kept.
Status note_escrow(Vault& vault, const std::vector<EscrowShare>& shares);

// Code::not_authorized unless this device administers the top; no_key without its secret.
Result<std::vector<EscrowShare>> make_escrow(Vault& vault, std::size_t threshold, std::size_t count);
// Takes the secret that the shares give: what waits for it opens. Code::bad_request with too few, with shares
// of several makings or another realm; Code::bad_proof when what comes out is not the epoch's secret;
// not_enrolled. Returns the epoch.
Result<std::uint32_t> recover_escrow(Vault& vault, const std::vector<EscrowShare>& shares);

}  // namespace gandan::vault
