#include "base/likeness.hpp"
#include "base/search_text.hpp"
#include "crypto/hash.hpp"
#include "records/number.hpp"
#include "records/workflow.hpp"
#include "vault/attachments.hpp"
#include "vault/journal.hpp"
#include "vault/search_index.hpp"
#include "vault/segments.hpp"

namespace gandan::vault {
namespace {

int flags_of(const changelog::RecordView& view) {
  int flags = 0;
  if (view.deleted) flags |= kDeleted;
  if (view.finalized) flags |= kFinalized;
  if (!view.late.empty()) flags |= kLateEdits;
  if (view.marks.count(records::kNumberMark) > 0) flags |= kNumbered;
  if (view.marks.count(records::kReviewMark) > 0) flags |= kReviewed;
  if (!view.contested().empty()) flags |= kConflict;
  return flags;
}

Status want_chunks(Vault& vault, const changelog::BlobRef& blob, const UnitId& unit) {
  for (const auto& chunk : blob.chunks)
    if (!have_chunk(vault, chunk))
      GANDAN_CHECK(
          vault.db().run("INSERT OR IGNORE INTO wanted_chunk (hash, unit) VALUES (?, ?)", chunk, unit));
  return {};
}

}  // namespace

Result<changelog::RecordState> load_state(Vault& vault, const RecordId& record) {
  GANDAN_TRY(auto row, vault.db().query("SELECT state FROM record WHERE id = ?", record));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return changelog::RecordState();
  return changelog::RecordState::decode(row.blob(0));
}

Result<Projections::Entry*> Projections::entry(const RecordId& id) {
  if (const auto found = records_.find(id); found != records_.end()) return &found->second;
  Entry loaded;
  GANDAN_TRY(auto row, vault_.db().query("SELECT number, unit, state FROM record WHERE id = ?", id));
  GANDAN_TRY(const bool present, row.step());
  if (present) {
    loaded.number = row.integer(0);
    loaded.unit = UnitId::from(row.blob(1));
    GANDAN_TRY(loaded.state, changelog::RecordState::decode(row.blob(2)));
  } else {
    GANDAN_TRY(const auto* roster, vault_.roster());
    if (const auto* feed = founder(*roster, id)) loaded.unit = feed->unit;
  }
  return &records_.emplace(id, std::move(loaded)).first->second;
}

Result<const changelog::RecordState*> Projections::state(const RecordId& id) {
  GANDAN_TRY(const auto* found, entry(id));
  return &found->state;
}

Status Projections::touch(const RecordId& id) {
  GANDAN_TRY(const auto* found, entry(id));
  (void)found;
  return {};
}

Status Projections::add(const changelog::Op& op, const UnitId& unit, bool suspect) {
  GANDAN_TRY(auto* found, entry(op.record));
  // A record lies in the unit of the feed that made it; an op about it from another unit's feed is not of
  // this record.
  if (found->unit != unit) return {};
  found->state.add(op, suspect);
  if (const auto* blob = std::get_if<changelog::BlobRef>(&op.value)) return want_chunks(vault_, *blob, unit);
  return {};
}

Status Projections::judge(const changelog::Op& op, bool suspect) {
  GANDAN_TRY(auto* found, entry(op.record));
  if (found->state.contains(op)) found->state.add(op, suspect);
  return {};
}

Status Projections::remove(const changelog::Op& op) {
  GANDAN_TRY(auto* found, entry(op.record));
  found->state.remove(op);
  return {};
}

Status Projections::flush() {
  for (auto& [id, entry] : records_) {
    if (entry.state.empty()) {
      if (entry.number == 0) continue;
      GANDAN_CHECK(vault_.db().run("DELETE FROM search WHERE rowid = ?", entry.number));
      GANDAN_CHECK(vault_.db().run("DELETE FROM link WHERE source = ?", entry.number));
      GANDAN_CHECK(vault_.db().run("DELETE FROM record WHERE number = ?", entry.number));
      continue;
    }
    const auto view = changelog::view(entry.state);
    const auto projection = vault_.projector().project(id, entry.unit, entry.state, view);
    const Bytes state = entry.state.encode();
    const int flags = flags_of(view);
    const auto alike = alike_keys(projection.title);
    if (entry.number == 0) {
      GANDAN_CHECK(vault_.db().run(
          "INSERT INTO record (id, unit, kind, title, date, flags, state, document, searched, alike_first, "
          "alike_second) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          id, entry.unit, projection.kind, projection.title, projection.date, std::int64_t{flags},
          ByteView(state), projection.document, projection.search, alike.first, alike.second));
      entry.number = vault_.db().last_row();
    } else {
      GANDAN_CHECK(vault_.db().run(
          "UPDATE record SET kind = ?, title = ?, date = ?, flags = ?, state = ?, document = ?, "
          "searched = ?, alike_first = ?, alike_second = ? WHERE number = ?",
          projection.kind, projection.title, projection.date, std::int64_t{flags}, ByteView(state),
          projection.document, projection.search, alike.first, alike.second, entry.number));
      GANDAN_CHECK(vault_.db().run("DELETE FROM search WHERE rowid = ?", entry.number));
      GANDAN_CHECK(vault_.db().run("DELETE FROM link WHERE source = ?", entry.number));
    }
    for (const auto& [path, target] : projection.links)
      GANDAN_CHECK(vault_.db().run("INSERT INTO link (target, source, path) VALUES (?, ?, ?)", target,
                                   entry.number, path));
    const auto words = search_forms(projection.search);
    GANDAN_CHECK(vault_.db().run("INSERT INTO search (rowid, exact, folded, facets) VALUES (?, ?, ?, ?)",
                                 entry.number, words.exact, words.folded,
                                 facets(projection.kind, entry.unit, flags, projection.date, words.folded)));
  }
  records_.clear();
  return {};
}

Result<Hash> projections_hash(Vault& vault) {
  crypto::Sha256 hash;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT id, unit, kind, title, date, flags, state, document FROM record "
                              "ORDER BY id"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    const std::int64_t flags = rows.integer(5);
    hash.add(rows.blob(0)).add(rows.blob(1)).add(as_bytes(rows.text(2))).add(as_bytes(rows.text(3)));
    hash.add(as_bytes(rows.text(4))).add(as_bytes(std::to_string(flags))).add(rows.blob(6));
    hash.add(as_bytes(rows.text(7)));
  }
  GANDAN_TRY(auto links, vault.db().query("SELECT record.id, path, target FROM link "
                                          "JOIN record ON record.number = source ORDER BY 1, 2, 3"));
  for (;;) {
    GANDAN_TRY(const bool more, links.step());
    if (!more) return hash.finish();
    hash.add(links.blob(0)).add(as_bytes(links.text(1))).add(links.blob(2));
  }
}

}  // namespace gandan::vault
