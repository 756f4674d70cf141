// Names: what ${x}, ., ../x and sums over lists are called in a record type.
#include <algorithm>

#include "xlsform/to_sql.hpp"

namespace gandan::xlsform {

std::string shown(const XPath& x) {
  switch (x.what) {
    case XPath::What::reference:
      return "${" + x.text + "}";
    case XPath::What::call:
      return x.text + "()";
    case XPath::What::path: {
      std::string out = x.children.empty() ? "" : shown(x.children[0]);
      for (const auto& step : x.steps) {
        if (!out.empty() || x.absolute) out += '/';
        out += step.axis == Step::Axis::self ? "." : step.axis == Step::Axis::parent ? ".." : step.name;
        if (!step.predicates.empty()) out += "[…]";
      }
      return out;
    }
    default:
      return x.text;
  }
}

// The lists that a question lies in, outermost first; itself not among them.
std::vector<Question*> ToSql::lists_around(const Question& question) {
  std::vector<Question*> out;
  for (Question* up = question.parent; up != nullptr; up = up->parent)
    if (up->is_list()) out.insert(out.begin(), up);
  return out;
}

// Its name within a list's item, or within the record for nullptr: group__x.
std::string ToSql::name_below(const Question& question, const Question* list) {
  std::string out = question.name;
  for (const Question* up = question.parent; up != nullptr && up != list && up->parent != nullptr;
       up = up->parent)
    if (up->is_group()) out = up->name + "__" + out;
  return out;
}

std::string ToSql::own_name(const Question& question) {
  const auto lists = lists_around(question);
  return name_below(question, lists.empty() ? nullptr : lists.back());
}

// The one question of that name; of several the one that shares the most lists with the context.
Question* ToSql::find(const XPath& x, const std::string& given, bool quiet) {
  std::vector<Question*> found;
  std::vector<Question*> todo{&form_.root};
  while (!todo.empty()) {
    Question* here = todo.back();
    todo.pop_back();
    for (auto& child : here->children) {
      if (child->given == given) found.push_back(child.get());
      todo.push_back(child.get());
    }
  }
  if (found.size() > 1) {
    const auto around = lists_around(context_);
    std::vector<Question*> near;
    for (Question* one : found)
      if (lists_around(*one) == around) near.push_back(one);
    if (near.size() == 1) found = near;
  }
  if (found.size() == 1) return found.front();
  if (quiet) return nullptr;
  if (found.empty()) {
    fail(x, "name.unknown", "Không có câu hỏi \"" + given + "\"", "There is no question \"" + given + "\"");
  } else {
    fail(x, "name.ambiguous", "Có nhiều câu hỏi tên \"" + given + "\"",
         "Several questions are called \"" + given + "\"");
  }
  return nullptr;
}

std::optional<ToSql::Target> ToSql::target_of(const XPath& x, bool quiet) {
  Target out;
  if (x.what == XPath::What::reference) {
    if (x.text.find('#') != std::string::npos) {
      if (!quiet)
        fail(x, "name.last_saved", "Không có hồ sơ lưu lần trước (last-saved)",
             "There is no last saved record here");
      return std::nullopt;
    }
    out.question = find(x, x.text, quiet);
    if (out.question == nullptr) return std::nullopt;
    return out;
  }
  const auto unknown = [&]() -> std::optional<Target> {
    if (!quiet)
      fail(x, "path.unknown", "Không hiểu đường dẫn " + shown(x),
           "The path " + shown(x) + " means nothing here");
    return std::nullopt;
  };
  std::size_t first = 0;
  if (!x.children.empty()) {
    const XPath& base = x.children[0];
    if (base.what == XPath::What::call && base.text == "current" && base.children.empty()) {
      out.question = &context_;
    } else if (base.what == XPath::What::reference) {
      out.question = find(base, base.text, quiet);
      if (out.question == nullptr) return std::nullopt;
    } else {
      return unknown();
    }
  } else if (x.absolute) {
    out.question = &form_.root;
    first = 1;  // the form's own name
    if (x.steps.empty() || x.steps[0].axis != Step::Axis::child) return unknown();
  } else {
    out.question = &context_;
  }
  for (std::size_t i = first; i < x.steps.size(); ++i) {
    const Step& step = x.steps[i];
    const bool last = i + 1 == x.steps.size();
    if (!step.predicates.empty()) {
      if (!last || step.predicates.size() != 1) return unknown();
      out.predicate = &step.predicates[0];
    }
    if (step.axis == Step::Axis::self) continue;
    if (step.axis == Step::Axis::parent) {
      out.question = out.question->parent;
      if (out.question == nullptr) return unknown();
      continue;
    }
    if (step.axis != Step::Axis::child) return unknown();
    Question* below = nullptr;
    for (auto& child : out.question->children)
      if (child->given == step.name) below = child.get();
    if (below == nullptr) return unknown();
    out.question = below;
  }
  return out;
}

Value ToSql::type_of(Question& question) {
  if (question.type != records::FieldType::calculate || question.value != Value::none) return question.value;
  question.value = Value::text;  // while it is being asked: a calculation that asks for itself
  const auto parsed = parse_xpath(question.cell("calculation"));
  if (parsed.ok()) {
    const auto result = ToSql(form_, question).value(*parsed);
    if (result) question.value = result->type == Value::boolean ? Value::number : result->type;
  }
  return question.value;
}

ToSql::Term ToSql::named(const XPath& x) {
  // In a filter a bare name is a column of the choices.
  if (filter_ != nullptr && x.what == XPath::What::path && x.children.empty() && !x.absolute &&
      x.steps.size() == 1 && x.steps[0].axis == Step::Axis::child && x.steps[0].predicates.empty())
    return filter_column(x, x.steps[0].name);
  if (x.what == XPath::What::path && x.children.size() == 1 && x.children[0].what == XPath::What::call &&
      x.children[0].text == "instance")
    return fail(x, "function.instance", "Không tra trong danh sách ngoài được (instance())",
                "Nothing can be looked up in other lists (instance())");
  const auto target = target_of(x);
  if (!target) return {};
  if (target->predicate != nullptr)
    return fail(x, "path.predicate", "Điều kiện […] chỉ dùng được trong count()",
                "A condition […] works in count() only");
  return reference(x, *target->question);
}

ToSql::Term ToSql::reference(const XPath& x, Question& target) {
  if (target.is_today) {
    clock_ = true;
    return make("today()", kAtom, Value::date, false);
  }
  const std::string given = target.given;
  if (!target.type)
    return fail(x, "name.left_out",
                "Câu hỏi \"" + given + "\" (dòng " + std::to_string(target.row) + ") không chuyển được",
                "The question \"" + given + "\" (row " + std::to_string(target.row) + ") was left out");
  if (target.has_children() || target.type == records::FieldType::note)
    return fail(x, "name.no_answer", "\"" + given + "\" không có câu trả lời",
                "\"" + given + "\" has no answer");
  const auto around = lists_around(context_);
  const auto lists = lists_around(target);
  if (lists.size() > around.size() || !std::equal(lists.begin(), lists.end(), around.begin()))
    return fail(
        x, "name.many",
        "\"" + given + "\" nằm trong danh sách \"" + lists.back()->given +
            "\": dùng sum, count, min hoặc max",
        "\"" + given + "\" lies in the list \"" + lists.back()->given + "\": use sum, count, min or max");
  const std::string name = name_below(target, lists.empty() ? nullptr : lists.back());
  // What lies deeper hides names of what lies further out.
  for (std::size_t i = lists.size(); i < around.size(); ++i)
    if (has_name(*around[i], around[i], name))
      return fail(x, "name.hidden",
                  "Tên \"" + name + "\" có cả trong danh sách \"" + around[i]->given + "\": hãy đổi tên",
                  "The list \"" + around[i]->given + "\" has the name \"" + name + "\", too: rename one");
  Term out = make(name, kAtom, type_of(target), !(own_known_ && &target == &context_));
  out.question = &target;
  return out;
}

// Whether something in a list's item, or in its groups, has that name there.
bool ToSql::has_name(const Question& here, const Question* list, const std::string& name) {
  return std::any_of(here.children.begin(), here.children.end(), [&](const auto& child) {
    if (!child->type) return false;
    return child->is_group() ? has_name(*child, list, name) : name_below(*child, list) == name;
  });
}

ToSql::Term ToSql::filter_column(const XPath& x, const std::string& given) {
  const std::string key = lower_ascii(given);
  bool known = key == "name";
  bool everywhere = true;
  for (const auto& choice : filter_->choices) {
    const bool filled = choice.columns.count(key) > 0;
    known = known || filled;
    everywhere = everywhere && filled;
  }
  if (!known)
    return fail(x, "filter.column", "Trang choices không có cột \"" + given + "\" cho danh sách này",
                "The sheet choices has no column \"" + given + "\" for this list");
  const auto found = filter_->columns.find(key);
  if (found == filter_->columns.end())
    return fail(x, "filter.column", "Không dùng cột \"" + given + "\" làm điều kiện được",
                "The column \"" + given + "\" cannot be a condition");
  Term out = make(found->second, kAtom, Value::text, !everywhere && key != "name");
  out.column = true;
  return out;
}

// sum, min, max, count and count-non-empty over a list that the expression does not stand in.
ToSql::Term ToSql::aggregate(const XPath& x, const std::string& function) {
  const XPath& argument = x.children[0];
  const auto target = target_of(argument);
  if (!target) return {};
  Question& question = *target->question;
  if (!question.type) return reference(argument, question);
  const auto around = lists_around(context_);
  const bool whole_list = question.is_list();
  auto lists = lists_around(question);
  if (whole_list) lists.push_back(&question);
  const bool one_more = !lists.empty() && lists.size() - 1 <= around.size() &&
                        std::equal(lists.begin(), lists.end() - 1, around.begin());
  const bool inside = !lists.empty() && std::find(around.begin(), around.end(), lists.back()) != around.end();
  if (lists.empty() || (inside && !whole_list)) {  // one answer: its sum is itself
    if (function == "count" || function == "count-non-empty")
      return fail(x, "function.count_one", "Không đếm một câu trả lời đơn được",
                  "A single answer cannot be counted");
    return term(argument);
  }
  if (!one_more)
    return fail(x, "name.nested", "Danh sách nằm trong danh sách khác: không tính từ ngoài được",
                "A list inside another list cannot be summed from outside");
  Question* list = lists.back();
  const std::string list_name = name_below(*list, lists.size() > 1 ? lists[lists.size() - 2] : nullptr);
  if (target->predicate != nullptr) {
    // count(${list}[field = 'code'])
    const XPath& test = *target->predicate;
    if (function == "count" && whole_list && test.what == XPath::What::operation && test.text == "=" &&
        test.children[1].what == XPath::What::literal) {
      ToSql inner(form_, *list);
      std::optional<Target> field;
      if (test.children[0].what == XPath::What::reference) field = inner.target_of(test.children[0], true);
      if (test.children[0].what == XPath::What::path) {
        for (const auto& child : list->children)
          if (test.children[0].steps.size() == 1 && child->given == test.children[0].steps[0].name)
            field = Target{child.get(), nullptr};
      }
      if (field && field->question->type && lists_around(*field->question) == lists) {
        const Question& asked = *field->question;
        const std::string name = list_name + "__" + name_below(asked, list);
        const std::string& literal = test.children[1].text;
        const Choice* choice = asked.list == nullptr ? nullptr : asked.list->find(literal);
        std::string tail;
        if (choice != nullptr) tail = "__is__" + choice->code;
        if (asked.value == Value::boolean && literal == "OK") tail = "__true";
        if (!tail.empty()) {
          Term out = make(name + tail, kAtom, Value::number, false);
          out.positive = true;
          return out;
        }
      }
    }
    return fail(x, "path.predicate", "Điều kiện […] chỉ dùng được dạng count(${danh_sách}[mục = 'mã'])",
                "A condition […] works as count(${list}[question = 'code']) only");
  }
  if (function == "count") {
    Term out = make(list_name + "__count", kAtom, Value::number, false);
    out.positive = true;
    return out;
  }
  if (whole_list || question.has_children() || question.type == records::FieldType::note)
    return fail(x, "name.no_answer", "\"" + question.given + "\" không có câu trả lời",
                "\"" + question.given + "\" has no answer");
  const std::string name = list_name + "__" + name_below(question, list);
  const Value type = type_of(question);
  if (function == "count-non-empty") {
    Term out = make(name + "__filled", kAtom, Value::number, false);
    out.positive = true;
    return out;
  }
  if (type != Value::number && (function == "sum" || (type != Value::date && type != Value::instant)))
    return fail(x, "number.none", "\"" + question.given + "\" không phải số",
                "\"" + question.given + "\" is no number");
  Term out = make(name + "__" + function, kAtom, type, function != "sum");
  out.nan = true;
  return out;
}

}  // namespace gandan::xlsform
