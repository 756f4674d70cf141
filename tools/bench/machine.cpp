// The machine's own rates, to hold the others against, and what depends on nothing else.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "bench/measurements.hpp"
#include "bench/world.hpp"
#include "crypto/random.hpp"
#include "sql/vault.hpp"
#include "storage/database.hpp"

namespace gandan::bench {
namespace {

std::size_t file_size(const std::string& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  return ignored ? 0 : static_cast<std::size_t>(size);
}

// A file that grows like a write-ahead log: written at its end and synced.
class SyncedFile {
 public:
  explicit SyncedFile(const std::string& path)
      : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ < 0) give_up(Error{Code::disk_failed});
  }
  SyncedFile(const SyncedFile&) = delete;
  SyncedFile& operator=(const SyncedFile&) = delete;
  ~SyncedFile() { ::close(file_); }
  void append(ByteView bytes) {
    if (::write(file_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
        ::fdatasync(file_) != 0)
      give_up(Error{Code::disk_failed});
  }

 private:
  int file_;
};

struct SaveTimes {
  Samples save, cpu, disk;
  Samples bytes;
};

// Each save beside a write of as many bytes to a plain file in the same folder, in turn.
template <class F>
SaveTimes save_beside_disk(const std::string& vault_folder, const std::string& file, std::size_t count,
                           F save) {
  SaveTimes times;
  SyncedFile plain(file);
  const std::string wal = vault_folder + "/vault.db-wal";
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t before = file_size(wal);
    const double cpu = thread_cpu_seconds();
    times.save.add(seconds_of([&] { save(i); }));
    times.cpu.add(thread_cpu_seconds() - cpu);
    const std::size_t after = file_size(wal);
    // Once the log has been moved into the database its space is used again, and it does not grow.
    const std::size_t grown =
        after > before ? after - before : static_cast<std::size_t>(times.bytes.median());
    times.bytes.add(static_cast<double>(grown));
    const Bytes bytes(grown, static_cast<std::uint8_t>(i));
    times.disk.add(seconds_of([&] { plain.append(bytes); }));
  }
  return times;
}

void add_save(Run& run, const std::string& name, const std::string& label, const SaveTimes& times) {
  const auto ms = [](double seconds) { return seconds * 1e3; };
  char note[200];
  std::snprintf(note, sizeof note,
                "p50 %.2f ms, of which processor time %.2f; the disk's own sync of as many bytes (%.0f kB): "
                "p50 %.2f, p99 %.2f",
                ms(times.save.median()), ms(times.cpu.median()), times.bytes.median() / 1000,
                ms(times.disk.median()), ms(times.disk.at(0.99)));
  // The processor time is the least that a save takes beyond the disk, however slow the disk was meanwhile.
  const double beyond = std::max(times.cpu.median(), times.save.median() - times.disk.median());
  run.figures.add({name + "_beyond_disk_p50", label + ", beyond the disk's sync, p50", ms(beyond), "ms",
                   Want::at_most, 1, note});
  run.figures.add({name + "_p50", label + ", p50", ms(times.save.median()), "ms", Want::none, 0, ""});
  run.figures.add({name + "_p99", label + ", p99", ms(times.save.at(0.99)), "ms", Want::none, 0, ""});
}

}  // namespace

VerifyRate verify_rate(std::size_t count) {
  const auto key = crypto::SigningKey::generate(crypto::system_random());
  const Bytes message(400, 5);  // about a segment's signed part
  const auto signature = key.sign(message);
  const auto work = [&] {
    const auto verifier = must(crypto::Verifier::create(key.public_key()));
    for (std::size_t i = 0; i < count; ++i)
      if (!verifier.verify(message, signature)) give_up(Error{Code::bad_signature});
  };
  const unsigned cores = core_count();
  const double before = process_cpu_seconds();
  const double seconds = seconds_of([&] {
    std::vector<std::thread> running;
    for (unsigned i = 1; i < cores; ++i) running.emplace_back(work);
    work();
    for (auto& thread : running) thread.join();
  });
  const double verified = static_cast<double>(count) * cores;
  return {verified / seconds, verified / (process_cpu_seconds() - before)};
}

void measure_machine(Run& run) {
  Samples wall, cpu;
  for (int i = 0; i < run.scale.repeats; ++i) {
    const auto rate = verify_rate(run.scale.of(4000, 400));
    wall.add(rate.wall);
    cpu.add(rate.cpu);
  }
  run.figures.add({"ed25519_verify", "Ed25519 verifications, one core", cpu.most(), "1/s", Want::none, 0,
                   "by processor time, best"});
  run.figures.add({"ed25519_verify_all", "Ed25519 verifications, all cores", wall.most(), "1/s", Want::none,
                   0, std::to_string(core_count()) + " cores, best"});
  SyncedFile file(run.folder.path("sync-probe"));
  Samples sync;
  const Bytes block(4096, 1);
  for (std::size_t i = 0; i < run.scale.of(200, 20); ++i) sync.add(seconds_of([&] { file.append(block); }));
  run.figures.add(
      {"disk_sync", "the disk: write and fdatasync of 4 KiB", sync.median() * 1e3, "ms", Want::none, 0, ""});
}

void measure_save(Run& run) {
  WorkFolder folder(run.folder.path("save"));
  World world(folder, SignPublicKey{});
  auto phone = world.enrol("phone", roster::Role::cadre, world.commune);
  const FeedId feed = must(vault::open_feed(*phone, world.commune)).id;
  Workload workload(feed);
  const std::size_t count = run.scale.of(400, 30);
  const auto save = [&](std::size_t) {
    auto row = must(vault::open_feed(*phone, world.commune));
    vault::IdMaker ids(row);
    std::vector<vault::Change> changes;
    changes.emplace_back("@kind", std::string("mobilisation_visit"));
    changes.emplace_back("@schema", std::int64_t{1});
    for (const char* path : {"project", "household", "place", "wishes", "explained", "language"})
      changes.emplace_back(path, workload.text());
    must(vault::save(*phone, world.commune, ids.record(), changes, HolderId{}, ids));
  };
  add_save(run, "save", "a record of 8 fields saved",
           save_beside_disk(folder.path("phone"), folder.path("plain"), count, save));
  phone.reset();

  // The same through the request that every shell makes, its answer with document and verdicts included.
  OpenOptions options;
  options.folder = folder.path("notebook");
  options.raw_key = std::string(32, 'k');
  options.create = true;
  const auto notebook = open_notebook(options);
  const auto realm = ask(*notebook, "realm.create",
                         {{"name", "Lạng Sơn"},
                          {"ledger_key", std::string(64, '5')},
                          {"root_passphrase", "mật khẩu gốc để đo"},
                          {"root_key_file", folder.path("root")},
                          {"card_file", folder.path("card")}});
  const auto add = [&](std::size_t) {
    json::object fields{
        {"project", workload.text()},   {"household", "H" + std::to_string(workload.below(900))},
        {"place", workload.text()},     {"wishes", workload.text()},
        {"explained", workload.text()}, {"language", workload.text()}};
    ask(*notebook, "record.add", {{"kind", "mobilisation_visit"}, {"record", std::move(fields)}});
  };
  add_save(run, "save_request", "the same as a shell's request",
           save_beside_disk(options.folder, folder.path("plain2"), count, add));
}

namespace {

// The rows that an ingest of new records writes, and reads again, into a database of its own.
double write_and_read(const std::string& path, ByteView key, std::size_t records) {
  return seconds_of([&] {
    storage::Options options;
    options.path = path;
    options.key = key;
    options.mode = storage::Mode::create;
    auto db = must(storage::Database::open(options, sql::vault));
    Workload workload(FeedId{});
    const Bytes state(420, 3), segment(1400, 4);
    for (std::size_t done = 0; done < records;) {
      auto transaction = must(storage::Transaction::begin(db));
      for (std::size_t i = 0; i < 500; ++i, ++done) {
        const auto ops = workload.make_record();
        std::string text;
        for (std::size_t f = 2; f < ops.size(); ++f) text += std::get<std::string>(ops[f].value) + "\n";
        must(db.run(
            "INSERT INTO record (id, unit, kind, title, date, flags, state, document, searched) VALUES "
            "(?,?,?,?,?,?,?,?,?)",
            ops[0].record, UnitId{}, "mobilisation_visit", text, "2026-01-01", 0, ByteView(state),
            std::string(900, 'd'), text));
        must(db.run("INSERT INTO search (rowid, exact, folded) VALUES (?,?,?)", db.last_row(), text, text));
        if (i % 8 == 0)
          must(db.run("INSERT INTO chunk (hash, unit, data, state) VALUES (?, ?, ?, 0)", ops[0].record,
                      UnitId{}, ByteView(segment)));
      }
      must(transaction.commit());
    }
    auto rows = must(db.query("SELECT id, state, document FROM record ORDER BY id"));
    std::size_t bytes = 0;
    while (must(rows.step())) bytes += rows.blob(1).size() + rows.text(2).size();
    if (bytes == 0) give_up(Error{Code::internal});
  });
}

}  // namespace

void measure_encryption(Run& run) {
  WorkFolder folder(run.folder.path("encryption"));
  const Bytes key(32, 8);
  const std::size_t records = run.scale.of(8000, 500);
  Samples plain, encrypted, plain_cpu, encrypted_cpu;
  const auto measure = [&](ByteView with, Samples& seconds, Samples& cpu) {
    const double before = thread_cpu_seconds();
    seconds.add(write_and_read(folder.path("database"), with, records));
    cpu.add(thread_cpu_seconds() - before);
    std::filesystem::remove(folder.path("database"));
  };
  for (int i = 0; i < 2 * run.scale.repeats; ++i) {
    measure({}, plain, plain_cpu);
    measure(key, encrypted, encrypted_cpu);
  }
  // By processor time: both wait for the disk alike. 0.1: less cannot be told from nothing.
  const double overhead = (encrypted_cpu.least() / plain_cpu.least() - 1) * 100;
  char note[240];
  std::snprintf(note, sizeof note,
                "%zu records, documents, search rows written, synced, read: processor time %.0f ms against "
                "%.0f, best of %d; with the disk %.0f against %.0f",
                records, encrypted_cpu.least() * 1e3, plain_cpu.least() * 1e3, 2 * run.scale.repeats,
                encrypted.least() * 1e3, plain.least() * 1e3);
  run.figures.add({"encryption_overhead", "encrypted pages against plain SQLite", std::max(0.1, overhead),
                   "%", Want::at_most, 15, note});
}

}  // namespace gandan::bench
