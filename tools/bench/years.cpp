// What five years cost: a new office that takes in a million records, and an erasure where there are many
// keys.
#include <fstream>
#include <sstream>

#include "bench/measurements.hpp"
#include "bench/world.hpp"
#include "storage/write_anew.hpp"
#include "sync/bundle.hpp"
#include "vault/key_box.hpp"

namespace gandan::bench {
namespace {

constexpr std::size_t kAnswer = 20'480;  // changes that one transaction takes in, as one answer brings them

// The most memory that this process had since forget_peak, in MiB; 0 where the system does not say.
double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) {
      double kib = 0;
      std::istringstream(line.substr(6)) >> kib;
      return kib / 1024;
    }
  return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

void open_years(Run& run) {
  WorkFolder folder(run.folder.path("years"));
  World world(folder, no_server());
  Phone phone(world);
  Workload workload(phone.feed);
  auto office = world.enrol("office", roster::Role::office, world.top);
  must(sync::import_bundle(*office, must(sync::export_bundle(*phone.vault, {}))));
  const std::size_t records = run.scale.of(1'000'000, 4000);
  double seconds = 0, cpu = 0, bytes = 0, peak = 0;
  std::size_t ops = 0, taken = 0;
  Stream stream;
  stream.feed = phone.feed;
  forget_peak();
  const double before = peak_mib();
  while (taken < records) {
    const std::size_t some = std::min(records - taken, kAnswer / kFieldsPerRecord);
    const std::size_t first = stream.segments.size();
    seal_into(phone, new_records(workload, some * kFieldsPerRecord, 64), stream);
    for (std::size_t i = first; i < stream.segments.size(); ++i)
      bytes += static_cast<double>(stream.segments[i].in_run.size());
    forget_peak();
    const auto times = take(*office, stream, first, stream.segments.size());
    peak = std::max(peak, peak_mib());
    seconds += times.seconds;
    cpu += times.cpu_seconds;
    for (std::size_t i = first; i < stream.segments.size(); ++i) stream.segments[i].in_run = {};
    taken += some;
    ops = stream.ops;
  }
  char note[200];
  std::snprintf(note, sizeof note,
                "%zu records, %zu changes, %.0f MB of segments; %.0f s by processor time; %.0f changes/s",
                taken, ops, bytes / 1e6, cpu, static_cast<double>(ops) / seconds);
  run.figures.add({"years_seconds", "a new office opens " + std::to_string(taken) + " records", seconds, "s",
                   Want::none, 0, note});
  std::snprintf(note, sizeof note,
                "of the whole program, which plays the phone besides; %.0f before the first record", before);
  run.figures.add({"years_memory", "the most memory meanwhile", peak, "MiB", Want::none, 0, note});
  const auto size = std::filesystem::file_size(folder.path("office") + "/vault.db");
  run.figures.add({"years_disk", "its vault on the disk, per record",
                   static_cast<double>(size) / static_cast<double>(taken), "bytes", Want::none, 0, ""});
}

// An erasure deletes a few rows and writes all that is left anew: here is what that takes.
void erase_among_many(Run& run) {
  WorkFolder folder(run.folder.path("erase"));
  World world(folder, no_server());
  auto& vault = *world.admin;
  const std::size_t keys = run.scale.of(100'000, 1000);
  {
    auto work = must(vault::Work::begin(vault));
    for (std::size_t i = 0; i < keys; ++i)
      must(vault::keep_new_key(vault, world.commune, random_id<RecordId>(vault.random()),
                               changelog::new_record_key(world.roster().realm(), vault.random())));
    must(work.commit());
  }
  Samples seconds;
  for (int i = 0; i < run.scale.repeats; ++i)
    seconds.add(seconds_of([&] {
      auto work = must(vault::Work::begin(vault));
      must(storage::write_anew(vault.db(), "record_key"));
      must(work.commit());
    }));
  run.figures.add({"erase_ms", "erase: " + std::to_string(keys) + " other records' keys written anew",
                   seconds.least() * 1e3, "ms", Want::none, 0, "once for all erasures that one sync brings"});
}

}  // namespace

void measure_years(Run& run) {
  open_years(run);
  erase_among_many(run);
}

}  // namespace gandan::bench
