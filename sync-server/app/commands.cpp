#include "app/commands.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <iostream>
#include <set>

#include "crypto/random.hpp"
#include "net/log.hpp"
#include "net/server.hpp"
#include "relay/migrate.hpp"

namespace gandan::server {
namespace {

constexpr std::int64_t kBurstSeconds = 20;  // of a device's rate, saved up while it is quiet

Result<std::unique_ptr<Store>> stored(const Arguments& arguments) {
  return open_store(arguments.data, arguments.store, Purpose::inspect);
}

bool is_url(const std::string& place) { return place.find("://") != std::string::npos; }

Status tell(const VerifyReport& report) {
  for (const auto& finding : report.findings)
    std::cout << finding.realm << ' ' << info(finding.code).text << ": " << finding.what << "\n  "
              << info(finding.code).vi << "\n  " << info(finding.code).en << '\n';
  std::printf("%llu realms, %llu entries, %llu statements, %llu segments, %llu wraps: %s\n",
              static_cast<unsigned long long>(report.realms), static_cast<unsigned long long>(report.entries),
              static_cast<unsigned long long>(report.statements),
              static_cast<unsigned long long>(report.segments), static_cast<unsigned long long>(report.wraps),
              report.findings.empty() ? "everything holds" : "NOT everything holds");
  std::puts(report.findings.empty() ? "Mọi thứ trong kho đều khớp." : "CÓ CHỖ KHÔNG KHỚP trong kho.");
  if (!report.findings.empty()) return report.findings.front().code;
  return {};
}

Result<ServerOptions> listen_options(const Arguments& arguments) {
  ServerOptions options;
  const auto colon = arguments.listen.rfind(':');
  const std::string port = arguments.listen.substr(colon == std::string::npos ? 0 : colon + 1);
  if (colon != std::string::npos) options.host = arguments.listen.substr(0, colon);
  if (options.host.size() > 2 && options.host.front() == '[')
    options.host = options.host.substr(1, options.host.size() - 2);
  char* end = nullptr;
  const unsigned long number = std::strtoul(port.c_str(), &end, 10);
  if (port.empty() || *end != '\0' || number > 65535)
    return Error{Code::bad_configuration,
                 arguments.listen,
                 {{"--listen", "address", "Ghi địa chỉ IP và cổng, ví dụ 0.0.0.0:8443.",
                   "Give an IP address and a port, e.g. 0.0.0.0:8443."}}};
  options.port = static_cast<std::uint16_t>(number);
  options.threads = arguments.threads;
  options.max_connections = arguments.max_connections;
  options.timeouts.drain = std::chrono::seconds(arguments.drain_seconds);
  if (!arguments.app.empty()) {
    GANDAN_TRY(auto site, Site::load(arguments.app));
    options.site = std::make_shared<const Site>(std::move(site));
  }
  return options;
}

// As many connections as the system gives descriptors for, less those that the store and the signer need to
// commit what the connections bring.
constexpr std::size_t kReservedDescriptors = 128;
constexpr std::size_t kFewestConnections = 16;

std::size_t affordable_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) return wanted;
  const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
  const std::size_t affordable =
      std::max(kFewestConnections, descriptors - std::min(descriptors, kReservedDescriptors));
  if (affordable < wanted)
    log(LogLevel::warning, "few_descriptors",
        {{"wanted", static_cast<std::int64_t>(wanted)},
         {"connections", static_cast<std::int64_t>(affordable)}});
  return std::min(wanted, affordable);
}

}  // namespace

Status init(const Arguments& arguments) {
  GANDAN_CHECK(init_server(arguments.data, arguments.name, crypto::system_random(), arguments.store));
  GANDAN_TRY(const auto key, load_ledger_key(arguments.data));
  std::cout << to_hex(key.public_key().view()) << '\n';
  return {};
}

Status print_key(const Arguments& arguments) {
  GANDAN_TRY(const auto key, load_ledger_key(arguments.data));
  std::cout << to_hex(key.public_key().view()) << '\n';
  return {};
}

Status admit(const Arguments& arguments) {
  GANDAN_TRY(const auto key, load_ledger_key(arguments.data));
  const auto card = read_small_file(arguments.card);
  if (!card.ok())
    return card.error().code == Code::too_large ? card.error()
                                                : Error{Code::file_unreadable, card.error().detail};
  const auto decoded = roster::decode_card(*card);
  if (!decoded.ok()) return Error{decoded.error().code, arguments.card + ": " + decoded.error().detail};
  GANDAN_TRY(const auto store, stored(arguments));
  GANDAN_CHECK(admit_realm(*store, key, *card, arguments.quota));
  std::cout << (arguments.english ? "Admitted; the realm's address: " : "Đã nhận hệ thống, địa chỉ: ")
            << to_text(decoded->address) << '\n';
  return {};
}

Status list(const Arguments& arguments) {
  GANDAN_TRY(const auto store, stored(arguments));
  GANDAN_TRY(const auto realms, store->realms());
  std::printf("%-16s  %-26s  %-9s  %10s  %14s  %14s\n", "realm", "address", "state", "entries", "used",
              "quota");
  for (const auto& realm : realms) {
    GANDAN_TRY(const auto progress, store->progress(realm.number));
    std::printf("%-16s  %-26s  %-9s  %10llu  %14llu  %14llu\n", to_hex(realm.id.view().first(8)).c_str(),
                to_text(realm.address).c_str(), realm.state == RealmState::open ? "open" : "suspended",
                static_cast<unsigned long long>(progress.size),
                static_cast<unsigned long long>(progress.used_bytes),
                static_cast<unsigned long long>(realm.quota));
  }
  return {};
}

Status verify(const Arguments& arguments) {
  GANDAN_TRY(auto key, load_ledger_key(arguments.data));
  GANDAN_TRY(const auto lock, FileLock::take(std::filesystem::path(arguments.data) / "server.lock"));
  GANDAN_TRY(const auto store, stored(arguments));
  const Signer signer(std::move(key), arguments.data);
  GANDAN_TRY(const auto moment, store->moment());  // other servers may go on meanwhile
  GANDAN_TRY(const auto report, verify_store(moment ? *moment : *store, signer));
  return tell(report);
}

Status migrate(const Arguments& arguments) {
  GANDAN_TRY(auto key, load_ledger_key(arguments.data));
  std::vector<FileLock> locks;
  for (const std::string& folder : std::set<std::string>{arguments.data, arguments.from, arguments.to}) {
    std::error_code ignored;
    if (is_url(folder)) continue;
    std::filesystem::create_directories(folder, ignored);
    GANDAN_TRY(auto lock, FileLock::take(std::filesystem::path(folder) / "server.lock"));
    locks.push_back(std::move(lock));
  }
  const auto choice = [&](const std::string& place) {
    return is_url(place) ? StoreChoice{place, arguments.store.single_copy} : StoreChoice{};
  };
  GANDAN_TRY(const auto from, open_store(arguments.from, choice(arguments.from), Purpose::copy));
  GANDAN_CHECK(create_store(arguments.to, choice(arguments.to)));
  GANDAN_TRY(const auto to, open_store(arguments.to, choice(arguments.to), Purpose::copy));
  const Signer signer(std::move(key), arguments.data);
  GANDAN_TRY(const auto report, migrate_store(*from, *to, signer));
  return tell(report);
}

Status run(const Arguments& arguments) {
  start_log(arguments.log_level == "debug"     ? LogLevel::debug
            : arguments.log_level == "warning" ? LogLevel::warning
            : arguments.log_level == "error"   ? LogLevel::error
                                               : LogLevel::info);
  GANDAN_TRY(auto options, listen_options(arguments));
  options.max_connections = affordable_connections(options.max_connections);
  GANDAN_TRY(auto context, TlsContext::load(arguments.certificate, arguments.key));
  RelayOptions relay_options;
  relay_options.data = arguments.data;
  relay_options.store = arguments.store;
  relay_options.workers = arguments.workers;
  relay_options.device_limits.per_second = arguments.device_rate;
  relay_options.device_limits.burst = kBurstSeconds * arguments.device_rate;
  relay_options.report = [](std::string_view event, const RealmId& realm, const Error& error) {
    log(LogLevel::error, event,
        {{"realm", to_hex(realm.view().first(4))},
         {"code", std::string(info(error.code).text)},
         {"detail", error.detail}});
  };
  GANDAN_TRY(const auto relay, Relay::open(relay_options, system_clock()));
  GANDAN_TRY(const auto server, Server::listen(options, std::move(context), *relay));
  log(LogLevel::info, "listening",
      {{"port", std::int64_t{server->port()}}, {"realms", static_cast<std::int64_t>(relay->realms())}});
  if (!arguments.port_file.empty()) {
    const auto written = replace_file(std::filesystem::absolute(arguments.port_file),
                                      as_bytes(std::to_string(server->port()) + "\n"), false);
    if (!written.ok()) return Error{Code::file_unwritable, written.error().detail};
  }
  server->run();
  log(LogLevel::info, "stopped");
  return {};
}

}  // namespace gandan::server
