// Methods attachment.add, attachment.list, attachment.read: files that belong to a record.
#include "vault/attachments.hpp"

#include "app/arrival.hpp"
#include "app/attaching.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "base/text.hpp"
#include "changelog/blob.hpp"

namespace gandan::app {
namespace {

constexpr const char* kToken = "file";                     // names the stored file inside the patch
constexpr std::int64_t kMostPart = std::int64_t{1} << 20;  // bytes of one answer

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
json::object patch_for(const std::string& path, const json::object& more) {
  const json::object blob{{"blob", kToken}};
  const auto list_end = path.rfind("[].");
  if (list_end == std::string::npos) return json::object{{path, blob}};
  json::object item = more;
  item[path.substr(list_end + 3)] = blob;
  return json::object{{path.substr(0, list_end), json::array{std::move(item)}}};
}

}  // namespace

FilePlace read_file_place(Params& p) {
  FilePlace out;
  out.path = p.optional_text("path").value_or("");
  if (const json::object* more = p.optional_object("fields")) out.fields = *more;
  out.late = p.flag("late");
  out.reason = p.optional_sentence("reason");
  return out;
}

std::string read_file_name(Params& p, std::string_view otherwise) {
  std::string name = p.text_or("name", otherwise);
  const auto odd = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\';
  };
  if (std::any_of(name.begin(), name.end(), odd))
    p.fault("name", "bad_name", "Tên tệp không được có dấu / \\ hay ký tự điều khiển.",
            "A file's name has no slashes and no control characters.");
  return name;
}

Status find_place(const Loaded& loaded, FilePlace& place) {
  const records::Field* field =
      place.path.empty() ? first_file_field(loaded.type->fields) : loaded.type->find(place.path);
  if (field == nullptr || field->type != records::FieldType::file)
    return Error{Code::no_attachment_field, place.path.empty() ? loaded.row.kind : place.path};
  if (place.path.empty()) place.path = field->path;
  return {};
}

Result<json::value> attach(Session& s, const Loaded& loaded, const FilePlace& place,
                           const changelog::BlobRef& blob) {
  GANDAN_TRY(const std::size_t changed, save_patch(s, loaded, patch_for(place.path, place.fields),
                                                   {{kToken, blob}}, reason_mark(place.reason)));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(loaded.row.id));
  out.get_object()["changed"] = changed;
  return out;
}

Result<json::value> attachment_add(Session& s, Params& p) {
  const std::string id = p.text("record");
  const std::string file = p.path("file");
  FilePlace place = read_file_place(p);
  const std::string name = read_file_name(p, file_name(file));
  const std::string media_type = p.text_or("media_type", media_type_of(name));
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, place.late, place.reason));
  GANDAN_CHECK(find_place(*loaded, place));
  GANDAN_TRY(const Bytes content, read_attachment_file(file));
  GANDAN_TRY(const auto blob, vault::keep_attachment(*s.vault, loaded->row.unit, name, media_type, content));
  return attach(s, *loaded, place, blob);
}

Result<json::value> attachment_list(Session& s, Params& p) {
  const std::string id = p.text("record");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  json::array out;
  for (const auto& [path, blob] : attachments_of(loaded->view, documents.reveal(*loaded))) {
    GANDAN_TRY(auto one, attachment_json(*s.vault, path, blob));
    out.push_back(std::move(one));
  }
  return json::value(json::object{{"record", to_text(loaded->row.id)}, {"attachments", std::move(out)}});
}

// Into a file, or a part of it as the answer.
Result<json::value> attachment_read(Session& s, Params& p) {
  const std::string id = p.text("record");
  const auto wanted = p.optional_text("path");
  const auto out = p.optional_path("out");
  const bool part = p.has("offset") || p.has("length");
  const std::int64_t offset =
      p.integer_or("offset", 0, 0, static_cast<std::int64_t>(changelog::kMaxBlobBytes));
  const std::int64_t length = p.integer_or("length", kMostPart, 1, kMostPart);
  if (out && part)
    p.fault("offset", "excludes", "Ghi ra tệp thì lấy cả tệp: đừng nêu offset, length cùng với out.",
            "A file gets all of it: name neither offset nor length beside out.");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  std::vector<std::pair<std::string, changelog::BlobRef>> found;
  for (auto& attachment : attachments_of(loaded->view, documents.reveal(*loaded)))
    if (!wanted || attachment.first == *wanted || same_text(attachment.second.name, *wanted))
      found.push_back(std::move(attachment));
  if (found.size() != 1)
    return Error{found.empty() ? Code::not_found : Code::ambiguous, "attachment " + wanted.value_or("")};
  const auto& [path, blob] = found.front();
  if (changelog::is_closed(blob)) {
    GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
    return Error{roster->erased(loaded->row.id) != nullptr ? Code::record_erased : Code::no_key, path};
  }
  json::object answer{{"record", to_text(loaded->row.id)},
                      {"path", path},
                      {"name", blob.name},
                      {"media_type", blob.media_type},
                      {"size", json::integer(static_cast<std::int64_t>(blob.size))}};
  if (out) {
    GANDAN_TRY(const Bytes content, vault::read_attachment(*s.vault, blob));
    GANDAN_CHECK(write_file(*out, content, false));
    answer["file"] = *out;
    return json::value(std::move(answer));
  }
  const auto begin = static_cast<std::uint64_t>(offset);
  GANDAN_TRY(const Bytes content,
             vault::read_attachment_part(*s.vault, blob, begin, static_cast<std::size_t>(length)));
  answer["offset"] = json::integer(offset);
  answer["data"] = to_base64(content);
  answer["last"] = begin + content.size() >= blob.size;
  return json::value(std::move(answer));
}

}  // namespace gandan::app
