#include "records/judge.hpp"

#include <algorithm>
#include <array>

#include "base/calendar.hpp"
#include "records/document.hpp"
#include "records/format.hpp"
#include "records/in_force.hpp"

namespace gandan::records {
namespace {

constexpr std::string_view kMissing = "…";
// No run of days off is longer: an act so many days after the last day is late, whatever the calendar says.
constexpr std::int32_t kLongestRest = 15;

std::string text_of(const Scalar& scalar) {
  if (const auto* n = std::get_if<std::int64_t>(&scalar)) return std::to_string(*n);
  if (const auto* t = std::get_if<std::string>(&scalar)) return *t;
  return {};
}

std::optional<std::int32_t> day_of_scalar(const Scalar& scalar) {
  const auto* text = std::get_if<std::string>(&scalar);
  if (text == nullptr) return std::nullopt;
  if (const auto day = parse_date(*text)) return day;
  if (const auto ms = parse_instant(*text)) return local_days(*ms);
  return std::nullopt;
}

// The reason that a person gave for going on; empty: nobody did, or it is no gate.
std::string override_reason(const Document& document, const Verdict& v) {
  const auto* items = v.gate ? document.tree.list(kOverrides) : nullptr;
  if (items == nullptr) return {};
  for (const auto& item : *items) {
    const auto text = [&](const char* field) {
      const auto* value = item.tree.value(field);
      return value == nullptr ? std::string() : text_of(to_scalar(*value));
    };
    if (text("rule") == v.rule && text("path") == v.path) return text("reason");
  }
  return {};
}

class Judge {
 public:
  Judge(Catalog::State& state, const Document& document, const LinkSource& links, const LinkSource& present,
        std::int32_t today, std::optional<std::int32_t> as_of)
      : state_(state), document_(document), present_(present), today_(today), as_of_(as_of) {
    then_ = [this, &links](const Document& from, const RecordId& id) {
      const auto* out = links(from, id);
      linked_changed_ = linked_changed_ || out != present_(from, id);
      return out;
    };
  }

  // `then`: with linked records as they were signed. A deadline goes on, so it always reads them as they are.
  std::optional<Verdict> one(const Rule& rule, const Saying& saying, const Item* item, bool then) {
    extra_.clear();
    linked_changed_ = false;
    where_ = {&document_, {}, then && rule.test ? &then_ : &present_, &extra_, nullptr, &sets_};
    if (item != nullptr) where_.items.push_back(&item->tree);
    state_.engine.take_use();
    asked_calendars_ = false;
    for (const auto& count : rule.counts) extra_.push_back(count_of(count));
    if (rule.applies && !holds(rule.applies)) {
      asked_calendars_ = state_.engine.take_use().any;
      return std::nullopt;
    }
    Verdict v;
    v.rule = rule.id;
    v.version = rule.version;
    v.law = rule.law;
    v.article = rule.article;
    if (item != nullptr) v.path = rule.list + "[" + item->id + "]";
    v.severity = rule.severity;
    v.gate = rule.gate;
    v.overridden = override_reason(document_, v);
    Sentence sentence = Sentence::unknown;
    if (rule.test) {
      const auto result = rule.test.bound->evaluate(where_);
      if (result.ok()) v.holds = truth(*result);
      if (v.holds) sentence = *v.holds ? Sentence::holds : Sentence::fails;
    } else {
      sentence = deadline(rule, item, v);
    }
    const auto use = state_.engine.take_use();
    v.verified = !rule.verified_by.empty() && !use.unverified && !v.unreached;
    if (v.counted) v.verified = v.verified && !state_.ending.verified_by.empty();
    asked_calendars_ = use.any;
    say(rule, saying, sentence, v);
    for (const auto* formula : {&rule.test, &rule.due, &rule.not_before, &rule.done}) note_used(*formula, v);
    return v;
  }

  // Whether the last rule's answer stands on the calendars.
  bool asked_calendars() const { return asked_calendars_; }
  // Whether it read a linked record that was signed anew since.
  bool linked_changed() const { return linked_changed_; }

 private:
  bool holds(const Formula& formula) const {
    const auto result = formula.bound->evaluate(where_);
    return result.ok() && truth(*result) == true;
  }

  Scalar count_of(const RuleCount& count) const {
    std::int64_t n = 0;
    const Document* document = nullptr;
    const CountSource& source = *count.source;
    const auto* items = read_list(source.list, where_, document);
    if (items == nullptr) return document == nullptr ? Scalar{} : Scalar{n};
    DistinctSet among;
    if (!count.among.empty() && !(among = read_distinct(source.among, where_))) return {};
    std::vector<Scalar> outer;
    for (const auto& slot : source.outer) outer.push_back(read(slot, where_));
    Where inside{document, {nullptr}, where_.links, &outer};
    std::set<Scalar> different;
    for (const auto& item : *items) {
      inside.items[0] = &item.tree;
      if (count.where) {
        const auto result = count.where.bound->evaluate(inside);
        if (!result.ok() || truth(*result) != true) continue;
      }
      ++n;
      const auto* value = source.distinct.empty() ? nullptr : item.tree.value(source.distinct);
      if (value == nullptr || is_null(to_scalar(*value))) continue;
      if (auto key = one_form(*value); !among || among->count(key) > 0) different.insert(std::move(key));
    }
    return source.distinct.empty() ? n : static_cast<std::int64_t>(different.size());
  }

  std::optional<std::int32_t> day(const Formula& formula) const {
    if (!formula) return std::nullopt;
    const auto result = formula.bound->evaluate(where_);
    return result.ok() ? day_of_scalar(*result) : std::nullopt;
  }

  // A last day that is a day off goes to the next working day (Civil Code 2015, Art. 148 clause 5).
  void end_on_working_day(Verdict& v) const {
    const auto moved = state_.engine.next_working_day(*v.due);
    v.unreached = !moved;
    if (!moved || *moved == *v.due) return;
    v.counted = v.due;
    v.due = moved;
  }

  Sentence deadline(const Rule& rule, const Item* item, Verdict& v) const {
    v.due = day(rule.due);
    v.done = day(rule.done);
    if (as_of_ && v.done && *v.done > *as_of_) v.done.reset();
    v.not_before = day(rule.not_before);
    note_ahead(v);
    v.state = DeadlineState::unknown;
    if ((rule.due && !v.due) || (rule.not_before && !v.not_before)) return Sentence::unknown;
    if (rule.next_working_day) end_on_working_day(v);
    const std::int32_t act = v.done.value_or(today_);
    if (v.unreached && act > *v.due && act - *v.due <= kLongestRest) return Sentence::unknown;
    if (!v.done) {
      if (v.due && today_ > *v.due) {
        v.state = DeadlineState::overdue;
        v.days = std::int64_t{today_} - *v.due;
        v.holds = false;
        return Sentence::overdue;
      }
      v.state = DeadlineState::open;
      v.days = std::max<std::int64_t>(0, std::int64_t{v.due ? *v.due : *v.not_before} - today_);
      return v.due ? Sentence::open : Sentence::waiting;
    }
    note_entry(rule, item, v);
    if (v.not_before && *v.done < *v.not_before) {
      v.state = DeadlineState::early;
      v.days = std::int64_t{*v.not_before} - *v.done;
      v.holds = false;
      return Sentence::early;
    }
    if (v.due && *v.done > *v.due) {
      v.state = DeadlineState::late;
      v.days = std::int64_t{*v.done} - *v.due;
      v.holds = false;
      return Sentence::late;
    }
    v.state = DeadlineState::in_time;
    v.holds = true;
    return Sentence::in_time;
  }

  // A day that has not come is no act; that it would be too early is said all the same.
  void note_ahead(Verdict& v) const {
    if (!v.done || *v.done <= today_) return;
    v.ahead = v.done;
    if (!v.not_before || *v.done >= *v.not_before) v.done.reset();
  }

  // When the fields that say the act was done were first written down. Fields of linked records are theirs.
  void note_entry(const Rule& rule, const Item* item, Verdict& v) const {
    for (const auto& slot : rule.done.bound->slots()) {
      if (slot.what != Slot::What::value || !slot.links.empty()) continue;
      const bool inside = slot.level > 0 && item != nullptr;
      const auto found =
          document_.entered.find(inside ? rule.list + "[" + item->id + "]." + slot.path : slot.path);
      if (found != document_.entered.end()) v.entered_ms = std::max(v.entered_ms.value_or(0), found->second);
    }
    if (v.entered_ms && rule.entry_within)
      v.entered_late = std::int64_t{local_days(*v.entered_ms)} - *v.done > *rule.entry_within;
  }

  void say(const Rule& rule, const Saying& saying, Sentence which, Verdict& v) {
    const std::size_t at = extra_.size();
    extra_.resize(at + std::size(kSentenceNames));
    const auto date = [](const std::optional<std::int32_t>& d) {
      return d ? Scalar{date_for_people(*d)} : Scalar{};
    };
    extra_[at + 1] = date(v.due);
    extra_[at + 2] = date(v.done);
    extra_[at + 3] = date(v.not_before);
    extra_[at + 4] = v.days;
    if (v.entered_ms) extra_[at + 5] = date_for_people(local_days(*v.entered_ms));
    extra_[at + 6] = date(v.counted);
    extra_[at + 7] = state_.ending.article + " " + state_.ending.law;
    extra_[at + 8] = date(v.ahead);
    const auto put = [&](const std::vector<SaidPart>& parts, Label& to) {
      const auto append = [](std::string& text, std::string more) {
        text += (text.empty() ? "" : " ") + std::move(more);
      };
      for (const auto& part : parts) {
        if (part.when && !holds(part.when)) continue;
        extra_[at] = rule.label.vi;
        append(to.vi, part.vi.fill(where_, "vi", kMissing));
        extra_[at] = rule.label.en;
        append(to.en, part.en.fill(where_, "en", kMissing));
      }
    };
    const auto add = [&](Sentence sentence) {
      put(saying.sentences[static_cast<std::size_t>(sentence)], v.message);
    };
    put(saying.row, v.row);
    add(which);
    if (v.counted) add(Sentence::moved);
    if (v.due || v.not_before) add(Sentence::basis);
    if (v.ahead) add(Sentence::ahead);
    if (v.entered_late) add(Sentence::entry_late);
  }

  void note_used(const Formula& formula, Verdict& v) const {
    if (!formula) return;
    const auto& names = formula.bound->names();
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto known = [&](const auto& pair) { return pair.first == names[i]; };
      if (std::any_of(v.used.begin(), v.used.end(), known)) continue;
      if (formula.bound->slots()[i].personal) continue;  // verdicts are listed
      v.used.emplace_back(names[i], text_of(read(formula.bound->slots()[i], where_)));
    }
  }

  Catalog::State& state_;
  const Document& document_;
  const LinkSource& present_;
  LinkSource then_;
  std::int32_t today_;
  std::optional<std::int32_t> as_of_;
  Where where_;
  DistinctSets sets_;
  std::vector<Scalar> extra_;  // the rule's counts, then what its sentences quote
  bool asked_calendars_ = false;
  bool linked_changed_ = false;
};

}  // namespace

const char* to_text(Severity severity) {
  constexpr std::array<const char*, 3> names = {"info", "warning", "violation"};
  return names[static_cast<std::size_t>(severity)];
}
const char* to_text(DeadlineState state) {
  constexpr std::array<const char*, 7> names = {"", "unknown", "open", "overdue", "in_time", "late", "early"};
  return names[static_cast<std::size_t>(state)];
}
const char* to_text(Sentence sentence) {
  constexpr std::array<const char*, kSentences> names = {
      "unknown", "holds",   "fails",      "in_time", "late",  "early", "open",
      "waiting", "overdue", "entry_late", "moved",   "basis", "ahead"};
  return names[static_cast<std::size_t>(sentence)];
}

namespace {

// One rule's verdicts on a document that was judged by one edition of the calendars, when others are here.
class ByCalendars {
 public:
  ByCalendars(Catalog::State& state, Judge& judge, const std::string& province, const CalendarEdition& then)
      : state_(state), judge_(judge), province_(province), now_(state.calendars.newest(province)) {
    // A noted one that is not here has no next ones either: what they say is not what was said then.
    const bool here = is_here("", then.country) && is_here(province, then.local);
    since_ = here ? state.calendars.since(province, then) : std::vector<CalendarEdition>{then};
  }

  void add(const Rule& rule, const Saying& saying, const Item* item, bool apart, std::vector<Verdict>& out) {
    auto verdict = by(apart ? now_ : since_.front(), rule, saying, item, !apart);
    const bool linked_changed = !apart && judge_.linked_changed();
    const bool calendars_differ = !apart && since_.front() != now_ && judge_.asked_calendars();
    // What was not known then is no judgement that could be rewritten: the first one that knows decides.
    for (std::size_t i = 1; calendars_differ && verdict && says_nothing(*verdict) && i < since_.size(); ++i) {
      auto next = by(since_[i], rule, saying, item, true);
      if (next && !says_nothing(*next)) verdict = std::move(next);
    }
    auto newest = calendars_differ || linked_changed ? by(now_, rule, saying, item, false) : std::nullopt;
    const bool differs = newest && !(verdict && says_the_same(*verdict, *newest));
    if (verdict) verdict->apart = apart;
    if (verdict && newest && !differs) verdict->verified = verdict->verified || newest->verified;
    if (verdict) out.push_back(std::move(*verdict));
    if (!differs) return;
    newest->apart = true;
    if (linked_changed) {
      Label& first = newest->row.vi.empty() ? newest->message : newest->row;
      first.vi.insert(0, "Theo hồ sơ liên kết hiện nay: ");
      first.en.insert(0, "By the linked records as they are now: ");
    }
    out.push_back(std::move(*newest));
  }

 private:
  bool is_here(const std::string& province, const CalendarVersion& noted) const {
    return noted.digest.empty() || state_.calendars.find(province, noted) != nullptr;
  }
  std::optional<Verdict> by(const CalendarEdition& edition, const Rule& rule, const Saying& saying,
                            const Item* item, bool then) {
    state_.engine.set_edition(edition);
    auto out = judge_.one(rule, saying, item, then);
    if (!out || !judge_.asked_calendars()) return out;
    for (const auto* calendar :
         {state_.calendars.find("", edition.country),
          province_.empty() ? nullptr : state_.calendars.find(province_, edition.local)})
      if (calendar != nullptr) out->calendars.emplace_back(calendar->id, calendar->version);
    return out;
  }
  static bool says_nothing(const Verdict& v) {
    return v.state == DeadlineState::none ? !v.holds : v.state == DeadlineState::unknown || v.unreached;
  }
  static bool says_the_same(const Verdict& a, const Verdict& b) {
    return a.holds == b.holds && a.state == b.state && a.due == b.due && a.not_before == b.not_before;
  }

  Catalog::State& state_;
  Judge& judge_;
  const std::string& province_;
  CalendarEdition now_;
  std::vector<CalendarEdition> since_;  // the one of then first
};

}  // namespace

std::vector<Verdict> judge_document(Catalog::State& state, const RecordType& type, const Document& document,
                                    const LinkSource& links, const JudgeOptions& options) {
  std::vector<Verdict> out;
  const InForce in_force(state, type, document, options);
  state.engine.set_province(options.province);
  const std::int32_t now = local_days(state.clock.wall_ms());
  std::optional<std::int32_t> as_of;
  if (options.as_of) as_of = std::min(*options.as_of, now);
  state.engine.set_today(as_of);
  Judge judge(state, document, links, options.present ? options.present : links, as_of.value_or(now), as_of);
  std::vector<RuleVersion> missing;
  if (document.judged_by) missing = document.judged_by->rules;
  ByCalendars verdicts(
      state, judge, options.province,
      document.judged_by ? document.judged_by->calendars : state.calendars.newest(options.province));
  for (std::size_t i = 0; i < state.rules.size(); ++i) {
    const Rule& rule = state.rules[i];
    if (rule.kind != document.kind) continue;
    const auto asked =
        std::find_if(missing.begin(), missing.end(), [&](const auto& noted) { return is(rule, noted); });
    const bool apart = document.judged_by && asked == missing.end();
    if (asked != missing.end())
      missing.erase(asked);
    else if (!in_force(rule))
      continue;
    if (rule.list.empty()) {
      verdicts.add(rule, state.sayings[i], nullptr, apart, out);
    } else if (const auto* items = document.tree.list(rule.list)) {
      for (const auto& item : *items) verdicts.add(rule, state.sayings[i], &item, apart, out);
    }
  }
  state.engine.set_edition(std::nullopt);
  state.engine.set_today(std::nullopt);
  if (auto none = in_force.no_rules(state)) {
    none->overridden = override_reason(document, *none);
    out.push_back(std::move(*none));
  }
  for (const auto& rule : missing) out.push_back(not_here(rule));
  if (document.judged_by && document.judged_by->form > 0 &&
      (document.judged_by->form != type.version || document.judged_by->form_digest != type.digest))
    out.push_back(other_form(*document.judged_by, type));
  return out;
}

}  // namespace gandan::records
