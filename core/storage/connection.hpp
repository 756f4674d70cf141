// What a Database and its Statements share: the SQLite handle, the cache of prepared statements, the
// translation of result codes. Private to this folder.
//
// Threading: as the Database's.
#pragma once

#include <string>
#include <unordered_map>

#include <sqlite3.h>

#include "storage/statement.hpp"

namespace gandan::storage {

// SQLite3MultipleCiphers' name for its layer over a VFS, before the VFS's own.
constexpr std::string_view kCipherVfs = "multipleciphers-";

struct Statement::Connection {
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Error error(int result) const;
  Result<Statement> prepare(std::string_view sql);

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  sqlite3* db = nullptr;
  bool encrypted = false;
  std::unordered_map<std::string, Shelf, TextHash, std::equal_to<>> shelves;
};

}  // namespace gandan::storage
