// sync's Transport straight into a relay of this process, and what one body is answered with. Whoever lies
// changes the frames of an answer on their way.
//
// Threading: one thread; the relay has its own.
#pragma once

#include "protocol/frames.hpp"
#include "relay/relay.hpp"
#include "sync/sync.hpp"

namespace gandan::dataset {

// The answer to one POST /v1/sync. Code::not_found where the relay knows no such realm.
Result<Bytes> ask_relay(server::Relay& relay, ByteView body);

class RelayLink final : public sync::Transport {
 public:
  using Frames = std::vector<protocol::Frame>;
  using Lie = std::function<void(Frames&)>;
  explicit RelayLink(server::Relay& relay, Lie lie = {}) : relay_(relay), lie_(std::move(lie)) {}

  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override;
  // Attachments do not travel here.
  Status put_chunk(const roster::RealmAddress&, const Hash&, const UnitId&, ByteView, ByteView) override {
    return Code::not_found;
  }
  Result<Bytes> get_chunk(const roster::RealmAddress&, const Hash&, ByteView) override {
    return Code::not_found;
  }

 private:
  server::Relay& relay_;
  Lie lie_;
};

}  // namespace gandan::dataset
