// The 42 bytes of an entry.
#include "ledger/entry.hpp"

#include "support.hpp"

using namespace gandan;
using namespace gandan::ledger;

TEST_CASE("the bytes of an entry") {
  Entry entry{EntryType::statement, {}, 0x0123456789abcdef};
  for (std::size_t i = 0; i < Hash::size; ++i) entry.hash.bytes[i] = static_cast<std::uint8_t>(i + 1);
  const EntryBytes bytes = entry_bytes(entry);
  CHECK(to_hex(bytes) ==
        "0102"
        "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
        "0123456789abcdef");
  CHECK(entry_leaf(entry) == leaf_hash(bytes));
  const auto parsed = parse_entry(bytes);
  REQUIRE(parsed.ok());
  CHECK(parsed->type == entry.type);
  CHECK(parsed->hash == entry.hash);
  CHECK(parsed->receipt_ms == entry.receipt_ms);
}

TEST_CASE("entries that are not ours are told apart from damaged ones") {
  const EntryBytes good = entry_bytes({EntryType::segment, Hash{}, 7});
  const auto refusal = [&](std::size_t at, std::uint8_t value) {
    EntryBytes bytes = good;
    bytes[at] = value;
    return parse_entry(bytes).error().code;
  };
  CHECK(refusal(0, 0) == Code::malformed);
  CHECK(refusal(0, 2) == Code::newer_format);
  CHECK(refusal(1, 0) == Code::malformed);
  CHECK(refusal(1, 4) == Code::newer_format);
  CHECK(refusal(34, 0x80) == Code::malformed);  // a receipt beyond int64
  CHECK(parse_entry({}).error().code == Code::malformed);
  CHECK(parse_entry(ByteView(good).first(41)).error().code == Code::malformed);
  Bytes longer = to_bytes(good);
  longer.push_back(0);
  CHECK(parse_entry(longer).error().code == Code::malformed);
}
