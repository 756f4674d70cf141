// Value: what one field of a record can hold. No floating point: areas (m²) and money (đồng) are integers.
// Bytes: schema/wire/segment.md. JSON: schema/api (records/json_values does the conversion).
//
// Threading: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"

namespace gandan::changelog {

struct Null {
  friend bool operator==(Null, Null) { return true; }
};
struct Date {             // a calendar date, without time zone
  std::int32_t days = 0;  // since 1970-01-01
  friend bool operator==(Date a, Date b) { return a.days == b.days; }
};
struct Instant {
  std::int64_t ms = 0;  // since 1970-01-01T00:00:00Z
  friend bool operator==(Instant a, Instant b) { return a.ms == b.ms; }
};
struct Choices {  // codes of select_one (one) and select_multiple (any), sorted, each once
  std::vector<std::string> codes;
  friend bool operator==(const Choices& a, const Choices& b) { return a.codes == b.codes; }
};
struct Position {
  std::int32_t latitude_e7 = 0;   // 1e-7 degrees, north positive
  std::int32_t longitude_e7 = 0;  // 1e-7 degrees, east positive
  std::uint32_t accuracy_cm = 0;  // radius of 68 % confidence; 0 is unknown
  friend bool operator==(const Position& a, const Position& b) {
    return a.latitude_e7 == b.latitude_e7 && a.longitude_e7 == b.longitude_e7 &&
           a.accuracy_cm == b.accuracy_cm;
  }
};
// An attachment. Its chunks are encrypted under its own key and named by the hash of their ciphertext.
struct BlobRef {
  std::string name;        // file name as the person gave it, no folders
  std::string media_type;  // e.g. image/jpeg
  std::uint64_t size = 0;  // bytes of the plain file
  Bytes key;               // 32 bytes, for this blob alone
  std::vector<Hash> chunks;
  friend bool operator==(const BlobRef& a, const BlobRef& b) {
    return a.name == b.name && a.media_type == b.media_type && a.size == b.size && a.key == b.key &&
           a.chunks == b.chunks;
  }
};
struct Sealed {  // encrypted for named recipients: sealed_value.hpp
  Bytes bytes;
  friend bool operator==(const Sealed& a, const Sealed& b) { return a.bytes == b.bytes; }
};
struct Personal {  // reserved: encrypted under a person's key, which can be erased
  Bytes bytes;
  friend bool operator==(const Personal& a, const Personal& b) { return a.bytes == b.bytes; }
};
// Which ops of a record its author had seen: per feed the highest HLC. A version vector.
using Seen = std::map<FeedId, std::uint64_t>;
// A delete, a withdrawal or a finalisation: it speaks of exactly the ops it has seen.
struct Mark {
  Seen seen;
  Hash content;        // finalisation: hash of the canonical document; else zero
  std::string reason;  // withdrawal: why, for people; else empty
  friend bool operator==(const Mark& a, const Mark& b) {
    return a.seen == b.seen && a.content == b.content && a.reason == b.reason;
  }
};

// The order of the alternatives is the type tag on the wire; appended to, never reordered.
using Value = std::variant<Null, bool, std::int64_t, std::string, Date, Instant, Choices, Position, BlobRef,
                           Sealed, Personal, Mark>;

constexpr std::size_t kMaxValueBytes = 32 * 1024;  // encoded; longer content is a blob

}  // namespace gandan::changelog
