// The boundary as tests use it: requests whose parameters and answers are held against schema/api on the way.
#pragma once

#include <fstream>
#include <sstream>

#include <map>

#include "gandan/notebook.hpp"
#include "support/catch.hpp"
#include "support/schema_checker.hpp"

namespace gandan::test {

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

class Api {
 public:
  Api() {
    auto parsed = json::parse(file_text(std::string(GANDAN_SOURCE_DIR) + "/schema/api/gandan.openrpc.json"));
    REQUIRE(parsed.ok());
    document_ = parsed->get_object();
    for (const auto& row : *json::find_array(document_, "methods"))
      methods_[json::find_text(row.get_object(), "name").value()] = row.get_object();
  }
  const std::map<std::string, json::object>& methods() const { return methods_; }
  const json::object& document() const { return document_; }

  // Why the parameters or the answer are not as described; empty when they are.
  std::string check_params(const std::string& method, const json::object& params) const {
    const SchemaChecker checker(document_);
    std::set<std::string> described;
    for (const auto& row : *json::find_array(methods_.at(method), "params")) {
      const auto& param = row.get_object();
      const std::string name = json::find_text(param, "name").value();
      described.insert(name);
      const auto* value = json::find(params, name);
      if (value == nullptr && json::find_bool(param, "required").value_or(false)) return name + " is missing";
      if (value == nullptr) continue;
      if (auto fault = checker.check(*json::find(param, "schema"), *value, name); !fault.empty())
        return fault;
    }
    for (const auto& member : params)
      if (described.count(std::string(member.key())) == 0)
        return std::string(member.key()) + " is not described";
    return {};
  }
  std::string check_answer(const std::string& method, const json::value& answer) const {
    const SchemaChecker checker(document_);
    const auto* schemas = json::find_object(*json::find_object(document_, "components"), "schemas");
    if (auto fault = checker.check(*json::find(*schemas, "Answer"), answer); !fault.empty()) return fault;
    const auto* ok = json::find(answer.get_object(), "ok");
    if (ok == nullptr) return {};
    const auto* result = json::find_object(methods_.at(method), "result");
    return checker.check(*json::find(*result, "schema"), *ok, "ok");
  }

 private:
  json::object document_;
  std::map<std::string, json::object> methods_;
};

// A notebook whose every answer is checked. ok() fails the test on an error, error() on success.
class Shell {
 public:
  Shell(const Api& api, const OpenOptions& options, const Seams& seams) : api_(api) {
    std::string error;
    notebook_ = Notebook::open(options, seams, error);
    INFO(error);
    REQUIRE(notebook_ != nullptr);
  }
  json::object answer(const std::string& method, const json::object& params) {
    const std::string text =
        notebook_->request(json::compact(json::object{{"method", method}, {"params", params}}));
    auto parsed = json::parse(text);
    REQUIRE(parsed.ok());
    INFO(method << " " << json::compact(params) << "\n" << text.substr(0, 4000));
    CHECK(api_.check_answer(method, *parsed) == "");
    return parsed->get_object();
  }
  json::object ok(const std::string& method, const json::object& params = {}) {
    CHECK(api_.check_params(method, params) == "");
    const json::object out = answer(method, params);
    INFO(method << " " << json::compact(out));
    REQUIRE(json::find_object(out, "ok") != nullptr);
    return *json::find_object(out, "ok");
  }
  std::string error(const std::string& method, const json::object& params = {}) {
    const json::object out = answer(method, params);
    INFO(method << " " << json::compact(out));
    REQUIRE(json::find_object(out, "error") != nullptr);
    last_error = *json::find_object(out, "error");
    return json::find_text(last_error, "code").value();
  }
  Notebook& notebook() { return *notebook_; }

  json::object last_error;

 private:
  const Api& api_;
  std::unique_ptr<Notebook> notebook_;
};

// Follows keys and indexes: at(o, "document.fields.subject"), at(o, "records.0.id").
inline json::value at(const json::value& start, std::string_view path) {
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
inline std::string text_at(const json::value& start, std::string_view path) {
  const json::value found = at(start, path);
  REQUIRE(found.is_string());
  return std::string(found.get_string());
}

}  // namespace gandan::test
