// Letters of Vietnamese as base, modifier and tone: what text.cpp and search_text.cpp share. Private to base.
//
// Threading: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gandan::letters {

// The tones in dictionary order, 1 to 5: huyền, hỏi, ngã, sắc, nặng (CLDR's `vi` tailoring); 0 for no tone.
int tone_rank(std::int32_t mark);
bool is_mark(std::int32_t c);
// Whether a mark makes another letter of a lower-case base: ă â ê ô ơ ư.
bool modifies(std::int32_t base, std::int32_t mark);

// What tells where the one tone of a syllable stands: each letter's base, and whether it has a modifier.
struct Seat {
  std::int32_t base = 0;  // lower case
  bool modified = false;
};
// The letter that has it when everybody agrees: the second of an open oa, oe, uy. Nothing when it is not a
// Vietnamese syllable.
std::optional<std::size_t> tone_seat(const std::vector<Seat>& word);

void put_utf8(std::string& out, std::int32_t c);

}  // namespace gandan::letters
