#include "base/legacy_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "base/syllable.hpp"
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
constexpr std::int32_t kVniGrave = 0x300, kVniAcute = 0x301, kVniCircumflex = 0x302, kVniTilde = 0x303,
                       kVniBreve = 0x306, kVniHook = 0x309, kVniDot = 0x323;
// As small letters; the capital's mark is the same letter's capital.
constexpr VniMark kVniMarks[] = {{U'ø', kVniGrave, 0},
                                 {U'ù', kVniAcute, 0},
                                 {U'û', kVniHook, 0},
                                 {U'õ', kVniTilde, 0},
                                 {U'ï', kVniDot, 0},
                                 {U'â', kVniCircumflex, 0},
                                 {U'à', kVniCircumflex, kVniGrave},
                                 {U'á', kVniCircumflex, kVniAcute},
                                 {U'å', kVniCircumflex, kVniHook},
                                 {U'ã', kVniCircumflex, kVniTilde},
                                 {U'ä', kVniCircumflex, kVniDot},
                                 {U'ê', kVniBreve, 0},
                                 {U'è', kVniBreve, kVniGrave},
                                 {U'é', kVniBreve, kVniAcute},
                                 {U'ú', kVniBreve, kVniHook},
                                 {U'ü', kVniBreve, kVniTilde},
                                 {U'ë', kVniBreve, kVniDot}};
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
  if (mark.first == kVniBreve) return vowel == U'a';
  if (mark.first == kVniCircumflex) return is_in(U"aeo");
  if (vowel == U'y') return mark.first != kVniDot;
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
// A text in pieces: words, and what stands between them. Words are cut where it has white space or ASCII
// punctuation: the signs of a legacy text are letters.
struct Piece {
  bool word = false;
  std::u32string text;
};
std::vector<Piece> pieces_of(const std::u32string& text) {
  std::vector<Piece> out;
  char32_t before = 0;
  for (const char32_t c : text) {
    const bool sign = is_sign(before, c);
    before = c;
    const bool inside = !sign && ((c < 0x80 && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) ||
                                  in_upper_half(c) || (c > 0xff && is_letter(c)));
    if (out.empty() || out.back().word != inside) out.push_back({inside, {}});
    out.back().text.push_back(c);
  }
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
  for (const auto& [is_word, word] : pieces_of(text)) {
    if (!is_word || !has_upper_half(word)) continue;
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

bool reads_as_syllable(const std::optional<std::string>& text) {
  return text && is_syllable(small_nfc(*text));
}

// TCVN3 has capitals in a font of their own: where the letters that are the same in all fonts are capitals
// inside of words, and none is small, all are.
bool in_capitals(const std::u32string& text) {
  bool inside = false;
  bool capital = false;
  for (const char32_t c : text) {
    if (c >= 'a' && c <= 'z') return false;
    capital = capital || (inside && c >= 'A' && c <= 'Z');
    inside = (c >= 'A' && c <= 'Z') || in_upper_half(c);
  }
  return capital;
}
std::string capitals(std::string_view text) {
  std::string out;
  for (const char32_t c : code_points_of(text).value_or(std::u32string()))
    put_utf8(out, static_cast<std::int32_t>(upper(c)));
  return out;
}

std::optional<std::string> read_as(const std::u32string& text, Legacy encoding) {
  const auto read = encoding == Legacy::tcvn3 ? from_tcvn3(text) : from_vni(text);
  if (!read) return std::nullopt;
  auto composed = nfc(*read);
  if (!composed.ok()) return std::nullopt;
  return encoding == Legacy::tcvn3 && in_capitals(text) ? capitals(*composed) : std::move(composed).value();
}

// Words that may be a name or a unit of measure in any text: "µm", a sign for itself.
bool stands_alone(const std::u32string& word) {
  if (word.size() == 1)
    return utf8proc_category(static_cast<std::int32_t>(word[0])) != UTF8PROC_CATEGORY_LL || word[0] == U'µ';
  return word.size() == 2 && word[0] == U'µ';
}

// A text of both kinds, as where one was pasted into the other: words that are right in Unicode beside words
// that are right in the old encoding alone. The latter are converted; no other is touched.
struct Mixed {
  bool unicode = false;  // it has words that are right in Unicode, and not in the encoding
  std::size_t converted = 0;
  std::string text;
};
Mixed word_by_word(const std::u32string& text, Legacy encoding) {
  Mixed out;
  for (const auto& [is_word, piece] : pieces_of(text)) {
    const auto now = as_it_stands(piece);
    std::optional<std::string> then;
    const bool foreign_word = std::any_of(piece.begin(), piece.end(), foreign);
    if (is_word && (foreign_word || has_upper_half(piece))) {
      const bool right = reads_as_syllable(now);
      if (!foreign_word && !stands_alone(piece)) then = read_as(piece, encoding);
      if (!reads_as_syllable(then)) then.reset();
      out.unicode = out.unicode || (right && !then);
      if (right) then.reset();
    }
    out.converted += then ? 1 : 0;
    out.text += then ? *then : *now;
  }
  return out;
}

struct Judgement {
  bool unicode = false;  // it has words that are right in Unicode alone
  bool plain = true;     // nothing to convert
  std::optional<Legacy> sure;
  std::optional<std::string> mixed;  // of a text in both, with the old words converted
  std::array<bool, 2> possible{};    // by Legacy
};
Judgement judge(std::string_view text) {
  Judgement out;
  const auto points = code_points_of(text);
  if (!points || !has_upper_half(*points)) {
    out.unicode = !points || std::any_of(points->begin(), points->end(), foreign);
    return out;
  }
  const Mixed by_words[] = {word_by_word(*points, Legacy::tcvn3), word_by_word(*points, Legacy::vni)};
  if (by_words[0].converted != by_words[1].converted) {
    const auto i = by_words[0].converted > by_words[1].converted ? 0U : 1U;
    if (by_words[i].unicode) {
      out.mixed = by_words[i].text;
      out.sure = static_cast<Legacy>(i);
    }
  }
  if (out.mixed || std::any_of(points->begin(), points->end(), foreign)) {
    out.unicode = true;
    return out;
  }
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
  return read_as(*points, encoding);
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
    if (judged[i].mixed)
      out[i] = Converted{*encoding, std::move(*judged[i].mixed)};
    else if (auto text = from_legacy(texts[i], *encoding))
      out[i] = Converted{*encoding, std::move(*text)};
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
    if (c == 0xfffd || c == 0) return Error{Code::malformed, "bytes without a meaning"};
    put_utf8(out, c);
  }
  if (!recognise_legacy(out))
    return Error{Code::malformed, "neither text in Unicode nor in an old Vietnamese encoding"};
  return out;
}

}  // namespace gandan
