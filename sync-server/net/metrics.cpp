#include "net/metrics.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

namespace gandan::server {
namespace {

// One family after the other, each with its samples: the format wants them together.
class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help,
              std::string_view unit = {}) {
    name_ = "gandan_" + std::string(name);
    text_ += fmt::format("# TYPE {} {}\n", name_, type);
    if (!unit.empty()) text_ += fmt::format("# UNIT {} {}\n", name_, unit);
    text_ += fmt::format("# HELP {} {}\n", name_, help);
  }
  // Labels as they stand between the braces: their values are codes, handles and numbers, which need no
  // escaping.
  template <class T>
  void sample(std::string_view suffix, std::string_view labels, T value) {
    text_ += name_;
    text_ += suffix;
    if (!labels.empty()) text_ += fmt::format("{{{}}}", labels);
    text_ += fmt::format(" {}\n", value);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "counter", help);
    sample("_total", "", value);
  }
  template <class T>
  void gauge(std::string_view name, std::string_view help, T value, std::string_view unit = {}) {
    family(name, "gauge", help, unit);
    sample("", "", value);
  }
  std::string end() && { return std::move(text_) + "# EOF\n"; }

 private:
  std::string name_, text_;
};

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

void counts(Page& page, const Counters& counters) {
  page.counter("segments_accepted", "Segments committed to a ledger.", counters.segments_accepted);
  page.counter("segments_rejected", "Segments refused.", counters.segments_rejected);
  page.counter("feed_maps_logged", "Feed maps committed to a ledger.", counters.maps_logged);
  page.counter("statements_accepted", "Roster statements committed to a ledger.",
               counters.statements_accepted);
  page.counter("syncs_served", "Sync requests answered in full.", counters.syncs_served);
  page.family("received_bytes", "counter", "Bytes received, after TLS.", "bytes");
  page.sample("_total", "", counters.bytes_in.load());
  page.family("sent_bytes", "counter", "Bytes sent, before TLS.", "bytes");
  page.sample("_total", "", counters.bytes_out.load());
  page.gauge("connections", "Connections open now.", counters.connections.load());
  page.gauge("requests_expecting", "Requests that wait for something new.", counters.expecting.load());
  page.family("connections_refused", "counter", "Connections closed at once, by why.");
  page.sample("_total", "reason=\"full\"", counters.connections_full.load());
  page.sample("_total", "reason=\"address\"", counters.connections_of_address.load());
  page.family("certificate_reloads", "counter", "Certificates read again; kept: the new one does not serve.");
  page.sample("_total", "outcome=\"renewed\"", counters.certificates_renewed.load());
  page.sample("_total", "outcome=\"kept\"", counters.certificates_kept.load());
}

// A code that never occurred has no sample: there are more than two hundred.
void by_code(Page& page, std::string_view name, std::string_view help, const CountsByCode& counts) {
  page.family(name, "counter", help);
  for (std::size_t i = 0; i < kCodes; ++i) {
    const auto code = static_cast<Code>(i);
    if (counts.of(code) != 0)
      page.sample("_total", fmt::format("code=\"{}\"", info(code).text), counts.of(code));
  }
}

void histogram(Page& page, std::string_view name, std::string_view help, const Durations& durations) {
  page.family(name, "histogram", help, "seconds");
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < Durations::kBoundsMs.size(); ++i) {
    so_far += durations.within(i);
    page.sample("_bucket", fmt::format("le=\"{}\"", seconds(Durations::kBoundsMs[i])), so_far);
  }
  so_far += durations.within(Durations::kBoundsMs.size());
  page.sample("_bucket", "le=\"+Inf\"", so_far);
  page.sample("_count", "", so_far);
  page.sample("_sum", "", seconds(static_cast<std::int64_t>(durations.sum_ms())));
}

void realms(Page& page, const std::vector<RealmNumbers>& all) {
  const auto each = [&](std::string_view name, std::string_view help, auto value,
                        std::string_view unit = {}) {
    page.family(name, "gauge", help, unit);
    for (const auto& one : all) page.sample("", fmt::format("realm=\"{}\"", one.realm), value(one));
  };
  using Numbers = const RealmNumbers&;
  each("ledger_entries", "Entries of the realm's ledger.", [](Numbers one) { return one.entries; });
  each(
      "realm_used_bytes", "Bytes that count against the realm's quota.",
      [](Numbers one) { return one.used_bytes; }, "bytes");
  each(
      "realm_quota_bytes", "The realm's quota; 0: no limit.", [](Numbers one) { return one.quota_bytes; },
      "bytes");
  each("realm_suspended", "1: the realm is suspended.", [](Numbers one) { return int{one.suspended}; });
  each("realm_healthy", "0: something could not be committed lately.",
       [](Numbers one) { return int{one.healthy}; });
  each("queue_submissions", "What waits for the realm's sequencer.", [](Numbers one) { return one.queued; });
  each(
      "queue_bytes", "Bytes of what waits for the realm's sequencer.",
      [](Numbers one) { return one.queued_bytes; }, "bytes");
  each(
      "queue_lag_seconds", "How long the first in the queue has waited.",
      [](Numbers one) { return seconds(one.oldest_ms); }, "seconds");
  page.family("sequencer_fence", "gauge",
              "Fence of the realm's lease, where this server of several is its sequencer.");
  for (const auto& one : all)
    if (one.fence) page.sample("", fmt::format("realm=\"{}\"", one.realm), *one.fence);
  each("devices", "Devices that hold a role.", [](Numbers one) { return one.devices; });
  each("devices_silent", "Of them, those that were not heard of for long.",
       [](Numbers one) { return one.silent; });
  page.family("device_silent_seconds", "gauge",
              "Silence of those that were not heard of for the longest time.", "seconds");
  for (const auto& one : all)
    for (const auto& device : one.longest)
      page.sample("", fmt::format("realm=\"{}\",device=\"{}\"", one.realm, device.device),
                  seconds(device.for_ms));
  page.family("device_throttled", "gauge", "Devices that asked for more than their rate within ten minutes.");
  for (const auto& one : all)
    for (const auto& device : one.throttled)
      page.sample("", fmt::format("realm=\"{}\",device=\"{}\"", one.realm, device), 1);
}

void disk(Page& page, const std::filesystem::path& data) {
  struct statvfs room {};
  if (::statvfs(data.c_str(), &room) == 0) {
    page.gauge("disk_free_bytes", "Room on the disk of the server's folder.",
               std::uint64_t{room.f_bavail} * room.f_frsize, "bytes");
    page.gauge("disk_size_bytes", "Size of that disk.", std::uint64_t{room.f_blocks} * room.f_frsize,
               "bytes");
  }
  std::uint64_t store = 0;
  for (const char* file : {"server.db", "server.db-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(data / file, error);
    if (!error) store += size;
  }
  page.gauge("store_bytes", "Files of the store in the server's folder; 0: it lies in PostgreSQL.", store,
             "bytes");
}

}  // namespace

std::string metrics_page(Relay& relay, const ProcessFacts& facts) {
  const auto& counters = relay.counters();
  Page page;
  page.gauge("start_timestamp_seconds", "When the server started, since 1970.", seconds(facts.started_ms),
             "seconds");
  page.gauge("healthy", "What /healthz says.", int{relay.healthy()});
  counts(page, counters);
  by_code(page, "rejections", "Parts of requests that were not taken, by why.", counters.rejections);
  by_code(page, "refusals", "Requests that were refused whole, by why.", counters.refusals);
  histogram(page, "commit_seconds", "Batches, from the commit to the checkpoint given out.",
            counters.commits);
  page.counter("commits_failed", "Batches of which nothing was kept.", counters.commits_failed);
  histogram(page, "acknowledge_seconds", "What was accepted, from its arrival to its acknowledgement.",
            counters.acknowledgements);
  realms(page, relay.numbers(std::chrono::milliseconds(facts.silent).count()));
  disk(page, relay.data());
  page.gauge("certificate_expiry_timestamp_seconds", "When the certificate ceases to be one, since 1970.",
             seconds(facts.certificate_until_ms), "seconds");
  return std::move(page).end();
}

}  // namespace gandan::server
