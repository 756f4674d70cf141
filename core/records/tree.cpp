#include "records/tree.hpp"

#include <algorithm>

namespace gandan::records {
namespace {

using changelog::Value;

// The tree in which a path's last step lies; items on the way come into being in the order of their ids.
Tree* descend(Tree& root, const std::vector<PathStep>& steps, std::size_t count) {
  Tree* tree = &root;
  for (std::size_t i = 0; i < count; ++i) {
    auto& list = tree->lists[steps[i].name];
    // Paths come sorted, so the item is mostly the last one.
    auto item =
        !list.empty() && list.back().id == steps[i].item
            ? list.end() - 1
            : std::find_if(list.begin(), list.end(), [&](const Item& it) { return it.id == steps[i].item; });
    if (item == list.end()) {
      list.push_back({steps[i].item, {}, {}});
      item = list.end() - 1;
    }
    tree = &item->tree;
  }
  return tree;
}

}  // namespace

const Value* Tree::value(const std::string& path) const {
  const auto found = values.find(path);
  if (found == values.end() || std::holds_alternative<changelog::Null>(found->second)) return nullptr;
  return &found->second;
}

const std::vector<Item>* Tree::list(const std::string& path) const {
  const auto found = lists.find(path);
  return found == lists.end() ? nullptr : &found->second;
}

std::vector<PathStep> split_path(std::string_view path) {
  std::vector<PathStep> out;
  while (!path.empty()) {
    PathStep step;
    const auto bracket = path.find('[');
    step.name = path.substr(0, bracket);
    if (step.name.empty()) return {};
    path.remove_prefix(std::min(bracket, path.size()));
    if (!path.empty()) {
      const auto close = path.find(']');
      if (close == std::string_view::npos || close < 2) return {};
      step.item = path.substr(1, close - 1);
      path.remove_prefix(close + 1);
      if (!path.empty()) {
        if (path.front() != '.' || path.size() == 1) return {};
        path.remove_prefix(1);
      }
    }
    out.push_back(std::move(step));
  }
  return out;
}

std::string state_of(const changelog::RecordView& view) {
  if (view.deleted) {
    const auto* mark =
        view.deleted_op == nullptr ? nullptr : std::get_if<changelog::Mark>(&view.deleted_op->value);
    return mark != nullptr && !mark->reason.empty() ? "withdrawn" : "deleted";
  }
  return view.finalized ? "finalized" : "draft";
}

void sort_lists(Tree& tree) {
  for (auto& [name, items] : tree.lists) {
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return a.order != b.order ? a.order < b.order : a.id < b.id;
    });
    for (auto& item : items) sort_lists(item.tree);
  }
}

void put_change(Tree& tree, std::string_view path, const Value& value) {
  constexpr std::string_view kDeleted = "]@deleted";
  const bool removal =
      path.size() > kDeleted.size() && path.substr(path.size() - kDeleted.size()) == kDeleted;
  if (removal) path.remove_suffix(kDeleted.size() - 1);
  const auto steps = split_path(path);
  if (steps.empty()) return;
  const auto& last = steps.back();
  Tree* parent = descend(tree, steps, steps.size() - 1);
  if (last.item.empty()) {
    parent->values[last.name] = value;
    return;
  }
  descend(tree, steps, steps.size());  // the item exists
  auto& list = parent->lists[last.name];
  const auto item =
      std::find_if(list.begin(), list.end(), [&](const Item& it) { return it.id == last.item; });
  if (removal) {
    list.erase(item);
  } else if (const auto* order = std::get_if<std::string>(&value)) {
    item->order = *order;
  }
}

Tree make_tree(const changelog::Fields& fields) {
  Tree root;
  for (const auto& [path, field] : fields) put_change(root, path, field.shown());
  sort_lists(root);
  return root;
}

Document make_document(const RecordId& id, const UnitId& unit, const changelog::RecordView& view) {
  Document out;
  out.id = id;
  out.unit = unit;
  if (const auto kind = view.marks.find("@kind"); kind != view.marks.end()) {
    if (const auto* text = std::get_if<std::string>(&kind->second.shown())) out.kind = *text;
  }
  if (const auto schema = view.marks.find("@schema"); schema != view.marks.end()) {
    if (const auto* n = std::get_if<std::int64_t>(&schema->second.shown());
        n != nullptr && *n > 0 && *n < 1'000'000) {
      out.schema = static_cast<std::uint32_t>(*n);
    }
  }
  out.state = state_of(view);
  if (view.final_op != nullptr) out.finalized_ms = changelog::hlc_ms(view.final_op->stamp.hlc);
  out.tree = make_tree(view.finalized ? view.signed_fields : view.fields);
  return out;
}

void note_entries(Document& document, const changelog::RecordState& state) {
  document.entered.clear();
  for (const auto& [path, cell] : state.cells()) {
    if (path[0] == '@') continue;
    for (const auto& entry : cell.ops) {  // ascending by stamp
      if (std::holds_alternative<changelog::Null>(entry.value)) continue;
      document.entered.emplace_hint(document.entered.end(), path, changelog::hlc_ms(entry.stamp.hlc));
      break;
    }
  }
}

}  // namespace gandan::records
