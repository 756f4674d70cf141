#include "base/search_text.hpp"

#include "base/text.hpp"
#include "support/catch.hpp"

#if __has_include(<rapidcheck.h>)
#include <rapidcheck.h>
#endif

using namespace gandan;

namespace {

// "hoa[k]" for a beginning, "a+b" for words that stand together.
std::string shown(const SearchQuery& query) {
  std::string out;
  for (const auto& term : query) {
    out += out.empty() ? "" : " | ";
    for (std::size_t i = 0; i < term.words.size(); ++i) out += (i == 0 ? "" : "+") + term.words[i].exact;
    out += term.beginning ? "*" : "";
  }
  return out;
}
std::string shown(const std::vector<SnippetPart>& parts) {
  std::string out;
  for (const auto& part : parts) out += part.hit ? "[" + part.text + "]" : part.text;
  return out;
}
std::string marked(std::string_view text, std::string_view query, bool exact = false,
                   std::size_t width = 60) {
  return shown(snippet(text, parse_search(query), exact, width));
}

}  // namespace

TEST_CASE("a text is searched by its words, with and without diacritics") {
  const auto forms = search_forms("Ông Nguyễn-Văn A, thôn Đồng Đăng (số 12/CV-TU)!");
  CHECK(forms.exact == "ông nguyễn văn a thôn đồng đăng số 12 cv tu");
  CHECK(forms.folded == "ong nguyen van a thon dong dang so 12 cv tu");
  CHECK(search_forms("").exact.empty());
  CHECK(search_forms("… ?! 🙂 \n\t").exact.empty());
}

TEST_CASE("every way to write a word gives the same words to search") {
  for (const char* word : {"Đường", "đường", "ĐƯỜNG", "Đu\xcc\x9bo\xcc\x9b\xcc\x80ng", "Ðường", "Ɖường"}) {
    INFO(word);
    CHECK(search_forms(word).folded == "duong");
  }
  CHECK(search_forms("Đu\xcc\x9bo\xcc\x9b\xcc\x80ng").exact == "đường");
  CHECK(search_forms("dương").folded == "duong");
  CHECK(search_forms("dương").exact == "dương");
  // Tones have one place, whatever the keyboard's.
  CHECK(search_forms("hoà giải khoẻ thuý").exact == search_forms("hòa giải khỏe thúy").exact);
  CHECK(search_forms("HOÀ").exact == search_forms("hòa").exact);
  CHECK(search_forms("hóa").exact != search_forms("hòa").exact);
  // A soft hyphen or a zero-width space inside a word is not there.
  CHECK(search_forms("đền\xe2\x80\x8b bù, giải\xc2\xadphóng").exact == "đền bù giảiphóng");
}

TEST_CASE("words of Tày and Nùng and from abroad are searched as they are written") {
  const auto forms = search_forms("Slíp Phjà Lồng Tồng ǹ ɲoọng Ñaé 中村");
  CHECK(forms.exact == "slíp phjà lồng tồng ǹ ɲoọng ñaé 中村");
  CHECK(forms.folded == "slip phja long tong n ɲoong nae 中村");
  CHECK(search_forms("a\xff\xfe"
                     "b")
            .exact == "a b");
}

#if __has_include(<rapidcheck.h>)
TEST_CASE("the forms are the ones of nfc and fold, word by word") {
  rc::check("search_forms", [] {
    const auto pick = [](const std::vector<std::string>& from) { return *rc::gen::elementOf(from); };
    static const std::vector<std::string> kLetters = {"a", "ă", "Â", "b", "c", "đ", "Đ", "e", "ê",
                                                      "g", "h", "i", "k", "m", "n", "o", "ô", "ơ",
                                                      "Q", "s", "t", "u", "ư", "y", "j", "w"};
    static const std::vector<std::string> kMarks = {"",         "",         "",         "\xcc\x80",
                                                    "\xcc\x89", "\xcc\x83", "\xcc\x81", "\xcc\xa3"};
    std::string word;
    const int n = *rc::gen::inRange(1, 9);
    for (int i = 0; i < n; ++i) word += pick(kLetters) + pick(kMarks);
    const auto forms = search_forms(word);
    RC_ASSERT(forms.folded == fold(word));
    const std::string normal = *nfc(word);
    RC_ASSERT(search_forms(normal).exact == forms.exact);
    RC_ASSERT(search_forms(forms.exact).exact == forms.exact);
    RC_ASSERT(*nfc(forms.exact) == forms.exact);
    RC_ASSERT(fold(forms.exact) == forms.folded);
  });
}
#endif

TEST_CASE("a query is its words; the last may go on; quotes hold words together") {
  CHECK(shown(parse_search("duong Đền bù")) == "duong | đền | bù*");
  CHECK(shown(parse_search("\"hỗ trợ\" đất")) == "hỗ+trợ | đất*");
  CHECK(shown(parse_search("đất \"hỗ trợ\"")) == "đất | hỗ+trợ");
  CHECK(shown(parse_search("đất “hỗ trợ” ")) == "đất | hỗ+trợ");
  CHECK(shown(parse_search("đất \"hỗ tr")) == "đất | hỗ+tr*");
  CHECK(shown(parse_search("1866-CV/TU")) == "1866+cv+tu*");
  CHECK(shown(parse_search("")).empty());
  CHECK(shown(parse_search(" \" \" ?? 🙂 * ")).empty());
  CHECK(shown(parse_search("duong  ")) == "duong*");
  CHECK(shown(parse_search("duong !")) == "duong*");
}

TEST_CASE("nothing in a query is an operator") {
  CHECK(shown(parse_search("a AND b OR NOT c NEAR(d, 2) exact:e ^f g* {h} -i")) ==
        "a | and | b | or | not | c | near+d | 2 | exact+e | f | g | h | i*");
  CHECK(shown(parse_search(std::string("a\0\"b\x01"
                                       "c",
                                       6))) == "a | b+c*");
  CHECK(shown(parse_search("'; DROP TABLE record; --")) == "drop | table | record*");
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "w" + std::to_string(i) + " ";
  CHECK(parse_search(many).size() == kMaxSearchWords);
  const auto one = parse_search(std::string(10'000, 'x'));
  REQUIRE(one.size() == 1);
  CHECK(one[0].words[0].exact == std::string(64, 'x'));
  CHECK(parse_search(std::string(10'000, '"')).empty());
}

TEST_CASE("a snippet shows the place with the hits") {
  const std::string text =
      "Cao tốc Hữu Nghị – Chi Lăng\nH017\nHộ đề nghị đền bù thêm đường vào\nGiá cây hồi\n";
  CHECK(marked(text, "den bu") == "…Hộ đề nghị [đền] [bù] thêm đường vào · Giá cây hồi");
  CHECK(marked(text, "duong", false, 20) == "…thêm [đường] vào · Giá cây…");
  CHECK(marked(text, "\"đề nghị\"", true, 30) == "…Hộ [đề] [nghị] đền bù thêm đường vào…");
  CHECK(marked(text, "nghi", true, 200) ==
        "Cao tốc Hữu Nghị – Chi Lăng · H017 · Hộ đề nghị đền bù thêm đường vào · Giá cây hồi");
  CHECK(marked(text, "nghi chi", false, 200) ==
        "Cao tốc Hữu [Nghị] – [Chi] Lăng · H017 · Hộ đề [nghị] đền bù thêm "
        "đường vào · Giá cây hồi");
  CHECK(marked("Lạng Sơn", "") == "Lạng Sơn");
  CHECK(marked("", "x").empty());
  CHECK(marked(std::string(100'000, 'x') + " y", "z") == std::string(60, 'x') + "…");
  CHECK(marked(std::string(100'000, 'x') + " y", "xx") == "[" + std::string(60, 'x') + "]…");
  CHECK(marked(std::string(100'000, '-') + " y " + std::string(100'000, '-'), "y").size() < 500);
}
