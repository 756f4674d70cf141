#include "sync/call.hpp"

namespace gandan::sync {
namespace {
constexpr std::size_t kMaxAnswer = 64u << 20;
}

HttpCall http_of(const Call& call) {
  if (call.kind == Call::Kind::exchange) return {"POST", "/v1/sync", kMaxAnswer};
  const std::string chunk = "/v1/" + to_text(call.address) + "/chunks/" + to_hex(call.hash.view());
  if (call.kind == Call::Kind::get_chunk) return {"GET", chunk, kMaxChunkAnswer};
  return {"PUT", chunk + "?unit=" + to_text(call.unit), kMaxChunkAnswer};
}

Status status_of(unsigned http_status) {
  switch (http_status) {
    case 200:
    case 201:
    case 204:
    case 206:
      return {};
    case 401:
      return Code::token_expired;
    case 403:
      return Code::not_authorized;
    case 404:
      return Code::not_found;
    case 413:
      return Code::too_large;
    case 429:
    case 503:
      return Code::server_busy;
    default:
      return Error{Code::server_refused, "HTTP " + std::to_string(http_status)};
  }
}

}  // namespace gandan::sync
