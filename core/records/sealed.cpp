#include "records/sealed.hpp"

#include <algorithm>

namespace gandan::records {
namespace {

using changelog::SealWrap;
using changelog::SealWraps;

constexpr std::size_t kHashDigits = 2 * Hash::size;

const changelog::Cell* cell_of(const changelog::RecordState& state, std::string_view path) {
  const auto found = state.cells().find(path);
  return found == state.cells().end() ? nullptr : &found->second;
}

void note_recipients(Tree& tree, const changelog::RecordState& state) {
  for (auto& [path, value] : tree.values) {
    auto text = changelog::sealed_text(value);
    if (!text) continue;
    SealWraps all = wraps_of(state, *text);
    const auto by_device = [](const SealWrap& a, const SealWrap& b) { return a.device < b.device; };
    std::stable_sort(all.begin(), all.end(), by_device);
    const auto same = [](const SealWrap& a, const SealWrap& b) { return a.device == b.device; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    all.resize(std::min(all.size(), changelog::kMaxSealRecipients));
    text->wraps = std::move(all);
    value = changelog::encode_sealed(*text);
  }
  for (auto& [path, items] : tree.lists)
    for (auto& item : items) note_recipients(item.tree, state);
}

}  // namespace

SealWraps wraps_of(const changelog::RecordState& state, const changelog::SealedText& text) {
  SealWraps out = text.wraps;
  const auto* cell = cell_of(state, kSealedForMark);
  if (cell == nullptr) return out;
  for (const auto& op : cell->ops) {
    const auto more = changelog::sealed_for(op.value);
    if (more && more->commitment == text.commitment)
      out.insert(out.end(), more->wraps.begin(), more->wraps.end());
  }
  return out;
}

std::set<DeviceId> recipients_of(const SealWraps& wraps) {
  std::set<DeviceId> out;
  for (const auto& wrap : wraps) out.insert(wrap.device);
  return out;
}

std::optional<std::size_t> sealed_recipients(const changelog::Sealed& value) {
  const auto decoded = changelog::decode_sealed(value.bytes);
  if (!decoded.ok()) return std::nullopt;
  return std::visit([](const auto& v) { return v.wraps.size(); }, *decoded);
}

std::string opening_text(const Hash& commitment, std::string_view path) {
  return to_hex(commitment.view()) + " " + std::string(path);
}

std::optional<Opening> read_opening(const changelog::OpEntry& op) {
  const auto* text = std::get_if<std::string>(&op.value);
  if (text == nullptr || text->size() < kHashDigits + 2 || (*text)[kHashDigits] != ' ') return std::nullopt;
  const auto hash = from_hex(std::string_view(*text).substr(0, kHashDigits));
  if (!hash) return std::nullopt;
  return Opening{&op, Hash::from(*hash), text->substr(kHashDigits + 1)};
}

std::vector<Opening> openings_of(const changelog::RecordState& state) {
  std::vector<Opening> out;
  const auto* cell = cell_of(state, kOpenedMark);
  if (cell == nullptr) return out;
  for (const auto& op : cell->ops)
    if (auto opening = read_opening(op)) out.push_back(std::move(*opening));
  return out;
}

void note_recipients(Document& document, const changelog::RecordState& state) {
  if (cell_of(state, kSealedForMark) != nullptr) note_recipients(document.tree, state);
}

}  // namespace gandan::records
