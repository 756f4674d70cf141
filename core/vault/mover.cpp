#include "vault/mover.hpp"

#include <set>

#include "changelog/personal_value.hpp"
#include "records/signature.hpp"
#include "records/workflow.hpp"
#include "vault/key_box.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kSigned = "@sign_";

bool is_linked(const changelog::Op& op) { return op.path == records::kLinkedMark; }

const changelog::Mark* content_mark(const changelog::Op& op) {
  const auto* mark = std::get_if<changelog::Mark>(&op.value);
  return mark != nullptr && !mark->content.is_zero() ? mark : nullptr;
}

bool is_closed_blob(const changelog::Value& value) {
  const auto* blob = std::get_if<changelog::BlobRef>(&value);
  return blob != nullptr && changelog::is_closed(*blob);
}

}  // namespace

Status Mover::move(std::vector<MovingOp>& rows, const Branches& branches, From from) {
  for (auto& row : rows) {
    if (from == From::records) GANDAN_CHECK(projections_.remove(row.was));
    row.op = branches.moved(row.was);
    GANDAN_CHECK(write_personal_anew(row));
  }
  for (const auto& row : rows) GANDAN_CHECK(drop_left_key(row));
  for (const auto& row : rows) GANDAN_CHECK(projections_.add(row.op, row.unit, false));
  std::map<std::pair<RecordId, Hash>, Hash> contents;
  GANDAN_TRY(const auto* roster, vault_.roster());
  for (auto& row : rows) {
    const auto* mark = content_mark(row.op);
    if (mark == nullptr || row.op.path != changelog::kFinalMark) continue;
    GANDAN_TRY(const auto* state, projections_.state(row.op.record));
    const Hash now = changelog::content_hash(roster->realm(), row.unit, row.op.record, *state, mark->seen);
    contents[{row.op.record, mark->content}] = now;
  }
  std::set<RecordId> signed_records;
  for (auto& row : rows) {
    const auto* mark = content_mark(row.op);
    if (mark == nullptr) continue;
    const auto now = contents.find({row.op.record, mark->content});
    if (now == contents.end() || now->second == mark->content) continue;
    changelog::Mark changed = *mark;
    changed.content = now->second;
    GANDAN_CHECK(replace(row, std::move(changed)));
    if (row.op.path.substr(0, kSigned.size()) == kSigned) signed_records.insert(row.op.record);
  }
  for (auto& row : rows) {
    const auto* text = is_linked(row.op) ? std::get_if<std::string>(&row.op.value) : nullptr;
    if (text == nullptr) continue;
    auto read_with = records::read_linked(*text);
    for (auto& [record, content] : read_with.linked)
      if (const auto now = contents.find({record, content}); now != contents.end()) content = now->second;
    for (auto& [record, seen] : read_with.drafts) branches.split(seen);
    auto now = records::linked_text(read_with);
    if (now != *text) GANDAN_CHECK(replace(row, std::move(now)));
  }
  for (const auto& record : signed_records) GANDAN_CHECK(sign_again(rows, record));
  return {};
}

// Its ciphertext is bound to its place, and its key to its record. A text whose key is not here stays as it
// is, and is lost with the device that never sent the key.
Status Mover::write_personal_anew(MovingOp& row) {
  if (row.op.record == row.was.record && row.op.path == row.was.path) return {};
  if (std::holds_alternative<changelog::Sealed>(row.was.value)) return bring_own_key(row);
  const auto* blob = std::get_if<changelog::BlobRef>(&row.was.value);
  const auto text = changelog::under_record_key(row.was.value);
  if (!text) return {};
  GANDAN_TRY(const auto key, find_key(vault_, row.was.record, text->key));
  if (!key) return {};
  const RealmId realm = vault_.keyring().realm();
  const auto opened = changelog::open_personal({realm, row.unit, row.was.record, row.was.path}, *text, *key);
  if (!opened) return {};
  std::optional<changelog::NamedKey> next;
  if (row.op.record == row.was.record) {
    next = changelog::NamedKey{text->key, key->copy()};
  } else {
    GANDAN_TRY(next, own_key(vault_, row.op.record));
  }
  if (!next) {
    next = changelog::new_record_key(realm, vault_.random());
    GANDAN_CHECK(keep_new_key(vault_, row.unit, row.op.record, *next));
  }
  GANDAN_TRY(const auto again,
             changelog::seal_personal({realm, row.unit, row.op.record, row.op.path}, *opened, *next));
  if (blob == nullptr) {
    row.op.value = changelog::encode_personal(again);
  } else {
    row.op.value = changelog::closed_with(*blob, again);
  }
  return {};
}

// What is sealed says where it was sealed, and this device need not be able to open it: the key under which
// it can be erased comes along.
Status Mover::bring_own_key(const MovingOp& row) {
  if (row.op.record == row.was.record) return {};
  GANDAN_TRY(const auto own, own_key(vault_, row.was.record));
  if (!own) return {};
  GANDAN_TRY(const auto there, find_key(vault_, row.op.record, own->id));
  return there ? Status() : keep_new_key(vault_, row.unit, row.op.record, *own);
}

// Keys that nobody has, and with which nothing is written any more: left under an id that is another record's
// now, what moved could not be erased with its record.
Status Mover::drop_left_key(const MovingOp& row) {
  if (row.op.record == row.was.record) return {};
  const auto was = changelog::under_record_key(row.was.value);
  const auto now = changelog::under_record_key(row.op.value);
  if (was && !(now && now->key != was->key)) return {};
  return drop_unsent_key_of(vault_, row.was.record, row.was.value);
}

Status drop_unsent_key_of(Vault& vault, const RecordId& record, const changelog::Value& value) {
  if (const auto text = changelog::under_record_key(value)) return drop_unsent_key(vault, record, text->key);
  if (!std::holds_alternative<changelog::Sealed>(value)) return {};
  GANDAN_TRY(const auto own, own_key(vault, record));
  return own ? drop_unsent_key(vault, record, own->id) : Status();
}

Status Mover::replace(MovingOp& row, changelog::Value value) {
  GANDAN_CHECK(projections_.remove(row.op));
  row.op.value = std::move(value);
  return projections_.add(row.op, row.unit, false);
}

Status Mover::sign_again(std::vector<MovingOp>& rows, const RecordId& record) {
  GANDAN_TRY(const auto* roster, vault_.roster());
  GANDAN_TRY(const auto* state, projections_.state(record));
  struct Again {
    std::string path;
    changelog::Stamp save;  // of the signature's first op
    Signature signature;
  };
  std::vector<Again> again;
  for (const auto& one : records::signatures_of(*state)) {
    if (!one.key_signature) continue;
    const Bytes message = records::signature_message(roster->realm(), record, one.content, one.op->holder,
                                                     one.capacity, one.name);
    again.push_back({std::string(kSigned) + one.id + "_key",
                     {one.op->save, one.op->stamp.feed},
                     vault_.identity().sign.sign(message)});
  }
  for (auto& row : rows)
    for (const auto& one : again)
      if (row.op.record == record && row.op.path == one.path &&
          changelog::Stamp{row.op.save, row.op.stamp.feed} == one.save)
        GANDAN_CHECK(replace(row, to_base64(one.signature.view())));
  return {};
}

bool says_the_same(const changelog::Op& a, const changelog::Op& b) {
  const bool made_anew = content_mark(a) != nullptr || is_linked(a) ||
                         std::holds_alternative<changelog::Personal>(a.value) || is_closed_blob(a.value) ||
                         a.path.substr(0, kSigned.size()) == kSigned;
  return a.stamp == b.stamp && a.record == b.record && a.path == b.path && a.save == b.save &&
         (made_anew || a.value == b.value);
}

}  // namespace gandan::vault
