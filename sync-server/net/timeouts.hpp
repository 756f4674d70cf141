// Timeouts: how long a connection may take for each part of what it does. What nobody has authenticated yet
// is short, so that strangers cannot fill the server with waiting; afterwards a phone on a slow network has
// time.
//
// Threading: a plain value.
#pragma once

#include <chrono>

namespace gandan::server {

struct Timeouts {
  std::chrono::seconds handshake{10};
  std::chrono::seconds head{15};       // for a whole head, and for the first one to begin
  std::chrono::seconds hello{60};      // for the part of a sync that says who asks
  std::chrono::seconds idle{120};      // between two requests
  std::chrono::seconds read{30};       // for the next bytes of a body
  std::chrono::seconds write{60};      // for a piece of an answer to leave
  std::chrono::seconds commit{60};     // for the store
  std::chrono::seconds goodbye{2};     // for the peer to close, too, once it has been answered
  std::chrono::seconds refused{10};    // the same when it may not have stopped sending
  std::chrono::seconds request{1800};  // for a whole request
  std::chrono::seconds drain{8};       // for everybody, when the server is told to stop
};

}  // namespace gandan::server
