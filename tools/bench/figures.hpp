// Figures: what was measured, each beside its budget, as a table for people and as JSON for programs.
//
// Threading: one thread.
#pragma once

#include <string>
#include <vector>

namespace gandan::bench {

enum class Want { none, at_most, at_least };

struct Figure {
  std::string name;   // stable, for programs
  std::string label;  // for people
  double value = 0;
  std::string unit;
  Want want = Want::none;
  double budget = 0;  // in the same unit
  std::string note;   // how it was measured, where that is not plain
};

class Figures {
 public:
  void add(Figure figure);
  const std::vector<Figure>& all() const { return all_; }
  std::string table() const;
  std::string json() const;

 private:
  std::vector<Figure> all_;
};

// "within", "over by 12 %" or empty without a budget.
std::string verdict(const Figure& figure);

}  // namespace gandan::bench
