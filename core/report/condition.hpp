// Conditions of print templates on what rules say of the record:
//
//   {"text": "…", "rules": ["l10.art21.two_thirds"], "holds": true}     one of them says so
//   {"text": "…", "rules": […], "except": [false, null]}                 none of them says that
//
// true, false, null (not known), or a list of them. Private to report. Threading: pure functions.
#pragma once

#include "base/json.hpp"
#include "records/catalog.hpp"

namespace gandan::report {

bool one_of(const json::array& names, const std::string& name);
// Whether a verdict says what `holds` asks for.
bool says(const records::Verdict& verdict, const json::value& holds);
// Whether the condition of a template or block is met; without one it is. `path`: the item that is judged, or
// empty.
bool said(const json::object& o, const std::vector<records::Verdict>& verdicts, const std::string& path);
// Code::bad_schema for a rule that the catalog does not know (`rules`, `verdicts`), or a condition that asks
// nothing.
Status check_condition(const records::Catalog& catalog, const json::object& o);

}  // namespace gandan::report
