// What the tests of changelog share: fixed keys, a seeded generator, and the workload of the budgets.
#pragma once

#include "changelog/keyring.hpp"
#include "changelog/merge.hpp"
#include "changelog/segment_content.hpp"
#include "support/catch.hpp"

namespace gandan::changelog::test {

// xorshift64*: the same numbers everywhere.
class Seeded : public Random {
 public:
  explicit Seeded(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1dULL;
  }
  std::uint64_t below(std::uint64_t n) { return (next() >> 11) % n; }
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(next() >> 32);
  }

 private:
  std::uint64_t state_;
};

template <class Id>
Id id_of(std::uint64_t seed) {
  Seeded random(seed);
  return random_id<Id>(random);
}

struct World {
  RealmId realm = id_of<RealmId>(1);
  UnitId unit = id_of<UnitId>(2);
  FeedId feed = id_of<FeedId>(3);
  EpochSecret secret = [] {
    Seeded random(4);
    return new_epoch_secret(random);
  }();
  FeedKey key{realm, unit, 1, feed, secret};
  crypto::SigningKey author = [] {
    Seeded random(5);
    return crypto::SigningKey::generate(random);
  }();

  // As a phone in its second year: a roster of 230 statements, a ledger of a million entries.
  protocol::SegmentHeader header(std::uint64_t sequence = 300) const {
    protocol::SegmentHeader out;
    out.feed = feed;
    out.sequence = sequence;
    out.epoch = 1;
    out.roster_size = 230;
    out.roster_head = id_of<Hash>(6);
    out.checkpoint_size = 1'000'000;
    out.checkpoint_root = id_of<Hash>(7);
    return out;
  }
  Hash previous = id_of<Hash>(8);
};

inline const char* const kWords[] = {"đường",   "nước",  "hộ dân", "họp",    "bản",    "thôn",
                                     "ruộng",   "đất ở", "vườn",   "giá",    "đền bù", "mương",
                                     "cầu",     "chợ",   "điện",   "trường", "ý kiến", "đồng ý",
                                     "chưa rõ", "hẹn",   "mời",    "quý 3",  "tổ 5",   "xóm"};
inline const char* const kFields[] = {"title",      "place.village", "issue", "wish",
                                      "commitment", "next_step",     "note",  "outcome"};

// About 8 bytes: half of it words of the domain, half letters that nothing foretells.
inline std::string small_text(Seeded& random) {
  if (random.below(2) == 0) return kWords[random.below(std::size(kWords))];
  std::string out;
  while (out.size() < 8) out += static_cast<char>('a' + random.below(26));
  return out;
}

// `count` saves of one change each, 5 to 65 seconds apart, that replace one head each, over `records` records
// of 8 fields: half of them made on this phone and half on three others, each in one save, within the last 90
// days.
inline std::vector<Op> workload(std::size_t count, std::size_t records, std::uint64_t seed = 42) {
  Seeded random(seed);
  const World world;
  struct Record {
    RecordId id;
    Stamp heads[std::size(kFields)];
  };
  std::int64_t now = 1'795'000'000'000;
  std::vector<Record> all;
  for (std::size_t r = 0; r < records; ++r) {
    const auto feed = random.below(2) == 0 ? world.feed : id_of<FeedId>(100 + random.below(3));
    Record record;
    record.id = make_record_id(feed, 1 + random.below(4000));
    const auto save = static_cast<Hlc>(now - static_cast<std::int64_t>(random.below(90ull * 86'400'000)))
                      << 16;
    for (std::size_t f = 0; f < std::size(kFields); ++f) record.heads[f] = {save + f, feed};
    all.push_back(record);
  }
  std::vector<Op> out;
  for (std::size_t i = 0; i < count; ++i) {
    now += static_cast<std::int64_t>(5000 + random.below(60'000));
    auto& record = all[count == records ? i : random.below(records)];
    const auto field = random.below(std::size(kFields));
    Op op;
    op.record = record.id;
    op.path = kFields[field];
    op.value = small_text(random);
    op.stamp = {static_cast<Hlc>(now) << 16, world.feed};
    op.replaces = {record.heads[field]};
    op.save = op.stamp.hlc;
    op.holder = HolderId::from(make_record_id(world.feed, 3).view());
    record.heads[field] = op.stamp;
    out.push_back(op);
  }
  return out;
}

}  // namespace gandan::changelog::test
