// Who is given lines of feed maps: schema/wire/sync.md section 8.
//
// Threading: pure functions.
#pragma once

#include "roster/roster.hpp"

namespace gandan::protocol {

// Whether it reads the whole tree, and so makes the lines of every map by itself.
bool makes_maps(const roster::Roster& roster, const DeviceId& device);
// Supervisors, auditors, and who reads the whole tree.
bool may_see_maps(const roster::Roster& roster, const DeviceId& device);

}  // namespace gandan::protocol
