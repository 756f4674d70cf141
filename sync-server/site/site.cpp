#include "site/site.hpp"

#include <fstream>
#include <iterator>

#include "crypto/hash.hpp"

namespace gandan::server {
namespace {

namespace fs = std::filesystem;

// 'unsafe-inline' is for styles alone: printed minutes carry their own. A service worker, a worker and the
// WebAssembly module are files of this site.
constexpr SiteHeader kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
     "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; frame-src 'self' blob:; "
     "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"},
};

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".heic", "image/heic"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".csv", "text/csv; charset=utf-8"},
    {".geojson", "application/geo+json"},
    {".pdf", "application/pdf"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

// Forms that are made at build time, the best first.
constexpr std::pair<std::string_view, std::string_view> kForms[] = {{".br", "br"}, {".gz", "gzip"}};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The parts of a header's list, without spaces around them, until `f` returns true.
template <class F>
bool any_part(std::string_view list, char separator, F f) {
  while (!list.empty()) {
    const auto end = std::min(list.find(separator), list.size());
    if (f(trimmed(list.substr(0, end)))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// Whether a part of Accept-Encoding lets `coding` through: "br", "br;q=0.8", and not "br;q=0".
bool lets(std::string_view part, std::string_view coding) {
  const auto semicolon = std::min(part.find(';'), part.size());
  if (trimmed(part.substr(0, semicolon)) != coding) return false;
  const auto weight = part.find("q=");
  if (weight == std::string_view::npos) return true;
  return part.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
}

Error no_files(const fs::path& folder) {
  return Error{Code::no_app_files,
               folder.string(),
               {{folder.string(), "no_files",
                 "dựng giao diện bằng 'tools/demo --app' hoặc 'tools/test' ở thư mục mã nguồn: chúng ghi vào "
                 "build/app.",
                 "'tools/demo --app' or 'tools/test' in the source tree builds them, into build/app."}}};
}

}  // namespace

std::span<const SiteHeader> site_headers() { return kHeaders; }

Result<Site> Site::load(const fs::path& folder) {
  std::map<std::string, Bytes, std::less<>> found;
  std::uint64_t total = 0;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  if (error) return no_files(folder);
  for (const fs::recursive_directory_iterator end; at != end; at.increment(error)) {
    if (error) return Error{Code::file_unreadable, error.message()};
    const auto name = at->path().filename().string();
    const bool hidden = name.substr(0, 1) == ".";
    if (at->is_symlink(error) || hidden) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(error)) continue;
    std::ifstream in(at->path(), std::ios::binary);
    Bytes bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in) return Error{Code::file_unreadable, name};
    total += bytes.size();
    if (total > kMaxBytes || found.size() == kMaxFiles) return Error{Code::too_large, folder.string()};
    found.emplace(at->path().lexically_relative(folder).generic_string(), std::move(bytes));
  }
  Site out;
  for (auto& entry : found) {
    const auto& name = entry.first;
    auto& bytes = entry.second;
    const bool of_another = std::any_of(std::begin(kForms), std::end(kForms), [&](const auto& form) {
      return ends_with(name, form.first) && found.count(name.substr(0, name.size() - form.first.size())) == 1;
    });
    if (of_another) continue;
    File file{site_media_type(name), {}};
    const std::string tag = to_hex(ByteView(crypto::sha256(bytes).view()).first(16));
    for (const auto& [ending, encoding] : kForms) {
      const auto made = found.find(name + std::string(ending));
      if (made != found.end())
        file.bodies.push_back({encoding, '"' + tag + '-' + std::string(encoding) + '"', made->second});
    }
    file.bodies.push_back({"", '"' + tag + '"', bytes});
    out.files_.emplace(name, std::move(file));
  }
  if (out.find("") == nullptr) return no_files(folder);
  return out;
}

const Site::File* Site::find(std::string_view path) const {
  const auto file = files_.find(path.empty() ? std::string_view("index.html") : path);
  return file == files_.end() ? nullptr : &file->second;
}

const Site::Body& Site::File::accepted(std::string_view accept_encoding) const {
  for (const auto& body : bodies)
    if (!body.encoding.empty() &&
        any_part(accept_encoding, ',', [&](std::string_view part) { return lets(part, body.encoding); }))
      return body;
  return bodies.back();
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  return any_part(if_none_match, ',', [&](std::string_view part) {
    if (part.substr(0, 2) == "W/") part.remove_prefix(2);
    return part == "*" || part == etag;
  });
}

std::string_view site_media_type(std::string_view name) {
  for (const auto& [ending, type] : kTypes)
    if (ends_with(name, ending)) return type;
  return "application/octet-stream";
}

}  // namespace gandan::server
