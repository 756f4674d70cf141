// What the log shows after a kill, made durable before anybody believes it.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "storage/connection.hpp"
#include "storage/database.hpp"

namespace gandan::storage {
namespace {

constexpr std::size_t kPiece = 64 * 1024;  // SQLite's files take less than 128 KiB at a time

// The log as the file system has it: what ciphers do above stays what it is.
class LogFile {
 public:
  LogFile(sqlite3_vfs* vfs, const char* path)
      : memory_(std::make_unique<char[]>(static_cast<std::size_t>(vfs->szOsFile))) {
    file_ = reinterpret_cast<sqlite3_file*>(memory_.get());
    file_->pMethods = nullptr;
    opened = vfs->xOpen(vfs, path, file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, nullptr);
  }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile() {
    if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
  }

  int write_again() const {
    sqlite3_int64 size = 0;
    int result = file_->pMethods->xFileSize(file_, &size);
    std::vector<char> piece(kPiece);
    for (sqlite3_int64 at = 0; result == SQLITE_OK && at < size; at += static_cast<sqlite3_int64>(kPiece)) {
      const int bytes = static_cast<int>(std::min<sqlite3_int64>(size - at, kPiece));
      result = file_->pMethods->xRead(file_, piece.data(), bytes, at);
      if (result == SQLITE_OK) result = file_->pMethods->xWrite(file_, piece.data(), bytes, at);
    }
    return result == SQLITE_OK && size > 0 ? file_->pMethods->xSync(file_, SQLITE_SYNC_FULL) : result;
  }

  int opened = SQLITE_ERROR;

 private:
  std::unique_ptr<char[]> memory_;
  sqlite3_file* file_ = nullptr;
};

}  // namespace

// Whoever opens a log after a kill takes every commit for done that he finds whole in it, synced or not. And
// of a sync that failed Linux keeps the pages in memory, as clean ones: they are shown until they are read
// anew, and the next sync says that all is well. So what is found is written into the same places once more,
// and that is synced. (A checkpoint instead would leave a disk whose log has older pages than its database.)
Status Database::settle() {
  sqlite3* db = connection_->db;
  const char* name = sqlite3_filename_wal(sqlite3_db_filename(db, "main"));
  sqlite3_vfs* vfs = nullptr;
  if (const int found = sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs); found != SQLITE_OK)
    return error(found);
  std::string below = vfs->zName;
  if (below.rfind(kCipherVfs, 0) == 0) below.erase(0, kCipherVfs.size());
  vfs = sqlite3_vfs_find(below.c_str());
  int exists = 0;
  if (vfs == nullptr || vfs->xAccess(vfs, name, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK)
    return Error{Code::disk_failed, "the log cannot be looked for"};
  if (exists == 0) return {};
  const LogFile log(vfs, name);
  if (log.opened != SQLITE_OK) return error(log.opened);
  if (const int written = log.write_again(); written != SQLITE_OK) return error(written);
  return {};
}

}  // namespace gandan::storage
