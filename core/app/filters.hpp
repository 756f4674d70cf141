// Saved filters: a name for what a list, a search or an audit is narrowed to. Kept in the vault of this
// device, encrypted with everything else; a person's own, and never sent.
//
//   {"method": "record.list", "params": {"filter": "Chưa chốt", "limit": 50}}
//
// What a request says itself takes the place of what the filter says.
//
// Threading: as the vault's.
#pragma once

#include "app/session.hpp"
#include "base/json.hpp"

namespace gandan::app {

// The parameters of a request with those of the filter that it names, or as they are. Code::not_found: no
// such filter; bad_request: the method does not take what the filter says.
Result<json::object> with_saved_filter(Session& session, std::string_view method, const json::object* params);

}  // namespace gandan::app
