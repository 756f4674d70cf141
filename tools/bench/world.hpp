// World: a realm as the measurements need it: an administrator's vault, phones, an office, and the forms that
// the product ships, so that documents and search rows are the real ones.
//
// Threading: one thread at a time.
#pragma once

#include "app/projector.hpp"
#include "base/json.hpp"
#include "bench/measure.hpp"
#include "bench/workload.hpp"
#include "gandan/notebook.hpp"
#include "vault/acts.hpp"
#include "vault/ingest.hpp"
#include "vault/queries.hpp"

namespace gandan::bench {

using VaultHandle = std::unique_ptr<vault::Vault>;

struct World {
  // `ledger_key`: of the server that will serve the realm.
  World(WorkFolder& folder, const SignPublicKey& ledger_key);

  VaultHandle create(const std::string& name);
  VaultHandle open(const std::string& path);
  // A device with a role, enrolled by hand.
  VaultHandle enrol(const std::string& name, roster::Role role, const UnitId& unit);
  const roster::Roster& roster() { return **admin->roster(); }

  WorkFolder& folder;
  Bytes key;  // of every vault
  std::unique_ptr<records::Catalog> catalog;
  std::unique_ptr<app::DocumentProjector> projector;
  VaultHandle admin;
  roster::RealmCard card;
  UnitId top;
  UnitId commune;
};

// The key of no server: for what needs none.
const SignPublicKey& no_server();

// A cadre's phone in the commune, its feed, and what seals it.
struct Phone {
  explicit Phone(World& world, const std::string& name = "phone");
  VaultHandle vault;
  FeedId feed;
  Sealer sealer;
};

// What a shell has: the one request, and its answer's "ok".
std::unique_ptr<Notebook> open_notebook(const OpenOptions& options);
json::object ask(Notebook& notebook, const std::string& method, json::object params);

// The segments of one phone, and an office that knows the phone and none of them.
struct Stream {
  std::vector<SealedSegment> segments;
  std::size_t ops = 0;
  FeedId feed;
};
void seal_into(Phone& phone, const std::vector<std::vector<changelog::Op>>& batches, Stream& stream);
struct IngestTimes {
  double seconds = 0;         // from begin to after the commit
  double cpu_seconds = 0;     // of which this thread worked
  double commit_seconds = 0;  // of which projections, and the commit with its sync
};
// Takes segments [from, to) in one transaction, as one answer of a server brings them.
IngestTimes take(vault::Vault& vault, const Stream& stream, std::size_t from, std::size_t to);

}  // namespace gandan::bench
