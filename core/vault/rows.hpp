// Rows of the table of records as queries read them, and a filter's terms. Private to vault.
//
// Threading: as the vault's.
#pragma once

#include "vault/queries.hpp"

namespace gandan::vault {

constexpr std::string_view kColumns =
    "SELECT record.number, id, unit, kind, title, date, flags, document FROM ";

inline RecordRow row_of(const storage::Statement& row) {
  RecordRow out;
  out.number = row.integer(0);
  out.id = RecordId::from(row.blob(1));
  out.unit = UnitId::from(row.blob(2));
  out.kind = std::string(row.text(3));
  out.title = std::string(row.text(4));
  out.date = std::string(row.text(5));
  out.flags = static_cast<int>(row.integer(6));
  out.document = std::string(row.text(7));
  return out;
}

// Only the terms that are asked for, so that an index can serve them. Ends with AND.
inline std::string where_of(const ListFilter& filter) {
  std::string out = "WHERE ";
  if (!filter.kind.empty()) out += "kind = ?1 AND ";
  if (!filter.from.empty()) out += "date >= ?2 AND ";
  if (!filter.until.empty()) out += "date <= ?3 AND date <> '' AND ";
  if (filter.standing == Standing::draft) out += "flags & 3 = 0 AND ";
  if (filter.standing == Standing::finalized) out += "flags & 3 = 2 AND ";
  if (filter.standing == Standing::withdrawn) out += "flags & 1 = 1 AND ";
  if (!filter.standing && !filter.deleted) out += "flags & 1 = 0 AND ";
  if (filter.conflicts) out += "flags & 4 <> 0 AND ";
  return out;
}

inline void bind_filter(storage::Statement& statement, const ListFilter& filter) {
  if (!filter.kind.empty()) statement.bind(1, filter.kind);
  if (!filter.from.empty()) statement.bind(2, filter.from);
  if (!filter.until.empty()) statement.bind(3, filter.until);
}

class UnitFilter {
 public:
  UnitFilter(const roster::Roster* roster, const ListFilter& filter)
      : roster_(roster), unit_(filter.unit), at_(filter.roster_size) {}
  bool passes(const UnitId& unit) const {
    return !unit_ || (roster_ != nullptr && roster_->within(unit, *unit_, at_));
  }

 private:
  const roster::Roster* roster_;
  std::optional<UnitId> unit_;
  std::uint64_t at_;
};

inline UnitFilter unit_filter(Vault& vault, const ListFilter& filter) {
  const auto roster = vault.roster();
  return {roster ? *roster : nullptr, filter};
}

}  // namespace gandan::vault
