// Push, pull, and a sync with nothing new: vault to server to vault, through the relay in this process and
// through the server's program over TLS.
#include "bench/measurements.hpp"
#include "bench/serving.hpp"
#include "bench/tap.hpp"
#include "bench/world.hpp"
#include "sync/sync.hpp"

namespace gandan::bench {
namespace {

constexpr std::size_t kRecordsPerSegment = 8;

// The phone's day without a network: saves, sealed every eight records.
void fill(World& world, vault::Vault& phone, std::size_t changes) {
  const FeedId feed = must(vault::open_feed(phone, world.commune)).id;
  Workload workload(feed);
  must(phone.db().execute("PRAGMA synchronous = OFF"));  // not what is measured
  for (std::size_t i = 0; i < changes / kFieldsPerRecord; ++i) {
    auto row = must(vault::open_feed(phone, world.commune));
    vault::IdMaker ids(row);
    std::vector<vault::Change> save;
    for (auto& op : workload.make_record()) save.emplace_back(op.path, std::move(op.value));
    must(vault::save(phone, world.commune, ids.record(), save, HolderId{}, ids));
    if (i % kRecordsPerSegment == kRecordsPerSegment - 1) must(vault::seal(phone));
  }
  must(vault::seal(phone));
  must(phone.db().execute("PRAGMA synchronous = FULL"));
}

struct Times {
  Samples push, pull, again_ms;
  sync::Report pushed, pulled, again;
};

// What HTTP and TLS add, seen from the wire.
struct WireBytes {
  std::uint64_t push = 0;               // connecting included
  std::uint64_t nothing_new = 0;        // on a connection that is open
  std::uint64_t nothing_new_fresh = 0;  // connecting included
};
WireBytes count_wire(World& world, const ServerProcess& process, const std::string& phone_copy) {
  WireBytes out;
  auto phone = world.open(phone_copy);
  const auto counted = [&](Tap& tap, sync::Transport& transport) {
    const std::uint64_t before = tap.bytes();
    must(sync::run(*phone, transport, {}));
    return tap.bytes() - before;
  };
  {
    Tap tap(process.port());
    const auto transport = process.connect(tap.port());
    out.push = counted(tap, *transport);
    out.nothing_new = counted(tap, *transport);
  }
  Tap tap(process.port());
  const auto transport = process.connect(tap.port());
  out.nothing_new_fresh = counted(tap, *transport);
  return out;
}

// One repetition on copies: push, pull, and both once more with nothing new.
template <class Connect>
void sync_once(World& world, const std::string& phone_copy, const std::string& office_copy, Connect connect,
               Times& times) {
  auto phone = world.open(phone_copy);
  auto office = world.open(office_copy);
  const auto sync = [&](vault::Vault& vault, Samples& samples) {
    const auto transport = connect();
    sync::Report report;
    samples.add(seconds_of([&] { report = must(sync::run(vault, *transport, {})); }) * 1e3);
    return report;
  };
  times.pushed = sync(*phone, times.push);
  times.pulled = sync(*office, times.pull);
  times.again = sync(*phone, times.again_ms);
}

void add(Run& run, const std::string& way, const std::string& label, std::size_t changes,
         const Times& times) {
  char note[200];
  const std::string count = std::to_string(changes);
  std::snprintf(
      note, sizeof note, "best of %d (median %.0f); %llu segments, %.1f kB sent, connecting included",
      run.scale.repeats, times.push.median(), static_cast<unsigned long long>(times.pushed.segments_sent),
      static_cast<double>(times.pushed.bytes_sent) / 1000);
  run.figures.add({"push_" + way, "push " + count + " changes, " + label, times.push.least(), "ms",
                   Want::at_most, 150, note});
  std::snprintf(note, sizeof note, "best of %d (median %.0f)", run.scale.repeats, times.pull.median());
  run.figures.add(
      {"pull_" + way, "pull and apply them, " + label, times.pull.least(), "ms", Want::at_most, 250, note});
  const auto trips = [&](const char* name, const char* what, std::uint64_t exchanges) {
    run.figures.add({std::string(name) + "_" + way, std::string(what) + ", " + label,
                     static_cast<double>(exchanges), "", Want::at_most, 1, ""});
  };
  trips("push_round_trips", "round trips of the push", times.pushed.exchanges);
  trips("pull_round_trips", "round trips of the pull", times.pulled.exchanges);
  trips("nothing_new_round_trips", "round trips of a sync with nothing new", times.again.exchanges);
  std::snprintf(note, sizeof note, "best of %d (median %.1f), connecting included", run.scale.repeats,
                times.again_ms.median());
  run.figures.add({"nothing_new_" + way, "a sync with nothing new, " + label, times.again_ms.least(), "ms",
                   Want::none, 0, note});
}

}  // namespace

void measure_sync(Run& run) {
  WorkFolder folder(run.folder.path("sync"));
  const std::string data = folder.path("server");
  World world(folder, init_server(data));
  admit(data, world.card);
  auto phone = world.enrol("phone", roster::Role::cadre, world.commune);
  auto office = world.enrol("office", roster::Role::office, world.top);
  const std::size_t changes = run.scale.of(10'000, 640);
  {
    const auto relay = must(server::Relay::open({data}, system_clock()));
    RelayTransport transport(*relay);
    for (auto* vault : {world.admin.get(), phone.get(), office.get()}) must(sync::run(*vault, transport, {}));
    must(vault::open_feed(*phone, world.commune));
    must(sync::run(*phone, transport, {}));
    must(sync::run(*office, transport, {}));
  }
  fill(world, *phone, changes);
  phone.reset();
  office.reset();

  const auto certificate = make_certificate(folder);
  Times inside, over_tls;
  for (int i = 0; i < run.scale.repeats; ++i)
    for (const bool tls : {false, true}) {
      const std::string server_copy = folder.copy("server");
      const std::string phone_copy = folder.copy("phone");
      const std::string office_copy = folder.copy("office");
      if (tls) {
        const ServerProcess process(run.server_program, server_copy, certificate);
        sync_once(
            world, phone_copy, office_copy, [&] { return process.connect(); }, over_tls);
      } else {
        const auto relay = must(server::Relay::open({server_copy}, system_clock()));
        sync_once(
            world, phone_copy, office_copy, [&] { return std::make_unique<RelayTransport>(*relay); }, inside);
      }
      for (const auto& copy : {server_copy, phone_copy, office_copy}) folder.remove(copy);
    }
  add(run, "tls", "server over TLS", changes, over_tls);
  add(run, "relay", "relay in the process", changes, inside);

  const ServerProcess process(run.server_program, folder.copy("server"), certificate);
  const auto wire = count_wire(world, process, folder.copy("phone"));
  const auto bytes = [&](const char* name, const std::string& label, double value, const std::string& note) {
    run.figures.add({name, label, value, "bytes", Want::none, 0, note});
  };
  const auto& again = over_tls.again;
  bytes("nothing_new_bytes", "bytes of a sync with nothing new, both ways",
        static_cast<double>(again.bytes_sent + again.bytes_received),
        "bodies: " + std::to_string(again.bytes_sent) + " up, " + std::to_string(again.bytes_received) +
            " down");
  bytes("nothing_new_wire_bytes", "the same with HTTP and TLS, on an open connection",
        static_cast<double>(wire.nothing_new), "with connecting: " + std::to_string(wire.nothing_new_fresh));
  bytes("push_bytes_per_change", "bytes of the push per change, everything in the body",
        static_cast<double>(over_tls.pushed.bytes_sent) / static_cast<double>(changes),
        "segments of 64, 8 new records each");
  bytes("push_wire_bytes_per_change", "the same with HTTP, TLS, connecting and the answer",
        static_cast<double>(wire.push) / static_cast<double>(changes), "");
}

}  // namespace gandan::bench
