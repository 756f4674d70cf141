#include "records/in_force.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "records/document.hpp"
#include "records/format.hpp"
#include "records/judge.hpp"

namespace gandan::records {

InForce::InForce(const Catalog::State& state, const RecordType& type, const Document& document,
                 const JudgeOptions& options)
    : kind_(document.kind), province_(options.province) {
  std::optional<std::int32_t> day = day_of(type, document);
  if (!day) day = options.on_day;
  day_ = day ? *day : local_days(state.clock.wall_ms());
}

std::optional<Verdict> InForce::no_rules(const Catalog::State& state) const {
  std::optional<std::int32_t> first;
  Verdict v;
  for (const auto& rule : state.rules) {
    if (!of_kind(rule) || !rule.valid_from) continue;
    if (day_ >= *rule.valid_from) return std::nullopt;
    first = std::min(first.value_or(*rule.valid_from), *rule.valid_from);
    v.gate = v.gate || rule.gate;
  }
  if (!first) return std::nullopt;
  v.rule = kNoRules;
  v.law = "Quy ước ghi hồ sơ";
  v.article = "Ngày của hồ sơ";
  v.severity = v.gate ? Severity::violation : Severity::warning;
  v.verified = true;
  const std::string day = date_for_people(day_);
  const std::string from = date_for_people(*first);
  v.message = {"Không có quy tắc nào cho ngày này: hồ sơ ghi ngày " + day +
                   ", quy tắc của loại hồ sơ này có từ " + from + ". Hãy xem lại năm.",
               "There is no rule for this day: the record says " + day +
                   ", and the rules of its kind begin on " + from + ". See whether the year is right."};
  return v;
}

bool is(const Rule& rule, const RuleVersion& noted) {
  return rule.id == noted.rule && rule.version == noted.version &&
         (noted.digest.empty() || noted.digest == rule.digest);
}

Verdict not_here(const RuleVersion& rule) {
  Verdict v;
  v.rule = rule.rule;
  v.version = rule.version;
  v.severity = Severity::info;
  const std::string n = std::to_string(rule.version);
  v.message = {"Lúc chốt đã dùng quy tắc " + rule.rule + " bản " + n + "; máy này chưa có.",
               "Finalised under rule " + rule.rule + " version " + n + ", which is not here."};
  return v;
}

Verdict other_form(const Judgement& then, const RecordType& type) {
  Verdict v;
  v.rule = "@form";
  v.version = then.form;
  v.severity = Severity::info;
  const std::string n = std::to_string(then.form);
  v.message = {"Lúc chốt đã dùng biểu mẫu “" + type.label.vi + "” bản " + n +
                   " khác với bản trên máy này: nhãn và phép tính có thể khác.",
               "Finalised with another version " + n + " of the form “" + type.label.en +
                   "” than is here: labels and calculations may differ."};
  return v;
}

Judgement judgement_now(const Catalog::State& state, const RecordType& type, const Document& document,
                        const JudgeOptions& options) {
  Judgement out;
  out.form = type.version;
  out.form_digest = type.digest;
  out.calendars = state.calendars.newest(options.province);
  const InForce in_force(state, type, document, options);
  const auto judged_before = [&](const Rule& rule) {
    if (!document.judged_by || !in_force.begun(rule)) return false;
    const auto& before = document.judged_by->rules;
    if (std::none_of(before.begin(), before.end(), [&](const auto& noted) { return is(rule, noted); }))
      return false;
    return std::none_of(state.rules.begin(), state.rules.end(), [&](const Rule& next) {
      return next.id == rule.id && next.version > rule.version && in_force(next);
    });
  };
  for (const auto& rule : state.rules)
    if (in_force(rule) || judged_before(rule)) out.rules.push_back({rule.id, rule.version, rule.digest});
  return out;
}

}  // namespace gandan::records
