#include "records/signature.hpp"

#include <algorithm>
#include <array>

#include "base/codec.hpp"
#include "crypto/hash.hpp"

namespace gandan::records {
namespace {

using changelog::OpEntry;

constexpr std::string_view kPrefix = "@sign_";
constexpr std::size_t kSignatureIdText = 26;
constexpr std::array<const char*, 3> kHow = {"device", "drawn", "scan"};

// The item's id of "@sign_<id>"; nothing for other paths and for the marks beside it.
std::optional<ItemId> signature_id(std::string_view path) {
  if (path.size() != kPrefix.size() + kSignatureIdText || path.substr(0, kPrefix.size()) != kPrefix)
    return std::nullopt;
  const auto id = id_from_text<ItemId>(path.substr(kPrefix.size()));
  return id.ok() ? std::optional<ItemId>(*id) : std::nullopt;
}

// What the save of `first` says in the mark beside it.
const changelog::Value* beside(const changelog::RecordState& state, const std::string& path,
                               const OpEntry& first) {
  const auto cell = state.cells().find(path);
  if (cell == state.cells().end()) return nullptr;
  for (const auto& op : cell->second.ops)
    if (op.save == first.save && op.stamp.feed == first.stamp.feed) return &op.value;
  return nullptr;
}

std::string code_in(const changelog::Value* value) {
  const auto* choices = value == nullptr ? nullptr : std::get_if<changelog::Choices>(value);
  return choices == nullptr || choices->codes.size() != 1 ? std::string() : choices->codes.front();
}

std::optional<PersonSignature> read_signature(const changelog::RecordState& state, const std::string& path,
                                              const ItemId& id, const changelog::Cell& cell) {
  const RecordId made(RecordId::from(id.view()));
  const auto first = std::find_if(cell.ops.begin(), cell.ops.end(), [&](const OpEntry& op) {  // by stamp
    return changelog::is_founder(op.stamp.feed, made);
  });
  if (first == cell.ops.end()) return std::nullopt;
  const auto* mark = std::get_if<changelog::Mark>(&first->value);
  if (mark == nullptr || mark->content.is_zero()) return std::nullopt;
  PersonSignature out;
  out.id = to_text(id);
  out.op = &*first;
  out.content = mark->content;
  out.capacity = code_in(beside(state, path + "_as", *first));
  if (const auto* name = beside(state, path + "_name", *first))
    if (const auto* text = std::get_if<std::string>(name)) out.name = *text;
  const std::string how = code_in(beside(state, path + "_how", *first));
  const auto known = std::find(kHow.begin(), kHow.end(), how);
  if (known == kHow.end()) return std::nullopt;
  out.how = static_cast<SignedHow>(known - kHow.begin());
  if (out.how == SignedHow::device) {
    const auto* text = beside(state, path + "_key", *first);
    const auto* base64 = text == nullptr ? nullptr : std::get_if<std::string>(text);
    const auto bytes = base64 == nullptr ? std::nullopt : from_base64(*base64);
    if (bytes && bytes->size() == Signature::size) out.key_signature = Signature::from(*bytes);
    return out;
  }
  out.file_path = path + "_file";
  const auto* file = beside(state, out.file_path, *first);
  out.file = file == nullptr ? nullptr : std::get_if<changelog::BlobRef>(file);
  return out.file == nullptr ? std::nullopt : std::optional<PersonSignature>(std::move(out));
}

}  // namespace

const std::vector<Capacity>& capacities() {
  static const std::vector<Capacity> all = {
      {"chair", {"Chủ tọa", "Chair"}},
      {"secretary", {"Thư ký", "Secretary"}},
      {"village_head", {"Trưởng thôn, tổ trưởng", "Village head"}},
      {"front_head", {"Trưởng ban công tác Mặt trận", "Head of the Front's committee"}},
      {"household", {"Đại diện hộ gia đình", "Household representative"}},
      {"official", {"Đại diện cơ quan", "Representative of the authority"}},
      {"witness", {"Người chứng kiến", "Witness"}},
      {"other", {"Người ký khác", "Other signer"}}};
  return all;
}

const Capacity* find_capacity(std::string_view code) {
  const auto& all = capacities();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Capacity& c) { return c.code == code; });
  return found == all.end() ? nullptr : &*found;
}

const char* to_text(SignedHow how) { return kHow[static_cast<std::size_t>(how)]; }

std::vector<PersonSignature> signatures_of(const changelog::RecordState& state) {
  std::vector<PersonSignature> out;
  const auto& cells = state.cells();
  for (auto cell = cells.lower_bound(kPrefix);
       cell != cells.end() && std::string_view(cell->first).substr(0, kPrefix.size()) == kPrefix; ++cell) {
    const auto id = signature_id(cell->first);
    if (!id) continue;
    if (auto one = read_signature(state, cell->first, *id, cell->second)) out.push_back(std::move(*one));
  }
  std::sort(out.begin(), out.end(),
            [](const PersonSignature& a, const PersonSignature& b) { return a.op->stamp < b.op->stamp; });
  return out;
}

SignatureMarks signature_marks(const PersonSignature& signature,
                               const std::optional<changelog::BlobRef>& file) {
  const std::string path = std::string(kPrefix) + signature.id;
  SignatureMarks out;
  changelog::Mark mark;
  mark.content = signature.content;
  out.emplace_back(path, mark);
  out.emplace_back(path + "_how", changelog::Choices{{to_text(signature.how)}});
  if (!signature.capacity.empty()) out.emplace_back(path + "_as", changelog::Choices{{signature.capacity}});
  if (!signature.name.empty()) out.emplace_back(path + "_name", signature.name);
  if (file) out.emplace_back(path + "_file", *file);
  if (signature.key_signature) out.emplace_back(path + "_key", to_base64(signature.key_signature->view()));
  return out;
}

Bytes signature_message(const RealmId& realm, const RecordId& record, const Hash& content,
                        const HolderId& holder, std::string_view capacity, std::string_view name) {
  Bytes out = crypto::domain_prefix("gandan/content-signature/v1", realm);
  append(out, record.view());
  append(out, content.view());
  append(out, holder.view());
  CanonicalWriter writer(out);
  for (const auto text : {capacity, name}) {
    writer.varint(text.size());
    writer.raw(as_bytes(text));
  }
  return out;
}

}  // namespace gandan::records
