// Method record.check: how a draft stands while a person types, without saving anything.
#include "app/dispatch.hpp"
#include "app/documents.hpp"

namespace gandan::app {
namespace {

json::array faults_json(const std::vector<FieldError>& faults) {
  json::array out;
  for (const auto& f : faults)
    out.push_back(json::object{{"path", f.path}, {"code", f.code}, {"vi", f.vi}, {"en", f.en}});
  return out;
}

json::array form_json(const std::vector<records::FieldState>& states) {
  json::array out;
  for (const auto& state : states) {
    json::object row{{"path", state.path}, {"relevant", state.relevant}, {"required", state.required}};
    if (state.offered) {
      json::array codes;
      for (const auto& code : *state.offered) codes.push_back(json::value(code));
      row["offered"] = std::move(codes);
    }
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Result<json::value> record_check(Session& s, Params& p) {
  const auto id = p.optional_text("id");
  const auto kind = p.optional_text("kind");
  const json::object* given = p.optional_object("record");
  if (id.has_value() == kind.has_value())
    p.fault("id", "required", "Cần id (hồ sơ đã có) hoặc kind (hồ sơ mới), một trong hai.",
            "Needs id (a record that is there) or kind (a new one), one of the two.");
  GANDAN_CHECK(p.done());
  static const json::object kNothing;
  Documents documents(s);
  auto loaded = std::make_unique<Loaded>();
  if (id) {
    GANDAN_TRY(loaded, documents.load(*id));
    documents.make_present(*loaded);
  } else {
    loaded->row.kind = *kind;
    loaded->type = s.catalog->find(*kind);
  }
  if (loaded->type == nullptr) return Error{Code::unknown_kind, loaded->row.kind};
  records::SaveInput input;
  input.patch = given == nullptr ? &kNothing : given;
  input.new_item = [&s] { return random_id<ItemId>(*s.seams.random); };
  input.links = documents.links();
  if (id) input.reveal = documents.reveal(*loaded);
  input.find_record = [&s](std::string_view text) { return vault::resolve_id(*s.vault, text); };
  auto preview = records::preview_save(*s.catalog, *loaded->type, loaded->state, input);
  loaded->document.kind = loaded->type->kind;
  loaded->document.schema = loaded->type->version;
  loaded->document.state = "draft";
  loaded->document.tree = std::move(preview.document.tree);
  auto& document = loaded->document;
  const auto links = documents.links();
  const auto shown = records::document_json(*s.catalog, loaded->type, document, {}, links, nullptr);
  return json::value(json::object{
      {"kind", document.kind},
      {"values", *json::find_object(shown, "fields")},
      {"items", *json::find_object(shown, "items")},
      {"form", form_json(records::form_state(*loaded->type, document, links))},
      {"faults", faults_json(preview.faults)},
      {"missing", faults_json(records::check_final(*s.catalog, *loaded->type, document, links))},
      {"verdicts",
       records::verdicts_json(s.catalog->judge(document, links, documents.judge_options(document)))}});
}

}  // namespace gandan::app
