// Form: the labels and choices of a form, and how its values are shown; and words that several answers share.
//
// Threading: none.
#pragma once

#include <map>

#include "gandan/present.hpp"

namespace gandan::cli {

// Paths are those of records: "team[01h…].name" is the form's "team[].name".
class Form {
 public:
  // `record`: whose links are shown by title; empty: by id alone. `schema`: the version of the form; 0, or
  // one that is not here: the newest.
  Form(const std::string& kind, const Page& page, const std::string& record = {}, std::int64_t schema = 0);
  const std::string& label() const { return label_; }
  const std::vector<std::string>& order() const { return order_; }

  std::string field(const std::string& path) const;      // an item's field is named with its list
  std::string own_label(const std::string& path) const;  // without its list
  // Choices by their label, instants and dates as people write them, linked records by title and short id.
  std::string value(const std::string& path, const json::value& v) const;

 private:
  const json::object* find(const std::string& path) const;
  void collect(const json::array& survey);
  void collect_titles(const std::string& record);
  std::string linked(const std::string& id) const;

  const Page& page_;
  json::object answer_;                        // owns what fields_ points to
  std::map<std::string, std::string> titles_;  // of linked records, by id
  std::string label_;
  std::map<std::string, const json::object*> fields_;
  std::vector<std::string> order_;
};

// Every kind, or the fields of one.
void present_kinds(Page& page);

// Of a record's workflow; units, villages and holders are lists of the house, which nobody finalises.
std::string state_text(const std::string& kind, const std::string& state, const Page& page);
std::string role_text(const std::string& role, const Page& page);  // of a device
// "CB01, máy 7k2m9x, Xã A, 05/02/2026 09:05"
std::string author_text(const json::object& author, const Page& page);
std::string short_row(const json::object& record);  // of a record: its short id, its day, its title

}  // namespace gandan::cli
