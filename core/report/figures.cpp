#include "report/figures.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "base/calendar.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "records/document.hpp"
#include "records/household_code.hpp"

namespace gandan::report {
namespace {

const std::vector<std::string> kExtra = {"first_day", "last_day", "as_of_day"};
// The identity of who denounces is protected: no report may show fewer outside, whatever its data says.
constexpr std::string_view kDenunciation = "denunciation";
constexpr std::int64_t kLeastDenunciations = 3;

// Codes are each unit's own, and a project goes through several.
using Household = std::tuple<UnitId, std::string, std::string>;  // project, code

// A record that may decide for its household.
struct Decider {
  std::int64_t moment = 0;  // of the day that it counts for
  RecordId id;
  std::size_t place = 0;  // in the input
  bool holds = false;
  bool after(const Decider& other) const {
    return moment != other.moment ? moment > other.moment : other.id < id;
  }
};
struct Deciders {
  std::optional<Decider> last, last_draft;
};

struct Figure {
  std::string id;
  records::Label label;
  records::Label unit;
  std::string kind;
  std::string list;
  bool any_time = false;  // documents outside the period too; `where` then speaks of first_day and last_day
  records::Formula where;
  records::Formula sum;            // absent: counts one
  records::Formula distinct;       // counts different values
  records::Formula project, code;  // counts different households
  records::Formula latest;         // … of each of which the last record that this holds for decides
  std::vector<std::string> rules;  // counts verdicts of these rules instead
  bool holds = true;
  std::vector<std::string> states;  // of deadlines, instead of `holds`
  bool drafts = false;              // what is owed or under way: drafts count as well
  std::int64_t hide_below = 0;
  std::int64_t value = 0;
  std::set<std::string> seen;
  std::set<Household> households;
  std::map<Household, Deciders> deciders;
  std::vector<RecordId> records;
  std::vector<RecordId> draft_records;
};

records::Label label_of(const json::object& o, std::string_view key) {
  const auto* label = json::find_object(o, key);
  if (label == nullptr) return {};
  return {json::find_text(*label, "vi").value_or(""), json::find_text(*label, "en").value_or("")};
}

// To the newest version of the kind that has what the text names.
Result<records::Formula> bind_column(const records::Catalog& catalog, const Figure& f,
                                     const std::string& column, const std::string& text) {
  std::string why;
  for (const auto* type : catalog.versions(f.kind)) {
    auto bound = catalog.bind(text, *type, f.list, kExtra);
    if (bound.ok()) return bound;
    if (why.empty()) why = bound.error().detail;
  }
  return Error{Code::bad_schema, "figure " + f.id + ": " + column + ": " + why};
}

Result<Figure> read_figure(const records::Catalog& catalog, const json::object& o) {
  Figure f;
  f.id = json::find_text(o, "id").value_or("");
  const auto fault = [&](const std::string& what) {
    return Error{Code::bad_schema, "figure " + f.id + ": " + what};
  };
  constexpr std::string_view known[] = {"id",     "label",      "unit",      "kind",  "list",  "any_time",
                                        "where",  "sum",        "distinct",  "rules", "holds", "states",
                                        "drafts", "hide_below", "household", "latest"};
  for (const auto& member : o) {
    if (std::find(std::begin(known), std::end(known),
                  std::string_view(member.key().data(), member.key().size())) == std::end(known)) {
      return fault("unknown column " + std::string(member.key().data(), member.key().size()));
    }
  }
  f.label = label_of(o, "label");
  f.unit = label_of(o, "unit");
  f.kind = json::find_text(o, "kind").value_or("");
  f.list = json::find_text(o, "list").value_or("");
  f.any_time = json::find_bool(o, "any_time").value_or(false);
  f.holds = json::find_bool(o, "holds").value_or(true);
  f.drafts = json::find_bool(o, "drafts").value_or(false);
  f.hide_below = json::find_integer(o, "hide_below").value_or(0);
  if (f.kind == kDenunciation) f.hide_below = std::max(f.hide_below, kLeastDenunciations);
  if (f.id.empty() || f.label.vi.empty() || f.label.en.empty()) return fault("wants id and label");
  if (catalog.find(f.kind) == nullptr) return fault("unknown kind " + f.kind);
  for (const auto& [column, formula] :
       {std::pair{"where", &f.where}, {"sum", &f.sum}, {"distinct", &f.distinct}, {"latest", &f.latest}}) {
    const auto text = json::find_text(o, column);
    if (!text) continue;
    GANDAN_TRY(*formula, bind_column(catalog, f, column, *text));
  }
  if (json::find(o, "household") != nullptr) {
    const auto* parts = json::find_object(o, "household");
    const auto project = parts == nullptr ? std::nullopt : json::find_text(*parts, "project");
    const auto code = parts == nullptr ? std::nullopt : json::find_text(*parts, "code");
    if (!project || !code || parts->size() != 2) return fault("household wants project and code");
    GANDAN_TRY(f.project, bind_column(catalog, f, "household.project", *project));
    GANDAN_TRY(f.code, bind_column(catalog, f, "household.code", *code));
    if (!f.list.empty() || f.sum || f.distinct || json::find(o, "rules") != nullptr)
      return fault("household counts records, and them alone");
  }
  if (f.latest && !f.code) return fault("latest wants household");
  if (const auto* rules = json::find_array(o, "rules")) {
    for (const auto& rule : *rules) {
      const auto* id = rule.if_string();
      if (id == nullptr) return fault("rules wants texts");
      f.rules.emplace_back(id->data(), id->size());
      const auto& all = catalog.rules();
      if (std::none_of(all.begin(), all.end(), [&](const auto& r) { return r.id == f.rules.back(); })) {
        return fault("unknown rule " + f.rules.back());
      }
    }
  }
  if (const auto* states = json::find_array(o, "states")) {
    for (const auto& state : *states) {
      const auto* text = state.if_string();
      const std::string name = text == nullptr ? std::string() : std::string(text->data(), text->size());
      bool exists = false;
      for (int i = 1; i <= static_cast<int>(records::DeadlineState::early); ++i)
        exists = exists || name == records::to_text(static_cast<records::DeadlineState>(i));
      if (!exists || f.rules.empty()) return fault("states wants states of the deadlines in rules");
      f.states.push_back(name);
    }
  }
  return f;
}

Result<std::vector<std::string>> texts_of(const json::object& o, std::string_view key,
                                          const std::string& path) {
  std::vector<std::string> out;
  const auto* array = json::find_array(o, key);
  if (array == nullptr) return out;
  for (const auto& one : *array) {
    const auto* text = one.if_string();
    if (text == nullptr)
      return Error{Code::bad_schema, path + ": paper: " + std::string(key) + " wants texts"};
    out.emplace_back(text->data(), text->size());
  }
  return out;
}

Result<PaperTexts> read_paper(const json::object& o, const std::string& path) {
  PaperTexts out;
  out.kind = json::find_text(o, "kind").value_or(out.kind);
  out.title = json::find_text(o, "title").value_or("");
  out.symbol = json::find_text(o, "symbol").value_or("");
  out.results = json::find_text(o, "results").value_or("");
  GANDAN_TRY(out.opening, texts_of(o, "opening", path));
  GANDAN_TRY(out.signatures, texts_of(o, "signatures", path));
  GANDAN_TRY(out.recipients, texts_of(o, "recipients", path));
  if (const auto* closing = json::find_array(o, "closing")) {
    for (const auto& one : *closing) {
      const auto* part = one.if_object();
      const auto heading = part == nullptr ? std::nullopt : json::find_text(*part, "heading");
      if (!heading) return Error{Code::bad_schema, path + ": paper: closing wants headings and texts"};
      out.closing.emplace_back(*heading, json::find_text(*part, "text").value_or(""));
    }
  }
  return out;
}

// What lies later decides: by the moment, where the kind's day is one.
std::int64_t moment_of(const records::RecordType& type, const records::Document& document) {
  const auto* value = type.date.empty() ? nullptr : document.tree.value(type.date);
  const auto* instant = value == nullptr ? nullptr : std::get_if<changelog::Instant>(value);
  if (instant != nullptr) return instant->ms;
  const auto day = records::day_of(type, document);
  return day ? std::int64_t{*day} * kDayMs : std::numeric_limits<std::int64_t>::min();
}

// Of records of any time, what was done before the period was told in its own.
bool counts(const Figure& f, const records::Verdict& v, std::int32_t first_day) {
  if (v.apart) return false;
  if (f.any_time && !f.states.empty() && v.done && *v.done < first_day) return false;
  if (std::find(f.rules.begin(), f.rules.end(), v.rule) == f.rules.end()) return false;
  if (f.states.empty()) return v.holds == f.holds;
  return std::find(f.states.begin(), f.states.end(), records::to_text(v.state)) != f.states.end();
}

// Each household by its last record, and by the draft behind it that would decide.
void put_decided(const Figure& f, FigureValue& out) {
  std::map<std::size_t, RecordId> records, drafts;  // by their place in the input
  for (const auto& [household, of] : f.deciders) {
    if (of.last && of.last->holds) records.emplace(of.last->place, of.last->id);
    if (of.last_draft && of.last_draft->holds && (!of.last || of.last_draft->after(*of.last)))
      drafts.emplace(of.last_draft->place, of.last_draft->id);
  }
  out.value = static_cast<std::int64_t>(records.size());
  for (const auto& [place, id] : records) out.records.push_back(id);
  for (const auto& [place, id] : drafts) out.drafts.push_back(id);
}

}  // namespace

struct PeriodReport::State {
  const records::Catalog* catalog = nullptr;
  PeriodFigures head;
  std::vector<Figure> figures;
  std::int32_t first = 0;
  std::int32_t last = 0;
  std::int32_t as_of = 0;
  std::size_t documents = 0;  // that were added

  std::vector<records::Scalar> extra() const { return {date_text(first), date_text(last), date_text(as_of)}; }
  bool holds(const records::Formula& formula, const records::Document& document, const records::Item* item,
             const records::LinkSource& links) const {
    if (!formula) return true;
    const auto value = catalog->evaluate(formula, document, item, links, extra());
    return value.ok() && records::truth(*value) == true;
  }
  std::optional<std::string> text(const records::Formula& formula, const records::Document& document,
                                  const records::Item* item, const records::LinkSource& links) const {
    const auto value = catalog->evaluate(formula, document, item, links, extra());
    const auto* text = value.ok() ? std::get_if<std::string>(&*value) : nullptr;
    return text == nullptr ? std::nullopt : std::optional(*text);
  }
  std::optional<Household> household(const Figure& f, const records::Document& document,
                                     const records::LinkSource& links) const {
    const auto project = text(f.project, document, nullptr, links);
    const auto code = text(f.code, document, nullptr, links);
    if (!project || !code) return std::nullopt;
    return Household(document.unit, fold(*project), records::household_code(*code));
  }

  // Keeps it where it is the last of its household so far.
  void decide(Figure& f, const records::RecordType& type, const records::Document& document,
              const records::LinkSource& links, bool add) const {
    if (!holds(f.latest, document, nullptr, links)) return;
    const auto of = household(f, document, links);
    if (!of) return;
    const Decider one{moment_of(type, document), document.id, documents,
                      holds(f.where, document, nullptr, links)};
    auto& so_far = add ? f.deciders[*of].last : f.deciders[*of].last_draft;
    if (!so_far || one.after(*so_far)) so_far = one;
  }

  // Adds what one document, or one item of it, brings to a figure, unless it is only looked at. Returns
  // whether it counts.
  bool count(Figure& f, const records::Document& document, const records::Item* item,
             const records::LinkSource& links, bool add) const {
    if (!holds(f.where, document, item, links)) return false;
    if (f.code) {
      const auto of = household(f, document, links);
      if (!of) return false;
      if (add && f.households.insert(*of).second) ++f.value;
      return true;
    }
    if (f.distinct) {
      const auto key = text(f.distinct, document, item, links);
      if (!key) return false;
      if (add && f.seen.insert(*key).second) ++f.value;
      return true;
    }
    if (!f.sum) {
      if (add) ++f.value;
      return true;
    }
    const auto amount = catalog->evaluate(f.sum, document, item, links, extra());
    const auto* n = amount.ok() ? std::get_if<std::int64_t>(&*amount) : nullptr;
    std::int64_t total = 0;
    if (n == nullptr || __builtin_add_overflow(f.value, *n, &total)) return false;
    if (add) f.value = total;
    return true;
  }
};

PeriodReport::PeriodReport(std::unique_ptr<State> state) : state_(std::move(state)) {}
PeriodReport::PeriodReport(PeriodReport&&) noexcept = default;
PeriodReport::~PeriodReport() = default;

Result<PeriodReport> PeriodReport::open(const records::Catalog& catalog, std::string_view report) {
  json::value newest;
  std::string path;
  std::int64_t version = 0;
  for (const auto& file : catalog.reports()) {
    auto root = json::parse(file.text);
    const auto* o = root.ok() ? root->if_object() : nullptr;
    if (o == nullptr || json::find_array(*o, "figures") == nullptr) continue;
    const auto number = json::find_integer(*o, "version").value_or(1);
    if (json::find_text(*o, "id") != std::string(report) || number <= version) continue;
    version = number;
    path = file.path;
    newest = std::move(*root);
  }
  if (version == 0) return Error{Code::not_found, "no report " + std::string(report)};
  const auto& o = newest.get_object();
  auto state = std::make_unique<State>();
  state->catalog = &catalog;
  state->head.id = std::string(report);
  state->head.version = static_cast<std::uint32_t>(version);
  state->head.label = label_of(o, "label");
  if (const auto* paper = json::find_object(o, "paper")) {
    GANDAN_TRY(state->head.paper, read_paper(*paper, path));
  }
  for (const auto& row : *json::find_array(o, "figures")) {
    if (!row.is_object()) return Error{Code::bad_schema, path + ": a figure is not an object"};
    GANDAN_TRY(auto figure, read_figure(catalog, row.get_object()));
    state->figures.push_back(std::move(figure));
  }
  return PeriodReport(std::move(state));
}

void PeriodReport::period(std::int32_t first_day, std::int32_t last_day, std::int32_t as_of_day) {
  state_->first = first_day;
  state_->last = last_day;
  state_->as_of = std::min(last_day, as_of_day);
}

void PeriodReport::add(const records::Document& document, const records::LinkSource& links,
                       const records::JudgeOptions& options) {
  const auto* type = state_->catalog->find_for(document);
  if (type == nullptr || document.state == "deleted" || document.state == "withdrawn") return;
  const auto day = records::day_of(*type, document);
  if (day && *day > state_->last) return;  // it came later: no figure of the period knows it
  const bool inside = day && *day >= state_->first;
  ++state_->documents;
  records::JudgeOptions then = options;  // printed again later, the report says the same
  then.as_of = state_->as_of;
  then.on_day = state_->as_of;
  std::optional<std::vector<records::Verdict>> verdicts;  // judged once, and only where a figure asks
  for (auto& f : state_->figures) {
    if (f.kind != document.kind || (!inside && !f.any_time)) continue;
    const bool add = f.drafts || document.state != "draft";
    bool counted = false;
    if (f.latest) {
      state_->decide(f, *type, document, links, add);
    } else if (!f.rules.empty()) {
      if (!verdicts) verdicts = state_->catalog->judge(document, links, then);
      for (const auto& v : *verdicts) {
        if (!counts(f, v, state_->first)) continue;
        if (add) ++f.value;
        counted = true;
      }
    } else if (f.list.empty()) {
      counted = state_->count(f, document, nullptr, links, add);
    } else if (const auto* items = document.tree.list(f.list)) {
      for (const auto& item : *items) counted = state_->count(f, document, &item, links, add) || counted;
    }
    if (counted) (add ? f.records : f.draft_records).push_back(document.id);
  }
}

Result<FigureReading> PeriodReport::reading(std::string_view figure) const {
  const auto found = std::find_if(state_->figures.begin(), state_->figures.end(),
                                  [&](const Figure& one) { return one.id == figure; });
  if (found == state_->figures.end()) return Error{Code::not_found, "no figure " + std::string(figure)};
  const Error unfit{Code::figure_unfit, found->id};
  if (!found->list.empty() || !found->rules.empty() || found->latest) return unfit;
  FigureReading out{found->kind,          state_->catalog->find(found->kind)->date,
                    found->where.text,    found->sum.text,
                    found->distinct.text, found->any_time,
                    found->drafts,        {}};
  if (found->code) out.distinct = found->project.text + " || ' / ' || " + found->code.text;
  std::set<std::string> paths;
  for (const auto* formula : {&found->where, &found->sum, &found->distinct, &found->project, &found->code}) {
    const auto own = records::own_paths(*formula);
    if (!own) return unfit;
    paths.insert(own->begin(), own->end());
  }
  out.paths.assign(paths.begin(), paths.end());
  return out;
}

PeriodFigures PeriodReport::result() const {
  PeriodFigures out = state_->head;
  for (const auto& f : state_->figures) {
    out.figures.push_back({f.id, f.label, f.unit, f.value, f.hide_below, f.records, f.draft_records});
    if (f.latest) put_decided(f, out.figures.back());
  }
  return out;
}

}  // namespace gandan::report
