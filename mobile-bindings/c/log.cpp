#include "log.hpp"

#include <atomic>
#include <mutex>
#include <string>

namespace gandan::c {
namespace {

struct Sink {
  std::mutex mutex;  // recursive use by the host's own function would be its fault
  gandan_log to = nullptr;
  void* user = nullptr;
};
Sink& sink() {
  static auto& one = *new Sink;  // notebooks may outlive the program's statics
  return one;
}
std::atomic<int32_t> least_level{4};

}  // namespace

void set_log(gandan_log to, void* user, int32_t least) noexcept {
  auto& s = sink();
  const std::lock_guard lock(s.mutex);
  s.to = to;
  s.user = user;
  least_level.store(to == nullptr ? 4 : least);
}

bool logs(Level level) noexcept { return static_cast<int32_t>(level) >= least_level.load(); }

void log(Level level, std::string_view what, std::string_view detail) noexcept {
  if (!logs(level)) return;
  try {
    std::string line(what);
    if (!detail.empty()) (line += ' ') += detail;
    auto& s = sink();
    const std::lock_guard lock(s.mutex);
    if (s.to != nullptr) s.to(s.user, static_cast<int32_t>(level), line.c_str());
  } catch (...) {  // no memory for a line: it is left out
  }
}

}  // namespace gandan::c
