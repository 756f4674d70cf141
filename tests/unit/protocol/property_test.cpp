// Properties of messages and frames over random ones. rapidcheck runs natively only.
#ifndef __EMSCRIPTEN__
#include <rapidcheck.h>

#include "examples.hpp"

namespace gandan::protocol::test {
namespace {

std::uint64_t number() { return *rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 64); }
std::int64_t signed_number() { return *rc::gen::arbitrary<std::int64_t>(); }
std::int64_t receipt() { return static_cast<std::int64_t>(number() >> 1); }
std::size_t few() { return *rc::gen::inRange<std::size_t>(0, 6); }
Bytes bytes(std::size_t limit) {
  Bytes out(*rc::gen::inRange<std::size_t>(0, limit));
  for (auto& byte : out) byte = *rc::gen::arbitrary<std::uint8_t>();
  return out;
}
template <class Id>
Id id() {
  Id out;
  for (auto& byte : out.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  return out;
}
template <class F>
auto list(F make) {
  std::vector<decltype(make())> out;
  for (std::size_t i = few(); i > 0; --i) out.push_back(make());
  return out;
}
std::map<UnitId, std::uint64_t> cursors() {
  std::map<UnitId, std::uint64_t> out;
  for (std::size_t i = few(); i > 0; --i) out[id<UnitId>()] = number();
  return out;
}
FeedHead head() { return {id<FeedId>(), number(), id<Hash>()}; }

Hello any_hello() {
  Hello m;
  m.address = id<roster::RealmAddress>();
  m.device = id<DeviceId>();
  m.cursors = cursors();
  m.own = list([] { return StatedFeed{id<FeedId>(), number(), id<Hash>(), number()}; });
  m.checkpoint_size = number();
  m.statements_from = number();
  m.wraps_from = number();
  if (*rc::gen::arbitrary<bool>()) m.leaves_from = number();
  m.max_response = *rc::gen::arbitrary<std::uint32_t>();
  m.token = bytes(60);
  m.time_ms = signed_number();
  m.signature = id<Signature>();
  return m;
}
Welcome any_welcome() {
  Welcome m;
  m.server_ms = signed_number();
  m.token = bytes(60);
  m.checkpoint = std::string(as_text(bytes(200)));
  m.consistency.path = list(id<Hash>);
  m.own = list([] { return OwnReceipt{head(), number(), receipt(), {number(), list(id<Hash>)}}; });
  m.rejected = list([] { return Rejection{id<FeedId>(), number(), "feed.fork"}; });
  return m;
}
Receipts any_receipts() {
  Receipts m;
  m.runs = list([] {
    ReceiptRun r{id<FeedId>(), number() >> 8, list(number), {}};
    for (std::size_t i = 0; i < r.indexes.size(); ++i) r.receipt_ms.push_back(receipt());
    return r;
  });
  m.path = list(id<Hash>);
  return m;
}
std::optional<Hash> maybe_hash() {
  if (*rc::gen::arbitrary<bool>()) return id<Hash>();
  return std::nullopt;
}

// Message to bytes to message to the same bytes.
template <class T>
void there_and_back(const T& message, Result<T> (*decode)(ByteView)) {
  const Bytes wire = encode(message);
  const auto back = decode(wire);
  RC_ASSERT(back.ok());
  RC_ASSERT(encode(*back) == wire);
  const auto cut = *rc::gen::inRange<std::size_t>(0, wire.size());
  RC_ASSERT(!decode(ByteView(wire).first(cut)).ok());
}

}  // namespace

TEST_CASE("property: messages survive the way there and back, and no cut of one is another") {
  CHECK(rc::check([] {
    there_and_back(any_hello(), decode_hello);
    there_and_back(any_welcome(), decode_welcome);
    there_and_back(any_receipts(), decode_receipts);
    there_and_back(Run{id<FeedId>(), number(), maybe_hash()}, decode_run);
    there_and_back(LoggedStatement{number(), receipt(), bytes(300)}, decode_logged_statement);
    there_and_back(RootClaim{number(), id<Hash>()}, decode_root_claim);
    there_and_back(Pulled{number(), receipt(), bytes(300)}, decode_pulled);
    there_and_back(Leaves{number(), Bytes(42 * few(), 1)}, decode_leaves);
    there_and_back(Done{cursors(), number(), number(), *rc::gen::arbitrary<bool>()}, decode_done);
    there_and_back(Refusal{std::string(as_text(bytes(40))), signed_number()}, decode_refusal);
  }));
}

TEST_CASE("property: what a decoder takes of random bytes it gives back as they were") {
  CHECK(rc::check([] {
    auto kinds = one_of_each(9);
    const auto& kind = kinds[*rc::gen::inRange<std::size_t>(0, kinds.size())];
    Bytes wire = kind.bytes;
    for (std::size_t i = few(); i > 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, wire.size());
      wire[at] = *rc::gen::arbitrary<std::uint8_t>();
    }
    const auto back = kind.again(wire);
    if (back.ok()) RC_ASSERT(*back == wire);
  }));
}

TEST_CASE("property: frames come out as they went in, however the stream is cut") {
  CHECK(rc::check([] {
    std::vector<Frame> frames;
    Bytes stream;
    for (std::size_t i = few(); i > 0; --i) {
      frames.push_back({static_cast<FrameType>(*rc::gen::arbitrary<std::uint8_t>()), bytes(400)});
      append_frame(stream, frames.back().type, frames.back().payload);
    }
    FrameReader reader;
    std::size_t seen = 0;
    for (ByteView left = stream; !left.empty();) {
      const auto size = *rc::gen::inRange<std::size_t>(1, left.size() + 1);
      reader.push(left.first(size));
      left = left.subspan(size);
      for (;;) {
        const auto next = reader.next();
        RC_ASSERT(next.ok());
        if (!*next) break;
        RC_ASSERT(seen < frames.size());
        RC_ASSERT((*next)->type == frames[seen].type);
        RC_ASSERT((*next)->payload == frames[seen].payload);
        ++seen;
      }
    }
    RC_ASSERT(seen == frames.size());
    RC_ASSERT(reader.empty());
  }));
}

}  // namespace gandan::protocol::test
#endif
