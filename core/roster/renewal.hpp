// Renewal: an administrator's word that a device may go on working without contact, for the days that the
// realm's policy says, counted from the time that it names. For one device; carried as a text or in a bundle.
//
//   signed:  "gandan/renewal/v1" ‖ realm ‖ the encoding without the signature
//
// Bytes: schema/wire/renewal.md.
//
// Threading: plain values and pure functions.
#pragma once

#include "crypto/signer.hpp"
#include "roster/roster.hpp"

namespace gandan::roster {

struct Renewal {
  DeviceId device;
  DeviceId issuer;           // an administrator's device, or the root key's id
  std::int64_t time_ms = 0;  // when it was signed, by the issuer's clock; 0 to kMaxRenewalTime
  Signature signature;
};

constexpr std::size_t kMaxRenewalBytes = 128;
constexpr std::int64_t kMaxRenewalTime = std::int64_t{1} << 52;

Bytes encode_renewal(const Renewal& renewal);
Result<Renewal> decode_renewal(ByteView bytes);  // Code::newer_format, malformed, …

Status sign_renewal(const RealmId& realm, Renewal& renewal, const crypto::Signer& signer);  // its error

// Whether the issuer administers, now, a unit in which the device has a role, or one above; and is another
// device, for a stolen one must not renew itself. The root key may, too.
bool may_renew(const Roster& roster, const DeviceId& issuer, const DeviceId& device);

// Code::unknown_device when the roster does not know the issuer, bad_signature, not_authorized.
Status check_renewal(const Roster& roster, const Renewal& renewal);

}  // namespace gandan::roster
