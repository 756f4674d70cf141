#include "storage/connection.hpp"

#include <cerrno>

namespace gandan::storage {
namespace {

// Beyond this many texts a statement is not kept: only SQL that is put together at run time gets here.
constexpr std::size_t kMaxTexts = 512;

Code code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_FULL:
      return Code::disk_full;
    case SQLITE_IOERR:
      return result == SQLITE_IOERR_NOMEM ? Code::out_of_memory : Code::disk_failed;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL:
      return Code::disk_failed;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::vault_damaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::vault_locked;
    case SQLITE_NOMEM:
      return Code::out_of_memory;
    case SQLITE_TOOBIG:
      return Code::too_large;
    case SQLITE_INTERRUPT:
      return Code::cancelled;
    default:
      return Code::internal;
  }
}

// SQLite says FULL where a write found no room; growing its index of the log in the same place is an I/O
// error.
bool no_room(sqlite3* db) {
  const int system = sqlite3_system_errno(db);
  return system == ENOSPC || system == EDQUOT;
}

}  // namespace

Statement::Connection::~Connection() {
  for (auto& [text, shelf] : shelves)
    for (sqlite3_stmt* statement : shelf) sqlite3_finalize(statement);
  sqlite3_close_v2(db);
}

Error Statement::Connection::error(int result) const {
  if (db == nullptr) return Error{code_of(result), sqlite3_errstr(result)};
  // FTS5 repeats the words that were searched for; they are content.
  std::string detail = sqlite3_errmsg(db);
  if (detail.rfind("fts5:", 0) == 0) detail = "fts5: malformed query";
  detail = std::string("sqlite ") + std::to_string(result) + ": " + detail;
  if (encrypted && (result & 0xff) == SQLITE_NOTADB) return Error{Code::wrong_passphrase, std::move(detail)};
  Code code = code_of(result);
  if (code == Code::disk_failed && no_room(db)) code = Code::disk_full;
  return Error{code, std::move(detail)};
}

Result<Statement> Statement::Connection::prepare(std::string_view sql) {
  auto found = shelves.find(sql);
  if (found != shelves.end() && !found->second.empty()) {
    sqlite3_stmt* handle = found->second.back();
    found->second.pop_back();
    return Statement(*this, &found->second, handle);
  }
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, &tail);
  if (result != SQLITE_OK) return error(result);
  const auto rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (handle == nullptr || rest.find_first_not_of(" \n\t;") != std::string_view::npos) {
    sqlite3_finalize(handle);
    return Error{Code::internal, "not exactly one statement"};
  }
  Shelf* shelf = nullptr;
  if (found != shelves.end())
    shelf = &found->second;
  else if (shelves.size() < kMaxTexts)
    shelf = &shelves[std::string(sql)];
  return Statement(*this, shelf, handle);
}

}  // namespace gandan::storage
