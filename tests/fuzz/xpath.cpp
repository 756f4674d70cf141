// XPath of strangers' forms: whatever the text, it is parsed or refused; what is translated compiles as an
// expression of a record type, unless it has become too long for one.
#include "xlsform/xpath.hpp"

#include <cstdio>
#include <cstdlib>

#include "records/expression.hpp"
#include "support/seams.hpp"
#include "xlsform/to_sql.hpp"

namespace {

using namespace gandan;
using namespace gandan::xlsform;

struct Sample {
  Sample() {
    auto& list = form.lists["l"];
    list.given = list.name = "l";
    list.choices = {{1, "Yes", "yes", {"Có", "Yes"}, {{"of", "x"}}}, {2, "2", "2", {"Hai", "Two"}, {}}};
    list.columns["of"] = "of";
    using records::FieldType;
    add(form.root, "a", FieldType::integer, Value::number);
    add(form.root, "t", FieldType::text, Value::text);
    add(form.root, "c", FieldType::select_one, Value::choice).list = &list;
    add(form.root, "m", FieldType::select_multiple, Value::choices).list = &list;
    add(form.root, "d", FieldType::date, Value::date);
    add(form.root, "i", FieldType::datetime, Value::instant);
    add(form.root, "k", FieldType::boolean, Value::boolean);
    add(form.root, "p", FieldType::geopoint, Value::place);
    Question& r = add(form.root, "r", FieldType::repeat, Value::none);
    add(r, "n", FieldType::integer, Value::number);
    own = &add(form.root, "own", FieldType::text, Value::text);
    own->list = &list;
  }
  static Question& add(Question& parent, const char* name, records::FieldType type, Value value) {
    parent.children.push_back(std::make_unique<Question>());
    Question& q = *parent.children.back();
    q.given = q.name = name;
    q.type = type;
    q.value = value;
    q.parent = &parent;
    return q;
  }
  Form form;
  Question* own = nullptr;
};

void must_compile(const std::optional<Sql>& sql) {
  static test::FakeClock clock;
  static records::Engine engine(clock);
  if (!sql || sql->text.size() > records::kMaxExpressionBytes) return;
  const auto compiled = engine.compile(sql->text);
  if (compiled) return;
  std::fprintf(stderr, "%s\n%s\n", sql->text.c_str(), compiled.error().detail.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Sample sample;
  const auto parsed = parse_xpath(as_text(ByteView(data, size)));
  if (!parsed) return 0;
  if (size > kMaxXPathBytes) std::abort();
  (void)shown(*parsed);
  for (const Null empties : {Null::as_false, Null::as_true, Null::never})
    must_compile(ToSql(sample.form, *sample.own).condition(*parsed, empties, empties == Null::as_true));
  must_compile(ToSql(sample.form, *sample.own).value(*parsed));
  must_compile(ToSql(sample.form, *sample.own, sample.own->list).condition(*parsed, Null::as_false));
  (void)ToSql(sample.form, sample.form.root).title(*parsed);
  return 0;
}
