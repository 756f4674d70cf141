#include "protocol/record_key.hpp"

#include "base/codec.hpp"
#include "crypto/hash.hpp"

namespace gandan::protocol {
namespace {
constexpr std::uint8_t kVersion = 1;
}

Bytes record_key_data(const RealmId& realm, const RecordKeyEntry& entry) {
  Bytes out = crypto::domain_prefix("gandan/record-key/v1", realm);
  CanonicalWriter a(out);
  a(entry.unit, entry.record, entry.key, entry.epoch);
  return out;
}

Bytes encode_record_key(const RecordKeyEntry& entry) {
  Bytes out;
  CanonicalWriter a(out);
  a(kVersion, entry.unit, entry.record, entry.key, entry.epoch, entry.ct);
  return out;
}

Result<RecordKeyEntry> decode_record_key(ByteView bytes) {
  if (bytes.size() > kMaxRecordKeyBytes) return Error{Code::too_large, "record key"};
  try {
    BoundedReader a(bytes);
    std::uint8_t version = 0;
    a(version);
    if (version != kVersion) return Error{Code::newer_format, "record key"};
    RecordKeyEntry out;
    a(out.unit, out.record, out.key, out.epoch, out.ct);
    if (out.epoch == 0) return Error{Code::malformed, "epoch"};
    if (a.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

}  // namespace gandan::protocol
