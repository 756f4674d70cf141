// Which store a server uses: a file in its folder, or a database that `--store` names.
//
// Threading: plain functions.
#pragma once

#include <filesystem>

#include "store/store.hpp"

namespace gandan::server {

struct StoreChoice {
  std::string url;           // postgresql://…; empty: SQLite, in the server's folder
  bool single_copy = false;  // PostgreSQL without a replica, and one server
  bool in_folder() const { return url.empty(); }
};
enum class Purpose {
  serve,    // only where it keeps what is acknowledged
  inspect,  // look and admit, beside servers that run
  copy,     // no server uses it meanwhile
};

// Code::bad_configuration for a choice that names no store.
Status check_choice(const StoreChoice& choice);
Status create_store(const std::filesystem::path& data, const StoreChoice& choice);
// Code::server_not_set_up when there is nothing to open.
Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& data, const StoreChoice& choice,
                                          Purpose purpose);

}  // namespace gandan::server
