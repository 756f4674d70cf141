// A small JSON Schema checker: the words that schema/api uses, and a failure for any other, so that none is
// ignored silently. $ref within one document, type, properties, required, additionalProperties, items, enum,
// oneOf, pattern, minLength, maxLength, minimum, maximum.
#pragma once

#include "base/json.hpp"

namespace gandan::test {

class SchemaChecker {
 public:
  explicit SchemaChecker(const json::object& document) : document_(document) {}

  // Empty, or the first thing that does not hold, with its path.
  std::string check(const json::value& schema, const json::value& value, const std::string& path = "$") const;

 private:
  const json::value& resolve(const std::string& ref) const;
  std::string check_items(const json::object& rules, const json::array& items, const std::string& path) const;
  std::string check_members(const json::object& rules, const json::object& members,
                            const std::string& path) const;

  const json::object& document_;
};

}  // namespace gandan::test
