// Tokens: what a device shows instead of a signature, for at most 24 hours. They are no authority: whoever
// shows one is looked up in the roster at every call.
//
//   device (16 bytes) ‖ expiry in ms (8, big-endian) ‖ HMAC-SHA-256(secret, "gandan/token/v1" ‖ realm ‖ the
//   24 bytes)
//
// Threading: const after construction; safe from several threads.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "crypto/kdf.hpp"

namespace gandan::server {

constexpr std::size_t kTokenBytes = 16 + 8 + 32;

class TokenMint {
 public:
  explicit TokenMint(ByteView secret) : key_(secret) {}

  struct Claim {
    DeviceId device;
    std::int64_t expires_ms = 0;
  };
  Bytes make(const RealmId& realm, const Claim& claim) const;
  // Code::token_expired for anything but a token of this server that is valid at `now_ms`.
  Result<Claim> check(const RealmId& realm, ByteView token, std::int64_t now_ms) const;

 private:
  crypto::HmacKey key_;
};

}  // namespace gandan::server
