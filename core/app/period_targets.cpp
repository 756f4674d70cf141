#include "app/period_targets.hpp"

#include <algorithm>

namespace gandan::app {
namespace {

constexpr std::size_t kTargetsAtOnce = 1000;

std::optional<report::Target> target_in(const records::Document& document) {
  const auto text = [&](const char* field) {
    const auto* value = document.tree.value(field);
    const auto* codes = value == nullptr ? nullptr : std::get_if<changelog::Choices>(value);
    return codes == nullptr || codes->codes.size() != 1 ? std::string() : codes->codes.front();
  };
  const auto number = [&](const char* field) -> std::optional<std::int64_t> {
    const auto* value = document.tree.value(field);
    const auto* found = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
    return found == nullptr ? std::nullopt : std::optional(*found);
  };
  const auto year = number("year"), value = number("value");
  const auto period = year ? report::target_period(*year, text("part")) : std::nullopt;
  if (!period || !value || text("figure").empty()) return std::nullopt;
  return report::Target{text("figure"), *period, *value, text("bound") == "at_most", document.id};
}

// By when they were finalised; a clock that the receipt contradicts is believed last.
struct Signed {
  const changelog::OpEntry* final_op;
  report::Target target;
  friend bool operator<(const Signed& a, const Signed& b) {
    if (a.final_op->suspect != b.final_op->suspect) return a.final_op->suspect;
    return a.final_op->stamp < b.final_op->stamp;
  }
};

// Anybody with the unit's key can write one: whose counts, the roster says.
Result<bool> may_give(Session& s, const Loaded& loaded) {
  GANDAN_TRY(const auto origin, vault::origin_of(*s.vault, *loaded.view.final_op, records::kFinalMark));
  return vault::had_right(*s.vault, origin, roster::Right::accept);
}

records::Label left_out(std::size_t count, const char* vi, const char* en) {
  return {std::to_string(count) + vi, std::to_string(count) + en};
}

}  // namespace

Result<UnitTargets> targets_of(Session& s, Documents& documents, const UnitId& unit,
                               const report::Period& period) {
  vault::ListFilter filter;
  filter.kind = kTarget;
  filter.unit = unit;
  filter.deleted = true;  // at a checkpoint it may have stood yet
  filter.limit = kTargetsAtOnce;
  std::vector<std::unique_ptr<Loaded>> kept;  // `found` points into them
  std::vector<Signed> found;
  std::size_t drafts = 0, strangers = 0;
  for (bool more = true; more; filter.offset += kTargetsAtOnce) {
    GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
    more = rows.size() == kTargetsAtOnce;
    for (const auto& row : rows) {
      if (row.unit != unit) continue;
      auto loaded = documents.load(row.id);
      if (!loaded.ok() && loaded.error().code == Code::not_found) continue;  // not at that checkpoint
      if (!loaded.ok()) return loaded.error();
      const auto& document = (*loaded)->document;
      if (document.state == "deleted" || document.state == "withdrawn") continue;
      auto target = target_in(document);
      if (!target || target->period.last < period.last || period.first < target->period.first) continue;
      if ((*loaded)->view.final_op == nullptr) {
        ++drafts;
        continue;
      }
      GANDAN_TRY(const bool given, may_give(s, **loaded));
      if (!given) {
        ++strangers;
        continue;
      }
      found.push_back({(*loaded)->view.final_op, std::move(*target)});
      kept.push_back(std::move(*loaded));
    }
  }
  std::sort(found.begin(), found.end());
  UnitTargets out;
  for (auto& one : found) out.targets.push_back(std::move(one.target));
  if (drafts > 0)
    out.left_out.push_back(left_out(drafts, " chỉ tiêu giao còn là bản nháp: chưa chốt nên không so.",
                                    " targets are drafts: not finalised, so not compared with."));
  if (strangers > 0)
    out.left_out.push_back(
        left_out(strangers, " chỉ tiêu giao do người không có quyền giao ghi: không so.",
                 " targets were written by somebody who may not give any: not compared with."));
  return out;
}

Result<std::optional<UnitId>> whole_unit(Session& s, std::uint64_t roster_size) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto units = roster->readable_units(s.vault->identity().id);
  const auto top = std::find_if(units.begin(), units.end(), [&](const UnitId& candidate) {
    return std::all_of(units.begin(), units.end(), [&](const UnitId& unit) {
      return roster->within(unit, candidate, std::min(roster_size, roster->size()));
    });
  });
  return top == units.end() ? std::nullopt : std::optional(*top);
}

}  // namespace gandan::app
