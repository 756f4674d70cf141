// Record types: what a form asks, as data (schema/records/*.json, in XLSForm's words).
// A Catalog loads them and binds their expressions; everything else here is plain data.
//
// Threading: plain values once loaded; bound expressions belong to their Catalog's thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace gandan::records {

class BoundExpression;

struct Label {
  std::string vi;
  std::string en;
};

// XLSForm's type column. `boolean` is its acknowledge, `datetime` an instant, `link` another record.
enum class FieldType {
  text,
  integer,
  date,
  datetime,
  select_one,
  select_multiple,
  geopoint,
  boolean,
  file,
  link,
  calculate,
  note,
  group,
  repeat
};
const char* to_text(FieldType type);

struct Choice {
  std::string name;  // the code that is stored; never renamed
  Label label;
  std::map<std::string, std::string> columns;  // what a choice_filter asks about it
};

// An expression column: its text as written, and its bound form. Empty when the column is absent.
struct Formula {
  std::string text;
  std::shared_ptr<BoundExpression> bound;
  explicit operator bool() const { return bound != nullptr; }
};

struct Field {
  std::string name;  // a-z, 0-9 and single underscores, at most 40
  std::string path;  // from the record: "place", "site.place", "decisions[].agree"
  FieldType type = FieldType::text;
  Label label;
  Label hint;
  bool required = false;
  Formula required_if;  // when `required` is an expression
  Formula relevant;
  Formula constraint;
  Label constraint_message;
  Formula calculation;    // calculate only; never stored
  Formula default_value;  // written into a new record or item where nothing was said
  std::vector<Choice> choices;
  Formula choice_filter;                    // which choices are offered; over the choice's columns, too
  std::vector<std::string> choice_columns;  // of all choices, in the order of the filter's extra names
  std::string link;                         // kind of the linked record
  bool sealed = false;                      // for named recipients only: sealed.hpp; text
  bool personal = false;                    // reserved: erasable; never in search
  bool read_only = false;                   // written by the program alone: the list of overrides
  std::optional<bool> copy;                 // whether a copy of a record takes it; absent: by its type
  std::vector<Field> children;              // group, repeat

  const Choice* choice(std::string_view code) const;
  bool reserved() const { return personal; }          // cannot be written yet
  bool open() const { return !sealed && !personal; }  // whoever reads the record reads it
  // What a copy starts with: who, where and about what; not when, how many and what came of it.
  bool copied() const;
  bool holds_value() const {
    return type != FieldType::note && type != FieldType::group && type != FieldType::repeat;
  }
};

struct RecordType {
  std::string kind;
  std::uint32_t version = 1;
  std::string file;    // where it was read, for errors
  std::string digest;  // of what it says (digest.hpp); empty: built from no file
  Label label;
  Label hint;
  std::string title;  // template: "{matter} – {village__name}"
  std::string date;   // path of the field that says when it happened: date or datetime; may be empty
  std::vector<Field> fields;

  // By concrete or schema path: "decisions[01h…].agree" and "decisions[].agree" both find the field.
  const Field* find(std::string_view path) const;
};

// "decisions[01h…].agree" -> "decisions[].agree".
std::string schema_path(std::string_view path);

}  // namespace gandan::records
