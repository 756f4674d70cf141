// A realm as the server sees it, made of signatures and random ciphertext: no vault, nothing that opens
// content. With it requests are built frame by frame, also wrong ones, and responses are taken apart.
#pragma once

#include <deque>
#include <stdexcept>

#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "protocol/frames.hpp"
#include "roster/roster.hpp"
#include "support/catch.hpp"
#include "support/seams.hpp"

namespace gandan::server::test {

using gandan::test::FakeClock;
using gandan::test::SeededRandom;
using gandan::test::TempFolder;
using protocol::FrameType;

// They throw instead of using Catch's macros, which only the test's own thread may use.
[[noreturn]] inline void broken(const Error& error) {
  throw std::runtime_error(std::string(info(error.code).text) + ": " + error.detail);
}
template <class T>
T must(Result<T> result) {
  if (!result.ok()) broken(result.error());
  return std::move(result).value();
}
inline void must(const Status& status) {
  if (!status.ok()) broken(status.error());
}

struct TestDevice {
  explicit TestDevice(Random& random)
      : key(crypto::SigningKey::generate(random)), box(random_id<BoxPublicKey>(random)) {}
  DeviceId id() const { return roster::device_id(key.public_key(), box); }
  crypto::SigningKey key;
  BoxPublicKey box;
};

// One feed as its author keeps it.
struct TestFeed {
  FeedId id;
  UnitId unit;
  std::uint64_t next = 0;
  Hash hash;
};

// The root's and administrators' side: makes statements on its own copy of the roster, in order.
class TestRealm {
 public:
  explicit TestRealm(const SignPublicKey& ledger_key, std::uint64_t seed = 1)
      : random(seed), root_key(crypto::SigningKey::generate(random)), admin(random) {
    roster::Statement root;
    roster::RootBody body;
    body.root_key = root_key.public_key();
    body.nonce = random_id<roster::Nonce>(random);
    body.ledger_key = ledger_key;
    body.top = random_id<UnitId>(random);
    body.epoch = epoch();
    id = roster::realm_id(body.root_key, body.nonce);
    top = body.top;
    root.issuer = roster::root_id(body.root_key);
    root.nonce = random_id<roster::Nonce>(random);
    root.body = body;
    roster::sign_statement(id, root, root_key);
    card = {root, random_id<roster::RealmAddress>(random)};
    roster = std::make_unique<roster::Roster>(must(roster::Roster::start(root)));
    by_root(roster::GrantBody{admin.key.public_key(), admin.box, roster::Role::admin, top});
    commune = unit(top);
  }

  roster::EpochPublic epoch(std::uint32_t number = 1) {
    return {number, random_id<Hash>(random), random_id<BoxPublicKey>(random)};
  }
  // What the issuer would say next; nobody has heard it.
  roster::Statement sign(const DeviceId& issuer, const crypto::SigningKey& key, roster::Body body) {
    roster::Statement statement;
    statement.issuer = issuer;
    statement.issuer_previous = roster->last_statement_of(issuer);
    statement.roster_size = roster->size();
    statement.roster_head = *roster->head(roster->size());
    statement.nonce = random_id<roster::Nonce>(random);
    statement.body = std::move(body);
    roster::sign_statement(id, statement, key);
    return statement;
  }
  Bytes make(const DeviceId& issuer, const crypto::SigningKey& key, roster::Body body) {
    const auto statement = sign(issuer, key, std::move(body));
    must(roster->apply(statement, next_index++));
    statements.push_back(roster::encode_statement(statement));
    return statements.back();
  }
  Bytes by_root(roster::Body body) {
    return make(roster::root_id(root_key.public_key()), root_key, std::move(body));
  }
  Bytes by_admin(roster::Body body) { return make(admin.id(), admin.key, std::move(body)); }
  UnitId unit(const UnitId& parent) {
    const auto made = random_id<UnitId>(random);
    by_admin(roster::UnitBody{made, parent, epoch()});
    return made;
  }
  TestDevice& device(roster::Role role, const UnitId& where) {
    devices.emplace_back(random);
    by_admin(roster::GrantBody{devices.back().key.public_key(), devices.back().box, role, where});
    return devices.back();
  }
  void revoke(const TestDevice& device, const UnitId& where) {
    by_admin(roster::RevokeBody{device.id(), where, roster::RevokeReason::lost});
  }
  TestFeed open_feed(const TestDevice& device, const UnitId& where) {
    const auto incarnation = roster->next_incarnation(device.id(), where);
    make(device.id(), device.key, roster::FeedBody{where, incarnation});
    return {roster::feed_id(id, device.id(), incarnation, where), where, 0, {}};
  }
  // The next segment of a feed, in its run form; the feed moves on.
  Bytes segment(const TestDevice& device, TestFeed& feed, std::size_t size = 120) {
    protocol::Segment out;
    out.header.feed = feed.id;
    out.header.sequence = feed.next;
    out.header.epoch = 1;
    out.header.roster_size = roster_size != 0 ? roster_size : roster->size();
    out.header.roster_head = *roster->head(out.header.roster_size);
    out.header.checkpoint_size = checkpoint_size;
    out.header.checkpoint_root = checkpoint_root;
    out.header.op_count = 1;
    out.header.opened_bytes = 100;
    out.previous = feed.hash;
    out.ciphertext.resize(size);
    random.fill(out.ciphertext);
    out.signature = device.key.sign(
        protocol::signed_message(id, out.header, out.previous, crypto::sha256(out.ciphertext)));
    feed.hash = protocol::segment_hash(id, out);
    ++feed.next;
    return protocol::encode_in_run(out);
  }

  SeededRandom random;
  crypto::SigningKey root_key;
  TestDevice admin;
  RealmId id;
  UnitId top, commune;
  roster::RealmCard card;
  std::unique_ptr<roster::Roster> roster;
  std::vector<Bytes> statements;  // all but the root's
  std::deque<TestDevice> devices;
  std::uint64_t next_index = 1;
  std::uint64_t roster_size = 0;  // that segments name; 0: the newest
  std::uint64_t checkpoint_size = 0;
  Hash checkpoint_root;
};

class RequestBuilder {
 public:
  RequestBuilder(const TestRealm& realm, const TestDevice& device) : realm_(realm), device_(device) {
    hello.address = realm.card.address;
    hello.device = device.id();
  }
  RequestBuilder& add(FrameType type, Bytes payload) {
    frames_.push_back({type, std::move(payload)});
    return *this;
  }
  RequestBuilder& statements(const std::vector<Bytes>& all) {
    for (const auto& one : all) add(FrameType::statement, one);
    return *this;
  }
  RequestBuilder& run(const FeedId& feed, std::uint64_t first, std::optional<Hash> previous) {
    return add(FrameType::run, protocol::encode(protocol::Run{feed, first, previous}));
  }
  RequestBuilder& segment(Bytes in_run) { return add(FrameType::segment, std::move(in_run)); }
  // Signs the Hello unless it has a token.
  Bytes bytes(std::int64_t now_ms, const SignPublicKey& ledger_key, bool end = true) {
    if (hello.token.empty()) {
      hello.time_ms = now_ms;
      hello.signature = device_.key.sign(protocol::hello_message(realm_.id, ledger_key, hello));
    }
    Bytes out;
    protocol::append_frame(out, FrameType::hello, protocol::encode(hello));
    for (const auto& frame : frames_) protocol::append_frame(out, frame.type, frame.payload);
    if (end) protocol::append_frame(out, FrameType::end, {});
    return out;
  }
  protocol::Hello hello;

 private:
  const TestRealm& realm_;
  const TestDevice& device_;
  std::vector<protocol::Frame> frames_;
};

// What came back, taken apart.
struct Response {
  bool not_found = false;
  std::size_t bytes = 0;
  std::optional<protocol::Refusal> refusal;
  protocol::Welcome welcome;
  std::vector<protocol::ReceiptRun> receipts;
  ledger::Checkpoint checkpoint;
  std::vector<protocol::LoggedStatement> statements;
  std::vector<Bytes> wraps;
  std::vector<Bytes> keys;
  std::optional<std::uint64_t> keys_next;
  std::map<std::uint64_t, Hash> roots;
  struct Segment {
    FeedId feed;
    std::uint64_t sequence = 0;
    protocol::Pulled pulled;
  };
  std::vector<Segment> segments;
  std::vector<protocol::Run> runs;
  Bytes leaves;
  std::optional<protocol::Witnessed> witnessed;
  std::vector<protocol::MapLines> map;
  std::optional<std::vector<Hash>> chunks_missing;
  std::optional<protocol::Done> done;

  std::string refused() const { return refusal ? refusal->code : std::string(); }
  std::string rejected() const { return welcome.rejected.empty() ? std::string() : welcome.rejected[0].code; }
};

inline Response parse_response(ByteView bytes, const ledger::NoteKey& log) {
  Response out;
  out.bytes = bytes.size();
  protocol::FrameReader reader;
  protocol::OrderCheck order(protocol::OrderCheck::Side::response);
  reader.push(bytes);
  FeedId feed;
  std::uint64_t sequence = 0;
  for (;;) {
    const auto frame = must(reader.next());
    if (!frame) break;
    must(order.next(frame->type));
    const ByteView payload = frame->payload;
    switch (frame->type) {
      case FrameType::refusal:
        out.refusal = must(protocol::decode_refusal(payload));
        break;
      case FrameType::welcome:
        out.welcome = must(protocol::decode_welcome(payload));
        out.checkpoint = must(ledger::open_checkpoint(out.welcome.checkpoint, log));
        break;
      case FrameType::receipts: {
        auto receipts = must(protocol::decode_receipts(payload));
        for (auto& run : receipts.runs) out.receipts.push_back(std::move(run));
        break;
      }
      case FrameType::statement:
        out.statements.push_back(must(protocol::decode_logged_statement(payload)));
        break;
      case FrameType::wrap:
        out.wraps.push_back(to_bytes(payload));
        break;
      case FrameType::key:
        out.keys.push_back(to_bytes(payload));
        break;
      case FrameType::keys_next:
        out.keys_next = must(protocol::decode_key_cursor(payload)).next;
        break;
      case FrameType::root: {
        const auto claim = must(protocol::decode_root_claim(payload));
        out.roots[claim.size] = claim.root;
        break;
      }
      case FrameType::run:
        out.runs.push_back(must(protocol::decode_run(payload)));
        feed = out.runs.back().feed;
        sequence = out.runs.back().first;
        break;
      case FrameType::pulled:
        out.segments.push_back({feed, sequence++, must(protocol::decode_pulled(payload))});
        break;
      case FrameType::leaves:
        append(out.leaves, must(protocol::decode_leaves(payload)).entries);
        break;
      case FrameType::witnessed:
        out.witnessed = must(protocol::decode_witnessed(payload));
        break;
      case FrameType::map_lines:
        out.map.push_back(must(protocol::decode_map_lines(payload)));
        break;
      case FrameType::chunks_missing:
        out.chunks_missing = must(protocol::decode_chunk_names(payload)).names;
        break;
      case FrameType::done:
        out.done = must(protocol::decode_done(payload));
        break;
      default:
        throw std::runtime_error("a frame of a request in a response");
    }
  }
  if (!order.finished() || !reader.empty()) throw std::runtime_error("a response that is not whole");
  return out;
}

}  // namespace gandan::server::test
