// What a Vietnamese syllable looks like: an onset, a rhyme, a tone that the rhyme may carry. Names of Tày and
// Nùng places may be none ("Slì"): this tells how likely a reading of a text is, never what may be written.
//
// Threading: pure functions.
#pragma once

#include <string>

namespace gandan {

// A word without the punctuation around it, in lower case, NFC.
bool is_syllable(const std::u32string& word);

}  // namespace gandan
