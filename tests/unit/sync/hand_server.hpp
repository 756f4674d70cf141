// A server made by hand: honest until a test twists its answer, frame by frame or byte by byte.
#pragma once

#include "crypto/hash.hpp"
#include "protocol/frames.hpp"
#include "sync/request.hpp"
#include "unit/audit/ledger_realm.hpp"

namespace gandan::test {

// An answer taken apart.
struct Answer {
  struct Run {
    protocol::Run run;
    std::vector<protocol::Pulled> pulled;
  };
  std::optional<protocol::Refusal> refusal;
  protocol::Welcome welcome;
  std::vector<protocol::Receipts> receipts;
  std::vector<protocol::LoggedStatement> statements;
  std::vector<Bytes> wraps;
  std::vector<protocol::RootClaim> roots;
  std::vector<Run> runs;
  std::vector<protocol::Leaves> leaves;
  std::optional<protocol::Witnessed> witnessed;
  protocol::Done done;

  Bytes bytes() const {
    using protocol::FrameType;
    Bytes out;
    if (refusal) {
      append_frame(out, FrameType::refusal, protocol::encode(*refusal));
      return out;
    }
    append_frame(out, FrameType::welcome, protocol::encode(welcome));
    for (const auto& m : receipts) append_frame(out, FrameType::receipts, protocol::encode(m));
    for (const auto& m : statements) append_frame(out, FrameType::statement, protocol::encode(m));
    for (const auto& m : wraps) append_frame(out, FrameType::wrap, m);
    for (const auto& m : roots) append_frame(out, FrameType::root, protocol::encode(m));
    for (const auto& m : runs) {
      append_frame(out, FrameType::run, protocol::encode(m.run));
      for (const auto& p : m.pulled) append_frame(out, FrameType::pulled, protocol::encode(p));
    }
    for (const auto& m : leaves) append_frame(out, FrameType::leaves, protocol::encode(m));
    if (witnessed) append_frame(out, FrameType::witnessed, protocol::encode(*witnessed));
    append_frame(out, FrameType::done, protocol::encode(done));
    return out;
  }
};

class HandServer : public LedgerRealm, public sync::Transport {
 public:
  using LedgerRealm::LedgerRealm;

  std::function<void(Answer&)> twist;  // of every answer
  std::function<void(Bytes&)> bend;    // of its bytes
  std::size_t piece = 1000;            // bytes that are handed over at once
  std::size_t exchanges = 0;
  protocol::Hello hello;  // of the last request
  std::size_t segments_received = 0;
  std::optional<protocol::Witness> witness;  // of the last request
  std::string cosigned;                      // the last that a witness brought

  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override {
    ++exchanges;
    Answer answer = respond(body);
    if (twist) twist(answer);
    Bytes bytes = answer.bytes();
    if (bend) bend(bytes);
    for (ByteView left = bytes; !left.empty();) {
      const std::size_t size = std::min(piece, left.size());
      GANDAN_CHECK(receive(left.first(size)));
      left = left.subspan(size);
    }
    return {};
  }
  std::vector<UnitId> chunks_put;  // their units
  Status put_chunk(const roster::RealmAddress&, const Hash&, const UnitId& unit, ByteView,
                   ByteView) override {
    if (!roster().may(hello.device, roster::Right::write, unit)) return Code::not_authorized;
    chunks_put.push_back(unit);
    return {};
  }
  Result<Bytes> get_chunk(const roster::RealmAddress&, const Hash&, ByteView) override {
    return Code::not_found;
  }

  Result<sync::Report> sync(Device& device, bool keep_ledger = false) {
    sync::Options options;
    options.keep_ledger = keep_ledger;
    return sync::run(*device.vault, *this, options);
  }

 private:
  // What an honest server does with a request; it trusts its test, and verifies nothing.
  Answer respond(ByteView body) {
    protocol::FrameReader reader;
    reader.push(body);
    Answer out;
    std::map<FeedId, FeedAt> stated;
    std::set<std::pair<FeedId, std::uint64_t>> brought;
    FeedId feed;
    FeedAt at;
    segments_received = 0;
    witness.reset();
    for (;;) {
      const auto frame = must(reader.next());
      if (!frame) break;
      switch (frame->type) {
        case protocol::FrameType::hello:
          hello = must(protocol::decode_hello(frame->payload));
          for (const auto& own : hello.own) stated[own.feed] = {own.next, own.hash};
          break;
        case protocol::FrameType::statement: {
          const auto statement = must(roster::decode_statement(frame->payload));
          Logged item;
          item.entry = {ledger::EntryType::statement, roster::statement_hash(realm(), statement), 0};
          item.body = frame->payload;
          append_entry(std::move(item));
          break;
        }
        case protocol::FrameType::run: {
          const auto run = must(protocol::decode_run(frame->payload));
          feed = run.feed;
          at = {run.first, run.previous ? *run.previous : stated[feed].hash};
          break;
        }
        case protocol::FrameType::segment:
          ++segments_received;
          brought.emplace(feed, at.next);
          at = take(feed, at, frame->payload);
          break;
        case protocol::FrameType::witness:
          witness = must(protocol::decode_witness(frame->payload));
          if (!witness->cosigned.empty()) cosigned = witness->cosigned;
          break;
        default:
          break;
      }
    }
    answer(out, brought);
    return out;
  }

  struct FeedAt {
    std::uint64_t next = 0;
    Hash hash;
  };
  FeedAt take(const FeedId& feed, const FeedAt& at, ByteView in_run) {
    auto segment = must(protocol::decode_in_run(in_run));
    segment.header.feed = feed;
    segment.header.sequence = at.next;
    segment.header.roster_head = *roster().head(segment.header.roster_size);
    if (segment.header.checkpoint_size != 0)
      segment.header.checkpoint_root = must(ledger::root_at(segment.header.checkpoint_size, tree()));
    segment.previous = at.hash;
    Logged item;
    item.entry = {ledger::EntryType::segment, protocol::segment_hash(realm(), segment), 0};
    item.body = to_bytes(in_run);
    item.feed = feed;
    item.sequence = at.next;
    item.previous = at.hash;
    item.checkpoint_size = segment.header.checkpoint_size;
    item.checkpoint_root = segment.header.checkpoint_root;
    const Hash hash = item.entry.hash;
    append_entry(std::move(item));
    return {at.next + 1, hash};
  }

  roster::Roster roster() const {
    std::optional<roster::Roster> out;
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (log[i].segment()) continue;
      const auto statement = must(roster::decode_statement(log[i].body));
      if (!out) {
        out = must(roster::Roster::start(statement));
      } else {
        must(out->apply(statement, i));
      }
    }
    return std::move(*out);
  }

  void answer(Answer& out, const std::set<std::pair<FeedId, std::uint64_t>>& brought) {
    const auto forest = tree();
    const auto known = roster();
    out.welcome.server_ms = clock.wall_ms();
    out.welcome.token = Bytes(56, 1);
    out.welcome.checkpoint = checkpoint().note;
    if (hello.checkpoint_size != 0)
      out.welcome.consistency = must(ledger::consistency_proof(hello.checkpoint_size, log.size(), forest));
    std::map<FeedId, std::size_t> last;
    for (std::size_t i = 0; i < log.size(); ++i)
      if (log[i].segment()) last[log[i].feed] = i;
    for (const auto& own : hello.own) {
      protocol::OwnReceipt head;
      head.head.feed = own.feed;
      if (const auto found = last.find(own.feed); found != last.end()) {
        const auto& item = log[found->second];
        head.head = {own.feed, item.sequence + 1, item.entry.hash};
        head.index = found->second;
        head.receipt_ms = item.entry.receipt_ms;
        head.proof = must(ledger::inclusion_proof(found->second, log.size(), forest));
      }
      out.welcome.own.push_back(std::move(head));
    }
    protocol::Receipts receipts;
    std::vector<std::uint64_t> indexes;
    for (std::size_t i = 0; i < log.size(); ++i) {
      const auto& item = log[i];
      if (!item.segment()) {
        if (i >= hello.statements_from) out.statements.push_back({i, item.entry.receipt_ms, item.body});
        continue;
      }
      const auto* feed = known.feed(item.feed);
      bool theirs = brought.count({item.feed, item.sequence}) != 0;
      for (const auto& own : hello.own)
        theirs |= own.feed == item.feed && feed->device == hello.device && item.sequence >= own.next &&
                  item.sequence < own.held;
      if (theirs) {
        receipts.runs.push_back({item.feed, item.sequence, {i}, {item.entry.receipt_ms}});
        indexes.push_back(i);
      }
      const auto cursor = hello.cursors.find(feed->unit);
      const bool unseen = cursor == hello.cursors.end() || i >= cursor->second;
      if (theirs || feed->device == hello.device || !unseen ||
          !known.may(hello.device, roster::Right::read, feed->unit))
        continue;
      if (item.checkpoint_size != 0) out.roots.push_back({item.checkpoint_size, item.checkpoint_root});
      out.runs.push_back(
          {{item.feed, item.sequence, item.previous}, {{i, item.entry.receipt_ms, item.body}}});
    }
    if (!indexes.empty()) {
      receipts.path = must(ledger::batch_inclusion_proof(indexes, log.size(), forest));
      out.receipts.push_back(std::move(receipts));
    }
    if (hello.leaves_from && *hello.leaves_from < log.size()) {
      protocol::Leaves leaves{*hello.leaves_from, {}};
      for (std::size_t i = *hello.leaves_from; i < log.size(); ++i)
        append(leaves.entries, ledger::entry_bytes(log[i].entry));
      out.leaves.push_back(std::move(leaves));
    }
    if (witness) {
      const auto from = [&](std::uint64_t size) {
        return must(ledger::consistency_proof(size, log.size(), forest));
      };
      out.witnessed.emplace();
      if (!cosigned.empty()) {
        const auto text = must(ledger::parse_note(cosigned)).text;
        const auto size = must(ledger::parse_checkpoint_text(text)).size;
        out.witnessed->cosigned.push_back({cosigned, from(size)});
      }
      for (const auto size : witness->sizes) out.witnessed->proofs.push_back(from(size));
    }
    for (const auto& unit : known.readable_units(hello.device)) out.done.cursors[unit] = log.size();
    out.done.statements_next = log.size();
    out.done.wraps_next = hello.wraps_from;
  }
};

}  // namespace gandan::test
