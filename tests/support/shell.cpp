#include "support/shell.hpp"

#include "support/catch.hpp"

namespace gandan::test {

Shell::Shell(const Api& api, const OpenOptions& options, const Seams& seams) : api_(api) {
  std::string error;
  notebook_ = Notebook::open(options, seams, error);
  INFO(error);
  REQUIRE(notebook_ != nullptr);
}

json::object Shell::answer(const std::string& method, const json::object& params) {
  const std::string text =
      notebook_->request(json::compact(json::object{{"method", method}, {"params", params}}));
  auto parsed = json::parse(text);
  REQUIRE(parsed.ok());
  INFO(method << " " << json::compact(params) << "\n" << text.substr(0, 4000));
  CHECK(api_.check_answer(method, *parsed) == "");
  return parsed->get_object();
}

json::object Shell::ok(const std::string& method, const json::object& params) {
  CHECK(api_.check_params(method, params) == "");
  const json::object out = answer(method, params);
  INFO(method << " " << json::compact(out));
  REQUIRE(json::find_object(out, "ok") != nullptr);
  return *json::find_object(out, "ok");
}

std::string Shell::error(const std::string& method, const json::object& params) {
  const json::object out = answer(method, params);
  INFO(method << " " << json::compact(out));
  REQUIRE(json::find_object(out, "error") != nullptr);
  last_error = *json::find_object(out, "error");
  return json::find_text(last_error, "code").value();
}

}  // namespace gandan::test
