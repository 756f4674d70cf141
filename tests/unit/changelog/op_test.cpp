#include "changelog/op.hpp"

#include "changelog/blob.hpp"
#include "fixture.hpp"

namespace gandan::changelog::test {

TEST_CASE("ids say which feed made them and count up") {
  const auto feed = id_of<FeedId>(1);
  const auto id = make_record_id(feed, 0x010203040506);
  CHECK(equal(id.view().first(10), feed.view().first(10)));
  CHECK(to_hex(id.view().subspan(10)) == "010203040506");
  CHECK(make_record_id(feed, 1) < make_record_id(feed, 256));
}

TEST_CASE("paths follow the grammar") {
  const auto item = to_text(make_item_id(id_of<FeedId>(1), 5));
  for (const std::string& good : {std::string("title"), std::string("place.village"), "agenda[" + item + "]",
                                  "agenda[" + item + "].text", "a[" + item + "].b[" + item + "].c",
                                  "a.b[" + item + "]@deleted", std::string("@kind"), std::string("_x9")}) {
    CAPTURE(good);
    CHECK(check_path(good).ok());
  }
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("a."), std::string("a..b"), std::string("1a"),
        std::string("a b"), std::string("ngày"), std::string("a@deleted"), std::string("@"),
        std::string("@kind.x"), std::string("[x]"), std::string("a[]"), "a[" + item,
        "a[" + item + "][" + item + "]", "a[" + item + "]b", "a[" + item + "]@deleted.x",
        "a[O" + item.substr(1) + "]", std::string("a\0b", 3)}) {
    CAPTURE(bad);
    CHECK_FALSE(check_path(bad).ok());
  }
  CHECK_FALSE(check_path(std::string(kMaxPathBytes + 1, 'a')).ok());
}

TEST_CASE("values outside their bounds are refused") {
  CHECK(check_value(std::string(kMaxValueBytes - 8, 'x')).ok());
  CHECK(check_value(std::string(kMaxValueBytes + 1, 'x')).error().code == Code::too_large);
  CHECK_FALSE(check_value(std::string("\xc3\x28")).ok());
  CHECK_FALSE(check_value(std::string("\xed\xa0\x80")).ok());
  CHECK(check_value(std::string("ý kiến của dân")).ok());
  CHECK(check_value(Choices{{"a", "b"}}).ok());
  CHECK_FALSE(check_value(Choices{{"b", "a"}}).ok());
  CHECK_FALSE(check_value(Choices{{"a", "a"}}).ok());
  CHECK_FALSE(check_value(Position{900'000'001, 0, 0}).ok());
  BlobRef blob{"ảnh.jpg", "image/jpeg", kBlobChunkBytes + 1, Bytes(32), {Hash{}, Hash{}}};
  CHECK(check_value(blob).ok());
  blob.chunks.pop_back();
  CHECK_FALSE(check_value(blob).ok());
  blob = {"ảnh.jpg", "image/jpeg", 5, Bytes(31), {Hash{}}};
  CHECK_FALSE(check_value(blob).ok());
}

TEST_CASE("an op's place in its save and what it replaces are checked") {
  auto op = workload(1, 1)[0];
  REQUIRE(check_op(op).ok());
  auto bad = op;
  bad.save = op.stamp.hlc + 1;
  CHECK_FALSE(check_op(bad).ok());
  bad = op;
  bad.save = op.stamp.hlc - 1;
  CHECK_FALSE(check_op(bad).ok());
  bad = op;
  bad.replaces.push_back(op.replaces[0]);
  CHECK_FALSE(check_op(bad).ok());
  bad = op;
  bad.replaces = {op.stamp};
  CHECK_FALSE(check_op(bad).ok());
}

TEST_CASE("the clock never goes back, never repeats, and follows no suspect stamp") {
  HlcClock clock;
  const std::int64_t now = 1'795'000'000'000;
  const Hlc first = clock.reserve(now, 3);
  CHECK(hlc_ms(first) == now);
  CHECK(clock.reserve(now, 1) == first + 3);
  CHECK(clock.reserve(now - 5000, 1) == first + 4);  // the wall clock was set back
  CHECK(hlc_ms(clock.reserve(now + 1, 1)) == now + 1);
  const Hlc ahead = static_cast<Hlc>(now + 60'000) << 16;
  clock.observe(ahead, now);
  CHECK(clock.reserve(now, 1) == ahead + 1);
  const Hlc before = clock.last();
  clock.observe(static_cast<Hlc>(now + kMaxClockLeadMs + 1) << 16, now);
  CHECK(clock.last() == before);
  CHECK(HlcClock(ahead).reserve(now, 1) == ahead + 1);
}

}  // namespace gandan::changelog::test
