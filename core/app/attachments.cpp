// Methods attachment.add, attachment.list, attachment.read: files that belong to a record.
#include "vault/attachments.hpp"

#include "app/arrival.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "base/text.hpp"

namespace gandan::app {
namespace {

constexpr const char* kToken = "file";  // names the stored file inside the patch

// The form's first place for a file: "minutes_photo" or "photos[].file".
const records::Field* first_file_field(const std::vector<records::Field>& fields) {
  for (const auto& field : fields)
    if (field.type == records::FieldType::file) return &field;
  for (const auto& field : fields)
    if (const auto* inner = first_file_field(field.children)) return inner;
  return nullptr;
}

// A patch that puts the file at a path of the form; the last list on the way gets a new item, with `more`
// beside it.
json::object patch_for(const std::string& path, const json::object* more) {
  const json::object blob{{"blob", kToken}};
  const auto list_end = path.rfind("[].");
  if (list_end == std::string::npos) return json::object{{path, blob}};
  json::object item = more == nullptr ? json::object{} : *more;
  item[path.substr(list_end + 3)] = blob;
  return json::object{{path.substr(0, list_end), json::array{std::move(item)}}};
}

}  // namespace

Result<json::value> attachment_add(Session& s, Params& p) {
  const std::string id = p.text("record");
  const std::string file = p.path("file");
  const auto path = p.optional_text("path");
  const std::string name = p.text_or("name", file_name(file));
  const std::string media_type = p.text_or("media_type", media_type_of(name));
  const json::object* more = p.optional_object("fields");
  const bool late = p.flag("late");
  const auto odd = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\';
  };
  if (std::any_of(name.begin(), name.end(), odd))
    p.fault("name", "bad_name", "Tên tệp không được có dấu / \\ hay ký tự điều khiển.",
            "A file's name has no slashes and no control characters.");
  const std::string reason = p.optional_sentence("reason");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, late, reason));
  const records::Field* field = path ? loaded->type->find(*path) : first_file_field(loaded->type->fields);
  if (field == nullptr || field->type != records::FieldType::file)
    return Error{Code::no_attachment_field, path.value_or(loaded->row.kind)};
  GANDAN_TRY(const Bytes content, read_attachment_file(file));
  GANDAN_TRY(const auto blob, vault::keep_attachment(*s.vault, loaded->row.unit, name, media_type, content));
  GANDAN_TRY(const std::size_t changed, save_patch(s, *loaded, patch_for(path.value_or(field->path), more),
                                                   {{kToken, blob}}, reason_mark(reason)));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(loaded->row.id));
  out.get_object()["changed"] = changed;
  return out;
}

Result<json::value> attachment_list(Session& s, Params& p) {
  const std::string id = p.text("record");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  json::array out;
  for (const auto& [path, blob] : attachments_of(loaded->view)) {
    GANDAN_TRY(auto one, attachment_json(*s.vault, path, *blob));
    out.push_back(std::move(one));
  }
  return json::value(json::object{{"record", to_text(loaded->row.id)}, {"attachments", std::move(out)}});
}

Result<json::value> attachment_read(Session& s, Params& p) {
  const std::string id = p.text("record");
  const auto wanted = p.optional_text("path");
  const std::string out = p.path("out");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  std::vector<std::pair<std::string, const changelog::BlobRef*>> found;
  for (auto& attachment : attachments_of(loaded->view))
    if (!wanted || attachment.first == *wanted || same_text(attachment.second->name, *wanted))
      found.push_back(std::move(attachment));
  if (found.size() != 1)
    return Error{found.empty() ? Code::not_found : Code::ambiguous, "attachment " + wanted.value_or("")};
  const auto& [path, blob] = found.front();
  GANDAN_TRY(const Bytes content, vault::read_attachment(*s.vault, *blob));
  GANDAN_CHECK(write_file(out, content, false));
  return json::value(json::object{{"record", to_text(loaded->row.id)},
                                  {"path", path},
                                  {"name", blob->name},
                                  {"media_type", blob->media_type},
                                  {"size", json::integer(static_cast<std::int64_t>(content.size()))},
                                  {"file", out}});
}

}  // namespace gandan::app
