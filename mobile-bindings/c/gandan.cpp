// gandan.h over the Runner. Nothing here decides anything: it copies, guards and hands on.
#include "gandan.h"

#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "handle.hpp"
#include "log.hpp"

using namespace gandan;
using namespace gandan::c;

namespace {

// The one exception barrier: memory that ran out, or a fault of ours.
template <class F, class T>
T guarded(T otherwise, F f) noexcept {
  try {
    return f();
  } catch (const std::exception& e) {
    log(Level::error, "fault", e.what());
  } catch (...) {
    log(Level::error, "fault", "");
  }
  return otherwise;
}

char* copy(const std::string& text) noexcept {
  auto* out = static_cast<char*>(std::malloc(text.size() + 1));
  if (out != nullptr) std::memcpy(out, text.c_str(), text.size() + 1);
  return out;
}

char* refusal(const char* detail) { return copy(app::error_envelope(Error{Code::bad_request, detail})); }

// SQLite keeps a ceiling only where it counts, and that is decided before anything is opened.
void count_memory() {
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1);
  (void)configured;
}

constexpr std::int64_t kLeastCeiling = 4 << 20;  // bytes

}  // namespace

uint32_t gandan_abi(void) { return GANDAN_ABI; }
const char* gandan_version(void) { return Notebook::version().data(); }

gandan_notebook* gandan_open(const char* options, char** error) {
  if (error != nullptr) *error = nullptr;
  return guarded<>(static_cast<gandan_notebook*>(nullptr), [&]() -> gandan_notebook* {
    count_memory();
    if (options == nullptr) {
      if (error != nullptr) *error = refusal("NULL");
      return nullptr;
    }
    std::string why;
    auto handle = gandan_notebook::open(options, why);
    if (handle == nullptr && error != nullptr) *error = copy(why);
    return handle.release();
  });
}

int32_t gandan_has_vault(const char* folder) {
  return guarded<>(0, [&] { return folder != nullptr && Notebook::has_vault(folder) ? 1 : 0; });
}

void gandan_close(gandan_notebook* notebook) {
  (void)guarded<>(0, [&] {
    delete notebook;
    return 0;
  });
}

char* gandan_request(gandan_notebook* notebook, const char* request) {
  return guarded<>(static_cast<char*>(nullptr), [&] {
    if (notebook == nullptr || request == nullptr) return refusal("NULL");
    if (notebook->on_its_thread()) return refusal("a callback may not wait for its own notebook");
    return copy(notebook->request(request));
  });
}

uint64_t gandan_submit(gandan_notebook* notebook, const char* request, gandan_reply callback, void* user) {
  return guarded<>(std::uint64_t{0}, [&] {
    if (notebook == nullptr || request == nullptr) return std::uint64_t{0};
    return notebook->submit(request, callback, user);
  });
}

char* gandan_wait(gandan_notebook* notebook, int64_t timeout_ms) {
  return guarded<>(static_cast<char*>(nullptr), [&]() -> char* {
    if (notebook == nullptr || notebook->on_its_thread()) return nullptr;
    const auto next = notebook->wait(timeout_ms);
    return next ? copy(*next) : nullptr;
  });
}

void gandan_cancel(gandan_notebook* notebook, uint64_t id) {
  (void)guarded<>(0, [&] {
    if (notebook != nullptr) notebook->cancel(id);
    return 0;
  });
}

void gandan_free(char* text) { std::free(text); }

void gandan_set_log(gandan_log to, void* user, int32_t least) { set_log(to, user, least); }

int64_t gandan_set_memory_ceiling(int64_t bytes) {
  count_memory();
  return sqlite3_hard_heap_limit64(bytes > 0 ? std::max(bytes, kLeastCeiling) : bytes);
}
