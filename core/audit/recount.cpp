#include "audit/recount.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"

namespace gandan::audit {
namespace {

using changelog::Value;

constexpr std::string_view kKind = "@kind";

Error other_count(const ClaimedFigure& figure, std::string what) {
  return Error{Code::proof_other_count, figure.id + ": " + std::move(what)};
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  }) && (text.front() < '0' || text.front() > '9');
}

bool is_text(const ClaimedFigure& figure) {
  return std::all_of(figure.paths.begin(), figure.paths.end(),
                     [](const std::string& path) { return is_plain(path); }) &&
         is_plain(figure.id) && is_plain(figure.label_vi) && is_plain(figure.label_en) &&
         is_plain(figure.kind) && is_plain(figure.day) && is_plain(figure.where) && is_plain(figure.sum) &&
         is_plain(figure.distinct);
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// What the record says there: of the ops that no other disclosed one replaces the last by stamp; of a draft
// those of a clock that was wrong come before all others.
const Proven* said(const OpsByPlace& ops, const RecordId& record, std::string_view path) {
  const auto found = ops.find({record, std::string(path)});
  if (found == ops.end()) return nullptr;
  const auto replaced = [&](const Proven* one) {
    return std::any_of(found->second.begin(), found->second.end(), [&](const Proven* other) {
      return std::find(other->replaces.begin(), other->replaces.end(), one->stamp) != other->replaces.end();
    });
  };
  const bool draft = ops.count({record, std::string(changelog::kFinalMark)}) == 0;
  const auto before = [draft](const Proven* a, const Proven* b) {
    return draft && a->op.suspect != b->op.suspect ? a->op.suspect : a->stamp < b->stamp;
  };
  const Proven* out = nullptr;
  for (const Proven* one : found->second)
    if (!replaced(one) && (out == nullptr || before(out, one))) out = one;
  return out;
}

const Value* value_of(const OpsByPlace& ops, const RecordId& record, std::string_view path) {
  const Proven* found = said(ops, record, path);
  return found == nullptr ? nullptr : &found->op.value;
}

// As expressions join it; nothing where it is empty, or no text of its own.
std::optional<std::string> text_of(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(value))
    return text->empty() ? std::nullopt : std::optional(*text);
  if (const auto* number = std::get_if<std::int64_t>(value)) return std::to_string(*number);
  if (const auto* date = std::get_if<changelog::Date>(value)) return date_text(date->days);
  const auto* choices = std::get_if<changelog::Choices>(value);
  if (choices == nullptr || choices->codes.empty()) return std::nullopt;
  std::string out;
  for (const auto& code : choices->codes) out += (out.empty() ? "" : " ") + code;
  return out;
}

std::optional<std::int32_t> day_of(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* date = std::get_if<changelog::Date>(value)) return date->days;
  if (const auto* instant = std::get_if<changelog::Instant>(value)) return local_days(instant->ms);
  return std::nullopt;
}

std::optional<std::string> join(const JoinedText& formula, const OpsByPlace& ops, const RecordId& record) {
  std::string out;
  for (const auto& part : formula.parts) {
    const auto text = part.name ? text_of(value_of(ops, record, part.text)) : std::optional(part.text);
    if (!text) return std::nullopt;
    out += *text;
  }
  return out;
}

// The kind, the period and the signature of one record.
Status belongs(const ReportScope& scope, const ClaimedFigure& figure, const OpsByPlace& ops,
               const RecordId& record) {
  const auto* kind = value_of(ops, record, kKind);
  const auto* name = kind == nullptr ? nullptr : std::get_if<std::string>(kind);
  if (name == nullptr || *name != figure.kind) return other_count(figure, "a record of another kind");
  const auto day = figure.day.empty() ? std::nullopt : day_of(value_of(ops, record, figure.day));
  if (day && *day > scope.last) return other_count(figure, "a record of a later day");
  if (!figure.any_time && (!day || *day < scope.first))
    return other_count(figure, "a record from before the period");
  const Proven* final_op = said(ops, record, changelog::kFinalMark);
  if (final_op == nullptr)
    return figure.drafts ? Status() : Status(other_count(figure, "a record that is not finalised"));
  const auto* mark = std::get_if<changelog::Mark>(&final_op->op.value);
  if (mark == nullptr) return other_count(figure, "a record that is not finalised");
  const auto paths = paths_of(figure);
  for (auto at = ops.lower_bound({record, std::string()}); at != ops.end() && at->first.first == record;
       ++at) {
    if (at->first.second == changelog::kFinalMark || paths.count(at->first.second) == 0) continue;
    for (const Proven* one : at->second)
      if (!changelog::covers(mark->seen, one->stamp))
        return other_count(figure, "a change that was not signed");
  }
  return {};
}

Result<std::int64_t> sum_of(const ClaimedFigure& figure, const OpsByPlace& ops) {
  std::int64_t out = 0;
  for (const auto& record : figure.records) {
    const auto* value = value_of(ops, record, figure.sum);
    const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
    if (number == nullptr || __builtin_add_overflow(out, *number, &out))
      return other_count(figure, "a record without the number that is summed");
  }
  return out;
}

Result<std::int64_t> distinct_of(const ClaimedFigure& figure, const JoinedText& formula,
                                 const OpsByPlace& ops) {
  std::set<std::string> seen;
  for (const auto& record : figure.records) {
    const auto text = join(formula, ops, record);
    if (!text) return other_count(figure, "a record without what is told apart");
    seen.insert(*text);
  }
  return static_cast<std::int64_t>(seen.size());
}

}  // namespace

// The characters in UTF-8: U+0000 to 001F and 007F, 0080 to 009F, 061C, 200E, 200F, 2028 to 202E, 2066 to
// 2069.
bool is_plain(std::string_view text) {
  if (!valid_utf8(text)) return false;
  const auto byte = [text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned first = byte(at), second = byte(at + 1), third = byte(at + 2);
    if (first < 0x20 || first == 0x7f) return false;
    if (first == 0xc2 && second < 0xa0) return false;
    if (first == 0xd8 && second == 0x9c) return false;
    if (first != 0xe2) continue;
    if (second == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae))) return false;
    if (second == 0x81 && third >= 0xa6 && third <= 0xa9) return false;
  }
  return true;
}

Status countable(const ClaimedFigure& figure) {
  const auto ascending = [](const auto& list) {
    return std::adjacent_find(list.begin(), list.end(),
                              [](const auto& a, const auto& b) { return !(a < b); }) == list.end();
  };
  if (figure.id.empty() || figure.kind.empty()) return bad_proof("a figure without a name or a kind");
  if (!is_text(figure)) return bad_proof("a figure's words are no plain text");
  if (!ascending(figure.paths) || !ascending(figure.records)) return bad_proof("order in a figure");
  if (!figure.sum.empty() && !figure.distinct.empty()) return bad_proof("a figure that is counted two ways");
  const auto reads = [&](const std::string& path) {
    return std::binary_search(figure.paths.begin(), figure.paths.end(), path);
  };
  if (!figure.sum.empty() && (!is_name(figure.sum) || !reads(figure.sum))) return bad_proof("what is summed");
  if (figure.distinct.empty()) return {};
  const auto formula = joined_text(figure.distinct);
  if (!formula) return bad_proof("what is told apart");
  for (const auto& part : formula->parts)
    if (part.name && !reads(part.text)) return bad_proof("what is told apart");
  return {};
}

std::optional<JoinedText> joined_text(std::string_view formula) {
  JoinedText out;
  for (std::string_view rest = formula;;) {
    rest = without_blanks(rest);
    if (rest.empty()) return std::nullopt;
    std::size_t end = 0;
    if (rest.front() == '\'') {
      end = rest.find('\'', 1);
      if (end == std::string_view::npos) return std::nullopt;
      out.parts.push_back({false, std::string(rest.substr(1, end - 1))});
      ++end;
    } else {
      end = std::min(rest.find_first_of(" |"), rest.size());
      if (!is_name(rest.substr(0, end))) return std::nullopt;
      out.parts.push_back({true, std::string(rest.substr(0, end))});
    }
    rest = without_blanks(rest.substr(end));
    if (rest.empty()) return out;
    if (rest.substr(0, 2) != "||") return std::nullopt;
    rest.remove_prefix(2);
  }
}

OpsByPlace by_place(const std::vector<Proven>& ops) {
  OpsByPlace out;
  for (const auto& one : ops) out[{one.op.record, one.op.path}].push_back(&one);
  return out;
}

std::set<std::string> paths_of(const ClaimedFigure& figure) {
  std::set<std::string> out(figure.paths.begin(), figure.paths.end());
  out.insert(std::string(kKind));
  out.insert(std::string(changelog::kFinalMark));
  if (!figure.day.empty()) out.insert(figure.day);
  return out;
}

Status recount(const ReportScope& scope, const ClaimedFigure& figure, const OpsByPlace& ops) {
  for (const auto& record : figure.records) GANDAN_CHECK(belongs(scope, figure, ops, record));
  auto count = static_cast<std::int64_t>(figure.records.size());
  if (!figure.sum.empty()) {
    GANDAN_TRY(count, sum_of(figure, ops));
  } else if (!figure.distinct.empty()) {
    GANDAN_TRY(count, distinct_of(figure, *joined_text(figure.distinct), ops));
  }
  if (count != figure.value)
    return other_count(figure, std::to_string(count) + ", not " + std::to_string(figure.value));
  return {};
}

}  // namespace gandan::audit
