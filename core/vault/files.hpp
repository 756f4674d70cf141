// The few whole files beside the database: small, replaced atomically, readable by their owner only.
//
// Threading: functions; any thread.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::vault {

bool exists(const std::string& path);
Status make_folder(const std::string& path);        // with its parents; mode 0700 when it is new
Status make_private_file(const std::string& path);  // empty, mode 0600; Code::disk_failed when there is one
Status remove_file(const std::string& path);        // fine when there is none
// The same, zeros written over its bytes before: what a medium keeps of the old ones besides is its own
// matter.
Status erase_file(const std::string& path);
// Onto a path where nothing is; syncs the folder. Code::disk_failed.
Status move_file(const std::string& from, const std::string& to);
// Held by one process at a time, until the lock goes. Code::vault_locked when another has it.
struct FolderLock;
struct ReleaseLock {
  void operator()(FolderLock* lock) const;
};
Result<std::unique_ptr<FolderLock, ReleaseLock>> lock_folder(const std::string& path);
// Code::not_found, Code::too_large above `limit` bytes, Code::disk_failed.
Result<Bytes> read_file(const std::string& path, std::size_t limit);
// Writes beside, syncs, renames, syncs the folder: the old or the new content, never a mixture. Mode 0600.
// Code::disk_full, Code::disk_failed.
Status write_file_atomically(const std::string& path, ByteView content);

}  // namespace gandan::vault
