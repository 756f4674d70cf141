#include "bench/figures.hpp"

#include <cmath>
#include <cstdio>

#include "base/json.hpp"

namespace gandan::bench {
namespace {

std::string number(double value) {
  char text[64];
  const int digits = std::abs(value) >= 1000 ? 0 : std::abs(value) >= 100 ? 1 : std::abs(value) >= 1 ? 2 : 4;
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string budget_text(const Figure& figure) {
  if (figure.want == Want::none) return "-";
  return (figure.want == Want::at_most ? "<= " : ">= ") + number(figure.budget);
}

bool within(const Figure& figure) {
  return figure.want == Want::at_most ? figure.value <= figure.budget : figure.value >= figure.budget;
}

}  // namespace

std::string verdict(const Figure& figure) {
  if (figure.want == Want::none) return "";
  if (within(figure)) return "within";
  const char* which = figure.want == Want::at_most ? "over" : "short";
  if (figure.budget == 0) return which;
  const double beyond = std::abs(figure.value - figure.budget) / figure.budget * 100;
  char text[64];
  std::snprintf(text, sizeof text, "%s by %.0f %%", which, beyond);
  return text;
}

// Shown at once, so that a person sees how far a long run is.
void Figures::add(Figure figure) {
  std::fprintf(stderr, "  %-58s %12s %s\n", figure.label.c_str(), number(figure.value).c_str(),
               figure.unit.c_str());
  all_.push_back(std::move(figure));
}

std::string Figures::table() const {
  std::string out;
  char line[512];
  const auto row = [&](const char* label, const char* value, const char* unit, const char* budget,
                       const char* says) {
    std::snprintf(line, sizeof line, "%-58s %12s %-10s %12s  %s", label, value, unit, budget, says);
    out += line;
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += '\n';
  };
  row("what", "measured", "", "budget", "verdict");
  for (const auto& figure : all_) {
    row(figure.label.c_str(), number(figure.value).c_str(), figure.unit.c_str(), budget_text(figure).c_str(),
        verdict(figure).c_str());
    if (!figure.note.empty()) out += "    " + figure.note + "\n";
  }
  return out;
}

std::string Figures::json() const {
  json::array figures;
  for (const auto& figure : all_) {
    json::object row{
        {"name", figure.name}, {"label", figure.label}, {"value", figure.value}, {"unit", figure.unit}};
    if (figure.want != Want::none) {
      row["budget"] = figure.budget;
      row["budget_is"] = figure.want == Want::at_most ? "at_most" : "at_least";
      row["verdict"] = verdict(figure);
      row["within"] = within(figure);
    }
    if (!figure.note.empty()) row["note"] = figure.note;
    figures.push_back(std::move(row));
  }
  return json::pretty(json::object{{"figures", std::move(figures)}});
}

}  // namespace gandan::bench
