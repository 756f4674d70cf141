// What a browser gets of 'gandan app', and what a stranger's page does not.
#include <sys/stat.h>

#include "browser.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

const std::string kOpen = R"({"passphrase":"mật khẩu dài của sổ","create":true})";

Browser entered(const AppProgram& app) {
  Browser browser(app);
  REQUIRE(browser.enter(app.token).status == 200);
  return browser;
}

}  // namespace

TEST_CASE("the static files are served with their types, and cannot be left by any path") {
  const AppProgram app;
  Browser browser(app);
  const auto page = browser.get("/");
  CHECK(page.status == 200);
  CHECK(page.headers.at("content-type") == "text/html; charset=utf-8");
  CHECK(page.headers.at("content-security-policy")
            .find("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'") == 0);
  CHECK(page.headers.at("x-content-type-options") == "nosniff");
  CHECK(page.headers.at("cache-control") == "no-store");
  CHECK(browser.get("/assets/core.wasm?v=1").headers.at("content-type") == "application/wasm");
  CHECK(browser.get("/app.webmanifest").headers.at("content-type") == "application/manifest+json");
  CHECK(browser.get("/app.js").text() == "let plain;");
  const auto small = browser.get("/app.js", "Accept-Encoding: gzip, br\r\n");
  CHECK(small.text() == "as brotli");
  CHECK(small.headers.at("content-encoding") == "br");
  CHECK(browser.get("/app.js", "Accept-Encoding: br;q=0\r\n").text() == "let plain;");
  for (const auto* path :
       {"/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
        "//etc/passwd", "/assets", "/nothing", "/files/../../secret.txt"}) {
    INFO(path);
    CHECK(browser.get(path).status == 404);
  }
  CHECK(browser.send("POST", "/index.html", "{}").status == 405);

  // What is built anew is there after a reload.
  AppProgram::write(app.site() + "/app.js", "let fresh;");
  std::filesystem::remove(app.site() + "/app.js.br");
  browser.get("/");
  CHECK(browser.get("/app.js").text() == "let fresh;");
}

TEST_CASE("the token opens one session, once; without its cookie nothing is answered") {
  const AppProgram app;
  Browser browser(app);
  for (const auto* path : {"/state", "/events?after=0", "/files?path=x"}) {
    const auto answer = browser.get(path);
    CHECK(answer.status == 401);
    CHECK(Browser::code(answer) == "shell.no_session");
  }
  CHECK(browser.send("POST", "/request", R"({"method":"app.version"})").status == 401);
  CHECK(browser.enter("").status == 401);
  CHECK(browser.enter(std::string(64, '0')).status == 401);
  const auto in = browser.enter(app.token);
  CHECK(in.status == 200);
  CHECK(in.headers.at("set-cookie").find("HttpOnly; SameSite=Strict") != std::string::npos);
  CHECK(browser.get("/state").status == 200);
  CHECK(browser.get("/state").headers.at("cache-control") == "no-store");

  Browser second(app);
  CHECK(second.enter(app.token).status == 401);
  second.cookie = browser.cookie.substr(0, browser.cookie.size() - 1);
  CHECK(second.get("/state").status == 401);
}

TEST_CASE("a foreign host, origin or form is refused, whatever cookie it brings") {
  const AppProgram app;
  const Browser browser = entered(app);
  const std::string version = R"({"method":"app.version"})";
  CHECK(browser.send("POST", "/request", version).status == 200);
  const auto refused = [&](const Browser& who) {
    const auto posted = who.send("POST", "/request", version);
    CHECK(posted.status == 403);
    CHECK(Browser::code(posted) == "shell.foreign_page");
  };
  Browser rebound = browser;  // a stranger's name that leads here
  rebound.host = "evil.example:" + std::to_string(app.port);
  rebound.origin = "http://" + rebound.host;
  refused(rebound);
  CHECK(rebound.get("/state").status == 403);
  CHECK(rebound.get("/").status == 403);
  rebound.host = "127.0.0.1";  // and another port's page
  refused(rebound);
  for (const auto* origin : {"http://evil.example", "null", "http://127.0.0.1:1", "https://localhost", ""}) {
    Browser foreign = browser;
    foreign.origin = origin;
    refused(foreign);
  }
  CHECK(browser.get("/state", "Origin: http://evil.example\r\n").status == 403);
  CHECK(browser.get("/state", "Sec-Fetch-Site: same-site\r\n").status == 403);
  CHECK(browser.get("/state", "Sec-Fetch-Site: same-origin\r\n").status == 200);
  for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
    CHECK(browser.send("POST", "/request", version, type).status == 415);
  Browser named = browser;
  named.host = "localhost:" + std::to_string(app.port);
  named.origin = "http://" + named.host;
  CHECK(named.send("POST", "/request", version).status == 200);
}

TEST_CASE("the screens make a vault, work in it, lock it and open it again") {
  AppProgram app;
  const Browser browser = entered(app);
  auto state = Browser::object(browser.get("/state"));
  CHECK_FALSE(json::find_bool(state, "vault").value());
  CHECK_FALSE(json::find_bool(state, "open").value());
  const auto* disk = json::find_object(state, "disk");  // of a folder that is not there yet
  REQUIRE(disk != nullptr);
  CHECK(json::find_integer(*disk, "free").value() > 0);
  CHECK(json::find_integer(*disk, "size").value() >= json::find_integer(*disk, "free").value());
  CHECK(json::find_object(browser.request("record.kinds"), "ok") != nullptr);  // needs no vault
  CHECK(Browser::code(browser.request("status")) == "vault.closed");
  CHECK(Browser::code(browser.send("POST", "/open", R"({"passphrase":"mật khẩu dài của sổ"})")) ==
        "vault.missing");
  CHECK(Browser::code(browser.send("POST", "/open", R"({"passphrase":"ngắn","create":true})")) ==
        "vault.short_passphrase");
  CHECK(Browser::code(browser.send("POST", "/open", R"({"pasphrase":"x"})")) == "request.bad");
  CHECK(json::find_object(Browser::object(browser.send("POST", "/open", kOpen)), "ok") != nullptr);
  state = Browser::object(browser.get("/state"));
  CHECK(json::find_bool(state, "vault").value());
  CHECK(json::find_bool(state, "open").value());
  CHECK(json::find_object(browser.request("status"), "ok") != nullptr);
  browser.request("vault.lock");
  CHECK_FALSE(json::find_bool(Browser::object(browser.get("/state")), "open").value());
  CHECK(Browser::code(browser.send("POST", "/open", R"({"passphrase":"mật khẩu sai"})")) ==
        "vault.wrong_passphrase");
  CHECK(json::find_object(Browser::object(browser.send("POST", "/open", kOpen)), "ok") != nullptr);

  // Told to end, it ends well and leaves no file behind.
  REQUIRE_FALSE(app.exchange().empty());
  app.program->kill(SIGTERM);
  CHECK(app.program->wait() == 0);
  CHECK(app.exchange().empty());
}

TEST_CASE("long work tells its progress to whoever waits, and can be cancelled") {
  const AppProgram app;
  const Browser browser = entered(app);
  REQUIRE(json::find_object(Browser::object(browser.send("POST", "/open", kOpen)), "ok") != nullptr);
  // The vault locks itself while nobody asks: an event that a waiting page gets at once.
  REQUIRE(json::find_object(browser.request("vault.auto_lock", {{"seconds", 10}}), "ok") != nullptr);
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = browser.get("/events?after=0");
  const auto took = std::chrono::steady_clock::now() - begin;
  INFO(answer.text());
  CHECK(took > std::chrono::seconds(8));
  CHECK(took < std::chrono::seconds(20));
  auto events = json::parse(answer.text());
  REQUIRE(events.ok());
  REQUIRE(events->get_array().size() == 1);
  const auto& event = events->get_array()[0].get_object();
  CHECK(json::find_integer(event, "number") == 1);
  CHECK(json::find_text(event, "method") == "vault.lock");
  CHECK(Browser::code(browser.request("status")) == "vault.closed");
  CHECK(json::parse(browser.get("/events?after=0").text())->get_array().size() == 1);
  CHECK(browser.send("POST", "/cancel", "{}").status == 200);
}

TEST_CASE("files go through a private folder, within bounds, and nothing else can be fetched") {
  const AppProgram app;
  const Browser browser = entered(app);
  const std::string octets = "application/octet-stream";
  const std::string content("\0\xff ảnh", 8);
  const auto put = Browser::object(
      browser.send("POST", "/files?name=..%2F..%2Fbi%C3%AAn%20b%E1%BA%A3n.pdf", content, octets));
  const std::string path = json::find_text(put, "path").value();
  CHECK(path.find(app.exchange() + "/") == 0);
  CHECK(path.substr(path.rfind('/')) == "/biên bản.pdf");
  struct stat about {};
  REQUIRE(::stat(app.exchange().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0700);
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);

  const auto fetched = browser.file(path);
  CHECK(fetched.status == 200);
  CHECK(fetched.text() == content);
  CHECK(fetched.headers.at("content-type") == "application/pdf");
  CHECK(fetched.headers.at("content-security-policy").find("sandbox allow-same-origin allow-modals") !=
        std::string::npos);
  const auto saved = browser.file(path, "&download=1");
  CHECK(saved.headers.at("content-disposition") == "attachment");

  std::filesystem::create_symlink(app.folder / "secret.txt", app.exchange() + "/1/link.txt");
  for (const auto& wrong :
       {app.folder / "secret.txt", app.exchange() + "/../../secret.txt", app.exchange() + "/.lock",
        app.exchange() + "/1/link.txt", app.exchange() + "/1", std::string("/etc/passwd"), std::string()}) {
    INFO(wrong);
    CHECK(browser.file(wrong).status == 404);
    CHECK(browser.send("DELETE", "/files?path=" + Browser::escaped(wrong)).status == 404);
  }

  // A method that writes a file writes it there, and the page fetches it.
  const auto place = Browser::object(browser.send("POST", "/files?name=mau.xlsx&for=output", "", octets));
  const std::string out = json::find_text(place, "path").value();
  CHECK_FALSE(std::filesystem::exists(out));
  const auto exported = browser.request("schema.export", {{"kind", "mobilisation_visit"}, {"out", out}});
  INFO(json::compact(exported));
  CHECK(json::find_object(exported, "ok") != nullptr);
  CHECK(browser.file(out).text().substr(0, 2) == "PK");

  CHECK(browser.send("DELETE", "/files?path=" + Browser::escaped(path)).status == 200);
  CHECK(browser.file(path).status == 404);
  CHECK_FALSE(std::filesystem::exists(path));

  // Too large: said at the head, before a byte of it has come; and what ends early leaves nothing.
  const std::string head = "POST /files?name=a HTTP/1.1\r\nHost: " + browser.host +
                           "\r\nOrigin: " + browser.origin + "\r\nCookie: " + browser.cookie +
                           "\r\nContent-Type: " + octets + "\r\nContent-Length: ";
  CHECK(browser.raw(head + "99999999999\r\n\r\n").status == 413);
  CHECK(browser.raw(head + "10\r\nTransfer-Encoding: chunked\r\n\r\n").status == 400);
  {
    const Socket cut(app.port);
    REQUIRE(cut.send(as_bytes(head + "1000\r\n\r\npartial")));
  }
  const auto spooled = [&] {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(app.exchange()))
      files += entry.is_regular_file() && entry.path().filename() == "a" ? 1 : 0;
    return files;
  };
  for (int i = 0; i < 400 && spooled() != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(spooled() == 0);
}

TEST_CASE("hostile requests are answered within bounds") {
  const AppProgram app;
  const Browser browser = entered(app);
  CHECK(browser.send("POST", "/request", std::string(9u << 20, ' ')).status == 413);
  CHECK(browser.send("POST", "/open", std::string(100'000, ' ')).status == 413);
  CHECK(browser.get("/state", "X: " + std::string(40'000, 'x') + "\r\n").status == 431);
  CHECK(browser.raw("nonsense\r\n\r\n").status == 400);
  CHECK(Browser::code(browser.send("POST", "/request", "[")) == "json.bad");
  CHECK(browser.send("DELETE", "/state").status == 405);
  CHECK(browser.get("/state").status == 200);
}

TEST_CASE("what a killed program left is gone after the next start; wrong words are said") {
  const AppProgram app;
  const Browser browser = entered(app);
  browser.send("POST", "/files?name=a", "x", "application/octet-stream");
  const std::string before = app.exchange();
  app.program->kill(SIGKILL);
  app.program->wait();
  CHECK(std::filesystem::exists(before));
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> all{GANDAN_PROGRAM, "--vault", app.folder / "v", "app", "--json"};
    all.insert(all.end(), more.begin(), more.end());
    const std::string out = app.folder / "out2";
    std::filesystem::remove(out);
    Program program(all, out, app.folder / "err2");
    program.wait();
    return Browser::code(json::parse(AppProgram::text(out))->get_object());
  };
  CHECK(run({"--files", app.folder / "nothing"}) == "shell.no_app_files");
  CHECK(run({"--files", app.site(), "--port", "70000"}) == "shell.no_port");
  AppProgram next;  // another runtime folder
  ::setenv("XDG_RUNTIME_DIR", (app.folder / "runtime").c_str(), 1);
  Program again({GANDAN_PROGRAM, "--vault", app.folder / "v", "app", "--files", app.site()},
                app.folder / "out3", app.folder / "err3");
  for (int i = 0; i < 1000 && std::filesystem::exists(before); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK_FALSE(std::filesystem::exists(before));
  CHECK(run({"--files", app.site(), "--port", std::to_string(next.port)}) == "shell.no_port");
}
