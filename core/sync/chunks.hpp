// Chunks of attachments, after the log: what is not on the server yet goes up, what records name and is not
// here comes down.
//
// Threading: as the vault's.
#pragma once

#include "sync/sync.hpp"

namespace gandan::sync {

Status exchange_chunks(vault::Vault& vault, Transport& transport, const Options& options, Progress progress,
                       Report& report);

}  // namespace gandan::sync
