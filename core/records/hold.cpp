#include "records/hold.hpp"

#include <set>

namespace gandan::records {
namespace {
constexpr char kHolds = '+';
constexpr char kLifts = '-';
}  // namespace

std::string hold_text(std::string_view reason, bool lift) {
  return (lift ? kLifts : kHolds) + std::string(reason);
}

std::optional<Hold> read_hold(const changelog::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->size() < 2 || (text->front() != kHolds && text->front() != kLifts))
    return std::nullopt;
  return Hold{text->substr(1), text->front() == kLifts};
}

std::vector<std::string> holds_of(const changelog::RecordState& state,
                                  const std::function<bool(const changelog::OpEntry&)>& had_right) {
  std::vector<std::string> out;
  const auto cell = state.cells().find(kHoldMark);
  if (cell == state.cells().end()) return out;
  std::set<const changelog::OpEntry*> counting;
  for (const auto& op : cell->second.ops)
    if (read_hold(op.value) && had_right(op)) counting.insert(&op);
  const auto counts = [&](const changelog::OpEntry& op) { return counting.count(&op) != 0; };
  for (const auto* head : changelog::heads_among(cell->second, counts).heads)
    if (const auto hold = read_hold(head->value); hold && !hold->lift) out.push_back(hold->reason);
  return out;
}

}  // namespace gandan::records
