// The page of /metrics, in OpenMetrics 1.0: what whoever runs the server watches (sync-server/operations has
// the rules and the board over it).
//
// Threading: any thread; it reads counters and takes each realm's locks for a moment.
#pragma once

#include <chrono>
#include <string>

#include "relay/relay.hpp"

namespace gandan::server {

constexpr std::string_view kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

struct ProcessFacts {
  std::chrono::hours silent{};            // how long a device may say nothing
  std::int64_t certificate_until_ms = 0;  // since 1970
  std::int64_t started_ms = 0;
};
std::string metrics_page(Relay& relay, const ProcessFacts& facts);

}  // namespace gandan::server
