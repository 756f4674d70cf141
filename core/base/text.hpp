// Text as people of Lạng Sơn write it: normal form, search folding, order, tone placement.
// Storage keeps NFC; search compares folded text; people are sorted by given name, the last word.
// Never rejects a syllable: Tày and Nùng words are Latin script with spellings of their own.
//
// Threading: pure functions. Cost is linear in the text; callers bound its size.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gandan {

// UTF-8 by RFC 3629: shortest form, no surrogates, at most U+10FFFF.
bool valid_utf8(std::string_view text);

// Unicode normal form C. Code::malformed when the text is not UTF-8.
Result<std::string> nfc(std::string_view text);
// What a person typed, as it is kept and printed: lines end with line feeds, and what has no width is left
// out, for two words that look alike would differ. Nothing: it has a control character, or one that turns the
// writing direction ("000.001" would read "100.000"), or is not UTF-8.
std::optional<std::string> printable(std::string_view text);
// Whether two texts are canonically the same: what another program wrote may be in another normal form.
bool same_text(std::string_view a, std::string_view b);

// For search: lower case, no diacritics, đ and Đ become d, runs of white space become one space.
// "Đường", "duong" and "DƯƠNG" fold alike. Bytes that are not UTF-8 are dropped.
std::string fold(std::string_view text);

// Moves each syllable's tone mark to one agreed vowel (the second of an open oa, oe, uy), so that hòa = hoà.
// For finding duplicates only; what people wrote is stored as they wrote it. Input NFC, output NFC.
std::string normalise_tones(std::string_view text);

// Keys that sort bytewise as a Vietnamese dictionary does: a ă â b c d đ e ê ... u ư v, then tones
// (level, huyền, hỏi, ngã, sắc, nặng), then lower case before upper case.
std::string collation_key(std::string_view text);
// The same for lists of places, codes and titles: numbers by their value, so that "Thôn 2" comes before
// "Thôn 10".
std::string list_key(std::string_view text);
// The same for a person's name: by the last word first, then by the rest.
std::string name_key(std::string_view full_name);

// The beginning of a UTF-8 text, at most that many bytes, never a part of a code point.
std::string_view cut_text(std::string_view text, std::size_t bytes);

// How many code points; 0 when not UTF-8.
std::size_t code_points(std::string_view text);

}  // namespace gandan
