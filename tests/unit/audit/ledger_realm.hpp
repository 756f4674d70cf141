// A realm with a ledger made by hand: no server, so that a test can be a dishonest one.
#pragma once

#include "audit/audit.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/feed_map.hpp"
#include "ledger/proof.hpp"
#include "protocol/segment.hpp"
#include "support/realm.hpp"
#include "vault/ingest.hpp"

namespace gandan::test {

struct Logged {
  ledger::Entry entry;
  Bytes body;  // a statement, or a segment as in a run
  FeedId feed;
  std::uint64_t sequence = 0;
  Hash previous;
  std::uint64_t checkpoint_size = 0;
  Hash checkpoint_root;
  std::int64_t told_ms = 0;  // the receipt that devices are told
  bool handed_out = true;
  bool segment() const { return entry.type == ledger::EntryType::segment; }
};

struct LedgerRealm : Realm {
  using Realm::Realm;
  RealmId realm() const { return (*admin->vault->roster())->realm(); }
  Hash fingerprint() const { return (*admin->vault->roster())->fingerprint(); }

  // Takes in what the device has and the ledger has not, as an honest server would.
  void receive(Device& from) {
    must(vault::seal(*from.vault));
    auto& db = from.vault->db();
    auto statements =
        must(db.query("SELECT hash, bytes FROM statement WHERE ledger_index IS NULL ORDER BY position"));
    while (must(statements.step())) {
      Logged item;
      item.entry = {ledger::EntryType::statement, Hash::from(statements.blob(0)), 0};
      item.body = to_bytes(statements.blob(1));
      append_entry(std::move(item));
    }
    auto segments = must(
        db.query("SELECT hash, bytes, feed.id, sequence, previous, root FROM segment JOIN feed ON "
                 "feed.number = segment.feed WHERE ledger_index IS NULL ORDER BY segment.feed, sequence"));
    while (must(segments.step())) {
      Logged item;
      item.entry = {ledger::EntryType::segment, Hash::from(segments.blob(0)), 0};
      item.body = to_bytes(segments.blob(1));
      item.feed = FeedId::from(segments.blob(2));
      item.sequence = static_cast<std::uint64_t>(segments.integer(3));
      item.previous = Hash::from(segments.blob(4));
      item.checkpoint_root = Hash::from(segments.blob(5));
      item.checkpoint_size = must(protocol::decode_in_run(item.body)).header.checkpoint_size;
      append_entry(std::move(item));
    }
  }

  void append_entry(Logged item) {
    for (const auto& known : log)
      if (known.entry.hash == item.entry.hash) return;
    item.entry.receipt_ms = item.told_ms = clock.wall_ms();
    clock.advance(1000);
    log.push_back(std::move(item));
  }

  ledger::MemoryTree tree() const {
    ledger::MemoryTree out;
    for (const auto& item : log) out.append(ledger::entry_leaf(item.entry));
    return out;
  }
  vault::Vault::SeenCheckpoint checkpoint() const {
    const ledger::Checkpoint state{roster::ledger_origin(realm()), log.size(),
                                   must(ledger::root_at(log.size(), tree()))};
    return {state.size, state.root, ledger::sign_checkpoint(state, ledger_key)};
  }

  // What an honest server would log now: every feed that was opened, with the segments in the log.
  ledger::FeedMap map_now() const {
    std::map<FeedId, ledger::FeedLine> lines;
    for (const auto& item : log) {
      if (item.entry.type == ledger::EntryType::statement) {
        const auto statement = must(roster::decode_statement(item.body));
        if (const auto* feed = std::get_if<roster::FeedBody>(&statement.body)) {
          const auto id = roster::feed_id(realm(), statement.issuer, feed->incarnation, feed->unit);
          lines[id] = {id, 0, {}};
        }
      }
      if (item.segment()) lines[item.feed] = {item.feed, item.sequence + 1, item.entry.hash};
    }
    std::vector<ledger::FeedLine> out;
    for (const auto& [id, line] : lines) out.push_back(line);
    return ledger::FeedMap(std::move(out));
  }
  // Returns its place in the ledger.
  std::uint64_t log_map(const ledger::FeedMap& map) {
    Logged item;
    item.entry = {ledger::EntryType::feed_map, map.hash(realm()), 0};
    item.entry.receipt_ms = item.told_ms = clock.wall_ms();
    clock.advance(1000);
    log.push_back(std::move(item));
    return log.size() - 1;
  }

  // Hands everything out; entries to supervisors.
  vault::IngestReport deliver(Device& to, bool entries) { return deliver(to, entries, checkpoint()); }
  vault::IngestReport deliver(Device& to, bool entries, const vault::Vault::SeenCheckpoint& signed_state) {
    auto ingest = must(vault::Ingest::begin(*to.vault));
    must(to.vault->set_checkpoint(signed_state));
    Bytes leaves;
    for (std::size_t i = 0; i < log.size(); ++i) {
      const auto& item = log[i];
      append(leaves, ledger::entry_bytes(item.entry));
      if (!item.handed_out || item.entry.type == ledger::EntryType::feed_map) continue;
      const vault::Receipt receipt{i, item.told_ms};
      if (!item.segment()) {
        must(ingest->statement(item.body, receipt));
        continue;
      }
      must(ingest->root(item.checkpoint_size, item.checkpoint_root));
      (void)must(ingest->segment(item.feed, item.sequence, item.previous, item.body, receipt));
    }
    if (entries) must(ingest->leaves(0, leaves));
    return must(ingest->commit());
  }

  std::vector<Logged> log;
};

// More than kFew bytes of proof: records with a text each that hardly anything makes shorter.
constexpr std::size_t kFew = 96 * 1024;
inline std::vector<RecordId> write_too_much(LedgerRealm& realm, Device& device, const UnitId& unit,
                                            const std::string& path, const HolderId& holder) {
  constexpr std::size_t kText = 8'000;
  std::vector<RecordId> out;
  SeededRandom dice(11);
  for (std::size_t bytes = 0; bytes <= 2 * kFew; bytes += kText) {
    std::string words(kText, ' ');  // of 64 letters: packed, three quarters of it are left
    std::vector<std::uint8_t> raw(kText);
    dice.fill(raw);
    for (std::size_t i = 0; i < kText; ++i) words[i] = static_cast<char>('0' + raw[i] % 64);
    vault::IdMaker ids(must(vault::open_feed(*device.vault, unit)));
    out.push_back(ids.record());
    must(vault::save(*device.vault, unit, out.back(), {{path, words}}, holder, ids));
  }
  realm.receive(device);
  return out;
}

// Two phones of a commune that both wrote on one visit, and what a supervisor of the province makes of it.
struct AuditedRealm : LedgerRealm {
  AuditedRealm() {
    receive(*admin);
    deliver(*a, false);
    visit = a->write(commune, {text("title", "Thăm hộ H07"), text("wish", "tái định cư tại chỗ")});
    meeting = a->write(commune, {text("title", "Họp thôn Nà Khuất"), text("note", "hai mươi chín hộ")});
    receive(*a);  // one segment of four ops
    deliver(*a, false);
    deliver(*b, false);
    clock.advance(60'000);
    b->edit(commune, visit, {text("wish", "đất sát đường")});
    receive(*b);  // one op alone
    deliver(*a, false);
    a->edit(commune, visit, {text("title", "Thăm hộ H07, lần hai")});
    a->edit(commune, meeting, {text("note", "ba mươi hộ")});
    receive(*a);
    deliver(*a, false);
    a->edit(commune, visit, {text("next", "mồng ba")});
    receive(*a);
    deliver(*a, false);
  }
  std::unique_ptr<Device> fresh_supervisor(const std::string& name) {
    return enrolled(name, roster::Role::supervisor, top);
  }
  std::unique_ptr<Device> audited_by(const std::string& name = "auditor") {
    auto device = fresh_supervisor(name);
    receive(*admin);
    deliver(*device, true);
    return device;
  }
  // The place in the ledger of the n-th segment (from 0).
  std::size_t nth_segment(std::size_t n) const {
    for (std::size_t i = 0; i < log.size(); ++i)
      if (log[i].segment() && n-- == 0) return i;
    FAIL("no such segment");
    return 0;
  }

  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> b = enrolled("b", roster::Role::cadre, commune);
  RecordId visit;
  RecordId meeting;
};

}  // namespace gandan::test
