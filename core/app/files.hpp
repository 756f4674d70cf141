// Files that a request names: read whole within a bound, written whole or not at all.
//
// Threading: pure functions of the file system.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::app {

// Code::file_unreadable; Code::too_large beyond `limit` bytes.
Result<Bytes> read_file(const std::string& path, std::size_t limit);

// A file to be attached: Code::attachment_too_large.
Result<Bytes> read_attachment_file(const std::string& path);

// What a text file holds, as UTF-8 (base/legacy_text.hpp). Code::unknown_encoding.
Result<std::string> read_text(std::string_view bytes);

// Through a temporary file beside it, synced and renamed. Code::file_exists unless `replace`;
// Code::file_unwritable, Code::disk_full.
Status write_file(const std::string& path, ByteView content, bool replace);

// A file that is too large to be in memory: written in pieces, and there under its name once all of it is.
// What is given up leaves nothing.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)) {}
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  Status begin(bool replace);  // as write_file
  Status write(ByteView piece);
  Status place();  // synced, under its name

 private:
  Error given_up(const Error& error);

  std::string path_, draft_;
  int fd_ = -1;
  bool replace_ = false;
};

// That folder, and those above it, unless they are there. Code::file_unwritable, Code::disk_full.
Status make_folder(const std::string& path);

// Proves that a file can be written before anything is done that depends on it; removed unless filled.
class ReservedFile {
 public:
  explicit ReservedFile(std::string path) : path_(std::move(path)) {}
  ~ReservedFile();
  ReservedFile(const ReservedFile&) = delete;
  ReservedFile& operator=(const ReservedFile&) = delete;
  Status reserve();  // as write_file
  Status fill(ByteView content);

 private:
  std::string path_;
  bool reserved_ = false;
};

std::string file_name(const std::string& path);    // without folders
std::string media_type_of(std::string_view name);  // by its ending; application/octet-stream when unknown

}  // namespace gandan::app
