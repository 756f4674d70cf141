// Serve: 'gandan app', from its words to its end.
//
// Threading: the caller's thread serves; one more has the notebook.
#pragma once

#include <functional>

#include "base/result.hpp"
#include "gandan/notebook.hpp"

namespace gandan::cli {

struct AppOptions {
  std::string vault;       // its folder; there need not be one yet
  std::string files;       // the app's built files; empty: where they are installed or built
  std::uint16_t port = 0;  // 0: the system chooses
  bool read_only = false;
};

// Serves until the program is told to end. `ready` gets the address to open, once.
Status serve_app(const AppOptions& options, const Seams& seams,
                 const std::function<void(const std::string& address)>& ready);

}  // namespace gandan::cli
