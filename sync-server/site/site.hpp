// Site: a folder of static files (the built app) as they are served: all of them read into memory at once, so
// that a path names one of them or nothing, whatever dots and links it has in it. A file "x.br" or "x.gz"
// beside "x" is what is sent of x to whoever takes it.
//
// Threading: a plain value; any thread may read it.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::server {

// What a browser is told with every file: scripts of this site alone, no frames around it, no guessing.
struct SiteHeader {
  std::string_view name, value;
};
std::span<const SiteHeader> site_headers();

class Site {
 public:
  static constexpr std::uint64_t kMaxBytes = 64u << 20;  // of all files
  static constexpr std::size_t kMaxFiles = 2'000;

  // Regular files below `folder`; links, and names that begin with a dot, are left out. Code::no_app_files
  // without an index.html, file_unreadable, too_large.
  static Result<Site> load(const std::filesystem::path& folder);

  // One form of a file.
  struct Body {
    std::string_view encoding;  // of Content-Encoding; empty: as it is
    std::string etag;           // with its quotes
    Bytes bytes;
  };
  struct File {
    std::string_view type;
    std::vector<Body> bodies;  // the best first; the last is as it is
    // What Accept-Encoding lets be sent.
    const Body& accepted(std::string_view accept_encoding) const;
  };
  // `path` as in a URL, after the first slash and without its query; "" is index.html. Nothing: there is
  // none.
  const File* find(std::string_view path) const;

 private:
  std::map<std::string, File, std::less<>> files_;
};

// Whether If-None-Match names it: then 304 is the answer.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

// By the name's ending; application/octet-stream when unknown.
std::string_view site_media_type(std::string_view name);

}  // namespace gandan::server
