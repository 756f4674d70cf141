// Sets: what the OData feed serves, as a model: an entity set for each kind of record, one for each of its
// lists, the units, and the figures of a report. Names are the forms' own (a path's dots become
// underscores), so what somebody builds on them lasts as long as the forms do.
//
// Left out: sealed and personal fields, files, and kinds with a sealed field altogether: what leaves the
// vault this way goes where it is sent, and a row for each denunciation would tell what the reports withhold.
//
// Source: OData 4.01 parts 1 to 3 (OASIS), CSDL XML.
//
// Threading: values and pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace gandan::cli {

enum class Edm { text, integer, boolean, date, instant, decimal };

struct Property {
  std::string name;
  Edm type = Edm::text;
  std::string label;  // Vietnamese, as the form has it
  bool nullable = true;
};

// A column of record.table, and the properties that it becomes: choices their codes and their labels, a
// position latitude, longitude and accuracy.
struct Column {
  enum class How { plain, choices, position };
  How how = How::plain;
  std::string path;
  std::vector<Property> properties;
  std::map<std::string, std::string> labels;  // of choices, by code
};

struct EntitySet {
  enum class Source { records, units, figures };
  std::string name, label;
  Source source = Source::records;
  std::string kind, list;         // of records; list: a row for each item
  std::vector<std::string> keys;  // names of properties
  std::vector<Property> fixed;    // before those of the columns
  std::vector<Column> columns;

  const Property* property(std::string_view name) const;
  std::vector<const Property*> properties() const;
};

// `kinds`: record.kinds' answer.
std::vector<EntitySet> entity_sets(const json::array& kinds);

// One row of record.table as an entity.
json::object record_entity(const EntitySet& set, const json::object& row);

json::object service_document(const std::vector<EntitySet>& sets, const std::string& root);
std::string metadata_document(const std::vector<EntitySet>& sets);

}  // namespace gandan::cli
