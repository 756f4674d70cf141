// One message of every kind, filled from a seed: for golden lines, for cutting and for fuzzing by hand.
#pragma once

#include "protocol/frames.hpp"
#include "support/catch.hpp"
#include "support/seams.hpp"

namespace gandan::protocol::test {

using gandan::test::SeededRandom;

inline FeedHead example_head(Random& random) {
  return {random_id<FeedId>(random), 300, random_id<Hash>(random)};
}
inline Hello example_hello(Random& random) {
  Hello m;
  m.address = random_id<roster::RealmAddress>(random);
  m.device = random_id<DeviceId>(random);
  m.cursors[random_id<UnitId>(random)] = 70'000;
  m.cursors[random_id<UnitId>(random)] = 5;
  m.own = {{random_id<FeedId>(random), 300, random_id<Hash>(random), 312},
           {random_id<FeedId>(random), 0, {}, 5}};
  m.checkpoint_size = 1'000'000;
  m.statements_from = 230;
  m.wraps_from = 7;
  m.leaves_from = 999;
  m.time_ms = 1'795'000'000'000;
  m.signature = random_id<Signature>(random);
  return m;
}
inline Welcome example_welcome(Random& random) {
  Welcome m;
  m.server_ms = 1'795'000'000'001;
  m.token = Bytes(56, 9);
  m.checkpoint = "a note";
  m.consistency.path = {random_id<Hash>(random)};
  m.own.push_back({example_head(random),
                   812,
                   1'795'000'000'002,
                   {812, {random_id<Hash>(random), random_id<Hash>(random)}}});
  m.rejected.push_back({random_id<FeedId>(random), 4, "feed.fork"});
  return m;
}
inline Receipts example_receipts(Random& random) {
  Receipts m;
  m.runs.push_back({random_id<FeedId>(random), 298, {810, 812}, {1'795'000'000'000, 1'795'000'000'002}});
  m.path = {random_id<Hash>(random)};
  return m;
}
inline Done example_done(Random& random) {
  Done m;
  m.cursors[random_id<UnitId>(random)] = 813;
  m.statements_next = 813;
  m.wraps_next = 9;
  m.more = true;
  return m;
}

// A message as bytes, and what its decoder makes of other bytes: encoded again.
struct Kind {
  std::string name;
  FrameType type;
  Bytes bytes;
  Result<Bytes> (*again)(ByteView);
};

template <class T, Result<T> (*decoder)(ByteView)>
Result<Bytes> again(ByteView in) {
  GANDAN_TRY(const auto value, decoder(in));
  return encode(value);
}

inline std::vector<Kind> one_of_each(std::uint64_t seed) {
  SeededRandom random(seed);
  std::vector<Kind> out;
  const auto add = [&](const char* name, FrameType type, const Bytes& bytes,
                       Result<Bytes> (*decode)(ByteView)) {
    out.push_back({name, type, bytes, decode});
  };
  auto hello = example_hello(random);
  add("hello.signed", FrameType::hello, encode(hello), again<Hello, decode_hello>);
  hello.token = Bytes(56, 3);
  hello.time_ms = 0;
  hello.signature = {};
  hello.leaves_from.reset();
  add("hello.token", FrameType::hello, encode(hello), again<Hello, decode_hello>);
  const auto feed = random_id<FeedId>(random);
  add("run", FrameType::run, encode(Run{feed, 17, std::nullopt}), again<Run, decode_run>);
  add("run.previous", FrameType::run, encode(Run{feed, 17, random_id<Hash>(random)}), again<Run, decode_run>);
  add("welcome", FrameType::welcome, encode(example_welcome(random)), again<Welcome, decode_welcome>);
  add("receipts", FrameType::receipts, encode(example_receipts(random)), again<Receipts, decode_receipts>);
  add("statement", FrameType::statement, encode(LoggedStatement{812, 1'795'000'000'000, Bytes(40, 5)}),
      again<LoggedStatement, decode_logged_statement>);
  add("key_cursor", FrameType::keys_next, encode(KeyCursor{300}), again<KeyCursor, decode_key_cursor>);
  add("root", FrameType::root, encode(RootClaim{812, random_id<Hash>(random)}),
      again<RootClaim, decode_root_claim>);
  add("pulled", FrameType::pulled, encode(Pulled{812, 1'795'000'000'000, Bytes(50, 6)}),
      again<Pulled, decode_pulled>);
  add("leaves", FrameType::leaves, encode(Leaves{999, Bytes(2 * 42, 7)}), again<Leaves, decode_leaves>);
  add("done", FrameType::done, encode(example_done(random)), again<Done, decode_done>);
  add("refusal", FrameType::refusal, encode(Refusal{"clock.off", 1'795'000'000'000}),
      again<Refusal, decode_refusal>);
  Witness witness{"a note", {5, 812}};
  add("witness", FrameType::witness, encode(witness), again<Witness, decode_witness>);
  Witnessed witnessed;
  witnessed.cosigned.push_back({"a note", {{random_id<Hash>(random)}}});
  witnessed.proofs = {{}, {{random_id<Hash>(random), random_id<Hash>(random)}}};
  add("witnessed", FrameType::witnessed, encode(witnessed), again<Witnessed, decode_witnessed>);
  add("map_wanted", FrameType::map_wanted, encode(MapWanted{812, 1024}), again<MapWanted, decode_map_wanted>);
  add("bare_before", FrameType::bare_before, encode(BareBefore{1'795'000'000'000}),
      again<BareBefore, decode_bare_before>);
  add("wait", FrameType::wait, encode(Wait{45}), again<Wait, decode_wait>);
  add("map_lines", FrameType::map_lines, encode(MapLines{812, 2000, 1024, Bytes(2 * 56, 8)}),
      again<MapLines, decode_map_lines>);
  add("chunk_names", FrameType::chunks_asked,
      encode(ChunkNames{{random_id<Hash>(random), random_id<Hash>(random)}}),
      again<ChunkNames, decode_chunk_names>);
  return out;
}

}  // namespace gandan::protocol::test
