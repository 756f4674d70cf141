// Methods conflict.list, conflict.resolve: what two people wrote, finalised or deleted without knowing of
// each other.
#include "app/conflict_words.hpp"
#include "app/dispatch.hpp"
#include "app/old_text.hpp"
#include "app/story.hpp"

namespace gandan::app {
namespace {

Words conflict_label(const Loaded& loaded, std::string_view path) {
  if (path == changelog::kFinalMark) return {"Hai người cùng chốt hồ sơ", "Finalised by two people"};
  if (path == changelog::kDeletedMark)
    return {"Người rút, người ghi tiếp", "Withdrawn by one, written on by another"};
  if (changelog::is_delete(path))
    return in_quotes(label_words(loaded.type, path.substr(0, path.rfind('[')))) +
           Words{": người bỏ dòng, người ghi tiếp", ": a row that one removed and another wrote on"};
  return label_words(loaded.type, path);
}

json::object conflict_json(Documents& documents, const Loaded& loaded, std::string_view path,
                           const changelog::FieldView& field) {
  json::array heads;
  for (const auto* head : field.heads) {
    json::object row{{"value", records::contested_json(path, field, *head, documents.reveal(loaded))},
                     {"author", documents.names().author(*head)}};
    put_words(row, head_words(documents, loaded, path, field, *head));
    heads.push_back(std::move(row));
  }
  const Words label = conflict_label(loaded, path);
  json::object out{{"record", to_text(loaded.row.id)},
                   {"kind", loaded.row.kind},
                   {"title", documents.title(loaded.row)},
                   {"path", path},
                   {"label_vi", label.vi},
                   {"label_en", label.en},
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
    for (const auto& [path, field] : loaded->view.contested())
      out.push_back(conflict_json(documents, *loaded, path, field));
  }
  return json::value(json::object{{"conflicts", std::move(out)}});
}

namespace {

// What a picked head comes to when it is written anew. A delete has seen what revived the record; nothing
// takes its place where that is kept.
changelog::Value picked(const Loaded& loaded, std::string_view path, const changelog::FieldView& field,
                        std::size_t place) {
  const auto* head = field.heads[place];
  if (!changelog::is_delete(path)) return head->value;
  if (place == 0) return changelog::Null{};
  changelog::Mark mark;
  mark.seen = loaded.state.seen();
  mark.reason = std::get<changelog::Mark>(head->value).reason;
  return mark;
}

}  // namespace

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
  const auto contested = loaded->view.contested();
  const auto found = contested.find(path);
  if (found == contested.end()) return Error{Code::no_conflict, path};
  const changelog::FieldView& field = found->second;
  changelog::Value chosen;
  Marks changes = reason_mark(reason);
  if (value != nullptr) {
    if (path == changelog::kFinalMark || changelog::is_delete(path)) {
      p.fault("value", "pick", "Chọn một trong các bản (pick).", "Pick one of them.");
      GANDAN_CHECK(p.done());
    }
    json::object said{{path, *value}};
    GANDAN_TRY(const auto converted, settle_old_text(said, old_text));
    for (auto& mark : keep_originals(without_personal(*loaded->type, converted)))
      changes.push_back(std::move(mark));
    GANDAN_TRY(auto change, records::plan_resolve(*s.catalog, *loaded->type, path, said[path]));
    chosen = std::move(change.value);
  } else {
    if (const auto n = field.heads.size(); static_cast<std::size_t>(pick) >= n) {
      p.fault("pick", "range", "Mục này chỉ có " + std::to_string(n) + " bản để chọn.",
              "This field has " + std::to_string(n) + " to choose from.");
      GANDAN_CHECK(p.done());
    }
    chosen = picked(*loaded, path, field, static_cast<std::size_t>(pick));
  }
  changes.emplace_back(path, std::move(chosen));
  GANDAN_CHECK(save_changes(s, *loaded, changes));
  Documents after(s);
  return after.answer(loaded->row.id);
}

}  // namespace gandan::app
