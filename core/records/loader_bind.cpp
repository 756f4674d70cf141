// From what was read to what can be evaluated: expressions and templates bound to the names of their form,
// and a form's versions held against each other. See loader.hpp.
#include "records/form.hpp"
#include "records/loader.hpp"

namespace gandan::records {

// What a name means never changes from one version to the next: records of all of them are listed, searched,
// counted and linked together.
void Loader::check_versions(const std::map<std::uint32_t, std::unique_ptr<RecordType>>& versions) {
  std::map<std::string, std::pair<FieldType, std::string>> known;  // by path
  std::map<std::string, bool> personal;
  const auto compare = [&](const auto& self, const std::vector<Field>& fields) -> void {
    for (const auto& field : fields) {
      const std::pair<FieldType, std::string> now{field.type, field.link};
      if (const auto& before = known.try_emplace(field.path, now).first->second; before != now)
        fault(field.path, "type",
              "Bản trước ghi mục này là " + std::string(to_text(before.first)) +
                  (before.second.empty() ? "" : " " + before.second) + "; đổi kiểu thì đặt tên mục khác.",
              "An earlier version has this field as " + std::string(to_text(before.first)) +
                  (before.second.empty() ? "" : " " + before.second) + "; another type wants another name.");
      if (personal.try_emplace(field.path, field.personal).first->second != field.personal)
        fault(field.path, "personal",
              "Dữ liệu cá nhân hay không thì mọi bản phải như nhau: đã ghi thế nào còn nguyên thế ấy; đặt "
              "tên mục "
              "khác.",
              "Versions agree on whether it is personal, for what was written stays as it was written; take "
              "another name.");
      self(self, field.children);
    }
  };
  for (const auto& [version, type] : versions) {
    file_ = type->file;
    compare(compare, type->fields);
  }
}

// A default that needs nothing from the record is tried at once: it must be a value of its field.
void Loader::check_default(const Field& field) {
  if (!field.default_value || !field.default_value.bound->names().empty()) return;
  const auto result = field.default_value.bound->evaluate({});
  if (result.ok() && (is_null(*result) || value_from_scalar(field, *result).ok())) return;
  fault(field.path, "default", "Giá trị mặc định không hợp với kiểu của mục.",
        "The default is not a value of the field's type.");
}

Formula Loader::bind(const std::string& text, const Names& names, const std::string& where,
                     const char* column) {
  if (text.empty()) return {};
  auto bound = bind_expression(state_.engine, text, names);
  if (!bound.ok()) {
    const auto& detail = bound.error().detail;
    fault(where, column, "Biểu thức sai: " + detail, "Bad expression: " + detail);
    return {text, nullptr};
  }
  return {text, std::move(bound).value()};
}

void Loader::check_template(const std::string& text, const Names& names, const std::string& where,
                            const char* column) {
  const auto parsed = TextTemplate::parse(text, names);
  if (!parsed.ok())
    fault(where, column, "Mẫu câu sai: " + parsed.error().detail, "Bad template: " + parsed.error().detail);
  else if (parsed->reads_personal())
    leaks(where, column);
}

// Titles, messages, calculations and defaults are kept or listed in clear.
void Loader::leaks(const std::string& where, const char* column) {
  fault(where, column, "Không được lấy nội dung của mục dữ liệu cá nhân: chỗ này hiện trong danh sách.",
        "It must not take what a personal field says: this is shown in lists.");
}

void Loader::bind_type(RecordType& type) {
  file_ = type.file;
  auto names = state_.names(type, "");
  bind_fields(type.fields, *names);
  check_cycles(type);
  check_template(type.title, *names, "", "title");
  if (!type.date.empty()) {
    const Field* field = type.find(type.date);
    if (field == nullptr || (field->type != FieldType::date && field->type != FieldType::datetime)) {
      fault("", "date", "Cần tên một mục kiểu date hoặc datetime.",
            "Wants the name of a date or datetime field.");
    }
  }
}

void Loader::bind_fields(std::vector<Field>& fields, Names& names) {
  for (auto& field : fields) {
    if (!field.link.empty() && state_.newest(field.link) == nullptr) {
      fault(field.path, "link", "Không có loại hồ sơ \"" + field.link + "\".",
            "There is no kind \"" + field.link + "\".");
    }
    field.relevant = bind(field.relevant.text, names, field.path, "relevant");
    field.constraint = bind(field.constraint.text, names, field.path, "constraint");
    field.calculation = bind(field.calculation.text, names, field.path, "calculation");
    if (field.calculation && field.calculation.bound->reads_clock()) {
      // Lists and search keep it: it must not change while nobody writes.
      fault(field.path, "calculation", "Mục tính không dùng today() hay now(): kết quả sẽ tự đổi theo ngày.",
            "A calculation does not use today() or now(): it would change by itself.");
    }
    if (field.calculation && field.calculation.bound->reads_personal()) leaks(field.path, "calculation");
    field.required_if = bind(field.required_if.text, names, field.path, "required");
    field.default_value = bind(field.default_value.text, names, field.path, "default");
    check_default(field);
    if (field.default_value && field.default_value.bound->reads_personal()) leaks(field.path, "default");
    names.extra = &field.choice_columns;
    field.choice_filter = bind(field.choice_filter.text, names, field.path, "choice_filter");
    names.extra = nullptr;
    if (field.type == FieldType::group) bind_fields(field.children, names);
    if (field.type == FieldType::repeat) {
      names.lists.push_back(&field);
      bind_fields(field.children, names);
      names.lists.pop_back();
    }
  }
}

}  // namespace gandan::records
