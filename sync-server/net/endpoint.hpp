// Endpoint: an address to listen on, as an option of the command line names it.
//
// Threading: plain functions. Errors: bad_configuration, with the option's name.
#pragma once

#include <string>

#include "base/result.hpp"

namespace gandan::server {

struct Endpoint {
  std::string option = "--listen";  // whose it is
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system chooses
};

// "0.0.0.0:8443", "[::1]:8443", "8443".
Result<Endpoint> endpoint_of(const std::string& option, const std::string& text);
// Whether it can be listened on here; that another program does so now is no fault.
Status can_listen(const Endpoint& endpoint);
// Whether it can be reached from this machine only.
Status only_loopback(const Endpoint& endpoint);

}  // namespace gandan::server
