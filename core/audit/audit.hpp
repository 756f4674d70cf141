// Audit: what a supervisor does alone and offline.
//
//   verify        every feed (signatures, chains, authority) and the ledger (tree, receipts, named
//   checkpoints), from
//                 the bytes in the vault, trusting nothing that was computed when they arrived
//   prove         a file that shows a record's ops to a stranger: who wrote what, in which segment, received
//   when verify_proof  the stranger's side: needs the file and the realm's fingerprint, no vault, no network
//
// What a proof shows and what it does not: schema/wire/proof.md.
//
// Threading: as the vault's; verify_proof is a pure function.
#pragma once

#include <functional>
#include <set>

#include "protocol/witness.hpp"
#include "vault/vault.hpp"

namespace gandan::audit {

constexpr std::size_t kMaxProofBytes = std::size_t{16} << 20;
constexpr std::size_t kMaxFindings = 1000;  // that are listed one by one

struct Finding {
  Code code;
  std::string subject;  // feed and sequence, or ledger index, in words
  std::string detail;
};
struct VerifyReport {
  Hash fingerprint;  // of the realm whose root statement all this rests on: to be compared with the printed
                     // one
  std::uint64_t feeds = 0;
  std::uint64_t segments = 0;
  std::uint64_t statements = 0;
  std::uint64_t quarantined = 0;     // segments kept apart, rightly: their authors were not authorised
  std::uint64_t archived = 0;        // segments of which all is here and holds but the content
  std::uint64_t ledger_size = 0;     // of the last verified checkpoint
  std::uint64_t ledger_entries = 0;  // that are here
  std::uint64_t unseen_entries = 0;  // ledger entries whose segment is not here: other units', or withheld
  std::uint64_t maps = 0;            // feed maps of the ledger that were held against what is here
  bool whole_ledger = false;         // every entry is here, and the root was recomputed from them
  std::vector<Finding> findings;     // empty: everything held
  std::uint64_t finding_count = 0;   // also of those beyond kMaxFindings
};
// Costs one Ed25519 verification per segment and statement, and 4 bytes of memory per ledger entry; 8 with
// feed maps. Nothing is opened: no key but the vault's own is needed. Findings are the answer; an error is a
// fault of this device.
// `progress` is told how many segments were checked; false ends it with Code::cancelled.
using VerifyProgress = std::function<bool(std::uint64_t segments)>;
Result<VerifyReport> verify(vault::Vault& vault, const VerifyProgress& progress = {});

// Code::not_found; Code::not_received while one of the record's ops is not under a checkpoint yet (sync
// first); Code::no_ledger when this vault does not keep the ledger (sync as a supervisor). It stands under
// the checkpoint that most witnesses cosigned, of those that cover it; under the newest where none does. What
// is returned was verified.
Result<Bytes> prove(vault::Vault& vault, const RecordId& record);

struct ProvenOp {
  RecordId record;
  std::string path;
  changelog::Value value;
  std::int64_t written_ms = 0;  // the device's own word
  std::int64_t not_before_ms =
      0;  // receipt of the last entry of the checkpoint that the segment names; 0: none named
  std::int64_t not_after_ms = 0;  // receipt of the segment
  bool suspect = false;           // the device's word lies after the receipt: its clock was wrong
  bool accepted = false;          // its device was removed before; an administrator let it count by name
  bool replaced = false;          // another op of this proof replaces it: not what the record says last
  DeviceId device;
  HolderId holder;  // the person, by handle; zero: none was chosen
  UnitId unit;
  roster::Role role;  // of the device at the roster that the segment names
  std::uint64_t sequence = 0;
  std::uint64_t ledger_index = 0;
};
struct ProofReport {
  RecordId record;
  Hash fingerprint;  // of the realm
  std::uint64_t ledger_size = 0;
  std::vector<protocol::Cosignature> witnesses;  // of the file's checkpoint, by the file's own statements
  std::vector<ProvenOp> ops;                     // in the order of their stamps; at least one
};
// Code::bad_proof, bad_signature, wrong_realm, malformed …: the first thing that does not hold.
Result<ProofReport> verify_proof(ByteView proof, const Hash& fingerprint);

// --- the log of a person and a period: no segment is missing, and what is not shown is counted
struct LogScope {
  UnitId unit;                // whose feeds are shown whole
  HolderId holder;            // whose changes are disclosed
  std::int64_t from_ms = 0;   // by the devices' clocks, and by the receipts
  std::int64_t until_ms = 0;  // the first moment behind the period
  template <class A>
  void serialize(A& a) {
    a(unit, holder, from_ms, until_ms);
  }
};
struct ProvenFeed {
  FeedId feed;
  DeviceId device;
  UnitId unit;
  std::uint64_t next = 0;      // how many segments it had at the map
  std::uint64_t segments = 0;  // of them received from the scope's begin on
  std::uint64_t ops = 0;       // changes in these
  std::uint64_t shown = 0;     // of these disclosed
};
// What every file shows that has whole logs in it.
struct LogShown {
  Hash fingerprint;
  std::uint64_t ledger_size = 0;
  std::vector<protocol::Cosignature> witnesses;
  std::uint64_t map_index = 0;  // of the feed map in the ledger
  std::int64_t map_ms = 0;      // its receipt
  std::uint64_t roster_size = 0;
  std::uint64_t devices = 0;      // that may write in the units, or might once
  std::vector<ProvenFeed> feeds;  // of the units, all of them
  std::uint64_t undisclosed = 0;  // changes of these feeds from the begin on that are not shown
  std::vector<ProvenOp> ops;      // may be none
};
struct LogReport : LogShown {
  LogScope scope;
};
// `wanted` says of which records the holder's changes of the period are disclosed. The file stands under the
// newest feed map that its checkpoint covers. Code::no_map: none since the period's end; log_too_large
// (beyond `most` bytes); otherwise as `prove`. What is returned was verified.
Result<Bytes> prove_log(vault::Vault& vault, const LogScope& scope,
                        const std::function<bool(const RecordId&)>& wanted,
                        std::size_t most = kMaxProofBytes);
bool is_log_proof(ByteView bytes);
// As verify_proof; log_segment_missing, log_feed_missing, log_device_missing, log_map_early, log_other_head
// and log_other_map say what is left out.
Result<LogReport> verify_log(ByteView proof, const Hash& fingerprint);

// --- figures of a period's report: these records give them, out of logs of which no segment is missing
struct ClaimedFigure {
  static constexpr std::size_t wire_min = 13;
  std::string id;
  std::string label_vi, label_en;
  std::int64_t value = 0;
  std::string kind;                // of the records
  std::string day;                 // path of the day that they count for; empty: none
  std::string where;               // the report's own words, which only its reader can judge; may be empty
  std::string sum, distinct;       // a field's name; names and texts joined by ||; both empty: records count
  bool any_time = false;           // records from before the period too
  bool drafts = false;             // records that are not finalised too
  std::vector<std::string> paths;  // that these words read, ascending
  std::vector<RecordId> records;   // behind it, ascending
  template <class A>
  void serialize(A& a) {
    a(id, label_vi, label_en, value, kind, day, where, sum, distinct, any_time, drafts, paths, records);
  }
};
// Whether a stranger can count it again, by its words alone. Code::bad_proof.
Status countable(const ClaimedFigure& figure);

struct ReportScope {
  std::vector<UnitId> units;  // the report's own first, then predecessors that it counts; with all below them
  std::int64_t from_ms = 0;   // logs are shown whole from here on, by receipts
  std::string report;         // its id
  std::uint32_t version = 1;
  std::int32_t first = 0, last = 0, as_of = 0;  // days since 1970, inclusive
  std::uint64_t size = 0;                       // of the checkpoint under which it was counted
  Hash root;
  std::uint64_t roster_size = 0;  // there: units lie where they lay then
  std::optional<Hash> file;       // SHA-256 of the printed or exported report
  std::vector<ClaimedFigure> figures;
  template <class A>
  void serialize(A& a) {
    a(units, from_ms, report, version, first, last, as_of, size, root, roster_size, file, figures);
  }
};
struct ReportProof : LogShown {
  ReportScope scope;
  std::set<UnitId> units;          // whose logs are shown whole: the scope's with all below them
  std::int64_t checkpoint_ms = 0;  // receipt of the last entry under the report's checkpoint
};
struct ShownOp {
  RecordId record;
  std::string path;
  changelog::Stamp stamp;
  friend bool operator<(const ShownOp& a, const ShownOp& b);
};
// Discloses these ops and no other. The scope comes without its begin, which is found: the period's first
// moment, or an earlier one where an op was received before. Code::no_map: no feed map stands at or behind
// the report's checkpoint; proof_other_count: the ops do not give the figures; report_proof_too_large;
// otherwise as `prove_log`.
Result<Bytes> prove_report(vault::Vault& vault, ReportScope scope, std::set<ShownOp> shown,
                           std::size_t most = kMaxProofBytes);
bool is_report_proof(ByteView bytes);
// As verify_log; besides proof_other_count: the records shown do not give a number that is claimed.
Result<ReportProof> verify_report(ByteView proof, const Hash& fingerprint);

}  // namespace gandan::audit
