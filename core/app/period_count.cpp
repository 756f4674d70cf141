#include "app/period_count.hpp"

#include <algorithm>

#include "app/period_targets.hpp"
#include "base/text.hpp"
#include "records/format.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kRowsAtOnce = 1000;

Predecessor predecessor_of(const records::Tree& tree) {
  const auto text = [&](const char* field) {
    const auto* value = tree.value(field);
    const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return found == nullptr ? std::string() : *found;
  };
  const auto* part = tree.value("part");
  const auto* yes = part == nullptr ? nullptr : std::get_if<bool>(part);
  return {text("code"), text("name"), yes != nullptr && *yes, {}, false};
}

// Units by the codes that these documents give them: at a checkpoint, those that they had there.
class Codes {
 public:
  Codes(const roster::Roster& roster, Documents& documents) : roster_(roster), documents_(documents) {}
  std::optional<UnitId> find(const std::string& code) {
    if (code.empty()) return std::nullopt;
    if (units_.empty())
      for (const auto& [id, info] : roster_.units()) units_.emplace(fold(words_of(documents_, id).code), id);
    const auto [first, last] = units_.equal_range(fold(code));
    if (first == last || std::next(first) != last) return std::nullopt;  // none, or it is not clear which
    return first->second;
  }

 private:
  const roster::Roster& roster_;
  Documents& documents_;
  std::multimap<std::string, UnitId> units_;
};

// Of a unit and all below it, and of theirs in turn, those that lie outside.
Result<std::vector<Predecessor>> predecessors_of(Session& s, Documents& documents,
                                                 const PeriodQuestion& question) {
  std::vector<Predecessor> out;
  const UnitId& unit = *question.unit;
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  Codes codes(*roster, documents);
  std::set<std::string> known;
  std::vector<UnitId> ask = {unit};
  for (std::size_t i = 0; i < ask.size(); ++i) {
    vault::ListFilter filter;
    filter.kind = kUnitProfile;
    filter.unit = ask[i];
    filter.roster_size = question.roster_size;
    filter.deleted = true;
    filter.limit = kRowsAtOnce;
    GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
    for (const auto& row : rows) {
      const auto loaded = documents.load(row.id);
      if (!loaded.ok() && loaded.error().code == Code::not_found) continue;  // not at that checkpoint yet
      if (!loaded.ok()) return loaded.error();
      const auto& document = (*loaded)->document;
      if (document.state == "deleted" || document.state == "withdrawn") continue;
      const auto* items = document.tree.list("predecessors");
      for (std::size_t j = 0; items != nullptr && j < items->size(); ++j) {
        Predecessor one = predecessor_of((*items)[j].tree);
        one.unit = codes.find(one.code);
        if (one.unit && roster->within(*one.unit, unit, question.roster_size)) continue;
        if (!known.insert(one.code).second) continue;
        if (one.unit && !one.part) ask.push_back(*one.unit);
        out.push_back(std::move(one));
      }
    }
  }
  return out;
}

// Whether all of these units are this device's own: then its eyes are none from outside.
Result<bool> all_own(Session& s, const std::set<UnitId>& units) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto* device = roster->device(s.vault->identity().id);
  return std::all_of(units.begin(), units.end(), [&](const UnitId& unit) {
    return device != nullptr &&
           std::any_of(device->grants.begin(), device->grants.end(),
                       [&](const auto& grant) { return !grant.until && grant.unit == unit; });
  });
}

// Those that a question is about, whether or not anything of them is here.
Result<std::set<UnitId>> units_asked(Session& s, const std::vector<std::optional<UnitId>>& asked,
                                     std::uint64_t roster_size) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  std::set<UnitId> out;
  for (const auto& [id, info] : roster->units()) {
    const UnitId& unit = id;
    if (std::any_of(asked.begin(), asked.end(),
                    [&](const auto& of) { return of && roster->within(unit, *of, roster_size); }))
      out.insert(unit);
  }
  return out;
}

// Reads every record once, into the figures of both periods.
class Counter {
 public:
  Counter(Session& session, Documents& documents) : session_(session), documents_(documents) {}

  void into(report::PeriodReport& figures) { figures_.push_back(&figures); }
  Status unit(const std::optional<UnitId>& unit, std::uint64_t roster_size) {
    vault::ListFilter filter;
    filter.unit = unit;
    filter.roster_size = roster_size;
    filter.deleted = true;  // at a checkpoint it may have stood yet
    filter.limit = kRowsAtOnce;
    for (bool more = true; more; filter.offset += kRowsAtOnce) {
      GANDAN_TRY(const auto rows, vault::list(*session_.vault, filter));
      for (const auto& row : rows) {
        units.insert(row.unit);
        GANDAN_CHECK(add(row.id));
      }
      read_ += static_cast<std::int64_t>(rows.size());
      if (!session_.progress(json::object{{"records", read_}})) return Code::cancelled;
      more = rows.size() == kRowsAtOnce;
    }
    return {};
  }
  std::map<RecordId, std::int32_t> days;
  std::set<UnitId> units;  // of all that was read

 private:
  Status add(const RecordId& id) {
    if (!seen_.insert(id).second) return {};  // a predecessor may lie in another one
    const auto loaded = documents_.load(id);
    if (!loaded.ok() && loaded.error().code == Code::not_found) return {};  // not at that checkpoint
    if (!loaded.ok()) return loaded.error();
    const auto& document = (*loaded)->document;
    if (const auto* type = (*loaded)->type; type != nullptr)
      if (const auto day = records::day_of(*type, document)) days[id] = *day;
    for (auto* figures : figures_)
      figures->add(document, documents_.links(), documents_.judge_options(document));
    return {};
  }

  Session& session_;
  Documents& documents_;
  std::vector<report::PeriodReport*> figures_;
  std::set<RecordId> seen_;
  std::int64_t read_ = 0;
};

// The period before, where there is one that says something; in words why not, or what it lacks.
std::optional<report::Period> before_of(Documents& documents, const PeriodQuestion& question,
                                        bool with_others, records::Label& about) {
  const auto before = report::previous(question.period);
  if (!before) {
    about = {"Không so sánh với kỳ trước: kỳ này không phải là một tháng, quý, 6 tháng hay năm.",
             "Not compared: the days are no month, quarter, half year or year."};
    return std::nullopt;
  }
  const auto from = question.unit ? words_of(documents, *question.unit).valid_from : std::nullopt;
  if (!from || *from <= before->first || with_others) return before;
  const std::string day = records::date_for_people(*from);
  if (*from <= before->last) {
    about = {"Đơn vị có từ ngày " + day + ": số liệu kỳ trước không trọn kỳ.",
             "The unit exists since " + day + ": its period before is not a whole one."};
    return before;
  }
  about = {"Không so sánh với kỳ trước: đơn vị có từ ngày " + day + ", kỳ trước chưa có.",
           "Not compared: the unit exists since " + day + "; there was none in the period before."};
  return std::nullopt;
}

void say_kept_back(const report::PeriodFigures& figures, records::Label& about) {
  if (std::none_of(figures.figures.begin(), figures.figures.end(),
                   [](const auto& figure) { return figure.hide_below > 0; }))
    return;
  about.vi +=
      " “…”: số liệu tố cáo và số liệu có ngưỡng bảo vệ chỉ nêu ra ngoài đơn vị theo tháng, quý, 6 tháng "
      "hoặc "
      "năm, không nêu cho ngày tự chọn.";
  about.en +=
      " “…”: figures of denunciations, and others with a bound, are given outside the unit for months, "
      "quarters, half years and years only, not for free days.";
}

Status put_targets(Session& s, Documents& documents, const PeriodQuestion& question, PeriodAnswer& out) {
  std::optional<UnitId> unit = question.unit;
  if (!unit) {
    GANDAN_TRY(unit, whole_unit(s, question.roster_size));
  }
  if (!unit) return {};
  GANDAN_TRY(auto given, targets_of(s, documents, *unit, question.period));
  report::set_targets(out.report, given.targets);
  out.about_targets = report::about_targets(out.report, given.targets);
  out.about_targets.insert(out.about_targets.end(), given.left_out.begin(), given.left_out.end());
  return {};
}

}  // namespace

UnitWords words_of(Documents& documents, const UnitId& unit) {
  UnitWords out;
  const auto& profile = documents.names().unit(unit).profile;
  if (profile.is_zero()) return out;
  const auto loaded = documents.load(profile);
  if (!loaded.ok()) return out;
  const auto& tree = (*loaded)->document.tree;
  const auto text = [&](const char* field) {
    const auto* value = tree.value(field);
    const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return found == nullptr ? std::string() : *found;
  };
  out.name = text("name_vi");
  out.code = text("code");
  out.place = text("place_name");
  if (out.place.empty()) out.place = bare_place(out.name);
  const auto* from = tree.value("valid_from");
  if (const auto* day = from == nullptr ? nullptr : std::get_if<changelog::Date>(from))
    out.valid_from = day->days;
  return out;
}

Result<PeriodAnswer> count_period(Session& s, Documents& documents, const PeriodQuestion& question) {
  PeriodAnswer out;
  if (question.unit) {
    GANDAN_TRY(out.predecessors, predecessors_of(s, documents, question));
  }
  std::vector<std::optional<UnitId>> units = {question.unit};
  for (auto& one : out.predecessors) {
    one.counted = question.predecessors && !one.part && one.unit;
    if (one.counted) units.push_back(one.unit);
  }
  const auto before = before_of(documents, question, units.size() > 1, out.about_before);
  GANDAN_TRY(auto now, report::PeriodReport::open(documents.catalog(), question.report));
  now.period(question.period.first, question.period.last, question.as_of);
  GANDAN_TRY(auto then, report::PeriodReport::open(documents.catalog(), question.report));
  Counter counter(s, documents);
  counter.into(now);
  if (before) {
    then.period(before->first, before->last, std::min(before->last, question.as_of));
    counter.into(then);
  }
  for (const auto& unit : units) GANDAN_CHECK(counter.unit(unit, question.roster_size));
  GANDAN_TRY(out.units, units_asked(s, units, question.roster_size));
  out.units.merge(counter.units);
  GANDAN_TRY(const bool own, all_own(s, out.units));
  if (!question.unit) {
    GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
    out.units.merge(roster->readable_units(s.vault->identity().id));
  }
  const auto figures = now.result();
  const auto earlier = then.result();
  const bool outside = question.outside || !own;
  out.report = report::compare(question.period, figures, before, before ? &earlier : nullptr, outside);
  if (report::keeps_back(question.period, outside)) say_kept_back(figures, out.about_before);
  out.paper = figures.paper;
  out.days = std::move(counter.days);
  GANDAN_CHECK(put_targets(s, documents, question, out));
  return out;
}

}  // namespace gandan::app
