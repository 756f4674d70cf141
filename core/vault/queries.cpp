#include "vault/queries.hpp"

#include <algorithm>

#include "base/likeness.hpp"
#include "base/text.hpp"
#include "protocol/segment.hpp"
#include "vault/rows.hpp"
#include "vault/segments.hpp"

namespace gandan::vault {
namespace {

// Every title that passes is read and compared; the rows of one page are read whole.
Result<std::vector<RecordRow>> list_by_title(Vault& vault, const ListFilter& filter) {
  const auto units = unit_filter(vault, filter);
  GANDAN_TRY(auto rows,
             vault.db().prepare("SELECT number, unit, title FROM record " + where_of(filter) + "true"));
  bind_filter(rows, filter);
  std::vector<std::pair<std::string, std::int64_t>> found;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    if (units.passes(UnitId::from(rows.blob(1)))) found.emplace_back(list_key(rows.text(2)), rows.integer(0));
  }
  std::sort(found.begin(), found.end());
  std::vector<RecordRow> out;
  static const std::string sql = std::string(kColumns) + "record WHERE number = ?";
  for (std::size_t i = filter.offset; i < found.size() && out.size() < filter.limit; ++i) {
    GANDAN_TRY(auto row, vault.db().query(sql, found[i].second));
    GANDAN_TRY(const bool present, row.step());
    if (present) out.push_back(row_of(row));
  }
  return out;
}

}  // namespace

Result<std::vector<RecordRow>> list(Vault& vault, const ListFilter& filter) {
  if (filter.by_title) return list_by_title(vault, filter);
  // Named, because SQLite would rather sort the whole table than stop early.
  const char* index = filter.conflicts      ? "INDEXED BY record_conflict "
                      : filter.kind.empty() ? "INDEXED BY record_date "
                                            : "INDEXED BY record_list ";
  const std::string sql = std::string(kColumns) + "record " + index + where_of(filter) +
                          "true ORDER BY date DESC, record.number DESC";
  const auto units = unit_filter(vault, filter);
  GANDAN_TRY(auto rows, vault.db().prepare(sql));
  bind_filter(rows, filter);
  std::vector<RecordRow> out;
  std::size_t skipped = 0;
  while (out.size() < filter.limit) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    if (!units.passes(UnitId::from(rows.blob(2)))) continue;
    if (skipped < filter.offset) {
      ++skipped;
      continue;
    }
    out.push_back(row_of(rows));
  }
  return out;
}

namespace {

// Of a vault that is older than the keys: once.
Status give_alike_keys(Vault& vault) {
  std::vector<std::pair<std::int64_t, AlikeKeys>> missing;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT number, title FROM record WHERE alike_first IS NULL"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      missing.emplace_back(rows.integer(0), alike_keys(rows.text(1)));
    }
  }
  if (missing.empty()) return {};
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  for (const auto& [number, keys] : missing)
    GANDAN_CHECK(vault.db().run("UPDATE record SET alike_first = ?, alike_second = ? WHERE number = ?",
                                keys.first, keys.second, number));
  return transaction.commit();
}

}  // namespace

Result<std::vector<RecordRow>> alike_rows(Vault& vault, const RecordRow& like,
                                          const std::optional<std::string>& date) {
  GANDAN_CHECK(give_alike_keys(vault));
  const auto keys = alike_keys(like.title);
  std::vector<RecordRow> out;
  if (keys.first == 0) return out;
  const std::string of = std::string(" = ? AND kind = ? AND unit = ? AND date ") + (date ? "= ?" : ">= ?") +
                         " AND flags & 1 = 0";
  const std::string sql = std::string(kColumns) + "record WHERE number IN (SELECT number FROM record " +
                          "WHERE alike_first" + of + " UNION SELECT number FROM record WHERE alike_second" +
                          of + ") ORDER BY date DESC, number DESC";
  GANDAN_TRY(auto rows, vault.db().query(sql, keys.first, like.kind, like.unit, date.value_or(""),
                                         keys.second, like.kind, like.unit, date.value_or("")));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back(row_of(rows));
  }
}

Result<RecordRow> find(Vault& vault, const RecordId& id) {
  static const std::string sql = std::string(kColumns) + "record WHERE id = ?";
  GANDAN_TRY(auto row, vault.db().query(sql, id));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return Error{Code::not_found, to_text(id)};
  return row_of(row);
}

Result<std::vector<MarkedRecord>> marked(Vault& vault, RecordFlag flag) {
  // The terms are those of the partial indexes.
  const std::string_view sql =
      flag == kNumbered ? "SELECT number, id, unit, kind, title, date, flags, document, state FROM record "
                          "WHERE flags & 16 <> 0 ORDER BY number"
                        : "SELECT number, id, unit, kind, title, date, flags, document, state FROM record "
                          "WHERE flags & 32 <> 0 ORDER BY number";
  GANDAN_TRY(auto rows, vault.db().query(sql));
  std::vector<MarkedRecord> out;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    GANDAN_TRY(auto state, changelog::RecordState::decode(rows.blob(8)));
    out.push_back({row_of(rows), std::move(state)});
  }
}

Result<RecordId> resolve_id(Vault& vault, std::string_view text) {
  if (text.size() == 26) return id_from_text<RecordId>(text);
  if (text.size() < 4 || text.size() > 26)
    return Error{Code::bad_id,
                 std::string(cut_text(text, 64)),
                 {{"id", "bad_id", "Cần mã như máy hiện (n69g-1), hoặc ít nhất 4 chữ cuối.",
                   "Give the id as it is shown (n69g-1), or at least its last four characters."}}};
  const std::string ending = id_ending(text);
  std::optional<RecordId> found;
  GANDAN_TRY(auto rows, vault.db().query("SELECT id FROM record"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    const auto id = RecordId::from(rows.blob(0));
    const std::string name = to_text(id);
    if (name.size() < ending.size() || name.compare(name.size() - ending.size(), ending.size(), ending) != 0)
      continue;
    if (found)
      return Error{Code::ambiguous,
                   std::string(text),
                   {{"id", "ambiguous", "Nhiều hồ sơ có mã kết thúc bằng “" + std::string(text) + "”.",
                     "Several records have an id that ends in “" + std::string(text) + "”."}}};
    found = id;
  }
  if (!found)
    return Error{Code::not_found,
                 std::string(text),
                 {{"id", "not_found", "Trên máy này không có hồ sơ nào mã là “" + std::string(text) + "”.",
                   "No record on this device has the id “" + std::string(text) + "”."}}};
  return *found;
}

Result<OpOrigin> origin_of(Vault& vault, const changelog::OpEntry& op, std::string_view path) {
  OpOrigin origin;
  origin.op = &op;
  origin.path = path;
  origin.feed = op.stamp.feed;
  GANDAN_TRY(const auto feed, vault.feed(op.stamp.feed));
  if (!feed) return origin;
  origin.device = feed->device;
  origin.unit = feed->unit;
  // Stamps grow along a feed, so the op lies in the first segment that ends at or behind it.
  GANDAN_TRY(auto row, vault.db().query("SELECT sequence, ledger_index, receipt_ms, hash FROM segment "
                                        "WHERE feed = ? AND last_hlc >= ? ORDER BY sequence LIMIT 1",
                                        feed->number, op.stamp.hlc));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return origin;
  origin.sequence = static_cast<std::uint64_t>(row.integer(0));
  origin.arrival = row.is_null(1) ? Arrival::sealed : Arrival::received;
  if (!row.is_null(1)) {
    origin.ledger_index = static_cast<std::uint64_t>(row.integer(1));
    origin.receipt_ms = row.integer(2);
  }
  GANDAN_TRY(const auto* roster, vault.roster());
  origin.accepted = roster->accepted(origin.feed, origin.sequence, Hash::from(row.blob(3)));
  return origin;
}

Result<std::optional<std::int64_t>> statement_receipt(Vault& vault, std::uint64_t ledger_index) {
  return vault.db().integer("SELECT receipt_ms FROM statement WHERE ledger_index = ?",
                            static_cast<std::int64_t>(ledger_index));
}

Result<bool> had_right(Vault& vault, const OpOrigin& origin, roster::Right right) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (origin.arrival == Arrival::pending) return roster->may(origin.device, right, origin.unit);
  GANDAN_TRY(const auto feed, vault.feed(origin.feed));
  if (!feed) return false;
  GANDAN_TRY(auto row, vault.db().query("SELECT bytes, hash FROM segment WHERE feed = ? AND sequence = ?",
                                        feed->number, static_cast<std::int64_t>(origin.sequence)));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return false;
  GANDAN_TRY(const auto segment, protocol::decode_in_run(row.blob(0)));
  const std::uint64_t named = segment.header.roster_size;
  return roster->counts(origin.device, origin.unit, named, origin.ledger_index, right) ||
         (roster->accepted(origin.feed, origin.sequence, Hash::from(row.blob(1))) &&
          roster->may(origin.device, right, origin.unit, named));
}

Result<std::vector<OpOrigin>> history(Vault& vault, const changelog::RecordState& state) {
  std::vector<OpOrigin> out;
  for (const auto& [path, cell] : state.cells())
    for (const auto& op : cell.ops) {
      GANDAN_TRY(auto origin, origin_of(vault, op, path));
      out.push_back(std::move(origin));
    }
  std::sort(out.begin(), out.end(),
            [](const OpOrigin& a, const OpOrigin& b) { return a.op->stamp < b.op->stamp; });
  return out;
}

Result<Counts> counts(Vault& vault) {
  Counts out;
  const auto number = [&](const std::string& sql, std::uint64_t& into) -> Status {
    GANDAN_TRY(const auto value, vault.db().integer(sql));
    into = static_cast<std::uint64_t>(value.value_or(0));
    return {};
  };
  std::uint64_t deleted = 0;
  GANDAN_CHECK(number("SELECT count(*) FROM record", out.records));
  GANDAN_CHECK(number("SELECT count(*) FROM record WHERE flags & 1 <> 0", deleted));
  out.records -= deleted;
  GANDAN_CHECK(number("SELECT count(*) FROM record WHERE flags & 4 <> 0", out.conflicts));
  GANDAN_CHECK(number("SELECT count(*) FROM pending", out.pending_ops));
  // Not those that count nowhere, or lost their place: they are kept, and no server would take them.
  GANDAN_CHECK(
      number("SELECT count(*) FROM segment WHERE ledger_index IS NULL AND refused = 0 AND state <> " +
                 std::to_string(static_cast<int>(SegmentState::quarantined)),
             out.unsent_segments));
  // Of other devices; a feed of this one that it writes no more is its own all the same.
  GANDAN_TRY(const auto carried,
             vault.db().integer("SELECT count(*) FROM segment JOIN feed ON feed.number = segment.feed "
                                "WHERE device <> ? AND ledger_index IS NULL AND refused = 0 AND state <> ?",
                                vault.identity().id, static_cast<int>(SegmentState::quarantined)));
  out.carried_segments = static_cast<std::uint64_t>(carried.value_or(0));
  GANDAN_CHECK(number("SELECT count(*) FROM chunk WHERE state = 0", out.unsent_chunks));
  GANDAN_CHECK(number("SELECT count(*) FROM finding", out.findings));
  GANDAN_TRY(out.last_sync_ms, vault.meta_number("last_sync", 0));
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT state, count(*) FROM segment WHERE state <> 0 GROUP BY state"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.held[static_cast<SegmentState>(rows.integer(0))] = static_cast<std::uint64_t>(rows.integer(1));
  }
}

Result<std::vector<Gap>> gaps(Vault& vault) {
  std::vector<Gap> out;
  GANDAN_TRY(auto rows, vault.db().query("SELECT device, unit, next, max(sequence), count(*) FROM segment "
                                         "JOIN feed ON feed.number = segment.feed "
                                         "WHERE state = ? AND sequence > next GROUP BY feed.number "
                                         "ORDER BY feed.number",
                                         static_cast<int>(SegmentState::waiting)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    Gap gap;
    gap.device = DeviceId::from(rows.blob(0));
    gap.unit = UnitId::from(rows.blob(1));
    gap.waiting = static_cast<std::uint64_t>(rows.integer(4));
    gap.missing = static_cast<std::uint64_t>(rows.integer(3) + 1 - rows.integer(2)) - gap.waiting;
    out.push_back(gap);
  }
}

Result<std::set<RecordId>> unsent_records(Vault& vault) {
  std::set<RecordId> out;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT op FROM pending"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(const auto op, changelog::decode_op(rows.blob(0)));
      out.insert(op.record);
    }
  }
  std::vector<std::pair<std::int64_t, std::uint64_t>> sealed;
  {
    GANDAN_TRY(auto rows,
               vault.db().query("SELECT segment.feed, sequence FROM segment JOIN feed ON feed.number = "
                                "segment.feed WHERE device = ? AND ledger_index IS NULL ORDER BY 1, 2",
                                vault.identity().id));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      sealed.emplace_back(rows.integer(0), static_cast<std::uint64_t>(rows.integer(1)));
    }
  }
  SegmentApplier reader(vault);
  for (const auto& [number, sequence] : sealed) {
    GANDAN_TRY(const auto feed, vault.feed_by_number(number));
    if (!feed) return Error{Code::vault_damaged, "segments of an unknown feed"};
    const auto opened = reader.read(*feed, sequence);
    if (!opened) continue;  // of another copy of this vault, and no key is here yet
    for (const auto& op : opened->ops) out.insert(op.record);
  }
  return out;
}

Result<std::vector<Finding>> findings(Vault& vault) {
  std::vector<Finding> out;
  GANDAN_TRY(auto rows, vault.db().query("SELECT found_ms, code, detail FROM finding ORDER BY id"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back({rows.integer(0), std::string(rows.text(1)), std::string(rows.text(2))});
  }
}

Result<std::vector<Backlink>> links_to(Vault& vault, const RecordId& id, std::size_t limit) {
  static const std::string sql =
      "SELECT record.number, id, unit, kind, title, date, flags, document, link.path FROM link "
      "JOIN record ON record.number = link.source WHERE link.target = ? AND flags & 1 = 0 "
      "ORDER BY kind, date DESC, record.number DESC LIMIT ?";
  GANDAN_TRY(auto rows, vault.db().query(sql, id, static_cast<std::int64_t>(limit)));
  std::vector<Backlink> out;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back({std::string(rows.text(8)), row_of(rows)});
  }
}

Result<std::vector<RecordRow>> records_of(Vault& vault, const UnitId& unit, std::string_view kind) {
  static const std::string sql =
      std::string(kColumns) + "record WHERE unit = ? AND kind = ? AND flags & 1 = 0 ORDER BY record.number";
  GANDAN_TRY(auto rows, vault.db().query(sql, unit, kind));
  std::vector<RecordRow> out;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back(row_of(rows));
  }
}

}  // namespace gandan::vault
