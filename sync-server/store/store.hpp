// Store: what the server keeps, behind one seam: SQLite (sqlite_store.hpp), or PostgreSQL
// (postgres_store.hpp), which several servers may share. Every key starts with the realm, and what belongs
// together goes in one `commit`.
//
// The store judges nothing: the relay verifies before it commits, and `gandan-server verify` checks what is
// stored.
//
// Threading: all members may be called from several threads. Commits of one realm come from one thread at a
// time, its sequencer; reads see whole commits only. Errors: disk_full, disk_failed, store_damaged,
// not_found; store_unreachable and server_busy where servers share it. An error of `commit` means that
// nothing of it was kept or, when the connection broke, that only reading again tells.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/entry.hpp"
#include "ledger/tiles.hpp"
#include "protocol/record_key.hpp"
#include "protocol/segment.hpp"
#include "protocol/wrap.hpp"
#include "roster/statement.hpp"

namespace gandan::server {

using RealmNumber = std::int64_t;  // the server's own short name of a realm, from 1

enum class RealmState : std::uint8_t {
  open = 1,
  suspended = 2,
  incoming = 3,  // being copied here, and not compared yet: no server opens it
};

struct RealmRow {
  RealmNumber number = 0;
  RealmId id;
  roster::RealmAddress address;
  Bytes card;               // roster::encode_card
  std::uint64_t quota = 0;  // bytes of bodies; 0: no limit
  RealmState state = RealmState::open;
};

// Where a realm stands; moves with every commit.
struct Progress {
  std::uint64_t size = 0;        // ledger entries
  std::string checkpoint;        // the signed note for that size; empty before the first commit
  std::uint64_t used_bytes = 0;  // of bodies, counted against the quota
  std::uint64_t wraps = 0;       // wraps so far: the next one's number
  std::uint64_t keys = 0;        // the next entry's number in the key box
  std::uint64_t version = 0;     // commits so far, where servers share the store; else 0
};

struct EntryRow {
  std::uint64_t index = 0;
  ledger::EntryBytes bytes{};
};
struct StatementRow {
  std::uint64_t index = 0;  // in the ledger
  std::int64_t receipt_ms = 0;
  Bytes bytes;
};
struct SegmentRow {
  std::uint64_t index = 0;  // in the ledger
  std::int64_t receipt_ms = 0;
  FeedId feed;
  std::uint64_t sequence = 0;
  UnitId unit;
  std::uint64_t checkpoint_size = 0;  // that its header names
  Hash previous;
  Hash hash;
  Bytes bytes;  // protocol::encode_in_run; bare where an archive has the ciphertext
};
// Another form of a segment that is there: bare, or whole again. Its hash is the same (relay/archive.hpp).
struct BodyRow {
  FeedId feed;
  std::uint64_t sequence = 0;
  Bytes bytes;
};
// A segment without its body: enough to plan a response.
struct SegmentKey {
  std::uint64_t index = 0;
  FeedId feed;
  std::uint64_t sequence = 0;
  std::uint64_t checkpoint_size = 0;
  std::uint64_t bytes = 0;
};
struct FeedRow {
  FeedId feed;
  DeviceId device;
  UnitId unit;
  std::uint64_t next = 0;  // sequence number of the segment after the last
  Hash hash;               // of the last segment
  std::uint64_t index = 0;
  std::int64_t receipt_ms = 0;
  std::uint64_t roster_size = 0;  // that the last segment names: both only grow along a feed
  std::uint64_t checkpoint_size = 0;
};
struct WrapRow {
  std::uint64_t number = 0;
  protocol::RecipientId recipient;
  DeviceId issuer;
  Hash hash;  // SHA-256 of the bytes: the same wrap again is no second one
  Bytes bytes;
};
struct KeyRow {
  std::uint64_t number = 0;
  UnitId unit;
  RecordId record;
  KeyId key;
  DeviceId device;  // that brought it
  Bytes bytes;      // protocol::encode_record_key
};
struct ChunkPlace {
  Hash hash;
  UnitId unit;
};
struct ChunkRow {
  Hash hash;  // SHA-256 of the bytes
  UnitId unit;
  Bytes bytes;
};
struct TileRow {
  std::uint8_t level = 0;
  std::uint64_t index = 0;
  Bytes hashes;  // of a full tile: 256 · 32
};
struct CosignatureRow {
  DeviceId witness;
  std::uint64_t size = 0;
  std::string note;  // with the log's signature and the witness's
};
struct SegmentPlace {
  std::uint64_t index = 0;
  std::int64_t receipt_ms = 0;
  Hash hash;
  std::uint64_t sequence = 0;
};

// What one transaction brings. Rows are new, except feeds and cosignatures, which replace their predecessors.
struct Batch {
  Progress progress;
  std::vector<EntryRow> entries;
  std::vector<StatementRow> statements;
  std::vector<SegmentRow> segments;
  std::vector<FeedRow> feeds;
  std::vector<WrapRow> wraps;
  std::vector<KeyRow> keys;
  std::vector<RecordId> erased;  // records whose entries of the key box go, those of this batch too
  std::vector<ChunkRow> chunks;
  std::vector<TileRow> tiles;
  std::vector<CosignatureRow> cosignatures;
  std::vector<BodyRow> bodies = {};
  std::string stands_on = {};  // the checkpoint that memory had before it; empty: not compared
};

class Store {
 public:
  virtual ~Store() = default;

  // Admits a realm or, if it is there, gives it the new quota; its card never changes. Returns its number.
  virtual Result<RealmNumber> admit(const RealmRow& realm) = 0;
  virtual Result<std::vector<RealmRow>> realms() = 0;
  // Grows when another process changed the store, e.g. admitted a realm.
  virtual Result<std::int64_t> version() = 0;

  virtual Status commit(RealmNumber realm, const Batch& batch) = 0;

  // --- where several servers share it; a store of one server has nothing to do here
  virtual bool shared() const { return false; }
  // Makes this server the realm's sequencer, or keeps it so: waits for its turn. What others committed before
  // is not known yet: see `moved`. Only after it commits are taken, and only until another server's turn.
  // Code::server_busy when its turn does not come.
  virtual Status hold(RealmNumber) { return {}; }
  // Under which this server is the realm's sequencer, or was last; absent: it is not, or there is only one.
  virtual std::optional<std::uint64_t> fence(RealmNumber) { return std::nullopt; }
  // Whether a realm stands elsewhere than at `known`. Asks nobody while this server holds it.
  virtual Result<bool> moved(RealmNumber, const Progress& /*known*/) { return false; }
  // What was committed since `known`, as one moment's whole, and on every replica: progress, entries,
  // statements, feeds, cosignatures; wraps and keys without their bodies. Absent: too much, read all of it.
  virtual Result<std::optional<Batch>> news(RealmNumber, const Progress& /*known*/) {
    return std::optional<Batch>();
  }
  // All reads of what comes back are of one moment. Absent: this store itself, which nobody else writes.
  virtual Result<std::unique_ptr<Store>> moment() { return std::unique_ptr<Store>(); }
  // Returns when no loss of power takes away what was read of the realm before, on any replica: a store that
  // was opened may show what nobody has synced.
  virtual Status settle(RealmNumber) { return {}; }
  // Calls `heard` with the number of a realm that another server changed, or 0: any; from a thread of its
  // own. An empty function ends it: afterwards nothing is called any more.
  virtual void listen(std::function<void(RealmNumber)> /*heard*/) {}

  virtual Result<Progress> progress(RealmNumber realm) = 0;
  virtual Result<std::vector<FeedRow>> feeds(RealmNumber realm) = 0;
  // Entries [from, from + limit), fewer at the end.
  virtual Result<std::vector<EntryRow>> entries(RealmNumber realm, std::uint64_t from, std::size_t limit) = 0;
  virtual Result<std::vector<StatementRow>> statements(RealmNumber realm, std::uint64_t from,
                                                       std::size_t limit) = 0;
  virtual Result<Bytes> tile(RealmNumber realm, std::uint8_t level, std::uint64_t index) = 0;

  // A unit's segments with ledger index in [from, below), in ledger order.
  virtual Result<std::vector<SegmentKey>> segment_keys(RealmNumber realm, const UnitId& unit,
                                                       std::uint64_t from, std::uint64_t below,
                                                       std::size_t limit) = 0;
  virtual Result<std::vector<SegmentRow>> segments(RealmNumber realm, const UnitId& unit, std::uint64_t from,
                                                   std::uint64_t below, std::size_t limit) = 0;
  // A feed's segments from `from` on, in its order.
  virtual Result<std::vector<SegmentRow>> feed_segments(RealmNumber realm, const FeedId& feed,
                                                        std::uint64_t from, std::size_t limit) = 0;
  virtual Result<std::optional<SegmentPlace>> find_segment(RealmNumber realm, const FeedId& feed,
                                                           std::uint64_t sequence) = 0;
  // A feed's last segment with a ledger index below `below`; absent: it has none there. Looks at those behind
  // it only.
  virtual Result<std::optional<SegmentPlace>> segment_before(RealmNumber realm, const FeedId& feed,
                                                             std::uint64_t below) = 0;
  // Per unit the ledger index of its last segment.
  virtual Result<std::vector<std::pair<UnitId, std::uint64_t>>> last_of_units(RealmNumber realm) = 0;

  // Numbers of the wraps for a recipient, in [from, below), ascending.
  virtual Result<std::vector<std::uint64_t>> wraps_for(RealmNumber realm,
                                                       const protocol::RecipientId& recipient,
                                                       std::uint64_t from, std::uint64_t below) = 0;
  virtual Result<WrapRow> wrap(RealmNumber realm, std::uint64_t number) = 0;
  virtual Result<bool> has_wrap(RealmNumber realm, const Hash& hash) = 0;
  // Per recipient the number of its last wrap.
  virtual Result<std::vector<std::pair<protocol::RecipientId, std::uint64_t>>> last_wraps(
      RealmNumber realm) = 0;

  // The key box: names and numbers of a record's keys that one device brought; numbers of a unit's entries in
  // [from, below), ascending; one entry; per unit the number of its last one.
  virtual Result<std::vector<std::pair<KeyId, std::uint64_t>>> keys_of(RealmNumber realm,
                                                                       const RecordId& record,
                                                                       const DeviceId& device) = 0;
  virtual Result<std::vector<std::uint64_t>> keys_in(RealmNumber realm, const UnitId& unit,
                                                     std::uint64_t from, std::uint64_t below) = 0;
  virtual Result<Bytes> key(RealmNumber realm, std::uint64_t number) = 0;
  virtual Result<std::vector<std::pair<UnitId, std::uint64_t>>> last_keys(RealmNumber realm) = 0;
  // Of each witness the last one.
  virtual Result<std::vector<CosignatureRow>> cosignatures(RealmNumber realm) = 0;

  virtual Result<std::vector<UnitId>> chunk_units(RealmNumber realm, const Hash& hash) = 0;
  virtual Result<Bytes> chunk(RealmNumber realm, const Hash& hash) = 0;

  // For who copies a store: the key box's entries from a number on, and the chunks after one, ordered by hash
  // and unit (absent: the first ones).
  virtual Result<std::vector<KeyRow>> key_rows(RealmNumber realm, std::uint64_t from, std::size_t limit) = 0;
  virtual Result<std::vector<ChunkPlace>> chunks(RealmNumber realm, const std::optional<ChunkPlace>& after,
                                                 std::size_t limit) = 0;
};

}  // namespace gandan::server
