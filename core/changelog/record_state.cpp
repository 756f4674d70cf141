#include <algorithm>

#include "changelog/merge.hpp"
#include "changelog/op.hpp"

namespace gandan::changelog {
namespace {

OpEntry entry_of(const Op& op, bool suspect) {
  return {op.stamp, op.value, op.replaces, op.save, op.count, op.holder, suspect};
}

bool same(const OpEntry& entry, const Op& op) {
  return entry.stamp == op.stamp && entry.value == op.value && entry.replaces == op.replaces &&
         entry.save == op.save && entry.count == op.count && entry.holder == op.holder;
}

Hash hash_of(const OpEntry& entry, const Op& like) {
  return op_hash({like.record, like.path, entry.value, entry.stamp, entry.replaces, entry.save, entry.count,
                  entry.holder});
}

auto first_with(std::vector<OpEntry>& ops, const Stamp& stamp) {
  return std::lower_bound(ops.begin(), ops.end(), stamp,
                          [](const OpEntry& entry, const Stamp& s) { return entry.stamp < s; });
}

}  // namespace

void RecordState::add(const Op& op, bool suspect) {
  auto cell = cells_.find(op.path);
  if (cell == cells_.end()) cell = cells_.emplace(op.path, Cell{}).first;
  auto& ops = cell->second.ops;
  if (ops.empty() || ops.back().stamp < op.stamp) {
    ops.push_back(entry_of(op, suspect));
    return;
  }
  auto at = first_with(ops, op.stamp);
  std::optional<Hash> hash;  // needed for another op under the same stamp only
  for (; at != ops.end() && at->stamp == op.stamp; ++at) {
    if (same(*at, op)) {
      at->suspect = suspect;
      return;
    }
    if (!hash) hash = op_hash(op);
    if (*hash < hash_of(*at, op)) break;
  }
  ops.insert(at, entry_of(op, suspect));
}

bool RecordState::contains(const Op& op) const {
  const auto cell = cells_.find(op.path);
  if (cell == cells_.end()) return false;
  const auto& ops = cell->second.ops;
  return std::any_of(ops.begin(), ops.end(), [&](const OpEntry& entry) { return same(entry, op); });
}

void RecordState::remove(const Op& op) {
  const auto cell = cells_.find(op.path);
  if (cell == cells_.end()) return;
  auto& ops = cell->second.ops;
  for (auto at = first_with(ops, op.stamp); at != ops.end() && at->stamp == op.stamp; ++at) {
    if (!same(*at, op)) continue;
    ops.erase(at);
    break;
  }
  if (ops.empty()) cells_.erase(cell);
}

Seen RecordState::seen() const {
  Seen out;
  for (const auto& [path, cell] : cells_) {
    for (const auto& entry : cell.ops) {
      auto& highest = out[entry.stamp.feed];
      highest = std::max(highest, entry.stamp.hlc);
    }
  }
  return out;
}

}  // namespace gandan::changelog
