// Names: how "agree", "site__place", "attendance__present__true" and "roll__households__count" find their
// values.
//
//   field                      a field; in an item's expressions the item's own come first, then the record's
//   group__field               a field of a group
//   list__count                how many items
//   list__field__sum|min|max   over the items; of integers, min and max also of dates and texts
//   list__field__run           of dates: how many days follow each other without a gap, at most
//   list__field__filled        how many items have a value; __distinct: how many different ones, of texts by
//                              their words (one_form)
//   list__field__true          how many items say yes
//   list__field__is__code      how many items have this choice
//   link__field, link__list__count, link__state, link__id    of the linked record
//   link__finalized_at         the instant at which it was signed, by the clock of the device that signed
//   list__field__repeated      of texts: those that stand more than once, at most five
//   record__state, record__schema, record__finalized_at (empty: a draft, or amended since)
//
// Private to records. Threading: as the catalog.
#pragma once

#include <set>

#include "records/expression.hpp"
#include "records/tree.hpp"
#include "records/type.hpp"

namespace gandan::records {

struct Slot {
  enum class What {
    value,
    count,
    sum,
    least,
    most,
    filled,
    distinct,
    repeated,
    run,
    yes,
    chosen,
    state,
    schema,
    id,
    finalized_at,
    figure,
    extra
  };
  What what = What::value;
  std::size_t level = 0;           // 0 begins at the record, n at the nth item inwards
  std::vector<std::string> links;  // link fields to follow first
  std::string path;                // of the value or the list, there
  std::string field;               // inside the list
  std::string code;
  std::int64_t figure = 0;
  std::size_t extra = 0;
  bool personal = false;        // of a personal field: whether it is filled, and no more (Where::typed)
  const Field* leaf = nullptr;  // the field that gives the value, for its labels; else nullptr
};

// What a name may refer to.
struct Names {
  const RecordType* type = nullptr;
  std::vector<const Field*> lists;  // the lists whose item the expression stands in, outermost first
  std::function<const RecordType*(std::string_view kind)> linked;
  const std::map<std::string, std::int64_t>* figures =
      nullptr;  // a rule's values, as value_<name> or `value`
  const std::vector<std::string>* extra = nullptr;
};
Result<Slot> resolve(std::string_view name, const Names& names);

using DistinctSet = std::shared_ptr<const std::set<Scalar>>;
// Of lists that do not change while a record is judged: several rules ask for the codes of one roll.
using DistinctSets = std::map<std::pair<const std::vector<Item>*, std::string>, DistinctSet>;

// A personal field reads as 1 where it is filled, as a sealed one does, whoever reads: what was judged with
// its text would be judged otherwise without the key, and after an erasure.
struct Where {
  const Document* document = nullptr;
  std::vector<const Tree*> items;  // outermost first
  const LinkSource* links = nullptr;
  const std::vector<Scalar>* extra = nullptr;
  const Field* typed = nullptr;  // a personal field whose own constraint is checked: that reads its text
  DistinctSets* sets = nullptr;  // kept between reads; may be absent
};
Scalar read(const Slot& slot, const Where& where);
const changelog::Value* read_value(const Slot& slot, const Where& where);  // What::value only
// The list that a `count` slot counts, and the document that has it; nullptr when there is none.
const std::vector<Item>* read_list(const Slot& slot, const Where& where, const Document*& document);
// The different values (one_form) that a `distinct` slot counts; nullptr when its document is not here.
DistinctSet read_distinct(const Slot& slot, const Where& where);
Scalar to_scalar(const changelog::Value& value);
// What compares a text as people mean it: its words in lower case, with one place for each tone ("H001",
// "h001 "; hòa, hoà). A text without words stays as it is.
Scalar one_form(const changelog::Value& value);

// Where a rule's count finds its items, and what its expression reads of the record that is judged.
struct CountSource {
  Slot list;
  std::string distinct;                  // path in the items
  Slot among;                            // What::distinct of the other list's field; only where there is one
  std::vector<std::string> outer_names;  // "outer__agree"
  std::vector<Slot> outer;
};

class BoundExpression {
 public:
  BoundExpression(Expression expression, std::vector<Slot> slots)
      : expression_(std::move(expression)), slots_(std::move(slots)), values_(slots_.size()) {}
  Result<Scalar> evaluate(const Where& where) const;
  const std::vector<std::string>& names() const { return expression_.names(); }
  const std::vector<Slot>& slots() const { return slots_; }
  bool reads_clock() const { return expression_.reads_clock(); }
  bool reads_personal() const;

 private:
  Expression expression_;
  std::vector<Slot> slots_;
  mutable std::vector<Scalar> values_;  // reused: evaluation allocates nothing
};
Result<std::shared_ptr<BoundExpression>> bind_expression(Engine& engine, std::string_view text,
                                                         const Names& names);

// "{matter} – {start|date}": literals and slots.
class TextTemplate {
 public:
  static Result<TextTemplate> parse(std::string_view text, const Names& names);
  std::string fill(const Where& where, std::string_view language, std::string_view missing) const;
  bool reads_personal() const;

 private:
  struct Part {
    std::string literal;
    bool has_slot = false;
    Slot slot;
    std::string format;
  };
  std::vector<Part> parts_;
};

}  // namespace gandan::records
