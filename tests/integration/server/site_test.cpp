// The app's files below /app/: what is served of them, how, and that nothing else can be reached by them.
#include <filesystem>
#include <fstream>

#include "live_server.hpp"
#include "net/http.hpp"
#include "program.hpp"

namespace gandan::server::test {
namespace {

namespace fs = std::filesystem;

struct Files {
  Files() {
    fs::create_directories(site() + "/assets/deep");
    write("index.html", "<!doctype html>");
    write("assets/app.js", "let plain;");
    write("assets/app.js.br", "brotli");
    write("assets/app.js.gz", "gzip");
    write("assets/deep/core.wasm", std::string("\0asm", 4));
    write("app.webmanifest", "{}");
    write(".secret", "hidden");
    write("../secret.txt", "outside");
    fs::create_symlink(site() + "/../secret.txt", site() + "/link.txt");
    fs::create_directory_symlink("/etc", site() + "/etc");
  }
  std::string site() const { return folder.path("site"); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(site() + "/" + name, std::ios::binary) << text;
  }
  gandan::test::TempFolder folder;
};

}  // namespace

TEST_CASE("the app is served below /app/, in the form that the browser takes") {
  const Files files;
  ServerOptions options;
  options.site = std::make_shared<const Site>(must(Site::load(files.site())));
  const LiveServer server(options);
  const auto get = [&](const std::string& path, const std::string& more = {}) {
    const auto answer = server.client().get(path, more);
    REQUIRE(answer);
    return *answer;
  };
  const auto page = get("/app/");
  CHECK(page.status == 200);
  CHECK(page.text() == "<!doctype html>");
  CHECK(page.headers.at("content-type") == "text/html; charset=utf-8");
  CHECK(page.headers.at("cache-control") == "no-cache");
  CHECK(page.headers.at("x-content-type-options") == "nosniff");
  CHECK(page.headers.at("content-security-policy").find("script-src 'self' 'wasm-unsafe-eval'") !=
        std::string::npos);
  CHECK(get("/app").headers.at("location") == "/app/");
  CHECK(get("/app/assets/deep/core.wasm").headers.at("content-type") == "application/wasm");
  CHECK(get("/app/app.webmanifest").headers.at("content-type") == "application/manifest+json");

  const auto plain = get("/app/assets/app.js?v=2");
  CHECK(plain.text() == "let plain;");
  CHECK(plain.headers.count("content-encoding") == 0);
  CHECK(plain.headers.at("vary") == "Accept-Encoding");
  const auto best = get("/app/assets/app.js", "Accept-Encoding: gzip, deflate, br\r\n");
  CHECK(best.text() == "brotli");
  CHECK(best.headers.at("content-encoding") == "br");
  CHECK(best.headers.at("content-type") == "text/javascript; charset=utf-8");
  CHECK(best.headers.at("etag") != plain.headers.at("etag"));
  CHECK(get("/app/assets/app.js", "Accept-Encoding: br;q=0, gzip;q=0.5\r\n").text() == "gzip");

  // What has not changed is not sent again; what has is another file.
  const auto same = get("/app/assets/app.js", "If-None-Match: \"x\", " + plain.headers.at("etag") + "\r\n");
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(same.headers.at("etag") == plain.headers.at("etag"));
  CHECK(get("/app/assets/app.js", "If-None-Match: \"x\"\r\n").status == 200);
  files.write("assets/app.js", "let other;");
  const auto changed = must(Site::load(files.site()));
  CHECK(changed.find("assets/app.js")->bodies.back().etag != plain.headers.at("etag"));
}

TEST_CASE("no path leaves the app's files, and nothing but GET is answered") {
  const Files files;
  ServerOptions options;
  options.site = std::make_shared<const Site>(must(Site::load(files.site())));
  const LiveServer server(options);
  for (const auto* path :
       {"/app/../secret.txt", "/app/../../secret.txt", "/app/assets/../../secret.txt",
        "/app/%2e%2e/secret.txt", "/app//etc/passwd", "/app/etc/passwd", "/app/link.txt", "/app/.secret",
        "/app/assets", "/app/assets/", "/app/assets/app.js.br", "/appx", "/index.html", "/app/index.html/"}) {
    INFO(path);
    const auto answer = server.client().get(path);
    REQUIRE(answer);
    CHECK(answer->status == 404);
    CHECK(answer->raw_head + answer->text() == uniform_not_found());
  }
  const auto put = server.client().put("/app/index.html", as_bytes("x"));
  REQUIRE(put);
  CHECK(put->status == 404);

  const LiveServer without;
  const auto none = without.client().get("/app/");
  REQUIRE(none);
  CHECK(none->status == 404);
}

TEST_CASE("gandan-server run --app serves a folder, and refuses one without an index") {
  const Files files;
  ServerProgram server;
  server.start({}, {"--app", files.site()});
  const auto page = server.client().get("/app/");
  REQUIRE(page);
  CHECK(page->text() == "<!doctype html>");
  CHECK(server.stop() == 0);
  const auto said = gandan_server(
      {"run", "--data", server.data(), "--cert", "c", "--key", "k", "--app", files.folder.path()});
  CHECK(said.status == 3);
  CHECK(said.err.find("[shell.no_app_files]") != std::string::npos);
}

}  // namespace gandan::server::test
