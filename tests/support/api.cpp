#include "support/api.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include "support/catch.hpp"
#include "support/schema_checker.hpp"

namespace gandan::test {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

Api::Api() {
  auto parsed = json::parse(file_text(std::string(GANDAN_SOURCE_DIR) + "/schema/api/gandan.openrpc.json"));
  REQUIRE(parsed.ok());
  document_ = parsed->get_object();
  for (const auto& row : *json::find_array(document_, "methods"))
    methods_[json::find_text(row.get_object(), "name").value()] = row.get_object();
}

std::string Api::check_params(const std::string& method, const json::object& params) const {
  const SchemaChecker checker(document_);
  std::set<std::string> described;
  for (const auto& row : *json::find_array(methods_.at(method), "params")) {
    const auto& param = row.get_object();
    const std::string name = json::find_text(param, "name").value();
    described.insert(name);
    const auto* value = json::find(params, name);
    if (value == nullptr && json::find_bool(param, "required").value_or(false)) return name + " is missing";
    if (value == nullptr) continue;
    if (auto fault = checker.check(*json::find(param, "schema"), *value, name); !fault.empty()) return fault;
  }
  for (const auto& member : params)
    if (described.count(std::string(member.key())) == 0)
      return std::string(member.key()) + " is not described";
  return {};
}

std::string Api::check_answer(const std::string& method, const json::value& answer) const {
  const SchemaChecker checker(document_);
  const auto* schemas = json::find_object(*json::find_object(document_, "components"), "schemas");
  if (auto fault = checker.check(*json::find(*schemas, "Answer"), answer); !fault.empty()) return fault;
  const auto* ok = json::find(answer.get_object(), "ok");
  if (ok == nullptr) return {};
  const auto* result = json::find_object(methods_.at(method), "result");
  return checker.check(*json::find(*result, "schema"), *ok, "ok");
}

json::value at(const json::value& start, std::string_view path) {
  const json::value* here = &start;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const std::string step(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
    INFO(step << " in " << json::compact(*here).substr(0, 2000));
    if (here->is_array()) {
      REQUIRE(std::stoul(step) < here->get_array().size());
      here = &here->get_array()[std::stoul(step)];
    } else {
      REQUIRE(here->is_object());
      here = json::find(here->get_object(), step);
      REQUIRE(here != nullptr);
    }
  }
  return *here;
}

std::string text_at(const json::value& start, std::string_view path) {
  const json::value found = at(start, path);
  REQUIRE(found.is_string());
  return std::string(found.get_string());
}

}  // namespace gandan::test
