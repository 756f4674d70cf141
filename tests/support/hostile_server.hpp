// A server that lies: the real relay, whose answers go through a lie on their way, and a second relay with a
// copy of its folder and its keys, so that two ledgers grow from one.
#pragma once

#include "support/loopback.hpp"

namespace gandan::test {

using Frames = std::vector<protocol::Frame>;

// Every frame of a kind, decoded, changed, encoded again. Returns how many there were.
template <class T>
std::size_t change(Frames& frames, protocol::FrameType type, Result<T> (*decode)(ByteView),
                   const std::function<void(T&)>& how) {
  std::size_t count = 0;
  for (auto& frame : frames) {
    if (frame.type != type) continue;
    auto message = must(decode(frame.payload));
    how(message);
    frame.payload = protocol::encode(message);
    ++count;
  }
  return count;
}
inline void drop(Frames& frames, const std::function<bool(const protocol::Frame&)>& which) {
  frames.erase(std::remove_if(frames.begin(), frames.end(), which), frames.end());
}

class LyingTransport final : public sync::Transport {
 public:
  using Lie = std::function<void(Frames&)>;
  LyingTransport(LoopbackServer& server, Lie lie) : honest_(server), lie_(std::move(lie)) {}

  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override {
    Bytes answer;
    GANDAN_CHECK(honest_.exchange(body, [&](ByteView piece) -> Status {
      append(answer, piece);
      return {};
    }));
    protocol::FrameReader reader;
    reader.push(answer);
    Frames frames;
    while (auto frame = must(reader.next())) frames.push_back(std::move(*frame));
    lie_(frames);
    Bytes told;
    for (const auto& frame : frames) protocol::append_frame(told, frame.type, frame.payload);
    return receive(told);
  }
  Status put_chunk(const roster::RealmAddress& address, const Hash& hash, const UnitId& unit, ByteView token,
                   ByteView data) override {
    return honest_.put_chunk(address, hash, unit, token, data);
  }
  Result<Bytes> get_chunk(const roster::RealmAddress& address, const Hash& hash, ByteView token) override {
    return honest_.get_chunk(address, hash, token);
  }

 private:
  LoopbackTransport honest_;
  Lie lie_;
};

// A realm whose server can show two ledgers, or go back to an old one.
struct TwoFaces : ServedRealm {
  using ServedRealm::ServedRealm;

  // From here on `other` shows what `server` shows now, and goes on by itself.
  void split() { copy(server.folder(), other.folder()); }
  // The server as it was at the split, as from a backup; its signer's memory, too.
  void roll_back() { copy(other.folder(), server.folder()); }
  Result<sync::Report> try_sync(Device& device, LoopbackServer& from, bool keep_ledger = false) {
    LoopbackTransport transport(from);
    sync::Options options;
    options.keep_ledger = keep_ledger;
    return sync::run(*device.vault, transport, options);
  }
  Result<sync::Report> try_lie(Device& device, LyingTransport::Lie lie, bool keep_ledger = false) {
    LyingTransport transport(server, std::move(lie));
    sync::Options options;
    options.keep_ledger = keep_ledger;
    return sync::run(*device.vault, transport, options);
  }

  LoopbackServer other;

 private:
  void copy(const std::string& from, const std::string& to) {
    server.stop();
    other.stop();
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
    server.start(clock);
    other.start(clock);
  }
};

}  // namespace gandan::test
