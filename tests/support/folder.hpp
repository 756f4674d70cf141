// A fresh folder for one test, removed at its end.
#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/bytes.hpp"

namespace gandan::test {

class Folder {
 public:
  Folder() {
    static std::atomic<unsigned> next{0};
    static const std::string program =
        std::to_string(static_cast<std::uint64_t>(  // libc++ counts in 128 bits
            std::filesystem::file_time_type::clock::now().time_since_epoch().count()));
    path_ =
        std::filesystem::temp_directory_path() / ("gandan-test-" + program + "-" + std::to_string(next++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  void clear() const {
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      std::filesystem::remove_all(entry.path());
  }

 private:
  std::filesystem::path path_;
};

inline Bytes file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

}  // namespace gandan::test
