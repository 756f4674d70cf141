#include "net/http.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>

namespace gandan::server {

namespace http = boost::beast::http;

struct RequestReader::Parser {
  http::request_parser<http::buffer_body> parser;
};

RequestReader::RequestReader() : parser_(std::make_unique<Parser>()) {
  parser_->parser.header_limit(kMaxHeadBytes);
  parser_->parser.body_limit(kMaxBodyBytes);
}
RequestReader::~RequestReader() = default;

bool RequestReader::head_done() const { return parser_->parser.is_header_done(); }
bool RequestReader::done() const { return parser_->parser.is_done(); }

Result<std::size_t> RequestReader::put(ByteView in, Bytes& body) {
  auto& parser = parser_->parser;
  std::size_t taken = 0;
  const bool had_head = parser.is_header_done();
  // What is decoded is never longer than what it is decoded from.
  const std::size_t before = body.size();
  body.resize(before + in.size());
  auto& target = parser.get().body();
  target.data = body.data() + before;
  target.size = in.size();
  target.more = true;
  Result<std::size_t> out = taken;
  while (taken < in.size() && !parser.is_done() && (had_head || !parser.is_header_done())) {
    boost::system::error_code error;
    const std::size_t n = parser.put(boost::asio::buffer(in.data() + taken, in.size() - taken), error);
    taken += n;
    out = taken;
    if (error == http::error::need_more) break;
    if (error == http::error::need_buffer) error = {};
    if (error) {
      body_too_large_ = error == http::error::body_limit;
      const bool large = error == http::error::header_limit || body_too_large_;
      out = Error{large ? Code::too_large : Code::malformed, error.message()};
      break;
    }
    if (n == 0) break;
  }
  body.resize(before + (in.size() - target.size));
  if (!had_head && body.size() > before && !parser.is_header_done()) body.resize(before);
  target.data = nullptr;
  target.size = 0;
  if (out.ok() && !had_head && parser.is_header_done() && !body_is_clear())
    out = Error{Code::malformed, "where the body ends is not clear"};
  return out;
}

// A request says how long its body is, by Content-Length alone. Beast refuses two lengths; a coding that it
// does not know it takes for no body, where whoever stands before this server could see one (RFC 9112,
// section 6.1). Chunks serve no client of ours, and Beast 1.81 asserts on some hostile ones that come in
// pieces.
bool RequestReader::body_is_clear() const {
  return parser_->parser.get().count(http::field::transfer_encoding) == 0;
}

RequestHead RequestReader::head() const {
  const auto& parser = parser_->parser;
  const auto& request = parser.get();
  RequestHead head;
  switch (request.method()) {
    case http::verb::get:
      head.method = Method::get;
      break;
    case http::verb::put:
      head.method = Method::put;
      break;
    case http::verb::post:
      head.method = Method::post;
      break;
    default:
      break;
  }
  head.target = std::string(request.target());
  const std::string_view authorization = request[http::field::authorization];
  constexpr std::string_view kBearer = "Bearer ";
  if (authorization.substr(0, kBearer.size()) == kBearer) head.bearer = authorization.substr(kBearer.size());
  head.accept_encoding = std::string(request[http::field::accept_encoding]);
  head.if_none_match = std::string(request[http::field::if_none_match]);
  head.range = std::string(request[http::field::range]);
  head.keep_alive = request.keep_alive();
  head.expects_continue = boost::beast::iequals(request[http::field::expect], "100-continue");
  head.has_body = !parser.is_done();
  return head;
}

namespace {

std::string_view reason(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 416:
      return "Range Not Satisfiable";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 507:
      return "Insufficient Storage";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

std::string print_head(const ResponseHead& head) {
  std::string out = "HTTP/1.1 " + std::to_string(head.status) + ' ';
  out += reason(head.status);
  if (head.status != 204 && head.status != 304) {
    out += "\r\nContent-Type: ";
    out += head.type;
    out += head.length ? "\r\nContent-Length: " + std::to_string(*head.length)
                       : "\r\nTransfer-Encoding: chunked";
  }
  out += "\r\nCache-Control: ";
  out += head.cache;
  if (!head.keep_alive) out += "\r\nConnection: close";
  return out + "\r\n" + head.more + "\r\n";
}

std::string chunk_head(std::size_t size) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (; size != 0; size >>= 4) out.insert(out.begin(), digits[size & 15]);
  return out + "\r\n";
}

std::optional<ByteRange> byte_range(std::string_view header, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (header.substr(0, kUnit.size()) != kUnit) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  const auto number = [](std::string_view text) -> std::optional<std::size_t> {
    std::size_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
  };
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number(header.substr(0, dash));
  const auto last = number(header.substr(dash + 1));
  if (dash == 0) {  // the last so many
    if (!last) return std::nullopt;
    return ByteRange{size - std::min(size, *last), size, *last == 0};
  }
  if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first)) return std::nullopt;
  return ByteRange{*first, last ? std::min(size, *last + 1) : size, *first >= size};
}

std::string_view uniform_not_found() {
  static const std::string bytes = [] {
    const std::string_view body = "not found\n";
    ResponseHead head;
    head.status = 404;
    head.length = body.size();
    head.keep_alive = false;
    return print_head(head) + std::string(body);
  }();
  return bytes;
}

}  // namespace gandan::server
