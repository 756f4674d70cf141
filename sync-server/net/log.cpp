#include "net/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/calendar.hpp"
#include "base/seams.hpp"

namespace gandan::server {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};

}  // namespace

void start_log(LogLevel least) {
  auto logger = std::make_shared<spdlog::logger>("server", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(level_of(least));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

bool logs(LogLevel level) { return spdlog::default_logger_raw()->should_log(level_of(level)); }

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logs(level)) return;
  boost::json::object line;
  line["time"] = instant_text(system_clock().wall_ms());
  line["level"] = kNames[static_cast<std::size_t>(level)];
  line["event"] = event;
  for (const auto& [name, value] : fields)
    std::visit([&, key = name](const auto& v) { line[key] = v; }, value);
  spdlog::log(level_of(level), "{}", boost::json::serialize(line));
}

}  // namespace gandan::server
