// Structured logs: one JSON object per line on standard error. Handles of realms and devices may appear, at
// eight characters; content, keys, tokens, addresses of realms or of clients never.
//
// Threading: any thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gandan::server {

enum class LogLevel { debug, info, warning, error };
using LogField = std::pair<std::string_view, std::variant<std::int64_t, std::string>>;

void start_log(LogLevel least);
bool logs(LogLevel level);
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace gandan::server
