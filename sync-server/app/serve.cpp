#include "app/serve.hpp"

#include <sys/resource.h>

#include "net/log.hpp"

namespace gandan::server {
namespace {

constexpr std::int64_t kBurstSeconds = 20;  // of a device's rate, saved up while it is quiet

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

void start_log_at(const std::string& level) {
  start_log(level == "debug"     ? LogLevel::debug
            : level == "warning" ? LogLevel::warning
            : level == "error"   ? LogLevel::error
                                 : LogLevel::info);
}

}  // namespace

Result<ServerOptions> server_options(const Arguments& arguments) {
  ServerOptions options;
  GANDAN_TRY(options.listen, endpoint_of("--listen", arguments.listen));
  if (!arguments.metrics_listen.empty()) {
    GANDAN_TRY(auto metrics, endpoint_of("--metrics-listen", arguments.metrics_listen));
    options.metrics = std::move(metrics);
  }
  options.silent = std::chrono::hours(24 * arguments.silent_days);
  options.threads = arguments.threads;
  options.max_connections = arguments.max_connections;
  options.strangers_of_address = arguments.strangers_of_address;
  options.timeouts.drain = std::chrono::seconds(arguments.drain_seconds);
  if (!arguments.app.empty()) {
    GANDAN_TRY(auto site, Site::load(arguments.app));
    options.site = std::make_shared<const Site>(std::move(site));
  }
  options.renew = [certificate = arguments.certificate, key = arguments.key] {
    return TlsContext::load(certificate, key);
  };
  return options;
}

RelayOptions relay_options(const Arguments& arguments) {
  RelayOptions options;
  options.data = arguments.data;
  options.store = arguments.store;
  options.workers = arguments.workers;
  options.device_limits.per_second = arguments.device_rate;
  options.device_limits.burst = kBurstSeconds * arguments.device_rate;
  options.map_interval_ms = std::int64_t{60'000} * arguments.map_minutes;
  options.report = [](std::string_view event, const RealmId& realm, const Error& error) {
    // A device that goes too far is stopped, and does nobody harm: not a fault of the server's.
    log(event == "device_throttled" ? LogLevel::warning : LogLevel::error, event,
        {{"realm", to_hex(realm.view().first(4))},
         {"code", std::string(info(error.code).text)},
         {"detail", error.detail}});
  };
  return options;
}

Status run(const Arguments& arguments) {
  if (arguments.check_only) return check_configuration(arguments);
  start_log_at(arguments.log_level);
  GANDAN_TRY(auto options, server_options(arguments));
  options.max_connections = affordable_connections(options.max_connections);
  options.service = ServiceManager::of_environment();
  GANDAN_TRY(auto context, options.renew());
  GANDAN_TRY(const auto relay, Relay::open(relay_options(arguments), system_clock()));
  GANDAN_TRY(const auto server, Server::listen(options, std::move(context), *relay));
  log(LogLevel::info, "listening",
      {{"port", std::int64_t{server->port()}},
       {"metrics_port", std::int64_t{server->metrics_port()}},
       {"realms", static_cast<std::int64_t>(relay->realms())}});
  if (!arguments.port_file.empty()) {
    std::string ports = std::to_string(server->port()) + "\n";
    if (server->metrics_port() != 0) ports += std::to_string(server->metrics_port()) + "\n";
    const auto written = replace_file(std::filesystem::absolute(arguments.port_file), as_bytes(ports), false);
    if (!written.ok()) return Error{Code::file_unwritable, written.error().detail};
  }
  server->run();
  log(LogLevel::info, "stopped");
  return {};
}

}  // namespace gandan::server
