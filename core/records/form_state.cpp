// What a form shows of a draft: what is asked for, what must be there, what may be chosen. See document.hpp.
#include <algorithm>

#include "records/document.hpp"
#include "records/form.hpp"

namespace gandan::records {
namespace {

class FormWalk {
 public:
  FormWalk(const Document& document, const LinkSource& links) { where_ = {&document, {}, &links, nullptr}; }

  std::vector<FieldState> run(const RecordType& type) {
    walk(type.fields, "", "", where_.document->tree);
    return std::move(out_);
  }

 private:
  void walk(const std::vector<Field>& fields, const std::string& base, const std::string& groups,
            const Tree& tree) {
    for (const auto& field : fields) {
      const std::string key = groups + field.name;
      const bool relevant = is_relevant(field, where_);
      if (field.relevant || field.required_if || field.choice_filter) note(field, base + key, relevant);
      if (!relevant) continue;  // what stands below is not shown either
      if (field.type == FieldType::group) {
        walk(field.children, base, key + ".", tree);
      } else if (field.type == FieldType::repeat) {
        const auto* items = tree.list(key);
        if (items == nullptr) continue;
        for (const auto& item : *items) {
          where_.items.push_back(&item.tree);
          walk(field.children, base + key + "[" + item.id + "].", "", item.tree);
          where_.items.pop_back();
        }
      }
    }
  }

  void note(const Field& field, std::string path, bool relevant) {
    FieldState state;
    state.path = std::move(path);
    state.relevant = relevant;
    state.required = relevant && (field.required || (field.required_if && holds(field.required_if)));
    if (relevant && field.choice_filter) {
      changelog::Choices all;
      for (const auto& choice : field.choices) all.codes.push_back(choice.name);
      const auto missing = not_offered(field, all, where_);
      state.offered.emplace();
      for (const auto& choice : field.choices) {
        if (std::find(missing.begin(), missing.end(), &choice) == missing.end())
          state.offered->push_back(choice.name);
      }
    }
    out_.push_back(std::move(state));
  }

  bool holds(const Formula& formula) const {
    const auto result = formula.bound->evaluate(where_);
    return result.ok() && truth(*result) == true;
  }

  Where where_;
  std::vector<FieldState> out_;
};

}  // namespace

std::vector<FieldState> form_state(const RecordType& type, const Document& document,
                                   const LinkSource& links) {
  return FormWalk(document, links).run(type);
}

}  // namespace gandan::records
