#include "protocol/frames.hpp"

namespace gandan::protocol {

void append_frame(Bytes& out, FrameType type, ByteView payload) {
  out.push_back(static_cast<std::uint8_t>(type));
  std::size_t size = payload.size();
  while (size >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(size | 0x80));
    size >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(size));
  append(out, payload);
}

Result<std::optional<Frame>> FrameReader::next() {
  const ByteView left = ByteView(buffer_).subspan(position_);
  if (left.empty()) return std::optional<Frame>();
  std::size_t size = 0;
  std::size_t at = 1;
  for (int shift = 0;; shift += 7) {
    if (shift > 21) return Code::too_large;
    if (at == left.size()) return std::optional<Frame>();
    const std::uint8_t byte = left[at++];
    size |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      if (byte == 0 && shift != 0) return Code::not_canonical;
      break;
    }
  }
  if (size > max_frame_) return Code::too_large;
  if (left.size() - at < size) return std::optional<Frame>();
  Frame frame{static_cast<FrameType>(left[0]), to_bytes(left.subspan(at, size))};
  position_ += at + size;
  // What was handed out is dropped once it outweighs what is left, so the buffer stays near one frame.
  if (position_ >= buffer_.size() - position_) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ = 0;
  }
  return std::optional<Frame>(std::move(frame));
}

namespace {

// Stages only grow; run and segment (or pulled) alternate within theirs.
int stage_of(OrderCheck::Side side, FrameType type) {
  const bool request = side == OrderCheck::Side::request;
  switch (type) {
    case FrameType::hello:
      return request ? 0 : -1;
    case FrameType::welcome:
    case FrameType::refusal:
      return request ? -1 : 0;
    case FrameType::receipts:
      return request ? -1 : 1;
    case FrameType::removal:
      return request ? 1 : -1;
    case FrameType::statement:
      return 2;
    case FrameType::wrap:
      return 3;
    case FrameType::keys_from:
      return request ? 4 : -1;
    case FrameType::key:
      return request ? 9 : 5;
    case FrameType::keys_next:
      return request ? -1 : 6;
    case FrameType::root:
      return request ? -1 : 7;
    case FrameType::run:
      return 8;
    case FrameType::segment:
      return request ? 8 : -1;
    case FrameType::pulled:
      return request ? -1 : 8;
    case FrameType::leaves:
      return request ? -1 : 9;
    case FrameType::witness:
      return request ? 10 : -1;
    case FrameType::witnessed:
      return request ? -1 : 10;
    case FrameType::map_wanted:
      return request ? 11 : -1;
    case FrameType::map_lines:
      return request ? -1 : 11;
    case FrameType::chunks_asked:
      return request ? 12 : -1;
    case FrameType::chunks_missing:
      return request ? -1 : 12;
    case FrameType::bare_before:
      return request ? 13 : -1;
    case FrameType::wait:
      return request ? 14 : -1;
    case FrameType::end:
      return request ? 15 : -1;
    case FrameType::done:
      return request ? -1 : 15;
    case FrameType::card:
    case FrameType::chunk:
    case FrameType::checkpoint:
    case FrameType::renewal:
      return -1;
  }
  return -1;
}

}  // namespace

Status OrderCheck::next(FrameType type) {
  const int stage = stage_of(side_, type);
  const bool first = stage_ == -1;
  if (stage < 0 || finished_ || stage < stage_ || first != (stage == 0))
    return Error{Code::malformed, "a frame out of order"};
  const bool once = type == FrameType::keys_from || type == FrameType::keys_next ||
                    type == FrameType::witness || type == FrameType::witnessed ||
                    type == FrameType::removal || type == FrameType::map_wanted ||
                    type == FrameType::chunks_asked || type == FrameType::chunks_missing ||
                    type == FrameType::bare_before || type == FrameType::wait;
  if (once && stage == stage_) return Error{Code::malformed, "a frame twice"};
  const bool needs_run = type == FrameType::segment || type == FrameType::pulled;
  if (needs_run && !in_run_) return Error{Code::malformed, "a segment outside a run"};
  if (type == FrameType::run) in_run_ = true;
  stage_ = stage;
  finished_ = type == FrameType::end || type == FrameType::done || type == FrameType::refusal;
  return {};
}

}  // namespace gandan::protocol
