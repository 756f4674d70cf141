// One file of an archive: a bundle of the segments of one unit, feed by feed.
//
// Threading: plain values and functions.
#pragma once

#include <filesystem>
#include <functional>
#include <set>

#include "store/store.hpp"

namespace gandan::server {

class ArchiveFileWriter {
 public:
  explicit ArchiveFileWriter(ByteView card);
  // `root`: of the checkpoint that the segment names; absent where it names none.
  void add(const SegmentRow& row, const std::optional<Hash>& root);
  std::size_t size() const { return out_.size(); }
  bool empty() const { return rows_ == 0; }
  // Its name and bytes: named by the unit, the first and last place in the ledger and the content, so that a
  // name says one content only.
  std::pair<std::string, Bytes> finish(const UnitId& unit);

 private:
  Bytes out_;
  std::uint64_t rows_ = 0, first_ = UINT64_MAX, last_ = 0;
  FeedId feed_;
  std::uint64_t next_ = 0;
  std::set<std::uint64_t> roots_;
};

// A segment as the file says it.
struct ArchivedSegment {
  FeedId feed;
  std::uint64_t sequence = 0;
  Bytes bytes;
};
// `begin(card)`, then each segment in order. Frames of other kinds that bundles have are passed over.
// Code::file_unreadable, malformed, truncated, newer_format; else what begin and use return.
Status read_archive_file(const std::filesystem::path& path, const std::function<Status(ByteView card)>& begin,
                         const std::function<Status(const ArchivedSegment&)>& use);

}  // namespace gandan::server
