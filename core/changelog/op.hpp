// Op: one change of one field of one record.
//
// Paths (the key of a cell inside a record, ASCII, at most 400 bytes):
//   title                          a field
//   place.village                  a field in a group
//   agenda[<item>]                 an item of a list exists; its value is the order key (text)
//   agenda[<item>].text            a field of an item; items nest: a[<i>].b[<j>].c
//   @kind @deleted @final ...      what the record is, not what it says; items have @deleted too:
//   agenda[<item>]@deleted
// Names are [A-Za-z_][A-Za-z0-9_]*; <item> is an ItemId in its text form; nothing follows a mark.
//
// Ids: a record's or item's id is the first 10 bytes of its feed and a 48-bit counter, so it is unique
// without asking anybody, says which feed made it, and is a few bytes on the wire.
//
// Saves: the ops of one save carry consecutive HLC values from `save` on; `count` of them belong together and
// are applied together or not at all, also when a segment ends between them.
//
// A stamp names the feed in which the op was first written, which is not always the feed of the segment that
// carries it (a restored device seals its tail again): whoever takes ops in checks that both feeds are one
// device's.
//
// Threading: plain values.
#pragma once

#include "changelog/value.hpp"

namespace gandan::changelog {

constexpr std::size_t kMaxPathBytes = 400;
constexpr std::size_t kMaxReplaced = 256;
constexpr std::uint32_t kMaxSaveOps = 1u << 16;
constexpr std::int64_t kMaxClockLeadMs =
    3'600'000;  // a stamp further ahead of the wall clock does not lead ours

// A hybrid logical clock: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
using Hlc = std::uint64_t;
inline std::int64_t hlc_ms(Hlc hlc) { return static_cast<std::int64_t>(hlc >> 16); }

// The identity of an op, for ever: also when its segment is sealed again after a restore.
struct Stamp {
  Hlc hlc = 0;
  FeedId feed;  // the feed in which the op was first written
  friend bool operator==(const Stamp& a, const Stamp& b) { return a.hlc == b.hlc && a.feed == b.feed; }
  friend bool operator<(const Stamp& a, const Stamp& b) {
    return a.hlc != b.hlc ? a.hlc < b.hlc : a.feed < b.feed;
  }
};

struct Op {
  RecordId record;
  std::string path;
  Value value;
  Stamp stamp;
  std::vector<Stamp> replaces;  // all heads of the cell that the author saw, ascending
  Hlc save = 0;                 // HLC of the save's first op; stamp.hlc - save < count
  std::uint32_t count = 1;      // ops in the save
  HolderId holder;              // the person who saved; zero before a holder is chosen
  friend bool operator==(const Op& a, const Op& b) {
    return a.record == b.record && a.path == b.path && a.value == b.value && a.stamp == b.stamp &&
           a.replaces == b.replaces && a.save == b.save && a.count == b.count && a.holder == b.holder;
  }
};

RecordId make_record_id(const FeedId& feed, std::uint64_t counter);  // precondition: counter < 2^48
ItemId make_item_id(const FeedId& feed, std::uint64_t counter);
// The bytes of a feed's id with which the ids it makes begin.
constexpr std::size_t kFounderBytes = 10;
inline bool is_founder(const FeedId& feed, const RecordId& record) {
  return equal(feed.view().first(kFounderBytes), record.view().first(kFounderBytes));
}

Bytes encode_op(const Op& op);  // canonical, see schema/wire/segment.md
void append_op(Bytes& out, const Op& op);
Result<Op> decode_op(ByteView bytes);  // checks it, too
Hash op_hash(const Op& op);            // SHA-256 of the canonical form; the last tie-breaker among heads
// Path grammar, sizes, ranges, order of `replaces`, place in the save: Code::malformed, Code::too_large.
Status check_op(const Op& op);
Status check_path(std::string_view path);
Status check_value(const Value& value);

// Issues stamps for one feed: never behind the wall clock, never twice, never led by a suspect stamp.
class HlcClock {
 public:
  explicit HlcClock(Hlc last = 0) : last_(last) {}
  // Reserves `count` consecutive values, beginning at max(wall, last + 1).
  Hlc reserve(std::int64_t wall_ms, std::uint32_t count);
  // Follows a stamp seen from others, unless it is more than an hour ahead of the wall clock.
  void observe(Hlc other, std::int64_t wall_ms);
  Hlc last() const { return last_; }

 private:
  Hlc last_;
};

}  // namespace gandan::changelog
