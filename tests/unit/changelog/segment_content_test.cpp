#include "changelog/segment_content.hpp"

#include "changelog/columns.hpp"
#include "changelog/op_proof.hpp"
#include "changelog/packing.hpp"
#include "generate.hpp"

namespace gandan::changelog::test {

TEST_CASE("ops and columns survive the way there and back") {
  const World world;
  check_property("op", [](std::uint64_t seed) {
    const auto op = any_ops(1, seed)[0];
    const auto back = decode_op(encode_op(op));
    RC_ASSERT(back.ok());
    RC_ASSERT(*back == op);
    RC_ASSERT(encode_op(*back) == encode_op(op));
  });
  check_property("columns", [&](std::uint64_t seed) {
    const auto ops = any_ops(1 + seed % 256, seed);
    const auto columns = write_columns(world.feed, ops);
    RC_ASSERT(columns.ok());
    const auto back = read_columns(world.feed, ops.size(), columns->bytes);
    RC_ASSERT(back.ok());
    RC_ASSERT(*back == ops);
    RC_ASSERT(write_columns(world.feed, *back)->bytes == columns->bytes);
  });
}

TEST_CASE("a sealed segment opens for its key only and shows any change") {
  const World world;
  SegmentCodec codec;
  const auto ops = any_ops(20, 5);
  const auto sealed = codec.seal(world.realm, world.header(), world.previous, ops, world.key, world.author);
  REQUIRE(sealed.ok());
  CHECK(protocol::verify_segment(world.realm, *sealed, *crypto::Verifier::create(world.author.public_key())));
  REQUIRE(codec.open(world.realm, *sealed, world.key).ok());
  CHECK(*codec.open(world.realm, *sealed, world.key) == ops);

  const auto fails = [&](auto change) {
    auto other = *sealed;
    change(other);
    return !codec.open(world.realm, other, world.key).ok();
  };
  CHECK(fails([](auto& s) { s.ciphertext[20] ^= 1; }));
  CHECK(fails([](auto& s) { s.ciphertext.pop_back(); }));
  CHECK(fails([](auto& s) { s.previous.bytes[0] ^= 1; }));
  CHECK(fails([](auto& s) { ++s.header.sequence; }));
  CHECK(fails([](auto& s) { ++s.header.roster_size; }));
  CHECK(fails([](auto& s) { ++s.header.opened_bytes; }));
  CHECK(fails([](auto& s) { s.header.op_root->bytes[3] ^= 1; }));
  CHECK(fails([](auto& s) { s.header.op_count = 21; }));
  EpochSecret other_secret;
  CHECK_FALSE(
      codec.open(world.realm, *sealed, FeedKey(world.realm, world.unit, 1, world.feed, other_secret)).ok());
}

TEST_CASE("what an author makes wrong is found after the tag holds") {
  const World world;
  const auto ops = any_ops(3, 9);
  auto header = world.header();
  header.op_count = 3;
  header.op_root = Hash{};  // not the ops' root
  const auto seal_plain = [&](const Bytes& plain) {
    protocol::Segment out{header, world.previous, {}, {}};
    out.ciphertext = crypto::siv_seal(world.key.segment_key(header.sequence),
                                      {protocol::full_header(header), world.previous.view()}, plain);
    return out;
  };
  const auto code = [&](const Bytes& plain) {
    const auto opened = open_segment(world.realm, seal_plain(plain), world.key);
    REQUIRE_FALSE(opened.ok());
    return opened.error().code;
  };
  const auto columns = *write_columns(world.feed, ops);
  header.opened_bytes = static_cast<std::uint32_t>(padme(columns.bytes.size()));
  Packer packer;
  Bytes plain = *packer.pack(columns);
  CHECK(code(plain) == Code::bad_proof);
  plain.push_back(1);
  CHECK(code(plain) == Code::malformed);  // what follows is padding: zeros
  CHECK(code({9, 9, 9}) == Code::parked);
  header.opened_bytes = 16;  // inflates to more than declared
  const auto big = *write_columns(world.feed, workload(64, 8));
  header.op_count = 64;
  CHECK(code(*packer.pack(big)) == Code::too_large);
  header.dictionary = 1;
  CHECK(code(plain) == Code::parked);
  header.dictionary = 0;
  auto backwards = ops;
  std::swap(backwards[0], backwards[2]);
  CHECK_FALSE(
      seal_segment(world.realm, world.header(), world.previous, backwards, world.key, world.author).ok());
}

TEST_CASE("mutated columns never crash and never pass unnoticed as trailing bytes") {
  const World world;
  check_property("mutation", [&](std::uint64_t seed) {
    Seeded random(seed);
    const auto ops = any_ops(1 + random.below(30), seed);
    auto bytes = write_columns(world.feed, ops)->bytes;
    for (auto n = 1 + random.below(4); n > 0; --n) {
      bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next());
      if (random.below(8) == 0) bytes.resize(random.below(bytes.size()) + 1);
    }
    const auto back = read_columns(world.feed, ops.size(), bytes);
    if (back.ok()) {
      for (const auto& op : *back) RC_ASSERT(check_op(op).ok());
    }
  });
}

TEST_CASE("PADMÉ adds at most 12 % and lets few lengths show") {
  CHECK(padme(9) == 10);  // the paper's example: 9 needs 10
  std::set<std::size_t> seen;
  for (std::size_t n = 1; n < 70'000; ++n) {
    const auto padded = padme(n);
    REQUIRE(padded >= n);
    REQUIRE(static_cast<double>(padded) <= static_cast<double>(n) * 1.12 + 1);
    REQUIRE(padme(padded) == padded);
    seen.insert(padded);
  }
  CHECK(seen.size() < 200);
}

TEST_CASE("pending ops are cut within the bounds and saves stay whole") {
  const World world;
  std::vector<Op> ops;
  Hlc hlc = Hlc{1'790'000'000'000} << 16;
  const auto save = [&](std::uint32_t count, std::size_t text) {
    Seeded random(hlc);
    hlc += 1 << 16;
    for (std::uint32_t i = 0; i < count; ++i) {
      Op op;
      op.record = make_record_id(world.feed, hlc >> 16 & 0xffff);
      op.path = "f" + std::to_string(i);
      std::string noise;
      while (noise.size() < text) noise += static_cast<char>(' ' + random.below(95));
      op.value = noise;
      op.stamp = {hlc + i, world.feed};
      op.save = hlc;
      op.count = count;
      ops.push_back(op);
    }
  };
  save(200, 8);
  save(100, 8);  // does not fit beside the first
  save(1, 32'000);
  save(1, 32'000);
  save(3, 30'000);  // does not fit into one segment: split
  save(600, 8);
  save(1, 8);
  const auto lengths = cut_segments(ops);
  std::size_t at = 0;
  std::vector<std::size_t> expected{200, 101, 1, 1, 1, 1, 256, 256, 90};
  for (const auto length : lengths) {
    const auto sealed = seal_segment(world.realm, world.header(), world.previous,
                                     std::span(ops).subspan(at, length), world.key, world.author);
    REQUIRE(sealed.ok());
    CHECK(protocol::check_bounds(*sealed).ok());
    at += length;
  }
  CHECK(at == ops.size());
  CHECK(lengths.size() >= 8);
  CHECK(lengths[0] == 200);
  CHECK(cut_segments({}).empty());
}

TEST_CASE("a proof discloses one op and holds for its place only") {
  const World world;
  for (const std::size_t count : {1, 2, 7, 64, 256}) {
    const auto ops = any_ops(count, count);
    const auto sealed =
        *seal_segment(world.realm, world.header(), world.previous, ops, world.key, world.author);
    const auto stub = protocol::stub_of(sealed);
    for (const std::size_t index : {std::size_t{0}, count / 2, count - 1}) {
      CAPTURE(count, index);
      const auto made = prove_op(world.realm, sealed, ops, static_cast<std::uint32_t>(index), world.key);
      REQUIRE(made.ok());
      const auto proof = decode_op_proof(encode_op_proof(*made));
      REQUIRE(proof.ok());
      const auto op = verify_op(world.realm, stub, *proof);
      REQUIRE(op.ok());
      CHECK(*op == ops[index]);
      auto other_stub = stub;
      ++other_stub.header.sequence;
      CHECK_FALSE(verify_op(world.realm, other_stub, *proof).ok());
      auto moved = *proof;
      ++moved.index;
      CHECK_FALSE(verify_op(world.realm, stub, moved).ok());
      auto changed = *proof;
      if (auto* merkle = std::get_if<MerkleOpProof>(&changed.evidence)) {
        merkle->op.back() ^= 1;
      } else {
        std::get<KeyOpProof>(changed.evidence).ciphertext.back() ^= 1;
      }
      CHECK_FALSE(verify_op(world.realm, stub, changed).ok());
    }
  }
}

}  // namespace gandan::changelog::test
