// Golden bytes: what was written once is read for ever, and written the same way. tests/data/NAME/golden.txt
// has "name hex" per line. A format that must change gets a new version and lines of its own;
// GANDAN_WRITE_GOLDEN=1 adds the lines that are missing.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "support/catch.hpp"

namespace gandan::test {

class Golden {
 public:
  explicit Golden(const std::string& folder)
      : path_(GANDAN_SOURCE_DIR "/tests/data/" + folder + "/golden.txt") {
    std::ifstream in(path_);
    for (std::string name, hex; in >> name >> hex;) lines_[name] = hex;
  }
  // The line's bytes. `now` is what the code makes today; whether it must be the same is the caller's word.
  Bytes operator()(const std::string& name, ByteView now) {
    auto found = lines_.find(name);
    if (found == lines_.end() && std::getenv("GANDAN_WRITE_GOLDEN")) {
      std::ofstream(path_, std::ios::app) << name << ' ' << to_hex(now) << '\n';
      found = lines_.emplace(name, to_hex(now)).first;
    }
    INFO("golden line " << name << " of " << path_);
    REQUIRE(found != lines_.end());
    return *from_hex(found->second);
  }
  // The line's bytes, which must be what the code makes today.
  Bytes same(const std::string& name, ByteView now) {
    const Bytes kept = (*this)(name, now);
    INFO("golden line " << name << ": " << to_hex(now));
    CHECK(equal(kept, now));
    return kept;
  }

 private:
  std::string path_;
  std::map<std::string, std::string> lines_;
};

// Whatever is shorter by any number of bytes, or longer, is refused. `decode` takes a ByteView and gives
// something with ok().
template <class Decode>
void refuses_other_lengths(const Bytes& bytes, Decode decode) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_FALSE(decode(ByteView(cut)).ok());
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(decode(ByteView(longer)).ok());
}

// The same bytes with another one at `at`.
inline Bytes with_byte(Bytes bytes, std::size_t at, std::uint8_t value) {
  bytes.at(at) = value;
  return bytes;
}

}  // namespace gandan::test
