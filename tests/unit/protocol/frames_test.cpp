// Frames: cut and glued anywhere they are the same, out of order they are refused where it begins.
#include "protocol/frames.hpp"

#include "examples.hpp"

namespace gandan::protocol::test {
namespace {

// All frames that come out of a stream fed in pieces of `step` bytes; the error's code at the end of the
// list.
struct Read {
  std::vector<Frame> frames;
  std::optional<Code> error;
  bool rest = false;  // bytes of an incomplete frame are left
};
Read read_all(ByteView stream, std::size_t step, std::size_t max_frame = kMaxFrameBytes) {
  FrameReader reader(max_frame);
  Read out;
  while (!stream.empty() && !out.error) {
    const std::size_t size = std::min(step, stream.size());
    reader.push(stream.first(size));
    stream = stream.subspan(size);
    for (;;) {
      auto next = reader.next();
      if (!next.ok()) {
        out.error = next.error().code;
        CHECK(reader.next().error().code == *out.error);  // an error is final
        break;
      }
      if (!*next) break;
      out.frames.push_back(std::move(**next));
    }
  }
  out.rest = !reader.empty();
  return out;
}

using Order = std::vector<FrameType>;
// How many frames of the order are accepted.
std::size_t accepted(OrderCheck::Side side, const Order& order) {
  OrderCheck check(side);
  for (std::size_t i = 0; i < order.size(); ++i)
    if (!check.next(order[i]).ok()) return i;
  return order.size();
}
bool whole(OrderCheck::Side side, const Order& order) {
  OrderCheck check(side);
  for (const auto type : order)
    if (!check.next(type).ok()) return false;
  return check.finished();
}

constexpr auto kRequest = OrderCheck::Side::request;
constexpr auto kResponse = OrderCheck::Side::response;
using enum FrameType;

}  // namespace

TEST_CASE("a stream of frames is the same however it is cut") {
  Bytes stream;
  const auto kinds = one_of_each(1);
  for (const auto& kind : kinds) append_frame(stream, kind.type, kind.bytes);
  append_frame(stream, end, {});
  for (const std::size_t step :
       {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}, stream.size()}) {
    CAPTURE(step);
    const auto read = read_all(stream, step);
    CHECK_FALSE(read.error);
    CHECK_FALSE(read.rest);
    REQUIRE(read.frames.size() == kinds.size() + 1);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      CHECK(read.frames[i].type == kinds[i].type);
      CHECK(read.frames[i].payload == kinds[i].bytes);
    }
    CHECK(read.frames.back().payload.empty());
  }
  for (std::size_t size = 0; size < stream.size(); ++size) {
    const auto read = read_all(ByteView(stream).first(size), 16);
    CHECK_FALSE(read.error);
    CHECK(read.frames.size() <= kinds.size());
  }
}

TEST_CASE("a frame's length is bounded, in its shortest form, and says so before the frame is there") {
  const auto code = [](std::string_view hex, std::size_t max_frame = kMaxFrameBytes) {
    return read_all(*from_hex(hex), 1, max_frame).error;
  };
  CHECK(code("05ff7f") == std::nullopt);    // 16,383: waits for them
  CHECK(code("05808006") == std::nullopt);  // 98,304
  CHECK(code("05818006") == Code::too_large);
  CHECK(code("05ffffff7f") == Code::too_large);
  CHECK(code("0580808080") == Code::too_large);  // a fifth byte would follow
  CHECK(code("058000") == Code::not_canonical);
  CHECK(code("05ff8000") == Code::not_canonical);
  CHECK(code("0565", 100) == Code::too_large);
  CHECK(code("0564", 100) == std::nullopt);
  Bytes largest;
  append_frame(largest, segment, Bytes(kMaxFrameBytes, 1));
  const auto read = read_all(largest, 4096);
  REQUIRE(read.frames.size() == 1);
  CHECK(read.frames[0].payload.size() == kMaxFrameBytes);
}

TEST_CASE("a reader holds about one frame, however many went through it") {
  FrameReader reader;
  Bytes frame;
  append_frame(frame, pulled, Bytes(1000, 1));
  for (int i = 0; i < 10'000; ++i) {
    reader.push(frame);
    REQUIRE((*reader.next()).has_value());
    REQUIRE_FALSE((*reader.next()).has_value());
    REQUIRE(reader.empty());
  }
}

TEST_CASE("frames of a request come in their order") {
  CHECK(whole(kRequest, {hello, end}));
  CHECK(whole(kRequest, {hello, statement, statement, wrap, wrap, run, segment, segment, run, segment, end}));
  CHECK(whole(kRequest, {hello, run, end}));
  CHECK(whole(kRequest, {hello, wrap, keys_from, run, segment, key, key, witness, map_wanted, chunks_asked,
                         wait, end}));
  CHECK(accepted(kRequest, {hello, wait, wait}) == 2);
  CHECK(accepted(kRequest, {hello, wait, map_wanted}) == 2);
  CHECK(accepted(kRequest, {hello, chunks_asked, chunks_asked}) == 2);
  CHECK(accepted(kRequest, {hello, chunks_asked, map_wanted}) == 2);
  CHECK(accepted(kRequest, {hello, map_wanted, map_wanted}) == 2);
  CHECK(accepted(kRequest, {hello, map_wanted, witness}) == 2);
  CHECK(whole(kRequest, {hello, removal, end}));
  CHECK(accepted(kRequest, {hello, keys_from, keys_from}) == 2);
  CHECK(accepted(kRequest, {hello, key, keys_from}) == 2);
  CHECK(accepted(kRequest, {hello, key, run}) == 2);
  CHECK(accepted(kRequest, {hello, witness, witness}) == 2);
  CHECK(accepted(kRequest, {hello, witness, run}) == 2);
  CHECK(accepted(kRequest, {hello, witness, key}) == 2);
  CHECK_FALSE(whole(kRequest, {hello, statement}));
  CHECK_FALSE(whole(kRequest, {hello, removal, removal, end}));
  CHECK_FALSE(whole(kRequest, {hello, statement, removal, end}));
  CHECK_FALSE(whole(kRequest, {removal, end}));
  CHECK_FALSE(whole(kResponse, {welcome, removal, done}));
  CHECK_FALSE(whole(kRequest, {hello, renewal, end}));
  CHECK(accepted(kRequest, {end}) == 0);
  CHECK(accepted(kRequest, {statement}) == 0);
  CHECK(accepted(kRequest, {hello, hello}) == 1);
  CHECK(accepted(kRequest, {hello, wrap, statement}) == 2);
  CHECK(accepted(kRequest, {hello, run, segment, wrap}) == 3);
  CHECK(accepted(kRequest, {hello, segment}) == 1);
  CHECK(accepted(kRequest, {hello, end, end}) == 2);
  CHECK(accepted(kRequest, {hello, end, statement}) == 2);
  for (const auto foreign : {welcome, refusal, receipts, keys_next, root, pulled, leaves, witnessed,
                             map_lines, chunks_missing, done, card, chunk, checkpoint}) {
    CHECK(accepted(kRequest, {foreign}) == 0);
    CHECK(accepted(kRequest, {hello, foreign}) == 1);
    CHECK(accepted(kRequest, {hello, run, foreign}) == 2);
  }
}

TEST_CASE("frames of an answer come in their order") {
  CHECK(whole(kResponse, {welcome, done}));
  CHECK(whole(kResponse, {refusal}));
  CHECK(whole(kResponse, {welcome, receipts, receipts, statement, wrap, root, root, run, pulled, pulled, run,
                          pulled, leaves, leaves, done}));
  CHECK(whole(kResponse, {welcome, wrap, key, key, keys_next, root, run, pulled, leaves, witnessed, map_lines,
                          map_lines, chunks_missing, done}));
  CHECK(accepted(kResponse, {welcome, chunks_missing, chunks_missing}) == 2);
  CHECK(accepted(kResponse, {welcome, chunks_missing, map_lines}) == 2);
  CHECK(accepted(kResponse, {welcome, map_lines, witnessed}) == 2);
  CHECK(accepted(kResponse, {welcome, keys_next, keys_next}) == 2);
  CHECK(accepted(kResponse, {welcome, keys_next, key}) == 2);
  CHECK(accepted(kResponse, {welcome, witnessed, witnessed}) == 2);
  CHECK(accepted(kResponse, {welcome, witnessed, leaves}) == 2);
  CHECK_FALSE(whole(kResponse, {welcome, statement}));
  CHECK(accepted(kResponse, {done}) == 0);
  CHECK(accepted(kResponse, {welcome, welcome}) == 1);
  CHECK(accepted(kResponse, {welcome, refusal}) == 1);
  CHECK(accepted(kResponse, {refusal, welcome}) == 1);
  CHECK(accepted(kResponse, {refusal, done}) == 1);
  CHECK(accepted(kResponse, {welcome, pulled}) == 1);
  CHECK(accepted(kResponse, {welcome, run, pulled, root}) == 3);
  CHECK(accepted(kResponse, {welcome, leaves, run}) == 2);
  CHECK(accepted(kResponse, {welcome, statement, receipts}) == 2);
  CHECK(accepted(kResponse, {welcome, done, done}) == 2);
  CHECK(accepted(kResponse, {welcome, done, pulled}) == 2);
  for (const auto foreign :
       {hello, segment, keys_from, witness, map_wanted, chunks_asked, wait, end, card, chunk, checkpoint}) {
    CHECK(accepted(kResponse, {foreign}) == 0);
    CHECK(accepted(kResponse, {welcome, foreign}) == 1);
    CHECK(accepted(kResponse, {welcome, run, foreign}) == 2);
  }
}

TEST_CASE("unknown types are refused on either side") {
  for (int type = 0; type < 256; ++type) {
    const auto unknown = static_cast<FrameType>(type);
    const bool request = unknown == statement || unknown == wrap || unknown == keys_from || unknown == key ||
                         unknown == run || unknown == witness || unknown == removal ||
                         unknown == map_wanted || unknown == chunks_asked ||
                         unknown == FrameType::bare_before || unknown == FrameType::wait || unknown == end;
    CHECK((accepted(kRequest, {hello, unknown}) == 2) == request);
    const bool response = unknown == receipts || unknown == statement || unknown == wrap || unknown == key ||
                          unknown == keys_next || unknown == root || unknown == run || unknown == leaves ||
                          unknown == witnessed || unknown == map_lines || unknown == chunks_missing ||
                          unknown == done;
    CHECK((accepted(kResponse, {welcome, unknown}) == 2) == response);
  }
}

}  // namespace gandan::protocol::test
