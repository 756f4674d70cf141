// An entry of the key box: a key of one record, under a key that follows from its unit's epoch secret. The
// server stores entries, hands them to who may read the unit, and deletes them; it opens none: making and
// opening them is changelog/personal_value.
//
// Entries lie in key boxes only: never in a segment, statement, bundle or proof, so that what was deleted is
// gone. Bytes: schema/wire/personal.md.
//
// Threading: plain values and pure functions.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"

namespace gandan::protocol {

constexpr std::size_t kRecordKeyCiphertextBytes = 32 + 16;  // a key and its tag
constexpr std::size_t kMaxRecordKeyBytes = 128;
constexpr std::size_t kMaxKeysPerRecord =
    8;  // of one device: it makes one, and each copy of its vault another

struct RecordKeyEntry {
  UnitId unit;
  RecordId record;
  KeyId key;
  std::uint32_t epoch = 0;  // whose secret opens it; from 1
  FixedBytes<kRecordKeyCiphertextBytes, struct RecordKeyCtTag> ct;
};

// What binds the ciphertext to realm, unit, record, key and epoch.
Bytes record_key_data(const RealmId& realm, const RecordKeyEntry& entry);

Bytes encode_record_key(const RecordKeyEntry& entry);  // 98 bytes and a little more for high epochs
// Strict: one entry, one byte string. Code::newer_format for a later version.
Result<RecordKeyEntry> decode_record_key(ByteView bytes);

}  // namespace gandan::protocol
