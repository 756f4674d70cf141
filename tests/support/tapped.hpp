// A loopback transport that lets a test see what went over the wire, and cut it.
#pragma once

#include "support/loopback.hpp"

namespace gandan::test {

// Keeps what went over the wire.
class Tapped final : public sync::Transport {
 public:
  // `cut`: bytes of the next answer that arrive; used up once.
  Tapped(LoopbackServer& server, Bytes& wire, std::size_t* cut = nullptr)
      : inner_(server), wire_(wire), cut_(cut) {}
  ~Tapped() override { append(wire_, inner_.seen); }
  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override {
    if (cut_ != nullptr) inner_.cut_response_at = std::exchange(*cut_, SIZE_MAX);
    return inner_.exchange(body, receive);
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
};

inline bool holds(ByteView bytes, std::string_view what) {
  return as_text(bytes).find(what) != std::string::npos;
}

}  // namespace gandan::test
