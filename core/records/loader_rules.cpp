// From schema/rules/*.json to rules, every fault by file, rule and column. See loader.hpp.
#include <algorithm>

#include "base/calendar.hpp"
#include "records/digest.hpp"
#include "records/judge.hpp"
#include "records/loader.hpp"
#include "records/schema_set.hpp"

namespace gandan::records {
namespace {

constexpr Sentence kTestSentences[] = {Sentence::holds, Sentence::fails, Sentence::unknown};
constexpr Sentence kDeadlineSentences[] = {Sentence::in_time, Sentence::late,       Sentence::early,
                                           Sentence::open,    Sentence::waiting,    Sentence::overdue,
                                           Sentence::unknown, Sentence::entry_late, Sentence::moved,
                                           Sentence::basis,   Sentence::ahead};
constexpr std::int64_t kMaxEntryDays = 3660;

bool good_id(std::string_view id) {
  return id.size() <= 80 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
         });
}

}  // namespace

void Loader::load_rules(const SchemaFile& file, const json::object& root) {
  if (const auto* sentences = json::find_object(root, "sentences")) {
    check_columns(root, {"sentences", "next_working_day"}, "");
    load_ending(root);
    return load_sentences(*sentences);
  }
  if (json::find(root, "indicators") != nullptr || json::find(root, "kinds") != nullptr) {
    state_.indicators_file = file.path;
    return read_indicators(root, state_.indicators,
                           [this](const auto& where, const auto& column, const auto& vi, const auto& en) {
                             fault(where, column, vi, en);
                           });
  }
  check_columns(root, {"law", "rules"}, "");
  const auto law = json::find_text(root, "law").value_or("");
  const json::array* rows = json::find_array(root, "rules");
  if (rows == nullptr || law.empty()) {
    return fault("", rows == nullptr ? "rules" : "law", "Thiếu cột này.", "This column is missing.");
  }
  for (const auto& row : *rows) {
    const json::object* o = row.if_object();
    if (o == nullptr) {
      fault("rules", "", "Mỗi quy tắc là một đối tượng.", "Every rule is an object.");
      continue;
    }
    Rule rule = read_rule(*o, file.path);
    if (json::find(*o, "law") == nullptr) rule.law = law;
    json::object whole = *o;
    whole["law"] = rule.law;
    rule.digest = digest_of(whole, {std::begin(kMayChange), std::end(kMayChange)});
    for (const auto& other : state_.rules) {
      if (other.id == rule.id && other.version == rule.version) {
        fault(rule.id, "version", "Quy tắc và phiên bản này đã có.", "This rule and version exists already.");
      }
    }
    state_.rules.push_back(std::move(rule));
  }
}

void Loader::load_sentences(const json::object& sentences) {
  std::vector<std::string_view> known;
  for (const auto which : kDeadlineSentences) {
    known.push_back(to_text(which));
    if (json::find(sentences, to_text(which)) == nullptr) continue;
    state_.sentences[static_cast<std::size_t>(which)] = read_sentence(sentences, to_text(which), "sentences");
  }
  check_columns(sentences, known, "sentences");
}

// {"law", "article", "verified_by"}: why a last day moves.
void Loader::load_ending(const json::object& root) {
  const auto* ending = json::find_object(root, "next_working_day");
  if (ending == nullptr) return;
  const std::string where = "next_working_day";
  check_columns(*ending, {"law", "article", "verified_by"}, where);
  state_.ending.law = json::find_text(*ending, "law").value_or("");
  state_.ending.article = json::find_text(*ending, "article").value_or("");
  state_.ending.verified_by = json::find_text(*ending, "verified_by").value_or("");
  if (state_.ending.law.empty() || state_.ending.article.empty())
    fault(where, "article", "Thiếu luật hoặc điều khoản.", "The law or the article is missing.");
  if (json::find(*ending, "verified_by") == nullptr)
    fault(where, "verified_by", "Ghi ai đã đọc điều luật, hoặc null.", "Name who read the article, or null.");
}

Rule Loader::read_rule(const json::object& o, const std::string& file) {
  Rule rule;
  rule.file = file;
  rule.id = json::find_text(o, "id").value_or("");
  const std::string where = rule.id;
  check_columns(o, {"id",       "version",      "label",    "law",         "article",    "kind",    "list",
                    "applies",  "test",         "due",      "done",        "not_before", "counts",  "gate",
                    "severity", "entry_within", "holds",    "fails",       "unknown",    "in_time", "late",
                    "early",    "open",         "waiting",  "overdue",     "entry_late", "value",   "unit",
                    "province", "valid_from",   "valid_to", "verified_by", "ends",       "moved",   "basis",
                    "ahead",    "row"},
                where);
  if (rule.id.empty()) {
    fault("", "id", "Thiếu mã quy tắc.", "The rule's id is missing.");
  } else if (!good_id(rule.id)) {
    fault(where, "id", "Mã gồm a-z, 0-9, dấu chấm, gạch dưới; nhiều nhất 80.",
          "An id has a-z, 0-9, dots and underscores, at most 80.");
  }
  rule.version = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(json::find_integer(o, "version").value_or(0), 0, 999'999));
  if (rule.version == 0) fault(where, "version", "Cần số nguyên từ 1.", "Wants a whole number from 1.");
  rule.label = read_label(o, "label", where, true);
  rule.law = json::find_text(o, "law").value_or("");
  rule.article = json::find_text(o, "article").value_or("");
  if (rule.article.empty()) fault(where, "article", "Thiếu điều khoản.", "The article is missing.");
  rule.kind = json::find_text(o, "kind").value_or("");
  rule.list = json::find_text(o, "list").value_or("");
  rule.applies.text = json::find_text(o, "applies").value_or("");
  rule.test.text = json::find_text(o, "test").value_or("");
  rule.due.text = json::find_text(o, "due").value_or("");
  rule.done.text = json::find_text(o, "done").value_or("");
  rule.not_before.text = json::find_text(o, "not_before").value_or("");
  const bool deadline = !rule.due.text.empty() || !rule.done.text.empty() || !rule.not_before.text.empty();
  if (rule.test.text.empty() && !deadline) {
    fault(where, "test", "Thiếu phép thử, hoặc thời hạn (due, done).",
          "The test is missing, or a deadline (due, done).");
  } else if (!rule.test.text.empty() && deadline) {
    fault(where, "test", "Chỉ một trong hai: phép thử hoặc thời hạn.", "Either a test or a deadline.");
  } else if (deadline && rule.done.text.empty()) {
    fault(where, "done", "Thời hạn cần ngày đã làm.", "A deadline wants the day of the act.");
  } else if (deadline && rule.due.text.empty() && rule.not_before.text.empty()) {
    fault(where, "due", "Thời hạn cần ngày cuối hoặc ngày sớm nhất.",
          "A deadline wants its last day or its first.");
  }
  if (json::find(o, "ends") != nullptr) {
    rule.next_working_day = json::find_text(o, "ends") == "next_working_day";
    if (!rule.next_working_day || rule.due.text.empty())
      fault(where, "ends", "Chỉ có next_working_day, đi cùng ngày cuối (due).",
            "Only next_working_day, of a last day (due).");
  }
  if (const auto* within = json::find(o, "entry_within")) {
    rule.entry_within = json::as_integer(*within);
    if (!deadline || !rule.entry_within || *rule.entry_within < 0 || *rule.entry_within > kMaxEntryDays) {
      fault(where, "entry_within", "Số ngày, chỉ đi cùng thời hạn.", "A number of days, of a deadline only.");
    }
  }
  const auto severity = json::find_text(o, "severity").value_or("");
  if (severity == "info")
    rule.severity = Severity::info;
  else if (severity == "warning")
    rule.severity = Severity::warning;
  else if (severity != "violation")
    fault(where, "severity", "Chỉ có info, warning, violation.", "One of info, warning, violation.");
  if (json::find(o, "gate") != nullptr) {
    rule.gate = json::find_text(o, "gate") == "finalize";
    if (!rule.gate) fault(where, "gate", "Chỉ có finalize.", "Only finalize.");
    if (rule.gate && rule.severity != Severity::violation)
      fault(where, "gate", "Cửa chặn phải là violation.", "A gate is a violation.");
  }
  rule.row = read_label(o, "row", where, false);
  if (!rule.row.vi.empty() && rule.list.empty())
    fault(where, "row", "Cột này đi cùng danh sách (list).", "This column goes with a list.");
  read_sentences(o, rule);
  read_values(o, rule);
  read_counts(o, rule);
  rule.unit = json::find_text(o, "unit").value_or("");
  rule.province = json::find_text(o, "province").value_or("");
  rule.verified_by = json::find_text(o, "verified_by").value_or("");
  if (json::find(o, "verified_by") == nullptr) {
    fault(where, "verified_by", "Ghi ai đã đọc điều luật, hoặc null.", "Name who read the article, or null.");
  }
  rule.valid_from = read_day(o, "valid_from", where, false);
  rule.valid_to = read_day(o, "valid_to", where, false);
  if (rule.valid_from && rule.valid_to && *rule.valid_to < *rule.valid_from)
    fault(where, "valid_to", "Ngày hết hiệu lực đứng trước ngày có hiệu lực (valid_from).",
          "The last day lies before the first (valid_from).");
  return rule;
}

// {"vi", "en"}, or a list of such pieces with "when".
std::vector<SentencePart> Loader::read_sentence(const json::object& o, const char* column,
                                                const std::string& where) {
  const auto* pieces = json::find_array(o, column);
  if (pieces == nullptr) return {{read_label(o, column, where, true), {}}};
  std::vector<SentencePart> out;
  for (const auto& piece : *pieces) {
    const auto* row = piece.if_object();
    if (row == nullptr) {
      fault(where, column, "Mỗi mảnh câu là một đối tượng.", "Every piece is an object.");
      continue;
    }
    check_columns(*row, {"vi", "en", "when"}, where + ": " + column);
    SentencePart part{label_in(*row, where, column), {}};
    part.when.text = json::find_text(*row, "when").value_or("");
    out.push_back(std::move(part));
  }
  if (out.empty()) fault(where, column, "Câu không có mảnh nào.", "The sentence has no pieces.");
  return out;
}

// A test brings its three sentences; a deadline those that say more than the common ones.
void Loader::read_sentences(const json::object& o, Rule& rule) {
  const bool test = !rule.test.text.empty();
  for (std::size_t i = 0; i < kSentences; ++i) {
    const auto which = static_cast<Sentence>(i);
    const char* column = to_text(which);
    const bool asked = test ? std::find(std::begin(kTestSentences), std::end(kTestSentences), which) !=
                                  std::end(kTestSentences)
                            : std::find(std::begin(kDeadlineSentences), std::end(kDeadlineSentences),
                                        which) != std::end(kDeadlineSentences);
    const bool given = json::find(o, column) != nullptr;
    if (asked && (test || given)) {
      rule.sentences[i] = read_sentence(o, column, rule.id);
    } else if (!asked && given) {
      fault(rule.id, column, "Câu này không đi cùng loại quy tắc này.",
            "This sentence does not go with such a rule.");
    }
  }
}

void Loader::read_values(const json::object& o, Rule& rule) {
  const auto* value = json::find(o, "value");
  if (value == nullptr) return;
  if (const auto* several = value->if_object()) {
    for (const auto& member : *several) {
      const auto n = json::as_integer(member.value());
      if (!n) fault(rule.id, "value", "Chỉ nhận số nguyên.", "Only whole numbers.");
      rule.values[std::string(member.key().data(), member.key().size())] = n.value_or(0);
    }
  } else if (const auto n = json::as_integer(*value)) {
    rule.values["value"] = *n;
  } else {
    fault(rule.id, "value", "Chỉ nhận số nguyên.", "Only whole numbers.");
  }
}

void Loader::read_counts(const json::object& o, Rule& rule) {
  if (json::find(o, "counts") == nullptr) return;
  const auto* counts = json::find_object(o, "counts");
  if (counts == nullptr) return fault(rule.id, "counts", "Cần một đối tượng.", "Wants an object.");
  for (const auto& member : *counts) {
    RuleCount count;
    count.name = std::string(member.key().data(), member.key().size());
    const auto* row = member.value().if_object();
    if (row == nullptr) {
      fault(rule.id, "counts", "Mỗi phép đếm là một đối tượng.", "Every count is an object.");
      continue;
    }
    check_columns(*row, {"list", "where", "distinct", "among"}, rule.id + ": counts: " + count.name);
    count.list = json::find_text(*row, "list").value_or("");
    count.where.text = json::find_text(*row, "where").value_or("");
    count.distinct = json::find_text(*row, "distinct").value_or("");
    count.among = json::find_text(*row, "among").value_or("");
    if (count.list.empty() || (count.where.text.empty() && count.distinct.empty()))
      fault(rule.id, "counts", "Phép đếm cần list, và where hoặc distinct.",
            "A count wants list, and where or distinct.");
    if (!count.among.empty() && count.distinct.empty())
      fault(rule.id, "counts", "among so sánh mục ghi ở distinct: hãy ghi distinct.",
            "among compares the field that distinct names: give distinct.");
    rule.counts.push_back(std::move(count));
  }
}

// To the newest version of its kind that has what the rule names: a form's next version may drop a field, and
// the rules that judged records with it stay. The faults of the newest are told when none has.
void Loader::bind_rule(Rule& rule, Saying& saying) {
  file_ = rule.file;
  const auto versions = state_.versions(rule.kind);
  if (versions.empty()) {
    return fault(rule.id, "kind", "Không có loại hồ sơ \"" + rule.kind + "\".",
                 "There is no kind \"" + rule.kind + "\".");
  }
  std::vector<FieldError> newest;
  std::vector<FieldError> before;
  faults_.swap(before);
  for (const auto* type : versions) {
    Rule bound = rule;
    Saying said;
    bind_rule_to(*type, bound, said);
    const bool whole = faults_.empty();
    if (type == versions.front()) newest = faults_;
    faults_.clear();
    if (!whole) continue;
    rule = std::move(bound);
    saying = std::move(said);
    newest.clear();
    break;
  }
  faults_.swap(before);
  for (auto& one : newest)
    if (faults_.size() < kMaxFaults) faults_.push_back(std::move(one));
}

// `names`: the rule's own, without its counts.
void Loader::bind_count(const RecordType& type, const Names& names, const Rule& rule, RuleCount& count) {
  CountSource source;
  const auto list = resolve(count.list + "__count", names);
  const RecordType* of = &type;
  if (list.ok()) {
    source.list = *list;
    for (const auto& link : list->links) {
      const Field* field = of->find(list->level > 0 && of == &type ? rule.list + "[]." + link : link);
      of = field == nullptr ? nullptr : state_.newest(field->link);
      if (of == nullptr) break;
    }
  }
  auto inside = of == nullptr ? Result<Names>(Code::bad_expression) : state_.names(*of, source.list.path);
  if (!list.ok() || !inside.ok()) return fault(rule.id, "counts", "Không có danh sách này.", "No such list.");
  inside->figures = &rule.values;
  if (auto compiled = state_.engine.compile(count.where.text); compiled.ok()) {
    for (const auto& name : compiled->names()) {
      if (name.rfind("outer__", 0) != 0) continue;
      auto outer = resolve(std::string_view(name).substr(7), names);
      if (!outer.ok()) continue;  // binding says that the name is unknown
      source.outer_names.push_back(name);
      source.outer.push_back(std::move(*outer));
    }
  }
  if (!count.distinct.empty()) {
    const auto field = resolve(count.distinct, *inside);
    if (!field.ok() || field->what != Slot::What::value || field->level != 1 || !field->links.empty() ||
        field->personal)
      return fault(rule.id, "counts", "distinct phải là một mục của danh sách, không phải dữ liệu cá nhân.",
                   "distinct is a field of the list's items that is not personal.");
    source.distinct = field->path;
  }
  if (!count.among.empty()) {
    auto among = resolve(count.among + "__distinct", names);
    if (!among.ok() || among->what != Slot::What::distinct || among->personal)
      return fault(rule.id, "counts",
                   "among phải là một mục của một danh sách, ví dụ roll__households__code.",
                   "among is a field of a list's items, such as roll__households__code.");
    source.among = std::move(*among);
  }
  inside->extra = &source.outer_names;
  count.where = bind(count.where.text, *inside, rule.id, "counts");
  count.source = std::make_shared<const CountSource>(std::move(source));
}

void Loader::bind_rule_to(const RecordType& type, Rule& rule, Saying& saying) {
  auto names = state_.names(type, rule.list);
  if (!names.ok()) return fault(rule.id, "list", "Không có danh sách này.", names.error().detail);
  names->figures = &rule.values;
  std::vector<std::string> extra;
  for (auto& count : rule.counts) {
    if (type.find(count.name) != nullptr)
      fault(rule.id, "counts", "Tên này đã là một mục của mẫu.", "A field of the form has this name.");
    bind_count(type, *names, rule, count);
    extra.push_back(count.name);
  }
  names->extra = &extra;
  rule.applies = bind(rule.applies.text, *names, rule.id, "applies");
  rule.test = bind(rule.test.text, *names, rule.id, "test");
  rule.due = bind(rule.due.text, *names, rule.id, "due");
  rule.done = bind(rule.done.text, *names, rule.id, "done");
  rule.not_before = bind(rule.not_before.text, *names, rule.id, "not_before");
  for (const char* name : kSentenceNames) extra.emplace_back(name);
  bind_sentences(*names, rule, saying);
}

std::optional<SaidPart> Loader::bind_part(const SentencePart& part, const Names& names,
                                          const std::string& where, const char* column) {
  auto vi = TextTemplate::parse(part.text.vi, names);
  auto en = TextTemplate::parse(part.text.en, names);
  for (const auto* parsed : {&vi, &en}) {
    if (!parsed->ok())
      fault(where, column, "Mẫu câu sai: " + parsed->error().detail,
            "Bad template: " + parsed->error().detail);
    else if ((*parsed)->reads_personal())
      leaks(where, column);
  }
  auto when = bind(part.when.text, names, where, column);
  if (!vi.ok() || !en.ok()) return std::nullopt;
  return SaidPart{std::move(*vi), std::move(*en), std::move(when)};
}

void Loader::bind_sentences(const Names& names, Rule& rule, Saying& saying) {
  if (rule.test.text.empty()) {  // what the common sentences say need not be repeated
    if (rule.next_working_day && state_.ending.article.empty())
      fault(rule.id, "ends", "Tệp câu chung chưa ghi điều luật (next_working_day).",
            "The common sentences name no article (next_working_day).");
    for (const auto which : kDeadlineSentences) {
      if (which == Sentence::basis || (which == Sentence::moved && !rule.next_working_day)) continue;
      auto& parts = rule.sentences[static_cast<std::size_t>(which)];
      if (parts.empty()) parts = state_.sentences[static_cast<std::size_t>(which)];
      if (parts.empty())
        fault(rule.id, to_text(which), "Thiếu câu này, cả ở tệp câu chung.",
              "This sentence is missing, also from the common ones.");
    }
  }
  for (std::size_t i = 0; i < kSentences; ++i)
    for (const auto& part : rule.sentences[i])
      if (auto said = bind_part(part, names, rule.id, to_text(static_cast<Sentence>(i))))
        saying.sentences[i].push_back(std::move(*said));
  if (rule.row.vi.empty()) return;
  if (auto said = bind_part({rule.row, {}}, names, rule.id, "row")) saying.row.push_back(std::move(*said));
}

}  // namespace gandan::records
