// Clients: many phones that only push, light enough that the server is what is measured: no vault, requests
// made beforehand as far as possible.
//
// Threading: a Client belongs to one thread at a time; make_clients calls for one.
#pragma once

#include "bench/world.hpp"
#include "protocol/frames.hpp"

namespace gandan::bench {

class Client {
 public:
  Client(World& world, std::size_t number);

  // The first request: signed, opens the feed and asks for a token.
  Bytes introduction();
  // Takes the token out of the first answer.
  void welcomed(ByteView answer);
  // Makes `count` pushes of `per_push` segments of one change each.
  void prepare(std::size_t count, std::size_t per_push);
  // A sync that brings nothing and asks for nothing; with seconds, it waits for something new.
  Bytes nothing_new(std::uint64_t wait_seconds = 0) const;
  // The next request. Every one must have been answered with `accepted` before.
  Bytes next_request();
  // Checks that an answer acknowledges all of the push.
  void accepted(ByteView answer);
  // From now on it asks for what others wrote in its unit, from where the answer's ledger ends.
  void watch_from(ByteView answer);
  // Where an answer brought it.
  void saw(ByteView answer);
  std::size_t left() const { return pushes_.size() - next_; }
  // The sequence number of the segment that the next request brings first.
  std::uint64_t next_sequence() const { return pushes_[next_].front().sequence; }
  const FeedId& feed() const { return feed_; }

 private:
  World& world_;
  crypto::SigningKey sign_;
  crypto::BoxKey box_;
  DeviceId device_;
  FeedId feed_;
  std::optional<changelog::FeedKey> key_;
  std::unique_ptr<Sealer> sealer_;
  std::optional<Workload> workload_;
  protocol::Hello hello_;
  std::vector<std::vector<SealedSegment>> pushes_;
  std::size_t next_ = 0;
};

}  // namespace gandan::bench
