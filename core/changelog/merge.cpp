#include "changelog/merge.hpp"

#include <algorithm>
#include <set>

#include "changelog/wire_value.hpp"
#include "crypto/hash.hpp"

namespace gandan::changelog {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// Which ops take part: all, or those that a finalisation had seen.
struct Filter {
  const Seen* seen = nullptr;
  bool operator()(const OpEntry& entry) const { return !seen || covers(*seen, entry.stamp); }
};

// Ascending by stamp.
template <class F>
std::vector<const OpEntry*> heads_of(const Cell& cell, const F& filter) {
  const auto& ops = cell.ops;
  std::vector<const OpEntry*> out;
  if (ops.size() == 1) {
    if (filter(ops[0])) out.push_back(&ops[0]);
    return out;
  }
  std::vector<bool> replaced(ops.size(), false);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (!filter(ops[i])) continue;
    for (const auto& stamp : ops[i].replaces) {
      // Nearly always the op before this one.
      if (i > 0 && ops[i - 1].stamp == stamp && (i < 2 || ops[i - 2].stamp < stamp)) {
        replaced[i - 1] = true;
        continue;
      }
      const auto first =
          std::lower_bound(ops.begin(), ops.end(), stamp,
                           [](const OpEntry& entry, const Stamp& s) { return entry.stamp < s; });
      for (auto at = first; at != ops.end() && at->stamp == stamp; ++at) {
        replaced[static_cast<std::size_t>(at - ops.begin())] = true;
      }
    }
  }
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (!replaced[i] && filter(ops[i])) out.push_back(&ops[i]);
  }
  if (out.empty()) {  // a ring: nothing may vanish
    for (const auto& entry : ops) {
      if (filter(entry)) out.push_back(&entry);
    }
  }
  return out;
}

// Ascending by stamp as they come; the last is shown, twins by hash.
FieldView shown_first(std::vector<const OpEntry*> heads, bool mind_suspicion) {
  std::reverse(heads.begin(), heads.end());
  if (mind_suspicion)
    std::stable_partition(heads.begin(), heads.end(), [](const OpEntry* e) { return !e->suspect; });
  return {std::move(heads)};
}

FieldView field_of(const Cell& cell, Filter filter) {
  // The signed state does not depend on suspicion.
  return shown_first(heads_of(cell, filter), filter.seen == nullptr);
}

using CellRange = std::pair<RecordState::Cells::const_iterator, RecordState::Cells::const_iterator>;

// Marks beside a record's content: an office's word, a number, a signature. Only an edit that a delete had
// not seen, or a finalisation, speaks against it.
bool says_nothing_new(std::string_view path) { return path[0] == '@' && path != kFinalMark; }

// The first head by stamp that is a delete and has seen every op of the range, marks of deletion apart.
const OpEntry* holding_delete(const Cell& marks, const CellRange& range, Filter filter) {
  for (const auto* head : heads_of(marks, filter)) {
    const auto* mark = std::get_if<Mark>(&head->value);
    if (!mark) continue;
    bool holds = true;
    for (auto cell = range.first; holds && cell != range.second; ++cell) {
      if (is_delete(cell->first) || says_nothing_new(cell->first)) continue;
      for (const auto& entry : cell->second.ops) {
        if (!filter(entry) || covers(mark->seen, entry.stamp)) continue;
        holds = false;
        break;
      }
    }
    if (holds) return head;
  }
  return nullptr;
}

// Ascending by stamp; none where nobody deleted, or took it back.
std::vector<const OpEntry*> deletes_in(const Cell& marks) {
  auto out = heads_of(marks, Filter{});
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](const OpEntry* op) { return !std::holds_alternative<Mark>(op->value); }),
            out.end());
  return out;
}

// The cells of an item and all that lies in it: they share the prefix up to the bracket, and stand together.
CellRange item_range(const RecordState::Cells& cells, std::string_view prefix) {
  auto begin = cells.lower_bound(prefix);
  auto end = begin;
  while (end != cells.end() && starts_with(end->first, prefix)) ++end;
  return {begin, end};
}

// Sorts prefixes and drops those that lie in another, so that a path can only lie in the last one not above
// it.
void keep_outermost(std::vector<std::string_view>& prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  const auto nested = [](std::string_view outer, std::string_view inner) {
    return starts_with(inner, outer);
  };
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end(), nested), prefixes.end());
}
bool lies_in(std::string_view path, const std::vector<std::string_view>& outermost) {
  const auto above = std::upper_bound(outermost.begin(), outermost.end(), path);
  return above != outermost.begin() && starts_with(path, *std::prev(above));
}

Fields fields_of(const RecordState::Cells& cells, Filter filter) {
  std::vector<std::string_view> deleted;  // items
  for (const auto& [path, cell] : cells) {
    if (path[0] == '@' || !ends_with(path, "]@deleted")) continue;
    const std::string_view item(path.data(), path.size() - kDeletedMark.size());
    if (holding_delete(cell, item_range(cells, item), filter)) deleted.push_back(item);
  }
  keep_outermost(deleted);
  Fields out;
  for (const auto& [path, cell] : cells) {
    if (path[0] == '@' || ends_with(path, "@deleted") || lies_in(path, deleted)) continue;
    auto field = field_of(cell, filter);
    if (!field.heads.empty()) out.emplace_hint(out.end(), path, std::move(field));
  }
  return out;
}

const OpEntry* holding_final(const FieldView& marks) {
  const OpEntry* out = nullptr;
  for (const auto* head : marks.heads) {
    if (!std::holds_alternative<Mark>(head->value)) continue;
    if (!out || std::pair(head->suspect, head->stamp) < std::pair(out->suspect, out->stamp)) out = head;
  }
  return out;
}

void collect_late(const RecordState::Cells& cells, const Seen& seen, RecordView& out) {
  for (const auto& [path, cell] : cells) {
    if (path[0] == '@') continue;
    for (const auto& entry : cell.ops) {
      if (!covers(seen, entry.stamp)) out.late.emplace_back(path, &entry);
    }
  }
  std::stable_sort(out.late.begin(), out.late.end(),
                   [](const auto& a, const auto& b) { return a.second->stamp < b.second->stamp; });
}

// The last op that a delete had not seen, and the deletes; no heads where one holds, or there is none.
FieldView lost_delete(const Cell& marks, const CellRange& range) {
  FieldView out;
  const auto deletes = deletes_in(marks);
  if (deletes.empty() || holding_delete(marks, range, {})) return out;
  const OpEntry* revived = nullptr;
  for (auto cell = range.first; cell != range.second; ++cell) {
    if (is_delete(cell->first) || says_nothing_new(cell->first)) continue;
    for (const auto& entry : cell->second.ops) {
      const bool unseen = std::any_of(deletes.begin(), deletes.end(), [&](const OpEntry* op) {
        return !covers(std::get<Mark>(op->value).seen, entry.stamp);
      });
      if (unseen && (revived == nullptr || revived->stamp < entry.stamp)) revived = &entry;
    }
  }
  if (revived == nullptr) return out;
  out.heads.push_back(revived);
  out.heads.insert(out.heads.end(), deletes.begin(), deletes.end());
  return out;
}

Fields lost_deletes(const RecordState::Cells& cells, const Fields& present) {
  Fields out;
  for (const auto& [path, cell] : cells) {
    if (!is_delete(path)) continue;
    const std::string_view item = std::string_view(path).substr(0, path.size() - kDeletedMark.size());
    if (!item.empty() && present.count(item) == 0) continue;  // it went with what it lay in
    auto lost =
        lost_delete(cell, item.empty() ? CellRange{cells.begin(), cells.end()} : item_range(cells, item));
    if (!lost.heads.empty()) out.emplace(path, std::move(lost));
  }
  return out;
}

}  // namespace

bool covers(const Seen& seen, const Stamp& stamp) {
  const auto found = seen.find(stamp.feed);
  return found != seen.end() && stamp.hlc <= found->second;
}

bool is_delete(std::string_view path) {
  return path == kDeletedMark || (path[0] != '@' && ends_with(path, kDeletedMark));
}

bool FieldView::conflict() const {
  return std::any_of(heads.begin(), heads.end(),
                     [&](const OpEntry* head) { return !(head->value == heads.front()->value); });
}

Fields RecordView::contested() const {
  Fields out = lost_deletes;
  if (const auto* finals = rival_finals()) {
    FieldView rivals = *finals;
    std::stable_partition(rivals.heads.begin(), rivals.heads.end(),
                          [this](const OpEntry* head) { return head == final_op; });
    out.emplace(kFinalMark, std::move(rivals));
  }
  for (const auto& [path, field] : fields)
    if (field.conflict()) out.emplace(path, field);
  return out;
}

const FieldView* RecordView::rival_finals() const {
  const auto finals = marks.find(kFinalMark);
  if (finals == marks.end()) return nullptr;
  const auto holds = [](const OpEntry* head) { return std::holds_alternative<Mark>(head->value); };
  return std::count_if(finals->second.heads.begin(), finals->second.heads.end(), holds) > 1 ? &finals->second
                                                                                            : nullptr;
}

std::vector<Stamp> RecordState::heads(std::string_view path) const {
  std::vector<Stamp> out;
  const auto cell = cells_.find(path);
  if (cell == cells_.end()) return out;
  for (const auto* head : heads_of(cell->second, Filter{})) {
    if (out.empty() || out.back() < head->stamp) out.push_back(head->stamp);  // twins share one
  }
  return out;
}

std::vector<Stamp> RecordState::to_replace(std::string_view path) const {
  auto out = heads(path);
  const auto cell = cells_.find(path);
  if ((path != "@review" && path != "@hold") || cell == cells_.end()) return out;
  std::set<Stamp> all(out.begin(), out.end());
  const auto& ops = cell->second.ops;
  for (auto op = ops.rbegin(); op != ops.rend() && all.size() < kMaxReplaced; ++op) all.insert(op->stamp);
  return {all.begin(), all.end()};
}

RecordView view(const RecordState& state) {
  const auto& cells = state.cells();
  RecordView out;
  for (auto cell = cells.lower_bound("@"); cell != cells.end() && cell->first[0] == '@'; ++cell) {
    out.marks.emplace_hint(out.marks.end(), cell->first, field_of(cell->second, {}));
  }
  if (const auto deletes = cells.find(kDeletedMark); deletes != cells.end()) {
    out.deleted_op = holding_delete(deletes->second, {cells.begin(), cells.end()}, {});
    out.deleted = out.deleted_op != nullptr;
  }
  out.fields = fields_of(cells, {});
  if (!out.deleted) out.lost_deletes = lost_deletes(cells, out.fields);
  if (const auto finals = out.marks.find(kFinalMark); finals != out.marks.end()) {
    out.final_op = holding_final(finals->second);
  }
  if (out.final_op) {
    out.finalized = true;
    const Seen& seen = std::get<Mark>(out.final_op->value).seen;
    out.signed_fields = fields_of(cells, {&seen});
    collect_late(cells, seen, out);
  }
  return out;
}

Fields fields_seen(const RecordState& state, const Seen& seen) { return fields_of(state.cells(), {&seen}); }

FieldView heads_among(const Cell& cell, const std::function<bool(const OpEntry&)>& counts) {
  return shown_first(heads_of(cell, counts), true);
}

Hash content_hash(const RealmId& realm, const UnitId& unit, const RecordId& record, const RecordState& state,
                  const Seen& seen) {
  Fields fields = fields_seen(state, seen);
  for (const char* mark : {"@kind", "@schema"}) {
    const auto cell = state.cells().find(mark);
    if (cell == state.cells().end()) continue;
    auto field = field_of(cell->second, {&seen});
    if (!field.heads.empty()) fields.emplace(cell->first, std::move(field));
  }
  Bytes bytes;
  CanonicalWriter writer(bytes);
  writer.raw(record.view());
  writer.raw(unit.view());
  writer.varint(fields.size());
  for (const auto& [path, field] : fields) {
    write_text(writer, path);
    writer.varint(field.heads.size());
    for (const auto* head : field.heads) write_value(writer, head->value);
  }
  return crypto::tagged_hash("gandan/content/v1", realm, {bytes});
}

}  // namespace gandan::changelog
