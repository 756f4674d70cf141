#include "base/codec.hpp"

#include "support/catch.hpp"

using namespace gandan;

namespace {
struct Sample {
  std::uint32_t a = 0;
  std::int64_t b = 0;
  std::vector<std::string> texts;
  std::map<RecordId, bool> flags;
  std::optional<Bytes> rest;
  template <class A>
  void serialize(A& archive) {
    archive(a, b, texts, flags, rest);
  }
};
}  // namespace

TEST_CASE("a value has one encoding, and comes back from it") {
  const Sample sample{300, -5, {"a", "bb"}, {{RecordId{}, true}}, Bytes{1, 2}};
  const Bytes bytes = encode(sample);
  CHECK(to_hex(bytes) ==
        "ac02"
        "09"
        "02"
        "0161"
        "026262"
        "01"
        "00000000000000000000000000000000"
        "01"
        "01"
        "020102");
  auto back = decode<Sample>(bytes);
  REQUIRE(back.ok());
  CHECK(encode(*back) == bytes);
}

TEST_CASE("every cut of an encoding is refused") {
  const Bytes bytes = encode(Sample{300, -5, {"a", "bb"}, {{RecordId{}, true}}, Bytes{1, 2}});
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode<Sample>(ByteView(bytes).first(size)).ok());
}

TEST_CASE("longer varints and unsorted maps are not canonical") {
  CHECK(decode<std::uint32_t>(*from_hex("8000")).error().code == Code::not_canonical);
  using Map = std::map<std::uint32_t, bool>;
  CHECK(decode<Map>(*from_hex("0201000100")).error().code == Code::not_canonical);
  CHECK(decode<Map>(*from_hex("0201000201")).ok());
}

TEST_CASE("a count larger than the input allocates nothing") {
  CHECK(decode<std::vector<Hash>>(*from_hex("ffffffff0f")).error().code == Code::truncated);
  CHECK(decode<Bytes>(*from_hex("ffffffffffffffffff01")).error().code == Code::truncated);
}
