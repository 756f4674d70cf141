#include "host.hpp"

#include <emscripten.h>

#include <cstdlib>

// clang-format off
EM_JS(double, gandan_host_now, (), { return Module.host.now(); })
EM_JS(double, gandan_host_monotonic, (), { return Module.host.monotonic(); })
EM_JS(int, gandan_host_event, (const char* json, int size), {
  return Module.host.event(UTF8ToString(json, size)) ? 1 : 0;
})
// The body of the answer is the caller's to free; nothing where there is none.
EM_JS(int, gandan_host_http,
      (const char* verb, const char* url, const char* bearer, const std::uint8_t* body, int size, int limit,
       std::uint8_t** answer, int* answer_size), {
  const { status, body: bytes } = Module.host.http({
    verb: UTF8ToString(verb),
    url: UTF8ToString(url),
    bearer: UTF8ToString(bearer),
    body: HEAPU8.slice(body, body + size),
    limit,
  });
  const place = bytes.length === 0 ? 0 : _malloc(bytes.length);
  if (place !== 0) HEAPU8.set(bytes, place);
  HEAPU32[answer >> 2] = place;
  HEAP32[answer_size >> 2] = place === 0 ? 0 : bytes.length;
  return status;
})
// clang-format on

namespace gandan::web {
namespace {

constexpr int kMaxAnswer = 64 << 20;
constexpr std::size_t kMaxChunk = 256 * 1024;

// What the host says instead of an HTTP status: src/network.ts.
constexpr int kUnreachable = -1;
constexpr int kLost = -2;
constexpr int kTimeout = -3;
constexpr int kCancelled = -4;
constexpr int kTooLarge = -5;

class HostClock final : public Clock {
 public:
  std::int64_t wall_ms() override { return static_cast<std::int64_t>(gandan_host_now()); }
  std::int64_t monotonic_ms() override { return static_cast<std::int64_t>(gandan_host_monotonic()); }
};

Status status_error(int status) {
  switch (status) {
    case kUnreachable:
      return Code::server_unreachable;
    case kLost:
      return Code::connection_lost;
    case kTimeout:
      return Code::timeout;
    case kCancelled:
      return Code::cancelled;
    case kTooLarge:
    case 413:
      return Code::too_large;
    case 200:
    case 201:
    case 204:
      return {};
    case 401:
      return Code::token_expired;
    case 403:
      return Code::not_authorized;
    case 404:
      return Code::not_found;
    case 429:
    case 503:
      return Code::server_busy;
    default:
      return Error{Code::server_refused, "HTTP " + std::to_string(status)};
  }
}

class HostTransport final : public sync::Transport {
 public:
  explicit HostTransport(std::string server) : server_(std::move(server)) {
    while (!server_.empty() && server_.back() == '/') server_.pop_back();
  }

  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override {
    GANDAN_TRY(const Bytes answer, call("POST", "/v1/sync", {}, body, kMaxAnswer));
    return receive(answer);
  }
  Status put_chunk(const roster::RealmAddress& address, const Hash& hash, const UnitId& unit, ByteView token,
                   ByteView data) override {
    const std::string target = chunk(address, hash) + "?unit=" + to_text(unit);
    GANDAN_TRY([[maybe_unused]] const Bytes answer, call("PUT", target, token, data, kMaxAnswer));
    return {};
  }
  Result<Bytes> get_chunk(const roster::RealmAddress& address, const Hash& hash, ByteView token) override {
    return call("GET", chunk(address, hash), token, {}, kMaxChunk);
  }

 private:
  static std::string chunk(const roster::RealmAddress& address, const Hash& hash) {
    return "/v1/" + to_text(address) + "/chunks/" + to_hex(hash.view());
  }

  Result<Bytes> call(const char* verb, const std::string& target, ByteView token, ByteView body,
                     std::size_t limit) {
    if (server_.compare(0, 8, "https://") != 0 && server_.compare(0, 17, "http://localhost:") != 0 &&
        server_.compare(0, 17, "http://127.0.0.1:") != 0)
      return Error{Code::bad_request, "the server's address begins with https://"};
    const std::string url = server_ + target;
    const std::string bearer = token.empty() ? std::string() : to_base64(token);
    std::uint8_t* answer = nullptr;
    int size = 0;
    const int status =
        gandan_host_http(verb, url.c_str(), bearer.c_str(), body.data(), static_cast<int>(body.size()),
                         static_cast<int>(limit), &answer, &size);
    const Bytes out(answer, answer + size);
    std::free(answer);
    GANDAN_CHECK(status_error(status));
    return out;
  }

  std::string server_;
};

}  // namespace

Clock& host_clock() {
  static HostClock clock;
  return clock;
}

bool tell(const std::string& json) {
  return gandan_host_event(json.data(), static_cast<int>(json.size())) != 0;
}

std::shared_ptr<sync::Transport> connect(const Server& server) {
  return std::make_shared<HostTransport>(server.url);
}

}  // namespace gandan::web
