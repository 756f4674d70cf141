// Envelope: the two forms of an answer.
//
// Threading: pure functions.
#pragma once

#include "base/json.hpp"

namespace gandan::app {

std::string ok_envelope(json::value result);
// {"error": {"code", "vi", "en", "retry", "exit", "detail", "fields"}}: `exit` is the command line's exit
// status.
std::string error_envelope(const Error& error);
json::object error_json(const Error& error);

}  // namespace gandan::app
