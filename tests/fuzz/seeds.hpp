// Seeds that only a target itself can make, because they are signed with its keys: with
// GANDAN_WRITE_CORPUS=FOLDER in the environment it writes them there when it starts.
//
// Threading: plain function.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/bytes.hpp"

namespace gandan::fuzz {

inline void seed(const std::string& name, ByteView bytes) {
  const char* folder = std::getenv("GANDAN_WRITE_CORPUS");
  if (folder == nullptr) return;
  std::ofstream out(std::string(folder) + "/" + name, std::ios::binary);
  out << as_text(bytes);
}

}  // namespace gandan::fuzz
