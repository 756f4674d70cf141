// Findings: what a form could not bring along, or brings along in another way, each at its sheet, row and
// column, in Vietnamese and English. Nothing of a form is dropped without one.
//
// Threading: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/type.hpp"

namespace gandan::xlsform {

enum class Effect {
  left_out,  // a part of the form's content or logic is missing
  changed,   // it is there in another way
  looks      // only how some programs show it: nothing of ours
};
const char* to_text(Effect effect);

struct Finding {
  Effect effect = Effect::left_out;
  std::string sheet;      // as the file calls it; empty: the file
  std::uint32_t row = 0;  // as a person reads it, from 1; 0: the sheet or the whole column
  std::string column;     // its head as written; empty: the whole row
  std::string code;       // stable, e.g. "type.decimal"; never renamed
  std::string vi;
  std::string en;
};

// Where findings of one sheet gather. Bounded: a hostile file cannot make millions.
class Findings {
 public:
  static constexpr std::size_t kMost = 5000;
  void add(Finding finding);
  std::vector<Finding> take();  // in order of sheet, then row
  bool full() const { return findings_.size() >= kMost; }

 private:
  std::vector<Finding> findings_;
};

}  // namespace gandan::xlsform
