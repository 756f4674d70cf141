#include "changelog/keyring.hpp"

#include <set>

#include "changelog/blob.hpp"
#include "fixture.hpp"

namespace gandan::changelog::test {
namespace {

// Province above commune, two epochs of the commune, one device in each.
struct Tree {
  Seeded random{77};
  RealmId realm = id_of<RealmId>(1);
  UnitId province = id_of<UnitId>(20), commune = id_of<UnitId>(21);
  EpochSecret province1 = new_epoch_secret(random), commune1 = new_epoch_secret(random),
              commune2 = new_epoch_secret(random);
  crypto::BoxKey phone = crypto::BoxKey::generate(random), office = crypto::BoxKey::generate(random);
  DeviceId phone_id = id_of<DeviceId>(30), office_id = id_of<DeviceId>(31);

  std::optional<roster::EpochPublic> lookup(const UnitId& unit, std::uint32_t epoch) const {
    if (unit == province && epoch == 1) return epoch_public(realm, province, 1, province1);
    if (unit == commune && epoch == 1) return epoch_public(realm, commune, 1, commune1);
    if (unit == commune && epoch == 2) return epoch_public(realm, commune, 2, commune2);
    return std::nullopt;
  }
  EpochLookup look() const {
    return [this](const UnitId& unit, std::uint32_t epoch) { return lookup(unit, epoch); };
  }
  std::vector<protocol::Wrap> wraps() {
    return {
        *make_wrap_for_next_epoch(realm, commune, 1, commune1, 2, lookup(commune, 2)->box_key, random),
        *make_wrap_for_parent(realm, commune, 2, commune2, province, 1, lookup(province, 1)->box_key, random),
        *make_wrap_for_device(realm, commune, 2, commune2, phone_id, phone.public_key(), random),
        *make_wrap_for_device(realm, province, 1, province1, office_id, office.public_key(), random)};
  }
};

}  // namespace

TEST_CASE("an office reads its subtree and its history with one key, in whatever order the wraps come") {
  Tree tree;
  const auto wraps = tree.wraps();
  Keyring office(tree.realm);
  CHECK(office.add_wraps(wraps, tree.office_id, tree.office, tree.look()).size() == 3);
  CHECK(equal(office.secret(tree.commune, 1)->view(), tree.commune1.view()));
  CHECK(office.latest(tree.commune) == 2);
  Keyring phone(tree.realm);
  CHECK(phone.add_wraps(wraps, tree.phone_id, tree.phone, tree.look()).size() == 2);
  CHECK(phone.secret(tree.province, 1) == nullptr);
  CHECK(phone.add_wraps(wraps, tree.phone_id, tree.phone, tree.look()).empty());
  CHECK(phone.feed_key(tree.commune, 3, id_of<FeedId>(1)) == nullptr);
  CHECK(phone.feed_key(tree.commune, 2, id_of<FeedId>(1)) != nullptr);
}

TEST_CASE("a wrap holds for its realm, unit, epoch and recipient, and for the secret that was signed") {
  Tree tree;
  const auto wrap = tree.wraps()[2];
  const auto expected = *tree.lookup(tree.commune, 2);
  REQUIRE(open_wrap(tree.realm, wrap, tree.phone, expected).ok());
  CHECK_FALSE(open_wrap(id_of<RealmId>(9), wrap, tree.phone, expected).ok());
  CHECK_FALSE(open_wrap(tree.realm, wrap, tree.office, expected).ok());
  const auto fails = [&](auto change) {
    auto other = wrap;
    change(other);
    return !open_wrap(tree.realm, other, tree.phone, expected).ok();
  };
  CHECK(fails([](auto& w) { w.epoch = 1; }));
  CHECK(fails([](auto& w) { w.unit.bytes[0] ^= 1; }));
  CHECK(fails([](auto& w) { w.recipient.bytes[0] ^= 1; }));
  CHECK(fails([](auto& w) { w.kind = protocol::WrapKind::parent; }));
  CHECK(fails([](auto& w) { w.ct[5] ^= 1; }));
  // HPKE lets anybody seal: a stranger's secret is not the one that the statement names.
  const auto stranger = new_epoch_secret(tree.random);
  const auto forged = *make_wrap_for_device(tree.realm, tree.commune, 2, stranger, tree.phone_id,
                                            tree.phone.public_key(), tree.random);
  CHECK(open_wrap(tree.realm, forged, tree.phone, expected).error().code == Code::cannot_open);
  auto other_key = expected;
  other_key.box_key.bytes[0] ^= 1;
  CHECK_FALSE(open_wrap(tree.realm, wrap, tree.phone, other_key).ok());
}

TEST_CASE("keys differ by realm, unit, epoch, feed and sequence") {
  const World world;
  std::set<Bytes> keys;
  const auto add = [&](const FeedKey& key, std::uint64_t sequence) {
    keys.insert(to_bytes(key.segment_key(sequence).view()));
  };
  add(world.key, 0);
  add(world.key, 1);
  add(FeedKey(id_of<RealmId>(99), world.unit, 1, world.feed, world.secret), 0);
  add(FeedKey(world.realm, id_of<UnitId>(99), 1, world.feed, world.secret), 0);
  add(FeedKey(world.realm, world.unit, 2, world.feed, world.secret), 0);
  add(FeedKey(world.realm, world.unit, 1, id_of<FeedId>(99), world.secret), 0);
  CHECK(keys.size() == 6);
  Bytes few(32), many(64);
  world.key.leaf_salts(3, few);
  world.key.leaf_salts(3, many);
  CHECK(equal(few, ByteView(many).first(32)));
}

TEST_CASE("a blob opens with its reference, and a chunk in its own place only") {
  const auto realm = id_of<RealmId>(1);
  Seeded random(3);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kBlobChunkBytes, kBlobChunkBytes + 1, 3 * kBlobChunkBytes}) {
    CAPTURE(size);
    Bytes file(size);
    random.fill(file);
    const auto sealed = seal_blob(realm, "ảnh.jpg", "image/jpeg", file, random);
    REQUIRE(sealed.ok());
    CHECK(check_value(sealed->ref).ok());
    CHECK(sealed->chunks.size() == blob_chunk_count(size));
    CHECK(*open_blob(realm, sealed->ref, sealed->chunks) == file);
    CHECK_FALSE(open_blob(id_of<RealmId>(2), sealed->ref, sealed->chunks).ok());
    auto cut = sealed->chunks;
    cut.pop_back();
    CHECK_FALSE(open_blob(realm, sealed->ref, cut).ok());
    const auto key = *BlobKey::from(realm, sealed->ref.key);
    auto changed = sealed->chunks[0];
    changed[0] ^= 1;
    CHECK(key.open_chunk(0, size, sealed->ref.chunks[0], changed).error().code == Code::cannot_open);
    CHECK_FALSE(key.open_chunk(0, size, blob_chunk_name(changed), changed).ok());
    if (sealed->chunks.size() > 2) {
      CHECK_FALSE(key.open_chunk(0, size, sealed->ref.chunks[1], sealed->chunks[1]).ok());
      // The middle of a longer file does not pass for the end of a shorter one.
      CHECK_FALSE(key.open_chunk(1, 2 * kBlobChunkBytes, sealed->ref.chunks[1], sealed->chunks[1]).ok());
    }
  }
  const auto key = BlobKey::generate(realm, random);
  CHECK(key.seal_chunk(0, kMaxBlobBytes + 1, Bytes(kBlobChunkBytes)).error().code == Code::too_large);
  CHECK(key.seal_chunk(0, 10, Bytes(9)).error().code == Code::bad_request);
}

}  // namespace gandan::changelog::test
