// Queries: lists, search, history, "did it arrive?".
//
// Threading: as the vault's.
#pragma once

#include <set>

#include "base/search_text.hpp"
#include "vault/journal.hpp"

namespace gandan::vault {

enum class Standing { draft, finalized, withdrawn };
struct ListFilter {
  std::string kind;                        // empty: all
  std::string from;                        // YYYY-MM-DD, of the event; empty: open
  std::string until;                       // inclusive
  std::optional<UnitId> unit;              // with its subtree
  std::uint64_t roster_size = UINT64_MAX;  // lists: as it was after so many authority statements; else now
  std::optional<Standing> standing;
  bool deleted = false;    // show withdrawn ones too
  bool conflicts = false;  // only those with a conflict
  bool by_title = false;   // lists: in Vietnamese order of their titles; else the newest first
  std::size_t limit = 1000;
  std::size_t offset = 0;
};
Result<std::vector<RecordRow>> list(Vault& vault, const ListFilter& filter);
// Records of that kind and unit, on that day if one is given, whose titles may be like that one
// (base/likeness.hpp), in the order of lists, without those that were withdrawn. Some are not: compare()
// decides.
Result<std::vector<RecordRow>> alike_rows(Vault& vault, const RecordRow& like,
                                          const std::optional<std::string>& date);
Result<RecordRow> find(Vault& vault, const RecordId& id);  // Code::not_found
// A record by its id or the end of its id's text, if that is unique.
Result<RecordId> resolve_id(Vault& vault, std::string_view text);

// The records with a mark (kNumbered, kReviewed), withdrawn ones too, in the order in which they came.
struct MarkedRecord {
  RecordRow row;
  changelog::RecordState state;
};
Result<std::vector<MarkedRecord>> marked(Vault& vault, RecordFlag flag);

struct Hit {
  RecordRow row;
  bool exact = false;  // it has the words with the diacritics they were typed with
  std::vector<SnippetPart> snippet;
};
// Every word must occur (base/search_text.hpp); the last may be the beginning of one. Those with the
// diacritics that were typed come first, then the others; the newest records first in both. Whatever the text
// holds, it is data.
Result<std::vector<Hit>> search(Vault& vault, std::string_view text, const ListFilter& filter);

enum class Arrival { pending, sealed, received };  // on this device; in a segment; in the server's ledger
struct OpOrigin {
  const changelog::OpEntry* op = nullptr;
  std::string path;
  DeviceId device;
  UnitId unit;
  FeedId feed;
  Arrival arrival = Arrival::pending;
  std::uint64_t sequence = 0;  // unless pending
  std::optional<std::uint64_t> ledger_index;
  std::optional<std::int64_t> receipt_ms;
  bool accepted = false;  // it came after its device's removal, and an administrator let it count
};
Result<OpOrigin> origin_of(Vault& vault, const changelog::OpEntry& op, std::string_view path);
// When the ledger took the statement at that index; nothing when it is not here.
Result<std::optional<std::int64_t>> statement_receipt(Vault& vault, std::uint64_t ledger_index);
// Whether its author had that right: at the roster that its segment names, before a revocation. What is not
// sealed yet goes by the roster as it is. Devices with the same segments, statements and receipts agree.
Result<bool> had_right(Vault& vault, const OpOrigin& origin, roster::Right right);
// Every op of the record in the order of its stamps, with where it came from.
Result<std::vector<OpOrigin>> history(Vault& vault, const changelog::RecordState& state);

struct Counts {
  std::uint64_t records = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t pending_ops = 0;
  std::uint64_t unsent_segments = 0;   // without a receipt
  std::uint64_t carried_segments = 0;  // of these, other devices', come by hand: the server may have them
  std::uint64_t unsent_chunks = 0;
  std::map<SegmentState, std::uint64_t> held;
  std::uint64_t findings = 0;
  std::int64_t last_sync_ms = 0;  // 0: never
};
Result<Counts> counts(Vault& vault);

// A feed of which segments wait here for earlier ones that have not come: by hand, they came in another file.
struct Gap {
  DeviceId device;
  UnitId unit;
  std::uint64_t missing = 0;  // segments before the last that waits
  std::uint64_t waiting = 0;
};
Result<std::vector<Gap>> gaps(Vault& vault);

// Records of which the server has not everything that this device wrote, in the order of their ids.
Result<std::set<RecordId>> unsent_records(Vault& vault);

struct Finding {
  std::int64_t found_ms = 0;
  std::string code;
  std::string detail;
};
Result<std::vector<Finding>> findings(Vault& vault);

// Records that name this one and are not deleted, by kind and date, with the path of the field that does.
struct Backlink {
  std::string path;
  RecordRow row;
};
Result<std::vector<Backlink>> links_to(Vault& vault, const RecordId& id, std::size_t limit);

// The document of a record's unit name and the like: records of a kind in a unit, by that unit alone.
Result<std::vector<RecordRow>> records_of(Vault& vault, const UnitId& unit, std::string_view kind);

}  // namespace gandan::vault
