#include "app/personal.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace gandan::app {
namespace {

using changelog::Personal;

class Opener {
 public:
  Opener(vault::Vault& vault, const UnitId& unit, const RecordId& record)
      : vault_(&vault), place_{{}, unit, record, {}} {}

  changelog::Value operator()(std::string_view path, const changelog::Value& value) {
    if (const auto* blob = std::get_if<changelog::BlobRef>(&value)) return opened(path, *blob);
    const auto* personal = std::get_if<Personal>(&value);
    if (personal == nullptr) return value;
    if (const auto* erasure = erased()) {
      Personal gone = closed(*personal, Personal::Closed::erased);
      gone.reason = static_cast<std::uint8_t>(std::get<roster::EraseAct>(erasure->act).reason);
      return gone;
    }
    const auto text = changelog::personal_text(value);
    if (!text) return closed(*personal, Personal::Closed::unreadable);
    const auto* key = find(text->key);
    if (key == nullptr) return closed(*personal, Personal::Closed::waiting);
    place_.realm = vault_->keyring().realm();
    place_.path = path;
    auto opened = changelog::open_personal(place_, *text, *key);
    if (!opened.ok()) return closed(*personal, Personal::Closed::unreadable);
    return std::move(*opened);
  }

 private:
  // Closed and without a name where its key is not here, or is gone.
  changelog::BlobRef opened(std::string_view path, const changelog::BlobRef& blob) {
    if (!changelog::is_closed(blob)) return blob;
    const auto text = erased() != nullptr ? std::nullopt : changelog::blob_text(blob);
    const auto* key = text ? find(text->key) : nullptr;
    place_.realm = vault_->keyring().realm();
    place_.path = path;
    auto plain = key == nullptr ? Result<changelog::BlobRef>(Code::no_key)
                                : changelog::open_blob_ref(place_, blob, *key);
    if (plain.ok()) return std::move(*plain);
    auto out = blob;
    out.name.clear();
    return out;
  }
  // A key may lie here all the same, as long as a copy of this vault is being told apart from it.
  const roster::ProposalInfo* erased() const {
    const auto roster = vault_->roster();
    return roster.ok() ? (*roster)->erased(place_.record) : nullptr;
  }
  static Personal closed(Personal value, Personal::Closed why) {
    value.closed = why;
    return value;
  }
  const changelog::RecordKey* find(const KeyId& id) {
    const auto known = keys_->find(id);
    if (known != keys_->end()) return &known->second;
    auto found = vault::find_key(*vault_, place_.record, id);
    if (!found.ok() || !*found) return nullptr;
    return &keys_->emplace(id, std::move(**found)).first->second;
  }

  vault::Vault* vault_;
  changelog::SealPlace place_;
  // Shared by the copies that std::function makes.
  std::shared_ptr<std::map<KeyId, changelog::RecordKey>> keys_ =
      std::make_shared<std::map<KeyId, changelog::RecordKey>>();
};

// Whether a form has something that can be erased.
bool has_erasable(const std::vector<records::Field>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const records::Field& field) {
    return field.personal || field.sealed || has_erasable(field.children);
  });
}

Error too_long(const std::string& path) {
  return Error{Code::invalid_record,
               "personal text",
               {{path, "too_long", "Quá dài: dữ liệu cá nhân dài nhất 24 KiB.",
                 "Too long: personal data has 24 KiB at most."}}};
}

}  // namespace

records::Reveal reveal_of(vault::Vault& vault, const UnitId& unit, const RecordId& record) {
  return Opener(vault, unit, record);
}

Result<const changelog::NamedKey*> KeyToWrite::get() {
  GANDAN_TRY(const auto* roster, vault_.roster());
  if (roster->erased(record_) != nullptr) return Code::record_erased;
  if (!key_) {
    GANDAN_TRY(key_, vault::key_to_write(vault_, unit_, record_));
    fresh_ = !key_;
    if (fresh_) key_ = changelog::new_record_key(vault_.keyring().realm(), vault_.random());
  }
  return &*key_;
}

changelog::SealPlace KeyToWrite::place(std::string path) const {
  return {vault_.keyring().realm(), unit_, record_, std::move(path)};
}

Status close_personal(const records::RecordType& type, std::vector<vault::Change>& changes, KeyToWrite& key) {
  const bool erasable = has_erasable(type.fields);
  for (auto& [path, value] : changes) {
    const auto* field = path[0] == '@' ? nullptr : type.find(path);
    const auto* text = std::get_if<std::string>(&value);
    const auto* blob = std::get_if<changelog::BlobRef>(&value);
    if (blob != nullptr && erasable && !changelog::is_closed(*blob)) {
      GANDAN_TRY(const auto* with, key.get());
      GANDAN_TRY(value, changelog::close_blob(key.place(path), *blob, *with));
    } else if (field != nullptr && field->personal && text != nullptr) {
      if (text->size() > changelog::kMaxSealedTextBytes) return too_long(path);
      GANDAN_TRY(const auto* with, key.get());
      GANDAN_TRY(const auto closed, changelog::seal_personal(key.place(path), *text, *with));
      value = changelog::encode_personal(closed);
    }
  }
  return {};
}

}  // namespace gandan::app
