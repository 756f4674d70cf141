#include "gandan/app/asking.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "app/envelope.hpp"

namespace gandan::cli {

namespace asio = boost::asio;

asio::awaitable<std::string> ask_runner(asio::io_context& context,
                                        std::function<std::uint64_t(shell::Runner::Done)> begin) {
  const auto initiate = [&](auto handler) {
    auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    const auto done = [kept, &context](std::uint64_t, std::string text) {
      asio::post(context, [kept, text = std::move(text)]() mutable { std::move (*kept)(std::move(text)); });
    };
    if (begin(done) == 0) done(0, app::error_envelope(Error{Code::too_many_requests}));
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(std::string)>(
      initiate, asio::use_awaitable);
}

Error error_in(const json::object& answer) {
  const auto* error = json::find_object(answer, "error");
  if (error == nullptr) return Error{Code::internal};
  const auto text = [](const json::object& from, std::string_view name) {
    return json::find_text(from, name).value_or("");
  };
  Error out{code_from_text(text(*error, "code")).value_or(Code::internal)};
  if (const auto* fields = json::find_array(*error, "fields"))
    for (const auto& one : *fields) {
      const auto& field = one.get_object();
      out.fields.push_back({text(field, "path"), text(field, "code"), text(field, "vi"), text(field, "en")});
    }
  return out;
}

Error error_in(const std::string& answer) {
  const auto parsed = json::parse(answer);
  return parsed.ok() && parsed->is_object() ? error_in(parsed->get_object()) : Error{Code::internal};
}

}  // namespace gandan::cli
