// Commits: one transaction a batch; and what is erased goes from the log, too.
#include "storage/write_anew.hpp"
#include "store/sqlite_parts.hpp"

namespace gandan::server {

using namespace sqlite;

namespace {

constexpr int kCutMs = 200;  // that a commit waits for readers to be out of the log's way

}  // namespace

Status SqliteStore::commit(RealmNumber realm, const Batch& batch) {
  const std::lock_guard lock(write_mutex_);
  if (auto done = commit_rows(realm, batch); !done.ok()) return server_error(done.error());
  // Deleted pages are zeros (write_anew); what the log has of them goes, too. Where a reader is in the way it
  // is tried again with every commit, and SQLite does it when the store is closed.
  log_to_forget_ |= !batch.erased.empty();
  if (log_to_forget_) log_to_forget_ = !cut_log().ok();
  return {};
}

Status SqliteStore::cut_log() {
  GANDAN_CHECK(writer_.execute("PRAGMA busy_timeout = " + std::to_string(kCutMs)));
  const auto cut = writer_.checkpoint();
  GANDAN_CHECK(writer_.execute("PRAGMA busy_timeout = " + std::to_string(kBusyMs)));
  return cut;
}

// Once: what is committed from then on was synced before anybody saw it.
Status SqliteStore::settle(RealmNumber) {
  const std::lock_guard lock(write_mutex_);
  if (settled_) return {};
  const auto run = [&]() -> Status {
    GANDAN_TRY(const auto alone, storage::Transaction::begin(writer_));
    return writer_.settle();
  };
  if (auto done = run(); !done.ok()) return server_error(done.error());
  settled_ = true;
  return {};
}

Status SqliteStore::commit_rows(RealmNumber realm, const Batch& batch) {
  GANDAN_TRY(auto transaction, storage::Transaction::begin(writer_));
  if (!batch.entries.empty()) {
    GANDAN_TRY(auto insert, writer_.prepare("INSERT INTO entry (realm, idx, bytes) VALUES (?, ?, ?)"));
    for (const auto& row : batch.entries) {
      insert.bind_all(realm, row.index, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.tiles.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO tile (realm, level, n, hashes) VALUES (?, ?, ?, ?)"));
    for (const auto& row : batch.tiles) {
      insert.bind_all(realm, row.level, row.index, ByteView(row.hashes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.statements.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO statement (realm, idx, receipt, bytes) VALUES (?, ?, ?, ?)"));
    for (const auto& row : batch.statements) {
      insert.bind_all(realm, row.index, row.receipt_ms, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.segments.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare(
                   "INSERT INTO segment (realm, idx, receipt, feed, seq, unit, checkpoint, size, previous, "
                   "hash, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.segments) {
      insert.bind_all(realm, row.index, row.receipt_ms, row.feed, row.sequence, row.unit, row.checkpoint_size,
                      row.bytes.size(), row.previous, row.hash);
      insert.bind_view(11, row.bytes);
      GANDAN_CHECK(insert.run());
    }
  }
  for (const auto& row : batch.bodies)
    GANDAN_CHECK(
        writer_.run("UPDATE segment SET size = ?, bytes = ? WHERE realm = ? AND feed = ? AND seq = ?",
                    row.bytes.size(), ByteView(row.bytes), realm, row.feed, row.sequence));
  if (!batch.feeds.empty()) {
    GANDAN_TRY(
        auto insert,
        writer_.prepare("INSERT OR REPLACE INTO feed (realm, feed, device, unit, next, hash, idx, receipt, "
                        "roster_size, checkpoint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.feeds) {
      insert.bind_all(realm, row.feed, row.device, row.unit, row.next, row.hash, row.index, row.receipt_ms,
                      row.roster_size, row.checkpoint_size);
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.wraps.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO wrap (realm, number, recipient, issuer, hash, bytes) "
                               "VALUES (?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.wraps) {
      insert.bind_all(realm, row.number, row.recipient, row.issuer, row.hash, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.keys.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO record_key (realm, number, unit, record, key, device, bytes) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.keys) {
      insert.bind_all(realm, row.number, row.unit, row.record, row.key, row.device, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  for (const auto& record : batch.erased)
    GANDAN_CHECK(writer_.run("DELETE FROM record_key WHERE realm = ? AND record = ?", realm, record));
  if (!batch.erased.empty()) GANDAN_CHECK(storage::write_anew(writer_, "record_key"));
  if (!batch.chunks.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO chunk (realm, hash, unit, bytes) VALUES (?, ?, ?, ?)"));
    for (const auto& row : batch.chunks) {
      insert.bind_all(realm, row.hash, row.unit, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  for (const auto& row : batch.cosignatures)
    GANDAN_CHECK(
        writer_.run("INSERT OR REPLACE INTO cosignature (realm, witness, size, note) VALUES (?, ?, ?, ?)",
                    realm, row.witness, row.size, std::string_view(row.note)));
  const auto& progress = batch.progress;
  GANDAN_CHECK(
      writer_.run("UPDATE realm SET size = ?, checkpoint = ?, used = ?, wraps = ?, keys = ? WHERE number = ?",
                  progress.size, std::string_view(progress.checkpoint), progress.used_bytes, progress.wraps,
                  progress.keys, realm));
  return transaction.commit();
}

}  // namespace gandan::server
