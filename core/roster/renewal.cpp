#include "roster/renewal.hpp"

#include <algorithm>

#include "base/codec.hpp"
#include "crypto/hash.hpp"

namespace gandan::roster {
namespace {

constexpr std::uint8_t kRenewalVersion = 1;

Bytes unsigned_bytes(const Renewal& renewal) {
  Bytes out;
  CanonicalWriter writer(out);
  writer(kRenewalVersion, renewal.device, renewal.issuer, renewal.time_ms);
  return out;
}

Bytes signed_bytes(const RealmId& realm, const Renewal& renewal) {
  Bytes out = crypto::domain_prefix("gandan/renewal/v1", realm);
  append(out, unsigned_bytes(renewal));
  return out;
}

}  // namespace

Bytes encode_renewal(const Renewal& renewal) {
  Bytes out = unsigned_bytes(renewal);
  append(out, renewal.signature.view());
  return out;
}

Result<Renewal> decode_renewal(ByteView bytes) {
  if (bytes.size() > kMaxRenewalBytes) return Code::too_large;
  try {
    BoundedReader reader(bytes);
    std::uint8_t version = 0;
    reader(version);
    if (version != kRenewalVersion) return Code::newer_format;
    Renewal out;
    reader(out.device, out.issuer, out.time_ms, out.signature);
    if (reader.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    if (out.time_ms < 0 || out.time_ms > kMaxRenewalTime) return Error{Code::malformed, "a time"};
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

Status sign_renewal(const RealmId& realm, Renewal& renewal, const crypto::Signer& signer) {
  GANDAN_TRY(renewal.signature, signer.sign(signed_bytes(realm, renewal)));
  return {};
}

bool may_renew(const Roster& roster, const DeviceId& issuer, const DeviceId& device) {
  const auto* info = roster.device(device);
  if (info == nullptr || issuer == device) return false;
  return std::any_of(info->grants.begin(), info->grants.end(), [&](const GrantInfo& grant) {
    return !grant.until &&
           (issuer == root_id(roster.root_key()) || roster.may(issuer, Right::administer, grant.unit));
  });
}

Status check_renewal(const Roster& roster, const Renewal& renewal) {
  const bool by_root = renewal.issuer == root_id(roster.root_key());
  const auto* issuer = roster.device(renewal.issuer);
  if (!by_root && issuer == nullptr) return Code::unknown_device;
  if (!crypto::verify(by_root ? roster.root_key() : issuer->sign_key, signed_bytes(roster.realm(), renewal),
                      renewal.signature))
    return Code::bad_signature;
  return may_renew(roster, renewal.issuer, renewal.device) ? Status() : Status(Code::not_authorized);
}

}  // namespace gandan::roster
