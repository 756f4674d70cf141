// text.alike, photo.same, evidence.none, rewrite.*.
#include "cases.hpp"

namespace content_test {

using namespace gandan;
using namespace gandan::test;

namespace {

const char* const kExplained =
    "Da giai thich thong bao thu hoi dat, phuong an boi thuong, chinh sach tai dinh cu va quyen cua ho theo "
    "quy dinh "
    "cua Luat Dat dai, tra loi cac cau hoi cua gia dinh ve don gia va thoi han ban giao mat bang";
const char* const kWishes[] = {
    "gia dinh mong duoc giu lai vuon hoi sau nha vi day la nguon thu chinh, xin duoc thu het vu nam nay",
    "ba cu lon tuoi khong muon roi nha cu, de nghi bo tri cho o gan con chau va gan tram y te xa",
    "ho hoi ro ranh gioi thua dat phia suoi, cho rang do thieu mot tram hai muoi met vuong, de nghi do lai",
    "con trai dang lam o Bac Giang, can cho ve ban bac roi moi tra loi, hen gap lai sau ram thang hai",
    "muon nhan dat o thay vi nhan tien, de nghi lo dat o mat duong de mo quan sua xe nhu hien nay"};

// As a record of a kind that tells apart what the household wishes.
void say(Fact& fact, const std::string& wishes, const std::string& explained) {
  fact.words = fold(wishes + " " + explained);
  fact.own_words = fold(wishes);
}

std::string folded(const std::string& text) { return fold(text); }

changelog::BlobRef photo(const char* name, int content, std::uint64_t size = 500'000) {
  return {name, "image/jpeg", size, Bytes(32, static_cast<std::uint8_t>(content)), {id_of<Hash>(content)}};
}

}  // namespace

TEST_CASE_METHOD(Cases, "one text in the records of three households is asked about, whoever wrote it") {
  for (int i = 0; i < 3; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i, 1 + i);
    fact.start_ms = *fact.start_ms + i * 24 * kHour;
    fact.words = folded(std::string(kExplained) + " " + kWishes[0] + (i == 2 ? " da ghi" : ""));
    add(fact);
  }
  REQUIRE(count("text.alike") == 1);
  CHECK(report.found[0].records.size() == 3);
  CHECK_FALSE(report.found[0].author);  // nobody's alone
  CHECK(says("của 3 người ghi"));
}

TEST_CASE_METHOD(Cases, "the same law explained to all is honest where each household's wishes are its own") {
  for (int i = 0; i < 5; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i);
    fact.start_ms = *fact.start_ms + i * 24 * kHour;
    fact.words = folded(std::string(kExplained) + " " + kWishes[i]);
    add(fact);
  }
  CHECK(count("text.alike") == 0);
}

TEST_CASE_METHOD(Cases, "what many people write alike, of households that had nothing to ask, is no copy") {
  const std::string law = std::string(kExplained) + " " + kExplained + " va cac quyen khac";
  for (int i = 0; i < 5; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i, 1 + i);
    fact.start_ms = *fact.start_ms + i * 24 * kHour;
    say(fact, "ho nhat tri, khong co y kien gi them", law);
    add(fact);
  }
  CHECK(count("text.alike") == 0);
  facts[4].author = facts[3].author;  // four people: not everybody's phrase
  CHECK(count("text.alike") == 1);
  for (auto& fact : facts) say(fact, kWishes[0], law);  // five households with one wish
  CHECK(count("text.alike") == 1);
  // A long explanation does not make copies of wishes that differ.
  for (std::size_t i = 0; i < 5; ++i) say(facts[i], kWishes[i], law + " " + law + " " + law + " het");
  CHECK(count("text.alike") == 0);
}

TEST_CASE_METHOD(Cases, "short answers, one household met again and one gathering are no copies") {
  for (int i = 0; i < 6; ++i) {  // too short to say anything
    auto fact = visit("2026-03-10T02:00:00Z", i);
    fact.start_ms = *fact.start_ms + i * 24 * kHour;
    fact.words = "ho dong y ban giao mat bang";
    add(fact);
    fact.words = folded(std::string(kExplained) + " " + kWishes[1]);
    fact.subject = "H7";  // one household, six times
    add(fact);
    fact.words = folded(std::string(kExplained) + " " + kWishes[2]);
    fact.subject = "H2" + std::to_string(i);  // many households at one meeting
    fact.start_ms = at("2026-03-12T02:00:00Z");
    fact.place = "nha van hoa";
    add(fact);
  }
  CHECK(count("text.alike") == 0);
}

TEST_CASE_METHOD(Cases, "many copies of one text are one finding, and other texts stand apart") {
  std::uint64_t random = 7;
  for (int i = 0; i < 400; ++i) {
    auto fact = visit("2026-03-10T02:00:00Z", i);
    fact.start_ms = *fact.start_ms + i * kMinute;
    if (i % 4 == 0)
      fact.words = folded(std::string(kExplained) + " " + kWishes[3]);
    else
      for (int word = 0; word < 60; ++word) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        fact.words += " tu" + std::to_string((random >> 33) % 900);
      }
    add(fact);
  }
  REQUIRE(count("text.alike") == 1);
  CHECK(report.found[0].records.size() == 100);
}

TEST_CASE_METHOD(Cases,
                 "one photo at two visits is asked about; a gathering's photo and its decision's are not") {
  auto first = visit("2026-03-10T02:00:00Z", 1);
  first.images = {photo("IMG_1.jpg", 1)};
  add(first);
  auto second = visit("2026-03-12T02:00:00Z", 2);
  second.images = {photo("anh.jpg", 1)};
  add(second);
  REQUIRE(count("photo.same") == 1);
  CHECK(report.found[0].records.size() == 2);

  facts[1].start_ms = facts[0].start_ms;  // one gathering
  facts[1].place = facts[0].place;
  CHECK(count("photo.same") == 0);
  facts[1].start_ms = *facts[0].start_ms + 10 * kMinute;  // somebody came later
  CHECK(count("photo.same") == 0);
  facts[1].start_ms = at("2026-03-12T02:00:00Z");
  facts[1].of = {facts[0].id};  // the second names the first
  CHECK(count("photo.same") == 0);
  facts[1].of.clear();
  facts[1].images = {photo("anh.jpg", 2)};  // as large, and another one
  CHECK(count("photo.same") == 0);
  CHECK(report.photos_unread == 2);  // here without their content
}

TEST_CASE_METHOD(Cases, "a visit with nothing to bear it out is asked about; one thing is enough") {
  auto bare = visit("2026-03-10T02:00:00Z", 1);
  bare.in_writing = false;
  add(bare);
  REQUIRE(count("evidence.none") == 1);
  for (int i = 0; i < 5; ++i) {
    facts = {bare};
    auto& fact = facts[0];
    if (i == 0) fact.met = false;        // a closed door
    if (i == 1) fact.in_writing = true;  // minutes on paper, from a phone without a camera
    if (i == 2) fact.any_file = true;
    if (i == 3) fact.any_signature = true;
    if (i == 4) fact.position = position(21.85, 106.76);
    CHECK(count("evidence.none") == 0);
  }
}

TEST_CASE_METHOD(Cases,
                 "facts that change after they were signed are shown by name; slips and words are not") {
  auto fact = visit("2026-03-10T02:00:00Z", 1);
  Rewrite rewrite;
  rewrite.paths = {"start", "outcome"};
  rewrite.changed_ms = fact.first_signed_ms + 5 * 24 * kHour;
  fact.rewrites = {rewrite};
  add(fact);
  REQUIRE(count("rewrite.final") == 1);
  CHECK(says("Bắt đầu, Kết quả"));
  CHECK(count("rewrite.asked") == 0);
  facts[0].rewrites[0].changed_ms = facts[0].first_signed_ms + 20 * kMinute;  // mended at once
  CHECK(count("rewrite.final") == 0);
}

TEST_CASE_METHOD(Cases,
                 "a correction that was asked for and accepted, or answered, is what questions are for") {
  auto fact = visit("2026-03-10T02:00:00Z", 1);
  Rewrite rewrite;
  rewrite.paths = {"household"};
  rewrite.changed_ms = fact.first_signed_ms + 5 * 24 * kHour;
  rewrite.at = stamp(rewrite.changed_ms, 1);
  rewrite.questions = {{stamp(fact.first_signed_ms + 4 * 24 * kHour, 9), true}};
  fact.rewrites = {rewrite};
  add(fact);
  CHECK(count("rewrite.final") == 0);
  REQUIRE(count("rewrite.asked") == 1);
  facts[0].rewrites[0].settled = true;
  CHECK(count("rewrite.asked") == 0);
}

TEST_CASE_METHOD(Cases, "who changed it before the question can have come was not asked") {
  for (std::uint64_t i = 0; i < 400; ++i)
    ledger.received(i, at("2026-03-01T02:00:00Z") + static_cast<std::int64_t>(i) * kHour);
  ledger.settle();
  auto fact = visit("2026-03-02T02:00:00Z", 1);
  const auto asked = stamp(at("2026-03-05T02:00:00Z"), 9);
  Rewrite rewrite;
  rewrite.paths = {"household"};
  rewrite.changed_ms = at("2026-03-07T02:00:00Z");
  rewrite.at = stamp(rewrite.changed_ms, 2);
  rewrite.questions = {{asked, std::nullopt}};
  fact.rewrites = {rewrite};
  add(fact);
  auto& change = facts[0].rewrites[0];
  const auto asks = [&](std::uint64_t names, bool waited = false) {
    log(9, {{at("2026-03-05T02:00:00Z"), at("2026-03-05T12:00:00Z"), 10, false, 106}});
    log(2, {{0, 0, 0, false, 5}, {change.changed_ms, change.changed_ms + 9 * kHour, names, waited, 200}});
    // No more than one speaks.
    const bool unasked = count("rewrite.final") == 1;
    if (unasked) {
      CHECK(says("Không thấy câu hỏi nào đã tới máy"));
      CHECK(count("rewrite.asked") == 0);
      return "not asked";
    }
    return count("rewrite.asked") == 1 ? "asked" : "nothing";
  };
  SECTION("by the ledger that its segment names, where the change was not signed") {
    CHECK(std::string(asks(107)) == "asked");
    CHECK(std::string(asks(106)) == "not asked");      // the question stands behind it
    CHECK(std::string(asks(0)) == "nothing");          // it knew no ledger: a file may have brought it
    CHECK(std::string(asks(107, true)) == "nothing");  // it waited for a key, and may be older
    CHECK(std::string(asks(106, true)) == "not asked");
    change.questions.push_back({stamp(at("2026-03-08T02:00:00Z"), 9), std::nullopt});
    CHECK(std::string(asks(107)) == "asked");  // a later question takes the first one's place for nobody
    CHECK(says(("Bị hỏi lúc " + said_time(at("2026-03-05T02:00:00Z")).vi).c_str()));
  }
  SECTION("by what was seen when it was signed, which says more") {
    change.questions[0].seen = false;
    CHECK(std::string(asks(107)) == "not asked");
    change.questions[0].seen = true;
    CHECK(std::string(asks(0)) == "asked");  // the question came by hand, or the change waited
    change.questions[0].at = stamp(change.changed_ms + kHour, 9);  // between the change and its signing
    CHECK(std::string(asks(0)) == "not asked");
  }
  SECTION("the slip that is mended while a question is on its way accuses nobody") {
    change.changed_ms = facts[0].first_signed_ms + 40 * kMinute;
    change.at = stamp(change.changed_ms, 2);
    change.questions = {{stamp(facts[0].first_signed_ms + 10 * kMinute, 9), false}};
    CHECK(std::string(asks(0)) == "nothing");
    change.questions[0].seen = true;
    CHECK(std::string(asks(0)) == "asked");
  }
  SECTION("whoever asked and changed it on one device knew") {
    change.at.feed = asked.feed;
    CHECK(std::string(asks(0)) == "asked");
  }
}

TEST_CASE_METHOD(Cases, "who goes on with a draft cannot know that somebody else signed it meanwhile") {
  for (std::uint64_t i = 0; i < 100; ++i)
    ledger.received(i, at("2026-03-01T02:00:00Z") + static_cast<std::int64_t>(i) * kHour);
  ledger.settle();
  auto fact = visit("2026-03-02T02:00:00Z", 1);
  fact.first_signed = stamp(at("2026-03-02T05:00:00Z"), 1);
  fact.first_signed_ms = at("2026-03-02T05:00:00Z");
  Rewrite rewrite;
  rewrite.paths = {"end"};
  rewrite.changed_ms = at("2026-03-08T02:00:00Z");
  rewrite.at = stamp(rewrite.changed_ms, 2);
  fact.rewrites = {rewrite};
  add(fact);
  const auto seen = [&](int changer, std::uint64_t checkpoint) {
    log(1, {{at("2026-03-02T05:00:00Z"), at("2026-03-02T12:00:00Z"), 0}});
    log(2, {{at("2026-03-08T02:00:00Z"), at("2026-03-09T12:00:00Z"), checkpoint}});
    auto feed = ledger.feeds().at(id_of<FeedId>(2));
    feed.device = id_of<DeviceId>(changer);
    ledger.add(feed);
  };
  seen(2, 20);  // the ledger's last entry that it knew is of the 1st
  CHECK(count("rewrite.final") == 0);
  seen(2, 0);  // or it knew none
  CHECK(count("rewrite.final") == 0);
  seen(2, 60);  // of the 3rd
  CHECK(count("rewrite.final") == 1);
  seen(1, 20);  // the signer's own device
  CHECK(count("rewrite.final") == 1);
  seen(2, 20);
  facts[0].rewrites[0].reasoned = true;  // it says why it changes what was signed
  CHECK(count("rewrite.final") == 1);
}

}  // namespace content_test
