// HTTP/1.1 as bytes in and bytes out: Beast's parser behind a small face, so that Beast is compiled in
// http.cpp only.
//
// Threading: plain objects. Errors: malformed, too_large; a request in error is answered and its connection
// closed.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::server {

constexpr std::size_t kMaxHeadBytes = 8 * 1024;
constexpr std::uint64_t kMaxBodyBytes = 64u << 20;

enum class Method { get, put, post, other };

struct RequestHead {
  Method method = Method::other;
  std::string target;  // path and query, as sent
  std::string bearer;  // of an Authorization header of that kind
  std::string accept_encoding, if_none_match, range;
  bool keep_alive = false;
  bool expects_continue = false;
  bool has_body = false;
};

class RequestReader {
 public:
  RequestReader();
  ~RequestReader();
  // Takes what it can of `in` and appends decoded body bytes to `body`; returns how much it took. It stops
  // right after the head, and at the end of the request: what follows belongs to the next one.
  Result<std::size_t> put(ByteView in, Bytes& body);
  bool head_done() const;
  bool done() const;
  bool body_too_large() const { return body_too_large_; }
  RequestHead head() const;  // once head_done()

 private:
  struct Parser;
  bool body_is_clear() const;
  std::unique_ptr<Parser> parser_;
  bool body_too_large_ = false;
};

struct ResponseHead {
  unsigned status = 200;
  std::string_view type = "text/plain; charset=utf-8";
  std::string_view cache = "no-store";
  std::string more;                     // header lines, each with its "\r\n"
  std::optional<std::uint64_t> length;  // absent: chunked
  bool keep_alive = true;
};
std::string print_head(const ResponseHead& head);
std::string chunk_head(std::size_t size);  // the line before a chunk; "\r\n" follows the chunk
constexpr std::string_view kLastChunk = "0\r\n\r\n";

// What a Range header asks of so many bytes (RFC 9110, section 14): [first, end). A list of ranges, another
// unit, and what is no range, is passed over: absent, and then the whole is the answer.
struct ByteRange {
  std::size_t first = 0, end = 0;
  bool unsatisfiable = false;  // it begins behind the end
};
std::optional<ByteRange> byte_range(std::string_view header, std::size_t size);

// The one answer to everything that does not exist or must not seem to: always these bytes.
std::string_view uniform_not_found();

}  // namespace gandan::server
