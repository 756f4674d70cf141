// Methods conflict.list, conflict.resolve: fields that two people wrote without knowing of each other.
#include "app/dispatch.hpp"
#include "app/old_text.hpp"
#include "app/story.hpp"

namespace gandan::app {
namespace {

const changelog::FieldView* field_at(const changelog::RecordView& view, std::string_view path) {
  if (path == changelog::kFinalMark) return view.rival_finals();
  const auto found = view.fields.find(path);
  return found == view.fields.end() ? nullptr : &found->second;
}

json::object conflict_json(Documents& documents, const Loaded& loaded, std::string_view path,
                           const changelog::FieldView& field) {
  const records::Field* about = loaded.type == nullptr ? nullptr : loaded.type->find(path);
  const bool finals = path == changelog::kFinalMark;
  json::array heads;
  for (const auto* head : field.heads)
    heads.push_back(json::object{{"value", records::value_json(head->value)},
                                 {"author", documents.names().author(*head)}});
  const auto label = [&](const char* finals_words, const auto& words) {
    return finals ? std::string(finals_words) : about == nullptr ? std::string(path) : words(about->label);
  };
  json::object out{{"record", to_text(loaded.row.id)},
                   {"kind", loaded.row.kind},
                   {"title", documents.title(loaded.row)},
                   {"path", path},
                   {"label_vi", label("Hai người cùng chốt hồ sơ", [](const auto& of) { return of.vi; })},
                   {"label_en", label("Finalised by two people", [](const auto& of) { return of.en; })},
                   {"heads", std::move(heads)}};
  put_words(out, conflict_words(documents, loaded, path, field));
  return out;
}

}  // namespace

Result<json::value> conflict_list(Session& s, Params& p) {
  const auto record = p.optional_text("record");
  const auto unit = p.optional_text("unit");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  std::vector<RecordId> ids;
  if (record) {
    GANDAN_TRY(const RecordId id, vault::resolve_id(*s.vault, *record));
    ids.push_back(id);
  } else {
    vault::ListFilter filter;
    filter.conflicts = true;
    if (unit) {
      GANDAN_TRY(filter.unit, documents.names().find_unit(*unit));
    }
    GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
    for (const auto& row : rows) ids.push_back(row.id);
  }
  json::array out;
  for (const auto& id : ids) {
    GANDAN_TRY(const auto loaded, documents.load(id));
    if (const auto* finals = loaded->view.rival_finals())
      out.push_back(conflict_json(documents, *loaded, changelog::kFinalMark, *finals));
    for (const auto& [path, field] : loaded->view.fields)
      if (field.conflict()) out.push_back(conflict_json(documents, *loaded, path, field));
  }
  return json::value(json::object{{"conflicts", std::move(out)}});
}

// Chooses for one field: the head number `pick` (from 0, as conflict.list shows them) or a new `value`.
Result<json::value> conflict_resolve(Session& s, Params& p) {
  const std::string id = p.text("record");
  const std::string path = p.text("path");
  const json::value* value = p.any("value");
  const OldText old_text = read_old_text(p);
  const std::string reason = p.optional_sentence("reason");
  const std::int64_t pick = p.integer_or("pick", -1, 0, 1000);
  if ((value == nullptr) == (pick < 0))
    p.fault("pick", "choose_one", "Chọn một trong hai: pick (số thứ tự) hoặc value (giá trị mới).",
            "Give either pick (a number) or value (a new value).");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, true, reason));
  const changelog::FieldView* field = field_at(loaded->view, path);
  if (field == nullptr || !field->conflict()) return Error{Code::no_conflict, path};
  changelog::Value chosen;
  Marks changes = reason_mark(reason);
  if (value != nullptr) {
    if (path == changelog::kFinalMark) {
      p.fault("value", "pick", "Hai người cùng chốt: chọn một trong hai bản (pick).",
              "Two finalised it: pick one of the two.");
      GANDAN_CHECK(p.done());
    }
    json::object said{{path, *value}};
    GANDAN_TRY(const auto converted, settle_old_text(said, old_text));
    for (auto& mark : keep_originals(converted)) changes.push_back(std::move(mark));
    GANDAN_TRY(auto change, records::plan_resolve(*s.catalog, *loaded->type, path, said[path]));
    chosen = std::move(change.value);
  } else {
    if (const auto n = field->heads.size(); static_cast<std::size_t>(pick) >= n) {
      p.fault("pick", "range", "Mục này chỉ có " + std::to_string(n) + " bản để chọn.",
              "This field has " + std::to_string(n) + " to choose from.");
      GANDAN_CHECK(p.done());
    }
    chosen = field->heads[static_cast<std::size_t>(pick)]->value;
  }
  changes.emplace_back(path, std::move(chosen));
  GANDAN_CHECK(save_changes(s, *loaded, changes));
  Documents after(s);
  return after.answer(loaded->row.id);
}

}  // namespace gandan::app
