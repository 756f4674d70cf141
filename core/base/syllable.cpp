#include "base/syllable.hpp"

#include <utf8proc.h>

#include <cstdint>
#include <set>
#include <string_view>

#include "base/text_letters.hpp"

namespace gandan {
namespace {

constexpr std::int32_t kAcute = 0x301, kCircumflex = 0x302, kBreve = 0x306, kDot = 0x323;

// Without tones; y and i both ways of writing.
const std::set<std::u32string_view>& rhymes() {
  static const std::set<std::u32string_view> all = {
      U"a",    U"ac",   U"ach",  U"ai",   U"am",   U"an",  U"ang",  U"anh",  U"ao",  U"ap",  U"at",   U"au",
      U"ay",   U"ăc",   U"ăm",   U"ăn",   U"ăng",  U"ăp",  U"ăt",   U"âc",   U"âm",  U"ân",  U"âng",  U"âp",
      U"ât",   U"âu",   U"ây",   U"e",    U"ec",   U"em",  U"en",   U"eng",  U"eo",  U"ep",  U"et",   U"ê",
      U"êch",  U"êm",   U"ên",   U"ênh",  U"êp",   U"êt",  U"êu",   U"i",    U"ia",  U"ich", U"iêc",  U"iêm",
      U"iên",  U"iêng", U"iêp",  U"iêt",  U"iêu",  U"im",  U"in",   U"inh",  U"ip",  U"it",  U"iu",   U"o",
      U"oa",   U"oac",  U"oach", U"oai",  U"oam",  U"oan", U"oang", U"oanh", U"oao", U"oap", U"oat",  U"oay",
      U"oăc",  U"oăm",  U"oăn",  U"oăng", U"oăt",  U"oc",  U"oe",   U"oen",  U"oeo", U"oet", U"oi",   U"om",
      U"on",   U"ong",  U"ooc",  U"oong", U"op",   U"ot",  U"ô",    U"ôc",   U"ôi",  U"ôm",  U"ôn",   U"ông",
      U"ôp",   U"ôt",   U"ơ",    U"ơi",   U"ơm",   U"ơn",  U"ơp",   U"ơt",   U"u",   U"ua",  U"uân",  U"uâng",
      U"uât",  U"uây",  U"uc",   U"uê",   U"uêch", U"uên", U"uênh", U"ui",   U"um",  U"un",  U"ung",  U"uôc",
      U"uôi",  U"uôm",  U"uôn",  U"uông", U"uôt",  U"uơ",  U"up",   U"ut",   U"uy",  U"uya", U"uych", U"uyên",
      U"uyêt", U"uynh", U"uyt",  U"uyu",  U"uyn",  U"ư",   U"ưa",   U"ưc",   U"ưi",  U"ưm",  U"ưn",   U"ưng",
      U"ươc",  U"ươi",  U"ươm",  U"ươn",  U"ương", U"ươp", U"ươt",  U"ươu",  U"ưt",  U"ưu",  U"y",    U"yêm",
      U"yên",  U"yêng", U"yêt",  U"yêu",  U"ya",   U"ych", U"yt",   U"ynh",  U"yn",  U"uym", U"uyp",  U"uau",
      U"ue",   U"uet",  U"uen",  U"ueo",  U"uă",   U"uăn", U"uăng", U"uăc",  U"uăt", U"uăm", U"uăp",  U"uai",
      U"uan",  U"uang", U"uac",  U"uach", U"uanh", U"uat", U"uay",  U"uao"};
  return all;
}
const std::set<std::u32string_view>& onsets() {
  static const std::set<std::u32string_view> all = {
      U"",  U"b",  U"c",   U"ch", U"d", U"đ",  U"g", U"gh", U"gi", U"h", U"k",  U"kh", U"l", U"m",
      U"n", U"ng", U"ngh", U"nh", U"p", U"ph", U"q", U"r",  U"s",  U"t", U"th", U"tr", U"v", U"x"};
  return all;
}
// Where y alone is written for i: quý, lý, mỹ, kỳ, sỹ, tỷ, hy, vỹ, ý; never chý.
const std::set<std::u32string_view>& before_y() {
  static const std::set<std::u32string_view> all = {U"", U"h", U"k", U"l", U"m", U"q", U"s", U"t", U"v"};
  return all;
}

}  // namespace

bool is_syllable(const std::u32string& word) {
  std::u32string bare;
  std::int32_t tone = 0;
  for (const char32_t c : word) {
    utf8proc_int32_t parts[8];
    const auto n =
        utf8proc_decompose_char(static_cast<std::int32_t>(c), parts, 8, UTF8PROC_DECOMPOSE, nullptr);
    if (n < 1 || n > 8) return false;
    char32_t letter = static_cast<char32_t>(parts[0]);
    for (utf8proc_ssize_t i = 1; i < n; ++i) {
      if (letters::tone_rank(parts[i]) > 0) {
        if (tone != 0) return false;
        tone = parts[i];
      } else if (letters::modifies(static_cast<std::int32_t>(letter), parts[i])) {
        const bool a = letter == U'a';
        letter = parts[i] == kBreve        ? U'ă'
                 : parts[i] == kCircumflex ? (a                ? U'â'
                                              : letter == U'e' ? U'ê'
                                                               : U'ô')
                                           : (letter == U'o' ? U'ơ' : U'ư');
      } else {
        return false;
      }
    }
    bare.push_back(letter);
  }
  for (std::size_t cut = 0; cut <= 3 && cut < bare.size(); ++cut) {
    const std::u32string_view onset(bare.data(), cut);
    const std::u32string_view rhyme(bare.data() + cut, bare.size() - cut);
    if (onsets().count(onset) == 0 || rhymes().count(rhyme) == 0) continue;
    if (rhyme == U"y" && before_y().count(onset) == 0) continue;
    const char32_t last = rhyme.back();
    const bool stopped = last == U'c' || last == U'p' || last == U't' ||
                         (rhyme.size() > 1 && last == U'h' && rhyme[rhyme.size() - 2] == U'c');
    if (!stopped || tone == kAcute || tone == kDot) return true;
  }
  return false;
}

}  // namespace gandan
