// What people read and type of an id finds it again.
#include "base/ids.hpp"

#include <cctype>

#include "support/catch.hpp"

using namespace gandan;

namespace {
std::string counted(std::uint8_t feed, std::uint64_t counter) {
  RecordId id;
  for (std::size_t i = 0; i < 10; ++i) id.bytes[i] = static_cast<std::uint8_t>(feed + 37 * i);
  for (std::size_t i = 0; i < 6; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(counter >> (8 * i));
  return to_text(id);
}
bool ends_so(const std::string& id, const std::string& ending) {
  return id.size() >= ending.size() && id.compare(id.size() - ending.size(), ending.size(), ending) == 0;
}
}  // namespace

TEST_CASE("the short form of an id that counts tells feeds apart, and is found again as it was typed") {
  for (const std::uint64_t counter : {0ull, 1ull, 9ull, 32ull, 1000ull, 1048575ull, 1ull << 24}) {
    const std::string one = counted(1, counter), other = counted(77, counter);
    CAPTURE(one);
    CHECK(ends_so(one, id_ending(short_id(one))));
    CHECK_FALSE(ends_so(other, id_ending(short_id(one))));
  }
  const std::string first = counted(1, 1);
  CHECK(short_id(first) == first.substr(13, 4) + "-1");
  std::string shouted = short_id(first);
  for (auto& c : shouted) c = static_cast<char>(std::toupper(c));
  CHECK(id_ending(shouted) == id_ending(short_id(first)));
}

TEST_CASE("other ids are called by their end, and whatever else is typed stays as it is") {
  CHECK(short_id("2b36t9wsha5gwreb3h6jbbr2pq") == "bbr2pq");
  CHECK(short_id("abc") == "abc");
  CHECK(id_ending("may-") == "may-");
  CHECK(id_ending("-") == "-");
  CHECK(id_ending("a-0123456789") == "a-0123456789");
  CHECK(id_ending("") == "");
}
