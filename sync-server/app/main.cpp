// gandan-server: the command line. Exit codes are those of errors.def; what went wrong is said in Vietnamese
// and English on standard error.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "crypto/random.hpp"
#include "net/log.hpp"
#include "net/server.hpp"
#include "relay/verify.hpp"
#include "store/sqlite_store.hpp"

namespace gandan::server {
namespace {

constexpr std::int64_t kBurstSeconds = 20;  // of a device's rate, saved up while it is quiet

struct Arguments {
  std::string data;
  std::string name = "gandan-server";
  std::string card;
  std::uint64_t quota = 0;
  std::string listen = "127.0.0.1:8443";
  std::string certificate, key;
  std::string port_file;
  std::string log_level = "info";
  unsigned threads = 2;
  unsigned workers = 2;
  std::size_t max_connections = 12'000;
  unsigned drain_seconds = 8;
  std::int64_t device_rate = DeviceLimits{}.per_second;
};

int complain(const Error& error) {
  const auto& text = info(error.code);
  std::cerr << text.vi << '\n' << text.en << '\n' << "[" << text.text << "]";
  if (!error.detail.empty()) std::cerr << ' ' << error.detail;
  std::cerr << std::endl;
  return text.exit_code;
}

Result<std::unique_ptr<SqliteStore>> open_store(const Arguments& arguments, SqliteStore::Mode mode) {
  return SqliteStore::open(arguments.data, mode);
}

Status init(const Arguments& arguments) {
  GANDAN_CHECK(init_server(arguments.data, arguments.name, crypto::system_random()));
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
  GANDAN_TRY(const auto card, read_small_file(arguments.card));
  GANDAN_TRY(const auto store, open_store(arguments, SqliteStore::Mode::open));
  GANDAN_CHECK(admit_realm(*store, key, card, arguments.quota));
  GANDAN_TRY(const auto decoded, roster::decode_card(card));
  std::cout << to_text(decoded.address) << '\n';
  return {};
}

Status list(const Arguments& arguments) {
  GANDAN_TRY(const auto store, open_store(arguments, SqliteStore::Mode::open));
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
  GANDAN_TRY(const auto lock, FileLock::take(std::filesystem::path(arguments.data) / "server.lock"));
  GANDAN_TRY(auto key, load_ledger_key(arguments.data));
  GANDAN_TRY(const auto store, open_store(arguments, SqliteStore::Mode::open));
  const Signer signer(std::move(key), arguments.data);
  GANDAN_TRY(const auto report, verify_store(*store, signer));
  for (const auto& finding : report.findings)
    std::cout << finding.realm << ' ' << info(finding.code).text << ": " << finding.what << '\n';
  std::printf("%llu realms, %llu entries, %llu statements, %llu segments, %llu wraps: %s\n",
              static_cast<unsigned long long>(report.realms), static_cast<unsigned long long>(report.entries),
              static_cast<unsigned long long>(report.statements),
              static_cast<unsigned long long>(report.segments), static_cast<unsigned long long>(report.wraps),
              report.findings.empty() ? "everything holds" : "NOT everything holds");
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
    return Error{Code::bad_configuration, "--listen HOST:PORT, not " + arguments.listen};
  options.port = static_cast<std::uint16_t>(number);
  options.threads = arguments.threads;
  options.max_connections = arguments.max_connections;
  options.timeouts.drain = std::chrono::seconds(arguments.drain_seconds);
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
  if (!arguments.port_file.empty())
    GANDAN_CHECK(replace_file(std::filesystem::absolute(arguments.port_file),
                              as_bytes(std::to_string(server->port()) + "\n"), false));
  server->run();
  log(LogLevel::info, "stopped");
  return {};
}

int main_function(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{
      "gandan-server: máy chủ đồng bộ của Gần Dân, không đọc được nội dung\n"
      "the sync server of Gần Dân, which cannot read what it keeps"};
  app.require_subcommand(1);
  std::function<Status(const Arguments&)> action;
  const auto command = [&](CLI::App& parent, const char* name, const char* help,
                           Status (*function)(const Arguments&)) -> CLI::App& {
    CLI::App& sub = *parent.add_subcommand(name, help);
    sub.add_option("--data", arguments.data, "the server's folder")->required();
    sub.callback([&action, function] { action = function; });
    return sub;
  };

  auto& init_command = command(app, "init",
                               "make the folder, the ledger's key (readable by its owner only) and an "
                               "empty store; prints the ledger's public key",
                               init);
  init_command.add_option("--name", arguments.name, "a name for people, in the folder only");
  command(app, "key", "print the ledger's public key, for 'gandan realm create --ledger-key'", print_key);
  CLI::App& realm = *app.add_subcommand("realm", "realms that are served");
  realm.require_subcommand(1);
  auto& admit_command = command(realm, "admit",
                                "admit a realm by its card, or change its quota; a running server "
                                "notices within a second; prints the realm's address",
                                admit);
  admit_command.add_option("card", arguments.card, "the realm's card")->required();
  admit_command.add_option("--quota", arguments.quota, "bytes of bodies to keep, e.g. 10GiB; 0: no limit")
      ->transform(CLI::AsSizeValue(false));
  command(realm, "list", "list the realms", list);
  auto& run_command = command(app, "run", "serve until SIGTERM or SIGINT", run);
  run_command.add_option("--listen", arguments.listen, "IP address and port; port 0: the system chooses")
      ->capture_default_str();
  run_command.add_option("--cert", arguments.certificate, "certificate chain, PEM")->required();
  run_command.add_option("--key", arguments.key, "the certificate's key, PEM")->required();
  run_command.add_option("--port-file", arguments.port_file, "write the port here once it is open");
  run_command.add_option("--threads", arguments.threads, "network threads")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  run_command.add_option("--workers", arguments.workers, "threads that check signatures")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  run_command.add_option("--max-connections", arguments.max_connections, "connections at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  run_command
      .add_option("--drain-seconds", arguments.drain_seconds, "for requests under way, when told to stop")
      ->capture_default_str()
      ->check(CLI::Range(0, 3600));
  run_command
      .add_option("--device-rate", arguments.device_rate,
                  "requests a second that one device may make for long; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  run_command.add_option("--log-level", arguments.log_level, "debug, info, warning or error")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  command(app, "verify",
          "recompute everything in a store that is not being served, and name what does not hold", verify);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : info(Code::bad_request).exit_code;
  }
  const auto done = action(arguments);
  return done.ok() ? 0 : complain(done.error());
}

}  // namespace
}  // namespace gandan::server

int main(int argc, char** argv) {
  try {
    return gandan::server::main_function(argc, argv);
  } catch (const std::exception& error) {
    return gandan::server::complain({gandan::Code::internal, error.what()});
  }
}
