// The description of the boundary, schema/api, and whether parameters and answers are as it says.
#pragma once

#include <map>

#include "base/json.hpp"
#include "support/catch.hpp"

namespace gandan::test {

std::string file_text(const std::string& path);

class Api {
 public:
  Api();
  const std::map<std::string, json::object>& methods() const { return methods_; }
  const json::object& document() const { return document_; }

  // Why the parameters or the answer are not as described; empty when they are.
  std::string check_params(const std::string& method, const json::object& params) const;
  std::string check_answer(const std::string& method, const json::value& answer) const;

 private:
  json::object document_;
  std::map<std::string, json::object> methods_;
};

// Follows keys and indexes: at(o, "document.fields.subject"), at(o, "records.0.id").
json::value at(const json::value& start, std::string_view path);
std::string text_at(const json::value& start, std::string_view path);

}  // namespace gandan::test
