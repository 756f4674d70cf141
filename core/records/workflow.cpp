#include "records/workflow.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "records/tree.hpp"

namespace gandan::records {
namespace {

// In @judged, beside the rules: no rule's id begins so.
constexpr std::string_view kForm = "@form";
constexpr std::string_view kCountryCalendar = "@calendar";
constexpr std::string_view kLocalCalendar = "@local_calendar";

using changelog::Mark;
using changelog::OpEntry;

const changelog::Cell* cell_at(const changelog::RecordState& state, std::string_view path) {
  const auto found = state.cells().find(path);
  return found == state.cells().end() ? nullptr : &found->second;
}

bool is_question(const OpEntry& op) { return !std::get<Mark>(op.value).reason.empty(); }

// A review names the content it speaks of.
bool is_review(const OpEntry& op) {
  const auto* mark = std::get_if<Mark>(&op.value);
  return mark != nullptr && !mark->content.is_zero();
}

bool same_save(const OpEntry& a, const OpEntry& b) {
  return a.save == b.save && a.stamp.feed == b.stamp.feed;
}

// The text that a save gives under a mark, beside `op`.
const OpEntry* text_beside(const changelog::RecordState& state, std::string_view mark, const OpEntry& op) {
  const auto* cell = cell_at(state, mark);
  if (cell == nullptr) return nullptr;
  const auto found = std::find_if(cell->ops.begin(), cell->ops.end(), [&](const OpEntry& other) {
    return same_save(other, op) && std::holds_alternative<std::string>(other.value);
  });
  return found == cell->ops.end() ? nullptr : &*found;
}

std::vector<Version> versions_of(const changelog::RecordState& state, const changelog::RecordView& view) {
  std::vector<Version> out;
  const auto* cell = cell_at(state, kFinalMark);
  if (cell == nullptr) return out;
  for (const auto& op : cell->ops) {  // ascending by stamp
    if (!std::holds_alternative<Mark>(op.value)) continue;
    out.push_back({static_cast<unsigned>(out.size() + 1), &op, &op == view.final_op});
  }
  return out;
}

void read_reviews(const changelog::RecordState& state, const changelog::RecordView& view,
                  const HadRight& had_right, Workflow& out) {
  const auto* cell = cell_at(state, kReviewMark);
  if (cell == nullptr) return;
  std::vector<const OpEntry*> counting;
  for (const auto& op : cell->ops) {
    if (!is_review(op)) continue;
    if (had_right(op, is_question(op)))
      counting.push_back(&op);
    else
      out.ignored.push_back(&op);
  }
  const auto counts = [&](const OpEntry& op) {
    return std::find(counting.begin(), counting.end(), &op) != counting.end();
  };
  const Hash content = view.final_op == nullptr ? Hash{} : std::get<Mark>(view.final_op->value).content;
  for (const auto* head : changelog::heads_among(*cell, counts).heads)
    out.reviews.push_back({head, is_question(*head), std::get<Mark>(head->value).content == content});
  const auto rank = [](const Review& review) { return review.current ? (review.question ? 0 : 1) : 2; };
  std::stable_sort(out.reviews.begin(), out.reviews.end(),
                   [&](const Review& a, const Review& b) { return rank(a) < rank(b); });
}

bool names(const changelog::Seen& seen, const changelog::Stamp& stamp) {
  const auto found = seen.find(stamp.feed);
  return found != seen.end() && found->second == stamp.hlc;
}

// An answer names the questions that it speaks to, by their stamps, so that none is answered before it is
// asked.
void read_answers(const changelog::RecordState& state, Workflow& out) {
  const auto* cell = cell_at(state, kAnswerMark);
  if (cell == nullptr) return;
  for (const auto& op : cell->ops) {
    const auto* said = std::get_if<Mark>(&op.value);
    if (said == nullptr || said->reason.empty()) continue;
    for (auto& review : out.reviews)
      if (review.question && review.mark().content == said->content && review.op->stamp < op.stamp &&
          names(said->seen, review.op->stamp))
        review.answers.push_back(&op);
  }
}

void read_amendments(const changelog::RecordState& state, const changelog::RecordView& view, Workflow& out) {
  for (const auto& change : view.late) {  // ascending by stamp: the ops of a save stand mostly together
    const auto at = std::find_if(out.amendments.begin(), out.amendments.end(), [&](const Amendment& known) {
      return same_save(*known.changes.front().second, *change.second);
    });
    if (at != out.amendments.end())
      at->changes.push_back(change);
    else
      out.amendments.push_back({reason_of(state, *change.second), {change}});
  }
}

}  // namespace

const char* to_text(Stage stage) {
  constexpr std::array<const char*, 9> names = {"draft",    "finalized", "received",  "accepted", "returned",
                                                "answered", "amended",   "withdrawn", "deleted"};
  return names[static_cast<std::size_t>(stage)];
}

const Version* Workflow::signed_version() const {
  const auto found = std::find_if(versions.begin(), versions.end(), [](const Version& v) { return v.holds; });
  return found == versions.end() ? nullptr : &*found;
}

const Review* Workflow::open_question() const {
  const auto found =
      std::find_if(reviews.begin(), reviews.end(), [](const Review& review) { return review.waits(); });
  return found == reviews.end() ? nullptr : &*found;
}

const OpEntry* reason_of(const changelog::RecordState& state, const OpEntry& op) {
  return text_beside(state, kReasonMark, op);
}

std::string judged_text(const Judgement& judgement) {
  std::string out;
  const auto line = [&](std::uint32_t version, std::string_view name, const std::string& digest) {
    out += (out.empty() ? "" : "\n") + std::to_string(version) + " " + std::string(name);
    if (!digest.empty()) out += " " + digest;
  };
  if (judgement.form > 0) line(judgement.form, kForm, judgement.form_digest);
  for (const auto& rule : judgement.rules) line(rule.version, rule.rule, rule.digest);
  const auto& [country, local] = judgement.calendars;
  line(country.version, kCountryCalendar, country.digest);
  line(local.version, kLocalCalendar, local.digest);
  return out;
}

namespace {

std::string_view take_until(std::string_view& text, char end) {
  const auto out = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), out.size() + 1));
  return out;
}

}  // namespace

// As many as a value holds; what is left out is read as it was first signed, or as it is.
std::string linked_text(const ReadWith& read_with) {
  constexpr std::size_t kMostBytes = 30'000;
  std::string out;
  const auto add = [&out](const std::string& line) {
    if (out.size() + line.size() < kMostBytes) out += (out.empty() ? "" : "\n") + line;
  };
  for (const auto& [record, content] : read_with.linked)
    add(gandan::to_text(record) + " " + to_hex(content.view()));
  for (const auto& [record, seen] : read_with.drafts) {
    std::string line = gandan::to_text(record);
    for (const auto& [feed, hlc] : seen) line += " " + gandan::to_text(feed) + ":" + std::to_string(hlc);
    add(line);
  }
  return out;
}

namespace {

// "feed:stamp feed:stamp"; nothing where a part is something else.
changelog::Seen read_seen(std::string_view text) {
  changelog::Seen out;
  while (!text.empty()) {
    std::string_view part = take_until(text, ' ');
    const auto feed = id_from_text<FeedId>(take_until(part, ':'));
    std::uint64_t hlc = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), hlc);
    if (!feed.ok() || read.ec != std::errc() || read.ptr != part.data() + part.size()) return {};
    out[*feed] = hlc;
  }
  return out;
}

}  // namespace

ReadWith read_linked(std::string_view text) {
  ReadWith out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const auto record = id_from_text<RecordId>(take_until(line, ' '));
    if (!record.ok()) continue;
    const auto content = from_hex(line);
    if (content && content->size() == Hash::size)
      out.linked.emplace(*record, Hash::from(*content));
    else if (auto seen = read_seen(line); !seen.empty())
      out.drafts.emplace(*record, std::move(seen));
  }
  return out;
}

std::optional<Judgement> judged_by(const changelog::RecordState& state, const changelog::RecordView& view) {
  const auto* op = view.final_op == nullptr ? nullptr : text_beside(state, kJudgedMark, *view.final_op);
  if (op == nullptr) return std::nullopt;
  Judgement out;
  out.calendars = {{1, {}}, {1, {}}};
  std::string_view text = std::get<std::string>(op->value);
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view number = take_until(line, ' ');
    RuleVersion rule;
    const auto* end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, rule.version);
    rule.rule = take_until(line, ' ');
    rule.digest = line;
    if (read.ec != std::errc() || read.ptr != end || rule.rule.empty()) continue;
    if (rule.rule == kForm) {
      out.form = rule.version;
      out.form_digest = std::move(rule.digest);
    } else if (rule.rule == kCountryCalendar)
      out.calendars.country = {rule.version, std::move(rule.digest)};
    else if (rule.rule == kLocalCalendar)
      out.calendars.local = {rule.version, std::move(rule.digest)};
    else
      out.rules.push_back(std::move(rule));
  }
  if (const auto* linked = text_beside(state, kLinkedMark, *view.final_op))
    static_cast<ReadWith&>(out) = read_linked(std::get<std::string>(linked->value));
  return out;
}

Workflow workflow(const changelog::RecordState& state, const changelog::RecordView& view,
                  const HadRight& had_right) {
  Workflow out;
  out.versions = versions_of(state, view);
  read_reviews(state, view, had_right, out);
  read_answers(state, out);
  read_amendments(state, view, out);
  return out;
}

Stage stage_of(const changelog::RecordView& view, const Workflow& workflow, bool received) {
  if (view.deleted) return state_of(view) == "withdrawn" ? Stage::withdrawn : Stage::deleted;
  if (!view.finalized) return Stage::draft;
  const bool amended = std::any_of(workflow.amendments.begin(), workflow.amendments.end(),
                                   [](const Amendment& a) { return a.reason != nullptr; });
  if (amended) return Stage::amended;
  if (workflow.open_question() != nullptr) return Stage::returned;
  if (!workflow.reviews.empty() && workflow.reviews.front().current)
    return workflow.reviews.front().question ? Stage::answered : Stage::accepted;
  return received ? Stage::received : Stage::finalized;
}

changelog::RecordView view_of(const changelog::RecordState& state, const changelog::RecordView& now,
                              const Version& version) {
  changelog::RecordView out;
  out.finalized = true;
  out.final_op = version.op;
  out.marks = now.marks;
  out.fields = changelog::fields_seen(state, version.mark().seen);
  out.signed_fields = out.fields;
  return out;
}

}  // namespace gandan::records
