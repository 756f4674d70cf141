// The table of methods and their description say the same, and the boundary holds whatever comes over it.
#include "app/dispatch.hpp"
#include "support/shell.hpp"

namespace api_test {

using namespace gandan;
using namespace gandan::test;

TEST_CASE("every method is described, and every described method exists") {
  const Api api;
  std::set<std::string> described;
  for (const auto& [name, method] : api.methods()) described.insert(name);
  std::set<std::string> existing;
  for (const auto& method : app::methods()) existing.emplace(method.name);
  CHECK(described == existing);
}

TEST_CASE("every error that a method's description names is in the table of errors") {
  std::set<std::string> codes;
#define GANDAN_ERROR(name, text, retry, exit_code, vi, en) codes.insert(text);
#include "base/errors.def"
#undef GANDAN_ERROR
  const Api api;
  for (const auto& [name, method] : api.methods())
    for (const auto& code : *json::find_array(method, "x-errors")) {
      INFO(name << " " << json::compact(code));
      CHECK(codes.count(std::string(code.get_string())) == 1);
    }
}

TEST_CASE("a notebook without a folder answers what needs no vault, and says so for the rest") {
  const Api api;
  Shell shell(api, {}, {});
  const auto version = shell.ok("app.version");
  CHECK(text_at(version, "version") == Notebook::version());
  CHECK(at(version, "methods").get_array().size() == api.methods().size());
  CHECK(!at(shell.ok("record.kinds"), "kinds").get_array().empty());
  for (const auto& method : app::methods())
    if (method.needs != app::Needs::nothing) CHECK(shell.error(std::string(method.name)) == "vault.missing");
}

TEST_CASE("malformed requests get an envelope and change nothing") {
  const Api api;
  Shell shell(api, {}, {});
  const auto code = [&](std::string_view request) {
    auto answer = json::parse(shell.notebook().request(request));
    REQUIRE(answer.ok());
    return text_at(*answer, "error.code");
  };
  CHECK(code("") == "json.bad");
  CHECK(code("{") == "json.bad");
  CHECK(code("[]") == "request.bad");
  CHECK(code("{}") == "request.bad");
  CHECK(code(R"({"method": 7})") == "request.bad");
  CHECK(code(R"({"method": "record.burn"})") == "request.unknown_method");
  // A long name is said shortened, and never by half a letter: the answer is JSON.
  for (const char* start : {"", "a"}) {
    std::string name = start;
    while (name.size() < 100) name += "Đ";
    CHECK(code("{\"method\": \"" + name + "\"}") == "request.unknown_method");
  }
  CHECK(code(R"({"method": "app.version", "extra": 1})") == "request.bad");
  CHECK(code(R"({"method": "app.version", "params": []})") == "request.bad");
  CHECK(code(R"({"method": "app.version", "method": "status"})") == "json.bad");
  CHECK(code(std::string(1000, '[')) == "json.bad");
  CHECK(code("{\"method\": \"app.version\", \"params\": {\"name\": \"X\xe3\"}}") == "text.not_utf8");
  CHECK(code(std::string("{\"method\": \"app.version\0\"}", 26)) == "json.bad");
}

TEST_CASE("every fault of the parameters is named, each with its path") {
  const Api api;
  Shell shell(api, {}, {});
  CHECK(shell.error("audit.verify_proof", {{"root", "abc"}, {"speed", 3}}) == "request.bad");
  std::set<std::string> paths;
  const json::value fields = at(shell.last_error, "fields");
  for (const auto& field : fields.get_array()) paths.insert(text_at(field, "path"));
  CHECK(paths == std::set<std::string>{"file", "root", "speed"});
}

TEST_CASE("a wrong proof file and a missing one are told apart") {
  const Api api;
  Shell shell(api, {}, {});
  const std::string root(64, '0');
  CHECK(shell.error("audit.verify_proof", {{"file", "/nowhere/proof"}, {"root", root}}) == "file.unreadable");
  CHECK(shell.error("audit.verify_proof", {{"file", std::string(GANDAN_SOURCE_DIR) + "/CMakeLists.txt"},
                                           {"root", root}}) == "format.malformed");
}

}  // namespace api_test
