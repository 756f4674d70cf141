#include "report/condition.hpp"

#include <algorithm>

namespace gandan::report {

bool one_of(const json::array& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const json::value& n) { return n == json::value(name); });
}

bool says(const records::Verdict& verdict, const json::value& holds) {
  if (const auto* several = holds.if_array())
    return std::any_of(several->begin(), several->end(), [&](const auto& one) { return says(verdict, one); });
  return holds == (verdict.holds ? json::value(*verdict.holds) : json::value(nullptr));
}

bool said(const json::object& o, const std::vector<records::Verdict>& verdicts, const std::string& path) {
  const auto* rules = json::find_array(o, "rules");
  if (rules == nullptr) return true;
  const auto any = [&](const json::value& holds) {
    return std::any_of(verdicts.begin(), verdicts.end(), [&](const records::Verdict& v) {
      return v.path == path && one_of(*rules, v.rule) && says(v, holds);
    });
  };
  const auto* holds = o.if_contains("holds");  // null is a value here
  const auto* except = o.if_contains("except");
  return (holds == nullptr || any(*holds)) && (except == nullptr || !any(*except));
}

Status check_condition(const records::Catalog& catalog, const json::object& o) {
  const auto* rules = json::find_array(o, "rules");
  if (rules != nullptr && !o.contains("holds") && !o.contains("except"))
    return Error{Code::bad_schema, "rules without holds or except"};
  for (const auto* names : {rules, json::find_array(o, "verdicts")}) {
    if (names == nullptr) continue;
    const auto& known = catalog.rules();
    for (const auto& name : *names)
      if (std::none_of(known.begin(), known.end(),
                       [&](const records::Rule& rule) { return name == json::value(rule.id); }))
        return Error{Code::bad_schema, "unknown rule " + json::compact(name)};
  }
  return {};
}

}  // namespace gandan::report
