#include "changelog/segment_content.hpp"
#include "vault/journal.hpp"
#include "vault/segments.hpp"

namespace gandan::vault {
namespace {

struct Position {
  std::int64_t feed;
  std::uint64_t sequence;
};

// Feeds in their order, each from its beginning: order does not matter to the merge, only that saves are
// whole.
Result<std::vector<Position>> applied_segments(Vault& vault) {
  std::vector<Position> out;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT feed, sequence FROM segment WHERE state = ? ORDER BY feed, sequence",
                              static_cast<int>(SegmentState::applied)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back({rows.integer(0), static_cast<std::uint64_t>(rows.integer(1))});
  }
}

constexpr std::size_t kRecordsPerFlush = 2000;

}  // namespace

Status reproject(Vault& vault) {
  std::vector<RecordId> ids;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT id FROM record ORDER BY number"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      ids.push_back(RecordId::from(rows.blob(0)));
    }
  }
  if (ids.empty()) return {};
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  Projections projections(vault);
  for (const auto& id : ids) {
    GANDAN_CHECK(projections.touch(id));
    if (projections.touched() >= kRecordsPerFlush) GANDAN_CHECK(projections.flush());
  }
  GANDAN_CHECK(projections.flush());
  return transaction.commit();
}

Result<RebuildReport> rebuild(Vault& vault) {
  RebuildReport report;
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  GANDAN_CHECK(vault.db().run("DELETE FROM link"));
  GANDAN_CHECK(vault.db().run("DELETE FROM record"));
  GANDAN_CHECK(vault.db().run("INSERT INTO search (search) VALUES ('delete-all')"));

  Projections projections(vault);
  SegmentApplier reader(vault);
  GANDAN_TRY(const auto positions, applied_segments(vault));
  std::int64_t feed_number = 0;
  std::optional<FeedRow> feed;
  std::uint64_t next = 0;
  SaveReader saves;
  const auto add = [&](const std::vector<SaveReader::Part>& save) -> Status {
    for (const auto& part : save) GANDAN_CHECK(projections.add(part.op, feed->unit, part.suspect));
    report.ops += save.size();
    return {};
  };
  for (const auto& [number, sequence] : positions) {
    if (number != feed_number) {
      GANDAN_TRY(feed, vault.feed_by_number(number));
      if (!feed) return Error{Code::vault_damaged, "segments of an unknown feed"};
      feed_number = number;
      saves.clear();
    } else if (sequence != next) {
      saves.clear();  // what lies between does not count
    }
    next = sequence + 1;
    GANDAN_TRY(auto opened, reader.read(*feed, sequence));
    GANDAN_CHECK(saves.take(std::move(opened.ops), opened.receipt, add));
    ++report.segments;
    if (projections.touched() >= kRecordsPerFlush) GANDAN_CHECK(projections.flush());
  }
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT pending.op, feed.unit FROM pending JOIN feed ON "
                                           "feed.number = pending.feed ORDER BY position"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(const auto op, changelog::decode_op(rows.blob(0)));
      GANDAN_CHECK(projections.add(op, UnitId::from(rows.blob(1)), false));
      ++report.ops;
    }
  }
  GANDAN_CHECK(projections.flush());
  GANDAN_TRY(const auto records, vault.db().integer("SELECT count(*) FROM record"));
  report.records = static_cast<std::uint64_t>(records.value_or(0));
  GANDAN_CHECK(transaction.commit());
  return report;
}

}  // namespace gandan::vault
