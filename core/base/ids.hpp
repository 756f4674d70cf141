// The names of things. Every id is 128 bits, made on a device; a hash is SHA-256.
// For people and JSON an id is 26 characters of Crockford base32, lower case.
//
// Threading: plain values.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan {

using Hash = FixedBytes<32, struct HashTag>;
using RealmId = FixedBytes<32, struct RealmTag>;         // hash of the root key and a nonce, see roster
using DeviceId = FixedBytes<16, struct DeviceTag>;       // first half of the hash of the device's keys
using UnitId = FixedBytes<16, struct UnitTag>;           // random handle; the name lies in the records
using FeedId = FixedBytes<16, struct FeedTag>;           // from (device, incarnation, unit)
using RecordId = FixedBytes<16, struct RecordTag>;       // from (feed, counter)
using ItemId = FixedBytes<16, struct ItemTag>;           // from (feed, counter), like a record's
using HolderId = FixedBytes<16, struct HolderTag>;       // a person's neutral handle: a record's id
using KeyId = FixedBytes<16, struct KeyTag>;             // of the key: which one of a record
using Signature = FixedBytes<64, struct SignatureTag>;   // Ed25519
using SignPublicKey = FixedBytes<32, struct SignPkTag>;  // Ed25519
using BoxPublicKey = FixedBytes<32, struct BoxPkTag>;    // X25519

std::string to_base32(ByteView id);  // 16 bytes -> 26 characters
std::optional<Bytes> from_base32(
    std::string_view text);  // 26 characters -> 16 bytes; O, I, L read as 0, 1, 1

// What people read and type of an id's text: "n69g-1" where it counts (a record's, an item's: the end of its
// feed's part, then the counter without its zeros), else the last six characters. Nearly unique in a realm,
// never surely.
std::string short_id(std::string_view text);
// How the id ends that a person typed in one of these forms, in lower case: "N69G-1" is "n69g000000001".
std::string id_ending(std::string_view typed);

template <class Tag>
std::string to_text(const FixedBytes<16, Tag>& id) {
  return to_base32(id.view());
}
template <class Id>
Result<Id> id_from_text(std::string_view text) {
  auto bytes = from_base32(text);
  if (!bytes || bytes->size() != Id::size) return Error{Code::bad_id, std::string(text)};
  return Id::from(*bytes);
}

}  // namespace gandan
