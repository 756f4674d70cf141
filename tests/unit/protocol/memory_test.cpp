// No 64 KiB of hostile bytes make a decoder hold more than 1 MiB: DESIGN, budgets, last row. The worst that a
// person found; the fuzzers (tests/fuzz) hold everything they find to the same ceiling.
#ifndef __EMSCRIPTEN__
#include "examples.hpp"
#include "roster/roster.hpp"
#include "support/heap_meter.hpp"

namespace gandan::protocol::test {
namespace {

using gandan::test::HeapMeter;
using gandan::test::kHostileCeiling;

constexpr std::size_t kHostile = 64 * 1024;

Bytes leb128(std::uint64_t value) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

// What `use` holds at most.
template <class F>
std::size_t peak(F use) {
  use();  // what is made once and kept
  const HeapMeter meter;
  use();
  return meter.peak();
}

}  // namespace

TEST_CASE("the meter sees what is held, and forgets what is given back") {
  const HeapMeter meter;
  {
    const Bytes large(3 << 20);
    CHECK(meter.held() >= 3u << 20);
  }
  CHECK(meter.peak() >= 3u << 20);
  CHECK(meter.held() < 1u << 16);
}

TEST_CASE("a huge count at any place of any message holds no more than the ceiling") {
  for (const auto& kind : one_of_each(1)) {
    CAPTURE(kind.name);
    for (std::size_t at = 0; at < kind.bytes.size(); ++at)
      for (const std::uint64_t count :
           {std::uint64_t{1} << 62, std::uint64_t{kHostile} / 2, std::uint64_t{2000}}) {
        Bytes bytes(kind.bytes.begin(), kind.bytes.begin() + static_cast<std::ptrdiff_t>(at));
        append(bytes, leb128(count));
        for (const int filler : {0, 1, 0x7f}) {
          bytes.resize(kHostile, static_cast<std::uint8_t>(filler));
          REQUIRE(peak([&] { (void)kind.again(bytes).ok(); }) <= kHostileCeiling);
        }
      }
  }
}

TEST_CASE("as many elements as fit: each message at its fullest") {
  SeededRandom random(5);
  const auto holds = [](const Kind& kind) {
    INFO(kind.name << ", " << kind.bytes.size() << " bytes");
    CHECK(kind.bytes.size() <= kHostile);
    CHECK(kind.bytes.size() > kHostile / 2);
    CHECK(peak([&] { CHECK(kind.again(kind.bytes).ok()); }) <= kHostileCeiling);
  };
  Hello hello;
  hello.own.resize(1200);
  holds({"feeds", FrameType::hello, encode(hello), again<Hello, decode_hello>});
  hello.own.clear();
  for (int i = 0; i < 3800; ++i) hello.cursors[random_id<UnitId>(random)] = 0;
  holds({"cursors", FrameType::hello, encode(hello), again<Hello, decode_hello>});
  Welcome welcome;
  welcome.rejected.resize(3500);
  holds({"rejections", FrameType::welcome, encode(welcome), again<Welcome, decode_welcome>});
  welcome.rejected.clear();
  welcome.own.resize(1200);
  holds({"own receipts", FrameType::welcome, encode(welcome), again<Welcome, decode_welcome>});
  Receipts receipts;
  receipts.runs.resize(3300);
  holds({"runs of none", FrameType::receipts, encode(receipts), again<Receipts, decode_receipts>});
  receipts.runs.resize(1);
  receipts.runs[0].indexes.resize(32'000);
  receipts.runs[0].receipt_ms.resize(32'000);
  holds({"receipts", FrameType::receipts, encode(receipts), again<Receipts, decode_receipts>});
  Done done;
  done.cursors = hello.cursors;
  holds({"done", FrameType::done, encode(done), again<Done, decode_done>});
}

TEST_CASE("a stream of frames is held one at a time") {
  Bytes largest;
  append_frame(largest, FrameType::pulled, Bytes(kMaxFrameBytes, 1));
  CHECK(peak([&] {
          FrameReader reader;
          for (ByteView left = largest; !left.empty();) {
            const std::size_t size = std::min<std::size_t>(left.size(), 16 * 1024);
            reader.push(left.first(size));
            left = left.subspan(size);
            (void)reader.next().ok();
          }
        }) <= kHostileCeiling);
  Bytes tiny;
  while (tiny.size() < kHostile) append_frame(tiny, FrameType::statement, {});
  CHECK(peak([&] {
          FrameReader reader;
          reader.push(tiny);
          while (*reader.next()) {
          }
        }) <= kHostileCeiling);
}

TEST_CASE("statements, cards, join requests, segments and wraps of any bytes stay below the ceiling") {
  Bytes bytes(kHostile);
  for (std::uint8_t filler = 0; filler < 3; ++filler) {
    std::fill(bytes.begin(), bytes.end(), filler);
    for (const std::size_t size : {std::size_t{600}, std::size_t{1024}, std::size_t{2048}, kHostile}) {
      const auto part = ByteView(bytes).first(size);
      CHECK(peak([&] {
              (void)roster::decode_statement(part).ok();
              (void)roster::decode_card(part).ok();
              (void)roster::decode_join_request(part).ok();
              (void)decode_in_run(part).ok();
              (void)decode_stub(part).ok();
              (void)decode_wrap(part).ok();
            }) <= kHostileCeiling);
    }
  }
}

}  // namespace gandan::protocol::test
#endif
