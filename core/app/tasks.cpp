// Method task.list: what is due, for me, my unit or my subtree: deadlines of the law, commitments to people,
// records handed back, conflicts, numbers given twice, what waits for this office, what was not sent.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "app/dispatch.hpp"
#include "app/numbers.hpp"
#include "app/workflow.hpp"
#include "base/calendar.hpp"
#include "base/search_text.hpp"
#include "records/format.hpp"

namespace gandan::app {
namespace {

using records::DeadlineState;
using records::Stage;

constexpr std::size_t kTaskRows = 1000;
constexpr std::size_t kMaxUnsentNamed = 100;

// In the order in which they stand among tasks without a day.
enum class What { deadline, commitment, appointment, returned, amended, conflict, number, review, unsent };
constexpr const char* kWhat[] = {"deadline", "commitment", "appointment", "returned", "amended",
                                 "conflict", "number",     "review",      "unsent"};

struct Task {
  What what = What::deadline;
  std::optional<vault::RecordRow> row;
  std::string path;
  std::string rule;
  std::optional<std::int32_t> due;
  Words words;
};

struct Commitments {
  std::int64_t made = 0, kept = 0, kept_late = 0, partly = 0, broken = 0, open = 0, overdue = 0;
};

bool is_commitment(std::string_view kind, std::string_view path) {
  return kind == kCommitment || path.substr(0, 12) == "commitments[";
}

// A household that was promised another visit, and what came of it.
struct Appointment {
  vault::RecordRow row;
  std::string household;  // project and code
  std::int32_t visited = 0;
  std::int32_t next = 0;
};
constexpr const char* kVisits[] = {"mobilisation_visit", "handover", "coercion"};

// Of a visit, a handover or a coercion: whose, and the day it took place.
std::string household_of(const records::Document& document) {
  std::string out;
  for (const char* field : {"project", "household"}) {
    const auto* value = document.tree.value(field);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    out += (text == nullptr ? std::string() : search_forms(*text).exact) + "\n";
  }
  return out;
}
std::optional<std::int32_t> day_in(const records::Document& document, const char* field) {
  const auto* value = document.tree.value(field);
  if (value == nullptr) return std::nullopt;
  if (const auto* date = std::get_if<changelog::Date>(value)) return date->days;
  if (const auto* time = std::get_if<changelog::Instant>(value)) return local_days(time->ms);
  return std::nullopt;
}

class Tasks {
 public:
  Tasks(Session& session, std::int64_t days, bool mine)
      : session_(session),
        documents_(session),
        days_(days),
        mine_(mine),
        holder_(current_holder(*session.vault)) {}

  Documents& documents() { return documents_; }
  std::vector<Task>& tasks() { return tasks_; }
  const Commitments& commitments() const { return commitments_; }

  Status add(const vault::RecordRow& row) {
    GANDAN_TRY(const auto loaded, documents_.load(row.id));
    const bool mine = !mine_ || is_mine(*loaded);
    if ((row.flags & vault::kFinalized) != 0) GANDAN_CHECK(workflow(*loaded, mine));
    if (!mine) return {};
    if ((row.flags & vault::kConflict) != 0) conflict(*loaded);
    // What was done is done, also while the amendment that says so is not signed yet.
    if (!loaded->view.late.empty()) documents_.make_present(*loaded);
    deadlines(*loaded);
    appointment(*loaded);
    return {};
  }

  // Another visit that was promised stays a task until the household was visited again, by whom ever, or its
  // land was handed over or taken.
  Status add_appointments(std::int32_t today) {
    if (appointments_.empty()) return {};
    std::map<std::string, std::int32_t> last;
    vault::ListFilter filter;
    filter.limit = kTaskRows;
    for (const char* kind : kVisits) {
      filter.kind = kind;
      filter.offset = 0;
      for (bool more = true; more; filter.offset += kTaskRows) {
        GANDAN_TRY(const auto rows, vault::list(*session_.vault, filter));
        for (const auto& row : rows) {
          GANDAN_TRY(const auto loaded, documents_.load(row.id));
          const auto start = day_in(loaded->document, "start");
          const auto day = start ? start : day_in(loaded->document, "on");
          if (!day || *day > today) continue;
          auto& latest = last.emplace(household_of(loaded->document), *day).first->second;
          latest = std::max(latest, *day);
        }
        more = rows.size() == kTaskRows;
      }
    }
    for (auto& one : appointments_) {
      const auto found = last.find(one.household);
      if (found != last.end() && found->second > one.visited) continue;
      const std::string day = records::date_for_people(one.next);
      const std::string n = std::to_string(std::abs(std::int64_t{one.next} - today));
      Words words =
          one.next < today
              ? Words{"Hẹn gặp lại hộ ngày " + day + ": QUÁ HẠN " + n + " ngày, chưa có lần gặp sau.",
                      "To visit the household again on " + day + ": OVERDUE by " + n +
                          " days, no later visit is recorded."}
              : Words{"Hẹn gặp lại hộ ngày " + day + ".", "To visit the household again on " + day + "."};
      tasks_.push_back({What::appointment, std::move(one.row), {}, {}, one.next, std::move(words)});
    }
    return {};
  }

 private:
  void put(What what, const Loaded& loaded, Words words) {
    tasks_.push_back({what, loaded.row, {}, {}, {}, std::move(words)});
  }

  // Whoever wrote any of it. Without a holder the device stands for the person.
  bool is_mine(const Loaded& loaded) const {
    const auto roster = session_.vault->roster();
    for (const auto& [path, cell] : loaded.state.cells())
      for (const auto& op : cell.ops) {
        if (!holder_.is_zero() && op.holder == holder_) return true;
        const auto* feed = holder_.is_zero() && roster.ok() ? (*roster)->feed(op.stamp.feed) : nullptr;
        if (feed != nullptr && feed->device == session_.vault->identity().id) return true;
      }
    return false;
  }

  void deadlines(const Loaded& loaded) {
    std::set<std::string> ended;  // several rules speak of a commitment
    for (const auto& v : documents_.verdicts(loaded)) {
      if (v.apart) continue;
      const bool commitment = is_commitment(loaded.row.kind, v.path);
      if (v.state == DeadlineState::none) {
        if (commitment && ended.insert(v.path).second) count_result(loaded.document, v.path);
        continue;
      }
      if (commitment) count(v);
      const bool soon = v.state == DeadlineState::open && v.due && v.days <= days_;
      if (v.state != DeadlineState::overdue && !soon) continue;
      tasks_.push_back(
          {commitment ? What::commitment : What::deadline, loaded.row, v.path, v.rule, v.due, v.said()});
    }
  }

  void appointment(const Loaded& loaded) {
    if (loaded.row.kind != kVisits[0]) return;
    const auto next = day_in(loaded.document, "next_date");
    const auto visited = day_in(loaded.document, "start");
    if (!next || !visited || std::int64_t{*next} - local_days(session_.seams.clock->wall_ms()) > days_)
      return;
    appointments_.push_back({loaded.row, household_of(loaded.document), *visited, *next});
  }

  // What ended otherwise than kept has no day any more: a rule of its own says so, and it is counted there.
  void count_result(const records::Document& document, const std::string& path) {
    const std::string outcome = choice_in(tree_at(document, path), "outcome");
    if (outcome != "partly" && outcome != "broken") return;
    ++commitments_.made;
    ++(outcome == "partly" ? commitments_.partly : commitments_.broken);
  }
  void count(const records::Verdict& v) {
    if (v.state == DeadlineState::unknown) return;
    ++commitments_.made;
    if (v.state == DeadlineState::open)
      ++commitments_.open;
    else if (v.state == DeadlineState::overdue)
      ++commitments_.overdue;
    else if (v.state == DeadlineState::late)
      ++commitments_.kept_late;
    else
      ++commitments_.kept;
  }
  // The record's own, or the item's that the path names: "commitments[01h…]".
  static const records::Tree* tree_at(const records::Document& document, const std::string& path) {
    const auto open = path.find('[');
    if (open == std::string::npos) return &document.tree;
    const auto* items = document.tree.list(path.substr(0, open));
    const std::string id = path.substr(open + 1, path.size() - open - 2);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i)
      if ((*items)[i].id == id) return &(*items)[i].tree;
    return nullptr;
  }
  static std::string choice_in(const records::Tree* tree, const std::string& path) {
    const auto* value = tree == nullptr ? nullptr : tree->value(path);
    const auto* choices = value == nullptr ? nullptr : std::get_if<changelog::Choices>(value);
    return choices == nullptr || choices->codes.empty() ? std::string() : choices->codes.front();
  }

  void conflict(const Loaded& loaded) {
    const std::string n = std::to_string(loaded.view.contested().size());
    put(What::conflict, loaded,
        {n + " chỗ hai bên ghi khác nhau, hãy chọn.", n + " places that two wrote differently: choose."});
  }

  Status workflow(const Loaded& loaded, bool mine) {
    GANDAN_TRY(const auto flow, flow_of(*session_.vault, loaded.state, loaded.view));
    const bool amended = flow.stage == Stage::amended;
    const auto* question = flow.flow.open_question();
    if (mine && question != nullptr)
      put(What::returned, loaded,
          Words{"Bị trả lại: ", "Handed back: "} + same(quotation(question->mark().reason) + " – ") +
              author_words(documents_.names().author(*question->op)) +
              (amended ? Words{"; đã sửa, chưa chốt lại.", "; amended, not finalised again."} : Words{}));
    else if (mine && amended)
      put(What::amended, loaded,
          {"Đã sửa sau khi chốt, chưa chốt lại.", "Amended after it was finalised, not finalised again."});
    if (flow.stage == Stage::finalized || flow.stage == Stage::received || flow.stage == Stage::answered)
      review(loaded, flow);
    return {};
  }

  // What waits for this office: not what it finalised itself, nor the house's own lists.
  void review(const Loaded& loaded, const Flow& flow) {
    const std::string_view kind = loaded.row.kind;
    if (kind == kUnitProfile || kind == kVillage || kind == kHolder) return;
    const auto roster = session_.vault->roster();
    const DeviceId own = session_.vault->identity().id;
    if (!roster.ok() || !(*roster)->may(own, roster::Right::accept, loaded.row.unit)) return;
    const auto* feed = (*roster)->feed(flow.flow.signed_version()->op->stamp.feed);
    if (feed == nullptr || feed->device == own) return;
    if (flow.stage != Stage::answered)
      return put(What::review, loaded,
                 {"Đã chốt, chờ nhận hoặc trả lại.", "Finalised: accept it or hand it back."});
    const auto* answer = flow.flow.reviews.front().answers.back();
    put(What::review, loaded,
        Words{"Đã trả lời: ", "Answered: "} +
            same(quotation(std::get<changelog::Mark>(answer->value).reason) + " – ") +
            author_words(documents_.names().author(*answer)) +
            Words{"; chờ nhận hoặc hỏi lại.", "; accept it or ask again."});
  }

  Session& session_;
  Documents documents_;
  std::int64_t days_;
  bool mine_;
  HolderId holder_;
  std::vector<Task> tasks_;
  std::vector<Appointment> appointments_;
  Commitments commitments_;
};

// Doubles and records with two numbers, each once.
Status number_tasks(Tasks& out, Session& s, const std::optional<UnitId>& unit, bool below) {
  GANDAN_TRY(auto found, number_faults(s, out.documents()));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  for (auto& fault : found) {
    const bool here = !unit || (below ? roster->within(fault.row.unit, *unit) : fault.row.unit == *unit);
    if (here) out.tasks().push_back({What::number, std::move(fault.row), {}, {}, {}, std::move(fault.words)});
  }
  return {};
}

json::object task_json(Documents& documents, const Task& task, std::int32_t today) {
  json::object out{{"what", kWhat[static_cast<std::size_t>(task.what)]}};
  if (task.row) out["record"] = documents.row_json(*task.row);
  if (!task.path.empty()) out["path"] = task.path;
  if (!task.rule.empty()) out["rule"] = task.rule;
  if (task.due) {
    out["due"] = date_text(*task.due);
    out["days"] = *task.due - today;
  }
  put_words(out, task.words);
  return out;
}

json::object commitments_json(const Commitments& c) {
  return json::object{{"made", c.made},      {"kept", c.kept},     {"kept_late", c.kept_late},
                      {"partly", c.partly},  {"broken", c.broken}, {"open", c.open},
                      {"overdue", c.overdue}};
}

}  // namespace

Result<json::value> task_list(Session& s, Params& p) {
  const std::int64_t days = p.integer_or("days", 7, 0, 3660);
  const auto unit_text = p.optional_text("unit");
  const bool below = p.flag_or("below", true);
  const bool mine = p.flag("mine");
  const auto limit = static_cast<std::size_t>(p.integer_or("limit", 200, 1, 10'000));
  GANDAN_CHECK(p.done());
  const std::int32_t today = local_days(s.seams.clock->wall_ms());
  Tasks found(s, days, mine);
  vault::ListFilter filter;
  if (unit_text) {
    GANDAN_TRY(filter.unit, found.documents().names().find_unit(*unit_text));
  }
  filter.limit = kTaskRows;
  std::int64_t read = 0;
  for (bool more = true; more; filter.offset += kTaskRows) {
    GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
    for (const auto& row : rows)
      if (below || !filter.unit || row.unit == *filter.unit) GANDAN_CHECK(found.add(row));
    read += static_cast<std::int64_t>(rows.size());
    if (!s.progress(json::object{{"records", read}})) return Code::cancelled;
    more = rows.size() == kTaskRows;
  }
  GANDAN_CHECK(found.add_appointments(today));
  GANDAN_CHECK(number_tasks(found, s, filter.unit, below));
  GANDAN_TRY(const auto unsent, vault::unsent_records(*s.vault));

  auto& tasks = found.tasks();
  std::stable_sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) {
    if (a.due.has_value() != b.due.has_value()) return a.due.has_value();
    return a.due ? *a.due < *b.due : a.what < b.what;
  });
  json::object counts;
  for (const char* what : kWhat) counts[what] = 0;
  for (const auto& task : tasks) {
    auto& count = counts[kWhat[static_cast<std::size_t>(task.what)]];
    count = count.as_int64() + 1;
  }
  std::int64_t overdue = 0;
  for (const auto& task : tasks) overdue += task.due && *task.due < today ? 1 : 0;
  counts["overdue"] = overdue;
  json::array out;
  for (const auto& task : tasks)
    if (out.size() < limit) out.push_back(task_json(found.documents(), task, today));
  if (!unsent.empty()) {
    counts["unsent"] = json::integer(static_cast<std::int64_t>(unsent.size()));
    Task task;
    task.what = What::unsent;
    const std::string n = std::to_string(unsent.size());
    task.words = {n + " hồ sơ có phần chưa gửi tới máy chủ; hãy đồng bộ khi có mạng, hoặc chuyển gói.",
                  n + " records have changes that the server has not; sync when there is a network, or carry "
                      "a bundle."};
    json::object row = task_json(found.documents(), task, today);
    json::array ids;
    for (const auto& id : unsent)
      if (ids.size() < kMaxUnsentNamed) ids.push_back(json::value(to_text(id)));
    row["records"] = std::move(ids);
    out.push_back(std::move(row));
  }
  return json::value(json::object{{"today", date_text(today)},
                                  {"until", date_text(today + static_cast<std::int32_t>(days))},
                                  {"tasks", std::move(out)},
                                  {"counts", std::move(counts)},
                                  {"commitments", commitments_json(found.commitments())}});
}

}  // namespace gandan::app
