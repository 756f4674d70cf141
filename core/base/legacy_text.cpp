#include "base/legacy_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "base/text.hpp"
#include "base/text_letters.hpp"

namespace gandan {
namespace {

using letters::put_utf8;

// TCVN3 from 0xA1 on; U+FFFD where the standard has nothing (VN2's combining marks among them).
constexpr std::u32string_view kTcvn3 =
    U"ĂÂÊÔƠƯĐăâêôơưđ\uFFFD"                                 // A0
    U"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDàảãáạ\uFFFDằẳẵắ\uFFFD"  // B0
    U"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDặầẩẫấậè\uFFFDẻẽ"  // C0
    U"éẹềểễếệìỉ\uFFFD\uFFFD\uFFFDĩíịò"                      // D0
    U"\uFFFDỏõóọồổỗốộờởỡớợù"                                // E0
    U"\uFFFDủũúụừửữứựỳỷỹýỵ\uFFFD";                          // F0

struct VniMark {
  char32_t code;
  std::int32_t first;   // combining marks that it stands for
  std::int32_t second;  // 0: none
};
constexpr std::int32_t kGrave = 0x300, kAcute = 0x301, kCircumflex = 0x302, kTilde = 0x303, kBreve = 0x306,
                       kHook = 0x309, kDot = 0x323;
// As small letters; the capital's mark is the same letter's capital.
constexpr VniMark kVniMarks[] = {{U'ø', kGrave, 0},
                                 {U'ù', kAcute, 0},
                                 {U'û', kHook, 0},
                                 {U'õ', kTilde, 0},
                                 {U'ï', kDot, 0},
                                 {U'â', kCircumflex, 0},
                                 {U'à', kCircumflex, kGrave},
                                 {U'á', kCircumflex, kAcute},
                                 {U'å', kCircumflex, kHook},
                                 {U'ã', kCircumflex, kTilde},
                                 {U'ä', kCircumflex, kDot},
                                 {U'ê', kBreve, 0},
                                 {U'è', kBreve, kGrave},
                                 {U'é', kBreve, kAcute},
                                 {U'ú', kBreve, kHook},
                                 {U'ü', kBreve, kTilde},
                                 {U'ë', kBreve, kDot}};
struct VniLetter {
  char32_t code;
  char32_t letter;
};
constexpr VniLetter kVniLetters[] = {{U'ô', U'ơ'}, {U'ö', U'ư'}, {U'ñ', U'đ'}, {U'í', U'í'}, {U'ì', U'ì'},
                                     {U'æ', U'ỉ'}, {U'ó', U'ĩ'}, {U'ò', U'ị'}, {U'î', U'ỵ'}};

std::optional<std::u32string> code_points_of(std::string_view text) {
  std::u32string out;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = -1;
    const auto used = utf8proc_iterate(at, left, &c);
    if (used <= 0) return std::nullopt;
    out.push_back(static_cast<char32_t>(c));
    at += used;
    left -= used;
  }
  return out;
}

char32_t lower(char32_t c) { return static_cast<char32_t>(utf8proc_tolower(static_cast<std::int32_t>(c))); }
char32_t upper(char32_t c) { return static_cast<char32_t>(utf8proc_toupper(static_cast<std::int32_t>(c))); }
// Signs of Latin-1 that people set in another font, 120 m², 30°: after anything but a vowel they are no
// letters of TCVN3 (VN2, which nobody wrote, has combining marks there).
bool is_sign(char32_t before, char32_t c) {
  return c >= 0xb0 && c <= 0xb3 &&
         std::u32string_view(U"aeiouyAEIOUY").find(before) == std::u32string_view::npos && before <= 0xa0;
}
// The letters of both encodings; quotation marks, dashes and the like are not theirs.
bool in_upper_half(char32_t c) { return c > 0xa0 && c <= 0xff; }
bool foreign(char32_t c) {
  return c > 0xff && utf8proc_category(static_cast<std::int32_t>(c)) <= UTF8PROC_CATEGORY_ME;
}

std::optional<std::string> from_tcvn3(const std::u32string& text) {
  std::string out;
  char32_t before = 0;
  for (const char32_t c : text) {
    const char32_t letter = in_upper_half(c) && !is_sign(before, c) ? kTcvn3[c - 0xa1] : c;
    before = c;
    if (letter == 0xfffd) return std::nullopt;
    put_utf8(out, static_cast<std::int32_t>(letter));
  }
  return out;
}

// Which vowels carry a mark: breve belongs to a, circumflex to a, e and o.
bool carries(char32_t vowel, const VniMark& mark) {
  const auto is_in = [vowel](std::u32string_view set) {
    return set.find(vowel) != std::u32string_view::npos;
  };
  if (mark.first == kBreve) return vowel == U'a';
  if (mark.first == kCircumflex) return is_in(U"aeo");
  if (vowel == U'y') return mark.first != kDot;
  return is_in(U"aeouơư");
}

std::optional<std::string> from_vni(const std::u32string& text) {
  std::string out;
  char32_t vowel = 0;  // that the next mark may belong to
  for (const char32_t c : text) {
    const char32_t small = lower(c);
    if (c < 0xc0 || c == U'×' || c == U'÷') {  // VNI has letters above only
      put_utf8(out, static_cast<std::int32_t>(c));
      vowel = small;
      continue;
    }
    const auto* mark = std::find_if(std::begin(kVniMarks), std::end(kVniMarks),
                                    [small](const VniMark& m) { return m.code == small; });
    if (mark != std::end(kVniMarks) && carries(vowel, *mark)) {
      put_utf8(out, mark->first);
      if (mark->second != 0) put_utf8(out, mark->second);
      vowel = 0;
      continue;
    }
    const auto* letter = std::find_if(std::begin(kVniLetters), std::end(kVniLetters),
                                      [small](const VniLetter& l) { return l.code == small; });
    if (letter == std::end(kVniLetters)) return std::nullopt;
    vowel = letter->letter;
    put_utf8(out, static_cast<std::int32_t>(c == small ? vowel : upper(vowel)));
  }
  return out;
}

// --- what a Vietnamese syllable looks like

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

// A word without the punctuation around it, in lower case, NFC.
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
    const char32_t last = rhyme.back();
    const bool stopped = last == U'c' || last == U'p' || last == U't' ||
                         (rhyme.size() > 1 && last == U'h' && rhyme[rhyme.size() - 2] == U'c');
    if (!stopped || tone == kAcute || tone == kDot) return true;
  }
  return false;
}

bool is_letter(char32_t c) {
  const auto category = utf8proc_category(static_cast<std::int32_t>(c));
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

// How many of the words that have another letter than English ones are Vietnamese.
struct Score {
  std::size_t words = 0;
  std::size_t syllables = 0;
  bool mostly() const { return words > 0 && syllables * 4 >= words * 3; }
  bool hardly() const { return words > 0 && syllables * 2 <= words; }
};
// Words are cut where `original` has white space or ASCII punctuation: the signs of a legacy text are
// letters.
std::vector<std::u32string> words_of(const std::u32string& text) {
  std::vector<std::u32string> out;
  std::u32string word;
  char32_t before = 0;
  for (const char32_t c : text) {
    const bool sign = is_sign(before, c);
    before = c;
    const bool inside = !sign && ((c < 0x80 && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) ||
                                  in_upper_half(c) || (c > 0xff && is_letter(c)));
    if (inside) {
      word.push_back(c);
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}
bool has_upper_half(const std::u32string& text) {
  return std::any_of(text.begin(), text.end(), in_upper_half);
}

std::u32string small_nfc(std::string_view text) {
  const auto composed = nfc(text);
  auto points = code_points_of(composed.ok() ? *composed : std::string(text)).value_or(std::u32string());
  for (auto& c : points) c = lower(c);
  return points;
}

// nullopt: `encoding` has no such letters.
template <class Read>
std::optional<Score> score(const std::u32string& text, Read read) {
  Score out;
  for (const auto& word : words_of(text)) {
    if (!has_upper_half(word)) continue;
    const bool lone = word.size() < 2;  // a sign for itself: §, ², ×
    const auto converted = read(word);
    if (!converted) return std::nullopt;
    if (lone) continue;
    ++out.words;
    if (is_syllable(small_nfc(*converted))) ++out.syllables;
  }
  return out;
}

std::optional<std::string> as_it_stands(const std::u32string& text) {
  std::string out;
  for (const char32_t c : text) put_utf8(out, static_cast<std::int32_t>(c));
  return out;
}

struct Judgement {
  bool unicode = false;  // it has letters that neither encoding has
  bool plain = true;     // nothing to convert
  std::optional<Legacy> sure;
  std::array<bool, 2> possible{};  // by Legacy
};
Judgement judge(std::string_view text) {
  Judgement out;
  const auto points = code_points_of(text);
  if (!points || std::any_of(points->begin(), points->end(), foreign)) {
    out.unicode = true;
    return out;
  }
  if (!has_upper_half(*points)) return out;
  out.plain = false;
  const auto now = score(*points, as_it_stands);
  const std::optional<Score> scores[] = {score(*points, from_tcvn3), score(*points, from_vni)};
  const auto differs = [&](Legacy encoding) {
    const auto read = from_legacy(text, encoding);
    return read && *read != text;
  };
  for (const Legacy encoding : {Legacy::tcvn3, Legacy::vni}) {
    const auto i = static_cast<std::size_t>(encoding);
    out.possible[i] = scores[i] && scores[i]->mostly() && differs(encoding);
  }
  const auto share = [&](std::size_t i) { return out.possible[i] ? scores[i]->syllables : 0; };
  if (now && now->hardly() && share(0) != share(1))
    out.sure = share(0) > share(1) ? Legacy::tcvn3 : Legacy::vni;
  return out;
}

}  // namespace

const char* to_text(Legacy encoding) { return encoding == Legacy::tcvn3 ? "tcvn3" : "vni"; }
const char* name_of(Legacy encoding) { return encoding == Legacy::tcvn3 ? "TCVN3 (ABC)" : "VNI"; }

std::optional<std::string> from_legacy(std::string_view text, Legacy encoding) {
  const auto points = code_points_of(text);
  if (!points || std::any_of(points->begin(), points->end(), foreign)) return std::nullopt;
  const auto read = encoding == Legacy::tcvn3 ? from_tcvn3(*points) : from_vni(*points);
  if (!read) return std::nullopt;
  auto composed = nfc(*read);
  return composed.ok() ? std::optional(std::move(composed).value()) : std::nullopt;
}

std::optional<Legacy> recognise_legacy(std::string_view text) { return judge(text).sure; }

std::vector<std::optional<Converted>> convert_legacy(const std::vector<std::string_view>& texts) {
  std::vector<Judgement> judged;
  std::set<Legacy> sure;
  bool unicode = false;
  for (const auto text : texts) {
    judged.push_back(judge(text));
    unicode = unicode || judged.back().unicode;
    if (judged.back().sure) sure.insert(*judged.back().sure);
  }
  std::vector<std::optional<Converted>> out(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto encoding = judged[i].sure;
    if (!encoding && !judged[i].plain && !unicode && sure.size() == 1 &&
        judged[i].possible[static_cast<std::size_t>(*sure.begin())])
      encoding = *sure.begin();
    if (!encoding) continue;
    if (auto text = from_legacy(texts[i], *encoding)) out[i] = Converted{*encoding, std::move(*text)};
  }
  return out;
}

Result<std::string> decode_text_file(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xef\xbb\xbf") bytes.remove_prefix(3);
  if (valid_utf8(bytes)) return std::string(bytes);
  std::string out;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const bool little = bytes.substr(0, 2) == "\xff\xfe";
  if (little || bytes.substr(0, 2) == "\xfe\xff") {
    if (bytes.size() % 2 != 0) return Error{Code::malformed, "UTF-16 of an odd length"};
    const auto unit = [&](std::size_t i) -> std::int32_t {
      return little ? byte(i) | byte(i + 1) << 8 : byte(i) << 8 | byte(i + 1);
    };
    for (std::size_t i = 2; i < bytes.size(); i += 2) {
      std::int32_t c = unit(i);
      if (c >= 0xd800 && c < 0xe000) {
        const std::int32_t low = c < 0xdc00 && i + 2 < bytes.size() ? unit(i + 2) : 0;
        if (low < 0xdc00 || low >= 0xe000) return Error{Code::malformed, "UTF-16 with half a pair"};
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
      put_utf8(out, c);
    }
    return out;
  }
  // The signs between 0x80 and 0x9F as Windows-1252 has them; U+FFFD where it has none.
  constexpr std::u32string_view kSigns = U"€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::int32_t c =
        byte(i) < 0x80 || byte(i) > 0x9f ? byte(i) : static_cast<std::int32_t>(kSigns[byte(i) - 0x80]);
    if (c == 0xfffd || c == 0)
      return Error{Code::malformed, "neither text in Unicode nor in an old Vietnamese encoding"};
    put_utf8(out, c);
  }
  return out;
}

}  // namespace gandan
