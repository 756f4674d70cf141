// Wrap: the secret of one epoch of a unit, sealed (HPKE) for one recipient. The server stores and hands out
// wraps; it opens none: making and opening them is changelog/keyring.
//
// HPKE does not say who sealed. Whoever opens a wrap checks what comes out against the epoch's signed
// statement. Bytes: schema/wire/encoding.md.
//
// Threading: plain values and pure functions.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "roster/roster.hpp"

namespace gandan::protocol {

enum class WrapKind : std::uint8_t {
  device = 1,  // a member device of the unit: recipient is a DeviceId
  parent = 2,  // an epoch of the unit's parent: recipient is a UnitId, recipient_epoch its number
  next_epoch =
      3,  // a later epoch of the same unit, for history: recipient is the unit, recipient_epoch the later one
};

using RecipientId = FixedBytes<16, struct RecipientTag>;  // a DeviceId's or UnitId's bytes
constexpr std::size_t kWrapCiphertextBytes = 32 + 16;     // an epoch secret and its tag

struct Wrap {
  static constexpr std::size_t wire_min = 1 + 1 + 16 + 1 + 16 + 1 + 32 + kWrapCiphertextBytes;
  UnitId unit;  // whose secret it is
  std::uint32_t epoch = 0;
  WrapKind kind = WrapKind::device;
  RecipientId recipient;
  std::uint32_t recipient_epoch = 0;  // 0 for devices
  BoxPublicKey enc;                   // HPKE's encapsulated key
  Bytes ct;                           // kWrapCiphertextBytes
};

// HPKE's info: binds realm, unit, epoch and recipient.
Bytes wrap_info(const RealmId& realm, const Wrap& wrap);

// Whether the roster knows an epoch of the unit by that number and the recipient as one that may get it: a
// device that reads by a role in the unit itself or administers it, an epoch of the unit's parent of now, a
// later epoch of the unit. Whether it opens, its recipient alone can say.
bool fits(const roster::Roster& roster, const Wrap& wrap);
// Whether the device may send it: an administrator of the unit any; who reads by a role in the unit itself
// one for an administrator's device, so that no secret hangs on the device that started its epoch.
bool may_send(const roster::Roster& roster, const DeviceId& sender, const Wrap& wrap);

Bytes encode_wrap(const Wrap& wrap);       // 119 bytes and a little more for high epochs
Result<Wrap> decode_wrap(ByteView bytes);  // Code::newer_format for a later version or an unknown kind

}  // namespace gandan::protocol
