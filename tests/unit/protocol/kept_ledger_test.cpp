// A kept ledger as a file: golden bytes, pieces of any size, and what is refused.
#include "protocol/kept_ledger.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/seams.hpp"

namespace kept_ledger_test {

using namespace gandan;
using namespace gandan::protocol;
using gandan::test::Golden;
using gandan::test::with_byte;

namespace {

struct Written {
  Written()
      : writer([this](ByteView piece) {
          append(bytes, piece);
          return Status();
        }) {}
  // Entries of these types from that index on, without their bodies.
  void group(std::uint64_t first, const std::vector<ledger::EntryType>& types) {
    Bytes out;
    for (const auto type : types)
      append(out, ledger::entry_bytes({type, Hash::from(Bytes(32, 9)), 1'795'000'000'000}));
    REQUIRE(writer.group(first, std::move(out)).ok());
  }
  Bytes bytes;
  KeptLedgerWriter writer;
};

const auto kSegment = ledger::EntryType::segment;
const auto kStatement = ledger::EntryType::statement;
const auto kMap = ledger::EntryType::feed_map;

Bytes example() {
  const FeedId feed = FeedId::from(Bytes(16, 1)), other = FeedId::from(Bytes(16, 2));
  Written out;
  REQUIRE(out.writer.begin("a note\n").ok());
  out.group(5, {kStatement, kSegment, kSegment, kMap});
  REQUIRE(out.writer.statement(Bytes(3, 0x51)).ok());
  REQUIRE(out.writer.segment(feed, 7, Bytes(4, 0x61)).ok());
  REQUIRE(out.writer.segment(feed, 8, Bytes(4, 0x62)).ok());
  out.group(9, {kSegment});
  REQUIRE(out.writer.segment(other, 0, Bytes(4, 0x63)).ok());
  REQUIRE(out.writer.finish().ok());
  return out.bytes;
}

struct Read {
  std::vector<KeptEntry> entries;
  std::string checkpoint;
  bool over = false;
};
Result<Read> read(ByteView bytes, std::size_t step = SIZE_MAX) {
  KeptLedgerReader reader;
  Read out;
  for (;;) {
    const auto piece = bytes.first(std::min(step, bytes.size()));
    bytes = bytes.subspan(piece.size());
    reader.push(piece);
    for (;;) {
      GANDAN_TRY(auto entry, reader.next());
      if (!entry) break;
      out.entries.push_back(std::move(*entry));
    }
    if (bytes.empty()) break;
  }
  out.checkpoint = reader.checkpoint();
  out.over = reader.over();
  return out;
}
Code refusal(ByteView bytes) {
  const auto got = read(bytes);
  REQUIRE(!got.ok());
  return got.error().code;
}

}  // namespace

TEST_CASE("golden bytes of a kept ledger, read in pieces of any size") {
  Golden golden("protocol");
  const Bytes kept = golden.same("kept_ledger", example());
  for (const std::size_t step : {std::size_t{1}, std::size_t{5}, std::size_t{64}, kept.size()}) {
    CAPTURE(step);
    const auto got = read(kept, step);
    REQUIRE(got.ok());
    CHECK(got->over);
    CHECK(got->checkpoint == "a note\n");
    REQUIRE(got->entries.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(got->entries[i].index == 5 + i);
    CHECK(got->entries[0].body == Bytes(3, 0x51));
    CHECK(got->entries[1].sequence == 7);
    CHECK(got->entries[2].sequence == 8);
    CHECK(got->entries[2].feed == got->entries[1].feed);
    CHECK(got->entries[3].entry.type == kMap);
    CHECK(got->entries[3].body.empty());
    CHECK(got->entries[4].feed == FeedId::from(Bytes(16, 2)));
    CHECK(got->entries[4].body == Bytes(4, 0x63));
  }
}

TEST_CASE("a kept ledger that was cut says so, wherever it was") {
  const Bytes whole = example();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto got = read(ByteView(whole).first(size));
    CHECK((!got.ok() || !got->over));
  }
  Bytes longer = whole;
  longer.push_back(6);
  CHECK(refusal(longer) == Code::malformed);
  CHECK(refusal(with_byte(whole, 0, 'G')) == Code::malformed);
  CHECK(refusal(with_byte(whole, 14, 2)) == Code::newer_format);
}

TEST_CASE("entries and bodies of a kept ledger belong together") {
  const FeedId feed = FeedId::from(Bytes(16, 1));
  Written out;
  REQUIRE(out.writer.begin("a note\n").ok());
  SECTION("no checkpoint in front") {
    Written other;
    other.group(0, {kMap});
    const Bytes head = to_bytes(ByteView(out.bytes).first(15));
    Bytes all = head;
    append(all, other.bytes);
    CHECK(refusal(all) == Code::malformed);
  }
  SECTION("a second checkpoint") {
    Written other;
    REQUIRE(other.writer.begin("a note\n").ok());
    append(out.bytes, ByteView(other.bytes).subspan(15));
    CHECK(refusal(out.bytes) == Code::malformed);
  }
  SECTION("a body too few") {
    out.group(0, {kStatement, kStatement});
    REQUIRE(out.writer.statement(Bytes(3, 1)).ok());
    REQUIRE(out.writer.finish().ok());
    CHECK(refusal(out.bytes) == Code::truncated);
  }
  SECTION("a body too many") {
    out.group(0, {kStatement});
    for (int i = 0; i < 2; ++i) REQUIRE(out.writer.statement(Bytes(3, 1)).ok());
    CHECK(refusal(out.bytes) == Code::malformed);
  }
  SECTION("a body of another kind") {
    out.group(0, {kStatement});
    REQUIRE(out.writer.segment(feed, 0, Bytes(3, 1)).ok());
    CHECK(refusal(out.bytes) == Code::malformed);
  }
  SECTION("a gap") {
    out.group(0, {kMap});
    out.group(2, {kMap});
    CHECK(refusal(out.bytes) == Code::malformed);
  }
  SECTION("the next group ahead of the bodies") {
    out.group(0, {kStatement});
    out.group(1, {kMap});
    CHECK(refusal(out.bytes) == Code::malformed);
  }
  SECTION("more entries in a group than there may be") {
    out.group(0, std::vector<ledger::EntryType>(kKeptGroup + 1, kMap));
    CHECK(refusal(out.bytes) == Code::malformed);
  }
  SECTION("an entry of a later program") {
    Bytes entry(ledger::kEntryBytes, 0);
    entry[0] = 1;
    entry[1] = 9;
    REQUIRE(out.writer.group(0, entry).ok());
    CHECK(refusal(out.bytes) == Code::newer_format);
  }
}

}  // namespace kept_ledger_test
