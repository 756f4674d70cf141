#include "bench/workload.hpp"

#include "bench/measure.hpp"

namespace gandan::bench {
namespace {

const char* const kWords[] = {"đường",  "nước",   "hộ dân",  "họp",   "bản", "thôn",  "ruộng", "đất ở",
                              "vườn",   "giá",    "đền bù",  "mương", "cầu", "chợ",   "điện",  "trường",
                              "ý kiến", "đồng ý", "chưa rõ", "hẹn",   "mời", "quý 3", "tổ 5",  "xóm"};
const char* const kTexts[] = {"project", "household", "place", "wishes", "explained", "language"};
static_assert(std::size(kTexts) + 2 == kFieldsPerRecord);

// Within the last days, so that no stamp lies after its receipt.
constexpr std::int64_t kDaysBack = 45;

}  // namespace

Workload::Workload(const FeedId& feed, std::uint64_t seed, Texts texts)
    : feed_(feed),
      holder_(HolderId::from(changelog::make_record_id(feed, 0).view())),
      texts_(texts),
      state_(seed * 2 + 1) {
  now_ms_ = system_clock().wall_ms() - kDaysBack * 86'400'000;
}

// xorshift64*: the same numbers everywhere.
std::uint64_t Workload::next() {
  state_ ^= state_ >> 12;
  state_ ^= state_ << 25;
  state_ ^= state_ >> 27;
  return state_ * 0x2545f4914f6cdd1dULL;
}
std::uint64_t Workload::below(std::uint64_t n) { return (next() >> 11) % n; }

std::string Workload::text() {
  if (texts_ == Texts::mixed && below(2) == 0) return kWords[below(std::size(kWords))];
  std::string out;
  while (out.size() < 8) out += static_cast<char>('a' + below(26));
  return out;
}

std::vector<changelog::Op> Workload::make_record() {
  now_ms_ += static_cast<std::int64_t>(1000 + below(3000));
  Record record;
  record.id = changelog::make_record_id(feed_, counter_++);
  const auto save = static_cast<changelog::Hlc>(now_ms_) << 16;
  std::vector<changelog::Op> ops;
  const auto add = [&](const char* path, changelog::Value value) {
    changelog::Op op;
    op.record = record.id;
    op.path = path;
    op.value = std::move(value);
    op.stamp = {save + ops.size(), feed_};
    op.save = save;
    op.count = kFieldsPerRecord;
    op.holder = holder_;
    ops.push_back(std::move(op));
  };
  add("@kind", std::string("mobilisation_visit"));
  add("@schema", std::int64_t{1});
  for (const char* path : kTexts) {
    add(path, text());
    record.heads.push_back(ops.back().stamp);
  }
  records_.push_back(std::move(record));
  return ops;
}

changelog::Op Workload::edit(std::size_t first, std::size_t count) {
  now_ms_ += static_cast<std::int64_t>(5000 + below(60'000));
  auto& record = records_[first + below(count)];
  const std::size_t field = below(std::size(kTexts));
  changelog::Op op;
  op.record = record.id;
  op.path = kTexts[field];
  op.value = text();
  op.stamp = {static_cast<changelog::Hlc>(now_ms_) << 16, feed_};
  op.replaces = {record.heads[field]};
  op.save = op.stamp.hlc;
  op.holder = holder_;
  record.heads[field] = op.stamp;
  return op;
}

Sealer::Sealer(const roster::Roster& roster, const FeedId& feed, const changelog::FeedKey& key,
               const crypto::SigningKey& author)
    : realm_(roster.realm()), key_(key), author_(author) {
  header_.feed = feed;
  header_.epoch = key.epoch();
  header_.roster_size = roster.size();
  header_.roster_head = *roster.head(roster.size());
}

SealedSegment Sealer::seal(std::span<const changelog::Op> ops) {
  const auto segment = must(codec_.seal(realm_, header_, head_, ops, key_, author_));
  SealedSegment out;
  out.in_run = protocol::encode_in_run(segment);
  out.previous = head_;
  out.hash = protocol::segment_hash(realm_, segment);
  out.sequence = header_.sequence++;
  out.ops = ops.size();
  head_ = out.hash;
  return out;
}

std::vector<std::vector<changelog::Op>> new_records(Workload& workload, std::size_t changes,
                                                    std::size_t per_segment) {
  std::vector<std::vector<changelog::Op>> out;
  for (std::size_t done = 0; done < changes;) {
    std::vector<changelog::Op> ops;
    while (ops.size() + kFieldsPerRecord <= per_segment)
      for (auto& op : workload.make_record()) ops.push_back(std::move(op));
    done += ops.size();
    out.push_back(std::move(ops));
  }
  return out;
}

std::vector<std::vector<changelog::Op>> edits(Workload& workload, std::size_t changes,
                                              std::size_t per_segment, std::size_t records_per_segment) {
  std::vector<std::vector<changelog::Op>> out;
  for (std::size_t done = 0; done < changes; done += per_segment) {
    const std::size_t first = workload.below(workload.records().size() - records_per_segment + 1);
    std::vector<changelog::Op> ops;
    for (std::size_t i = 0; i < per_segment; ++i) {
      const bool one_each = records_per_segment == per_segment;
      ops.push_back(one_each ? workload.edit(first + i, 1) : workload.edit(first, records_per_segment));
    }
    out.push_back(std::move(ops));
  }
  return out;
}

}  // namespace gandan::bench
