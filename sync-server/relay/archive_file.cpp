#include "relay/archive_file.hpp"

#include <fstream>

#include "crypto/hash.hpp"
#include "protocol/bundle_file.hpp"
#include "protocol/frames.hpp"

namespace gandan::server {
namespace {

using protocol::FrameType;

constexpr std::size_t kArchivePiece = 64 * 1024;
constexpr std::size_t kNamedHashBytes = 8;

class ArchiveFrames {
 public:
  ArchiveFrames(const std::function<Status(ByteView)>& begin,
                const std::function<Status(const ArchivedSegment&)>& use)
      : begin_(begin), use_(use) {}

  Status push(ByteView bytes) {
    const std::size_t head = protocol::kBundleMagic.size() + 1;
    const std::size_t missing = std::min(head - head_.size(), bytes.size());
    append(head_, bytes.first(missing));
    frames_.push(bytes.subspan(missing));
    if (head_.size() < head) return {};
    if (as_text(ByteView(head_).first(head - 1)) != protocol::kBundleMagic)
      return Error{Code::malformed, "not a bundle"};
    if (head_.back() != protocol::kBundleVersion) return Code::newer_format;
    for (;;) {
      GANDAN_TRY(const auto frame, frames_.next());
      if (!frame) return {};
      if (over_) return Error{Code::malformed, "behind the end"};
      GANDAN_CHECK(take(*frame));
    }
  }
  Status end() const { return over_ && frames_.empty() ? Status() : Status(Code::truncated); }

 private:
  Status take(const protocol::Frame& frame) {
    if (began_ != (frame.type != FrameType::card))
      return Error{Code::malformed, "its card comes first, once"};
    began_ = true;
    switch (frame.type) {
      case FrameType::card:
        return begin_(frame.payload);
      case FrameType::run: {
        GANDAN_TRY(run_, protocol::decode_run(frame.payload));
        return {};
      }
      case FrameType::segment:
        if (!run_) return Error{Code::malformed, "a segment outside a run"};
        return use_({run_->feed, run_->first++, frame.payload});
      case FrameType::end:
        over_ = true;
        return {};
      default:
        return {};
    }
  }

  const std::function<Status(ByteView)>& begin_;
  const std::function<Status(const ArchivedSegment&)>& use_;
  Bytes head_;
  protocol::FrameReader frames_{protocol::kMaxBundleFrame};
  std::optional<protocol::Run> run_;
  bool began_ = false, over_ = false;
};

}  // namespace

ArchiveFileWriter::ArchiveFileWriter(ByteView card) {
  append(out_, as_bytes(protocol::kBundleMagic));
  out_.push_back(protocol::kBundleVersion);
  protocol::append_frame(out_, FrameType::card, card);
}

void ArchiveFileWriter::add(const SegmentRow& row, const std::optional<Hash>& root) {
  if (empty() || row.feed != feed_ || row.sequence != next_)
    protocol::append_frame(out_, FrameType::run,
                           protocol::encode(protocol::Run{row.feed, row.sequence, row.previous}));
  if (root && roots_.insert(row.checkpoint_size).second)
    protocol::append_frame(out_, FrameType::root,
                           protocol::encode(protocol::RootClaim{row.checkpoint_size, *root}));
  protocol::append_frame(out_, FrameType::segment, row.bytes);
  feed_ = row.feed;
  next_ = row.sequence + 1;
  first_ = std::min(first_, row.index);
  last_ = std::max(last_, row.index);
  ++rows_;
}

std::pair<std::string, Bytes> ArchiveFileWriter::finish(const UnitId& unit) {
  protocol::append_frame(out_, FrameType::end, {});
  const Hash hash = crypto::sha256(out_);
  return {to_text(unit) + '-' + std::to_string(first_) + '-' + std::to_string(last_) + '-' +
              to_hex(hash.view().first(kNamedHashBytes)) + ".bundle",
          std::move(out_)};
}

Status read_archive_file(const std::filesystem::path& path, const std::function<Status(ByteView card)>& begin,
                         const std::function<Status(const ArchivedSegment&)>& use) {
  std::ifstream in(path, std::ios::binary);
  const auto unreadable = [&] { return Error{Code::file_unreadable, path.string()}; };
  if (!in) return unreadable();
  ArchiveFrames frames(begin, use);
  Bytes piece(kArchivePiece);
  do {
    in.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
    if (in.bad()) return unreadable();
    GANDAN_CHECK(frames.push(ByteView(piece).first(static_cast<std::size_t>(in.gcount()))));
  } while (in);
  return frames.end();
}

}  // namespace gandan::server
