#include "report/targets.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "records/format.hpp"

namespace gandan::report {
namespace {

// Rounded down: 399 of 400 is not 100 %.
std::optional<std::int64_t> per_mille_reached(std::int64_t value, std::int64_t target) {
  std::int64_t scaled = 0;
  if (target <= 0 || value < 0 || __builtin_mul_overflow(value, std::int64_t{1000}, &scaled))
    return std::nullopt;
  return scaled / target;
}

FigureTarget beside(const Target& target, const Shown& value) {
  FigureTarget out;
  out.value = target.value;
  out.at_most = target.at_most;
  out.record = target.record;
  if (!value.value) return out;
  out.met = target.at_most ? *value.value <= target.value : *value.value >= target.value;
  if (!target.at_most) out.per_mille = per_mille_reached(*value.value, target.value);
  return out;
}

std::string short_ids(const FigureTarget& target) {
  std::string out = short_id(to_text(target.record));
  for (const auto& other : target.others) out += ", " + short_id(to_text(other));
  return out;
}

bool contains(const Period& longer, const Period& period) {
  return longer != period && longer.first <= period.first && period.last <= longer.last;
}

}  // namespace

std::optional<Period> target_period(std::int64_t year, std::string_view part) {
  if (year < 1000 || year > 9999) return std::nullopt;
  std::string name = std::to_string(year);
  if (part == "year") return parse_period(name);
  if (part.size() < 2) return std::nullopt;
  const std::string rest(part.substr(1));
  switch (part.front()) {
    case 'h':
      return parse_period(name + "-H" + rest);
    case 'q':
      return parse_period(name + "-Q" + rest);
    case 'm':
      return parse_period(name + "-" + rest);
    default:
      return std::nullopt;
  }
}

void set_targets(ComparedReport& report, const std::vector<Target>& targets) {
  for (auto& figure : report.figures)
    for (const auto& target : targets) {
      if (target.figure != figure.id || !(target.period == report.period)) continue;
      std::vector<RecordId> others;
      if (figure.target) {
        others = std::move(figure.target->others);
        others.push_back(figure.target->record);
      }
      figure.target = beside(target, figure.value);
      figure.target->others = std::move(others);
    }
}

std::vector<records::Label> about_targets(const ComparedReport& report, const std::vector<Target>& targets) {
  std::vector<records::Label> out;
  for (const auto& figure : report.figures) {
    if (!figure.target || figure.target->others.empty()) continue;
    const std::string ids = short_ids(*figure.target);
    out.push_back({"“" + figure.label.vi + "” có nhiều chỉ tiêu giao đã chốt (hồ sơ " + ids +
                       "): dùng hồ sơ chốt sau cùng, đứng đầu; hãy rút hồ sơ thừa.",
                   "“" + figure.label.en + "” has several finalised targets (records " + ids +
                       "): the one finalised last is used, it stands first; withdraw the others."});
  }
  std::map<std::int32_t, std::pair<Period, std::set<std::string>>> longer;  // by their last day
  for (const auto& target : targets) {
    const auto of = [&](const ComparedFigure& figure) { return figure.id == target.figure; };
    if (!contains(target.period, report.period) ||
        std::none_of(report.figures.begin(), report.figures.end(), of))
      continue;
    auto& entry = longer[target.period.last - target.period.first];
    entry.first = target.period;
    entry.second.insert(target.figure);
  }
  for (const auto& [days, entry] : longer) {
    const auto label = label_of(entry.first);
    const std::string count = std::to_string(entry.second.size());
    out.push_back(
        {label.vi + " có chỉ tiêu giao cho " + count +
             " số liệu: so trong báo cáo của kỳ ấy, không chia cho kỳ này.",
         label.en + " has targets for " + count +
             " figures: they are compared in the report of that period, not divided for this one."});
  }
  return out;
}

bool has_targets(const ComparedReport& report) {
  return std::any_of(report.figures.begin(), report.figures.end(),
                     [](const ComparedFigure& figure) { return figure.target.has_value(); });
}

std::string target_for_people(const FigureTarget& target, bool vietnamese) {
  const std::string value = records::integer_for_people(target.value);
  if (!target.at_most) return value;
  return (vietnamese ? "không quá " : "at most ") + value;
}

std::string reached_for_people(const FigureTarget& target, bool vietnamese) {
  if (target.at_most) {
    if (!target.met) return {};
    if (*target.met) return vietnamese ? "trong mức" : "within";
    return vietnamese ? "vượt mức" : "above";
  }
  if (!target.per_mille) return {};
  std::string out = records::integer_for_people(*target.per_mille / 10);
  if (*target.per_mille % 10 != 0) out += "," + std::to_string(*target.per_mille % 10);
  return out + "%";
}

std::string outcome_for_people(const FigureTarget& target) {
  if (target.at_most || !target.met) return reached_for_people(target, true);
  return *target.met ? "đạt" : "chưa đạt";
}

}  // namespace gandan::report
