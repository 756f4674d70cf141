// What a full audit costs: every indicator over a year's records of an office, as a shell asks for it. Signed
// visits with times, positions and texts of some sixty words by five hundred people; every twentieth record
// is a meeting, which the law's own rules judge.
#include "base/calendar.hpp"
#include "bench/measurements.hpp"
#include "bench/world.hpp"
#include "sync/bundle.hpp"

namespace gandan::bench {
namespace {

constexpr std::size_t kPeople = 500;
constexpr std::size_t kMeetingEvery = 20;
constexpr std::int64_t kBetween = 60'000;  // ms from one save to the next
constexpr std::size_t kBatch = 300;        // records in one transaction
constexpr std::size_t kPerSegment = 12;    // records

// Saves of one phone, one record each, in the order of their stamps.
class SignedRecords {
 public:
  SignedRecords(const FeedId& feed, std::size_t count) : words_(feed), feed_(feed) {
    now_ms_ = system_clock().wall_ms() - static_cast<std::int64_t>(count + 1) * kBetween;
  }

  std::vector<changelog::Op> next() {
    now_ms_ += kBetween;
    const bool meeting = ++made_ % kMeetingEvery == 0;
    start(meeting ? "community_meeting" : "mobilisation_visit");
    add("start", changelog::Instant{now_ms_ - 3'600'000});
    add("end", changelog::Instant{now_ms_ - 600'000});
    add("position", changelog::Position{218'500'000 + static_cast<std::int32_t>(words_.below(9000)),
                                        1'067'600'000 + static_cast<std::int32_t>(words_.below(9000)), 1200});
    add("place", "Nhà văn hoá thôn " + std::to_string(words_.below(300)));
    if (meeting)
      add_meeting();
    else
      add_visit();
    sign();
    return std::move(ops_);
  }

 private:
  void start(const char* kind) {
    ops_.clear();
    record_ = changelog::make_record_id(feed_, made_);
    save_ = static_cast<changelog::Hlc>(now_ms_) << 16;
    holder_ = HolderId::from(changelog::make_record_id(feed_, 1'000'000 + made_ % kPeople).view());
    add("@kind", std::string(kind));
    add("@schema", std::int64_t{2});
  }
  void add_visit() {
    add("project", std::string("Đường nối cao tốc"));
    add("household", "H" + std::to_string(made_));
    add("met", changelog::Choices{{"land_user"}});
    add("outcome", changelog::Choices{{words_.below(3) == 0 ? "agreed" : "considering"}});
    add("minutes", changelog::Choices{{"signed"}});
    add("wishes", sentence(25));
    add("explained", sentence(35));
  }
  void add_meeting() {
    add("subject", sentence(6));
    add("conclusion", sentence(50));
    for (const char* path :
         {"signers.village_head", "signers.front_head", "signers.household_1", "signers.household_2"})
      add(path, sentence(2));
  }
  void sign() {
    changelog::Mark mark;
    mark.seen[feed_] = save_ + ops_.size() - 1;
    mark.content = Hash::from(Bytes(32, 1));
    add("@final", std::move(mark));
    for (auto& op : ops_) op.count = static_cast<std::uint32_t>(ops_.size());
  }
  std::string sentence(std::size_t words) {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) out += (out.empty() ? "" : " ") + words_.text();
    return out;
  }
  void add(const char* path, changelog::Value value) {
    changelog::Op op;
    op.record = record_;
    op.path = path;
    op.value = std::move(value);
    op.stamp = {save_ + ops_.size(), feed_};
    op.save = save_;
    op.holder = holder_;
    ops_.push_back(std::move(op));
  }

  Workload words_;
  FeedId feed_;
  std::int64_t now_ms_;
  std::size_t made_ = 0;
  RecordId record_;
  changelog::Hlc save_ = 0;
  HolderId holder_;
  std::vector<changelog::Op> ops_;
};

}  // namespace

void measure_audit(Run& run) {
  WorkFolder folder(run.folder.path("audit"));
  World world(folder, no_server());
  Phone phone(world);
  auto office = world.enrol("office", roster::Role::office, world.top);
  must(sync::import_bundle(*office, must(sync::export_bundle(*phone.vault, {}))));
  const std::size_t records = run.scale.of(100'000, 1000);
  SignedRecords signed_records(phone.feed, records);
  Stream stream;
  stream.feed = phone.feed;
  for (std::size_t made = 0; made < records;) {
    const std::size_t first = stream.segments.size();
    std::vector<std::vector<changelog::Op>> batch;
    for (std::size_t i = 0; i < kBatch && made < records; ++i, ++made) {
      if (i % kPerSegment == 0) batch.emplace_back();
      for (auto& op : signed_records.next()) batch.back().push_back(std::move(op));
    }
    seal_into(phone, batch, stream);
    take(*office, stream, first, stream.segments.size());
    for (std::size_t i = first; i < stream.segments.size(); ++i) stream.segments[i].in_run = {};
  }
  office.reset();

  OpenOptions options;
  options.folder = folder.path("office");
  options.raw_key = std::string(as_text(world.key));
  const auto today = local_days(system_clock().wall_ms());
  Samples seconds, cpu;
  std::int64_t findings = 0, seen = 0;
  for (int i = 0; i < run.scale.repeats; ++i) {
    auto notebook = open_notebook(options);
    const double before = thread_cpu_seconds();
    seconds.add(seconds_of([&] {
      const auto answer = ask(*notebook, "audit.run",
                              {{"from", date_text(today - 366)}, {"until", date_text(today)}, {"limit", 0}});
      findings = json::find_integer(answer, "finding_count").value_or(0);
      seen = json::find_integer(answer, "records").value_or(0);
    }));
    cpu.add(thread_cpu_seconds() - before);
  }
  if (seen != static_cast<std::int64_t>(records))
    give_up(Error{Code::internal, "not every record was audited"});
  char note[200];
  std::snprintf(note, sizeof note, "by processor time, best of %d; %.2f s by the wall clock; %lld findings",
                run.scale.repeats, seconds.least(), static_cast<long long>(findings));
  run.figures.add({"audit_run", "audit of " + std::to_string(records) + " signed records, one core",
                   cpu.least(), "s", Want::at_most, 5, note});
}

}  // namespace gandan::bench
