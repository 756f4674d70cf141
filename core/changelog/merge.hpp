// Merge: from a set of ops to what a record says. A pure function: order, duplication and grouping never matter.
//
//   the heads of a cell     ops that no other op of the cell names as replaced
//   one head                the value
//   several heads           a conflict: the shown value is the last by (not suspect, HLC, feed, op hash);
//                           all stay, with their authors, until an op replaces them all
//   @deleted                holds while it has seen every other op of the record (or item): an edit it had not
//                           seen revives
//   @final                  freezes exactly the ops it has seen; others are late edits beside the signed state
//
// RecordState is that set for one record: all its ops, by cell. It is what a vault stores, in canonical bytes:
// equal sets give equal bytes.
//
// Threading: plain values.
#pragma once

#include <set>

#include "changelog/op.hpp"

namespace gandan::changelog {

struct OpEntry {
  Stamp stamp;
  Value value;
  std::vector<Stamp> replaces;
  Hlc save = 0;
  HolderId holder;
  Hash hash;             // op_hash
  bool suspect = false;  // its stamp lies after its segment's receipt plus drift: ordered last among heads
};

struct Cell {
  std::map<Stamp, OpEntry> ops;
};

class RecordState {
 public:
  // Idempotent. A later call with another `suspect` corrects the flag. Ops of other records are a caller's fault.
  void add(const Op& op, bool suspect);
  // Takes an op away again: a verdict about its segment changed.
  void remove(const std::string& path, const Stamp& stamp);

  bool empty() const { return cells_.empty(); }
  const std::map<std::string, Cell>& cells() const { return cells_; }
  // Every op outside the @ marks, per feed the highest HLC: what a delete or a finalisation written now has seen.
  Seen seen() const;
  // Stamps of a cell's present heads, ascending: what an op written now replaces.
  std::vector<Stamp> heads(const std::string& path) const;

  Bytes encode() const;
  static Result<RecordState> decode(ByteView bytes);

 private:
  std::map<std::string, Cell> cells_;
};

// The heads of one cell, the shown one first. Pointers live as long as the state.
struct FieldView {
  std::vector<const OpEntry*> heads;
  const Value& shown() const { return heads.front()->value; }
  bool conflict() const { return heads.size() > 1; }
};

struct RecordView {
  bool deleted = false;
  bool finalized = false;
  const OpEntry* final_op = nullptr;      // the finalisation that holds: the first of several by stamp
  const OpEntry* deleted_op = nullptr;
  std::map<std::string, FieldView> fields;        // the present state; fields of deleted items are absent
  std::map<std::string, FieldView> signed_fields; // when finalized: as the finalisation had seen it
  std::vector<std::pair<std::string, const OpEntry*>> late;  // ops that the finalisation had not seen, by stamp
};
RecordView view(const RecordState& state);

}  // namespace gandan::changelog
