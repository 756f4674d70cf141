#include "app/sealed.hpp"

#include <algorithm>

#include "app/dispatch.hpp"
#include "app/personal.hpp"
#include "app/story.hpp"
#include "app/workflow.hpp"

namespace gandan::app {
namespace {

using changelog::SealPlace;
using changelog::SealRecipients;

json::object device_row(Names& names, const roster::Roster& roster, const UnitId& unit, const DeviceId& id) {
  const std::string text = to_text(id);
  json::object out{{"device", text},
                   {"device_short", short_id(text)},
                   {"label", names.device_label(id)},
                   {"active", roster.may(id, roster::Right::write, unit)}};
  const auto* device = roster.device(id);
  const roster::GrantInfo* grant = nullptr;  // the one by which it reads here, else its last
  if (device != nullptr)
    for (const auto& held : device->grants)
      if (grant == nullptr || (!held.until && roster.within(unit, held.unit)) || grant->until) grant = &held;
  if (grant != nullptr) {
    out["removed"] = grant->until.has_value();
    out["role"] = roster::role_name(grant->role);
    out["unit"] = to_text(grant->unit);
    out["unit_name"] = names.unit_name(grant->unit);
  }
  return out;
}

// "máy 7k2m9x (cán bộ, Xã A)", with its label where that is known, and whether it was removed.
Words device_words_of(const json::object& row) {
  const auto text = [&row](std::string_view key) { return json::find_text(row, key).value_or(""); };
  Words out = Words{"máy ", "device "} + same(text("device_short"));
  if (const auto role = text("role"); !role.empty()) {
    const std::string label = text("label").empty() ? "" : text("label") + ", ";
    out = out + same(" (" + label) + role_words(role) + same(", " + text("unit_name") + ")");
  }
  if (json::find_bool(row, "removed") == true)
    out = out + Words{", đã thu hồi", ", removed"};
  else if (json::find_bool(row, "active") != true)
    out = out + Words{", không có vai trò ở đơn vị của hồ sơ", ", without a role in the record's unit"};
  return out;
}

struct Recipients {
  json::array rows;
  Words words;  // "máy …, máy …"
};
Recipients describe(Names& names, const roster::Roster& roster, const UnitId& unit,
                    const std::set<DeviceId>& devices) {
  Recipients out;
  for (const auto& id : devices) {
    auto row = device_row(names, roster, unit, id);
    out.words = out.words + same(out.rows.empty() ? "" : ", ") + device_words_of(row);
    out.rows.push_back(std::move(row));
  }
  return out;
}

// "for": one device or several, as people name them.
std::vector<std::string> read_devices(Params& p) {
  std::vector<std::string> out;
  const json::value* given = p.any("for");
  const auto wrong = [&p] {
    p.fault("for", "type", "Cần mã máy, hoặc danh sách mã máy.", "Wants a device, or a list of devices.");
    return std::vector<std::string>();
  };
  if (given == nullptr || given->is_null()) return out;
  const json::array one{*given};
  for (const auto& row : given->is_array() ? given->get_array() : one) {
    const auto* text = row.if_string();
    if (text == nullptr || text->empty()) return wrong();
    out.emplace_back(text->data(), text->size());
  }
  return out;
}

Error refused(const std::string& named, const json::object& row) {
  const Words words = device_words_of(row);
  return Error{Code::bad_recipient, named, {{"for", "recipient", words.vi, words.en}}};
}

// Box keys as the roster states them now. Whoever could never read the record, or not log an opening, is
// refused: Code::bad_recipient.
Result<SealRecipients> find_recipients(Session& s, Names& names, const UnitId& unit,
                                       const std::vector<std::string>& named, bool with_own) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  SealRecipients out;
  const auto add = [&](const DeviceId& id, const std::string& text) -> Status {
    if (!roster->may(id, roster::Right::read, unit) || !roster->may(id, roster::Right::write, unit))
      return refused(text, device_row(names, *roster, unit, id));
    out[id] = roster->device(id)->box_key;
    return {};
  };
  for (const auto& text : named) {
    GANDAN_TRY(const DeviceId id, names.find_device(text));
    GANDAN_CHECK(add(id, text));
  }
  const DeviceId& own = s.vault->identity().id;
  if (with_own) GANDAN_CHECK(add(own, to_text(own)));
  if (!with_own && out.count(own) != 0)
    return Error{Code::bad_request,
                 "for",
                 {{"for", "not_me", "Vừa nêu máy này vừa loại nó ra (not_me).",
                   "It names this device and leaves it out (not_me)."}}};
  return out;
}

// A path with whole ids of items, which may be given as people are shown them (n69g-2); one that is not
// there, or is there twice, stays as it was given.
std::string whole_path(const Loaded& loaded, const std::string& path) {
  std::string out;
  const records::Tree* tree = &loaded.document.tree;
  for (const auto& step : records::split_path(path)) {
    out += (out.empty() ? "" : ".") + step.name;
    if (step.item.empty()) return out;
    const auto* items = tree->list(step.name);
    if (items == nullptr) return path;
    const std::string ending = id_ending(step.item);
    const records::Item* found = nullptr;
    for (const auto& item : *items) {
      if (item.id.size() < ending.size() || item.id.substr(item.id.size() - ending.size()) != ending)
        continue;
      if (found != nullptr) return path;
      found = &item;
    }
    if (found == nullptr) return path;
    out += "[" + found->id + "]";
    tree = &found->tree;
  }
  return path;  // malformed, or an item alone
}

Result<const records::Field*> sealed_field(const Loaded& loaded, const std::string& path) {
  if (loaded.type == nullptr) return Error{Code::unknown_kind, loaded.row.kind};
  const records::Field* field = loaded.type->find(path);
  if (field == nullptr || !field->sealed) return Error{Code::no_sealed_field, path};
  const auto item = path.rfind(']');
  if (item != std::string::npos && loaded.view.fields.count(path.substr(0, item + 1)) == 0 &&
      sealed_heads(loaded, path).empty())
    return Error{Code::not_found, path};
  return field;
}

// The text as any text of a form is written, and what makes it too long to be sealed.
Result<std::string> text_to_seal(const records::Field& field, const std::string& path,
                                 const std::string& value) {
  records::Field plain = field;
  plain.sealed = false;
  auto checked = records::value_from_json(plain, json::value(value), {});
  if (!checked.ok()) {
    Error error = checked.error();
    for (auto& fault : error.fields) fault.path = path;
    return error;
  }
  const auto* written = std::get_if<std::string>(&*checked);
  if (written == nullptr || written->find_first_not_of(" \t\r\n") == std::string::npos)
    return Error{Code::invalid_record,
                 "sealed text",
                 {{path, "required", "Chưa ghi gì để niêm phong.", "There is nothing to seal."}}};
  const std::string& text = *written;
  if (text.size() > changelog::kMaxNestedTextBytes)
    return Error{Code::invalid_record,
                 "sealed text",
                 {{path, "too_long", "Quá dài: niêm phong được nhiều nhất 24.000 byte.",
                   "Too long: 24,000 bytes at most can be sealed."}}};
  return text;
}

Result<SealPlace> place_of(Session& s, const Loaded& loaded, const std::string& path) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return SealPlace{roster->realm(), loaded.row.unit, loaded.row.id, path};
}

// What was erased opens nowhere, and gets no more recipients.
Status not_erased(Session& s, const Loaded& loaded) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return roster->erased(loaded.row.id) == nullptr ? Status() : Status(Code::record_erased);
}

// The one of a path that is meant, and its key.
struct Unlocked {
  SealPlace place;
  SealedHead head;
  changelog::SealWraps wraps;
  changelog::ContentKey key;
};
Result<Unlocked> unlock(Session& s, Names& names, const Loaded& loaded, const std::string& path,
                        std::int64_t pick) {
  GANDAN_CHECK(not_erased(s, loaded));
  auto heads = sealed_heads(loaded, path);
  if (static_cast<std::size_t>(pick) >= heads.size()) return Error{Code::nothing_sealed, path};
  Unlocked out;
  out.head = std::move(heads[static_cast<std::size_t>(pick)]);
  out.wraps = records::wraps_of(loaded.state, out.head.text);
  GANDAN_TRY(const auto here, place_of(s, loaded, path));
  out.place = changelog::place_of(here, out.head.text);
  const auto recipients = records::recipients_of(out.wraps);
  const auto& own = s.vault->identity();
  if (recipients.count(own.id) == 0) {
    GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
    std::vector<FieldError> who;
    for (const auto& id : recipients) {
      const Words words = device_words_of(device_row(names, *roster, loaded.row.unit, id));
      who.push_back({path, "recipient", words.vi, words.en});
    }
    return Error{Code::not_recipient, path, std::move(who)};
  }
  GANDAN_TRY(out.key, changelog::unwrap_seal(out.place, out.head.text, out.wraps, own.id, own.box));
  return out;
}

// Two locks: the recipients' and the record's, with whose key it is erased. The record's came with the ops,
// or comes with the next sync.
Result<std::string> open_both(Session& s, const Loaded& loaded, const Unlocked& unlocked) {
  GANDAN_TRY(std::string text, changelog::open_text(unlocked.place, unlocked.head.text, unlocked.key));
  const auto nested = changelog::nested_in(text);
  if (!nested) return text;
  GANDAN_TRY(const auto key, vault::find_key(*s.vault, loaded.row.id, nested->key));
  if (!key) return Error{Code::no_key, unlocked.place.path};
  return changelog::open_personal(unlocked.place, *nested, *key);
}

}  // namespace

std::vector<SealedHead> sealed_heads(const Loaded& loaded, std::string_view path) {
  std::vector<SealedHead> out;
  const auto add = [&](std::string_view at, const changelog::OpEntry& op, bool replaced) {
    const bool known =
        std::any_of(out.begin(), out.end(), [&](const SealedHead& head) { return head.op == &op; });
    auto text = known ? std::nullopt : changelog::sealed_text(op.value);
    if (text) out.push_back({std::string(at), &op, std::move(*text), replaced});
  };
  const auto add_heads = [&](const changelog::Fields& fields) {
    for (const auto& [at, field] : fields)
      if (path.empty() || at == path)
        for (const auto* op : field.heads) add(at, *op, false);
  };
  if (loaded.view.finalized) add_heads(loaded.view.signed_fields);
  add_heads(loaded.view.fields);
  for (const auto& [at, cell] : loaded.state.cells())
    if ((path.empty() || at == path) && !at.empty() && at.front() != '@')
      for (auto op = cell.ops.rbegin(); op != cell.ops.rend(); ++op) add(at, *op, true);
  return out;
}

Result<json::array> sealed_json(vault::Vault& vault, Names& names, const Loaded& loaded) {
  json::array out;
  const auto heads = sealed_heads(loaded, "");
  if (heads.empty()) return out;
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  const auto openings = records::openings_of(loaded.state);
  std::map<std::string, std::int64_t> picks;
  for (const auto& head : heads) {
    const auto devices = records::recipients_of(records::wraps_of(loaded.state, head.text));
    auto recipients = describe(names, *roster, loaded.row.unit, devices);
    const Words label = label_words(loaded.type, head.path);
    const std::string n = std::to_string(devices.size());
    Words words = label + Words{": niêm phong cho " + n + " người nhận: ", ": sealed for " + n + ": "} +
                  recipients.words + same(". ");
    if (head.text.origin)
      words = words + Words{"Niêm phong ở hồ sơ ", "Sealed in the record "} +
              same(short_id(to_text(head.text.origin->record)) + ". ");
    if (head.replaced)
      words = words + Words{"Về sau đã bị thay hoặc xoá, vẫn mở được. ",
                            "Replaced or emptied since; it opens all the same. "};
    json::array opened;
    Words last;
    for (const auto& opening : openings) {
      if (opening.commitment != head.text.commitment || opening.path != head.path) continue;
      auto author = names.author(*opening.op);
      last = author_words(author);
      opened.push_back(json::object{{"author", std::move(author)}});
    }
    const std::string times = std::to_string(opened.size());
    words =
        words + (opened.empty()
                     ? Words{"Chưa ai mở.", "Nobody has opened it."}
                     : Words{"Đã mở " + times + " lần, lần cuối: ",
                             "Opened " + times + (opened.size() == 1 ? " time" : " times") + ", last by: "} +
                           last + same("."));
    json::object row{{"path", head.path},
                     {"label_vi", label.vi},
                     {"label_en", label.en},
                     {"pick", picks[head.path]++},
                     {"author", names.author(*head.op)},
                     {"recipients", std::move(recipients.rows)},
                     {"replaced", head.replaced},
                     {"may_open", devices.count(vault.identity().id) > 0},
                     {"openings", std::move(opened)}};
    put_words(row, words);
    out.push_back(std::move(row));
  }
  return out;
}

Result<json::value> record_seal(Session& s, Params& p) {
  const std::string id = p.text("id");
  std::string path = p.text("path");
  const std::string value = p.text("value");
  const auto named = read_devices(p);
  const bool with_own = !p.flag("not_me");
  const bool late = p.flag("late");
  const std::string reason = p.optional_sentence("reason");
  if (named.empty())
    p.fault("for", "required", "Còn thiếu: niêm phong cho máy nào.", "Is missing: for which devices.");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, late, reason));
  path = whole_path(*loaded, path);
  GANDAN_TRY(const records::Field* field, sealed_field(*loaded, path));
  GANDAN_TRY(const std::string text, text_to_seal(*field, path, value));
  GANDAN_TRY(const auto recipients, find_recipients(s, documents.names(), loaded->row.unit, named, with_own));
  KeyToWrite key(*s.vault, loaded->row.unit, loaded->row.id);
  GANDAN_TRY(const auto* erasable, key.get());
  const auto place = key.place(path);
  GANDAN_TRY(const auto closed, changelog::seal_personal(place, text, *erasable));
  GANDAN_TRY(const auto sealed,
             changelog::seal_text(place, changelog::nested_text(closed), recipients, *s.seams.random));
  Marks changes = reason_mark(reason);
  changes.emplace_back(path, changelog::encode_sealed(sealed));
  GANDAN_CHECK(save_changes(s, *loaded, changes, key));
  return Documents(s).answer(loaded->row.id);
}

// The opening is on the disk before the text is handed out: without it there is no text.
Result<json::value> record_unseal(Session& s, Params& p) {
  const std::string id = p.text("id");
  std::string path = p.text("path");
  const std::int64_t pick = p.integer_or("pick", 0, 0, 1000);
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  path = whole_path(*loaded, path);
  GANDAN_TRY(const auto unlocked, unlock(s, documents.names(), *loaded, path, pick));
  GANDAN_TRY(const std::string text, open_both(s, *loaded, unlocked));
  GANDAN_CHECK(save_change(s, *loaded, std::string(records::kOpenedMark),
                           records::opening_text(unlocked.head.text.commitment, path)));
  const Words label = label_words(loaded->type, path);
  return json::value(json::object{{"id", to_text(loaded->row.id)},
                                  {"path", path},
                                  {"label_vi", label.vi},
                                  {"label_en", label.en},
                                  {"value", text},
                                  {"author", documents.names().author(*unlocked.head.op)}});
}

Result<json::value> record_seal_add(Session& s, Params& p) {
  const std::string id = p.text("id");
  std::string path = p.text("path");
  const auto named = read_devices(p);
  const std::int64_t pick = p.integer_or("pick", 0, 0, 1000);
  if (named.empty())
    p.fault("for", "required", "Còn thiếu: thêm máy nào.", "Is missing: which devices to add.");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  path = whole_path(*loaded, path);
  GANDAN_TRY(const auto unlocked, unlock(s, documents.names(), *loaded, path, pick));
  GANDAN_TRY(auto recipients, find_recipients(s, documents.names(), loaded->row.unit, named, true));
  recipients.erase(s.vault->identity().id);  // it opens it already
  // A wrap that stands there already may be nobody's: anybody can write one. So whoever is named gets a new
  // one.
  if (!recipients.empty()) {
    GANDAN_TRY(const auto more, changelog::seal_for(unlocked.place, unlocked.head.text, unlocked.key,
                                                    recipients, *s.seams.random));
    GANDAN_CHECK(
        save_change(s, *loaded, std::string(records::kSealedForMark), changelog::encode_sealed(more)));
  }
  return Documents(s).answer(loaded->row.id);
}

}  // namespace gandan::app
