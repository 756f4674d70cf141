#include "audit/indicators/facts.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "records/type.hpp"
#include "records/workflow.hpp"

namespace gandan::audit {
namespace {

using changelog::OpEntry;
using changelog::Value;

// The fields that play a part; a path with [] stands for every item's.
class Parts {
 public:
  Parts(const records::KindParts& parts, const changelog::Fields& fields) : parts_(parts), fields_(fields) {}

  const std::vector<records::FieldPart>& paths(std::string_view part) const {
    static const std::vector<records::FieldPart> none;
    const auto found = parts_.find(part);
    return found == parts_.end() ? none : found->second;
  }
  // Calls use(value, path) for each that says something.
  template <class Use>
  void each(std::string_view part, Use use) const {
    for (const auto& one : paths(part)) {
      const auto list = one.path.find("[]");
      if (list == std::string::npos) {
        if (const auto found = fields_.find(one.path); found != fields_.end()) say(found, one, use);
        continue;
      }
      const std::string_view head = std::string_view(one.path).substr(0, list + 1);
      for (auto at = fields_.lower_bound(head);
           at != fields_.end() && at->first.substr(0, head.size()) == head; ++at)
        if (records::schema_path(at->first) == one.path) say(at, one, use);
    }
  }
  template <class T>
  const T* first(std::string_view part) const {
    const T* out = nullptr;
    each(part, [&](const Value& value, std::string_view, const records::FieldPart&) {
      if (out == nullptr) out = std::get_if<T>(&value);
    });
    return out;
  }

 private:
  template <class Use>
  static void say(changelog::Fields::const_iterator at, const records::FieldPart& part, Use use) {
    const Value& value = at->second.shown();
    if (!std::holds_alternative<changelog::Null>(value)) use(value, at->first, part);
  }
  const records::KindParts& parts_;
  const changelog::Fields& fields_;
};

std::string code_of(const Value& value) {
  if (const auto* choices = std::get_if<changelog::Choices>(&value))
    return choices->codes.empty() ? std::string() : choices->codes.front();
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

std::optional<RecordId> link_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->size() != 26) return std::nullopt;
  const auto id = id_from_text<RecordId>(*text);
  return id.ok() ? std::optional<RecordId>(*id) : std::nullopt;
}

std::optional<std::int32_t> day_in(const Value& value) {
  if (const auto* date = std::get_if<changelog::Date>(&value)) return date->days;
  if (const auto* instant = std::get_if<changelog::Instant>(&value)) return local_days(instant->ms);
  return std::nullopt;
}

void read_times(const Parts& parts, Fact& fact) {
  parts.each("start", [&](const Value& value, std::string_view, const records::FieldPart&) {
    if (!fact.day) fact.day = day_in(value);
    if (const auto* instant = std::get_if<changelog::Instant>(&value); instant != nullptr && !fact.start_ms)
      fact.start_ms = instant->ms;
  });
  if (const auto* end = parts.first<changelog::Instant>("end")) fact.end_ms = end->ms;
}

void read_place(const Parts& parts, Fact& fact) {
  if (const auto* position = parts.first<changelog::Position>("position")) fact.position = *position;
  if (const auto* place = parts.first<std::string>("place")) fact.place = fold(*place);
  parts.each("village", [&](const Value& value, std::string_view, const records::FieldPart&) {
    if (const auto id = link_of(value)) fact.village = *id;
  });
  parts.each("project", [&](const Value& value, std::string_view, const records::FieldPart&) {
    if (const auto id = link_of(value))
      fact.project_link = *id;
    else if (const auto* name = std::get_if<std::string>(&value))
      fact.project = fold(*name);
  });
  parts.each("of", [&](const Value& value, std::string_view, const records::FieldPart&) {
    if (const auto id = link_of(value)) fact.of.push_back(*id);
  });
  if (const auto* subject = parts.first<std::string>("subject")) fact.subject = *subject;
}

void read_content(const Parts& parts, Fact& fact) {
  parts.each("texts", [&](const Value& value, std::string_view, const records::FieldPart&) {
    if (const auto* text = std::get_if<std::string>(&value))
      fact.words += (fact.words.empty() ? "" : " ") + *text;
  });
  fact.words = fold(fact.words);
  parts.each("own", [&](const Value& value, std::string_view, const records::FieldPart&) {
    if (const auto* text = std::get_if<std::string>(&value))
      fact.own_words += (fact.own_words.empty() ? "" : " ") + fold(*text);
  });
  parts.each("team", [&](const Value& value, std::string_view, const records::FieldPart&) {
    if (const auto* text = std::get_if<std::string>(&value)) fact.team.insert(fold(*text));
  });
  parts.each("files", [&](const Value& value, std::string_view, const records::FieldPart&) {
    const auto* blob = std::get_if<changelog::BlobRef>(&value);
    if (blob == nullptr) return;
    fact.any_file = true;
    if (blob->media_type.rfind("image/", 0) == 0) fact.images.push_back(*blob);
  });
  parts.each("outcome", [&](const Value& value, std::string_view, const records::FieldPart&) {
    fact.outcome = code_of(value);
  });
  const auto is_it = [&](bool& good) {
    return [&good](const Value& value, std::string_view, const records::FieldPart& part) {
      if (code_of(value) == part.value) good = false;
    };
  };
  parts.each("nobody", is_it(fact.met));
  parts.each("minutes", is_it(fact.in_writing));
  const auto says_so = [](bool& out) {
    return [&out](const Value& value, std::string_view, const records::FieldPart&) {
      const auto* yes = std::get_if<bool>(&value);
      if (yes == nullptr || *yes) out = true;
    };
  };
  parts.each("settled", says_so(fact.settled));
  parts.each("progress", says_so(fact.told));
}

// What its history says of a day: moved after it had passed, by the clock of whoever moved it.
void read_moves(const changelog::Cell& cell, Promise& promise) {
  std::optional<std::int32_t> before;
  std::int64_t since = 0;
  for (const auto& op : cell.ops) {
    const auto due = day_in(op.value);
    if (!due) continue;
    const auto at = changelog::hlc_ms(op.stamp.hlc);
    if (before && *due > *before && local_days(at) > *before)
      promise.moves.push_back({*before, *due, at, at - since});
    promise.days.insert(*due);
    before = due;
    since = at;
  }
}

void read_promises(const Parts& parts, const changelog::RecordState& state, Fact& fact) {
  std::map<std::string, Promise> by_item;  // "" for the record itself
  const auto item_of = [](std::string_view path) {
    const auto end = path.rfind(']');
    return std::string(path.substr(0, end == std::string_view::npos ? 0 : end + 1));
  };
  parts.each("due", [&](const Value& value, std::string_view path, const records::FieldPart&) {
    auto& promise = by_item[item_of(path)];
    promise.due = day_in(value);
    if (const auto cell = state.cells().find(path); cell != state.cells().end())
      read_moves(cell->second, promise);
  });
  if (by_item.empty()) return;
  parts.each("closed", [&](const Value&, std::string_view path, const records::FieldPart&) {
    by_item[item_of(path)].closed = true;
  });
  for (auto& [item, promise] : by_item) fact.promises.push_back(std::move(promise));
}

// The reviews that count and the answers, by stamp.
struct Talk {
  std::vector<const OpEntry*> questions, acceptances, answers;

  // An acceptance that has the change before it, or an answer in words: neither speaks of what was changed
  // behind it.
  bool settled_after(const changelog::Stamp& at) const {
    const auto later = [&](const OpEntry* op) { return at < op->stamp; };
    return std::any_of(acceptances.begin(), acceptances.end(), later) ||
           std::any_of(answers.begin(), answers.end(), later);
  }
};

Talk read_talk(const FactSource& source, const changelog::RecordState& state) {
  Talk out;
  if (const auto cell = state.cells().find(records::kReviewMark); cell != state.cells().end())
    for (const auto& op : cell->second.ops) {
      const auto* mark = std::get_if<changelog::Mark>(&op.value);
      if (mark == nullptr || mark->content.is_zero() || !source.had_right(op, !mark->reason.empty()))
        continue;
      (mark->reason.empty() ? out.acceptances : out.questions).push_back(&op);
    }
  if (const auto cell = state.cells().find(records::kAnswerMark); cell != state.cells().end())
    for (const auto& op : cell->second.ops) out.answers.push_back(&op);
  return out;
}

// What the change's author had seen of the record when the change was signed; null: it was not signed since.
const changelog::Mark* signed_after(const changelog::RecordState& state, const changelog::Stamp& change) {
  const auto cell = state.cells().find(records::kFinalMark);
  if (cell == state.cells().end()) return nullptr;
  for (const auto& op : cell->second.ops) {
    const auto* mark = std::get_if<changelog::Mark>(&op.value);
    if (mark != nullptr && op.stamp.feed == change.feed && changelog::covers(mark->seen, change)) return mark;
  }
  return nullptr;
}

// Values that the first finalisation had seen and that say something else since, one entry for each save.
void read_rewrites(const FactSource& source, const Parts& parts, const changelog::RecordState& state,
                   const changelog::Mark& first, Fact& fact) {
  const auto then = changelog::fields_seen(state, first.seen);
  std::map<changelog::Stamp, Rewrite> saves;
  for (const auto& [path, cell] : state.cells()) {
    if (path.front() == '@') continue;
    const auto schema = records::schema_path(path);
    const auto& watched = parts.paths("watched");
    if (std::none_of(watched.begin(), watched.end(), [&](const auto& one) { return one.path == schema; }))
      continue;
    const auto was = then.find(path);
    for (const auto& op : cell.ops) {
      if (changelog::covers(first.seen, op.stamp)) continue;
      if (was != then.end() && was->second.shown() == op.value) continue;
      auto& save = saves[{op.save, op.stamp.feed}];
      if (save.paths.empty() || save.paths.back() != schema) save.paths.push_back(schema);
      save.changed_ms = changelog::hlc_ms(op.stamp.hlc);
      save.at = op.stamp;
    }
  }
  if (saves.empty()) return;
  const auto talk = read_talk(source, state);
  const auto reasons = state.cells().find(records::kReasonMark);
  for (auto& [save, rewrite] : saves) {
    if (reasons != state.cells().end())
      for (const auto& op : reasons->second.ops)
        rewrite.reasoned = rewrite.reasoned || (op.save == save.hlc && op.stamp.feed == save.feed);
    const auto* mark = talk.questions.empty() ? nullptr : signed_after(state, rewrite.at);
    for (const auto* op : talk.questions)
      rewrite.questions.push_back({op->stamp, mark == nullptr
                                                  ? std::nullopt
                                                  : std::optional(changelog::covers(mark->seen, op->stamp))});
    rewrite.settled = !talk.questions.empty() && talk.settled_after(rewrite.at);
    fact.rewrites.push_back(std::move(rewrite));
  }
}

void read_stamps(const FactSource& source, const changelog::RecordState& state,
                 const changelog::RecordView& view, Fact& fact) {
  const OpEntry* maker = nullptr;
  for (const auto& [path, cell] : state.cells())
    for (const auto& op : cell.ops)
      if (maker == nullptr || op.stamp < maker->stamp) maker = &op;
  if (maker != nullptr) fact.made = maker->stamp;
  const OpEntry* author = view.finalized ? view.final_op : maker;
  if (author != nullptr) fact.author = {source.device(author->stamp.feed), author->holder};
  if (view.finalized) fact.signed_at = view.final_op->stamp;
}

// What is in the record itself need not be looked for: a restored phone's last changes keep their stamps in
// the log that it began anew.
void name_others(const changelog::RecordState& state, const std::function<void(const Named&)>& named) {
  const auto here = state.seen();
  const auto name = [&](const changelog::Stamp& what, const changelog::Stamp& by) {
    if (what.feed == by.feed) return;
    const auto found = here.find(what.feed);
    if (found == here.end() || found->second < what.hlc) named({what, by});
  };
  for (const auto& [path, cell] : state.cells())
    for (const auto& op : cell.ops) {
      for (const auto& stamp : op.replaces) name(stamp, op.stamp);
      if (const auto* mark = std::get_if<changelog::Mark>(&op.value))
        for (const auto& [feed, hlc] : mark->seen) name({hlc, feed}, op.stamp);
    }
}

const OpEntry* first_final(const changelog::RecordState& state) {
  const auto cell = state.cells().find(records::kFinalMark);
  if (cell == state.cells().end()) return nullptr;
  for (const auto& op : cell->second.ops)
    if (std::holds_alternative<changelog::Mark>(op.value)) return &op;
  return nullptr;
}

bool says_day(const changelog::Value& value, std::int32_t day) {
  if (const auto* date = std::get_if<changelog::Date>(&value)) return date->days == day;
  const auto* instant = std::get_if<changelog::Instant>(&value);
  return instant != nullptr && local_days(instant->ms) == day;
}

}  // namespace

void read_entered(const records::KindParts& parts, const changelog::RecordState& state, Fact& fact) {
  fact.entered = {};
  const auto starts = parts.find("start");
  if (!fact.day || starts == parts.end()) return;
  for (const auto& one : starts->second) {
    const auto cell = state.cells().find(one.path);
    if (cell == state.cells().end()) continue;
    const auto& ops = cell->second.ops;  // by stamp
    const auto first =
        std::find_if(ops.begin(), ops.end(), [&](const auto& op) { return says_day(op.value, *fact.day); });
    if (first == ops.end()) continue;
    fact.entered = first->stamp;
    return;
  }
}

void read_fact(const FactSource& source, const changelog::RecordState& state,
               const changelog::RecordView& view, Fact& fact,
               const std::function<void(const Named&)>& named) {
  const Parts parts(*source.parts, view.finalized ? view.signed_fields : view.fields);
  fact.finalized = view.finalized && !view.deleted;
  fact.withdrawn = view.deleted;
  if (view.deleted_op != nullptr) fact.withdrawn_ms = changelog::hlc_ms(view.deleted_op->stamp.hlc);
  read_stamps(source, state, view, fact);
  read_times(parts, fact);
  read_entered(*source.parts, state, fact);  // by the day that was read
  read_place(parts, fact);
  read_content(parts, fact);
  read_promises(parts, state, fact);
  const auto signs = state.cells().lower_bound("@sign_");
  fact.any_signature = signs != state.cells().end() && signs->first.rfind("@sign_", 0) == 0;
  if (const auto* first = first_final(state); first != nullptr) {
    fact.first_signed = first->stamp;
    fact.first_signed_ms = changelog::hlc_ms(first->stamp.hlc);
    if (fact.finalized && (first != view.final_op || !view.late.empty()))
      read_rewrites(source, parts, state, std::get<changelog::Mark>(first->value), fact);
  }
  name_others(state, named);
}

}  // namespace gandan::audit
