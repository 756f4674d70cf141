#include "support/schema_checker.hpp"

#include <regex>
#include <set>

namespace gandan::test {
namespace {

const std::set<std::string>& known() {
  static const std::set<std::string> words = {"type",       "properties", "required", "additionalProperties",
                                              "items",      "enum",       "oneOf",    "pattern",
                                              "minLength",  "maxLength",  "minimum",  "maximum",
                                              "description"};
  return words;
}

bool is(const std::string& type, const json::value& v) {
  if (type == "object") return v.is_object();
  if (type == "array") return v.is_array();
  if (type == "string") return v.is_string();
  if (type == "boolean") return v.is_bool();
  if (type == "null") return v.is_null();
  if (type == "integer") return v.is_int64() || v.is_uint64();
  return false;
}

std::string check_text(const json::object& rules, const std::string& text, const std::string& path) {
  if (const auto pattern = json::find_text(rules, "pattern"))
    if (!std::regex_search(text, std::regex(*pattern))) return path + ": '" + text + "' is not " + *pattern;
  const auto size = static_cast<std::int64_t>(text.size());
  if (size < json::find_integer(rules, "minLength").value_or(0)) return path + ": too short";
  if (size > json::find_integer(rules, "maxLength").value_or(INT64_MAX)) return path + ": too long";
  return {};
}

std::string check_number(const json::object& rules, const json::value& v, const std::string& path) {
  const std::int64_t number = v.to_number<std::int64_t>();
  if (number < json::find_integer(rules, "minimum").value_or(INT64_MIN)) return path + ": too small";
  if (number > json::find_integer(rules, "maximum").value_or(INT64_MAX)) return path + ": too large";
  return {};
}

}  // namespace

std::string SchemaChecker::check(const json::value& schema, const json::value& value,
                                 const std::string& path) const {
  const auto& rules = schema.get_object();
  if (const auto ref = json::find_text(rules, "$ref")) return check(resolve(*ref), value, path);
  for (const auto& rule : rules) {
    const std::string word(rule.key());
    if (known().count(word) == 0) return path + ": the schema uses the unknown word " + word;
  }
  if (const auto* choices = json::find_array(rules, "oneOf")) {
    int held = 0;
    for (const auto& choice : *choices) held += check(choice, value, path).empty() ? 1 : 0;
    if (held != 1) return path + ": " + std::to_string(held) + " of oneOf hold for " + json::compact(value);
  }
  if (const auto* choices = json::find_array(rules, "enum")) {
    bool held = false;
    for (const auto& choice : *choices) held = held || choice == value;
    if (!held) return path + ": not in the enum: " + json::compact(value);
  }
  if (const auto type = json::find_text(rules, "type"); type && !is(*type, value))
    return path + ": not " + *type + ": " + json::compact(value);
  if (value.is_string()) return check_text(rules, std::string(value.get_string()), path);
  if (value.is_int64() || value.is_uint64()) return check_number(rules, value, path);
  if (value.is_array()) return check_items(rules, value.get_array(), path);
  if (value.is_object()) return check_members(rules, value.get_object(), path);
  return {};
}

const json::value& SchemaChecker::resolve(const std::string& ref) const {
  static const std::string prefix = "#/components/schemas/";
  const auto* components = json::find_object(document_, "components");
  const auto* found = json::find(*json::find_object(*components, "schemas"), ref.substr(prefix.size()));
  if (found == nullptr) throw std::runtime_error("no schema " + ref);
  return *found;
}

std::string SchemaChecker::check_items(const json::object& rules, const json::array& items,
                                       const std::string& path) const {
  const auto* schema = json::find(rules, "items");
  for (std::size_t i = 0; schema != nullptr && i < items.size(); ++i)
    if (auto fault = check(*schema, items[i], path + "[" + std::to_string(i) + "]"); !fault.empty())
      return fault;
  return {};
}

std::string SchemaChecker::check_members(const json::object& rules, const json::object& members,
                                         const std::string& path) const {
  if (const auto* required = json::find_array(rules, "required"))
    for (const auto& name : *required)
      if (json::find(members, std::string(name.get_string())) == nullptr)
        return path + ": " + std::string(name.get_string()) + " is missing";
  const auto* properties = json::find_object(rules, "properties");
  for (const auto& member : members) {
    const auto* schema = properties == nullptr ? nullptr : json::find(*properties, std::string(member.key()));
    if (schema == nullptr && !json::find_bool(rules, "additionalProperties").value_or(true))
      return path + ": " + std::string(member.key()) + " is not described";
    if (schema == nullptr) continue;
    if (auto fault = check(*schema, member.value(), path + "." + std::string(member.key())); !fault.empty())
      return fault;
  }
  return {};
}

}  // namespace gandan::test
