// What the module asks of the JavaScript around it: `Module.host`, an object that src/engine.ts gives.
//
//   now() -> ms            monotonic() -> ms
//   event(json) -> bool    true: end the request that runs
//   http({verb, url, bearer, body, limit}) -> {status, body}    blocks until the answer is there whole
//
// Threading: one thread.
#pragma once

#include "base/seams.hpp"
#include "gandan/notebook.hpp"
#include "sync/sync.hpp"

namespace gandan::web {

Clock& host_clock();

bool tell(const std::string& json);

// Sync's network by the host: the browser's own TLS, whose authorities vouch, so `ca_file` means nothing
// here. Answers come whole. Errors: as HttpsTransport's, but a certificate that does not hold is
// server_unreachable, for browsers do not say which it was.
std::shared_ptr<sync::Transport> connect(const Server& server);

}  // namespace gandan::web
