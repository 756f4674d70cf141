// sync.run in steps: Notebook::start_sync and continue_sync.
//
// Threading: as the Session's.
#pragma once

#include "app/session.hpp"
#include "base/json.hpp"
#include "sync/steps.hpp"

namespace gandan::app {

struct SteppedSync {
  // Absent while sync.run's parameters are read. It ends before its vault does (lock).
  std::unique_ptr<sync::Steps> steps;
  std::optional<sync::Call> call;  // that waits for its answer
  bool background = false;
};

// Puts what came back where it belongs and finds what is to be sent next: session.stepped->call. Without one
// it is over, and the result is sync.run's.
Result<json::value> take_answer(Session& session, const Status& network, ByteView body);

}  // namespace gandan::app
