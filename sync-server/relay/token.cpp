#include "relay/token.hpp"

#include "protocol/messages.hpp"

namespace gandan::server {

Bytes TokenMint::make(const RealmId& realm, const Claim& claim) const {
  Bytes out = to_bytes(claim.device.view());
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(claim.expires_ms) >> shift));
  append(out, key_.mac({crypto::domain_prefix("gandan/token/v1", realm), out}).view());
  return out;
}

Result<TokenMint::Claim> TokenMint::check(const RealmId& realm, ByteView token, std::int64_t now_ms) const {
  if (token.size() != kTokenBytes) return Error{Code::token_expired, "not a token"};
  const Hash mac = key_.mac({crypto::domain_prefix("gandan/token/v1", realm), token.first(24)});
  if (!crypto::constant_time_equal(mac.view(), token.subspan(24)))
    return Error{Code::token_expired, "not our token"};
  Claim claim;
  claim.device = DeviceId::from(token.first(16));
  std::uint64_t expires = 0;
  for (std::size_t i = 16; i < 24; ++i) expires = expires << 8 | token[i];
  claim.expires_ms = static_cast<std::int64_t>(expires);
  if (claim.expires_ms <= now_ms || claim.expires_ms > now_ms + protocol::kTokenLifeMs)
    return Code::token_expired;
  return claim;
}

}  // namespace gandan::server
