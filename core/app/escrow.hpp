// Methods escrow.make, escrow.open, escrow.recover (vault/escrow.hpp), and what the status says of it.
//
// Threading: as the Session's.
#pragma once

#include "app/params.hpp"
#include "app/session.hpp"

namespace gandan::app {

Result<json::value> escrow_make(Session& s, Params& p);
Result<json::value> escrow_open(Session& s, Params& p);
Result<json::value> escrow_recover(Session& s, Params& p);

// Of the escrow that this device made last; nothing when it made none.
Result<std::optional<json::object>> escrow_json(Session& s);

}  // namespace gandan::app
