// Schema set: the files that a realm lays over the program's own forms, rules, templates and calendars;
// carried by chunks that a signed statement names (roster/statement.hpp, SchemaBody). Bytes:
// schema/wire/record.md.
//
// Threading: pure functions.
#pragma once

#include "base/ids.hpp"
#include "records/catalog.hpp"

namespace gandan::records {

constexpr std::size_t kMaxSchemaSetBytes = 20 * 128 * 1024;

// Canonical bytes. Code::bad_request: a path twice, or one that is not
// records|rules|reports|calendars/NAME.json; Code::too_large.
Result<Bytes> encode_schema_set(const std::vector<SchemaFile>& files);
Result<std::vector<SchemaFile>> decode_schema_set(ByteView bytes);
Hash schema_set_hash(const RealmId& realm, ByteView set);

// `base` with the set in it: rules by id and version, their common sentences by name, indicators by id,
// whatever file they stand in; every other file in place of the one of the same path, or added.
std::vector<SchemaFile> lay_over(std::vector<SchemaFile> base, const std::vector<SchemaFile>& set);
// What of a rule's row may change: how long it is in force, and who read its article.
constexpr std::string_view kMayChange[] = {"valid_to", "verified_by"};

// What keeps a set from being laid over `base`: forms, calendars and rules that exist and say something else
// now. Records keep the versions that they were made with and judged by, so none is ever changed: the next
// version stands beside it, and none is skipped. Of a rule, valid_to and verified_by may change.
std::vector<FieldError> changed_rows(const std::vector<SchemaFile>& base, const std::vector<SchemaFile>& set);
// Rules that `after` ends earlier than `before` does, on a day that has passed, without next versions that go
// on from the day after until today: what happened since would no longer be judged. Days since 1970.
std::vector<FieldError> silenced_rules(const std::vector<Rule>& before, const std::vector<Rule>& after,
                                       std::int32_t today);

}  // namespace gandan::records
