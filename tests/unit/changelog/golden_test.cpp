// Golden bytes of the changelog's formats: support/golden.hpp.
#include "support/golden.hpp"
#include "changelog/blob.hpp"
#include "changelog/columns.hpp"
#include "changelog/op_proof.hpp"
#include "fixture.hpp"

namespace gandan::changelog::test {
namespace {

// One op of every type of value, in saves of three, two and five.
std::vector<Op> golden_ops() {
  const World world;
  const auto other = id_of<FeedId>(100);
  const auto record = make_record_id(world.feed, 12), second = make_record_id(other, 7);
  const auto item = to_text(make_item_id(world.feed, 13)), inner = to_text(make_item_id(other, 14));
  const auto holder = HolderId::from(make_record_id(other, 3).view());
  const Hlc first = Hlc{1'795'000'000'000} << 16, next = (Hlc{1'795'000'060'000} << 16) + 5, last = next + 2;
  const std::vector<std::pair<std::string, Value>> values{
      {"@kind", std::string("community_meeting")},
      {"title", std::string("Họp dân bàn đường liên thôn")},
      {"place.village", Null{}},
      {"title", std::string("Họp dân bàn mương")},
      {"urgent", true},
      {"area_m2", std::int64_t{-1234567}},
      {"agenda[" + item + "]", std::string("m")},
      {"agenda[" + item + "].votes[" + inner + "].day", Date{20'780}},
      {"held_at", Instant{1'795'000'000'123}},
      {"present", Choices{{"household", "women_union"}}},
      {"place.position", Position{218'450'000, 1'067'600'000, 450}},
      {"photo", BlobRef{"ảnh.jpg", "image/jpeg", 200'000, Bytes(32, 1), {id_of<Hash>(50), id_of<Hash>(51)}}},
      {"secret", Sealed{{1, 2, 3}}},
      {"phone", Personal{{4, 5}}},
      {"@final", Mark{{{world.feed, first + 2}, {other, 99}}, id_of<Hash>(52), "đủ chữ ký"}},
  };
  std::vector<Op> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Op op;
    op.record = i < 8 ? record : second;
    op.path = values[i].first;
    op.value = values[i].second;
    op.save = i < 3 ? first : i < 5 ? next : last;
    op.count = i < 3 ? 3 : i < 5 ? 2 : 10;
    op.stamp = {i < 3 ? first + i : i < 5 ? next + i - 3 : last + i - 5, world.feed};
    if (i == 3) op.replaces = {out[1].stamp};
    if (i == 4) op.replaces = {{first - (Hlc{500} << 16), other}};
    if (i == 5) op.replaces = {{first - (Hlc{500} << 16) + 1, world.feed}, {first - (Hlc{300} << 16), other}};
    if (i >= 3) op.holder = holder;
    out.push_back(op);
  }
  return out;
}

}  // namespace

TEST_CASE("golden bytes of ops, columns, states, segments, proofs, keys and blobs") {
  gandan::test::Golden golden("changelog");
  const World world;
  const auto ops = golden_ops();
  for (std::size_t i = 0; i < ops.size(); ++i) {
    CAPTURE(i);
    const Bytes bytes = golden("op." + std::to_string(i), encode_op(ops[i]));
    CHECK(bytes == encode_op(ops[i]));
    CHECK(*decode_op(bytes) == ops[i]);
  }
  const Bytes columns = golden("columns", write_columns(world.feed, ops)->bytes);
  CHECK(columns == write_columns(world.feed, ops)->bytes);
  CHECK(*read_columns(world.feed, ops.size(), columns) == ops);

  RecordState state;
  for (const auto& op : ops) {
    if (op.record == ops[0].record) state.add(op, op.path == "urgent");
  }
  const Bytes stored = golden("state", state.encode());
  CHECK(stored == state.encode());
  CHECK(RecordState::decode(stored)->encode() == stored);

  Seen all = state.seen();
  golden.same("content_hash", content_hash(world.realm, world.unit, ops[0].record, state, all).view());

  // A lone op is stored: its segment is the same everywhere. What zstd makes may change with its version: it
  // is only opened.
  const auto lone = *seal_segment(world.realm, world.header(), world.previous, std::span(ops).first(1),
                                  world.key, world.author);
  CHECK(golden("segment.lone", protocol::encode_in_run(lone)) == protocol::encode_in_run(lone));
  CHECK(golden("segment.lone.stub", protocol::encode_stub(protocol::stub_of(lone))) ==
        protocol::encode_stub(protocol::stub_of(lone)));
  CHECK(golden("segment.lone.hash", to_bytes(protocol::segment_hash(world.realm, lone).view())) ==
        to_bytes(protocol::segment_hash(world.realm, lone).view()));
  const auto sealed =
      *seal_segment(world.realm, world.header(), world.previous, ops, world.key, world.author);
  auto read = *protocol::decode_in_run(golden("segment", protocol::encode_in_run(sealed)));
  const auto known = world.header();
  read.header.feed = known.feed;
  read.header.sequence = known.sequence;
  read.header.roster_head = known.roster_head;
  read.header.checkpoint_root = known.checkpoint_root;
  read.previous = world.previous;
  CHECK(protocol::verify_segment(world.realm, read, *crypto::Verifier::create(world.author.public_key())));
  CHECK(*open_segment(world.realm, read, world.key) == ops);

  const auto proof = *prove_op(world.realm, read, ops, 6, world.key);
  const Bytes proof_bytes = golden("proof", encode_op_proof(proof));
  CHECK(proof_bytes == encode_op_proof(proof));
  CHECK(*verify_op(world.realm, protocol::stub_of(read), *decode_op_proof(proof_bytes)) == ops[6]);

  const auto epoch = epoch_public(world.realm, world.unit, 1, world.secret);
  CHECK(golden("epoch.commitment", to_bytes(epoch.commitment.view())) == to_bytes(epoch.commitment.view()));
  CHECK(golden("epoch.box_key", to_bytes(epoch.box_key.view())) == to_bytes(epoch.box_key.view()));
  CHECK(golden("segment.key", to_bytes(world.key.segment_key(300).view())) ==
        to_bytes(world.key.segment_key(300).view()));
  Bytes salts(48);
  world.key.leaf_salts(300, salts);
  CHECK(golden("leaf.salts", salts) == salts);

  Seeded random(60);
  const auto phone = crypto::BoxKey::generate(random);
  const auto wrap = *make_wrap_for_device(world.realm, world.unit, 1, world.secret, id_of<DeviceId>(61),
                                          phone.public_key(), random);
  const auto old_wrap = *protocol::decode_wrap(golden("wrap", protocol::encode_wrap(wrap)));
  CHECK(equal(open_wrap(world.realm, old_wrap, phone, epoch)->view(), world.secret.view()));

  const auto blob = *seal_blob(world.realm, "a.txt", "text/plain", as_bytes("Lạng Sơn"), random);
  CHECK(golden("blob.chunk", blob.chunks[0]) == blob.chunks[0]);
}

}  // namespace gandan::changelog::test
