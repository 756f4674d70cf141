// Methods record.sign, record.signatures: people's signatures on the hash of what was finalised.
#include "app/signatures.hpp"

#include <set>

#include "app/arrival.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/personal.hpp"
#include "app/workflow.hpp"
#include "base/text.hpp"
#include "records/format.hpp"
#include "records/signature.hpp"
#include "vault/acts.hpp"
#include "vault/attachments.hpp"

namespace gandan::app {
namespace {

using records::SignedHow;

constexpr std::size_t kMaxName = 200;  // bytes

Words how_words(SignedHow how) {
  switch (how) {
    case SignedHow::device:
      return {"ký bằng khoá của ", "signed with the key of "};
    case SignedHow::drawn:
      return {"ký tay trên ", "signed by hand on "};
    case SignedHow::scan:
      return {"bản giấy đã ký, quét bằng ", "signed paper, scanned on "};
  }
  return {};
}

// Which version has the content that is signed; nullptr: none that is here.
const records::Version* version_of(const records::Workflow& flow, const Hash& content) {
  const records::Version* found = nullptr;
  for (const auto& version : flow.versions)
    if (version.mark().content == content && (found == nullptr || version.holds)) found = &version;
  return found;
}

// A device's signature by its key; of the others, that the op and the blob are one device's save says it.
Result<bool> is_valid(vault::Vault& vault, const Loaded& loaded, const records::PersonSignature& signature) {
  if (signature.how != SignedHow::device) return true;
  if (!signature.key_signature) return false;
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto* feed = roster->feed(signature.op->stamp.feed);
  const auto* device = feed == nullptr ? nullptr : roster->device(feed->device);
  if (device == nullptr) return false;
  return crypto::verify(device->sign_key,
                        records::signature_message(roster->realm(), loaded.row.id, signature.content,
                                                   signature.op->holder, signature.capacity, signature.name),
                        *signature.key_signature);
}

constexpr std::string_view kRoll = "household_roll";

// Codes and representatives of the households on the rolls that the record names; nothing where it names none
// that is here, so that nobody is called a stranger for want of a roll.
Result<std::set<std::string>> households_of(Documents& documents, const Loaded& loaded) {
  std::set<std::string> out;
  if (loaded.type == nullptr) return out;
  for (const auto& [path, target] : records::links_of(*loaded.type, loaded.document)) {
    const auto row = documents.row(target);
    if (!row || row->kind != kRoll) continue;
    GANDAN_TRY(const auto roll, documents.load(target));
    const auto* items = roll->document.tree.list("households");
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i)
      for (const char* field : {"code", "representative"})
        if (const auto* value = (*items)[i].tree.value(field))
          if (const auto* text = std::get_if<std::string>(value)) out.insert(fold(*text));
  }
  return out;
}

// "Trưởng thôn (H1): ký tay trên máy …, cán bộ, 05/02/2026 21:10"
Words signature_words(const records::PersonSignature& signature, const json::object& author) {
  const auto* capacity = records::find_capacity(signature.capacity);
  Words words = capacity == nullptr ? same(signature.capacity) : capacity->label;
  if (!signature.name.empty()) words = words + same(" (" + signature.name + ")");
  if (!words.vi.empty()) words = words + same(": ");
  words = words + how_words(signature.how) + device_words(author);
  if (const auto role = role_words(json::find_text(author, "role").value_or("")); !role.vi.empty())
    words = words + same(", ") + role;
  return words + same(", " + records::instant_for_people(changelog::hlc_ms(signature.op->stamp.hlc)));
}

Result<json::value> answer(Session& s, const RecordId& id) {
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  GANDAN_TRY(const auto flow, flow_of(*s.vault, loaded->state, loaded->view));
  const auto* holds = flow.flow.signed_version();
  GANDAN_TRY(const auto households, households_of(documents, *loaded));
  const auto reveal = documents.reveal(*loaded);
  json::array out;
  std::int64_t current = 0;
  for (const auto& signature : records::signatures_of(loaded->state)) {
    GANDAN_TRY(const bool valid, is_valid(*s.vault, *loaded, signature));
    const auto* version = version_of(flow.flow, signature.content);
    const bool about_current = version != nullptr && version->holds;
    current += valid && about_current ? 1 : 0;
    const json::object author = documents.names().author(*signature.op);
    Words words = signature_words(signature, author);
    if (!valid)
      words = words + Words{". CHỮ KÝ KHÔNG ĐÚNG.", ". THE SIGNATURE DOES NOT HOLD."};
    else if (about_current)
      words = words + Words{". Đúng nội dung đang giữ.", ". Of the content that holds."};
    else if (version != nullptr)
      words = words + Words{". Nội dung cũ, bản ", ". Of older content, version "} +
              same(std::to_string(version->number) + ".");
    else
      words = words + Words{". Nội dung không có trên máy này.", ". Of content that is not on this device."};
    if (signature.capacity == "household" && !signature.name.empty() && !households.empty() &&
        households.count(fold(signature.name)) == 0)
      words = words + Words{" KHÔNG có hộ này trong danh sách hộ của hồ sơ.",
                            " This household is NOT on the record's roll."};
    json::object row{{"id", signature.id},
                     {"as", signature.capacity},
                     {"name", signature.name},
                     {"how", records::to_text(signature.how)},
                     {"content_hash", to_hex(signature.content.view())},
                     {"about", about_current        ? "current"
                               : version != nullptr ? "older"
                                                    : "unknown"},
                     {"valid", valid},
                     {"author", author}};
    if (version != nullptr) row["version"] = version->number;
    if (signature.file != nullptr) {
      GANDAN_TRY(auto file,
                 attachment_json(*s.vault, signature.file_path,
                                 std::get<changelog::BlobRef>(reveal(signature.file_path, *signature.file))));
      row["file"] = std::move(file);
    }
    put_words(row, words);
    out.push_back(std::move(row));
  }
  return json::value(
      json::object{{"id", to_text(loaded->row.id)},
                   {"title", documents.title(loaded->row)},
                   {"version", holds == nullptr ? 0u : holds->number},
                   {"content_hash", holds == nullptr ? std::string() : to_hex(holds->mark().content.view())},
                   {"valid", json::integer(current)},
                   {"signatures", std::move(out)}});
}

struct Kind {
  std::string_view start;  // first bytes
  const char* media_type;
};
// What shows how somebody signed: a picture, or a scanned document (PNG: RFC 2083 3.1; JPEG: JFIF 1.02; PDF:
// ISO 32000 7.5.2).
constexpr Kind kPictures[] = {{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}};
constexpr Kind kDocument = {"%PDF-", "application/pdf"};

// Its media type by its first bytes, whatever the file is called. A drawn signature is a picture.
Result<std::string> kind_of_signature(const Bytes& content, SignedHow how) {
  const auto begins = [&](const Kind& kind) {
    return as_text(content).substr(0, kind.start.size()) == kind.start;
  };
  for (const auto& kind : kPictures)
    if (begins(kind)) return std::string(kind.media_type);
  if (how == SignedHow::scan && begins(kDocument)) return std::string(kDocument.media_type);
  const char* param = how == SignedHow::scan ? "scan" : "drawn";
  return Error{Code::bad_request,
               param,
               {{param, "not_a_picture",
                 how == SignedHow::scan ? "Bản quét phải là ảnh PNG, JPEG hoặc tệp PDF; tệp này không phải."
                                        : "Chữ ký vẽ phải là ảnh PNG hoặc JPEG; tệp này không phải.",
                 how == SignedHow::scan ? "A scan is a PNG or JPEG picture or a PDF; this file is none."
                                        : "A drawn signature is a PNG or JPEG picture; this file is none."}}};
}

// A key that is not a cadre's signs for the authority or as a witness: whoever holds it is not the village
// head, nor a household. What was signed by hand or on paper says itself who signed.
Status may_sign(const Documents& documents, const Loaded& loaded, SignedHow how, std::string_view capacity) {
  if (how != SignedHow::device || capacity == "official" || capacity == "witness" || capacity == "other")
    return {};
  GANDAN_TRY(const bool cadre, documents.is_cadre_of(loaded.row.unit));
  if (cadre) return {};
  return Error{
      Code::bad_request,
      "as",
      {{"as", "role", "Chỉ máy của cán bộ ký với tư cách đó; máy này ký được: official, witness hoặc other.",
        "Only a cadre's device signs so; this one signs as official, witness or other."}}};
}

}  // namespace

Result<std::vector<std::string>> signed_by(Session& session, Documents& documents, const Loaded& loaded) {
  std::vector<std::string> out;
  if (!loaded.view.finalized || loaded.view.final_op == nullptr) return out;
  const auto* mark = std::get_if<changelog::Mark>(&loaded.view.final_op->value);
  for (const auto& signature : records::signatures_of(loaded.state)) {
    if (mark == nullptr || signature.content != mark->content) continue;
    GANDAN_TRY(const bool valid, is_valid(*session.vault, loaded, signature));
    if (!valid) continue;
    out.push_back(signature_words(signature, documents.names().author(*signature.op)).vi + ".");
  }
  return out;
}

// With a file it is a drawn signature or a scan; without one this device's key signs.
Result<json::value> record_sign(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto capacity = p.optional_text("as");
  const std::string name = p.optional_sentence("name");
  const auto drawn = p.optional_text("drawn");
  const auto scan = p.optional_text("scan");
  if (capacity && records::find_capacity(*capacity) == nullptr) {
    std::string codes;
    for (const auto& known : records::capacities())
      codes += (codes.empty() ? "" : ", ") + std::string(known.code);
    p.fault("as", "choice", "Phải là một trong: " + codes + ".", "Must be one of: " + codes + ".");
  }
  if (!capacity && !scan) p.fault("as", "required", "Còn thiếu: ký với tư cách gì.", "Is missing.");
  if (drawn && scan)
    p.fault("scan", "choose_one", "Chọn một: drawn hoặc scan.", "Give either drawn or scan.");
  if (name.size() > kMaxName) p.fault("name", "too_long", "Dài quá 200 byte.", "Is longer than 200 bytes.");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  if (loaded->view.deleted) return Code::withdrawn;
  if (!loaded->view.finalized) return Code::not_finalized;
  GANDAN_TRY(const auto flow, flow_of(*s.vault, loaded->state, loaded->view));
  const auto& version = *flow.flow.signed_version();
  GANDAN_TRY(const bool whole, is_whole(*s.vault, *loaded, version));
  if (!whole) return Code::not_whole;
  const SignedHow how = scan ? SignedHow::scan : drawn ? SignedHow::drawn : SignedHow::device;
  GANDAN_CHECK(may_sign(documents, *loaded, how, capacity.value_or("")));

  vault::Vault& vault = *s.vault;
  GANDAN_TRY(const auto feed, vault::open_feed(vault, loaded->row.unit));
  GANDAN_TRY(const auto* roster, vault.roster());
  vault::IdMaker ids(feed);
  const HolderId holder = current_holder(vault);
  records::PersonSignature signature;
  signature.id = to_text(ids.item());
  signature.how = how;
  signature.content = version.mark().content;
  signature.capacity = capacity.value_or("");
  signature.name = name;
  std::optional<changelog::BlobRef> blob;
  if (drawn || scan) {
    const std::string& path = drawn ? *drawn : *scan;
    GANDAN_TRY(const Bytes content, read_attachment_file(path));
    GANDAN_TRY(const std::string media_type, kind_of_signature(content, how));
    GANDAN_TRY(blob, vault::keep_attachment(vault, loaded->row.unit, file_name(path), media_type, content));
  } else {
    signature.key_signature = vault.identity().sign.sign(records::signature_message(
        roster->realm(), loaded->row.id, signature.content, holder, signature.capacity, signature.name));
  }
  auto marks = records::signature_marks(signature, blob);
  KeyToWrite key(vault, loaded->row.unit, loaded->row.id);
  if (loaded->type != nullptr) GANDAN_CHECK(close_personal(*loaded->type, marks, key));
  GANDAN_CHECK(vault::save(vault, loaded->row.unit, loaded->row.id, marks, holder, ids, key.fresh()));
  return answer(s, loaded->row.id);
}

Result<json::value> record_signatures(Session& s, Params& p) {
  const std::string id = p.text("id");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const RecordId record, vault::resolve_id(*s.vault, id));
  return answer(s, record);
}

}  // namespace gandan::app
