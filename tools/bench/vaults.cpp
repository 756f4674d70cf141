// What a vault costs: bytes of segments, sealing, ingest.
#include "bench/measurements.hpp"
#include "bench/world.hpp"
#include "sync/bundle.hpp"

namespace gandan::bench {
namespace {

double bytes_per_change(Phone& phone, Workload& workload, std::size_t per_segment, std::size_t records,
                        std::size_t segments) {
  std::size_t bytes = 0;
  for (const auto& ops : edits(workload, per_segment * segments, per_segment, records))
    bytes += phone.sealer.seal(ops).in_run.size();
  return static_cast<double>(bytes) / static_cast<double>(per_segment * segments);
}

struct Rates {
  Samples seconds, cpu, commits;
  void add(const IngestTimes& times) {
    seconds.add(times.seconds);
    cpu.add(times.cpu_seconds);
    commits.add(times.commit_seconds);
  }
};

void add_rates(Run& run, const std::string& name, const std::string& label, std::size_t changes,
               const Rates& rates) {
  const double count = static_cast<double>(changes);
  char note[200];
  std::snprintf(note, sizeof note,
                "best of %d (median %.0f/s; %.0f/s by processor time); one transaction of %zu changes, "
                "commit %.0f ms of %.0f",
                run.scale.repeats, count / rates.seconds.median(), count / rates.cpu.least(), changes,
                rates.commits.least() * 1e3, rates.seconds.least() * 1e3);
  run.figures.add({name, label, count / rates.seconds.least(), "changes/s", Want::at_least, 100'000, note});
}

}  // namespace

void measure_bytes(Run& run) {
  World world(run.folder, no_server());
  Phone phone(world);
  Workload workload(phone.feed);
  for (int i = 0; i < 400; ++i) (void)workload.make_record();
  const std::size_t rounds = run.scale.of(40, 5);
  const double one = bytes_per_change(phone, workload, 1, 1, rounds * 8);
  run.figures.add(
      {"bytes_per_change_1", "bytes per change, one alone", one, "bytes", Want::at_most, 150, ""});
  const std::pair<std::size_t, Want> sizes[] = {{8, Want::none}, {64, Want::at_most}, {256, Want::at_most}};
  for (const auto& [size, want] : sizes) {
    const double bytes = bytes_per_change(phone, workload, size, 8, rounds);
    run.figures.add({"bytes_per_change_" + std::to_string(size),
                     "bytes per change, " + std::to_string(size) + " per segment, 8 records", bytes, "bytes",
                     want, 23, ""});
  }
  Workload random(phone.feed, 43, Workload::Texts::random);
  for (int i = 0; i < 400; ++i) (void)random.make_record();
  run.figures.add({"bytes_per_change_64_random", "the same, 64 per segment, texts of random letters",
                   bytes_per_change(phone, random, 64, 8, rounds), "bytes", Want::at_most, 23, ""});
  const double apart = bytes_per_change(phone, workload, 64, 64, rounds);
  run.figures.add({"bytes_per_change_64_records", "bytes per change, 64 per segment, 64 records", apart,
                   "bytes", Want::at_most, 36, ""});
}

void measure_ingest(Run& run) {
  WorkFolder folder(run.folder.path("ingest"));
  World world(folder, no_server());
  Phone phone(world);
  Workload workload(phone.feed);
  auto office = world.enrol("office", roster::Role::office, world.top);
  must(sync::import_bundle(*office, must(sync::export_bundle(*phone.vault, {}))));

  const std::size_t changes = run.scale.of(20'480, 1280);
  const auto batches = new_records(workload, changes, 64);
  Stream stream;
  stream.feed = phone.feed;
  const double cpu = thread_cpu_seconds();
  seal_into(phone, batches, stream);
  const double sealing = thread_cpu_seconds() - cpu;
  run.figures.add({"seal_rate", "seal: columns, compress, encrypt, sign, 64 per segment",
                   static_cast<double>(stream.ops) / sealing, "changes/s", Want::none, 0,
                   "by processor time"});
  const std::size_t created = stream.segments.size();
  const std::size_t new_ops = stream.ops;
  seal_into(phone, edits(workload, changes, 64, 8), stream);
  office.reset();

  Rates created_rates, edited_rates;
  for (int i = 0; i < run.scale.repeats; ++i) {
    const std::string copy = folder.copy("office");
    {
      auto fresh = world.open(copy);
      created_rates.add(take(*fresh, stream, 0, created));
      edited_rates.add(take(*fresh, stream, created, stream.segments.size()));
    }
    folder.remove(copy);
  }
  add_rates(run, "ingest_new", "verify, decrypt, merge, durable: new records", new_ops, created_rates);
  add_rates(run, "ingest_edits", "the same: edits of known records", stream.ops - new_ops, edited_rates);
}

namespace {

// As a shell asks for them, and the vault's opening and listing apart. Each time everything is opened anew,
// so that pages come from the file (which the system holds in memory) and are decrypted.
void add_large(Run& run, const std::string& vault_folder, World& world, std::size_t records, double filled) {
  OpenOptions options;
  options.folder = vault_folder;
  options.raw_key = std::string(as_text(world.key));
  struct Question {
    const char* name;
    const char* label;
    const char* method;
    json::object params;
    double budget;
    Samples seconds;
  };
  Question questions[] = {
      {"search_rare", "search: the beginning of a rare word", "search", {{"text", "xq"}}, 10, {}},
      {"search_common", "search: two words in every tenth record", "search", {{"text", "đền bù"}}, 10, {}},
      {"search_letter", "search: the first letter of a word", "search", {{"text", "đ"}}, 10, {}},
      {"list_page", "list: the first 50", "record.list", {{"limit", 50}}, 0, {}},
      {"list_kind",
       "list: the first 50 of a kind",
       "record.list",
       {{"limit", 50}, {"kind", "mobilisation_visit"}},
       0,
       {}},
      {"list_conflicts",
       "list: those with a conflict",
       "record.list",
       {{"limit", 50}, {"conflicts", true}},
       0,
       {}},
      {"status", "status", "status", {}, 0, {}},
  };
  Samples opening_vault, opening;
  for (int i = 0; i < 2 * run.scale.repeats + 1; ++i) {
    opening_vault.add(seconds_of([&] { (void)world.open(vault_folder); }));
    for (auto& question : questions) {
      std::unique_ptr<Notebook> notebook;
      opening.add(seconds_of([&] { notebook = open_notebook(options); }));
      question.seconds.add(seconds_of([&] { ask(*notebook, question.method, question.params); }));
    }
  }
  char note[160];
  std::snprintf(note, sizeof note, "median (best %.1f); file cache warm; filled through ingest in %.1f s",
                opening_vault.least() * 1e3, filled);
  const std::string of = " of " + std::to_string(records) + " records";
  run.figures.add({"open_large", "open a vault" + of + ", raw key", opening_vault.median() * 1e3, "ms",
                   Want::at_most, 50, note});
  std::snprintf(note, sizeof note, "median (best %.1f)", opening.least() * 1e3);
  run.figures.add({"open_notebook", "the same with forms and rules, as a shell opens it",
                   opening.median() * 1e3, "ms", Want::at_most, 50, note});
  for (const auto& question : questions) {
    std::snprintf(note, sizeof note, "median (best %.1f) of the first request after opening",
                  question.seconds.least() * 1e3);
    run.figures.add({question.name, question.label, question.seconds.median() * 1e3, "ms",
                     question.budget != 0 ? Want::at_most : Want::none, question.budget, note});
  }
}

}  // namespace

void measure_large(Run& run) {
  WorkFolder folder(run.folder.path("large"));
  World world(folder, no_server());
  Phone phone(world);
  Workload workload(phone.feed);
  auto office = world.enrol("office", roster::Role::office, world.top);
  must(sync::import_bundle(*office, must(sync::export_bundle(*phone.vault, {}))));

  const std::size_t records = run.scale.of(100'000, 2000);
  Stream stream;
  stream.feed = phone.feed;
  const Stopwatch filling;
  for (std::size_t made = 0; made < records;) {
    const std::size_t first = stream.segments.size();
    seal_into(phone,
              new_records(workload, std::min<std::size_t>(records - made, 2000) * kFieldsPerRecord, 64),
              stream);
    take(*office, stream, first, stream.segments.size());
    made = stream.ops / kFieldsPerRecord;
    for (std::size_t i = first; i < stream.segments.size(); ++i) stream.segments[i].in_run = {};
  }
  const double filled = filling.seconds();
  office.reset();

  add_large(run, folder.path("office"), world, records, filled);
}

}  // namespace gandan::bench
