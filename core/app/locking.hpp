// Locking: a notebook whose vault is closed and whose keys are gone, and how it comes back.
//
// Threading: as the Session's.
#pragma once

#include "app/params.hpp"
#include "app/session.hpp"

namespace gandan::app {

// Opens the session's vault with what was given, or makes it where the options say so. Who has a PIN writes
// under his name from now on. Code::wrong_passphrase, …: see vault/unlock.hpp.
Status unlock(Session& session, const Key& key);

// Closes the database and zeroises its keys. Everything acknowledged is on the disk already.
void lock(Session& session);
void lock_if_idle(Session& session);
// Until the session locks itself, in milliseconds; absent: it is locked, or never does.
std::optional<std::int64_t> lock_due_ms(Session& session);

// The slot of this person's PIN: by id, the end of it, or the code that is the slot's label. Code::no_slot.
Result<vault::KeySlot> find_pin(const vault::KeyFile& file, std::string_view holder);

// Six to twelve digits, and none that everybody tries first. A fault of `name` otherwise.
void check_pin(Params& p, std::string_view name, std::string_view pin);
// 32 bytes in hexadecimal; a fault otherwise. Absent: empty.
std::string keystore_param(Params& p);

}  // namespace gandan::app
