#include "sync/request.hpp"

#include <algorithm>
#include <set>

#include "base/calendar.hpp"
#include "sync/acts_to_send.hpp"
#include "sync/claims.hpp"
#include "sync/feed_map.hpp"
#include "sync/witness.hpp"
#include "vault/wraps.hpp"

namespace gandan::sync {
namespace {

constexpr std::size_t kMaxSegments = 4000;  // per exchange; the server takes 5000
constexpr std::size_t kMaxFeeds = 500;      // per exchange: a Hello has room for a thousand

// A segment that waits for an earlier one, that counts nowhere for what the ledger says of its author, or
// whose place is another one's there, is kept here and not sent: the server would refuse it at every sync.
const std::string kSendable = "ledger_index IS NULL AND refused = 0 AND state NOT IN (" +
                              std::to_string(static_cast<int>(vault::SegmentState::waiting)) + ", " +
                              std::to_string(static_cast<int>(vault::SegmentState::quarantined)) + ") ";

// Feeds with segments that the server is not known to have: own ones, and those that were carried here.
Result<std::vector<vault::FeedRow>> unsent_feeds(vault::Vault& vault) {
  std::vector<std::int64_t> numbers;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT DISTINCT feed FROM segment WHERE " + kSendable + "ORDER BY feed"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    numbers.push_back(rows.integer(0));
  }
  std::vector<vault::FeedRow> feeds;
  for (const auto number : numbers) {
    GANDAN_TRY(auto feed, vault.feed_by_number(number));
    if (feed) feeds.push_back(std::move(*feed));
  }
  return feeds;
}

// Whether the run has all of them.
Result<bool> add_run(vault::Vault& vault, const vault::FeedRow& feed, std::size_t& room, Request& request) {
  GANDAN_TRY(auto rows, vault.db().query("SELECT sequence, previous, bytes FROM segment "
                                         "WHERE feed = ? AND sequence < ? AND " +
                                             kSendable + "ORDER BY sequence",
                                         feed.number, feed.next));
  RequestRun run;
  bool whole = true;
  run.run.feed = feed.id;
  std::uint64_t expected = 0;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    const auto sequence = static_cast<std::uint64_t>(rows.integer(0));
    if (!run.segments.empty() && sequence != expected) {  // the rest goes with the next exchange
      whole = false;
      break;
    }
    const ByteView bytes = rows.blob(2);
    if (bytes.size() > room || request.segment_count() + run.segments.size() == kMaxSegments) {
      whole = false;
      break;
    }
    room -= bytes.size();
    if (run.segments.empty()) {
      run.run.first = sequence;
      const Hash previous = Hash::from(rows.blob(1));
      // The Hello states the head; where the run goes on from it, it is not said twice.
      if (sequence != feed.sent_next || previous != feed.sent_head) run.run.previous = previous;
    }
    run.segments.push_back(to_bytes(bytes));
    expected = sequence + 1;
  }
  if (!run.segments.empty()) request.runs.push_back(std::move(run));
  request.more_to_send |= !whole;
  return whole;
}

// Rows of a unit and a ledger index: the unit's cursor goes back to it.
Status ask_from(storage::Statement rows, protocol::Hello& hello) {
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return {};
    const auto cursor = hello.cursors.find(UnitId::from(rows.blob(0)));
    if (cursor != hello.cursors.end())
      cursor->second = std::min(cursor->second, static_cast<std::uint64_t>(rows.integer(1)));
  }
}

// A segment waits for an earlier one that an answer left out: that unit is asked for again from where the
// feed broke off.
Status ask_again_for_gaps(vault::Vault& vault, protocol::Hello& hello) {
  GANDAN_TRY(auto rows, vault.db().query(
                            "SELECT feed.unit, min(coalesce((SELECT max(ledger_index) + 1 FROM segment AS s "
                            "WHERE s.feed = feed.number AND s.sequence < feed.next), 0)) "
                            "FROM segment JOIN feed ON feed.number = segment.feed WHERE segment.state = ? "
                            "GROUP BY feed.unit",
                            static_cast<int>(vault::SegmentState::waiting)));
  return ask_from(std::move(rows), hello);
}

// What was left for later, from the first of it on.
Status ask_again_for_old(vault::Vault& vault, protocol::Hello& hello) {
  GANDAN_TRY(auto rows, vault.db().query("SELECT feed.unit, min(ledger_index) FROM segment JOIN feed ON "
                                         "feed.number = segment.feed WHERE segment.state = ? "
                                         "GROUP BY feed.unit",
                                         static_cast<int>(vault::SegmentState::archived)));
  return ask_from(std::move(rows), hello);
}

// The units of the device's own feeds, from where the ledger is known to have the last of these.
Status ask_again_for_own(vault::Vault& vault, protocol::Hello& hello) {
  GANDAN_TRY(auto rows, vault.db().query("SELECT unit, coalesce((SELECT max(ledger_index) + 1 FROM segment "
                                         "WHERE segment.feed = feed.number), 0) FROM feed WHERE device = ?",
                                         vault.identity().id));
  return ask_from(std::move(rows), hello);
}

// By token where there is one, else by signature.
Result<Request> finish_hello(vault::Vault& vault, Request request) {
  auto& hello = request.hello;
  GANDAN_TRY(hello.token, token(vault));
  if (!hello.token.empty()) return request;
  GANDAN_TRY(const auto* roster, vault.roster());
  hello.time_ms = vault.clock().wall_ms();
  hello.signature =
      vault.identity().sign.sign(protocol::hello_message(roster->realm(), roster->root().ledger_key, hello));
  return request;
}

}  // namespace

std::size_t Request::segment_count() const {
  std::size_t count = 0;
  for (const auto& run : runs) count += run.segments.size();
  return count;
}

Result<Request> build_request(vault::Vault& vault, const Options& options, bool gaps) {
  Request request;
  auto& hello = request.hello;
  GANDAN_TRY(hello.address, vault.address());
  hello.device = vault.identity().id;
  hello.max_response = options.max_response;
  GANDAN_TRY(request.checkpoint, vault.checkpoint());
  hello.checkpoint_size = request.checkpoint.size;
  GANDAN_TRY(request.witness, build_witness(vault));
  GANDAN_TRY(const auto statements_from, vault.meta_number("statements_next", 0));
  GANDAN_TRY(const auto wraps_from, vault.meta_number("wraps_next", 0));
  GANDAN_TRY(const auto keys_from, vault.meta_number("keys_next", 0));
  hello.statements_from = static_cast<std::uint64_t>(statements_from);
  // Wraps and keys of a unit that this device may read since its last sync lie before the cursor, too.
  GANDAN_TRY(request.reads, reads(vault));
  GANDAN_TRY(const auto read_before, vault.meta("wraps_for"));
  const bool reads_as_before = read_before == request.reads;
  hello.wraps_from = reads_as_before ? static_cast<std::uint64_t>(wraps_from) : 0;
  request.keys_from = reads_as_before ? static_cast<std::uint64_t>(keys_from) : 0;
  if (options.keep_ledger) {
    GANDAN_TRY(hello.leaves_from, leaves_here(vault));
    GANDAN_TRY(request.map, map_wanted(vault));
  }
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT unit, next FROM cursor"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      hello.cursors[UnitId::from(rows.blob(0))] = static_cast<std::uint64_t>(rows.integer(1));
    }
  }
  if (gaps) GANDAN_CHECK(ask_again_for_gaps(vault, hello));
  if (gaps && options.fetch_old) GANDAN_CHECK(ask_again_for_old(vault, hello));
  if (options.recent_days > 0)
    request.bare_before_ms =
        std::max<std::int64_t>(vault.clock().wall_ms() - options.recent_days * kDayMs, 0);
  // A server takes no more from a device that it does not know yet; the rest goes with the next exchange, and
  // so does what may rest on it.
  const bool stranger = statements_from == 0;
  GANDAN_TRY(const bool all_acts, add_acts(vault, stranger, options.max_push_wraps, request));
  if (!all_acts) {
    if (stranger) request.wraps.clear();
    request.more_to_send = true;
    return finish_hello(vault, std::move(request));
  }
  GANDAN_TRY(const auto unsure, vault.meta_number("unsure", 0));
  GANDAN_TRY(const auto own_tail, vault.meta_number(vault::kOwnTail, 0));
  request.fetches_own = own_tail != 0;
  // Once: from there the cursor goes on as it does.
  if (own_tail == 1) GANDAN_CHECK(ask_again_for_own(vault, hello));
  const bool probe = unsure != 0 || request.fetches_own;
  request.probe = probe;
  GANDAN_TRY(auto feeds, unsent_feeds(vault));
  // Answers have room for the heads of some: the device's own come first.
  std::stable_partition(feeds.begin(), feeds.end(),
                        [&](const vault::FeedRow& feed) { return feed.device == vault.identity().id; });
  std::size_t room = options.max_push_bytes;
  std::set<FeedId> cut;
  for (const auto& feed : feeds) {
    if (hello.own.size() == kMaxFeeds) {
      request.more_to_send = true;
      cut.insert(feed.id);
      continue;
    }
    hello.own.push_back(
        {feed.id, feed.sent_next, feed.sent_head, request.fetches_own ? feed.sent_next : feed.next});
    if (probe) continue;
    GANDAN_TRY(const bool whole, add_run(vault, feed, room, request));
    if (!whole) cut.insert(feed.id);
  }
  // A key goes behind what its record rests on, and not before the server says whether that has its place.
  GANDAN_TRY(auto keys, vault::keys_to_send(vault, probe ? 1 : options.max_push_keys, cut));
  if (probe && (!feeds.empty() || !keys.keys.empty())) request.more_to_send = true;
  if (probe) return finish_hello(vault, std::move(request));
  request.keys = std::move(keys.keys);
  if (keys.more || (keys.waiting && !request.statements.empty())) request.more_to_send = true;
  GANDAN_TRY(auto doubted, vault::doubted_chunks(vault, protocol::kMaxAskedChunks));
  request.chunks = std::move(doubted.chunks);
  if (doubted.more) request.more_to_send = true;
  return finish_hello(vault, std::move(request));
}

Result<Request> build_removal_request(vault::Vault& vault, const Options& options) {
  Request request;
  request.about_removal = true;
  GANDAN_TRY(request.hello.address, vault.address());
  request.hello.device = vault.identity().id;
  request.hello.max_response = options.max_response;
  GANDAN_TRY(request.checkpoint, vault.checkpoint());
  request.hello.checkpoint_size = request.checkpoint.size;
  GANDAN_TRY(const auto statements_from, vault.meta_number("statements_next", 0));
  GANDAN_TRY(const auto wraps_from, vault.meta_number("wraps_next", 0));
  request.hello.statements_from = static_cast<std::uint64_t>(statements_from);
  request.hello.wraps_from = static_cast<std::uint64_t>(wraps_from);
  GANDAN_TRY(request.reads, reads(vault));
  return finish_hello(vault, std::move(request));
}

Bytes encode_removal_request(const Request& request) {
  Bytes body;
  append_frame(body, protocol::FrameType::hello, protocol::encode(request.hello));
  append_frame(body, protocol::FrameType::removal, {});
  append_frame(body, protocol::FrameType::end, {});
  return body;
}

bool Request::brings_anything() const {
  return !statements.empty() || !wraps.empty() || !keys.empty() || !runs.empty() || !chunks.empty() ||
         !witness.cosigned.empty();
}

Bytes encode_request(const Request& request) {
  using protocol::FrameType;
  Bytes body;
  append_frame(body, FrameType::hello, protocol::encode(request.hello));
  for (const auto& statement : request.statements) append_frame(body, FrameType::statement, statement);
  for (const auto& wrap : request.wraps) append_frame(body, FrameType::wrap, wrap);
  append_frame(body, FrameType::keys_from, protocol::encode(protocol::KeyCursor{request.keys_from}));
  for (const auto& run : request.runs) {
    append_frame(body, FrameType::run, protocol::encode(run.run));
    for (const auto& segment : run.segments) append_frame(body, FrameType::segment, segment);
  }
  for (const auto& key : request.keys) append_frame(body, FrameType::key, key.entry);
  append_frame(body, FrameType::witness, protocol::encode(request.witness));
  if (request.map) append_frame(body, FrameType::map_wanted, protocol::encode(*request.map));
  if (!request.chunks.empty()) {
    protocol::ChunkNames asked;
    for (const auto& chunk : request.chunks) asked.names.push_back(chunk.hash);
    append_frame(body, FrameType::chunks_asked, protocol::encode(asked));
  }
  if (request.bare_before_ms != 0)
    append_frame(body, FrameType::bare_before,
                 protocol::encode(protocol::BareBefore{request.bare_before_ms}));
  if (request.wait_seconds != 0)
    append_frame(body, FrameType::wait, protocol::encode(protocol::Wait{request.wait_seconds}));
  append_frame(body, FrameType::end, {});
  return body;
}

Status mark_own_tail(vault::Vault& vault, bool claimed) {
  return vault.set_meta_number(vault::kOwnTail, claimed ? 1 : 0);
}

Result<Bytes> reads(vault::Vault& vault) {
  GANDAN_TRY(const auto* roster, vault.roster());
  std::string out = std::to_string(roster->moves());
  if (const auto* device = roster->device(vault.identity().id))
    for (const auto& grant : device->grants)
      if (!grant.until) out += " " + std::to_string(grant.origin.from);
  return to_bytes(as_bytes(out));
}

// Wraps that an answer left out, or that a cursor which was a lie hid, lie before the cursor. Who waits
// honestly asks so, too, and for all that it is given: an office's are some megabytes. Past epochs whose
// secret went with its device are missing for ever.
Status ask_again_for_wraps(vault::Vault& vault) {
  constexpr std::string_view kAsked = "wraps_asked_ms";
  constexpr std::int64_t kDayMs = std::int64_t{24} * 3'600'000;
  GANDAN_TRY(const auto next, vault.meta_number("wraps_next", 0));
  GANDAN_TRY(const auto missing, vault::missing_secrets(vault));
  if (next == 0 || missing.epochs == 0) return {};
  GANDAN_TRY(const auto asked, vault.meta_number(kAsked, 0));
  const std::int64_t now = vault.clock().wall_ms();
  if (asked != 0 && now >= asked && now - asked < (missing.units != 0 ? 1 : 30) * kDayMs) return {};
  GANDAN_CHECK(vault.set_meta_number(kAsked, now));
  return vault.set_meta_number("wraps_next", 0);
}

Status mark_unsure(vault::Vault& vault, bool unsure) {
  return vault.set_meta_number("unsure", unsure ? 1 : 0);
}

Result<Bytes> token(vault::Vault& vault) {
  GANDAN_TRY(auto stored, vault.meta("token"));
  return stored.value_or(Bytes());
}

Status forget_token(vault::Vault& vault) { return vault.set_meta("token", {}); }

}  // namespace gandan::sync
