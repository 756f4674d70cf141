// The workload of the budgets: mobilisation visits with small text fields of about 8 bytes, half of them
// words that such records hold and half letters that nothing foretells. The same in every run.
//
// Threading: a Workload belongs to one thread.
#pragma once

#include <string>
#include <vector>

#include "changelog/segment_content.hpp"
#include "roster/roster.hpp"

namespace gandan::bench {

constexpr std::size_t kFieldsPerRecord = 8;  // of which two say the kind and the version of its form

struct Record {
  RecordId id;
  std::vector<changelog::Stamp> heads;  // of the text fields
};

class Workload {
 public:
  enum class Texts { mixed, random };  // random: letters only, nothing to compress but their alphabet
  explicit Workload(const FeedId& feed, std::uint64_t seed = 42, Texts texts = Texts::mixed);

  // A new record in one save: kind, form version and six texts.
  std::vector<changelog::Op> make_record();
  // A save of one change, 5 to 65 seconds after the one before, of one of the records from `first` on.
  changelog::Op edit(std::size_t first, std::size_t count);
  std::string text();
  std::uint64_t below(std::uint64_t n);
  const std::vector<Record>& records() const { return records_; }

 private:
  std::uint64_t next();

  FeedId feed_;
  HolderId holder_;
  Texts texts_;
  std::uint64_t state_;
  std::uint64_t counter_ = 1;
  std::int64_t now_ms_;
  std::vector<Record> records_;
};

// What a phone's journal makes of its ops, without a vault: sealed segments of one feed, chained.
struct SealedSegment {
  Bytes in_run;
  Hash previous;
  Hash hash;
  std::uint64_t sequence = 0;
  std::size_t ops = 0;
};
class Sealer {
 public:
  Sealer(const roster::Roster& roster, const FeedId& feed, const changelog::FeedKey& key,
         const crypto::SigningKey& author);
  SealedSegment seal(std::span<const changelog::Op> ops);

 private:
  changelog::SegmentCodec codec_;
  const RealmId realm_;
  protocol::SegmentHeader header_;
  Hash head_;
  const changelog::FeedKey& key_;
  const crypto::SigningKey& author_;
};

// `changes` in segments of `per_segment`, each of `records_per_segment` records; new records, or edits of
// `known` ones.
std::vector<std::vector<changelog::Op>> new_records(Workload& workload, std::size_t changes,
                                                    std::size_t per_segment);
std::vector<std::vector<changelog::Op>> edits(Workload& workload, std::size_t changes,
                                              std::size_t per_segment, std::size_t records_per_segment);

}  // namespace gandan::bench
