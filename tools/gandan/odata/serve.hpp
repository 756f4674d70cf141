// Serve: 'gandan odata', from its words to its end.
//
// Threading: the caller's thread serves; one more has the notebook.
#pragma once

#include <functional>

#include "base/result.hpp"
#include "gandan/notebook.hpp"

namespace gandan::cli {

struct FeedOptions {
  OpenOptions open;  // with the vault's key
  std::string
      token_file;  // keeps the address's secret from one start to the next; empty: a new one each time
  std::uint16_t port = 0;  // 0: the system chooses
};

// Serves until the program is told to end. `ready` gets the address, once.
// Code::no_port, file_unreadable, file_unwritable, and why the vault does not open.
Status serve_feed(const FeedOptions& options, const Seams& seams,
                  const std::function<void(const std::string& address)>& ready);

}  // namespace gandan::cli
