// Methods attachment.begin, attachment.append, attachment.finish, attachment.discard: a file that comes in
// pieces, from shells that have no path to give (a browser, a phone's picker), or no memory for all of it.
#include "vault/uploads.hpp"

#include "app/attaching.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "changelog/blob.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMostPiece = 8 * changelog::kBlobChunkBytes;  // bytes of one append

vault::UploadId upload_id(Params& p) {
  const auto id = id_from_text<vault::UploadId>(p.text("upload"));
  if (id) return *id;
  p.fault("upload", "type", "Phải là mã do attachment.begin trả về.",
          "Must be what attachment.begin answered.");
  return {};
}

// Base64 and not p.text(): what is no text needs no normal form.
Bytes piece_of(Params& p) {
  const json::value* given = p.any("data");
  auto bytes = given != nullptr && given->is_string() ? from_base64(std::string_view(given->get_string()))
                                                      : std::nullopt;
  if (bytes && bytes->size() <= kMostPiece) return std::move(*bytes);
  p.fault("data", "type", "Phải là base64, tối đa 1 MiB.", "Must be base64 of at most 1 MiB.");
  return {};
}

json::object to_json(const FilePlace& place) {
  json::object out{{"path", place.path}, {"fields", place.fields}, {"late", place.late}};
  if (!place.reason.empty()) out["reason"] = place.reason;
  return out;
}

}  // namespace

Result<json::value> attachment_begin(Session& s, Params& p) {
  const std::string id = p.text("record");
  FilePlace place = read_file_place(p);
  vault::Upload wanted;
  wanted.name = read_file_name(p, "");
  if (wanted.name.empty()) p.fault("name", "required", "Cần nêu tên tệp.", "Name the file.");
  wanted.media_type = p.text_or("media_type", media_type_of(wanted.name));
  const std::int64_t size = p.integer_or("size", -1, 0, INT64_MAX);
  if (!p.has("size")) p.fault("size", "required", "Cần nêu cỡ tệp.", "Say how large the file is.");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, place.late, place.reason));
  GANDAN_CHECK(find_place(*loaded, place));
  wanted.record = loaded->row.id;
  wanted.unit = loaded->row.unit;
  wanted.size = static_cast<std::uint64_t>(size);
  wanted.about = json::compact(to_json(place));
  GANDAN_TRY(const auto upload, vault::begin_upload(*s.vault, wanted));
  return json::value(
      json::object{{"upload", to_text(upload)}, {"piece", changelog::kBlobChunkBytes}, {"most", kMostPiece}});
}

Result<json::value> attachment_append(Session& s, Params& p) {
  const auto id = upload_id(p);
  const std::int64_t offset =
      p.integer_or("offset", 0, 0, static_cast<std::int64_t>(changelog::kMaxBlobBytes));
  const Bytes piece = piece_of(p);
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto received, vault::add_piece(*s.vault, id, static_cast<std::uint64_t>(offset), piece));
  return json::value(json::object{{"received", number(received)}});
}

Result<json::value> attachment_finish(Session& s, Params& p) {
  const auto id = upload_id(p);
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto upload, vault::find_upload(*s.vault, id));
  GANDAN_TRY(const auto about, json::parse(upload.about));
  Params kept(about.get_object());
  const FilePlace place = read_file_place(kept);
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(to_text(upload.record), place.late, place.reason));
  GANDAN_TRY(const auto blob, vault::keep_upload(*s.vault, id));
  auto answer = attach(s, *loaded, place, blob);
  if (!answer) {
    GANDAN_CHECK(vault::unkeep_upload(*s.vault, id));
    return answer;
  }
  GANDAN_CHECK(vault::drop_upload(*s.vault, id));
  return answer;
}

Result<json::value> attachment_discard(Session& s, Params& p) {
  const auto id = upload_id(p);
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(vault::drop_upload(*s.vault, id));
  return json::value(json::object{});
}

}  // namespace gandan::app
