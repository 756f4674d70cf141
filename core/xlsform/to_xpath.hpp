// From the expression language of record types to XPath, with the same meaning: where an empty answer would
// make a comparison NULL, the XPath asks for the answer first. What XPath cannot say (linked records, the
// calendar) gives nothing.
//
// Private to xlsform. Threading: as the Catalog's.
#pragma once

#include <optional>

#include "records/type.hpp"
#include "xlsform/sql.hpp"

namespace gandan::xlsform {

class ToXPath {
 public:
  // `field`: whose column the expression is; `around`: the groups and lists it lies in, outermost first.
  ToXPath(const records::RecordType& type, const records::Field& field,
          std::vector<const records::Field*> around)
      : type_(type), field_(field), around_(std::move(around)) {}

  std::optional<std::string> condition(const std::string& text,
                                       bool empty_holds);  // a constraint's NULL holds
  std::optional<std::string> value(const std::string& text);
  std::optional<std::string> filter(const std::string& text);  // names of choice columns are plain
  // "Họp {village}: {subject}" as concat(…), when it is made of answers only.
  std::optional<std::string> title(const std::string& text);

 private:
  enum Rank { kOr = 1, kAnd, kEqual, kOrder, kAdd, kMultiply, kUnary, kAtom };
  struct Term {
    std::string text;
    int rank = kAtom;
    std::vector<std::string> empties = {};  // answers that may be empty, as XPath
    bool text_like = false;                 // an answer or a text, not a number worked out
    const records::Field* field = nullptr;
  };
  using Maybe = std::optional<Term>;
  // Where a name leads.
  struct Place {
    std::vector<const records::Field*> chain;  // groups and lists from the record, then the field
    std::string tail;                          // count, sum, is__code …
  };

  Maybe test(const SqlTree& tree, bool null_holds);
  Maybe compare(const SqlTree& tree, bool null_holds);
  Maybe compared(const Term& left, const std::string& op, const Term& right, bool null_holds);
  Maybe term(const SqlTree& tree);
  Maybe call(const SqlTree& tree);
  Maybe choose(const SqlTree& tree);
  Maybe name(const std::string& name);
  std::optional<Place> place(const std::string& name) const;
  std::string reference(const std::vector<const records::Field*>& chain) const;
  std::size_t how_many(const std::vector<records::Field>& fields, const std::string& name) const;
  static Maybe guarded(Term term, const std::vector<std::string>& empties, bool null_holds);
  static std::string wrap(const Term& term, int rank);
  static std::optional<std::string> quoted(const std::string& text);

  const records::RecordType& type_;
  const records::Field& field_;
  std::vector<const records::Field*> around_;
  bool own_known_ = false;
  bool filter_ = false;
};

}  // namespace gandan::xlsform
