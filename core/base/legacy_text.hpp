// Vietnamese text from before Unicode: TCVN3, which offices know as ABC (fonts .VnTime …), and VNI (fonts
// VNI-Times …). Offices' old files hold it as bytes; pasted from Word or Excel it arrives as the letters that
// these bytes are in Latin-1: "§­êng" and "Ñöôøng" are Đường.
//
// Sources. TCVN3: TCVN 5712:1993, VN3; glibc's charmap TCVN5712-1 has the same letters. VNI: the table "VNI
// Encoding for Windows and Unix" (en.wikipedia.org/wiki/VNI), the same as in xvnkb's vni.h.
//
// TCVN3 has no capitals with tone marks: capitals are a font of their own (.VnTimeH), which the text does not
// tell. So they come out as small letters, except in a text whose English letters are all capitals.
//
// Threading: pure functions. Cost is linear in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gandan {

enum class Legacy { tcvn3, vni };
const char* to_text(Legacy encoding);  // "tcvn3", "vni"
const char* name_of(Legacy encoding);  // for people: "TCVN3 (ABC)", "VNI"

// The text in Unicode, NFC; nothing when it has a letter that the encoding does not know.
std::optional<std::string> from_legacy(std::string_view text, Legacy encoding);

// Whether the text, or a part of its words, is in one of them: read so, they are Vietnamese, and as they
// stand they are not. Plain Unicode is never taken for one; a single word that could be both ("xã", in TCVN3
// "xó") is left alone.
std::optional<Legacy> recognise_legacy(std::string_view text);

// Texts that came together, e.g. the cells of one sheet. What could be both follows the others, when those
// are all in one encoding. In a text of both kinds ("Ghi chú ®Êt n«ng nghiÖp") the old words are converted
// one by one, and words that are right in Unicode stay. At each place the text in Unicode, or nothing where
// it stays as it is.
struct Converted {
  Legacy encoding = Legacy::tcvn3;
  std::string text;
};
std::vector<std::optional<Converted>> convert_legacy(const std::vector<std::string_view>& texts);

// A text file as UTF-8 without a byte order mark: UTF-8, and UTF-16 with its mark, as they are; other bytes
// as Latin-1, to be converted like pasted text, when an old encoding is recognised in them. Code::malformed
// when they are neither.
Result<std::string> decode_text_file(std::string_view bytes);

}  // namespace gandan
