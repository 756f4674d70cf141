// Session: what the handlers of one open notebook share.
//
// Threading: as the Notebook's; `cancelled` is the one member that other threads set.
#pragma once

#include <atomic>
#include <optional>

#include "app/projector.hpp"
#include "gandan/notebook.hpp"
#include "vault/queries.hpp"

namespace gandan::app {

constexpr std::size_t kLeastPassphrase = 8;  // code points, of a new one

// Which of the realm's sets of forms this notebook goes by (schema_sets.hpp).
struct SchemaStanding {
  std::uint32_t number = 0;     // of the newest in use; 0: the program's own forms
  std::uint32_t published = 0;  // of the newest there is
  records::Label words;         // of that
};

struct SteppedSync;  // stepped_sync.hpp

struct Session {
  OpenOptions options;  // without the key, once the vault is open
  gandan::Seams seams;  // clock and random are set here, never null
  std::unique_ptr<records::Catalog> catalog;
  std::unique_ptr<DocumentProjector> projector;
  std::unique_ptr<vault::Vault> vault;  // null: opened without a folder, or locked
  // While locked, for PINs that go by it; absent: not opened without a PIN since the program started.
  std::optional<crypto::Secret<32>> session_secret;
  std::int64_t auto_lock = 0;  // seconds in force; 0: never
  std::int64_t used_ms = 0;    // monotonic: the last request of a person
  SchemaStanding schema;
  std::optional<Hash> schema_inputs;     // for which `catalog` was made
  std::string_view method;               // that runs now
  bool background = false;               // it was a timer that asked for it
  std::shared_ptr<SteppedSync> stepped;  // there while a sync goes on in steps, and none without the vault
  std::atomic<bool> cancelled{false};

  // Tells the shell how far it is. True: go on; false: the shell wants to stop.
  bool progress(json::object counters);

  bool locked() const { return !options.folder.empty() && vault == nullptr; }
};

// The person who uses this device now; zero before one was chosen.
HolderId current_holder(vault::Vault& vault);

}  // namespace gandan::app
