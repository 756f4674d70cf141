// Journal: what this device writes. A save is acknowledged when `save` returns: pending ops, record, document
// and search row are then on the disk, in one transaction.
//
// Sealing turns pending ops into segments: at sync, export and finalising, at 256 pending ops, or when the
// oldest has waited for 10 minutes.
//
// Threading: as the vault's.
#pragma once

#include "changelog/personal_value.hpp"
#include "vault/vault.hpp"

namespace gandan::vault {

using Change = std::pair<std::string, changelog::Value>;  // path, new value

enum RecordFlag : int {
  kDeleted = 1,
  kFinalized = 2,
  kConflict = 4,
  kLateEdits = 8,
  kNumbered = 16,  // has a document number
  kReviewed = 32,  // somebody wrote a review; whether it counts is for the reader to find
};

struct RecordRow {
  std::int64_t number = 0;
  RecordId id;
  UnitId unit;
  std::string kind;
  std::string title;
  std::string date;
  int flags = 0;
  std::string document;
};

// Ids of records and items that this device makes in a unit: given out in memory, made durable by the save.
class IdMaker {
 public:
  explicit IdMaker(const FeedRow& feed) : feed_(feed.id), counter_(feed.id_counter) {}
  RecordId record() { return changelog::make_record_id(feed_, counter_++); }
  ItemId item() { return changelog::make_item_id(feed_, counter_++); }
  std::uint64_t counter() const { return counter_; }

 private:
  FeedId feed_;
  std::uint64_t counter_;
};

// The ops present of a record; empty when there is none.
Result<changelog::RecordState> load_state(Vault& vault, const RecordId& record);

// Writes one save. `ids` is the maker that gave out ids for it. Ops replace the heads that are here now.
// `new_key`: of the record, made for its personal values (key_box.hpp); it is on the disk when they are.
Status save(Vault& vault, const UnitId& unit, const RecordId& record, const std::vector<Change>& changes,
            const HolderId& holder, const IdMaker& ids, const changelog::NamedKey* new_key = nullptr);

// Whether the save that `last` belongs to goes on after it.
inline bool ends_inside_save(const changelog::Op& last) {
  return last.stamp.hlc - last.save + 1 < last.count;
}

// Seals what is pending, in all feeds. Returns how many segments were made.
Result<std::size_t> seal(Vault& vault);
Result<std::size_t> seal_if_due(Vault& vault);

// Record states that change together and are projected once. Used by save, ingest and rebuild.
class Projections {
 public:
  explicit Projections(Vault& vault) : vault_(vault) {}
  Status add(const changelog::Op& op, const UnitId& unit, bool suspect);
  // Projects a record again, as it is.
  Status touch(const RecordId& id);
  // Corrects an op that is in its record; one whose save is not whole yet is not.
  Status judge(const changelog::Op& op, bool suspect);
  Status remove(const changelog::Op& op);
  Status flush();  // within the caller's transaction
  std::size_t touched() const { return records_.size(); }
  // The record as it will be after flush(); valid until the next call.
  Result<const changelog::RecordState*> state(const RecordId& id);

 private:
  struct Entry {
    std::int64_t number = 0;  // 0: new
    UnitId unit;
    changelog::RecordState state;
  };
  Result<Entry*> entry(const RecordId& id);

  Vault& vault_;
  std::map<RecordId, Entry> records_;
};

// Rebuilds records, documents and search from segments and pending ops.
struct RebuildReport {
  std::uint64_t segments = 0;
  std::uint64_t ops = 0;
  std::uint64_t records = 0;
};
Result<RebuildReport> rebuild(Vault& vault);
// Makes titles, search, links and documents again from the records' states: for a projector that has changed.
Status reproject(Vault& vault);
// One hash over all records' ids, states and documents: equal before and after a rebuild.
Result<Hash> projections_hash(Vault& vault);

}  // namespace gandan::vault
