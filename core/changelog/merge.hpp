// Merge: from a set of ops to what a record says. A pure function: order, duplication and grouping never
// matter.
//
//   the heads of a cell     ops that no other op of the cell names as replaced
//   one head                the value
//   several heads           the shown value is the last by (not suspect, HLC, feed, op hash); all stay, with
//                           their authors, until an op replaces them all; a conflict where they differ
//   @deleted                holds while it has seen every other op of the record (or item), other @deleted
//                           marks apart: an edit or a finalisation it had not seen revives, and whoever
//                           deleted is not overruled in silence: that is a conflict, too
//   @final                  freezes exactly the ops it has seen; others are late edits beside the signed
//   state no heads                (stamps that replace each other in a ring: a forger's work) all ops are
//   heads
//
// The signed state depends on the finalisation and the ops it names alone: neither later ops nor suspicion
// move it.
//
// RecordState is that set for one record: all its ops, by cell. It is what a vault stores, in canonical
// bytes: equal sets give equal bytes (schema/wire/encoding.md).
//
// Threading: plain values.
#pragma once

#include <functional>

#include "changelog/op.hpp"

namespace gandan::changelog {

constexpr std::string_view kFinalMark = "@final";
constexpr std::string_view kDeletedMark = "@deleted";  // of the record; behind an item's path, of the item

struct OpEntry {
  Stamp stamp;
  Value value;
  std::vector<Stamp> replaces;
  Hlc save = 0;
  std::uint32_t count = 1;
  HolderId holder;
  bool suspect = false;  // its stamp lies after its segment's receipt plus drift: ordered last among heads
};

struct Cell {
  std::vector<OpEntry>
      ops;  // ascending by stamp; two different ops under one stamp (a forger's work) by op hash
};

class RecordState {
 public:
  using Cells = std::map<std::string, Cell, std::less<>>;

  // Idempotent. A later call with another `suspect` corrects the flag. Ops of other records are a caller's
  // fault.
  void add(const Op& op, bool suspect);
  // Takes an op away again: a verdict about its segment changed, and no other segment that counts carries it.
  void remove(const Op& op);

  bool contains(const Op& op) const;
  bool empty() const { return cells_.empty(); }
  const Cells& cells() const { return cells_; }
  // Per feed the highest HLC of all ops of the record: what a delete or a finalisation written now has seen.
  // When it shares a save with edits, these must be in already.
  Seen seen() const;
  // Stamps of a cell's present heads, ascending: what an op written now replaces.
  std::vector<Stamp> heads(std::string_view path) const;
  // What a new op at the path replaces: the heads. Of marks that want a right of their author (@review,
  // @hold) the newest of all, the heads among them: one that does not count would hide those beneath it, and
  // what replaces it alone would leave them standing.
  std::vector<Stamp> to_replace(std::string_view path) const;

  Bytes encode() const;
  static Result<RecordState> decode(ByteView bytes);

 private:
  Cells cells_;
};

// The heads of one cell, the shown one first. At least one. Pointers live as long as the state, unchanged.
struct FieldView {
  std::vector<const OpEntry*> heads;
  const Value& shown() const { return heads.front()->value; }
  bool conflict() const;  // not where all wrote the same
};
using Fields =
    std::map<std::string_view, FieldView>;  // by path; the keys live as long as the state, unchanged

struct RecordView {
  bool deleted = false;
  bool finalized = false;
  const OpEntry* final_op =
      nullptr;  // the finalisation that holds: the first of several by (not suspect, stamp)
  const OpEntry* deleted_op = nullptr;  // the first by stamp that holds
  Fields marks;          // the record's own @ paths: @kind, @deleted, @final …, whether they hold or not
  Fields fields;         // what it says at present; deleted items and their fields are absent
  Fields signed_fields;  // when finalized: as the finalisation had seen it
  // When finalized: edits, and deletes of items, that the finalisation had not seen, ascending by stamp.
  std::vector<std::pair<std::string_view, const OpEntry*>> late;

  // Deletes of the record, or of an item that stands, which an op revived that they had not seen: that op
  // first, then the deletes. By the path of the delete.
  Fields lost_deletes;

  // Two finalisations that had not seen each other: a conflict like any other, whichever is shown. Their
  // stamps are their devices' own word, so none of them may win in silence.
  const FieldView* rival_finals() const;
  // All that a person has to decide, by path, what holds meanwhile first: fields, rival finalisations and
  // lost deletes.
  Fields contested() const;
};
// Whether who has seen that much has seen the op.
bool covers(const Seen& seen, const Stamp& stamp);
// Whether a path is a delete's, of a record or an item.
bool is_delete(std::string_view path);
RecordView view(const RecordState& state);

// What the record said to whoever had seen that much: the signed state of any finalisation, also an older
// one. It does not depend on suspicion.
Fields fields_seen(const RecordState& state, const Seen& seen);
// The heads of a cell among the ops that count, the shown one first; none when none does. For marks that
// want a role: an op that does not count replaces nothing.
FieldView heads_among(const Cell& cell, const std::function<bool(const OpEntry&)>& counts);
// What a finalisation that has seen that much signs: kind, form version and every field with all its heads.
// Bytes: schema/wire/record.md.
Hash content_hash(const RealmId& realm, const UnitId& unit, const RecordId& record, const RecordState& state,
                  const Seen& seen);

}  // namespace gandan::changelog
