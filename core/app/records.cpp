// Methods record.kinds, record.add, record.edit, record.finalize, record.withdraw: what changes a record.
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/files.hpp"
#include "crypto/hash.hpp"

namespace gandan::app {
namespace {

// What a finalisation signs: kind, form version and everything the record says, as the boundary shows it.
Hash content_hash(const RealmId& realm, const json::object& document) {
  json::object signed_part;
  for (const std::string_view key : {"id", "kind", "schema", "unit", "fields", "items"})
    if (const json::value* part = json::find(document, key)) signed_part[key] = *part;
  const std::string text = json::compact(signed_part);
  return crypto::tagged_hash("gandan/document/v1", realm, {as_bytes(text)});
}

constexpr std::size_t kMaxReason = 4000;  // bytes

std::vector<records::Override> read_overrides(Params& p) {
  std::vector<records::Override> out;
  const json::value* given = p.any("overrides");
  if (given == nullptr || given->is_null()) return out;
  const auto wrong = [&p] {
    p.fault("overrides", "type", "Cần danh sách {rule, reason}.", "Wants a list of {rule, reason}.");
    return std::vector<records::Override>();
  };
  if (!given->is_array()) return wrong();
  for (const auto& row : given->get_array()) {
    const json::object* o = row.if_object();
    const auto rule = o == nullptr ? std::nullopt : json::find_text(*o, "rule");
    const auto reason = o == nullptr ? std::nullopt : json::find_text(*o, "reason");
    if (!rule || !reason || o->size() != 2 || reason->size() > kMaxReason) return wrong();
    out.push_back({*rule, *reason});
  }
  return out;
}

constexpr std::size_t kMaxRecordFile = std::size_t{4} << 20;

// The patch of a save: from a file, from the request, or both; what the request says wins.
struct PatchSource {
  const json::object* given = nullptr;
  std::optional<std::string> file;

  static PatchSource read(Params& p) {
    PatchSource out{p.optional_object("record"), p.optional_path("record_file")};
    if (out.given == nullptr && !out.file)
      p.fault("record", "required", "Cần record (nội dung) hoặc record_file (tệp JSON).",
              "Needs record (its content) or record_file (a JSON file).");
    return out;
  }
  Result<json::object> patch() const {
    json::object out;
    if (file) {
      GANDAN_TRY(const Bytes content, read_file(*file, kMaxRecordFile));
      GANDAN_TRY(json::value parsed, json::parse(as_text(content)));
      if (!parsed.is_object()) return Error{Code::bad_json, "a record is an object"};
      out = std::move(parsed.get_object());
    }
    if (given != nullptr)
      for (const auto& member : *given) out[member.key()] = member.value();
    return out;
  }
};

}  // namespace

Result<json::value> record_kinds(Session& s, Params& p) {
  const auto kind = p.optional_text("kind");
  GANDAN_CHECK(p.done());
  json::array kinds;
  for (const auto* type : s.catalog->types())
    if (!kind || type->kind == *kind) kinds.push_back(records::type_json(*type));
  if (kind && kinds.empty()) return Error{Code::unknown_kind, *kind};
  return json::value(json::object{{"kinds", std::move(kinds)}});
}

Result<json::value> record_add(Session& s, Params& p) {
  const std::string kind = p.text("kind");
  const auto unit_text = p.optional_text("unit");
  const auto source = PatchSource::read(p);
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const json::object patch, source.patch());
  Documents documents(s);
  if (s.catalog->find(kind) == nullptr) return Error{Code::unknown_kind, kind};
  GANDAN_TRY(const UnitId unit, documents.names().unit_or_own(unit_text));
  GANDAN_TRY(const RecordId id, save_new(s, unit, kind, patch));
  return documents.answer(id);
}

Result<json::value> record_edit(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto source = PatchSource::read(p);
  const bool late = p.flag("late");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const json::object patch, source.patch());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, late));
  GANDAN_TRY(const std::size_t changed, save_patch(s, *loaded, patch));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(loaded->row.id));
  out.get_object()["changed"] = changed;
  return out;
}

Result<json::value> record_finalize(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto overrides = read_overrides(p);
  GANDAN_CHECK(p.done());
  {
    Documents documents(s);
    GANDAN_TRY(const auto draft, documents.load_for_edit(id, false));
    auto faults = records::check_final(*s.catalog, *draft->type, draft->document, documents.links());
    if (!faults.empty()) return Error{Code::invalid_record, "not complete", std::move(faults)};
    GANDAN_CHECK(save_overrides(s, *draft, documents.verdicts(*draft), overrides));
  }
  Documents documents(s);  // the signed state has the reasons in it
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, false));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  changelog::Mark mark;
  mark.seen = loaded->state.seen();
  mark.content = content_hash(roster->realm(), documents.json(*loaded));
  GANDAN_CHECK(save_change(s, *loaded, "@final", mark));
  GANDAN_TRY(const std::size_t sealed, vault::seal(*s.vault));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(loaded->row.id));
  out.get_object()["content_hash"] = to_hex(mark.content.view());
  out.get_object()["sealed_segments"] = sealed;
  return out;
}

Result<json::value> record_withdraw(Session& s, Params& p) {
  const std::string id = p.text("id");
  const std::string reason = p.text("reason");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  if (loaded->view.deleted) return Code::withdrawn;
  changelog::Mark mark;
  mark.seen = loaded->state.seen();
  mark.reason = reason;
  GANDAN_CHECK(save_change(s, *loaded, "@deleted", mark));
  Documents after(s);
  return after.answer(loaded->row.id);
}

}  // namespace gandan::app
