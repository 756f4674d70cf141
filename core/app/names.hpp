// Names: from handles to words for people, and back. Units, holders and devices have neutral handles in the
// log; their names are records, so this reads them through the vault and keeps them for one request.
//
// Threading: as the vault's.
#pragma once

#include "base/json.hpp"
#include "vault/queries.hpp"

namespace gandan::app {

// The kinds of records that the app itself knows; everything else about them is data (schema/records).
constexpr std::string_view kUnitProfile = "unit_profile";
constexpr std::string_view kTarget = "target";
constexpr std::string_view kVillage = "village";
constexpr std::string_view kHolder = "holder";
constexpr std::string_view kCommitment = "commitment";

class Names {
 public:
  explicit Names(vault::Vault& vault) : vault_(vault) {}

  struct Unit {
    std::string name;  // empty: not known here
    std::string kind;  // a choice of the form unit_profile: province, office, xa …
    std::string code;
    std::string province;              // whose rules and calendar apply, as its maker's device knew it
    std::string place;                 // as documents date it: "Chiến Thắng"; the name when there is none
    std::string valid_from, valid_to;  // YYYY-MM-DD; empty: nobody said
    RecordId profile;                  // the record that says so; zero: none is here
  };
  const Unit& unit(const UnitId& id);
  std::string unit_name(const UnitId& id);      // its name, or its short id
  std::string holder_code(const HolderId& id);  // empty for the zero id
  json::object unit_json(const UnitId& id);     // {"id", "name", "code"}

  // {"holder", "holder_code", "device", "device_short", "role", "unit", "unit_name", "at", "suspect"}
  json::object author(const changelog::OpEntry& op);

  // A unit by its id, the unique end of it (4 characters at least), its code or its name.
  // Code::unknown_unit (a village lies in its commune's: the error says which), Code::ambiguous.
  Result<UnitId> find_unit(std::string_view text);
  std::optional<UnitId> unit_with_code(std::string_view code);
  // The unit that a request means: the named one, or the only one this device may write in at its own grants.
  // Code::which_unit, Code::not_enrolled.
  Result<UnitId> unit_or_own(const std::optional<std::string>& text);
  // A device by its id or the unique end of it. Code::unknown_device, Code::ambiguous.
  Result<DeviceId> find_device(std::string_view text);
  // A holder by its record's id, the end of it, or its code. Code::not_found, Code::ambiguous.
  Result<HolderId> find_holder(std::string_view text);

  std::string device_label(const DeviceId& id);  // as the join request said; known to its administrator only
  // Code of the province, e.g. "20": of the top unit; for who may not read that, as the profile of a unit of
  // its own says, or the beginning of that unit's code ("20.X1").
  std::string province();

 private:
  Error unknown_unit(std::string_view text);
  // Of several records that say it, the one that who makes units wrote.
  const vault::RecordRow& profile_of(const UnitId& id, const std::vector<vault::RecordRow>& rows) const;

  vault::Vault& vault_;
  std::map<UnitId, Unit> units_;
  std::map<HolderId, std::string> holders_;
  std::optional<std::string> province_;
};

// "Xã Chiến Thắng" as the line of place and date has it: Chiến Thắng; "Phường 7" stays (Decree 30/2020).
std::string bare_place(std::string_view name);

// Member of a stored document's "fields", as text; a choice as its code; empty when absent.
std::string field_text(const std::string& document, std::string_view name);

}  // namespace gandan::app
