// Columns: the ops of one segment, laid out attribute by attribute so that little remains to be said of each.
// Private to this folder. The layout, byte by byte: schema/wire/segment.md.
//
//   head    feeds, id prefixes, saves, replaced stamps, records, paths, tags, numbers, lengths, keys and
//   hashes text    names of fields, texts
// The two are compressed apart: they have little in common.
//
// Threading: pure functions. Errors: Code::malformed, truncated, not_canonical, too_large; Code::parked for a
// value type that this version does not know.
#pragma once

#include "changelog/op.hpp"

namespace gandan::changelog {

struct Columns {
  Bytes bytes;
  std::size_t text_start = 0;  // where the head ends
};

constexpr std::int64_t kColumnsEpochMs =
    1'577'836'800'000;  // 2020-01-01T00:00:00Z: the first save counts from here
constexpr std::uint64_t kHlcMsMask = (std::uint64_t{1} << 48) - 1;
constexpr std::uint64_t kTypes = 16;  // room for types of values
static_assert(std::variant_size_v<Value> <= kTypes);
constexpr std::size_t kMaxIdPrefixes =
    16'384;  // feeds and prefixes of one segment: keeps mixed numbers in 64 bits

// `own` is the segment's feed. Precondition: 1 or more ops that passed check_op.
Result<Columns> write_columns(const FeedId& own, std::span<const Op> ops);
// Checks what check_op checks. `padded`: zeros may follow.
Result<std::vector<Op>> read_columns(const FeedId& own, std::size_t op_count, ByteView columns,
                                     bool padded = false);

// check_op without the path, for whoever has checked that already.
Status check_op_besides_path(const Op& op);

}  // namespace gandan::changelog
