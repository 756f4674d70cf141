#include "storage/write_anew.hpp"

namespace gandan::storage {

Status write_anew(Database& db, const std::string& table) {
  const std::string copy = table + "_copy";
  const auto move = [&](const std::string& from, const std::string& to) -> Status {
    GANDAN_CHECK(db.run("INSERT INTO " + to + " SELECT * FROM " + from));
    return db.run("DELETE FROM " + from);  // without a condition: page by page
  };
  GANDAN_CHECK(move(table, copy));
  return move(copy, table);
}

}  // namespace gandan::storage
