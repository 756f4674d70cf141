// From a shell's patch to changes. See document.hpp.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "records/document.hpp"
#include "records/form.hpp"
#include "records/order.hpp"

namespace gandan::records {
namespace {

using changelog::Value;

constexpr std::size_t kMaxItems = 5000;
constexpr std::size_t kMaxPath = 400;  // changelog/op.hpp
constexpr std::size_t kMaxFaults = 200;
constexpr std::size_t kNamedItems = 10;
constexpr std::size_t kLeastEnd = 4;  // characters of an id that a person may give instead of all
constexpr std::size_t kIdText = 26;

// A name as a person typed it may be anything: what goes into an error is short and is UTF-8.
std::string quoted(std::string_view name) {
  if (name.size() > 100 || !valid_utf8(name)) return "?";
  return std::string(name);
}

// Finds "place" or "site.place" among fields; `rest` of an unfinished walk is empty.
const Field* find_in(const std::vector<Field>& fields, std::string_view name) {
  const auto dot = name.find('.');
  for (const auto& field : fields) {
    if (field.name != name.substr(0, dot)) continue;
    if (dot == std::string_view::npos) return &field;
    return field.type == FieldType::group ? find_in(field.children, name.substr(dot + 1)) : nullptr;
  }
  return nullptr;
}

class Planner {
 public:
  Planner(const Catalog& catalog, const RecordType& type, const changelog::RecordState& state,
          const SaveInput& input)
      : catalog_(catalog),
        type_(type),
        state_(state),
        input_(input),
        view_(changelog::view(state)),
        present_(make_tree(view_.fields)) {
    reveal(present_, input_.reveal);
  }

  Result<std::vector<Change>> run() {
    plan();
    if (!faults_.empty()) {
      return Error{Code::invalid_record, std::to_string(faults_.size()) + " fields: " + faults_.front().code,
                   faults_};
    }
    return std::move(changes_);
  }
  Preview preview() {
    plan();
    return {std::move(after_), std::move(faults_)};
  }

 private:
  void plan() {
    if (state_.empty()) {
      changes_.push_back({"@kind", type_.kind});
      changes_.push_back({"@schema", std::int64_t{type_.version}});
    }
    put_object(*input_.patch, type_.fields, "", "", present_);
    look_ahead();
    if (state_.empty() || !new_items_.empty())
      put_defaults(type_.fields, "", "", after_.tree, state_.empty());
    where_.items.clear();
    catalog_.calculate(after_, input_.links);
    check_changes();  // also beside other faults: a person sees all of them at once
  }
  void fault(const std::string& path, const char* code, std::string vi, std::string en) {
    if (faults_.size() < kMaxFaults) faults_.push_back({path, code, std::move(vi), std::move(en)});
  }
  void read_only(const std::string& path) {
    fault(path, "read_only", "Mục này do chương trình ghi, không sửa được.",
          "This field is written by the program and cannot be changed.");
  }
  void unknown(const std::string& path) {
    fault(path, "unknown_field", "Loại hồ sơ này không có mục \"" + path + "\".",
          "This kind has no field \"" + path + "\".");
  }

  // `base` is the path of the record ("") or item ("agenda[…]."); `groups` the groups inside it ("site.").
  void put_object(const json::object& patch, const std::vector<Field>& fields, const std::string& base,
                  const std::string& groups, const Tree& tree) {
    for (const auto& member : patch) {
      const std::string_view key(member.key().data(), member.key().size());
      const std::string path = base + groups + quoted(key);
      if (key.find('[') != std::string_view::npos) {
        put_path(key, member.value());
        continue;
      }
      if (!base.empty() && groups.empty() && (key == "id" || key.substr(0, 1) == "@"))
        continue;  // put_list reads them
      const Field* field = find_in(fields, key);
      if (field == nullptr) {
        if (!echo(tree, groups + std::string(key), member.value())) unknown(path);
      } else if (field->type == FieldType::group) {
        const auto* inner = member.value().if_object();
        if (inner == nullptr) {
          fault(path, "wrong_type", "Cần một nhóm các mục.", "Wants a group of fields.");
        } else {
          put_object(*inner, field->children, base, groups + std::string(key) + ".", tree);
        }
      } else if (field->read_only) {
        if (!echo(tree, groups + std::string(key), member.value())) read_only(path);
      } else if (field->type == FieldType::repeat) {
        put_list(*field, member.value(), base + groups + std::string(key), groups + std::string(key), tree);
      } else if (field->type != FieldType::calculate) {  // a computed value may come back as it was shown
        put_value(*field, base + groups + std::string(key), member.value());
      }
    }
  }

  // A field that only a newer form knows, given back as it was shown.
  static bool echo(const Tree& tree, const std::string& path, const json::value& v) {
    const Value* shown = tree.value(path);
    if (shown != nullptr) return value_json(*shown) == v;
    if (const auto* inner = v.if_object()) {
      return !inner->empty() && std::all_of(inner->begin(), inner->end(), [&](const auto& member) {
        return echo(tree, path + "." + std::string(member.key().data(), member.key().size()), member.value());
      });
    }
    const auto* items = tree.list(path);
    const auto* rows = v.if_array();
    if (items == nullptr || rows == nullptr || rows->size() != items->size()) return false;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const auto* row = (*rows)[i].if_object();
      if (row == nullptr || json::find_text(*row, "id") != (*items)[i].id) return false;
      for (const auto& member : *row) {
        const std::string key(member.key().data(), member.key().size());
        if (key != "id" && !echo((*items)[i].tree, key, member.value())) return false;
      }
    }
    return true;
  }

  void put_value(const Field& field, const std::string& path, const json::value& v) {
    said_.insert(path);
    const auto shown = view_.fields.find(path);
    Value before = shown == view_.fields.end() ? Value{changelog::Null{}} : shown->second.shown();
    if (input_.reveal) before = input_.reveal(path, before);
    if (value_json(before) == v) return;
    if (field.sealed && std::holds_alternative<changelog::Sealed>(before) && echoes_seal(v)) return;
    if (const auto* closed = std::get_if<changelog::Personal>(&before);
        closed != nullptr && keeps_closed(path, *closed, v))
      return;
    std::optional<json::value> link;
    if (field.type == FieldType::link && !(link = whole_link(path, v))) return;
    auto value = value_from_json(field, link ? *link : v, input_.blobs);
    if (!value.ok()) {
      for (auto f : value.error().fields) fault(path, f.code.c_str(), f.vi, f.en);
    } else if (!(*value == before)) {
      push(path, std::move(*value));
    }
  }

  // As a document shows what is sealed, whoever was added as a recipient meanwhile.
  static bool echoes_seal(const json::value& v) {
    const auto* shown = v.if_object();
    return shown != nullptr && json::find_bool(*shown, "sealed") == true;
  }

  // Of a personal value that this device cannot read: true where nothing is to be written. What nobody here
  // has read is not written over; what cannot be opened with its own key may be.
  bool keeps_closed(const std::string& path, const changelog::Personal& value, const json::value& v) {
    const auto* shown = v.if_object();
    if (shown != nullptr && json::find_bool(*shown, "personal") == true) return true;  // as it was shown
    if (value.closed == changelog::Personal::Closed::unreadable) return false;
    if (value.closed == changelog::Personal::Closed::erased)
      fault(path, "personal_erased", "Dữ liệu cá nhân của hồ sơ này đã xoá theo yêu cầu, không ghi lại.",
            "This record's personal data was erased on request and is not written again.");
    else
      fault(path, "personal_waiting",
            "Mục này đã có nội dung mà máy chưa có khoá để đọc; hãy nối mạng (sync) rồi sửa.",
            "Something stands here that this device has no key to read yet; sync first, then change it.");
    return true;
  }

  // A record's id that was given as people are shown it, as the whole one; nothing, and a fault, when none or
  // several match.
  std::optional<json::value> whole_link(const std::string& path, const json::value& v) {
    const auto* text = v.if_string();
    if (text == nullptr || text->empty() || text->size() == kIdText || !input_.find_record) return v;
    const auto found = input_.find_record({text->data(), text->size()});
    if (found.ok()) return json::value(gandan::to_text(*found));
    if (found.error().code == Code::ambiguous)
      fault(path, "ambiguous_link", "Có nhiều hồ sơ mã kết thúc như vậy; hãy ghi mã dài hơn.",
            "Several records have an id that ends like this; give more of it.");
    else
      fault(path, "bad_link", "Trên máy này không có hồ sơ nào mã như vậy; ghi như máy hiện, ví dụ n69g-1.",
            "No record on this device has such an id; give it as it is shown, e.g. n69g-1.");
    return std::nullopt;
  }

  void push(std::string path, Value value) {
    if (path.size() > kMaxPath) return fault(path, "too_deep", "Đường dẫn quá dài.", "The path is too long.");
    changes_.push_back({std::move(path), std::move(value)});
  }

  // "agenda[01h…].text" or "agenda[01h…]".
  void put_path(std::string_view key, const json::value& v) {
    const auto steps = split_path(key);
    const Field* field = steps.empty() ? nullptr : type_.find(key);
    if (field == nullptr) return unknown(quoted(key));
    if (find_in(type_.fields, steps.front().name)->read_only) return read_only(quoted(key));
    const Tree* tree = &present_;
    std::string item_path;  // with whole ids, however short they were given
    for (const auto& step : steps) {
      if (step.item.empty()) break;
      const auto* item = item_of(tree->list(step.name), step.item, quoted(key));
      if (item == nullptr) return;
      tree = &item->tree;
      item_path += (item_path.empty() ? "" : ".") + step.name + "[" + item->id + "]";
    }
    const std::string base = item_path + ".";
    if (steps.back().item.empty()) {
      put_object({{steps.back().name, v}}, fields_of(steps), base, "", *tree);
    } else if (v.is_null()) {
      push(item_path + "@deleted", changelog::Mark{state_.seen(), {}, {}});
    } else if (const auto* o = v.if_object()) {
      put_object(*o, field->children, base, "", *tree);
    } else {
      fault(std::string(key), "wrong_type", "Cần một đối tượng, hoặc null để xoá.",
            "Wants an object, or null to remove it.");
    }
  }
  const std::vector<Field>& fields_of(const std::vector<PathStep>& steps) const {
    const std::vector<Field>* fields = &type_.fields;
    for (const auto& step : steps) {
      if (!step.item.empty()) fields = &find_in(*fields, step.name)->children;
    }
    return *fields;
  }
  static const Item* find_item(const std::vector<Item>& items, std::string_view id) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const Item& it) { return it.id == id; });
    return found == items.end() ? nullptr : &*found;
  }
  // An item by its id, whole or as people are shown it. Nothing, and a fault at `place`, when none or several
  // match.
  const Item* item_of(const std::vector<Item>* items, std::string_view id, const std::string& place) {
    static const std::vector<Item> none;
    const auto& all = items == nullptr ? none : *items;
    if (const auto* exact = find_item(all, id)) return exact;
    const std::string ending = id_ending(id);
    std::vector<const Item*> found;
    for (const auto& item : all) {
      const bool ends = item.id.size() >= ending.size() &&
                        item.id.compare(item.id.size() - ending.size(), ending.size(), ending) == 0;
      if (ends && id.size() >= kLeastEnd) found.push_back(&item);
    }
    if (found.size() == 1) return found.front();
    std::string known;
    for (std::size_t i = 0; i < std::min(all.size(), kNamedItems); ++i)
      known += (i == 0 ? "" : ", ") + short_id(all[i].id);
    if (all.size() > kNamedItems) known += ", …";
    if (found.empty())
      fault(place, "unknown_item", "Không có dòng này (có thể đã bị xoá). Các dòng: " + known + ".",
            "There is no such item (it may have been removed). The items: " + known + ".");
    else
      fault(place, "ambiguous_item", "Có nhiều dòng mã kết thúc như vậy. Các dòng: " + known + ".",
            "Several items end like this. The items: " + known + ".");
    return nullptr;
  }

  void put_list(const Field& field, const json::value& v, const std::string& path, const std::string& key,
                const Tree& tree) {
    const auto* rows = v.if_array();
    const auto* items = tree.list(key);
    if (v.is_null()) {  // as for a field: empties it
      if (items == nullptr) return;
      for (const auto& item : *items)
        push(path + "[" + item.id + "]@deleted", changelog::Mark{state_.seen(), {}, {}});
      return;
    }
    if (rows == nullptr) return fault(path, "wrong_type", "Cần một danh sách.", "Wants a list.");
    std::vector<std::pair<std::string, std::string>> order;  // (order key, id) as it will stand
    if (items != nullptr) {
      for (const auto& item : *items) order.emplace_back(item.order, item.id);
    }
    if (order.size() + rows->size() > kMaxItems)
      return fault(path, "too_many", "Danh sách quá dài.", "The list is too long.");
    std::optional<std::string> previous;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const auto* row = (*rows)[i].if_object();
      const std::string place = path + "[#" + std::to_string(i + 1) + "]";
      if (row == nullptr) {
        fault(place, "wrong_type", "Mỗi dòng là một đối tượng.", "Every item is an object.");
        continue;
      }
      const auto id = json::find_text(*row, "id");
      const Item* item = nullptr;
      if (json::find(*row, "id") != nullptr) {
        item = item_of(items, id.value_or(""), place);
        if (item == nullptr) continue;
      }
      const std::string name = item != nullptr ? item->id : gandan::to_text(input_.new_item());
      const std::string base = path + "[" + name + "]";
      for (const auto& member : *row) {
        const std::string_view mark(member.key().data(), member.key().size());
        if (mark.substr(0, 1) == "@" && mark != "@deleted" && mark != "@after")
          unknown(place + "." + quoted(mark));
      }
      if (item != nullptr && json::find_bool(*row, "@deleted") == true) {
        push(base + "@deleted", changelog::Mark{state_.seen(), {}, {}});
        continue;
      }
      if (item == nullptr) {
        new_items_.insert(base);
        push(base, place_after(order, previous, name));
      } else if (const auto* after = json::find(*row, "@after")) {
        const auto target =
            after->is_string() ? json::find_text(*row, "@after") : std::optional<std::string>("");
        order.erase(
            std::find_if(order.begin(), order.end(), [&](const auto& o) { return o.second == name; }));
        push(base, place_after(order, target, name));
      }
      static const Tree kNothing;
      put_object(*row, field.children, base + ".", "", item == nullptr ? kNothing : item->tree);
      previous = name;
    }
  }

  // A new order key behind `after` ("": in front; nothing: at the end), entered into `order`.
  static std::string place_after(std::vector<std::pair<std::string, std::string>>& order,
                                 const std::optional<std::string>& after, const std::string& id) {
    auto next = order.end();
    if (after && after->empty()) {
      next = order.begin();
    } else if (after) {
      next = std::find_if(order.begin(), order.end(), [&](const auto& o) { return o.second == *after; });
      if (next != order.end()) ++next;
    }
    const std::string left = next == order.begin() ? "" : (next - 1)->first;
    const std::string right = next == order.end() ? "" : next->first;
    const std::string key = order_between(left, right);
    order.insert(next, {key, id});
    return key;
  }

  // The record as it will be, for defaults and checks.
  void look_ahead() {
    after_ = Document{{}, {}, type_.kind, type_.version, "draft", present_, {}, {}};
    for (const auto& change : changes_) {
      if (change.path[0] != '@') put_change(after_.tree, change.path, change.value);
    }
    sort_lists(after_.tree);
    catalog_.calculate(after_, input_.links);
    where_ = {&after_, {}, &input_.links, nullptr};
  }

  // Defaults of a new record and of new items, in the form's order, where nothing was said and the field is
  // relevant; a later one may build on an earlier one. `fresh`: the record or item is new.
  void put_defaults(const std::vector<Field>& fields, const std::string& base, const std::string& groups,
                    Tree& tree, bool fresh) {
    for (const auto& field : fields) {
      const std::string key = groups + field.name;
      if (field.read_only || !is_relevant(field, where_)) continue;
      if (field.type == FieldType::group) {
        put_defaults(field.children, base, key + ".", tree, fresh);
      } else if (field.type == FieldType::repeat) {
        const auto list = tree.lists.find(key);
        if (list == tree.lists.end()) continue;
        for (auto& item : list->second) {
          const std::string path = base + key + "[" + item.id + "]";
          where_.items.push_back(&item.tree);
          put_defaults(field.children, path + ".", "", item.tree, new_items_.count(path) > 0);
          where_.items.pop_back();
        }
      } else if (fresh && field.default_value && said_.count(base + key) == 0) {
        const auto result = field.default_value.bound->evaluate(where_);
        if (!result.ok() || is_null(*result)) continue;
        auto value = value_from_scalar(field, *result);
        if (!value.ok()) continue;  // over other fields: the form's author sees it when the field stays empty
        tree.values[key] = *value;
        push(base + key, std::move(*value));
      }
    }
  }

  // Constraints and filters of the fields that change, over the record as it will be.
  void check_changes() {
    for (const auto& change : changes_) {
      const Field* field = change.path[0] == '@' ? nullptr : type_.find(change.path);
      if (field == nullptr || !field->holds_value() || std::holds_alternative<changelog::Null>(change.value))
        continue;
      if (field->type == FieldType::link) check_link(*field, change);
      if (!field->constraint && !field->choice_filter) continue;
      where_.items.clear();
      if (!reach(change.path)) continue;  // its item goes in the same save, or the form does not ask it
      if (field->constraint) {
        where_.typed = field;
        const auto result = field->constraint.bound->evaluate(where_);
        where_.typed = nullptr;
        if (!result.ok() || truth(*result) == false)
          fault(change.path, "constraint", field->constraint_message.vi, field->constraint_message.en);
      }
      for (const auto* choice : not_offered(*field, change.value, where_)) {
        auto f = not_offered_fault(change.path, *choice);
        fault(f.path, f.code.c_str(), f.vi, f.en);
      }
    }
  }
  // Walks to a field through groups and items, which `where_` then stands in. False when something on the way
  // is not there or not relevant.
  bool reach(std::string_view path) {
    const std::vector<Field>* fields = &type_.fields;
    const Tree* tree = &after_.tree;
    for (const auto& step : split_path(path)) {
      std::string_view name = step.name;
      while (!name.empty()) {
        const auto end = name.find('.');
        const Field* field = find_in(*fields, name.substr(0, end));
        if (field == nullptr || !is_relevant(*field, where_)) return false;
        fields = &field->children;
        name.remove_prefix(end == std::string_view::npos ? name.size() : end + 1);
      }
      if (step.item.empty()) return true;
      const auto* items = tree->list(step.name);
      const Item* item = items == nullptr ? nullptr : find_item(*items, step.item);
      if (item == nullptr) return false;
      tree = &item->tree;
      where_.items.push_back(tree);
    }
    return true;
  }
  void check_link(const Field& field, const Change& change) {
    if (!input_.links) return;
    const auto* linked = input_.links({}, *id_from_text<RecordId>(std::get<std::string>(change.value)));
    if (linked != nullptr && linked->kind != field.link) {
      fault(change.path, "link_kind", "Hồ sơ được nối không đúng loại (cần " + field.link + ").",
            "The linked record is of another kind (wants " + field.link + ").");
    }
  }

  const Catalog& catalog_;
  const RecordType& type_;
  const changelog::RecordState& state_;
  const SaveInput& input_;
  changelog::RecordView view_;
  Tree present_;
  Document after_;
  Where where_;
  std::set<std::string> said_;       // paths that the patch names, also with null
  std::set<std::string> new_items_;  // "agenda[01h…]"
  std::vector<Change> changes_;
  std::vector<FieldError> faults_;
};

}  // namespace

Result<std::vector<Change>> plan_save(const Catalog& catalog, const RecordType& type,
                                      const changelog::RecordState& state, const SaveInput& input) {
  return Planner(catalog, type, state, input).run();
}

Preview preview_save(const Catalog& catalog, const RecordType& type, const changelog::RecordState& state,
                     const SaveInput& input) {
  return Planner(catalog, type, state, input).preview();
}

Result<Change> plan_resolve(const Catalog&, const RecordType& type, const std::string& path,
                            const json::value& value) {
  const Field* field = type.find(path);
  if (field == nullptr || !field->holds_value()) {
    return Error{Code::invalid_record,
                 "unknown field",
                 {{quoted(path), "unknown_field", "Loại hồ sơ này không có mục này.",
                   "This kind has no such field."}}};
  }
  auto parsed = value_from_json(*field, value, {});
  if (!parsed.ok()) {
    Error error = parsed.error();
    for (auto& f : error.fields) f.path = path;
    return error;
  }
  return Change{path, std::move(*parsed)};
}

}  // namespace gandan::records
