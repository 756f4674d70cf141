// Frames: how messages lie in a byte stream, written and read piece by piece.
//
// Threading: a FrameReader belongs to one thread.
#pragma once

#include "protocol/messages.hpp"

namespace gandan::protocol {

struct Frame {
  FrameType type;
  Bytes payload;
};

void append_frame(Bytes& out, FrameType type, ByteView payload);

// Cuts a stream into frames as its bytes arrive. It holds at most one incomplete frame; a frame that declares
// more than `max_frame` bytes is an error before anything is allocated for it.
class FrameReader {
 public:
  explicit FrameReader(std::size_t max_frame = kMaxFrameBytes) : max_frame_(max_frame) {}
  void push(ByteView bytes) { append(buffer_, bytes); }
  // The next whole frame; nothing when more bytes are needed. An error is final.
  Result<std::optional<Frame>> next();
  bool empty() const { return position_ == buffer_.size(); }

 private:
  std::size_t max_frame_;
  Bytes buffer_;
  std::size_t position_ = 0;
};

// The order of frames on either side, so that a peer's nonsense is refused at the frame where it begins.
class OrderCheck {
 public:
  enum class Side { request, response };
  explicit OrderCheck(Side side) : side_(side) {}
  Status next(FrameType type);
  bool finished() const { return finished_; }

 private:
  Side side_;
  int stage_ = -1;
  bool in_run_ = false;
  bool finished_ = false;
};

}  // namespace gandan::protocol
