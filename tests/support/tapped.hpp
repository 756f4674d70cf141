// A loopback transport that lets a test see what went over the wire, and cut it.
#pragma once

#include "support/loopback.hpp"

namespace gandan::test {

// What a server that is not honest, or a wire that is not whole, makes of frames; used until they are
// emptied.
struct Bend {
  using Frames = std::vector<protocol::Frame>;
  std::function<void(Frames&)> request, answer;
  std::size_t exchanges = 0;
  std::size_t stop_after = 100;  // exchanges: a loop ends as a failure

  static Bytes bent(ByteView body, const std::function<void(Frames&)>& how) {
    Frames frames;
    protocol::FrameReader reader(1u << 24);
    reader.push(body);
    for (;;) {
      auto next = must(reader.next());
      if (!next) break;
      frames.push_back(std::move(*next));
    }
    how(frames);
    Bytes out;
    for (const auto& frame : frames) protocol::append_frame(out, frame.type, frame.payload);
    return out;
  }
};

// Keeps what went over the wire.
class Tapped final : public sync::Transport {
 public:
  // `cut`: bytes of the next answer that arrive; used up once.
  Tapped(LoopbackServer& server, Bytes& wire, std::size_t* cut = nullptr, Bend* bend = nullptr)
      : inner_(server), wire_(wire), cut_(cut), bend_(bend) {}
  ~Tapped() override { append(wire_, inner_.seen); }
  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override {
    if (cut_ != nullptr) inner_.cut_response_at = std::exchange(*cut_, SIZE_MAX);
    if (bend_ == nullptr) return inner_.exchange(body, receive);
    if (++bend_->exchanges > bend_->stop_after) return Code::server_unreachable;
    const Bytes request = bend_->request ? Bend::bent(body, bend_->request) : to_bytes(body);
    if (!bend_->answer) return inner_.exchange(request, receive);
    Bytes whole;
    GANDAN_CHECK(inner_.exchange(request, [&](ByteView piece) -> Status {
      append(whole, piece);
      return {};
    }));
    return receive(Bend::bent(whole, bend_->answer));
  }
  Status put_chunk(const roster::RealmAddress& realm, const Hash& hash, const UnitId& unit, ByteView token,
                   ByteView data) override {
    return inner_.put_chunk(realm, hash, unit, token, data);
  }
  Result<Bytes> get_chunk(const roster::RealmAddress& realm, const Hash& hash, ByteView token) override {
    return inner_.get_chunk(realm, hash, token);
  }

 private:
  LoopbackTransport inner_;
  Bytes& wire_;
  std::size_t* cut_;
  Bend* bend_;
};

inline bool holds(ByteView bytes, std::string_view what) {
  return as_text(bytes).find(what) != std::string::npos;
}

}  // namespace gandan::test
