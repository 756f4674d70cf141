// What was found in a store, for people, on standard output; the first finding's code as an error.
//
// Threading: none.
#pragma once

#include "relay/verify.hpp"

namespace gandan::server {

Status tell(const VerifyReport& report);

}  // namespace gandan::server
