#include "records/hold.hpp"

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

std::vector<std::string> holds_of(const changelog::RecordView& view) {
  std::vector<std::string> out;
  const auto mark = view.marks.find(kHoldMark);
  if (mark == view.marks.end()) return out;
  for (const auto* head : mark->second.heads)
    if (const auto hold = read_hold(head->value); hold && !hold->lift) out.push_back(hold->reason);
  return out;
}

}  // namespace gandan::records
