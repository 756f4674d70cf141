#include "report/comparison.hpp"

#include <algorithm>
#include <cstdlib>

#include "records/format.hpp"

namespace gandan::report {
namespace {

Shown shown(std::int64_t value, std::int64_t hide_below, bool outside) {
  if (outside && hide_below > 0 && value < hide_below) return {std::nullopt, hide_below};
  return {value, 0};
}

// Rounded half away from zero. Absent where it does not fit, or the base is no amount.
std::optional<std::int64_t> per_mille_of(std::int64_t difference, std::int64_t base) {
  std::int64_t scaled = 0;
  if (base <= 0 || __builtin_mul_overflow(difference, std::int64_t{1000}, &scaled)) return std::nullopt;
  const std::int64_t whole = scaled / base;
  const std::int64_t rest = std::abs(scaled % base);
  if (rest < base - rest) return whole;
  return whole + (difference < 0 ? -1 : 1);
}

void compare_one(ComparedFigure& figure, std::int64_t before, std::int64_t hide_below, bool outside) {
  figure.previous = shown(before, hide_below, outside);
  if (!figure.value.value || !figure.previous->value) return;
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(*figure.value.value, before, &difference)) return;
  figure.difference = difference;
  figure.per_mille = per_mille_of(difference, before);
  figure.new_now = before == 0 && difference > 0;
}

}  // namespace

std::string Shown::digits() const { return value ? std::to_string(*value) : "<" + std::to_string(below); }

std::string Shown::for_people() const { return value ? records::integer_for_people(*value) : digits(); }

ComparedReport compare(const Period& period, const PeriodFigures& now,
                       const std::optional<Period>& before_period, const PeriodFigures* before,
                       bool outside) {
  ComparedReport out{now.id, now.version, now.label, period, before_period, {}};
  if (before == nullptr) out.before.reset();
  for (const auto& one : now.figures) {
    ComparedFigure figure;
    figure.id = one.id;
    figure.label = one.label;
    figure.unit = one.unit;
    figure.value = shown(one.value, one.hide_below, outside);
    figure.counts_only = outside && one.hide_below > 0;
    if (!figure.counts_only) {
      figure.records = one.records;
      figure.drafts = one.drafts;
    }
    if (before != nullptr) {
      const auto was = std::find_if(before->figures.begin(), before->figures.end(),
                                    [&](const FigureValue& other) { return other.id == one.id; });
      if (was != before->figures.end()) compare_one(figure, was->value, one.hide_below, outside);
    }
    out.figures.push_back(std::move(figure));
  }
  return out;
}

std::string signed_for_people(std::int64_t difference) {
  return (difference > 0 ? "+" : "") + records::integer_for_people(difference);
}

std::string percent_for_people(std::int64_t per_mille) {
  const std::int64_t whole = std::abs(per_mille / 10), tenth = std::abs(per_mille % 10);
  std::string out = per_mille > 0 ? "+" : per_mille < 0 ? "-" : "";
  out += records::integer_for_people(whole);
  if (tenth != 0) out += "," + std::to_string(tenth);
  return out + "%";
}

std::string change_for_people(const ComparedFigure& figure, bool vietnamese) {
  if (figure.per_mille) return percent_for_people(*figure.per_mille);
  if (!figure.new_now) return {};
  return vietnamese ? "mới có" : "new";
}

}  // namespace gandan::report
