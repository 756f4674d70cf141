// Documents at the shell's boundary: JSON in, changes out; state in, JSON out.
//
// What a save says (the `patch`), all by path, nothing else is touched:
//   "title": "…"                     a field; null empties it
//   "site": {"place": "…"}           fields of a group; "site.place" is the same
//   "agenda": [ {"text": "…"},       an object without "id" is a new item, put after the one before it in the
//   array,
//               {"id": "…", "text": "…"},     with "id" an edit of that item: items that are not named stay,
//               {"id": "…", "@deleted": true},     this one goes,
//               {"id": "…", "@after": "…"} ]       this one moves behind that item (null: to the front)
//   "agenda": null                   removes all items
//   "agenda[01h…].text": "…"         one field of one item; "agenda[01h…]": null removes the item
// Values: text, integer (number or decimal string), date, instant, choice code, codes (array, or text with
// spaces),
// {"latitude_e7", "longitude_e7", "accuracy_cm"} or XLSForm's "lat lon alt acc", true/false, a record id for
// a link,
// {"blob": token} for a file that the caller has just stored. A sealed field is refused, but for null and for
// what a document shows of it.
//
// Threading: pure functions; types come from one Catalog and share its thread.
#pragma once

#include "base/json.hpp"
#include "records/catalog.hpp"
#include "records/personal.hpp"

namespace gandan::records {

struct Change {
  std::string path;
  changelog::Value value;
};

struct SaveInput {
  const json::object* patch = nullptr;
  std::map<std::string, changelog::BlobRef> blobs;  // by token, see above
  std::function<ItemId()> new_item;                 // makes the ids of new items
  LinkSource links;                                 // may be empty: links are then checked by form only
  // The record whose id ends so, for links given as people are shown them ("n69g-1"); may be empty.
  std::function<Result<RecordId>(std::string_view)> find_record;
  Reveal reveal;  // what the record's personal fields say now; may be empty
};

// The changes that a save makes: only what really differs from what is shown, so an echo of the document
// changes nothing and resolves no conflict. A new record (empty state) starts with "@kind" and "@schema".
// Code::invalid_record names each wrong or unknown field. Drafts may lack required fields; constraints hold
// for the fields that change. A personal field's change is its text: closing it is the caller's. What is
// there and has no key here is not written over. Code::finalized is the caller's matter: edits beside a
// signed state are legal.
Result<std::vector<Change>> plan_save(const Catalog& catalog, const RecordType& type,
                                      const changelog::RecordState& state, const SaveInput& input);
// The record as such a save would leave it, with its calculations, and what keeps it from being saved. Wrong
// values are left out, ones that a constraint refuses are in it. Of the document only kind, schema and tree
// count.
struct Preview {
  Document document;
  std::vector<FieldError> faults;
};
Preview preview_save(const Catalog& catalog, const RecordType& type, const changelog::RecordState& state,
                     const SaveInput& input);
// One field, whatever it shows now: what a person chose to end a conflict. null empties.
Result<Change> plan_resolve(const Catalog& catalog, const RecordType& type, const std::string& path,
                            const json::value& value);
// A document's JSON ("fields" and "items") as the patch that would make it again.
json::object patch_of(const json::object& document);

// How a form shows one place of a draft, where an expression decides it.
struct FieldState {
  std::string path;
  bool relevant = true;
  bool required = false;
  std::optional<std::vector<std::string>> offered;  // the codes that a filter leaves; absent: all
};
// Every place whose field has a relevant, a required or a filter as an expression; nothing below what is not
// relevant. `document` with its calculations.
std::vector<FieldState> form_state(const RecordType& type, const Document& document, const LinkSource& links);

// What a copy of `source` starts with, as the patch of a new record of `type`: the fields that the form
// copies (type.hpp, Field::copied), items without their ids.
json::object copy_patch(const RecordType& type, const Document& source);

// What still keeps a record from being finalised: what is required where it is relevant, constraints, links
// to records that were deleted or withdrawn. `document` with its calculations. Rules never block: they judge.
std::vector<FieldError> check_final(const Catalog& catalog, const RecordType& type, const Document& document,
                                    const LinkSource& links);

// A gate that a person passes, and why.
struct Override {
  std::string rule;
  std::string reason;
};
// What finalising comes to: the gates that `verdicts` close, each with a reason or named in Code::gate_closed
// (FieldError: the verdict's path, the rule's id as its code, its message). Code::bad_request for a reason
// that is empty or that no gate asks for. The changes write the reasons into the record, each once.
Result<std::vector<Change>> plan_overrides(const Document& document, const std::vector<Verdict>& verdicts,
                                           const std::vector<Override>& overrides,
                                           const std::function<ItemId()>& new_item);

// Who wrote an op, for people and programs: the caller knows devices and holders.
using AuthorJson = std::function<json::object(const changelog::OpEntry&)>;

// {"id","kind","schema","unit","state","title","fields","items","conflicts","attachments","late"}.
// Conflicts: [{"path","shown","heads":[{"value","author"}]}], the shown head first. `type` may be null
// (unknown kind) and fields may be newer than it: they are shown by the form of their values.
json::object document_json(const Catalog& catalog, const RecordType* type, const Document& document,
                           const changelog::RecordView& view, const LinkSource& links,
                           const AuthorJson& author, const Reveal& reveal = {});
// What one head of a contested path (RecordView::contested) says; of a delete that does not hold: whether it
// deletes.
json::value contested_json(std::string_view path, const changelog::FieldView& field,
                           const changelog::OpEntry& head, const Reveal& reveal);
json::array verdicts_json(const std::vector<Verdict>& verdicts);
// The record type itself, for a shell that builds its form from it.
json::object type_json(const RecordType& type);

// For the search index and for lists, Vietnamese, NFC. No sealed or personal field, no attachment keys.
struct SearchText {
  std::string title;  // one line
  std::string body;   // labels of choices, texts, numbers, dates as dd/mm/yyyy; one field a line
};
SearchText search_text(const Catalog& catalog, const RecordType& type, const Document& document,
                       const LinkSource& links);
// The links of a document, in the order of its form: path of the field, and the record it names.
std::vector<std::pair<std::string, RecordId>> links_of(const RecordType& type, const Document& document);
// The day that a record counts for in lists and reports: its type's date field, in Viet Nam's time.
std::optional<std::int32_t> day_of(const RecordType& type, const Document& document);

// Values as JSON, by their own form (never a blob's key), and back by the form the field asks for.
json::value value_json(const changelog::Value& value);
Result<changelog::Value> value_from_json(const Field& field, const json::value& value,
                                         const std::map<std::string, changelog::BlobRef>& blobs);

}  // namespace gandan::records
