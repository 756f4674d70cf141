// Writes a table's rows anew, so that nothing else is left in its pages. SQLite's secure_delete overwrites
// the cell that is deleted and the page that is freed; copies of a cell that a page split left behind in the
// part of a page that is not allocated stay.
//
//   rows ─> <table>_copy ; all of <table> deleted: its pages are freed, and zeros ; rows ─> <table> ; the
//   same with the copy
//
// Threading: as the database's; within a transaction. Errors: those of the disk.
#pragma once

#include "storage/database.hpp"

namespace gandan::storage {

// `table`_copy has the same columns, and is empty before and after.
Status write_anew(Database& db, const std::string& table);

}  // namespace gandan::storage
