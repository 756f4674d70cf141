#include "protocol/segment.hpp"

#include "crypto/hash.hpp"
#include "protocol/wrap.hpp"
#include "support/catch.hpp"

namespace gandan::protocol {
namespace {

template <class Id>
Id filled(std::uint8_t byte) {
  Id out;
  out.bytes.fill(byte);
  return out;
}

const RealmId kRealm = filled<RealmId>(1);

Segment example(std::uint32_t ops = 3) {
  Segment out;
  auto& h = out.header;
  h.feed = filled<FeedId>(2);
  h.sequence = 300;
  h.epoch = 2;
  h.roster_size = 230;
  h.roster_head = filled<Hash>(3);
  h.checkpoint_size = 70'000;
  h.checkpoint_root = filled<Hash>(4);
  h.op_count = ops;
  h.opened_bytes = 64;
  if (ops > 1) h.op_root = filled<Hash>(5);
  out.previous = filled<Hash>(6);
  out.ciphertext = Bytes(50, 7);
  out.signature = filled<Signature>(8);
  return out;
}

void sign(Segment& segment, const crypto::SigningKey& key) {
  segment.signature =
      key.sign(signed_message(kRealm, segment.header, segment.previous, crypto::sha256(segment.ciphertext)));
}

Wrap example_wrap() {
  return {filled<UnitId>(1),       2,           WrapKind::parent, filled<RecipientId>(3), 4,
          filled<BoxPublicKey>(5), Bytes(48, 6)};
}

}  // namespace

TEST_CASE("a segment in a run leaves out what its receiver knows") {
  for (const std::uint32_t ops : {1u, 3u}) {
    const auto segment = example(ops);
    const Bytes wire = encode_in_run(segment);
    // Version, epoch, roster, checkpoint, counts: 9 bytes; then root, ciphertext, signature.
    CHECK(wire.size() == 9 + (ops > 1 ? 32 : 0) + 50 + 64);
    const auto back = decode_in_run(wire);
    REQUIRE(back.ok());
    CHECK(encode_in_run(*back) == wire);
    CHECK(back->header.checkpoint_size == 70'000);
    CHECK(back->header.feed.is_zero());
    auto filled_in = *back;
    filled_in.header.feed = segment.header.feed;
    filled_in.header.sequence = segment.header.sequence;
    filled_in.header.roster_head = segment.header.roster_head;
    filled_in.header.checkpoint_root = segment.header.checkpoint_root;
    filled_in.previous = segment.previous;
    CHECK(full_header(filled_in.header) == full_header(segment.header));
    CHECK(segment_hash(kRealm, filled_in) == segment_hash(kRealm, segment));
  }
}

TEST_CASE("a stub stands for its segment") {
  const auto segment = example();
  const auto stub = decode_stub(encode_stub(stub_of(segment)));
  REQUIRE(stub.ok());
  CHECK(segment_hash(kRealm, *stub) == segment_hash(kRealm, segment));
  CHECK(encode_stub(*stub) == encode_stub(stub_of(segment)));
}

TEST_CASE("a bare segment in a run has the hash and the signature of the whole one") {
  const auto key = *crypto::SigningKey::from_seed(Bytes(32, 9));
  const auto author = *crypto::Verifier::create(key.public_key());
  for (const std::uint32_t ops : {1u, 3u}) {
    auto segment = example(ops);
    sign(segment, key);
    const Bytes wire = encode_bare_in_run(stub_of(segment));
    CHECK(wire.size() == 9 + (ops > 1 ? 32 : 0) + 32 + 64);
    CHECK(is_bare_in_run(wire));
    CHECK_FALSE(is_bare_in_run(encode_in_run(segment)));
    auto bare = *decode_kept_in_run(wire);
    CHECK(bare.ciphertext.empty());
    CHECK(encode_in_run(bare) == wire);
    CHECK(header_in_run(wire)->checkpoint_size == segment.header.checkpoint_size);
    bare.header = segment.header;
    bare.previous = segment.previous;
    CHECK(segment_hash(kRealm, bare) == segment_hash(kRealm, segment));
    CHECK(verify_segment(kRealm, bare, author));
    bare.bare->bytes[0] ^= 1;
    CHECK_FALSE(verify_segment(kRealm, bare, author));
    // Who wants content is not given this for it.
    CHECK(decode_in_run(wire).error().code == Code::newer_format);
    for (std::size_t n = 0; n < wire.size(); ++n)
      CHECK_FALSE(decode_kept_in_run(ByteView(wire).first(n)).ok());
    Bytes longer = wire;
    longer.push_back(0);
    CHECK_FALSE(decode_kept_in_run(longer).ok());
  }
  CHECK(encode_in_run(*decode_kept_in_run(encode_in_run(example()))) == encode_in_run(example()));
}

TEST_CASE("the signature covers every field, in one realm") {
  const auto key = *crypto::SigningKey::from_seed(Bytes(32, 9));
  const auto author = *crypto::Verifier::create(key.public_key());
  auto segment = example();
  sign(segment, key);
  REQUIRE(verify_segment(kRealm, segment, author));
  REQUIRE(verify_segment(kRealm, stub_of(segment), author));
  CHECK_FALSE(verify_segment(filled<RealmId>(2), segment, author));
  const auto breaks = [&](auto change) {
    auto other = segment;
    change(other);
    return !verify_segment(kRealm, other, author);
  };
  CHECK(breaks([](auto& s) { s.header.feed.bytes[0] ^= 1; }));
  CHECK(breaks([](auto& s) { ++s.header.sequence; }));
  CHECK(breaks([](auto& s) { ++s.header.epoch; }));
  CHECK(breaks([](auto& s) { ++s.header.roster_size; }));
  CHECK(breaks([](auto& s) { s.header.roster_head.bytes[0] ^= 1; }));
  CHECK(breaks([](auto& s) { ++s.header.checkpoint_size; }));
  CHECK(breaks([](auto& s) { s.header.checkpoint_root.bytes[0] ^= 1; }));
  CHECK(breaks([](auto& s) { s.header.dictionary = 1; }));
  CHECK(breaks([](auto& s) { ++s.header.op_count; }));
  CHECK(breaks([](auto& s) { ++s.header.opened_bytes; }));
  CHECK(breaks([](auto& s) { s.header.op_root->bytes[0] ^= 1; }));
  CHECK(breaks([](auto& s) { s.previous.bytes[0] ^= 1; }));
  CHECK(breaks([](auto& s) { s.ciphertext[0] ^= 1; }));
}

TEST_CASE("segments beyond their bounds are refused with a clear code") {
  const auto code = [](auto change) {
    auto segment = example();
    change(segment);
    const auto status = check_bounds(segment);
    REQUIRE_FALSE(status.ok());
    const auto decoded = decode_in_run(encode_in_run(segment));
    CHECK_FALSE(decoded.ok());
    return status.error().code;
  };
  CHECK(check_bounds(example()).ok());
  CHECK(code([](auto& s) { s.header.op_count = 257; }) == Code::too_large);
  CHECK(code([](auto& s) { s.header.opened_bytes = kMaxOpenedBytes + 1; }) == Code::too_large);
  CHECK(code([](auto& s) { s.header.opened_bytes = 0; }) == Code::too_large);
  CHECK(code([](auto& s) { s.ciphertext.resize(kMaxSealedBytes + 1); }) == Code::too_large);
  CHECK(code([](auto& s) { s.ciphertext.resize(17); }) == Code::truncated);

  const Bytes wire = encode_in_run(example());
  for (std::size_t n = 0; n < wire.size() - 33; ++n) {
    CAPTURE(n);
    CHECK_FALSE(decode_in_run(ByteView(wire).first(n)).ok());
  }
  Bytes newer = wire;
  newer[0] = kSegmentVersion + 1;
  CHECK(decode_in_run(newer).error().code == Code::newer_format);
  Bytes dictionary = wire;
  dictionary[0] = 8 * 3 + kSegmentVersion;
  REQUIRE(decode_in_run(dictionary).ok());  // kept; whoever opens it parks it
  CHECK(decode_in_run(dictionary)->header.dictionary == 3);
}

TEST_CASE("wraps survive the way there and back, and bind their recipient") {
  const auto wrap = example_wrap();
  const Bytes wire = encode_wrap(wrap);
  CHECK(wire.size() == 1 + 16 + 1 + 1 + 16 + 1 + 32 + 48);
  const auto back = decode_wrap(wire);
  REQUIRE(back.ok());
  CHECK(encode_wrap(*back) == wire);
  CHECK(wrap_info(kRealm, *back) == wrap_info(kRealm, wrap));
  auto other = wrap;
  other.kind = WrapKind::next_epoch;
  CHECK(wrap_info(kRealm, other) != wrap_info(kRealm, wrap));
  for (std::size_t n = 0; n < wire.size(); ++n) CHECK_FALSE(decode_wrap(ByteView(wire).first(n)).ok());
  Bytes longer = wire;
  longer.push_back(0);
  CHECK_FALSE(decode_wrap(longer).ok());
  Bytes unknown = wire;
  unknown[18] = 9;
  CHECK(decode_wrap(unknown).error().code == Code::newer_format);
  auto odd = wrap;
  odd.recipient_epoch = 0;
  CHECK_FALSE(decode_wrap(encode_wrap(odd)).ok());
}

}  // namespace gandan::protocol
