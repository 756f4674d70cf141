#include "base/text.hpp"
#include "base/written.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/json.hpp"
#include "support/catch.hpp"

#ifdef GANDAN_HAS_ICU
#include <unicode/ucol.h>
#include <unicode/ustring.h>
#endif
#if __has_include(<rapidcheck.h>)
#include <rapidcheck.h>
#endif

using namespace gandan;

namespace {
// Words of every kind the collation must order: letters of their own, tones, case, Tày and Nùng names,
// foreign words.
const std::vector<std::string> kWords = {"a",
                                         "à",
                                         "ả",
                                         "ã",
                                         "á",
                                         "ạ",
                                         "ă",
                                         "ằ",
                                         "ẳ",
                                         "ẵ",
                                         "ắ",
                                         "ặ",
                                         "â",
                                         "ầ",
                                         "ẩ",
                                         "ẫ",
                                         "ấ",
                                         "ậ",
                                         "b",
                                         "c",
                                         "ch",
                                         "d",
                                         "đ",
                                         "e",
                                         "è",
                                         "ê",
                                         "ề",
                                         "ế",
                                         "g",
                                         "gi",
                                         "h",
                                         "i",
                                         "ì",
                                         "k",
                                         "kh",
                                         "l",
                                         "m",
                                         "n",
                                         "ng",
                                         "nh",
                                         "o",
                                         "ò",
                                         "ô",
                                         "ố",
                                         "ơ",
                                         "ớ",
                                         "p",
                                         "q",
                                         "r",
                                         "s",
                                         "t",
                                         "th",
                                         "u",
                                         "ù",
                                         "ư",
                                         "ứ",
                                         "v",
                                         "x",
                                         "y",
                                         "ý",
                                         "A",
                                         "Á",
                                         "Ă",
                                         "Đ",
                                         "Ê",
                                         "Ơ",
                                         "Ư",
                                         "hoa",
                                         "hòa",
                                         "hoà",
                                         "hóa",
                                         "Hoa",
                                         "HOA",
                                         "hoa hồng",
                                         "hoài",
                                         "Lạng Sơn",
                                         "Làng Sơn",
                                         "lang son",
                                         "Khòn Nưa",
                                         "Nà Pàn",
                                         "Bản Slíp",
                                         "Pò Mã",
                                         "Slao",
                                         "Nông Thị Slai",
                                         "Hoàng Văn Phjà",
                                         "Lương Thị Nhjt",
                                         "Cao Lộc",
                                         "Chiến Thắng",
                                         "Chi Lăng",
                                         "thôn 2",
                                         "thôn 10",
                                         "Đồng Đăng",
                                         "Dong Dang",
                                         "đường",
                                         "dương",
                                         "duong",
                                         "z",
                                         "f",
                                         "w",
                                         "Zalo"};
}  // namespace

TEST_CASE("NFD from a phone becomes NFC") {
  CHECK(*nfc("Đu\xcc\x9bo\xcc\x9b\xcc\x80ng") == "Đường");
  CHECK(*nfc("To\xcc\x82\xcc\x81") == "Tố");
  CHECK(*nfc("Tô\xcc\x81") == "Tố");
  CHECK(*nfc("plain") == "plain");
  CHECK(nfc("").ok());
}

TEST_CASE("what is not UTF-8 is refused") {
  for (const std::string bad :
       {"\xff", "a\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe1\xbb"}) {
    CHECK_FALSE(valid_utf8(bad));
    CHECK_FALSE(nfc("Đ" + bad).ok());
  }
  CHECK(valid_utf8("Lạng Sơn 🇻🇳"));
  CHECK(code_points("Tố") == 2);
  CHECK(cut_text("Tố", 10) == "Tố");
  CHECK(cut_text("Tố", 4) == "Tố");
  for (std::size_t bytes = 1; bytes < 4; ++bytes) CHECK(cut_text("Tố", bytes) == "T");
  CHECK(cut_text("ố", 2).empty());
}

TEST_CASE("search folding finds a word however it was typed") {
  for (const char* word :
       {"Đường", "đường", "duong", "DUONG", "dương", "Đu\xcc\x9bo\xcc\x9b\xcc\x80ng", "ĐƯỜNG"}) {
    CHECK(fold(word) == "duong");
  }
  CHECK(fold("  Hòa   giải\n ở cơ sở ") == "hoa giai o co so");
  CHECK(fold("Nông Thị Slai, bản Phjà") == "nong thi slai, ban phja");
  CHECK(fold("sổ 12/CV-TU") == "so 12/cv-tu");
  CHECK(fold("a\xff"
             "b") == "ab");
}

TEST_CASE("tone placement is one for duplicates, whoever wrote it") {
  CHECK(normalise_tones("hòa") == normalise_tones("hoà"));
  CHECK(normalise_tones("hòa") == "hoà");
  CHECK(normalise_tones("khỏe THÚY Hóa") == "khoẻ THUÝ Hoá");
  CHECK(normalise_tones("qúy") == "quý");
  CHECK(normalise_tones("gìa") == normalise_tones("già"));
  for (const char* same : {"hoàn", "toán", "mùa", "của", "Đường", "gì", "quyền", "khuỷu", "ngoài", "nghĩa",
                           "thuế", "Slíp", "Phjà", "áo", "ý kiến", "Krông Búk"}) {
    CHECK(normalise_tones(same) == same);
  }
}

TEST_CASE("Vietnamese order: letters, then tones, then case") {
  const auto before = [](const char* a, const char* b) { return collation_key(a) < collation_key(b); };
  CHECK(before("az", "ăa"));
  CHECK(before("ăz", "âa"));
  CHECK(before("dz", "đa"));
  CHECK(before("ez", "êa"));
  CHECK(before("oz", "ôa"));
  CHECK(before("ôz", "ơa"));
  CHECK(before("uz", "ưa"));
  CHECK(before("ma", "mà"));
  CHECK(before("mà", "mả"));
  CHECK(before("mả", "mã"));
  CHECK(before("mã", "má"));
  CHECK(before("má", "mạ"));
  CHECK(before("mạ", "man"));
  CHECK(before("hoa", "Hoa"));
  CHECK(before("hoa hồng", "hoài"));
  CHECK(collation_key("Tô\xcc\x81") == collation_key("Tố"));
}

TEST_CASE("people stand by their given name") {
  std::vector<std::string> names = {"Nguyễn Văn Ước", "Lý Thị Ánh", "Hoàng Văn An", "Nông Văn Đức",
                                    "Hoàng Thị Dung", "Ân",         "Bế Văn An"};
  std::sort(names.begin(), names.end(),
            [](const auto& a, const auto& b) { return name_key(a) < name_key(b); });
  CHECK(names == std::vector<std::string>{"Bế Văn An", "Hoàng Văn An", "Lý Thị Ánh", "Ân", "Hoàng Thị Dung",
                                          "Nông Văn Đức", "Nguyễn Văn Ước"});
}

TEST_CASE("numbers in lists of places and codes count by their value") {
  std::vector<std::string> names = {"Thôn 10", "Thôn 2", "Thôn 02b",   "thôn 1",
                                    "H017",    "H9",     "Khối phố 1", "Bản Áng"};
  std::sort(names.begin(), names.end(),
            [](const auto& a, const auto& b) { return list_key(a) < list_key(b); });
  CHECK(names == std::vector<std::string>{"Bản Áng", "H9", "H017", "Khối phố 1", "thôn 1", "Thôn 2",
                                          "Thôn 02b", "Thôn 10"});
  CHECK(list_key(std::string(5000, '7')) < list_key(std::string(5000, '8')));
  CHECK(list_key("0") < list_key("1"));
}

#ifdef GANDAN_HAS_ICU
namespace {

struct Icu {
  explicit Icu(bool numbers) {
    UErrorCode status = U_ZERO_ERROR;
    collator = ucol_open("vi", &status);
    REQUIRE(U_SUCCESS(status));
    ucol_setStrength(collator, UCOL_TERTIARY);
    ucol_setAttribute(collator, UCOL_NUMERIC_COLLATION, numbers ? UCOL_ON : UCOL_OFF, &status);
    REQUIRE(U_SUCCESS(status));
  }
  ~Icu() { ucol_close(collator); }
  int compare(const std::string& a, const std::string& b) const {
    UErrorCode status = U_ZERO_ERROR;
    return static_cast<int>(ucol_strcollUTF8(collator, a.data(), static_cast<int>(a.size()), b.data(),
                                             static_cast<int>(b.size()), &status));
  }
  UCollator* collator;
};
int sign(int n) { return n < 0 ? -1 : n > 0 ? 1 : 0; }

}  // namespace

TEST_CASE("our order is ICU's for Vietnamese") {
  const Icu icu(false);
  const Icu by_value(true);
  for (const auto& a : kWords) {
    for (const auto& b : kWords) {
      INFO(a << " | " << b);
      CHECK(sign(collation_key(a).compare(collation_key(b))) == icu.compare(a, b));
      CHECK(sign(list_key(a).compare(list_key(b))) == by_value.compare(a, b));
    }
  }
}

#if __has_include(<rapidcheck.h>)
TEST_CASE("our order is ICU's for whatever people type") {
  const Icu icu(false);
  const Icu by_value(true);
  rc::check("collation", [&] {
    static const std::vector<std::string> kPieces = {
        "a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "Ắ", "â",  "ầ", "Ậ", "b", "c", "C",  "d",  "đ",
        "Đ", "e", "ề", "ê", "é", "g", "h", "i", "ì", "ĩ",  "j", "k", "m", "n", "ng", "o",  "ô",
        "ộ", "ơ", "Ờ", "p", "q", "s", "t", "u", "ư", "ự",  "v", "w", "x", "y", "ỷ",  "Z",  " ",
        " ", "-", ",", ".", "(", ")", "/", "–", "'", "\"", ":", "0", "1", "2", "10", "07", "300"};
    const auto text = [&] {
      std::string out;
      const int n = *rc::gen::inRange(0, 7);
      for (int i = 0; i < n; ++i) out += *rc::gen::elementOf(kPieces);
      return out;
    };
    const std::string a = text();
    const std::string b = text();
    RC_ASSERT(sign(collation_key(a).compare(collation_key(b))) == icu.compare(a, b));
    RC_ASSERT(sign(list_key(a).compare(list_key(b))) == by_value.compare(a, b));
  });
}
#endif
#endif

TEST_CASE("dates and instants, to the day and back") {
  CHECK(parse_date("1970-01-01") == 0);
  CHECK(parse_date("2026-02-05") == 20489);
  CHECK(date_text(20489) == "2026-02-05");
  CHECK(parse_date("2024-02-29").has_value());
  for (const char* bad : {"2026-02-29", "2026-2-5", "05/02/2026", "2026-13-01", "2026-04-31", "0000-01-01",
                          "2026-02-05 ", ""}) {
    CHECK_FALSE(parse_date(bad));
  }
  for (std::int32_t day = -100'000; day < 100'000; day += 37) CHECK(parse_date(date_text(day)) == day);
  CHECK(parse_instant("2026-02-05T02:00:00Z") == parse_instant("2026-02-05T09:00:00+07:00"));
  CHECK(instant_text(*parse_instant("2026-02-05T09:05:07.25+07:00")) == "2026-02-05T02:05:07.250Z");
  for (const char* bad :
       {"2026-02-05", "2026-02-05T09:00:00", "2026-02-05T24:00:00Z", "2026-02-05T09:00:00+7", "now"}) {
    CHECK_FALSE(parse_instant(bad));
  }
  const auto late = *parse_instant("2026-02-05T18:30:00Z");  // already the 6th in Viet Nam
  CHECK(date_text(local_days(late)) == "2026-02-06");
  CHECK(local_time(late).hour == 1);
  CHECK(local_time(-1).hour == 6);
}

TEST_CASE("JSON says where it is wrong and stays within its limits") {
  CHECK(json::parse(R"({"a": [1, "x", null, true]})").ok());
  auto bad = json::parse("{\n  \"a\": 1,\n  \"b\": tru\n}");
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.error().code == Code::bad_json);
  CHECK(bad.error().detail.find("line 3, column ") == 0);
  CHECK(json::parse("").error().detail.find("line 1, column 1") == 0);
  CHECK(json::parse("{} x").error().code == Code::bad_json);
  CHECK(json::parse(R"({"a": 1, "a": 2})").error().detail.find("\"a\"") != std::string::npos);
  CHECK(json::parse(R"([{"a": 1}, {"a": 2}])").ok());
  CHECK(json::parse(R"({"a": {"a": 1}})").ok());
  CHECK(json::parse("\"\xff\"").error().code == Code::not_utf8);
  CHECK(json::parse(std::string(40, '[') + std::string(40, ']')).error().code == Code::bad_json);
  CHECK(json::parse(std::string(100'000, '[')).error().code == Code::bad_json);
  CHECK(json::parse("\"" + std::string(100, 'a') + "\"", {50, 32}).error().code == Code::too_large);
}

TEST_CASE("JSON integers keep their value in every reader") {
  CHECK(json::compact(json::integer(80)) == "80");
  CHECK(json::compact(json::integer(9'223'372'036'854'775'807)) == "\"9223372036854775807\"");
  CHECK(json::as_integer(json::value("-9223372036854775808")) == INT64_MIN);
  CHECK_FALSE(json::as_integer(json::value("9223372036854775808")));
  CHECK_FALSE(json::as_integer(json::value("1.5")));
  CHECK_FALSE(json::as_integer(json::value("")));
  CHECK_FALSE(json::as_integer(json::value("-")));
  CHECK_FALSE(json::as_integer(json::value(1.5)));
  CHECK(json::pretty(json::object{{"a", json::array{1, json::object{}}}}) ==
        "{\n  \"a\": [\n    1,\n    {}\n  ]\n}\n");
}

TEST_CASE("two normal forms are the same text") {
  CHECK(same_text("Đường", "Đu\xcc\x9bo\xcc\x9b\xcc\x80ng"));
  CHECK(same_text("", ""));
  CHECK_FALSE(same_text("Đường", "Dương"));
  CHECK_FALSE(same_text("a\xff", "a"));
}

TEST_CASE("dates and times as people write them") {
  for (const char* text : {"5/2/2026", "05/02/2026", "05/2/2026", "05.02.2026", "5-2-2026", "5.2.2026"})
    CHECK(parse_written_date(text) == parse_date("2026-02-05"));
  CHECK(parse_written_date("31/12/2025") == parse_date("2025-12-31"));
  for (const char* bad : {"", "5/2/26", "2026-02-05", "29/02/2026", "31/04/2026", "0/1/2026", "1/0/2026",
                          "1/13/2026", "005/02/2026", "5/2/2026 ", " 5/2/2026", "5/2-2026", "5.2/2026",
                          "5/2/0026", "5-2-0999", "5 2 2026", "2026-02-05", "5/2/2026x", "5/2/20260"})
    CHECK_FALSE(parse_written_date(bad));
  const auto morning = parse_instant("2026-02-05T08:30:00+07:00");
  for (const char* text : {"5/2/2026 8:30", "05/02/2026 08:30", "05/02/2026 8h30"})
    CHECK(parse_written_time(text) == morning);
  CHECK(parse_written_time("05/02/2026 8h") == parse_instant("2026-02-05T08:00:00+07:00"));
  CHECK(parse_written_time("8h 5/2/2026") == parse_written_time("05/02/2026 8h"));
  CHECK(parse_written_time("20:05 5/2/2026") == parse_written_time("5/2/2026 20:05"));
  CHECK_FALSE(parse_written_time("8h 8h"));
  CHECK_FALSE(parse_written_time("5/2/2026 5/2/2026"));
  for (const char* bad : {"5/2/2026", "5/2/2026 8", "5/2/2026 24:00", "5/2/2026 8:60", "5/2/2026 8:3",
                          "5/2/2026 8h3", "30/2/2026 8:00", "5/2/2026  8:30", "5/2/2026 8:30 "})
    CHECK_FALSE(parse_written_time(bad));
}

TEST_CASE("whole numbers as people write them") {
  CHECK(parse_written_integer("0") == 0);
  CHECK(parse_written_integer("1200") == 1200);
  CHECK(parse_written_integer("1.200") == 1200);
  CHECK(parse_written_integer("1.200.000") == 1'200'000);
  CHECK(parse_written_integer("12 345") == 12'345);
  CHECK(parse_written_integer("-1.200") == -1200);
  CHECK(parse_written_integer("9.223.372.036.854.775.807") == INT64_MAX);
  for (const char* bad : {"", "-", ".", "1.", "1.2", "1.20", "1.2000", "1200.000", ".200", "1,200", "1.200,5",
                          "1.200 000", "1..200", "1.20a", "a", "9.223.372.036.854.775.808", "--1", "1.-20"}) {
    INFO(bad);
    CHECK_FALSE(parse_written_integer(bad));
  }
}
