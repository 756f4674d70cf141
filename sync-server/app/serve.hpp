// What `run` is made of, for running and for --check-config alike.
//
// Threading: plain functions. Errors: what is wrong with an option, named by it.
#pragma once

#include "app/commands.hpp"
#include "net/server.hpp"

namespace gandan::server {

Result<ServerOptions> server_options(const Arguments& arguments);
RelayOptions relay_options(const Arguments& arguments);

// Looks at everything that `run` would need, and says all that is wrong with it at once, each by its option
// and a stable code. Serves nobody and writes nothing; a server that runs with the same settings is not
// disturbed.
Status check_configuration(const Arguments& arguments);

}  // namespace gandan::server
