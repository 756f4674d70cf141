// What keeps a record from being final. See document.hpp.
#include <algorithm>

#include "base/text.hpp"
#include "records/document.hpp"
#include "records/form.hpp"
#include "records/order.hpp"

namespace gandan::records {
namespace {

using changelog::Value;

class FinalCheck {
 public:
  FinalCheck(const Document& document, const LinkSource& links) : links_(links) {
    where_ = {&document, {}, &links, nullptr};
  }

  std::vector<FieldError> run(const RecordType& type) {
    check(type.fields, "", "", where_.document->tree);
    return std::move(faults_);
  }

 private:
  void check(const std::vector<Field>& fields, const std::string& base, const std::string& groups,
             const Tree& tree) {
    for (const auto& field : fields) {
      const std::string key = groups + field.name;
      const std::string path = base + key;
      if (!is_relevant(field, where_)) {
        left_over(field, key, path, tree);
        continue;
      }
      const bool required = field.required || (field.required_if && holds(field.required_if));
      if (field.type == FieldType::group) {
        check(field.children, base, key + ".", tree);
      } else if (field.type == FieldType::repeat) {
        const auto* items = tree.list(key);
        if (required && (items == nullptr || items->empty())) missing(path, field);
        if (items == nullptr) continue;
        for (const auto& item : *items) {
          where_.items.push_back(&item.tree);
          check(field.children, path + "[" + item.id + "].", "", item.tree);
          where_.items.pop_back();
        }
      } else if (field.holds_value()) {
        const Value* value = tree.value(key);
        if (value == nullptr) {
          if (required) missing(path, field);
          continue;
        }
        if (field.type == FieldType::link) check_link(path, *value);
        for (const auto* choice : not_offered(field, *value, where_))
          faults_.push_back(not_offered_fault(path, *choice));
        // A personal text that is not to be read here was checked when it was typed.
        if (!field.constraint || std::holds_alternative<changelog::Personal>(*value)) continue;
        where_.typed = &field;
        const auto result = field.constraint.bound->evaluate(where_);
        where_.typed = nullptr;
        if (!result.ok() || truth(*result) == false) {
          faults_.push_back({path, "constraint", field.constraint_message.vi, field.constraint_message.en});
        }
      }
    }
  }
  // What the form no longer asks for would be signed unseen: a person takes it out or makes it relevant
  // again.
  void left_over(const Field& field, const std::string& key, const std::string& path, const Tree& tree) {
    if (field.type == FieldType::group) {
      for (const auto& child : field.children)
        left_over(child, key + "." + child.name, path + "." + child.name, tree);
      return;
    }
    const auto* items = field.type == FieldType::repeat ? tree.list(key) : nullptr;
    const bool stored = field.holds_value() && field.type != FieldType::calculate;
    if ((items == nullptr || items->empty()) && !(stored && tree.value(key) != nullptr)) return;
    faults_.push_back({path, "not_relevant", "Mục này không còn áp dụng, hãy xoá: " + field.label.vi + ".",
                       "This no longer applies, take it out: " + field.label.en + "."});
  }
  bool holds(const Formula& formula) const {
    const auto result = formula.bound->evaluate(where_);
    return result.ok() && truth(*result) == true;
  }
  void missing(const std::string& path, const Field& field) {
    faults_.push_back(
        {path, "required", "Chưa ghi: " + field.label.vi + ".", "Missing: " + field.label.en + "."});
  }
  void check_link(const std::string& path, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!links_ || text == nullptr) return;
    const auto id = id_from_text<RecordId>(*text);
    const Document* linked = id.ok() ? links_(*where_.document, *id) : nullptr;
    if (linked != nullptr && (linked->state == "deleted" || linked->state == "withdrawn")) {
      faults_.push_back({path, "link_gone", "Hồ sơ được nối đã bị xoá hoặc rút.",
                         "The linked record was deleted or withdrawn."});
    }
  }

  const LinkSource& links_;
  Where where_;
  std::vector<FieldError> faults_;
};

}  // namespace

std::vector<FieldError> check_final(const Catalog&, const RecordType& type, const Document& document,
                                    const LinkSource& links) {
  return FinalCheck(document, links).run(type);
}

Result<std::vector<Change>> plan_overrides(const Document& document, const std::vector<Verdict>& verdicts,
                                           const std::vector<Override>& overrides,
                                           const std::function<ItemId()>& new_item) {
  std::vector<FieldError> closed;
  std::vector<FieldError> wrong;
  std::vector<Change> changes;
  const auto* there = document.tree.list(kOverrides);
  std::string order = there == nullptr || there->empty() ? "" : there->back().order;
  for (const auto& given : overrides) {
    const bool asked = std::any_of(verdicts.begin(), verdicts.end(),
                                   [&](const Verdict& v) { return v.stops() && v.rule == given.rule; });
    if (!asked) {
      wrong.push_back({"overrides", "not_needed",
                       "Không có điều kiện nào bị chặn bởi quy tắc này: " + given.rule,
                       "No gate of this rule is closed: " + given.rule});
    } else if (fold(given.reason).find_first_not_of(' ') == std::string::npos) {
      wrong.push_back({"overrides", "required", "Thiếu lý do cho quy tắc " + given.rule,
                       "The reason is missing for " + given.rule});
    }
  }
  if (!wrong.empty()) return Error{Code::bad_request, "overrides", std::move(wrong)};
  for (const auto& v : verdicts) {
    if (!v.stops()) continue;
    const auto given =
        std::find_if(overrides.begin(), overrides.end(), [&](const Override& o) { return o.rule == v.rule; });
    if (given == overrides.end()) {
      const Label said = v.said();
      closed.push_back({v.path, v.rule, said.vi, said.en});
      continue;
    }
    GANDAN_TRY(const std::string reason, nfc(given->reason));
    if (v.overridden == reason) continue;  // written before, when the finalisation itself did not come
    order = order_between(order, "");
    const std::string base = std::string(kOverrides) + "[" + gandan::to_text(new_item()) + "]";
    changes.push_back({base, order});
    changes.push_back({base + ".rule", v.rule});
    changes.push_back({base + ".version", std::int64_t{v.version}});
    if (!v.path.empty()) changes.push_back({base + ".path", v.path});
    changes.push_back({base + ".message", v.said().vi});
    changes.push_back({base + ".reason", reason});
  }
  if (!closed.empty()) {
    const std::string first = closed.front().code;
    return Error{Code::gate_closed, first, std::move(closed)};
  }
  return changes;
}

}  // namespace gandan::records
