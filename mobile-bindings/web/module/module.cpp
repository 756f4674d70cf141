// The module's boundary: one notebook, texts of JSON in and out, and the way they pass the memory.
//
//   char* in = malloc(size + 1), filled by the caller ── gandan_…(in) ──> text that stands until the next
//   call
//
// The caller frees what it made; nothing else is to be freed. Nothing throws. schema/api says what requests
// are.
//
// Threading: one thread. During a request the host's event() and http() are called; they must not call in
// here.
#include <emscripten.h>

#include "app/envelope.hpp"
#include "base/bytes.hpp"
#include "gandan/notebook.hpp"
#include "host.hpp"

namespace gandan::web {
namespace {

struct Shell {
  std::unique_ptr<Notebook> notebook;  // there from start() on: locked at first
  std::string folder;
  std::int64_t auto_lock = 0;
  std::string answer;
  std::string body;  // of the call that waits for its answer
};
Shell& shell() {
  static Shell one;
  return one;
}

const char* say(std::string text) {
  shell().answer = std::move(text);
  return shell().answer.c_str();
}

template <class F>
const char* barrier(F f) {
  try {
    return say(f());
  } catch (const std::bad_alloc&) {
    return say(app::error_envelope(Error{Code::out_of_memory}));
  } catch (const std::exception& e) {
    return say(app::error_envelope(Error{Code::internal, e.what()}));
  }
}

std::unique_ptr<Notebook> open_notebook(OpenOptions options, std::string& error) {
  options.folder = shell().folder;
  options.auto_lock = shell().auto_lock;
  options.progress = [](const std::string& json) {
    if (tell(json)) shell().notebook->cancel();
  };
  Seams seams;
  seams.clock = &host_clock();
  return Notebook::open(options, seams, error);
}

std::string ask(std::string_view method, json::object params) {
  return shell().notebook->request(
      json::compact(json::object{{"method", method}, {"params", std::move(params)}}));
}

// Opens what is there; where nothing is, `create` makes it. A raw key is the pages' own, kept by the shell.
Result<std::string> open(json::object options) {
  OpenOptions fresh;
  fresh.create = json::find_bool(options, "create").value_or(false);
  const auto raw_key = json::find_text(options, "raw_key");
  const bool there = Notebook::has_vault(shell().folder);
  if (there && !raw_key) {
    options.erase("create");
    return ask("vault.unlock", std::move(options));
  }
  if (!there && !fresh.create) return Code::vault_missing;
  if (raw_key) {
    const auto bytes = from_hex(*raw_key);
    if (!bytes || bytes->size() != 32) return Code::bad_key;
    fresh.raw_key = std::string(as_text(*bytes));
    (void)ask("vault.lock", {});  // the database has one user
  } else {
    fresh.passphrase = json::find_text(options, "passphrase").value_or("");
  }
  std::string error;
  auto made = open_notebook(std::move(fresh), error);
  if (made == nullptr) return error;
  shell().notebook = std::move(made);
  return app::ok_envelope(json::object{{"unlocked", true}, {"holder", ""}});
}

std::string step(std::optional<Notebook::Exchange> exchange, std::string answer) {
  shell().body.clear();
  if (!exchange) return answer;
  shell().body = std::move(exchange->body);
  return json::compact(json::object{{"call",
                                     {{"verb", exchange->verb},
                                      {"target", exchange->target},
                                      {"bearer", exchange->bearer},
                                      {"limit", exchange->limit}}}});
}

}  // namespace
}  // namespace gandan::web

namespace web = gandan::web;
namespace json = gandan::json;

extern "C" {

// {"folder", "auto_lock": seconds}: once, before everything else. Without a folder only what needs no vault
// is answered. Empty, or {"error"}.
EMSCRIPTEN_KEEPALIVE const char* gandan_start(const char* text) {
  return web::barrier([&]() -> std::string {
    const auto parsed = json::parse(text);
    if (!parsed.ok() || !parsed->is_object())
      return gandan::app::error_envelope(gandan::Error{gandan::Code::bad_request});
    web::shell().folder = json::find_text(parsed->get_object(), "folder").value_or("");
    web::shell().auto_lock = json::find_integer(parsed->get_object(), "auto_lock").value_or(0);
    gandan::OpenOptions options;
    options.locked = !web::shell().folder.empty();
    std::string error;
    web::shell().notebook = web::open_notebook(std::move(options), error);
    return error;
  });
}

// What vault.unlock takes, "raw_key" (64 hexadecimal digits) and "create". The answer is vault.unlock's.
EMSCRIPTEN_KEEPALIVE const char* gandan_open(const char* text) {
  return web::barrier([&]() -> std::string {
    const auto parsed = json::parse(text);
    if (!parsed.ok() || !parsed->is_object())
      return gandan::app::error_envelope(gandan::Error{gandan::Code::bad_request});
    auto opened = web::open(parsed->get_object());
    return opened.ok() ? *opened : gandan::app::error_envelope(opened.error());
  });
}

EMSCRIPTEN_KEEPALIVE const char* gandan_request(const char* text) {
  return web::barrier([&] { return web::shell().notebook->request(text); });
}

EMSCRIPTEN_KEEPALIVE const char* gandan_sync_start(const char* text) {
  return web::barrier([&] {
    std::string answer;
    auto exchange = web::shell().notebook->start_sync(text, answer);
    return web::step(std::move(exchange), std::move(answer));
  });
}

// HTTP's status and body; `error` is a stable code where nothing came, else empty.
EMSCRIPTEN_KEEPALIVE const char* gandan_sync_continue(unsigned status, const char* error, const char* body,
                                                      std::size_t size) {
  return web::barrier([&] {
    std::string answer;
    auto exchange = web::shell().notebook->continue_sync(status, error, {body, size}, answer);
    return web::step(std::move(exchange), std::move(answer));
  });
}

EMSCRIPTEN_KEEPALIVE const char* gandan_sync_body() { return web::shell().body.data(); }
EMSCRIPTEN_KEEPALIVE std::size_t gandan_sync_body_size() { return web::shell().body.size(); }

// Closes the vault. Nothing may be called after it.
EMSCRIPTEN_KEEPALIVE void gandan_stop() { web::shell().notebook.reset(); }
}
