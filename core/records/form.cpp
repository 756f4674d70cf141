#include "records/form.hpp"

#include "base/calendar.hpp"
#include "records/document.hpp"

namespace gandan::records {

bool is_relevant(const Field& field, const Where& where) {
  if (!field.relevant) return true;
  const auto result = field.relevant.bound->evaluate(where);
  return result.ok() && truth(*result) == true;
}

std::vector<const Choice*> not_offered(const Field& field, const changelog::Value& value,
                                       const Where& where) {
  std::vector<const Choice*> out;
  const auto* chosen = field.choice_filter ? std::get_if<changelog::Choices>(&value) : nullptr;
  if (chosen == nullptr) return out;
  std::vector<Scalar> columns(field.choice_columns.size());
  Where asked = where;
  asked.extra = &columns;
  for (const auto& code : chosen->codes) {
    const Choice* choice = field.choice(code);
    if (choice == nullptr) continue;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto found = choice->columns.find(field.choice_columns[i]);
      columns[i] = found == choice->columns.end() ? Scalar{} : Scalar{found->second};
    }
    const auto result = field.choice_filter.bound->evaluate(asked);
    if (!result.ok() || truth(*result) != true) out.push_back(choice);
  }
  return out;
}

FieldError not_offered_fault(const std::string& path, const Choice& choice) {
  return {path, "not_offered", "Lựa chọn \"" + choice.label.vi + "\" không dùng được ở đây.",
          "The choice \"" + choice.label.en + "\" is not offered here."};
}

Result<changelog::Value> value_from_scalar(const Field& field, const Scalar& scalar) {
  json::value v;
  if (const auto* n = std::get_if<std::int64_t>(&scalar)) {
    v = field.type == FieldType::boolean ? json::value(*n != 0)
        : field.type == FieldType::text  ? json::value(std::to_string(*n))
                                         : json::integer(*n);
  } else if (const auto* text = std::get_if<std::string>(&scalar)) {
    v = *text;
    if (field.type == FieldType::date) {  // now() may fill a date: the day in Viet Nam
      if (const auto ms = parse_instant(*text)) v = date_text(local_days(*ms));
    }
  }
  return value_from_json(field, v, {});
}

}  // namespace gandan::records
