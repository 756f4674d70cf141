// A folder laid out as schema/: records, rules, reports, calendars, each with .json files.
#pragma once

#include "base/result.hpp"
#include "records/catalog.hpp"

namespace gandan::app {

// Its files, in order of the folders and of their names; what cannot be read is a fault of its own.
// Code::file_unreadable when it has none of the folders, Code::too_large.
Result<std::vector<records::SchemaFile>> read_schema_folder(const std::string& folder,
                                                            std::vector<FieldError>& faults);

}  // namespace gandan::app
