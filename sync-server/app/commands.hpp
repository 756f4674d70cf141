// What gandan-server does when told to: one function for each command of its command line.
//
// Threading: one command per process. Each prints what it has to say on standard output, and returns what
// went wrong.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "relay/gate.hpp"
#include "store/open_store.hpp"

namespace gandan::server {

struct Arguments {
  std::string data;
  StoreChoice store;
  std::string name = "gandan-server";
  std::string card;
  std::string from, to;  // of migrate-store: postgresql://…, or a server's folder; of backups and archives:
                         // folders, of give-back: a file
  std::vector<std::string> files;
  std::int64_t older_than_days = 0;
  bool with_keys = false, highest_lost = false;
  bool english = false;  // speaks English alone
  std::string realm;     // its address, or the beginning of its handle
  std::uint64_t quota = 0;
  std::string listen = "127.0.0.1:8443";
  std::string metrics_listen;  // empty: nowhere
  unsigned silent_days = 14;
  std::string certificate, key;
  std::string port_file;
  std::string app;  // folder of the app's built files; empty: none
  std::string log_level = "info";
  bool check_only = false;  // of run
  unsigned threads = 2;
  unsigned workers = 2;
  std::size_t max_connections = 12'000;
  std::size_t strangers_of_address = 3'000;
  unsigned drain_seconds = 8;
  unsigned map_minutes = 60;  // 0: no feed maps
  std::int64_t device_rate = DeviceLimits{}.per_second;
};

// By its address, or the beginning of its handle. Code::not_found, ambiguous.
Result<RealmRow> find_realm(Store& store, const std::string& named);

Status init(const Arguments& arguments);
Status print_key(const Arguments& arguments);
Status admit(const Arguments& arguments);
Status suspend(const Arguments& arguments);
Status resume(const Arguments& arguments);
Status set_quota(const Arguments& arguments);
Status export_realm(const Arguments& arguments);
Status list(const Arguments& arguments);
Status run(const Arguments& arguments);
Status verify(const Arguments& arguments);
Status backup(const Arguments& arguments);
Status restore_to(const Arguments& arguments);
Status check_restore(const Arguments& arguments);
Status give_back_from(const Arguments& arguments);
Status archive(const Arguments& arguments);
Status archive_check(const Arguments& arguments);
Status archive_restore(const Arguments& arguments);
Status migrate(const Arguments& arguments);

}  // namespace gandan::server
