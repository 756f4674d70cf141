// 'gandan app' as a child, and a browser that can also misbehave.
//
// Threading: one thread each. Errors: std::runtime_error.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/json.hpp"
#include "program.hpp"
#include "support/catch.hpp"
#include "support/folder.hpp"

namespace gandan::test {

using server::test::HttpResponse;
using server::test::Program;
using server::test::Socket;

class AppProgram {
 public:
  explicit AppProgram(std::vector<std::string> more = {}) {
    std::filesystem::create_directories(site() + "/assets");
    write(site() + "/index.html", "<!doctype html><title>t</title>");
    write(site() + "/assets/core.wasm", std::string("\0asm", 4));
    write(site() + "/app.webmanifest", "{}");
    write(site() + "/app.js", "let plain;");
    write(site() + "/app.js.br", "as brotli");
    write(folder / "secret.txt", "outside");
    ::setenv("XDG_RUNTIME_DIR", (folder / "runtime").c_str(), 1);
    std::filesystem::create_directories(folder / "runtime");
    std::filesystem::permissions(folder / "runtime", std::filesystem::perms::owner_all);
    std::vector<std::string> arguments{GANDAN_PROGRAM, "--vault", folder / "vault", "app",
                                       "--files",      site(),    "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    program = std::make_unique<Program>(arguments, folder / "out", folder / "err");
    std::string said;
    while (said.find('\n') == std::string::npos) {
      if (!program->running()) throw std::runtime_error("gandan app ends: " + text(folder / "err"));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      said = text(folder / "out");
    }
    const std::string begin = "http://127.0.0.1:";
    const auto at = said.find(begin) + begin.size();
    port = static_cast<std::uint16_t>(std::stoul(said.substr(at)));
    const auto mark = said.find("#token=") + 7;
    token = said.substr(mark, said.find('"', mark) - mark);
  }

  std::string site() const { return folder / "site"; }
  static void write(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
  }
  static std::string text(const std::string& path) { return std::string(as_text(file_bytes(path))); }
  // The folder that the program made for files.
  std::string exchange() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder / "runtime"))
      return entry.path().string();
    return {};
  }

  Folder folder;
  std::unique_ptr<Program> program;
  std::uint16_t port = 0;
  std::string token;
};

struct Browser {
  explicit Browser(const AppProgram& app) : Browser(app.port) {}
  explicit Browser(std::uint16_t at)
      : port(at), host("127.0.0.1:" + std::to_string(at)), origin("http://" + host) {}

  HttpResponse send(const std::string& method, const std::string& target, const std::string& body = {},
                    const std::string& type = "application/json", const std::string& more = {}) const {
    std::string out = method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
    if (!origin.empty() && method != "GET") out += "Origin: " + origin + "\r\n";
    if (!cookie.empty()) out += "Cookie: other=1; " + cookie + "\r\n";
    if (method == "POST")
      out += "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return raw(out + more + "Connection: close\r\n\r\n" + body);
  }
  // What was answered until the program closed.
  HttpResponse raw(const std::string& bytes) const {
    const Socket socket(port);
    if (!socket.connected()) throw std::runtime_error("no connection");
    (void)socket.send(as_bytes(bytes));  // one that was refused may be cut while it sends
    std::string got;
    char buffer[16384];
    for (ssize_t n; (n = ::recv(socket.fd(), buffer, sizeof buffer, 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(n));
    HttpResponse out;
    const auto end = got.find("\r\n\r\n");
    if (end == std::string::npos) return out;
    out.raw_head = got.substr(0, end + 2);
    out.status = std::atoi(got.c_str() + 9);
    for (std::size_t at = got.find("\r\n") + 2; at < end;) {
      const auto line_end = got.find("\r\n", at);
      const auto colon = got.find(": ", at);
      std::string name = got.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      out.headers[name] = got.substr(colon + 2, line_end - colon - 2);
      at = line_end + 2;
    }
    out.body = to_bytes(as_bytes(got.substr(end + 4)));
    return out;
  }
  // As encodeURIComponent does it.
  static std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
      const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
      out += plain ? std::string(1, c) : '%' + to_hex(as_bytes(std::string_view(&c, 1)));
    }
    return out;
  }
  HttpResponse file(const std::string& path, const std::string& more = {}) const {
    return get("/files?path=" + escaped(path) + more);
  }
  HttpResponse get(const std::string& target, const std::string& more = {}) const {
    return send("GET", target, {}, {}, more);
  }

  HttpResponse enter(const std::string& token) {
    auto answer = send("POST", "/session", R"({"token":")" + token + "\"}");
    const auto set = answer.headers.find("set-cookie");
    if (set != answer.headers.end()) cookie = set->second.substr(0, set->second.find(';'));
    return answer;
  }
  json::object request(const std::string& method, json::object params = {}) const {
    return object(send("POST", "/request",
                       json::compact(json::object{{"method", method}, {"params", std::move(params)}})));
  }
  static json::object object(const HttpResponse& answer) {
    auto parsed = json::parse(answer.text());
    INFO(answer.raw_head << answer.text());
    REQUIRE(parsed.ok());
    return parsed->get_object();
  }
  static std::string code(const json::object& answer) {
    const auto* error = json::find_object(answer, "error");
    return error == nullptr ? "" : json::find_text(*error, "code").value_or("");
  }
  static std::string code(const HttpResponse& answer) { return code(object(answer)); }

  std::uint16_t port;
  std::string host, origin, cookie;
};

}  // namespace gandan::test
