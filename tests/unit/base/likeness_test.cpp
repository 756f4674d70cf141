#include "base/likeness.hpp"

#include <array>
#include <random>

#include "support/catch.hpp"

using namespace gandan;

TEST_CASE("what was meant to be the same is seen, what differs by a number or a short name is not") {
  const auto check = [](const char* a, const char* b, Likeness wanted) {
    INFO(a << " | " << b);
    CHECK(compare(a, b) == wanted);
    CHECK(compare(b, a) == wanted);
  };
  check("Nhà văn hoá Hoà Bình", "nhà văn hóa Hòa  Bình.", Likeness::same);
  check("Vận động hộ H017 – Cao tốc A–B", "Vận động hộ H17 - Cao tốc A-B", Likeness::same);
  check("Đường", "\xc4\x90u\xcc\x9bo\xcc\x9b\xcc\x80ng", Likeness::same);
  check("Thôn Đồng Hoà", "Thon Dong Hoa", Likeness::diacritics);
  check("Nguyễn Văn Tú", "Nguyễn Văn Tư", Likeness::diacritics);
  check("Đường Trường Chinh", "Đường Trườg Chinh", Likeness::one_letter);
  check("Hữu Khánh", "Hữu Khạnk", Likeness::one_letter);
  check("Hộ H017", "Hộ H018", Likeness::different);
  check("Hộ H017", "Hộ H0170", Likeness::different);
  check("Hộ A", "Hộ B", Likeness::different);
  check("Nguyễn Văn An", "Nguyễn Văn Anh", Likeness::different);
  check("Thôn Đồng", "Thôn Đồng Hoà", Likeness::different);
  check("Trườg Chinhh", "Trường Chinh", Likeness::different);
  check("", "", Likeness::different);
  check("–", "–", Likeness::different);
  check("0", "00", Likeness::same);
  check("Km 0", "Km 10", Likeness::different);
}

TEST_CASE("what is alike has a key in common; what is not seldom does") {
  constexpr std::array words = {"Vận",  "động", "hộ",  "H17", "H017", "Đường", "Trường",
                                "thôn", "Khòn", "nối", "a",   "Hoà",  "số",    "12"};
  std::minstd_rand random(7);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  std::size_t found = 0;
  std::size_t together = 0;
  for (int n = 0; n < 20'000; ++n) {
    std::string a;
    std::string b;
    const std::size_t count = 1 + below(6);
    const std::size_t other = below(count * 3);
    for (std::size_t i = 0; i < count; ++i) {
      std::string word = words[below(words.size())];
      a += word + ' ';
      if (i == other) {  // an edit at any byte of it
        const std::size_t at = below(word.size() + 1);
        const auto letter = static_cast<char>('a' + below(4));
        if (below(3) == 0 && at < word.size())
          word.erase(at, 1);
        else if (below(2) == 0 && at < word.size())
          word[at] = letter;
        else
          word.insert(at, 1, letter);
      }
      b += word + ' ';
    }
    INFO(a << " | " << b);
    const auto x = alike_keys(a);
    const auto y = alike_keys(b);
    const bool common = x.first == y.first || x.second == y.second;
    if (compare(a, b) != Likeness::different) {
      ++found;
      REQUIRE(common);
      REQUIRE(x.first != 0);
    }
    const auto far = alike_keys(b + "khác");
    if (far.first == x.first || far.second == x.second) ++together;
  }
  CHECK(found > 5'000);
  CHECK(together == 0);
  CHECK(alike_keys("–").first == 0);
}

TEST_CASE("groups of what is alike, in one scope") {
  const auto groups = alike({{"a", "Hoà Bình"},
                             {"a", "Đường Hữu Nghị"},
                             {"b", "Hòa Bình"},
                             {"a", "hòa bình"},
                             {"a", "Hoa Binh"},
                             {"a", "Duong Huu Nghii"},
                             {"a", ""},
                             {"a", ""}});
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].members == std::vector<std::size_t>{0, 3, 4});
  CHECK(groups[0].likeness == Likeness::diacritics);
  CHECK(groups[1].members == std::vector<std::size_t>{1, 5});
  CHECK(groups[1].likeness == Likeness::one_letter);
}

TEST_CASE("a long list takes no longer than its length asks for") {
  std::vector<Candidate> many;
  for (int i = 0; i < 20'000; ++i) many.push_back({"", "Hộ H" + std::to_string(i) + " – Cao tốc Hữu Nghị"});
  many.push_back({"", "Hộ H7 – Cao tốc Hưu Nghị"});
  for (int i = 0; i < 20'000; ++i) many.push_back({"", "Nhà văn hoá"});
  const auto groups = alike(many);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].members == std::vector<std::size_t>{7, 20'000});
  CHECK(groups[1].members.size() == 20'000);
}
