#include "gandan/notebook.hpp"

#include "app/dispatch.hpp"
#include "app/envelope.hpp"
#include "app/locking.hpp"
#include "app/stepped_sync.hpp"
#include "base/bytes.hpp"
#include "crypto/random.hpp"

namespace gandan {
namespace {

// The one exception barrier: nothing below throws on purpose, so what comes here is memory or a fault of
// ours.
template <class F>
std::string barrier(F f) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return app::error_envelope(Error{Code::internal, "out of memory"});
  } catch (const std::exception& e) {
    return app::error_envelope(Error{Code::internal, e.what()});
  } catch (...) {
    return app::error_envelope(Error{Code::internal});
  }
}

}  // namespace

struct Notebook::Impl {
  app::Session session;

  // Nothing when the sync is over.
  std::optional<Exchange> next_exchange() {
    const auto& stepped = session.stepped;
    if (stepped == nullptr || !stepped->call) {
      session.stepped.reset();
      return std::nullopt;
    }
    const auto& call = *stepped->call;
    const auto http = sync::http_of(call);
    return Exchange{http.verb, http.target, call.token.empty() ? std::string() : to_base64(call.token),
                    std::string(as_text(call.body)), http.limit};
  }
};

Notebook::Notebook(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Notebook::~Notebook() = default;

std::unique_ptr<Notebook> Notebook::open(const OpenOptions& options, const Seams& seams, std::string& error) {
  std::unique_ptr<Notebook> out;
  error = barrier([&]() -> std::string {
    auto impl = std::make_unique<Impl>();
    auto& session = impl->session;
    session.options = options;
    session.seams = seams;
    if (session.seams.clock == nullptr) session.seams.clock = &system_clock();
    if (session.seams.random == nullptr) session.seams.random = &crypto::system_random();
    session.projector = std::make_unique<app::DocumentProjector>();
    session.auto_lock = options.auto_lock;
    if (!options.folder.empty() && !options.locked) {
      if (const auto opened = app::unlock(session, options); !opened)
        return app::error_envelope(opened.error());
    }
    if (session.catalog == nullptr) {
      auto catalog = records::Catalog::builtin(*session.seams.clock);
      if (!catalog.ok()) return app::error_envelope(catalog.error());
      session.catalog = std::move(*catalog);
      session.projector->use(*session.catalog);
    }
    out.reset(new Notebook(std::move(impl)));
    return {};
  });
  return out;
}

bool Notebook::has_vault(const std::string& folder) { return vault::Vault::is_in(folder); }

std::string Notebook::request(std::string_view json) {
  return barrier([&] {
    auto result = app::dispatch(impl_->session, json);
    return result.ok() ? app::ok_envelope(std::move(*result)) : app::error_envelope(result.error());
  });
}

std::optional<Notebook::Exchange> Notebook::start_sync(std::string_view json, std::string& answer) {
  auto& session = impl_->session;
  if (session.stepped != nullptr) {
    answer = app::error_envelope(Error{Code::bad_request, "one sync after another"});
    return std::nullopt;
  }
  session.stepped = std::make_shared<app::SteppedSync>();
  answer = request(json);
  return impl_->next_exchange();
}

std::optional<Notebook::Exchange> Notebook::continue_sync(unsigned status, std::string_view error,
                                                          std::string_view body, std::string& answer) {
  answer = barrier([&] {
    auto& session = impl_->session;
    if (session.stepped == nullptr) return app::error_envelope(Error{Code::bad_request, "no sync"});
    Status network = sync::status_of(status);
    if (!error.empty()) network = Error{code_from_text(error).value_or(Code::internal), std::string(error)};
    auto result = app::concluded(session, app::take_answer(session, network, as_bytes(body)));
    return result.ok() ? app::ok_envelope(std::move(*result)) : app::error_envelope(result.error());
  });
  return impl_->next_exchange();
}

void Notebook::cancel() { impl_->session.cancelled.store(true); }

std::string_view Notebook::version() { return GANDAN_VERSION; }

namespace app {

bool Session::progress(json::object counters) {
  if (options.progress) {
    json::object event{{"method", method}};
    for (auto& member : counters) event[member.key()] = std::move(member.value());
    options.progress(json::compact(event));
  }
  return !cancelled.load();
}

HolderId current_holder(vault::Vault& vault) {
  const auto stored = vault.meta("holder");
  if (!stored.ok() || !*stored || (*stored)->size() != HolderId::size) return {};
  return HolderId::from(**stored);
}

}  // namespace app
}  // namespace gandan
