// FileExchange: a private folder through which a browser's files and the core's meet: what the browser sends
// lies there for methods that take paths, and what the core writes there can be fetched. It lies in memory
// where the system has such a place for its user ($XDG_RUNTIME_DIR), is its owner's alone (0700), and goes
// with the program; what a killed one left behind goes at the next start.
//
// Threading: one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace gandan::cli {

class FileExchange {
 public:
  static constexpr std::uint64_t kMaxFile = 512u << 20;    // bytes
  static constexpr std::uint64_t kMaxTotal = 1024u << 20;  // bytes

  // Code::file_unwritable.
  static Result<std::unique_ptr<FileExchange>> make();
  ~FileExchange();
  FileExchange(const FileExchange&) = delete;
  FileExchange& operator=(const FileExchange&) = delete;

  // A path where nothing is, in a folder of its own, that ends in the name; a name that no file may have
  // becomes "file". Code::file_unwritable.
  Result<std::filesystem::path> place(std::string_view name);
  // How many bytes may still come.
  std::uint64_t room() const;
  // A regular file below the folder, by the path that place() gave or by one beside it. Code::not_found.
  Result<std::filesystem::path> find(const std::string& path) const;
  Status remove(const std::string& path);
  const std::filesystem::path& folder() const { return folder_; }

 private:
  FileExchange(std::filesystem::path folder, int lock) : folder_(std::move(folder)), lock_(lock) {}

  std::filesystem::path folder_;
  int lock_;  // a descriptor: held as long as the program lives
  std::uint64_t places_ = 0;
};

}  // namespace gandan::cli
