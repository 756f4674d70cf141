// The bounded reader over every kind of value: whatever it accepts is the one canonical form of what it read.
#include "base/codec.hpp"

#include <cstdlib>

using namespace gandan;

namespace {

enum class Choice : std::uint8_t { a, b };

struct Part {
  static constexpr std::size_t wire_min = 33;
  Hash hash;
  std::uint64_t number = 0;
  template <class A>
  void serialize(A& a) {
    a(hash, number);
  }
};

struct Everything {
  bool flag = false;
  std::uint32_t small = 0;
  std::int64_t large = 0;
  Choice choice = Choice::a;
  std::string text;
  Bytes bytes;
  std::vector<Part> parts;
  std::map<RecordId, std::optional<std::string>> map;
  std::vector<std::vector<std::uint16_t>> nested;
  template <class A>
  void serialize(A& a) {
    a(flag, small, large, choice, text, bytes, parts, map, nested);
  }
};

template <class T>
void check(ByteView in) {
  const auto value = decode<T>(in);
  if (value.ok() && !equal(encode(*value), in)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  check<Everything>(in);
  check<std::vector<Part>>(in);
  check<std::map<std::int32_t, Bytes>>(in);
  check<std::optional<std::vector<std::string>>>(in);
  return 0;
}
