#include "app/personal.hpp"

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
    const auto* personal = std::get_if<Personal>(&value);
    if (personal == nullptr) return value;
    const auto roster = vault_->roster();
    if (const auto* erasure = roster.ok() ? (*roster)->erased(place_.record) : nullptr) {
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

Status close_personal(vault::Vault& vault, const records::RecordType& type, const UnitId& unit,
                      const RecordId& record, std::vector<vault::Change>& changes,
                      std::optional<changelog::NamedKey>& fresh) {
  std::optional<changelog::NamedKey> key;
  for (auto& [path, value] : changes) {
    const auto* field = path[0] == '@' ? nullptr : type.find(path);
    const auto* text = std::get_if<std::string>(&value);
    if (field == nullptr || !field->personal || text == nullptr) continue;
    if (text->size() > changelog::kMaxSealedTextBytes) return too_long(path);
    GANDAN_TRY(const auto* roster, vault.roster());
    if (roster->erased(record) != nullptr) return Code::record_erased;
    if (!key) {
      GANDAN_TRY(key, vault::key_to_write(vault, unit, record));
      if (!key) {
        key = changelog::new_record_key(vault.keyring().realm(), vault.random());
        fresh = changelog::NamedKey{key->id, key->key.copy()};
      }
    }
    GANDAN_TRY(const auto closed,
               changelog::seal_personal({vault.keyring().realm(), unit, record, path}, *text, *key));
    value = changelog::encode_personal(closed);
  }
  return {};
}

}  // namespace gandan::app
