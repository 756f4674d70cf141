// Entry: one line of the ledger, 42 bytes, and what its Merkle tree hashes. It names a segment or a statement
// by its hash and says when the server received it; bytes: schema/wire/ledger.md.
//
// Threading: plain values and pure functions.
#pragma once

#include <array>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace gandan::ledger {

constexpr std::uint8_t kEntryVersion = 1;
constexpr std::size_t kEntryBytes = 42;

enum class EntryType : std::uint8_t {
  segment = 1,    // hash: protocol::segment_hash
  statement = 2,  // hash: the roster statement's
  feed_map = 3,   // hash: the root of the sorted map feed -> (sequence, hash)
};

struct Entry {
  EntryType type = EntryType::segment;
  Hash hash;
  std::int64_t receipt_ms = 0;  // since 1970 UTC, not negative; along the ledger it never decreases
};

using EntryBytes = std::array<std::uint8_t, kEntryBytes>;

EntryBytes entry_bytes(const Entry& entry);
// Code::malformed for another length, Code::newer_format for a version or type of later programs.
Result<Entry> parse_entry(ByteView bytes);
Hash entry_leaf(const Entry& entry);  // leaf_hash of its bytes

}  // namespace gandan::ledger
