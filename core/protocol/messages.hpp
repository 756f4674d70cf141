// The messages of POST /v1/sync. A body is a sequence of frames: type (1 byte), length (varint), payload.
//
//   request    Hello, Statement*, Wrap*, KeyCursor?, (Run, Segment+)*, Key*, Witness?, MapWanted?,
//              ChunkNames?, BareBefore?, Wait?, End
//              or Hello, Removal, End: of a device that the server refused
//   response   Welcome, Receipts*, Statement*, Wrap*, (Key*, KeyCursor)?, Root*, (Run, Pulled+)*, Leaves*,
//              Witnessed?, MapLines*, ChunkNames?, Done
//              or Refusal
//
// Hello alone is authenticated as a message (a token, or a signature over realm, ledger key, time and the
// Hello): what follows carries its authors' signatures, so a request that is cut halfway leaves every whole
// frame usable. Bytes: schema/wire/sync.md.
//
// Threading: plain values and pure functions.
#pragma once

#include <map>

#include "ledger/checkpoint.hpp"
#include "ledger/proof.hpp"
#include "protocol/segment.hpp"
#include "protocol/wrap.hpp"
#include "roster/statement.hpp"

namespace gandan::protocol {

constexpr std::uint8_t kProtocolVersion = 1;
constexpr std::size_t kMaxFrameBytes = 96 * 1024;
constexpr std::size_t kMaxHelloBytes = 64 * 1024;      // before authentication
constexpr std::size_t kMaxIntroduction = 64;           // statements that may introduce an unknown device
constexpr std::int64_t kMaxClockSkewMs = 10 * 60'000;  // between a signed Hello and the server's clock
constexpr std::int64_t kTokenLifeMs = 24 * 3'600'000;
constexpr std::size_t kMaxTokenBytes = 1024;      // of any server's
constexpr std::size_t kMaxRejections = 256;       // in one answer; beyond them nothing is said
constexpr std::size_t kMaxAskedSizes = 24;        // of checkpoints that one request wants shown
constexpr std::size_t kMaxCosigned = 4;           // checkpoints of one answer
constexpr std::size_t kMaxCheckpointNote = 8192;  // of a checkpoint that is cosigned, or carried by hand

enum class FrameType : std::uint8_t {
  hello = 1,
  statement = 2,
  wrap = 3,
  run = 4,
  segment = 5,
  key = 7,        // both ways: an entry of the key box, record_key.hpp
  keys_from = 8,  // a KeyCursor: entries are wanted
  end = 6,
  witness = 9,
  removal = 10,  // empty: what removed this device is wanted
  map_wanted = 11,
  chunks_asked = 12,
  bare_before = 14,
  wait = 13,  // a Wait: where there is nothing new, there may be soon
  welcome = 16,
  root = 17,
  pulled = 18,
  leaves = 19,
  done = 20,
  refusal = 21,
  receipts = 22,
  keys_next = 23,  // a KeyCursor
  witnessed = 24,
  map_lines = 25,
  chunks_missing = 26,
  card = 32,
  chunk = 33,
  checkpoint = 34,  // a note
  renewal = 35,     // roster/renewal.hpp; these four in bundles only
};

// Where a feed stands: the next sequence number and the hash of the last segment (zero when there is none).
struct FeedHead {
  static constexpr std::size_t wire_min = 16 + 1 + 32;
  FeedId feed;
  std::uint64_t next = 0;
  Hash hash;
};

// A feed that the device pushes: how far the server is known to hold it, and below which sequence number the
// segments are here.
struct StatedFeed {
  static constexpr std::size_t wire_min = FeedHead::wire_min + 1;
  FeedId feed;
  std::uint64_t next = 0;
  Hash hash;
  std::uint64_t held = 0;
};

struct Hello {
  std::uint8_t version = kProtocolVersion;
  roster::RealmAddress address;
  DeviceId device;
  std::map<UnitId, std::uint64_t> cursors;   // per unit: ledger entries below this index are already here
  std::vector<StatedFeed> own;               // the device's own feeds, and those it carries for others
  std::uint64_t checkpoint_size = 0;         // last verified checkpoint; its root is at the device
  std::uint64_t statements_from = 0;         // ledger index from which statements are wanted
  std::uint64_t wraps_from = 0;              // server's wrap number from which wraps are wanted
  std::optional<std::uint64_t> leaves_from;  // supervisors: ledger index from which all entries are wanted
  std::uint32_t max_response = 8u << 20;     // bytes; the server may send less
  Bytes token;                               // empty: signed instead
  std::int64_t time_ms = 0;                  // of the signature
  Signature signature;  // over domain ‖ realm ‖ ledger key ‖ the Hello without it; zero with a token
};

// Announces consecutive segments of one feed. `previous` is left out where it equals the head that the sender
// of the request stated, or, when pulling, the one the run before it left.
struct Run {
  FeedId feed;
  std::uint64_t first = 0;
  std::optional<Hash> previous;
};

// Where an own feed stands on the server, with the proof that its last segment lies under the new checkpoint.
struct OwnReceipt {
  static constexpr std::size_t wire_min = FeedHead::wire_min + 1 + 1 + 2;
  FeedHead head;
  std::uint64_t index = 0;      // ledger index of the head segment
  std::int64_t receipt_ms = 0;  // of the head segment
  ledger::InclusionProof proof;
};
// Receipt of segments [first, first + indexes.size()) of a feed.
struct ReceiptRun {
  static constexpr std::size_t wire_min = 16 + 1 + 1 + 1;
  FeedId feed;
  std::uint64_t first = 0;
  std::vector<std::uint64_t> indexes;
  std::vector<std::int64_t> receipt_ms;
};
// Of segments that this request brought, or that the server holds of the device's own feeds beyond what its
// Hello knows; with one proof that their entries lie under the new checkpoint.
struct Receipts {
  std::vector<ReceiptRun> runs;
  std::vector<Hash> path;  // ledger::verify_batch_inclusion
};
struct Rejection {
  static constexpr std::size_t wire_min = 16 + 1 + 1;
  FeedId feed;
  std::uint64_t sequence = 0;
  std::string code;  // a stable error code, errors.def
};
struct Welcome {
  std::int64_t server_ms = 0;
  Bytes token;                           // present after a signed Hello and when the old one nears its end
  std::string checkpoint;                // signed note (C2SP tlog-checkpoint)
  ledger::ConsistencyProof consistency;  // from Hello.checkpoint_size
  std::vector<OwnReceipt> own;
  std::vector<Rejection> rejected;
};

struct LoggedStatement {
  std::uint64_t index = 0;  // in the ledger
  std::int64_t receipt_ms = 0;
  Bytes statement;
};
// The server's number of the next entry of the key box: that is wanted, and that would be the next.
struct KeyCursor {
  std::uint64_t next = 0;
};
// A root that a pulled segment names by its size alone. A claim: the author's signature decides.
struct RootClaim {
  std::uint64_t size = 0;
  Hash root;
};
struct Pulled {
  std::uint64_t index = 0;
  std::int64_t receipt_ms = 0;
  Bytes segment;  // encode_in_run
};
struct Leaves {
  std::uint64_t first = 0;
  Bytes entries;  // ledger::kEntryBytes each
};
// What a device has to say of checkpoints: the one that it cosigned since, and the sizes of those that came
// to it by hand and that the server is to show to be of its ledger. Whoever sends it is answered with
// Witnessed.
struct Witness {
  std::string cosigned;              // a note; empty: none
  std::vector<std::uint64_t> sizes;  // strictly increasing from 1, at most kMaxAskedSizes
};
struct CosignedCheckpoint {
  static constexpr std::size_t wire_min = 2;
  std::string note;
  ledger::ConsistencyProof consistency;  // to the new checkpoint
};
struct Witnessed {
  std::vector<CosignedCheckpoint> cosigned;      // the largest that the server has, at most kMaxCosigned
  std::vector<ledger::ConsistencyProof> proofs;  // from the sizes of the request, in their order
};
// Lines of the newest feed map are wanted (ledger/feed_map.hpp), by a supervisor or an auditor: those from
// `first` on of the map at that ledger index, or all of a newer one.
struct MapWanted {
  std::uint64_t index = 0;
  std::uint64_t first = 0;
};
// The answer may wait for something new for the device, for so long.
struct Wait {
  static constexpr std::uint64_t kMaxSeconds = 45;  // networks cut what is silent for a minute
  std::uint64_t seconds = 0;
};
// Segments that were received earlier are wanted bare (protocol/segment.hpp): their contents come later.
struct BareBefore {
  std::int64_t receipt_ms = 0;
};
struct MapLines {
  std::uint64_t index = 0;  // of the map in the ledger
  std::uint64_t count = 0;  // of its lines
  std::uint64_t first = 0;
  Bytes lines;  // ledger::kFeedLineBytes each
};
// Chunks of attachments: which of these the server has is asked, and told by those that it has not, or not
// for this device.
constexpr std::size_t kMaxAskedChunks = 2048;
struct ChunkNames {
  std::vector<Hash> names;
};
struct Done {
  std::map<UnitId, std::uint64_t> cursors;
  std::uint64_t statements_next = 0;
  std::uint64_t wraps_next = 0;
  bool more = false;  // the response was cut at max_response: ask again
};
struct Refusal {
  std::string code;  // a stable error code
  std::int64_t server_ms = 0;
};

Bytes hello_message(const RealmId& realm, const SignPublicKey& ledger_key,
                    const Hello& hello);  // what is signed

// Payloads. Decoders bound every count by the bytes that are there, and refuse receipts before 1970.
Bytes encode(const Hello&);
Bytes encode(const Run&);
Bytes encode(const Welcome&);
Bytes encode(const Receipts&);
Bytes encode(const LoggedStatement&);
Bytes encode(const KeyCursor&);
Bytes encode(const RootClaim&);
Bytes encode(const Pulled&);
Bytes encode(const Leaves&);
Bytes encode(const Witness&);
Bytes encode(const Witnessed&);
Bytes encode(const MapWanted&);
Bytes encode(const BareBefore&);
Bytes encode(const Wait&);
Bytes encode(const MapLines&);
Bytes encode(const ChunkNames&);
Bytes encode(const Done&);
Bytes encode(const Refusal&);
Result<Hello> decode_hello(ByteView);
Result<Run> decode_run(ByteView);
Result<Welcome> decode_welcome(ByteView);
Result<Receipts> decode_receipts(ByteView);
Result<LoggedStatement> decode_logged_statement(ByteView);
Result<KeyCursor> decode_key_cursor(ByteView);  // below 2^63
Result<RootClaim> decode_root_claim(ByteView);
Result<Pulled> decode_pulled(ByteView);
Result<Leaves> decode_leaves(ByteView);
Result<Witness> decode_witness(ByteView);
Result<Witnessed> decode_witnessed(ByteView);
Result<MapWanted> decode_map_wanted(ByteView);
Result<BareBefore> decode_bare_before(ByteView);
Result<Wait> decode_wait(ByteView);  // 1 to kMaxSeconds
Result<MapLines> decode_map_lines(ByteView);
Result<ChunkNames> decode_chunk_names(ByteView);
Result<Done> decode_done(ByteView);
Result<Refusal> decode_refusal(ByteView);

}  // namespace gandan::protocol
